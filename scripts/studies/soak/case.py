"""One data set of a soak test: its case, its enumeration, its exact elimination, each as a record."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction

from critscape.algebra.elimination import msolve
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.networks.network import Network
from critscape.problems.problem.problem import Problem, loss
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.progress import silent

CASES = ("2-2-2:m1", "2-2-2:m2", "2-2-2:m5", "2-1-1-2:m2", "2-3-2:m3", "quadratic-2-2:m3", "quadratic-2-2-trained:m3")
EXPECTED = "D0-…-DH:mM or quadratic-D-K[-trained]:mM with M samples, e.g. 2-2-2:m5"
MOST_REAL_POINTS = 225
"""Cases with more complex points are eliminated modulo primes only: over ℚ they take minutes."""
ELIMINATION_SECONDS = 600.0


@dataclass(frozen=True)
class Case:
    """An architecture and its number of samples; a data set of it is ``problem(seed)``."""

    name: str
    network: Network
    samples: int

    def problem(self, seed: int) -> Problem:
        return random_problem(self.network, self.samples, seed)

    def command(self, seed: int) -> str:
        """The command line that solves the same data set in the same way."""
        if isinstance(self.network, Linear):
            return f"critscape linear --widths {','.join(map(str, self.network.widths))} --samples {self.samples} --seed {seed}"
        assert isinstance(self.network, Quadratic)  # The other family that is soaked.
        outer = " --outer trained" if self.network.output is None else ""
        sizes = f"--inputs {self.network.inputs} --units {self.network.hidden}"
        return f"critscape quadratic {sizes}{outer} --samples {self.samples} --seed {seed}"


def case(name: str) -> Case:
    """The case of a name.

    >>> case("2-2-2:m5").command(7)
    'critscape linear --widths 2,2,2 --samples 5 --seed 7'
    >>> case("quadratic-3-1-trained:m2").command(0)
    'critscape quadratic --inputs 3 --units 1 --outer trained --samples 2 --seed 0'

    Raises
    ------
    BadInput : another form.
    """
    quadratic = re.fullmatch(r"quadratic-([1-9]\d*)-([1-9]\d*)(-trained)?:m([1-9]\d*)", name, re.ASCII)
    if quadratic:
        inputs, units, trained, samples = quadratic.groups()
        return Case(name, Quadratic(int(inputs), int(units), None if trained else (Fraction(1),) * int(units)), int(samples))
    linear = re.fullmatch(r"([1-9]\d*(?:-[1-9]\d*)+):m([1-9]\d*)", name, re.ASCII)
    if not linear:
        raise BadInput("--case", EXPECTED, name)
    return Case(name, Linear(tuple(map(int, linear[1].split("-")))), int(linear[2]))


@dataclass(frozen=True)
class DataSet:
    """What became of one data set: the status of its result or ``error``, N_C, N_R, paths by outcome, the evidence that failed."""

    name: str
    seed: int
    status: str
    complex: int | None
    real: int | None
    finished: int
    at_infinity: int
    singular: int
    failed: int
    evidence: str
    seconds: float
    reason: str | None


@dataclass(frozen=True)
class Elimination:
    """The number of critical points of one data set, with and without multiplicity, modulo each of two primes; the number of real
    ones over ℚ (None: not asked); ``reason`` when there is no answer.
    """

    name: str
    seed: int
    first_degree: int | None
    first_distinct: int | None
    second_degree: int | None
    second_distinct: int | None
    real: int | None
    seconds: float
    reason: str | None


def enumerated(name: str, seed: int) -> DataSet:
    """The record of one data set, solved as the commands solve it; an exception becomes the status ``error``."""
    chosen, began = case(name), time.perf_counter()
    try:
        with silent():
            result = solve(chosen.problem(seed), Options(engine="batch", seed=seed)).document
    except Exception as error:  # noqa: BLE001 (what a soak looks for)
        reason = f"{type(error).__name__}: {' '.join(str(error).split())}"
        return DataSet(name, seed, "error", None, None, 0, 0, 0, 0, "", time.perf_counter() - began, reason)
    paths = result["paths"]
    return DataSet(
        name,
        seed,
        result["status"],
        result["counts"]["complex"],
        result["counts"]["real"],
        paths["finished"],
        paths["at_infinity"],
        paths["singular"],
        paths["failed"],
        "; ".join(test for test, entry in result["evidence"].items() if entry["holds"] is False),
        time.perf_counter() - began,
        result.get("reason"),
    )


def eliminated(name: str, seed: int) -> Elimination:
    """The record of one elimination: nothing of the enumeration enters."""
    exact_loss, began = loss(case(name).problem(seed)), time.perf_counter()
    found: list[tuple[int, int]] = []
    real, reason = None, None
    try:
        for prime in msolve.PRIMES:
            found.append(msolve.quotient_dimension(exact_loss, prime, ELIMINATION_SECONDS))
        if found[0][1] <= MOST_REAL_POINTS:
            real = len(msolve.real_boxes(exact_loss, ELIMINATION_SECONDS))
    except msolve.MsolveError as error:
        reason = str(error)
    (first, distinct), (second, second_distinct) = [*found, (None, None), (None, None)][:2]
    return Elimination(name, seed, first, distinct, second, second_distinct, real, time.perf_counter() - began, reason)


def usual_count(found: Iterable[DataSet]) -> int | None:
    """The N_C that most data sets of a case have."""
    counts = Counter(record.complex for record in found if record.complex is not None)
    return counts.most_common(1)[0][0] if counts else None


def doubtful(found: Collection[DataSet]) -> list[int]:
    """The seeds of the data sets that are not complete or whose N_C is not the usual one.

    Small rational data are special now and then (two units of 2-2-2 whose ridges satisfy λ_in λ_out = λ'_in λ'_out for one input
    and one output have 209 points, not 225), so an unusual count may be right: elimination tells.
    """
    usual = usual_count(found)
    return [record.seed for record in found if record.status != "complete" or record.complex != usual]


def disagreement(found: DataSet, exact: Elimination) -> str | None:
    """One sentence on how enumeration and elimination differ; None when they agree."""
    if exact.reason:
        return f"no elimination: {exact.reason}"
    counts = {exact.first_degree, exact.first_distinct, exact.second_degree, exact.second_distinct}
    if counts != {found.complex}:
        distinct = f"{exact.first_distinct} and {exact.second_distinct} points"
        instead = "" if found.complex is None else f", not {found.complex}"
        return f"elimination has {distinct} ({exact.first_degree} and {exact.second_degree} with multiplicity){instead}"
    if exact.real not in (None, found.real):
        return f"elimination has {exact.real} real points, not {found.real}"
    return None
