"""Components whose losses, dimensions, inertias and kinds are known by hand, and the account of all paths."""

from dataclasses import replace
from fractions import Fraction

import pytest

from critscape.algebra.components.component import Kind
from critscape.algebra.components.limits import Fate, Limit
from critscape.algebra.components.table import least_of
from critscape.problems.files.problem_file import read
from critscape.scripts.printing.delivery import exit_status
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

pytestmark = pytest.mark.usefixtures("answers_once")

PLANE = [[1, 0], [0, 1]]
DIAGONAL = [[2, 0], [0, 1]]


def answered(architecture, inputs=PLANE, targets=DIAGONAL, **others):
    problem = read({"architecture": architecture, "data": {"inputs": inputs, "targets": targets}, **others})
    return solve(problem, Options(engine="batch", components=True)).document


def linear(*widths):
    return {"family": "linear", "widths": list(widths)}


def quadratic(inputs, units, **others):
    return {"family": "quadratic", "inputs": inputs, "units": units, "output": "trained", **others}


def rows(result):
    """(loss, dimension and its bound, inertia, kind) of each row."""
    assert all(row["level"] == "proved" for row in result["components"] if row["kind"] != "global minimum")
    assert all(row["level"] in ("proved", "certified") for row in result["components"])
    return {
        (row["loss"], row["dimension"], row["dimension_bound"], tuple(row["inertia"].values()), row["kind"]) for row in result["components"]
    }


def fates(result):
    account = result["account"]
    assert account["unsettled"] == account["missing"] == 0 and account["centres"] == 3
    assert all(
        result["evidence"][name]["holds"] in (True, None) for name in ("limit ideal", "critical values") if name in result["evidence"]
    )
    return account["paths"], account["finite"], account["at_infinity"]


def characteristics(result):
    """χ of each closed component by loss, one row each."""
    return {row["loss"]: row["euler_characteristic"] for row in result["components"]}


def by_loss(result):
    found = {}
    for row in result["components"]:
        found[row["loss"]] = found.get(row["loss"], 0) + row["paths"]
    return found


def test_a_quadratic_unit_has_a_spurious_curve():
    result = answered(quadratic(2, 1), PLANE, [[1], [-2]])
    assert rows(result) == {
        ("1/2", 1, "exact", (2, 0, 1), "global minimum"),
        ("2", 1, "exact", (2, 0, 1), "spurious local minimum"),
        ("5/2", 1, "exact", (1, 1, 1), "strict saddle"),
        ("5/2", 1, "at least", (0, 0, 3), "non-strict saddle"),
    }
    # 12 more limits are not real.
    assert fates(result) == (33, 29, 4) and by_loss(result) == {"1/2": 6, "2": 6, "5/2": 5}
    assert result["status"] == "not-finite" and exit_status(result) == 0


def test_three_layers_of_width_one():
    result = answered(linear(1, 1, 1, 1), [[1]], [["5/4"]])
    assert rows(result) == {
        ("0", 2, "exact", (1, 0, 2), "global minimum"),
        ("25/32", 1, "exact", (1, 1, 1), "strict saddle"),
        # The axes meet there.
        ("25/32", 1, "at least", (0, 0, 3), "non-strict saddle"),
    }
    arc = next(row["descent"] for row in result["components"] if row["kind"] == "non-strict saddle")
    # L falls along w(t) = t v with v1 v2 v3 > 0: ½(t³ v1 v2 v3 − 5/4)².
    velocity = [Fraction(v) for v in arc["velocity"]]
    assert arc["order"] == 3 and Fraction(arc["coefficient"]) == -Fraction(5, 4) * velocity[0] * velocity[1] * velocity[2]


def test_a_bottleneck():
    result = answered(linear(2, 1, 2))
    assert rows(result) == {
        ("1/2", 1, "exact", (3, 0, 1), "global minimum"),
        ("2", 1, "exact", (2, 1, 1), "strict saddle"),
        ("5/2", 0, "exact", (2, 2, 0), "strict saddle"),
    }
    assert fates(result) == (17, 9, 8) and by_loss(result) == {"1/2": 4, "2": 4, "5/2": 1}
    assert result["asymptotic_values"] == []
    # u vᵀ = M has two branches, the origin is a point.
    assert {row["loss"]: row["pieces"] for row in result["components"]} == {"1/2": 2, "2": 2, "5/2": 1}
    assert characteristics(result) == {"1/2": 2, "2": 2, "5/2": 1} and result["evidence"]["components add up"]["holds"]


def test_two_bottlenecks():
    assert rows(answered(linear(2, 1, 1, 2))) == {
        ("1/2", 2, "exact", (3, 0, 2), "global minimum"),
        ("2", 2, "exact", (2, 1, 2), "strict saddle"),
        ("5/2", 1, "exact", (2, 2, 1), "strict saddle"),
        ("5/2", 3, "exact", (1, 1, 3), "strict saddle"),
        ("5/2", 2, "at least", (0, 0, 5), "non-strict saddle"),
    }


@pytest.mark.slow  # 137 paths of a larger family: two minutes
def test_a_convex_loss_that_is_not_the_square_makes_a_bottleneck_spurious():
    residual = {"loss": {"residual": "r^2/2 - r^4/4 + 3/40*r^6"}}
    minima = {row for row in rows(answered(linear(2, 1, 2), PLANE, [[1, 0], [0, "4/5"]], **residual)) if row[3] == (3, 0, 1)}
    assert {("18536/78125", "global minimum"), ("13/40", "spurious local minimum")} <= {(row[0], row[4]) for row in minima}


def test_minima_that_a_single_centre_misses():
    problem = read({"architecture": {"family": "polynomial", "variables": ["x", "y"], "loss": "x^2*y"}})
    result = solve(problem, Options(engine="batch", components=True)).document
    assert rows(result) == {
        # L is not bounded below.
        ("0", 1, "exact", (1, 0, 1), "spurious local minimum"),
        ("0", 1, "exact", (0, 1, 1), "local maximum"),
        ("0", 1, "at least", (0, 0, 2), "non-strict saddle"),
    }


@pytest.mark.slow  # 225 paths from three centres: half a minute
def test_a_wide_linear_network_has_81_limits():
    result = answered(linear(2, 2, 2))
    assert rows(result) == {
        ("0", 4, "exact", (4, 0, 4), "global minimum"),
        ("1/2", 3, "exact", (4, 1, 3), "strict saddle"),
        ("2", 3, "exact", (3, 2, 3), "strict saddle"),
        ("5/2", 0, "exact", (4, 4, 0), "strict saddle"),
    }
    assert all(row["level"] == "proved" for row in result["components"]) and fates(result) == (225, 81, 144)


@pytest.mark.slow  # most paths diverge like ε^(−3/2): multiprecision, a minute
def test_one_common_ridge_leaves_circles():
    result = answered(linear(2, 2, 2), ridge="1/2")
    assert rows(result) == {
        ("5/4", 1, "exact", (7, 0, 1), "global minimum"),
        ("11/8", 1, "exact", (6, 1, 1), "strict saddle"),
        ("19/8", 1, "exact", (5, 2, 1), "strict saddle"),
        ("5/2", 0, "exact", (4, 4, 0), "strict saddle"),
    }
    assert all(row["level"] == "proved" for row in result["components"])
    # Circles and a maximum of index four: the sum of a coercive loss.
    assert characteristics(result) == {"5/4": 0, "11/8": 0, "19/8": 0, "5/2": 1} and result["evidence"]["Euler sum"]["holds"]


@pytest.mark.slow  # 481 paths from three centres: a minute
def test_two_quadratic_units_have_a_spurious_component_that_is_not_closed():
    found = rows(answered(quadratic(2, 2), [[1, 0], [0, 1], [1, 1], [1, -1]], [[3], [-1], [2], [2]]))
    assert {
        ("0", 3, "exact", (3, 0, 3), "global minimum"),
        ("5/6", 3, "exact", (3, 0, 3), "spurious local minimum"),
        ("5/6", 3, "exact", (2, 1, 3), "strict saddle"),
    } <= found


@pytest.mark.slow  # a start set of its own
def test_isolated_points_beside_curves():
    loss = "x^2*y^2*z^2 - l*(x^2+y^2+z^2-1)"
    problem = read({"architecture": {"family": "polynomial", "variables": ["x", "y", "z", "l"], "loss": loss}})
    result = solve(problem, Options(engine="batch", components=True)).document
    isolated = [row for row in result["components"] if row["dimension"] == 0 and row["dimension_bound"] == "exact"]
    assert [(row["loss"], row["inertia"], row["paths"], row["real_paths"]) for row in isolated] == [
        ("1/27", {"positive": 1, "negative": 3, "zero": 0}, 8, 8)
    ]
    assert isolated[0]["level"] == "proved" and exit_status(result) == 0


@pytest.mark.parametrize(
    "widths, ridge, inertia",
    [((1, 1, 1, 1), [0, 1, 1], (2, 0, 1)), pytest.param((1, 2, 1, 1), [0, 1, 1], (3, 0, 2), marks=pytest.mark.slow)],
)
def test_a_minimum_above_an_infimum_at_infinity_is_spurious(widths, ridge, inertia):
    """W₁ → ∞ without ridge lets the others vanish: inf L = 0; where W₁ is small, W₂ = W₃ = 0 is a minimum, with L = ½y²."""
    result = answered(linear(*widths), [[1]], [[2]], ridge=ridge)
    minima = [row for row in result["components"] if "minimum" in row["kind"]]
    assert [(row["kind"], row["loss"], tuple(row["inertia"].values()), row["level"]) for row in minima] == [
        ("spurious local minimum", "2", inertia, "proved")
    ]
    assert [value["loss"] for value in result["asymptotic_values"]] == ["0"]


def test_a_minimum_is_not_global_where_a_loss_at_infinity_is_not_known():
    """What a path to infinity does not tell is no reason to call a minimum global."""
    problem = read({"architecture": {"family": "polynomial", "variables": ["x", "y"], "loss": "(x^2+y^2-1)^2"}})
    table = solve(problem, Options(engine="batch", components=True)).table
    (circle,) = (row.component for row in table.rows if row.component.kind is Kind.GLOBAL_MINIMUM)
    components = [row.component for row in table.rows]
    assert least_of(circle, components, table.accounts)

    def beside(**others):
        limits = (Limit(Fate.AT_INFINITY, growth=1 / 3, **others),)
        return [*table.accounts, replace(table.accounts[0], limits=limits)]

    assert not least_of(circle, components, beside())
    assert not least_of(circle, components, beside(loss=-1 + 0j)) and least_of(circle, components, beside(loss=-1 + 1j))


@pytest.mark.slow
def test_where_manifolds_meet_the_dimension_is_at_least_that_of_each_that_a_few_weights_span():
    # R = Σ r_i x_i x_iᵀ of inertia (1, 1, 0): W = 0 with any a, and each w_j on one of two lines with a = 0, are planes through the rows.
    result = answered(quadratic(2, 2, norm_regressor=True), PLANE, [[1], [-2]])
    bounds = [(row["dimension"], row["dimension_bound"]) for row in result["components"] if row["loss"] == "9/4"]
    assert len(bounds) == 8 and {dimension for dimension, _ in bounds} == {2}
