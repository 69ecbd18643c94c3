"""The loss that a problem file describes, expanded over ℚ without FLINT and without the formulas that the solver evaluates.

L(w) = Σ_i s_i Σ_o t_o ℓ(f_w(x_i)_o − y_io) + ½ Σ_j λ_j w_j², sample by sample, or its expectation. The check of certificates in
mpmath's arithmetic starts here. Only the reading of JSON and numbers and what a network computes are shared with
``critscape.problems.files.problem_file``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import prod
from typing import Any

from critscape.algebra.polynomial.rational_polynomial import RationalPolynomial, constant, generators
from critscape.problems.criteria.words import RESIDUAL
from critscape.problems.files.fields import DATA, PROBLEM, read_ridge
from critscape.problems.input.bad_input import BadInput, within
from critscape.problems.input.expression import univariate
from critscape.problems.input.json_file import validate
from critscape.problems.input.partial_array import entries_at
from critscape.problems.input.rational import rational_array
from critscape.problems.networks.families.polynomial import Polynomial
from critscape.problems.networks.network import Network, matrices, targets_are_inputs, titled, weight_count
from critscape.problems.networks.reading import network_from

Square = tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True)
class PlainLoss:
    """L over ℚ, and what headings call it."""

    title: str
    polynomial: RationalPolynomial


def plain_loss(content: Any, most_weights: int) -> PlainLoss:
    """The loss that parsed JSON describes.

    Raises
    ------
    BadInput : a missing or unknown field, a wrong shape, something that is not a number, more than ``most_weights`` weights.
    """
    validate(content, PROBLEM, "")
    network = network_from(content["architecture"])
    if weight_count(network) > most_weights:
        raise BadInput("architecture", f"at most {most_weights} weights", weight_count(network))
    ridge, weights = read_ridge(content.get("ridge", 0), network), generators(weight_count(network))
    title, total = _error(content, network, weights)
    for strength, weight in zip(ridge, weights):
        total = total + weight * weight * (strength / 2)
    return PlainLoss(title, total)


def _error(content: dict, network: Network, weights: Sequence[RationalPolynomial]) -> tuple[str, RationalPolynomial]:
    """The title, and the loss without its ridge."""
    data, measured, zero = content.get("data"), content.get("loss", {}), constant(len(weights), Fraction(0))
    if isinstance(network, Polynomial):
        for name in ("data", "loss"):
            if name in content:
                raise BadInput(name, "nothing: the family polynomial has its whole loss in architecture.loss")
        terms = zip(network.monomials, network.coefficients_of_loss)
        return network.title, sum((prod((w**k for w, k in zip(weights, m)), start=constant(len(weights), c)) for m, c in terms), zero)
    if data is None:
        raise BadInput("data", f"{DATA['description']} (it is missing)")
    rows = network.coefficients(matrices(network, weights))
    if "population" in data:
        if measured or len(data) > 1:
            raise BadInput("data.population", "nothing beside it")
        return titled(network, 0), zero + _expected_error(data["population"], network, rows)
    if "targets" not in data and targets_are_inputs(network):
        data = {**data, "targets": data.get("inputs")}
    for name in ("inputs", "targets"):
        if name not in data:
            raise BadInput(f"data.{name}", "a list of at least one sample (it is missing)")
    samples = len(data["inputs"])
    inputs = rational_array(data["inputs"], (samples, network.inputs), "data.inputs")
    targets = rational_array(data["targets"], (samples, network.outputs), "data.targets")
    measures = _measures(measured, samples, network.outputs)
    total = zero
    for i, (x, y) in enumerate(zip(inputs, targets)):
        features = [prod((entry**k for entry, k in zip(x, alpha)), start=Fraction(1)) for alpha in network.exponents]
        residuals = [zero + sum((c * feature for c, feature in zip(row, features)), 0) - target for row, target in zip(rows, y)]
        total = total + measures(i, residuals)
    return titled(network, samples), total


def _measures(measured: dict, samples: int, outputs: int) -> Any:
    """From the number of a sample and its residuals (polynomials in the weights) to what it adds to the loss."""
    shapes = {"sample_weights": (samples,), "output_weights": (outputs,), "metrics": (samples, outputs, outputs)}
    given = {name: rational_array(measured[name], shape, f"loss.{name}") for name, shape in shapes.items() if name in measured}
    for name, entries in given.items():
        if not _any(entries):
            raise BadInput(f"loss.{name}", "numbers that are not all zero")
        if name != "metrics" and "metrics" in given:
            raise BadInput(f"loss.{name}", "nothing beside loss.metrics")
    if "metrics" in given:
        if "residual" in measured:
            raise BadInput("loss.metrics", "nothing beside loss.residual")
        for i, matrix in enumerate(given["metrics"]):
            if any(row[p] != matrix[p][o] for o, row in enumerate(matrix) for p in range(o)):
                raise BadInput(f"loss.metrics[{i}]", "a symmetric matrix")
        return lambda i, r: sum(a * r[o] * r[p] for o, row in enumerate(given["metrics"][i]) for p, a in enumerate(row)) / 2
    residual = univariate(measured["residual"], RESIDUAL, "loss.residual") if "residual" in measured else (0, 0, Fraction(1, 2))
    if len(residual) == 1:
        raise BadInput("loss.residual", f"a polynomial in {RESIDUAL} that is not constant", measured["residual"])
    inner = given.get("sample_weights", (Fraction(1),) * samples)
    outer = given.get("output_weights", (Fraction(1),) * outputs)

    def entrywise(r: RationalPolynomial) -> RationalPolynomial:
        total = 0 * r
        for coefficient in reversed(residual):
            total = total * r + coefficient
        return total

    return lambda i, residuals: inner[i] * sum(t * entrywise(r) for t, r in zip(outer, residuals) if t)


def _any(entries: Any) -> bool:
    """Whether one of the numbers in nested tuples is not zero."""
    return any(map(_any, entries)) if isinstance(entries, tuple) else bool(entries)


def _expected_error(content: dict, network: Network, rows: list[list]) -> Any:
    """½ E‖f_w(x) − f_teacher(x)‖² for centred Gaussian inputs."""
    field = "data.population"
    with within(f"{field}.teacher"):
        teacher = network_from(content["teacher"]["architecture"])
    if (teacher.inputs, teacher.outputs) != (network.inputs, network.outputs) or isinstance(teacher, Polynomial):
        raise BadInput(f"{field}.teacher.architecture", f"a teacher with {network.inputs} inputs and {network.outputs} outputs")
    blocks, given = teacher.blocks, content["teacher"]["weights"]
    if len(given) != len(blocks):
        raise BadInput(f"{field}.teacher.weights", f"one array per weight block, so {len(blocks)} ({len(given)} given)")
    weights = [
        weight
        for b, (entry, block) in enumerate(zip(given, blocks))
        for weight in entries_at(entry, block.positions, (block.rows, block.columns), f"{field}.teacher.weights[{b}]")
    ]
    d, total = network.inputs, Fraction(0)
    identity = tuple(tuple(Fraction(i == j) for j in range(d)) for i in range(d))
    covariance = rational_array(content["covariance"], (d, d), f"{field}.covariance") if "covariance" in content else identity
    if not semidefinite(covariance):
        raise BadInput(f"{field}.covariance", "a symmetric positive semidefinite matrix")
    for row, known in zip(rows, teacher.coefficients(matrices(teacher, weights))):
        errors = dict(zip(network.exponents, row))
        for alpha, c in zip(teacher.exponents, known):
            errors[alpha] = errors.get(alpha, Fraction(0)) - c
        for alpha, left in errors.items():
            total = total + left * sum(right * _moment(covariance, _indices(alpha) + _indices(beta)) for beta, right in errors.items())
    return total / 2


def _indices(alpha: Sequence[int]) -> tuple[int, ...]:
    """The factors of a monomial, each as often as it occurs."""
    return tuple(i for i, power in enumerate(alpha) for _ in range(power))


@lru_cache(maxsize=100_000)
def _moment(covariance: Square, indices: tuple[int, ...]) -> Fraction:
    """E Π x_i over ``indices`` for x ~ N(0, Σ): the sum over pairings of products of covariances (Isserlis 1918)."""
    if not indices:
        return Fraction(1)
    first, rest = indices[0], indices[1:]
    return sum((covariance[first][j] * _moment(covariance, rest[:k] + rest[k + 1 :]) for k, j in enumerate(rest)), Fraction(0))


def semidefinite(matrix: Square) -> bool:
    """Whether a rational matrix is symmetric and positive semidefinite, by elimination over ℚ.

    >>> [semidefinite(((Fraction(1), Fraction(a)), (Fraction(a), Fraction(1)))) for a in (1, 2)]
    [True, False]
    """
    if any(row[j] != matrix[j][i] for i, row in enumerate(matrix) for j in range(i)):
        return False
    rest = [list(row) for row in matrix]
    while rest:
        first, *others = rest
        if first[0] < 0 or (not first[0] and any(first)):
            return False
        rest = [[a - row[0] * b / first[0] if row[0] else a for a, b in zip(row[1:], first[1:])] for row in others]
    return True
