"""Losses of which a landscape without ridge once said what is false."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from critscape.algebra.components.limits import Fate, Limit
from critscape.algebra.landscape.landscape import NotApplicable
from critscape.algebra.landscape.limit_checks import nothing_lower_at_infinity, real_at_the_foot
from critscape.algebra.landscape.limit_levels import LimitLevel, LimitValue
from critscape.algebra.landscape.regularised_tree import Rung
from critscape.problems.files.problem_file import read
from critscape.problems.problem.problem import loss
from critscape.problems.spaces.knowledge import knowledge
from critscape.problems.spaces.valley_theorems import no_spurious_valley
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.landscapes.document import landscape_document
from critscape.scripts.studies.landscapes.survey import surveyed
from critscape.scripts.studies.options import Options


def typed(variables, text):
    return {"architecture": {"family": "polynomial", "variables": list(variables), "loss": text}}


def linear(widths, inputs, targets, loss):
    return {"architecture": {"family": "linear", "widths": widths}, "data": {"inputs": inputs, "targets": targets}, "loss": loss}


def landscape(document):
    return landscape_document(surveyed(document, Options()))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        # {x = 0} is a component of {L ≤ 1}, joined to lower points at infinity only for c > 1.
        ("(x^3*y - 1)^2 + x^2", "a minimum that is joined at infinity, at its own level"),
        # Two minima whose losses differ by 3e-4 beside a constant of 1000.
        ("(x^2 - 2)^2 + (x + y)^4 + (x - 1)^2/20000 + 1000", "bottoms that are not told apart"),
    ],
)
def test_what_is_not_told_apart_is_not_said_to_have_no_spurious_valley(text, why):
    found = landscape(typed("xy", text))
    assert found["spurious_valleys_exist"] is not False, why
    assert found["status"] == "complete" or "not decided" in found["reason"]
    assert (found["status"] == "complete") is (found["spurious_valleys_exist"] is not None)
    if found["spurious_valleys_exist"] is None:
        assert found["counts"]["spurious_valleys"] is None and all(step["spurious_valleys"] is None for step in found["sublevel_sets"])


@pytest.mark.parametrize(
    "document",
    [
        linear([1, 1, 1], [[1]], [[1]], {"residual": "r"}),
        linear([1, 1], [[1], [1]], [[1], [0]], {"sample_weights": [1, -2]}),
        typed("xy", "x^2*y^2 - x^2/4"),
        typed("xy", "x^2*y^2 - x^2/4 + (y - 1)^2"),
    ],
)
def test_a_loss_that_is_not_bounded_below_is_refused_with_its_ray(document):
    assert not knowledge(read(document)).bounded_below
    with pytest.raises(NotApplicable, match="not bounded below"):
        landscape(document)


def test_a_weighting_that_is_not_definite_has_no_theorem():
    assert no_spurious_valley(read(linear([1, 1], [[1], [1]], [[1], [0]], {"sample_weights": [1, -2]}))) is None
    assert no_spurious_valley(read(linear([1, 1], [[1], [1]], [[1], [0]], {"sample_weights": [1, 2]}))) is not None


def test_proved_losses_that_differ_are_two_rows_however_large_they_are():
    # {uv = 1, x = 1} has the loss 10^6, {uv = 1, x near −1} a loss 0.004 above it.
    problem = read(typed("uvx", "(u*v - 1)^2 + (x^2 - 1)^2 + (x - 1)^2/1000 + 1000000"))
    minima = [
        row.component for row in solve(problem, Options(engine="batch", components=True)).table.rows if not row.component.inertia.negative
    ]
    assert {c.kind.value for c in minima} >= {"spurious local minimum"}
    assert len({round(float(c.loss.mid()) - 10**6, 4) for c in minima}) == 2


def test_ridge_does_not_bound_a_loss_from_below():
    problem = read(typed("xy", "x^2*y^2 - x^2/4"))
    assert problem.shape.floor is None and not knowledge(problem).bounded_below
    assert (
        knowledge(read(typed("xy", "(x*y - 1)^2 + x^2"))).bounded_below and Fraction(0) == knowledge(read(typed("xy", "(x*y-1)^2"))).floor
    )


@pytest.mark.parametrize(
    ("document", "check"),
    [
        # inf L = 0 as w₁ → ∞, w₂ = w₃ → 0, on paths that are not yet real at a ridge of 1e-7; the other minima have loss y²/2.
        (
            {
                "architecture": {"family": "linear", "widths": [1, 1, 1, 1]},
                "data": {"inputs": [[1]], "targets": [["1/100000"]]},
                "ridge": [0, 1, 1],
            },
            "no lower limit at infinity",
        ),
        # Wells at xy = 1 ± 7e-4 whose barrier of 3e-13 a ridge of 1e-7 hides; their saddles turn real on the way to a ridge of 1e-12.
        (typed("xy", "((x*y - 1)^2 - 5/10^7)^2 + (x*y)^2/10^11"), "real critical points stay"),
    ],
)
@pytest.mark.slow
def test_a_ridge_that_is_not_small_enough_decides_nothing(document, check):
    found = landscape(document)
    assert (found["status"], found["spurious_valleys_exist"]) == ("incomplete", None) and check in found["reason"]


FOOT = Rung(Fraction(1, 10**7), loss(read(typed("x", "x^2"))), (), (0,), ())
FAR = Limit(Fate.AT_INFINITY, None, 0.0, 3, 1 / 3, 0.0)


@pytest.mark.parametrize(
    ("limits", "floor", "holds"),
    [
        ([], None, True),
        ([FAR], None, False),
        ([FAR], Fraction(1, 10), True),
        ([replace(FAR, growth=0.5)], None, True),
        ([replace(FAR, loss=1j)], None, True),
        ([replace(FAR, loss=0.5 + 1e-8), replace(FAR, loss=0.7)], Fraction(0), True),
        ([replace(FAR, loss=None)], None, True),
    ],
)
def test_limits_at_infinity_are_compared_with_the_lowest_valley(limits, floor, holds):
    level = LimitLevel(LimitValue(arb(0.5), True, None, None, 0.0), (0,), True)
    assert nothing_lower_at_infinity(limits, [level], FOOT.ridge, floor).holds is holds


@pytest.mark.parametrize(("winding", "point", "holds"), [(1, [1.0, 2.0], False), (2, [1.0, 2.0], True), (1, [1.0, 2.0 + 0.1j], True)])
def test_a_path_with_a_regular_real_limit_is_real_at_the_least_ridge(winding, point, holds):
    limit = Limit(Fate.FINITE, np.array(point, dtype=complex), 0.0, winding, 0.0, 0.0)
    assert real_at_the_foot([limit, limit], FOOT).holds is holds
    assert real_at_the_foot([limit], FOOT).holds
