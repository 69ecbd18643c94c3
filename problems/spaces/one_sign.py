"""Valleys in which all outer weights of a network of squares keep one sign, f = Σ_j u_j (w_j·x)² with p units, proved over ℚ.

With all u_j ≥ 0 every f(x_i) ≥ 0, so L ≥ ½ Σ_{y_i < 0} y_i², with equality exactly where M = Σ_j u_j w_j w_jᵀ ⪰ 0 has x_iᵀMx_i = y_i for
y_i > 0 and M x_i = 0 for the others: a linear system. If its only solution is positive semidefinite of rank p, equality is attained with
all u_j > 0, and nowhere where some u_j = 0 and the others are ≥ 0, nor in the limit there (the x_i span ℝᵈ, else M would not be unique,
so M stays bounded): a path that leaves {u > 0} climbs. The component of {L ≤ c} with such points has no lower ones than these for c
just above that value. It is spurious if L is lower elsewhere. The signs of y reversed, the same holds for u < 0. This is how data with
spurious valleys are made for few units (after Venturi, Bandeira and Bruna, JMLR 20, 2019, section 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq, fmpq_mat

from critscape.algebra.polynomial.loss import exact
from critscape.problems.criteria.squared import Squared
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.problem.problem import Problem


@dataclass(frozen=True)
class OneSignValley:
    """A valley with all outer weights of one ``sign``: L ≥ ``infimum`` there, attained at ``weights`` (n)."""

    sign: int
    infimum: Fraction
    weights: tuple[Fraction, ...]


def one_sign_valleys(problem: Problem) -> tuple[OneSignValley, ...]:
    """Those of both signs that are proved."""
    network = problem.network
    if not isinstance(network, Quadratic) or network.output is not None or network.norm_regressor:
        return ()
    if problem.criterion != Squared() or any(problem.ridge) or not problem.samples:
        return ()
    found = (one_sign_valley(problem, network, sign) for sign in (1, -1))
    return tuple(valley for valley in found if valley is not None)


def one_sign_valley(problem: Problem, network: Quadratic, sign: int) -> OneSignValley | None:
    """The valley of one sign; None where the argument does not apply."""
    targets = [sign * y for (y,) in problem.targets]
    matrix = only_form(problem.inputs, targets)
    squares = None if matrix is None else sum_of_squares(matrix)
    if squares is None or len(squares) != network.hidden:
        return None
    inner = [entry for _, row in squares for entry in row]
    outer = [sign * scale for scale, _ in squares]
    return OneSignValley(sign, sum((y * y for y in targets if y < 0), Fraction(0)) / 2, (*inner, *outer))


def only_form(inputs: Sequence[Sequence[Fraction]], targets: Sequence[Fraction]) -> fmpq_mat | None:
    """The symmetric M (d × d) with xᵀMx = y for y > 0 and Mx = 0 for the others; None if there is none or several."""
    d = len(inputs[0])
    place = {(min(p, q), max(p, q)): k for k, (p, q) in enumerate((p, q) for p in range(d) for q in range(p, d))}
    rows: list[list[fmpq]] = []
    right: list[fmpq] = []
    for x, y in zip(inputs, targets):
        numbers = [exact(v) for v in x]
        if y > 0:
            row = [fmpq(0)] * len(place)
            for p in range(d):
                for q in range(d):
                    row[place[min(p, q), max(p, q)]] += numbers[p] * numbers[q]
            rows.append(row)
            right.append(exact(y))
            continue
        for p in range(d):
            row = [fmpq(0)] * len(place)
            for q in range(d):
                row[place[min(p, q), max(p, q)]] += numbers[q]
            rows.append(row)
            right.append(fmpq(0))
    augmented, rank = fmpq_mat([[*row, value] for row, value in zip(rows, right)]).rref()
    if rank != len(place) or any(augmented[i, i] == 0 for i in range(rank)):
        return None
    entries = [augmented[i, len(place)] for i in range(rank)]
    return fmpq_mat([[entries[place[min(p, q), max(p, q)]] for q in range(d)] for p in range(d)])


def sum_of_squares(matrix: fmpq_mat) -> list[tuple[Fraction, tuple[Fraction, ...]]] | None:
    """M = Σ_k s_k l_k l_kᵀ with s_k > 0 and independent l_k, as many as the rank (LDLᵀ over ℚ); None if M is not positive semidefinite."""
    d = matrix.nrows()
    rest, found = fmpq_mat(matrix), []
    while any(rest.entries()):
        k = max(range(d), key=lambda k: rest[k, k])
        pivot = rest[k, k]
        if pivot <= 0 or any(rest[i, i] < 0 for i in range(d)):
            return None
        column = fmpq_mat(d, 1, [rest[i, k] / pivot for i in range(d)])
        found.append((fraction(pivot), tuple(fraction(entry) for entry in column.entries())))
        rest = rest - column * column.transpose() * pivot
    return found


def fraction(value: fmpq) -> Fraction:
    return Fraction(int(value.p), int(value.q))
