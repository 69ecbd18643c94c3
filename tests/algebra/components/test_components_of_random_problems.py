"""Random linear networks without ridge: their critical values are ½(‖Y‖² − Σ_S σ) for sets S of eigenvalues, minima are global."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

from critscape.problems.criteria.squared import least_squares
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.network import weight_count
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options


def drawn(rng, rows, columns):
    return tuple(tuple(Fraction(int(k), 4) for k in row) for row in rng.integers(-9, 10, (rows, columns)))


def critical_values(widths, inputs, targets):
    """The closed form, in double precision."""
    x, y = np.array(inputs, dtype=float), np.array(targets, dtype=float)
    projection = x @ np.linalg.pinv(x)
    sigma = np.linalg.eigvalsh(y.T @ projection @ y)
    sigma = sigma[sigma > 1e-9]
    sets = (s for size in range(min(widths) + 1) for s in combinations(sigma, size))
    return sorted({round((np.square(y).sum() - sum(s)) / 2, 6) for s in sets})


def check(widths, samples, seed):
    rng = np.random.default_rng(seed)
    network = Linear(widths)
    inputs, targets = drawn(rng, samples, widths[0]), drawn(rng, samples, widths[-1])
    problem = least_squares(network, inputs, targets, (Fraction(0),) * weight_count(network))
    result = solve(problem, Options(engine="batch", seed=seed, components=True)).document
    found, expected = result["components"], critical_values(widths, inputs, targets)

    def value(row):
        return float(Fraction(row["loss"])) if row["exact_loss"] and "√" not in row["loss"] else row_value(row, expected)

    values = sorted({round(value(row), 6) for row in found})
    assert len(values) == len(expected) and np.allclose(values, expected, atol=1e-5)
    assert result["account"]["unsettled"] == 0 and not any(e["holds"] is False for e in result["evidence"].values())
    minima = [row for row in found if "minimum" in row["kind"]]
    assert minima and all(row["kind"] == "global minimum" and row["level"] == "proved" for row in minima)
    assert all(abs(value(row) - expected[0]) < 1e-5 for row in minima)
    assert all(row["kind"] in ("global minimum", "strict saddle", "non-strict saddle", "degenerate") for row in found)
    return found


def row_value(row, expected):
    """A decimal or a closed form with roots: the latter evaluated."""
    import sympy

    if not row["exact_loss"]:
        return float(row["loss"])
    text = row["loss"].replace("√", "sqrt")
    import re

    return float(sympy.sympify(re.sub(r"(\d)(sqrt)", r"\1*\2", re.sub(r"sqrt(\d+)", r"sqrt(\1)", text))))


@pytest.mark.parametrize(
    "widths, samples",
    [
        ((2, 1, 2), 3),
        ((2, 1, 2), 1),
        pytest.param((2, 1, 1, 2), 2, marks=pytest.mark.slow),
        ((1, 1, 1, 1), 2),
        pytest.param((1, 2, 2), 1, marks=pytest.mark.slow),
        ((2, 2, 1), 1),
    ],
)
def test_critical_values_are_those_of_the_closed_form(widths, samples):
    check(widths, samples, seed=samples)


@pytest.mark.slow  # sixty problems of one or two seconds
@pytest.mark.parametrize("seed", range(60))
def test_critical_values_of_many_problems(seed):
    widths = [(2, 1, 2), (2, 1, 1, 2), (2, 1, 3), (1, 1, 1, 1), (1, 2, 2), (2, 2, 1)][seed % 6]
    check(widths, 1 + seed // 6 % 4, seed)
