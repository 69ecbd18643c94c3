"""Distributions of random data sets and of random ridges; draws are exact rationals."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from fractions import Fraction
from typing import Any, ClassVar, Protocol

import numpy as np

from critscape.problems.criteria.population import Population
from critscape.problems.files.problem_file import read_ridge
from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.json_file import parse
from critscape.problems.input.rational import rational_array, written
from critscape.problems.networks.network import Architecture, Network, matrices, weight_count
from critscape.problems.recipes.random_data import DENOMINATORS, NUMERATORS, RIDGES

DENOMINATOR = 2**20
"""Data are integers divided by this unless the recipe says otherwise."""
SIGNIFICANT_BITS = 20
"""Binary digits of a log-uniform ridge."""

Rows = tuple[tuple[Fraction, ...], ...]


class Data(Protocol):
    """A distribution of data sets: inputs (m × d_x) and targets (m × d_y)."""

    distribution: ClassVar[str]
    """Its name in recipes."""

    def draw(self, rng: np.random.Generator, network: Architecture, samples: int, number: int) -> tuple[Rows, Rows]:
        """One data set."""

    def document(self) -> dict:
        """The ``data`` object of a recipe."""


@dataclass(frozen=True)
class Gaussian:
    """Independent standard Gaussians, rounded to multiples of 1/``denominator``."""

    denominator: int

    distribution: ClassVar[str] = "gaussian"

    def draw(self, rng: np.random.Generator, network: Architecture, samples: int, number: int) -> tuple[Rows, Rows]:
        inputs, targets = (gaussian(rng, (samples, width), self.denominator) for width in (network.inputs, network.outputs))
        return inputs, targets

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

    def draw(self, rng: np.random.Generator, network: Architecture, samples: int, number: int) -> tuple[Rows, Rows]:
        inputs, targets = (rows(self.entries(rng, samples * width), width) for width in (network.inputs, network.outputs))
        return inputs, targets

    def document(self) -> dict:
        ends = {"low": written(self.low), "high": written(self.high)}
        return {"distribution": self.distribution, **ends, "denominator": self.denominator}


@dataclass(frozen=True)
class Rational:
    """Small rationals ±p/q, uniform over 1 ≤ p ≤ NUMERATORS and 1 ≤ q ≤ DENOMINATORS, as the commands draw them from flags."""

    distribution: ClassVar[str] = "rational"

    def draw(self, rng: np.random.Generator, network: Architecture, samples: int, number: int) -> tuple[Rows, Rows]:
        def entries(count: int) -> list[Fraction]:
            columns = rng.integers((0, 1, 1), (1, NUMERATORS, DENOMINATORS), (count, 3), endpoint=True)
            return [Fraction((-1) ** int(negative) * int(p), int(q)) for negative, p, q in columns]

        inputs, targets = (rows(entries(samples * width), width) for width in (network.inputs, network.outputs))
        return inputs, targets

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

    def draw(self, rng: np.random.Generator, network: Architecture, samples: int, number: int) -> tuple[Rows, Rows]:
        teacher = self.network
        refuse_other_shape(teacher, network, self.field)
        (weights,) = gaussian(rng, (1, weight_count(teacher)), self.denominator)
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
class GaussianPopulation:
    """The population of standard Gaussian inputs with the targets of a teacher network, whose weights are standard Gaussian,
    rounded to multiples of 1/``denominator`` and drawn anew for each problem. There are no samples: the moments are exact.
    """

    network: Network
    denominator: int
    field: str

    distribution: ClassVar[str] = "population"

    def criterion(self, rng: np.random.Generator, network: Network) -> Population:
        """The loss of one draw.

        Raises
        ------
        BadInput : the teacher has other inputs or outputs than the network.
        """
        refuse_other_shape(self.network, network, self.field)
        (weights,) = gaussian(rng, (1, weight_count(self.network)), self.denominator)
        d = range(network.inputs)
        return Population(self.network, weights, tuple(tuple(Fraction(int(i == j)) for j in d) for i in d))

    def document(self) -> dict:
        return {"distribution": self.distribution, "architecture": self.network.document(), "denominator": self.denominator}


@dataclass(frozen=True)
class Given:
    """Data sets of a file, in its order; after the last one comes the first again."""

    file: str
    sets: tuple[Any, ...] = attribute(repr=False)
    digest: str
    field: str

    distribution: ClassVar[str] = "file"

    def draw(self, rng: np.random.Generator, network: Architecture, samples: int, number: int) -> tuple[Rows, Rows]:
        k = number % len(self.sets)
        return tuple(
            rational_array(self.sets[k][name], (samples, width), f"{self.field}.file[{k}].{name}")
            for name, width in (("inputs", network.inputs), ("targets", network.outputs))
        )

    def document(self) -> dict:
        return {"distribution": self.distribution, "file": self.file, "sha256": self.digest}


@dataclass(frozen=True)
class LogUniform:
    """Independent entries, their logarithms uniform from log ``low`` to log ``high``, rounded to SIGNIFICANT_BITS binary digits."""

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

    def of(self, network: Architecture) -> tuple[Fraction, ...]:
        return read_ridge(parse(self.written, self.field), network, self.field)

    def document(self) -> Any:
        return json.loads(self.written)


def refuse_other_shape(teacher: Network, network: Architecture, field: str) -> None:
    """Refuses a teacher with other inputs or outputs than the network.

    Raises
    ------
    BadInput : naming the teacher's architecture.
    """
    if (teacher.inputs, teacher.outputs) != (network.inputs, network.outputs):
        shape = f"{network.inputs} inputs and {network.outputs} outputs, as the network has"
        raise BadInput(f"{field}.architecture", f"a teacher with {shape}", f"{teacher.inputs} and {teacher.outputs}")


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
