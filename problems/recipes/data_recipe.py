"""Recipes for random problems: a distribution of the data and a distribution (or fixed values) of the ridge.

``{"data": {"distribution": "gaussian"}, "ridge": {"distribution": "uniform", "low": "1/100", "high": 1}}``

Draw ``number`` of a seed depends on these two integers alone, so that any process may make it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from critscape.problems.files.data_and_loss import LOSS, measure
from critscape.problems.input.bad_input import BadInput, within
from critscape.problems.input.json_file import parse, text_of, validate
from critscape.problems.input.rational import rational
from critscape.problems.networks.network import Architecture, Network, penalised, refuse_without_data, targets_are_inputs, weight_count
from critscape.problems.networks.reading import ACTIVATED, network_from
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression
from critscape.problems.recipes.distributions import (
    DENOMINATOR,
    Data,
    FixedRidge,
    Gaussian,
    GaussianPopulation,
    Given,
    LogUniform,
    Rational,
    RationalRidge,
    Teacher,
    Uniform,
    multiples,
)

LARGEST_DENOMINATOR = 2**50

_NUMBER = {"description": 'a number (an integer, a decimal or a string "p/q")'}
_DENOMINATOR = {
    "type": "integer",
    "minimum": 1,
    "maximum": LARGEST_DENOMINATOR,
    "description": f"a positive integer up to 2^50 (absent: {DENOMINATOR})",
}


@dataclass(frozen=True)
class Recipe:
    """How to draw random problems."""

    data: Data
    ridge: FixedRidge | Uniform | LogUniform | RationalRidge
    loss: str = "{}"
    """The ``loss`` of a problem file, as JSON."""

    @property
    def distinct(self) -> int | None:
        """The number of draws after which they repeat themselves; None if they do not."""
        return len(self.data.sets) if isinstance(self.data, Given) and isinstance(self.ridge, FixedRidge) else None

    @property
    def squares(self) -> bool:
        """Whether the loss is that of plain squared errors over samples, for which numbers in closed form are known."""
        return not json.loads(self.loss) and not isinstance(self.data, GaussianPopulation)

    def regression(self, network: Architecture, samples: int, seed: int, number: int) -> Regression:
        """As :meth:`problem`, of a network that is not polynomial.

        Raises
        ------
        BadInput : a population, another loss than squared errors, or what does not fit the network.
        """
        if isinstance(self.data, GaussianPopulation):
            raise BadInput("data", f"samples: the family {network.family} has no population loss", "population")
        if parse(self.loss, "loss"):
            raise BadInput("loss", f"nothing: the errors of the family {network.family} are squared")
        rng = np.random.default_rng([seed, number])
        inputs, targets = self.data.draw(rng, network, samples, number)
        return Regression(network, inputs, targets, self._ridge(rng, network))

    def any_problem(self, network: Any, samples: int, seed: int, number: int) -> Problem | Regression:
        """As :meth:`problem`, whatever the network."""
        draw = self.regression if network.family in ACTIVATED else self.problem
        return draw(network, samples, seed, number)

    def problem(self, network: Network, samples: int, seed: int, number: int) -> Problem:
        """Draw ``number`` ≥ 0 of ``seed`` ≥ 0, with ``samples`` samples.

        Raises
        ------
        BadInput : the recipe does not fit the network, or the number of samples.
        """
        refuse_without_data(network)
        rng = np.random.default_rng([seed, number])
        if isinstance(self.data, GaussianPopulation):
            population = self.data.criterion(rng, network)
            return Problem(network, (), (), self._ridge(rng, network), population)
        inputs, targets = self.data.draw(rng, network, samples, number)
        if targets_are_inputs(network) and isinstance(self.data, (Gaussian, Uniform, Rational)):
            targets = inputs
        criterion = measure(parse(self.loss, "loss"), samples, network.outputs)
        return Problem(network, inputs, targets, self._ridge(rng, network), criterion)

    def _ridge(self, rng: np.random.Generator, network: Architecture) -> tuple[Fraction, ...]:
        weights = weight_count(network)
        if isinstance(self.ridge, FixedRidge):
            return self.ridge.of(network)
        return self.ridge.entries(rng, weights) if penalised(network) else (Fraction(0),) * weights

    def samples(self, given: int | None, field: str) -> int:
        """The number of samples that a file gives: one is needed, unless the data are a population; that is 0.

        Raises
        ------
        BadInput : it is missing, or given for a population.
        """
        population = isinstance(self.data, GaussianPopulation)
        if population and given is not None:
            raise BadInput(field, "nothing: a population has no samples", given)
        if not population and given is None:
            raise BadInput(field, "a number of samples (it is missing)")
        return given or 0

    def document(self) -> dict:
        """The recipe as a JSON-ready object; a file of data sets appears with its SHA-256."""
        loss = json.loads(self.loss)
        return {"data": self.data.document(), **({"loss": loss} if loss else {}), "ridge": self.ridge.document()}


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
    ridge, loss = content["ridge"], content.get("loss", {})
    validate(loss, LOSS, f"{dot}loss")
    if loss and isinstance(data, GaussianPopulation):
        raise BadInput(f"{dot}loss", "nothing beside a population: its loss is the expected squared error")
    drawn = _read(ridge, _RIDGE, f"{dot}ridge", folder) if isinstance(ridge, dict) else FixedRidge(_exactly(ridge), f"{dot}ridge")
    return Recipe(data, drawn, _exactly(loss))


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
    with within(field):
        network = network_from(content["architecture"])
    return Teacher(network, noise, content.get("denominator", DENOMINATOR), field)


def _read_population(content: dict, field: str, folder: Path) -> GaussianPopulation:
    with within(field):
        network = network_from(content["architecture"])
    return GaussianPopulation(network, content.get("denominator", DENOMINATOR), field)


def _read_file(content: dict, field: str, folder: Path) -> Given:
    field_of_file, path = f"{field}.file", folder / content["file"]
    text = text_of(path, "a readable file of data sets", field_of_file)
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


def _denominated(kind: type) -> Callable[[dict, str, Path], Any]:
    return lambda content, field, folder: kind(content.get("denominator", DENOMINATOR))


_ENDS = {"low": _NUMBER, "high": _NUMBER}
_DATA: dict[str, tuple[dict, Callable]] = {
    Gaussian.distribution: ({"denominator": _DENOMINATOR}, _denominated(Gaussian)),
    Uniform.distribution: ({**_ENDS, "denominator": _DENOMINATOR}, _read_uniform),
    Rational.distribution: ({}, lambda content, field, folder: Rational()),
    Teacher.distribution: (
        {
            "architecture": {"type": "object", "description": "an architecture object"},
            "noise": _NUMBER,
            "denominator": _DENOMINATOR,
        },
        _read_teacher,
    ),
    GaussianPopulation.distribution: (
        {"architecture": {"type": "object", "description": "an architecture object"}, "denominator": _DENOMINATOR},
        _read_population,
    ),
    Given.distribution: (
        {"file": {"type": "string", "minLength": 1, "description": "the name of a file of data sets"}},
        _read_file,
    ),
}
_RIDGE: dict[str, tuple[dict, Callable]] = {
    Uniform.distribution: ({**_ENDS, "denominator": _DENOMINATOR}, _read_uniform_ridge),
    LogUniform.distribution: (_ENDS, _read_log_uniform),
    RationalRidge.distribution: ({}, lambda content, field, folder: RationalRidge()),
}


def _exactly(value: Any) -> str:
    """Parsed JSON written again with the same exact numbers."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)}: {_exactly(entry)}" for name, entry in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_exactly, value)) + "]"
    # A decimal fraction keeps its digits only as a string.
    return json.dumps(value) if isinstance(value, (int, str, bool, type(None))) else json.dumps(str(value))
