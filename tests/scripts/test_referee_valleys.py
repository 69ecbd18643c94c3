"""Losses of which a landscape without ridge once said what is false."""

from fractions import Fraction

import pytest

from critscape.algebra.landscape.landscape import NotApplicable
from critscape.problems.files.problem_file import read
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
