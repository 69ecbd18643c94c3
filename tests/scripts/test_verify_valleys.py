"""``critscape verify valleys``: which losses of linear networks the theorem is about, and what is outside."""

import pytest

from critscape.problems.files.problem_file import read
from critscape.problems.spaces.valley_theorems import no_spurious_valley
from critscape.scripts.printing.verdict_legend import COLUMNS
from critscape.scripts.studies.verdicts.remedies import Remedy
from critscape.scripts.studies.verdicts.theorems.valleys import concluded, exhibit, width
from tests.scripts.test_verify import PLANE, known, linear

METRICS = {"metrics": [[[1, 0], [0, 10]], [[10, 0], [0, 2]]]}
QUARTIC = {"residual": "r^2/2 + r^4/4"}
BOTTLENECK = {"inputs": PLANE, "targets": PLANE}


@pytest.mark.parametrize(
    ("widths", "loss", "holds"),
    [
        ((2, 1, 2), None, True),
        ((2, 1, 1, 2), None, True),
        ((2, 1, 2), {"sample_weights": [1, 3], "output_weights": [2, "1/3"]}, True),
        # The metrics are multiples of one.
        ((2, 1, 2), {"metrics": [[[2, 1], [1, 1]], [[6, 3], [3, 3]]]}, True),
        ((2, 1, 2), {"residual": "3*r^2 + r"}, True),
        ((2, 1, 2), METRICS, False),
        ((2, 1, 2), QUARTIC, False),
        ((2, 1, 2), {"sample_weights": [1, -1]}, False),
        ((2, 1, 2), {"residual": "-r^2"}, False),
        ((2, 2, 2, 2), QUARTIC, False),
        ((2, 2, 2, 2), METRICS, False),
        # As many units as inputs or outputs: any convex loss.
        ((2, 2, 2), QUARTIC, True),
        ((2, 2, 2), METRICS, True),
        ((2, 2), QUARTIC, True),
    ],
)
@pytest.mark.parametrize("ridge", [0, "1/3"])
def test_a_bottleneck_is_within_the_theorem_for_squared_losses_only(widths, loss, holds, ridge):
    problem = read(linear(*widths, **BOTTLENECK, **({} if loss is None else {"loss": loss}), ridge=ridge))
    assert width(problem).holds is holds
    assert (no_spurious_valley(problem) is not None) is (holds and not ridge)


def test_metrics_of_parallel_inputs_are_one_metric():
    # Σ (c_i v − y_i)ᵀ Λ_i (c_i v − y_i) with v = Mx is a square of v alone.
    assert width(read(linear(2, 1, 2, inputs=[[1, 2], [2, 4]], targets=PLANE, loss=METRICS))).holds


@pytest.mark.parametrize("residual", ["r^4 - r^2", "r^3"])
def test_enough_units_are_enough_whether_or_not_the_loss_is_convex(residual):
    problem = read(linear(2, 2, 2, **BOTTLENECK, loss={"residual": residual}))
    assert width(problem).holds and no_spurious_valley(problem) is None


@pytest.mark.slow  # Five seconds of merge trees.
def test_metrics_of_the_samples_have_a_spurious_valley_outside_the_hypotheses():
    found, verdict = known("valleys", linear(2, 1, 2, **BOTTLENECK, loss=METRICS))
    assert verdict == ("fails", "certified") and [h["holds"] for h in found["hypotheses"]] == [False, True, True]
    assert {(row["infimum"], row["spurious"]) for row in found["evidence"]} == {("1/2", "no"), ("1", "yes")}


@pytest.mark.parametrize(
    ("attained", "words"),
    [
        ((True, True), "so it holds no global minimum"),
        # Only the spurious valley has its infimum.
        ((False, True), "which is not attained: there is no global minimum"),
        ((None, True), "whether that is attained is not decided"),
    ],
)
def test_spurious_is_said_of_infima_and_of_minima_only_where_there_are_some(attained, words):
    rows = [
        {"infimum": value, "attained": at, "barrier": None, "spurious": spurious, "copies": 1, "level": "certified"}
        for value, at, spurious in zip(("0", "1"), attained, (False, True))
    ]
    found = {"status": "complete", "level": "certified", "spurious_valleys_exist": True, "valleys": rows}
    conclusion = concluded(found, Remedy(flags="--seed 1"))
    assert conclusion.outcome.value == "fails" and "lies above that of L" in conclusion.because and words in conclusion.because
    alone = concluded({**found, "spurious_valleys_exist": False, "valleys": rows[:1]}, Remedy(flags="--seed 1"))
    assert alone.outcome.value == "holds" and ("not attained" in alone.because) is (attained[0] is False)


def test_a_dash_for_spurious_is_explained():
    assert "above that of L" in COLUMNS["spurious"] and "–: not decided" in COLUMNS["spurious"]
    assert exhibit({"infimum": "0"}, {}, True).cells["spurious"] == "–"
