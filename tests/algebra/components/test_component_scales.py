"""Tables of components are the same in whatever units data, weights and losses come: values by the exact factor, all else unchanged."""

from fractions import Fraction
from itertools import product

import pytest

from critscape.problems.files.problem_file import read
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

PLANE = [[1, 0], [0, 1]]
CASES = {
    # The network, inputs, targets, the degree of each block of weights in f, and that of the inputs.
    "a wide layer": ({"family": "linear", "widths": [1, 2, 1]}, [["1"], ["2"]], [["1"], ["3"]], (1, 1), 1),
    "a bottleneck": ({"family": "linear", "widths": [2, 1, 2]}, [[1, 2], [3, "1/2"], [0, 1]], [[1, 1], [2, -1], [0, 3]], (1, 1), 1),
    "fewer samples than inputs": ({"family": "linear", "widths": [2, 1, 2]}, [[1, 2]], [[1, -1]], (1, 1), 1),
    "two bottlenecks": ({"family": "linear", "widths": [1, 1, 1, 1]}, [[1]], [["5/4"]], (1, 1, 1), 1),
    "a quadratic unit": ({"family": "quadratic", "inputs": 2, "units": 1, "output": "trained"}, PLANE, [[1], [-2]], (2, 1), 2),
    "a quadratic unit on one sample": ({"family": "quadratic", "inputs": 2, "units": 1}, [[1, 1]], [[4]], (2,), 2),
}
FORMULAS = ["({x}^2*{y}^2 - 1)^2", "({x}^2 + {y}^2 - 1)^2*{x}^2", "({x}*{y} - 1)^2", "{x}^2*{y}", "({x}^2 - 2)^2*{y}^2"]
SCALES = [(-9, -9), (-6, 6), (3, -8), (9, 9), (0, -6)]


def rescaled(case, x, y, ridge):
    """The case with inputs times 10^x and targets times 10^y and its ridge, one number for each block, as the weights change with it."""
    architecture, inputs, targets, degrees, degree = CASES[case]
    # The blocks make up for 10^(y − degree·x): the first ones in equal shares, the last one, of degree 1 if there are several, what is left.
    total = y - degree * x
    powers = [total // sum(degrees)] * len(degrees)
    powers[-1] += total - sum(p * d for p, d in zip(powers, degrees))

    def times(rows, power):
        return [[str(Fraction(v) * Fraction(10) ** power) for v in row] for row in rows]

    problem = {"architecture": architecture, "data": {"inputs": times(inputs, x), "targets": times(targets, y)}}
    if ridge is not None:
        problem["ridge"] = [str(Fraction(a) * Fraction(10) ** (2 * y - 2 * p)) for a, p in zip(ridge, powers)]
    return read(problem)


def table(problem, unit):
    """What a table says, losses in a unit."""
    result = solve(problem, Options(engine="batch", components=True, seed=3)).document
    assert not any(entry["holds"] is False for entry in result["evidence"].values())
    named = ("exact_loss", "dimension", "dimension_bound", "inertia_bound", "kind", "level", "paths", "real_paths", "euler_characteristic")
    return sorted(
        (
            *(str(row[name]) for name in named),
            tuple(row["inertia"].values()),
            Fraction(row["loss"]) / unit if row["exact_loss"] and "√" not in row["loss"] else None,
        )
        for row in result["components"]
    ), (result["account"]["finite"], result["account"]["at_infinity"], len(result["asymptotic_values"]))


def check(case, scales, ridge=None):
    plain = table(rescaled(case, 0, 0, ridge), 1)
    for x, y in scales:
        assert table(rescaled(case, x, y, ridge), Fraction(10) ** (2 * y)) == plain, (x, y)


@pytest.mark.parametrize("case", ["fewer samples than inputs", "a quadratic unit"])
def test_units_of_the_data_change_nothing(case):
    check(case, SCALES[1:2])


def test_nor_do_those_of_a_ridge():
    check("a wide layer", SCALES[2:3], ("1/2", "1/2"))


@pytest.mark.slow  # fifteen tables of a second for each
@pytest.mark.parametrize("case", CASES)
def test_no_units_change_anything(case):
    # Where f is of degree two in all weights, targets times 100 are weights times 10, and what lies between is irrational.
    step = 2 if CASES[case][3] == (2,) else 1
    check(case, [(x, step * y) for x, y in product(range(-9, 10, 9), range(-9, 10, 4))])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "ridge"),
    [
        ("a wide layer", ("1/2", "1/2")),
        ("a wide layer", ("1/4", "2")),
        ("two bottlenecks", ("0", "1", "0")),
        ("two bottlenecks", ("0", "1", "1")),
    ],
)
def test_no_units_of_a_ridge_change_anything(case, ridge):
    check(case, SCALES, ridge)


@pytest.mark.parametrize(
    ("formula", "power"),
    [
        ("({x}^2*{y}^2 - 1)^2", 5),
        *(pytest.param(formula, power, marks=pytest.mark.slow) for formula in FORMULAS for power in (-12, -5, -1, 5, 12)),
    ],
)
def test_typed_losses_in_other_units(formula, power):
    """A loss in x/a and y/b, times a number."""
    tables = []
    for exponent in (0, power):
        x, y = (f"({Fraction(10) ** (factor * exponent)}*{name})" for name, factor in (("x", 1), ("y", -1)))
        loss = f"{Fraction(10) ** -exponent}*({formula.format(x=x, y=y)})"
        problem = read({"architecture": {"family": "polynomial", "variables": ["x", "y"], "loss": loss}})
        tables.append(table(problem, Fraction(10) ** -exponent))
    assert tables[0] == tables[1]
