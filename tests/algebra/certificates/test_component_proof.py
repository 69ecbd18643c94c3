"""Certificates of components are proved again in both arithmetics, kind by kind, and say no more than what is known by hand."""

import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from critscape.algebra.certificates.rational_algebra import convex, independent_rows, inertia
from critscape.algebra.components.arcs import exact_inertia
from critscape.algebra.polynomial.convexity import convexity
from tests.algebra.certificates.issued_components import AT_POINTS, SOLVED, issued, plain_refusal, refusal

CHECKS = {"flint": refusal, "mpmath": plain_refusal}


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
@pytest.mark.parametrize("case", [*SOLVED, *AT_POINTS])
def test_what_is_issued_is_proved(case, check):
    assert check(issued(case)) is None


def rows(case):
    """(kind, level, dimension, exact or not, inertia) of each row."""
    return [
        (row["kind"], row["level"], row["dimension"], row["dimension_bound"] == "exact", tuple(row["inertia"].values()))
        for row in issued(case)["components"]
    ]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("strict minimum of order four", [("local minimum", "proved", 0, True, (1, 0, 1))]),
        ("circle of minima around a maximum", [("local maximum", "proved", 0, True, (0, 2, 0)), *[("global minimum", "proved", 1, True, (1, 0, 1))] * 2]),
        ("minima and maxima that meet", [
            ("local minimum", "proved", 1, True, (1, 0, 1)),
            ("local maximum", "proved", 1, True, (0, 1, 1)),
            ("non-strict saddle", "proved", 1, False, (0, 0, 2)),
        ]),
        ("saddle by a rising arc", [("strict saddle", "proved", 0, False, (0, 1, 1))]),
        # The solver proves a minimum over ℚ(√2), a certificate only that there is a critical point with one positive eigenvalue.
        ("arcs over a number field", [("degenerate", "certified", 0, False, (1, 0, 1))]),
        ("convex powers", [("global minimum", "proved", 0, False, (0, 0, 2))]),
        ("nothing decided", [("degenerate", "certified", 0, False, (0, 0, 2))]),
        ("where a skew form vanishes", [("global minimum", "certified", 1, False, (1, 0, 2))]),
        ("layers across a sample and a target", [
            ("non-strict saddle", "proved", 3, False, (0, 0, 5)),
            ("strict saddle", "proved", 3, True, (1, 1, 3)),
            ("strict saddle", "proved", 3, True, (1, 1, 3)),
        ]),
        # At an irrational point the third order is not in certificates.
        ("powers of a circle", [
            ("non-strict saddle", "proved", 1, False, (0, 0, 2)),
            ("degenerate", "certified", 1, False, (0, 0, 2)),
            ("local minimum", "proved", 0, True, (2, 0, 0)),
        ]),
        ("a fourth power of a residual", [
            ("global minimum", "proved", 1, False, (0, 0, 2)),
            ("global minimum", "certified", 1, False, (0, 0, 2)),
            ("strict saddle", "proved", 0, True, (1, 1, 0)),
        ]),
        ("arc of order six", [("non-strict saddle", "proved", 0, False, (1, 0, 1))]),
    ],
)  # fmt: skip
def test_what_is_known_by_hand_is_claimed(case, expected):
    assert rows(case) == expected


def test_a_spurious_minimum_and_boxes_are_claimed():
    kinds = [kind for kind, level, *_ in rows("unit") if level == "proved"]
    assert sorted(kinds) == ["local minimum", "non-strict saddle", "spurious local minimum", "strict saddle", "strict saddle"]
    assert any(row["box"] for row in issued("unit")["components"]) and any(row["box"] for row in issued("narrow")["components"])
    [skew] = issued("where a skew form vanishes")["components"]
    assert skew["box"] and skew["system"]["vanishing"] == [["1/2", "1", "0"]]


def reasons(case):
    """Why its global minima are global; whether they are in boxes."""
    return [(row["global_by"], row["box"] is not None) for row in issued(case)["components"] if row["kind"] == "global minimum"]


def test_why_minima_are_global_is_claimed():
    assert reasons("narrow") == reasons("small") == [("closed form", True)]
    assert [reason for reason, _ in reasons("tied")] == ["closed form"]
    assert reasons("turned") == [("curvature", True)] and reasons("chain") == [("function space", False)]
    assert [reason for reason, _ in reasons("raised")] == ["curvature"]
    # That it is global rests on the enumeration, which no certificate proves.
    assert reasons("unit") == [] and ("local minimum", "proved", 1, True, (2, 0, 1)) in rows("unit")


def test_a_curve_that_is_not_real_gives_no_dimension():
    """On z = 0 the gradient of z² + z (x² + y²) is (0, 0, x² + y²): relations of rank 2, and one equation that is not regular."""
    content = issued("nothing decided")
    content["problem"]["architecture"] |= {"variables": ["x", "y", "z"], "loss": "z^2 + z*(x^2 + y^2)"}
    content["problem"].pop("ridge")
    content["composition"] = None
    one = [["1", [0, 0, 0]]]
    row = content["components"][0]
    row["point"] = ["0"] * 3
    row["inertia"], row["rising"] = {"positive": 1, "negative": 0, "zero": 2}, None
    for check in CHECKS.values():
        assert check(content) is None
    row["system"] = {"vanishing": [["0", "0", "1"]], "equations": "gradient", "dependent": [0, 1], "factors": None}
    row["system"]["relations"] = [[{"entry": i, "factor": one}] for i in (0, 1)]
    row["dimension"] = 1
    for check in CHECKS.values():
        assert check(content) == "components[0]: the equations of its system are not independent at the point"


def test_the_proof_shares_nothing_with_the_solver():
    program = (
        "import sys; import critscape.algebra.certificates.component_proof, critscape.algebra.certificates.mpmath_intervals; "
        "print(*sorted(name for name in sys.modules if name.startswith('critscape.algebra.') and name.count('.') == 3 or name == 'flint'))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    certificates = (
        "claims",
        "component_box",
        "component_claims",
        "component_proof",
        "component_system",
        "intervals",
        "mpmath_intervals",
        "rational_algebra",
        "rectangles",
    )
    assert done.stdout.split() == [
        "critscape.algebra.bounds.proof",
        *(f"critscape.algebra.certificates.{name}" for name in certificates),
        "critscape.algebra.polynomial.rational_polynomial",
    ]  # fmt: skip


FRACTIONS = st.fractions(-4, 4, max_denominator=3)


@settings(max_examples=60, deadline=None)
@given(st.lists(FRACTIONS, min_size=1, max_size=7))
def test_convexity_is_what_isolated_roots_say(coefficients):
    assert convex(coefficients) == convexity(coefficients).convex


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(st.integers(-1, 1), min_size=n, max_size=n), min_size=n, max_size=n)))
def test_inertia_and_rank_are_those_of_flint(matrix):
    import flint

    symmetric = [[a + matrix[j][i] for j, a in enumerate(row)] for i, row in enumerate(matrix)]
    assert inertia(symmetric) == exact_inertia(flint.fmpq_mat(symmetric))
    assert len(independent_rows([[Fraction(a) for a in row] for row in matrix])) == flint.fmpq_mat(matrix).rank()
