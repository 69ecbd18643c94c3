"""``critscape verify valleys``: which losses of linear networks the theorem is about, and what is outside."""

from fractions import Fraction

import pytest

from critscape.problems.files.problem_file import read
from critscape.problems.spaces.valley_theorems import no_spurious_valley
from critscape.scripts.printing.verdict_legend import COLUMNS
from critscape.scripts.studies.verdicts.lower_points import Lower
from critscape.scripts.studies.verdicts.remedies import Remedy
from critscape.scripts.studies.verdicts.theorems.valleys import TIES, concluded, exhibit, unsettled, width
from tests.scripts.test_verify import PLANE, known, linear, quadratic

METRICS = {"metrics": [[[1, 0], [0, 10]], [[10, 0], [0, 2]]]}
QUARTIC = {"residual": "r^2/2 + r^4/4"}
BOTTLENECK = {"inputs": PLANE, "targets": PLANE}


def polynomials(widths, activation, inputs, targets):
    architecture = {"family": "polynomial-network", "widths": widths, "activation": activation}
    return {"architecture": architecture, "data": {"inputs": inputs, "targets": targets}}


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
        ((None, True), "whether L attains its own is not decided"),
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


@pytest.mark.slow  # Seconds of merge trees, as below.
def test_of_several_spurious_valleys_the_one_that_is_known_best_counts():
    # Σ y² − (Σ x^k y)²/Σ x^2k, k = 1, 2: f = v (w x + w² x²) tends to both, and halves of these are 101/18 and 161/66.
    found, verdict = known("valleys", polynomials([1, 1, 1], [0, 1, 1], [[2], [-2], [1]], [[1], [2], ["5/2"]]))
    levels = {(row["infimum"], row["spurious"]): row["level"] for row in found["evidence"]}
    assert (
        levels["101/18", "yes"] == "certified" and "infimum 101/18" in found["conclusion"]["because"] and verdict == ("fails", "certified")
    )
    assert float(Fraction(found["lower"]["loss"])) < 101 / 18


def test_a_spurious_valley_that_is_numerical_alone_refutes_nothing():
    rows = [
        {"infimum": infimum, "attained": True, "barrier": None, "spurious": infimum != "0", "copies": 1, "level": level}
        for infimum, level in (("0", "certified"), ("1.5", "numerical"))
    ]
    found = {"status": "complete", "level": "numerical", "spurious_valleys_exist": True, "valleys": rows}
    alone = concluded(found, Remedy(flags="--seed 1"))
    assert alone.outcome.value == "undecided" and "1.5" in alone.because and "numerical" in alone.because and "--seed" not in alone.next
    # A valley that is certified refutes it whatever is beside, and above a least value that is numerical if a lower point is proved.
    rows[1]["level"], rows[0]["level"] = "certified", "numerical"
    lower = Lower(("0",), "1", "1.5")
    assert [concluded(found, Remedy(flags="x"), proof).outcome.value for proof in (None, lower)] == ["undecided", "fails"]


@pytest.mark.slow
def test_where_levels_are_not_told_apart_no_seed_is_proposed_and_ridges_decide():
    # a (w·x)² fits both samples with w → ∞, a w² fixed: two valleys of infimum 0 at infinity, equal to all digits.
    squares = quadratic(2, 1, False, [[-1, -2], [-2, "1/2"]], [[0], ["1/2"]], ridge=[0, "1/2"])
    found, verdict = known("valleys", squares)
    following = found["conclusion"]["next"]
    assert verdict == ("undecided", None) and "--seed" not in following and "ridges on all weights" in following
    _, ridged = known("valleys", {**squares, "ridge": [[["1/100", "1/99"]], "1/2"]})
    assert ridged[0] in ("holds", "fails")


@pytest.mark.parametrize(
    ("evidence", "centres", "seed"),
    [({"centres agree": True}, 2, False), ({"centres agree": False}, 2, True), ({"trees": False}, 4, False), ({TIES: None}, 2, False)],
)
def test_other_centres_are_proposed_where_a_check_of_these_fails(evidence, centres, seed):
    found = {"evidence": {name: {"holds": holds} for name, holds in evidence.items()}, "centres": centres}
    remedy = unsettled(found, 2)
    assert (remedy.flags == "--seed 3") is seed and bool(remedy.instead) is not seed


def test_a_dash_for_spurious_is_explained():
    assert "above that of L" in COLUMNS["spurious"] and "–: not decided" in COLUMNS["spurious"]
    assert exhibit({"infimum": "0"}, {}, True).cells["spurious"] == "–"
