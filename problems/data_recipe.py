"""Recipes for random problems: a distribution of the data and a distribution (or fixed values) of the ridge.

``{"data": {"distribution": "gaussian"}, "ridge": {"distribution": "uniform", "low": "1/100", "high": 1}}``

Draws are exact rationals. Draw ``number`` of a seed depends on these two integers alone, so that any process may make it.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar, Protocol

import numpy as np

from problems.bad_input import BadInput
from problems.network import Network, matrices
from problems.problem import LARGEST_FILE, Problem, network_from, parse, read_ridge, validate
from problems.random_data import DENOMINATORS, NUMERATORS, RIDGES
from problems.rational import rational, rational_array, written

DENOMINATOR = 2**20
"""Data are integers divided by this unless the recipe says otherwise."""
LARGEST_DENOMINATOR = 2**50
SIGNIFICANT_BITS = 20
"""Binary digits of a log-uniform ridge."""

Rows = tuple[tuple[Fraction, ...], ...]
_NUMBER = {"description": "a number (an integer, a decimal or a string \"p/q\")"}
_DENOMINATOR = {
    "type": "integer",
    "minimum": 1,
    "maximum": LARGEST_DENOMINATOR,
    "description": f"a positive integer up to 2^50 (absent: {DENOMINATOR})",
}


class Data(Protocol):
    """A distribution of data sets: inputs (m × d_x) and targets (m × d_y)."""

    distribution: ClassVar[str]
    """Its name in recipes."""

    def draw(self, rng: np.random.Generator, network: Network, samples: int, number: int) -> tuple[Rows, Rows]:
        """One data set."""

    def document(self) -> dict:
        """The ``data`` object of a recipe."""


@dataclass(frozen=True)
class Gaussian:
    """Independent standard Gaussians, rounded to multiples of 1/``denominator``."""

    denominator: int

    distribution: ClassVar[str] = "gaussian"

    def draw(self, rng: np.random.Generator, network: Network, samples: int, number: int) -> tuple[Rows, Rows]:
        return tuple(gaussian(rng, (samples, width), self.denominator) for width in (network.inputs, network.outputs))

    def document(self) -> dict:
        return {"distribution": self.distribution, "denominator": self.denominator}


@dataclass(frozen=True)
class Uniform:
    """Independent entries, uniform over the multiples of 1/``denominator`` from ``low`` to ``high``."""

    low: Fraction
    high: Fraction
    denominator: int

    distribution: ClassVar[str] = "uniform"

    def entries(self, rng: np.random.Generator, count: int) -> tuple[Fraction, ...]:
        first, last = multiples(self.low, self.high, self.denominator)
        return tuple(Fraction(int(k), self.denominator) for k in rng.integers(first, last, count, endpoint=True))

    def draw(self, rng: np.random.Generator, network: Network, samples: int, number: int) -> tuple[Rows, Rows]:
        return tuple(rows(self.entries(rng, samples * width), width) for width in (network.inputs, network.outputs))

    def document(self) -> dict:
        ends = {"low": written(self.low), "high": written(self.high)}
        return {"distribution": self.distribution, **ends, "denominator": self.denominator}


@dataclass(frozen=True)
class Rational:
    """Small rationals ±p/q, uniform over 1 ≤ p ≤ NUMERATORS and 1 ≤ q ≤ DENOMINATORS, as the commands draw them from flags."""

    distribution: ClassVar[str] = "rational"

    def draw(self, rng: np.random.Generator, network: Network, samples: int, number: int) -> tuple[Rows, Rows]:
        def entries(count: int) -> list[Fraction]:
            columns = rng.integers((0, 1, 1), (1, NUMERATORS, DENOMINATORS), (count, 3), endpoint=True)
            return [Fraction((-1) ** int(negative) * int(p), int(q)) for negative, p, q in columns]

        return tuple(rows(entries(samples * width), width) for width in (network.inputs, network.outputs))

    def document(self) -> dict:
        return {"distribution": self.distribution}


@dataclass(frozen=True)
class Teacher:
    """Targets of a teacher network with standard Gaussian weights, drawn anew for each data set, and Gaussian noise of standard
    deviation ``noise``; inputs are standard Gaussian. All are rounded to multiples of 1/``denominator``.
    """

    network: Network
    noise: Fraction
    denominator: int
    field: str

    distribution: ClassVar[str] = "teacher"

    def draw(self, rng: np.random.Generator, network: Network, samples: int, number: int) -> tuple[Rows, Rows]:
        teacher = self.network
        if (teacher.inputs, teacher.outputs) != (network.inputs, network.outputs):
            shape = f"{network.inputs} inputs and {network.outputs} outputs, as the network has"
            raise BadInput(f"{self.field}.architecture", f"a teacher with {shape}", f"{teacher.inputs} and {teacher.outputs}")
        (weights,) = gaussian(rng, (1, sum(block.size for block in teacher.blocks)), self.denominator)
        inputs = gaussian(rng, (samples, network.inputs), self.denominator)
        noise = gaussian(rng, (samples, network.outputs), self.denominator)
        coefficients = teacher.coefficients(matrices(teacher, weights))
        features = [[math.prod(x**k for x, k in zip(sample, alpha)) for alpha in teacher.exponents] for sample in inputs]
        targets = tuple(
            tuple(
                nearest(sum(c * power for c, power in zip(row, powers)) + self.noise * error, self.denominator)
                for row, error in zip(coefficients, errors)
            )
            for powers, errors in zip(features, noise)
        )
        return inputs, targets

    def document(self) -> dict:
        return {
            "distribution": self.distribution,
            "architecture": self.network.document(),
            "noise": written(self.noise),
            "denominator": self.denominator,
        }


@dataclass(frozen=True)
class Given:
    """Data sets of a file, in its order; after the last one comes the first again."""

    file: str
    sets: tuple[Any, ...] = attribute(repr=False)
    digest: str
    field: str

    distribution: ClassVar[str] = "file"

    def draw(self, rng: np.random.Generator, network: Network, samples: int, number: int) -> tuple[Rows, Rows]:
        k = number % len(self.sets)
        return tuple(
            rational_array(self.sets[k][name], (samples, width), f"{self.field}.file[{k}].{name}")
            for name, width in (("inputs", network.inputs), ("targets", network.outputs))
        )

    def document(self) -> dict:
        return {"distribution": self.distribution, "file": self.file, "sha256": self.digest}


@dataclass(frozen=True)
class LogUniform:
    """Independent entries whose logarithm is uniform from log ``low`` to log ``high``, rounded to SIGNIFICANT_BITS binary digits."""

    low: Fraction
    high: Fraction

    distribution: ClassVar[str] = "log-uniform"

    def entries(self, rng: np.random.Generator, count: int) -> tuple[Fraction, ...]:
        values = np.exp(rng.uniform(math.log(self.low), math.log(self.high), count))
        return tuple(min(max(rounded(float(value)), self.low), self.high) for value in values)

    def document(self) -> dict:
        return {"distribution": self.distribution, "low": written(self.low), "high": written(self.high)}


@dataclass(frozen=True)
class RationalRidge:
    """Multiples k/RIDGES in (0, 1] in random order, distinct as long as there are enough, as the commands draw them from flags."""

    distribution: ClassVar[str] = "rational"

    def entries(self, rng: np.random.Generator, count: int) -> tuple[Fraction, ...]:
        choices = rng.permutation(RIDGES) + 1
        return tuple(Fraction(int(choices[j % RIDGES]), RIDGES) for j in range(count))

    def document(self) -> dict:
        return {"distribution": self.distribution}


@dataclass(frozen=True)
class FixedRidge:
    """The ridge of a problem file, the same in every draw."""

    written: str
    field: str

    def of(self, network: Network) -> tuple[Fraction, ...]:
        return read_ridge(parse(self.written, self.field), network, self.field)

    def document(self) -> Any:
        return json.loads(self.written)


@dataclass(frozen=True)
class Recipe:
    """How to draw random problems."""

    data: Data
    ridge: FixedRidge | Uniform | LogUniform | RationalRidge

    @property
    def distinct(self) -> int | None:
        """The number of draws after which they repeat themselves; None if they do not."""
        return len(self.data.sets) if isinstance(self.data, Given) and isinstance(self.ridge, FixedRidge) else None

    def problem(self, network: Network, samples: int, seed: int, number: int) -> Problem:
        """Draw ``number`` ≥ 0 of ``seed`` ≥ 0, with ``samples`` samples.

        Raises
        ------
        BadInput : the recipe does not fit the network, or the number of samples.
        """
        rng = np.random.default_rng([seed, number])
        inputs, targets = self.data.draw(rng, network, samples, number)
        weights = sum(block.size for block in network.blocks)
        ridge = self.ridge.of(network) if isinstance(self.ridge, FixedRidge) else self.ridge.entries(rng, weights)
        return Problem(network, inputs, targets, ridge)

    def document(self) -> dict:
        """The recipe as a JSON-ready object; a file of data sets appears with its SHA-256."""
        return {"data": self.data.document(), "ridge": self.ridge.document()}


def read_recipe(content: Any, field: str = "", folder: Path = Path()) -> Recipe:
    """The recipe that the fields ``data`` and ``ridge`` of a parsed JSON object describe (other fields are left to the caller).

    ``field`` is where the object stands, for messages; ``folder`` is where the file of data sets is looked for.

    Raises
    ------
    BadInput : a missing or unknown field, a value out of range, a file that cannot be read.
    """
    dot = f"{field}." if field else ""
    expected = {
        "data": "an object that names its distribution",
        "ridge": "a number, one per weight block, one array per block, or an object that names its distribution",
    }
    if not isinstance(content, dict):
        raise BadInput(field or "recipe", "an object with data and ridge", content)
    for name, description in expected.items():
        if name not in content:
            raise BadInput(dot + name, f"{description} (it is missing)")
    data = _read(content["data"], _DATA, f"{dot}data", folder)
    ridge = content["ridge"]
    if isinstance(ridge, dict):
        return Recipe(data, _read(ridge, _RIDGE, f"{dot}ridge", folder))
    return Recipe(data, FixedRidge(_exactly(ridge), f"{dot}ridge"))


def _read(content: Any, kinds: dict[str, tuple[dict, Callable]], field: str, folder: Path) -> Any:
    """The distribution that an object names and describes."""
    named = {"enum": list(kinds), "description": "one of " + ", ".join(kinds)}
    validate(
        content,
        {
            "type": "object",
            "description": "an object that names its distribution",
            "properties": {"distribution": named},
            "required": ["distribution"],
        },
        field,
    )
    properties, reader = kinds[content["distribution"]]
    required = [name for name in properties if name != "denominator"]
    schema = {
        "type": "object",
        "properties": {"distribution": named, **properties},
        "required": ["distribution", *required],
        "additionalProperties": False,
    }
    validate(content, schema, field)
    return reader(content, field, folder)


def _read_uniform(content: dict, field: str, folder: Path) -> Uniform:
    low, high = _interval(content, field)
    denominator = content.get("denominator", DENOMINATOR)
    if max(abs(low), abs(high)) * denominator >= 2**62:
        raise BadInput(f"{field}.denominator", "one for which low and high are less than 2^62 of its parts", denominator)
    first, last = multiples(low, high, denominator)
    if first > last:
        raise BadInput(f"{field}.denominator", "one that has a multiple between low and high", denominator)
    return Uniform(low, high, denominator)


def _read_uniform_ridge(content: dict, field: str, folder: Path) -> Uniform:
    if rational(content["low"], f"{field}.low") < 0:
        raise BadInput(f"{field}.low", "a number that is not negative", str(content["low"]))
    return _read_uniform(content, field, folder)


def _read_log_uniform(content: dict, field: str, folder: Path) -> LogUniform:
    low, high = _interval(content, field)
    if low <= 0:
        raise BadInput(f"{field}.low", "a positive number", str(low))
    return LogUniform(low, high)


def _interval(content: dict, field: str) -> tuple[Fraction, Fraction]:
    """``low`` and ``high``."""
    low, high = (rational(content[name], f"{field}.{name}") for name in ("low", "high"))
    if low > high:
        raise BadInput(f"{field}.high", f"at least low, which is {low}", str(high))
    return low, high


def _read_teacher(content: dict, field: str, folder: Path) -> Teacher:
    noise = rational(content["noise"], f"{field}.noise")
    if noise < 0:
        raise BadInput(f"{field}.noise", "a standard deviation that is not negative", str(noise))
    try:
        network = network_from(content["architecture"])
    except BadInput as error:
        raise BadInput(f"{field}.{error.field}", str(error).partition(": expected ")[2]) from None
    return Teacher(network, noise, content.get("denominator", DENOMINATOR), field)


def _read_file(content: dict, field: str, folder: Path) -> Given:
    field_of_file, path = f"{field}.file", folder / content["file"]
    text = text_of(path, field_of_file, "a readable file of data sets")
    sets = parse(text, str(path))
    samples = {"type": "array", "minItems": 1, "description": "a list of at least one sample"}
    one = {
        "type": "object",
        "description": "an object with inputs and targets",
        "properties": {"inputs": samples, "targets": samples},
        "required": ["inputs", "targets"],
        "additionalProperties": False,
    }
    validate(sets, {"type": "array", "minItems": 1, "items": one, "description": "a list of data sets"}, field_of_file)
    return Given(content["file"], tuple(sets), hashlib.sha256(text.encode()).hexdigest(), field)


def text_of(path: Path, field: str, expected: str) -> str:
    """The text of a JSON file that ``field`` names.

    Raises
    ------
    BadInput : not ``expected``, larger than LARGEST_FILE, or not in UTF-8.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadInput(field, f"a file of at most {LARGEST_FILE:,} bytes")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInput(field, f"{expected} ({error.strerror or error}: {path.name})") from None
    except UnicodeDecodeError:
        raise BadInput(field, f"a JSON file in UTF-8 ({path.name})") from None


def _denominated(kind: type) -> Callable[[dict, str, Path], Any]:
    return lambda content, field, folder: kind(content.get("denominator", DENOMINATOR))


_ENDS = {"low": _NUMBER, "high": _NUMBER}
_DATA: dict[str, tuple[dict, Callable]] = {
    Gaussian.distribution: ({"denominator": _DENOMINATOR}, _denominated(Gaussian)),
    Uniform.distribution: ({**_ENDS, "denominator": _DENOMINATOR}, _read_uniform),
    Rational.distribution: ({}, lambda content, field, folder: Rational()),
    Teacher.distribution: (
        {"architecture": {"type": "object", "description": "an architecture object"}, "noise": _NUMBER, "denominator": _DENOMINATOR},
        _read_teacher,
    ),
    Given.distribution: ({"file": {"type": "string", "minLength": 1, "description": "the name of a file of data sets"}}, _read_file),
}
_RIDGE: dict[str, tuple[dict, Callable]] = {
    Uniform.distribution: ({**_ENDS, "denominator": _DENOMINATOR}, _read_uniform_ridge),
    LogUniform.distribution: (_ENDS, _read_log_uniform),
    RationalRidge.distribution: ({}, lambda content, field, folder: RationalRidge()),
}


def _exactly(value: Any) -> str:
    """Parsed JSON written again with the same exact numbers."""
    if isinstance(value, list):
        return "[" + ", ".join(map(_exactly, value)) + "]"
    # A decimal fraction keeps its digits only as a string.
    return json.dumps(value) if isinstance(value, (int, str, bool, type(None))) else json.dumps(str(value))


def gaussian(rng: np.random.Generator, shape: tuple[int, int], denominator: int) -> Rows:
    """Standard Gaussians, rounded to multiples of 1/``denominator``."""
    return tuple(tuple(Fraction(round(z * denominator), denominator) for z in row) for row in rng.standard_normal(shape).tolist())


def nearest(value: Fraction, denominator: int) -> Fraction:
    """The nearest multiple of 1/``denominator``.

    >>> nearest(Fraction(1, 3), 10)
    Fraction(3, 10)
    """
    return Fraction(round(value * denominator), denominator)


def rounded(value: float) -> Fraction:
    """A positive number to SIGNIFICANT_BITS binary digits.

    >>> rounded(0.1)
    Fraction(838861, 8388608)
    """
    mantissa, exponent = math.frexp(value)
    return Fraction(round(math.ldexp(mantissa, SIGNIFICANT_BITS))) * Fraction(2) ** (exponent - SIGNIFICANT_BITS)


def multiples(low: Fraction, high: Fraction, denominator: int) -> tuple[int, int]:
    """The first and the last k with low ≤ k/``denominator`` ≤ high.

    >>> multiples(Fraction(1, 100), Fraction(1), 64)
    (1, 64)
    """
    return math.ceil(low * denominator), math.floor(high * denominator)


def rows(entries: Sequence[Fraction], width: int) -> Rows:
    """The entries cut into rows."""
    return tuple(tuple(entries[k : k + width]) for k in range(0, len(entries), width))
