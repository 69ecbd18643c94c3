"""``critscape verify quadratic``: R, ways down and descents against independent formulas; deep networks."""

from fractions import Fraction
from functools import cache

import flint
import numpy as np
import pytest
from flint import arb, fmpq

from critscape.algebra.components.local_system import PRECISION
from critscape.problems.files.problem_file import read_any
from critscape.problems.problem.problem import loss
from critscape.scripts.printing.verdict_rendering import render
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.verdicts.descents import descents
from critscape.scripts.studies.verdicts.instance import Instance
from critscape.scripts.studies.verdicts.last_residual import last_residual
from critscape.scripts.studies.verdicts.run import verified_on
from critscape.scripts.studies.verdicts.theorems.quadratic import Quadratic
from tests.scripts.test_verify import NORM, PLANE, WITHOUT_NORM, known, quadratic

pytestmark = pytest.mark.usefixtures("answers_once")


def deep(widths, units, norms, input_norm, x, y, **others):
    architecture = {"family": "deep-quadratic", "widths": widths, "units": units, "norm_layers": norms, "input_norm": input_norm}
    return {"architecture": architecture, "data": {"inputs": x, "targets": [[v] for v in y]}, **others}


def loss_and_residual(document, weights):
    """L and R of one layer, by their definitions."""
    architecture = document["architecture"]
    d, k = architecture["inputs"], architecture["units"]
    x = np.array([[float(Fraction(str(v))) for v in row] for row in document["data"]["inputs"]])
    y = np.array([float(Fraction(str(row[0]))) for row in document["data"]["targets"]])
    w, output = weights[: d * k].reshape(k, d), architecture["output"]
    u = weights[d * k : d * k + k] if output == "trained" else np.ones(k) if output == "fixed" else numbers(map(str, output))
    c = weights[-1] if architecture["norm_regressor"] else 0.0
    r = ((x @ w.T) ** 2) @ u + c * (x**2).sum(axis=1) - y
    return float(r @ r) / 2, np.einsum("i,ip,iq->pq", r, x, x)


def numbers(entries):
    return np.array([float(Fraction(entry)) for entry in entries])


@pytest.mark.parametrize("document", [NORM, WITHOUT_NORM, {**NORM, "ridge": "1/10"}])
def test_ways_down_lead_down_and_by_as_much_as_is_said(document):
    found, _ = known("quadratic", document)
    others = [row for row in found["evidence"] if "minimum" not in row["kind"]]
    assert len(found["escapes"]) == sum(row["number"] for row in others) > 0
    ridge = float(Fraction(document.get("ridge", 0)))
    for way in found["escapes"]:
        p, v, u = (numbers(way[name]) for name in ("point", "velocity", "bend"))

        def height(t, p=p, v=v, u=u):
            w = p + t * v + t * t * u
            return loss_and_residual(document, w)[0] + ridge / 2 * float(w @ w)

        coefficient = float(Fraction(way["coefficient"]))
        t = 1e-3
        fall = height(t) - height(0)
        assert coefficient < 0 and fall < 0 and fall == pytest.approx(coefficient * t ** way["order"], rel=0.05)


def test_r_has_the_eigenvalues_that_are_said():
    for document in (NORM, WITHOUT_NORM):
        found, _ = known("quadratic", document)
        said = {(row["loss"], row["kind"]): row["inertia of R"] for row in found["evidence"]}
        for way in found["escapes"]:
            values = np.linalg.eigvalsh(loss_and_residual(document, numbers(way["point"]))[1])
            signs = (int((values > 1e-9).sum()), int((values < -1e-9).sum()), int((abs(values) <= 1e-9).sum()))
            assert str(signs) in {text for (loss, _), text in said.items() if loss == way["loss"]}
        assert said["0", "global minimum"] == "0" if document is NORM else said["2", "spurious local minimum"] == "(1, 0, 1)"


FIXED = [[1, 1], [1, 2], [2, -1], [1, 0]], [[3], [1], [2], [-1]]


@pytest.mark.parametrize(
    ("architecture", "data", "verdict"),
    [
        ({"output": "fixed"}, FIXED, "fails"),
        # One eigenvalue is zero by R w = 0, and so is the other one by tr R = 0.
        ({"output": "fixed", "norm_regressor": True}, FIXED, "holds"),
        ({"output": ["-1/2"], "inputs": 3}, ([[1, 1, 0], [1, 2, 1], [2, -1, 1]], [[-3], [1], [2]]), "fails"),
        # No sample sees the third input.
        ({"output": "fixed", "inputs": 3}, ([[1, 1, 0], [1, 2, 0]], [[3], [-1]]), "fails"),
        ({"output": ["1/3"]}, (FIXED[0][:3], FIXED[1][:3], [["1/10", 0]]), None),
    ],
)
def test_every_eigenvalue_of_r_is_told_by_the_units_in_its_kernel(architecture, data, verdict):
    x, y, *ridge = data
    whole = {"family": "quadratic", "inputs": 2, "units": 1, "norm_regressor": False, **architecture}
    document = {"architecture": whole, "data": {"inputs": x, "targets": y}, **({"ridge": [ridge[0]]} if ridge else {})}
    instance = Instance(read_any(document), Options(components=True))
    for point in instance.critical_points.points:
        said = last_residual(instance.problem, point)
        values = np.linalg.eigvalsh(loss_and_residual(document, np.array([float(w) for w in point.weights]))[1])
        signs = int((values > 1e-9).sum()), int((values < -1e-9).sum()), int((abs(values) <= 1e-9).sum())
        # With a ridge on w_j it is no vector of the kernel.
        assert (said.positive, said.negative, said.null) == signs
        assert said.text == ("0" if signs == (0, 0, whole["inputs"]) else str(signs))
    assert verdict is None or verified_on(instance, "quadratic")["conclusion"]["verdict"] == verdict


def test_the_share_of_descents_is_one_with_the_norm_and_not_without():
    with_norm, _ = known("quadratic", NORM)
    without, _ = known("quadratic", WITHOUT_NORM)
    assert "100 of 100 descents end at the loss of the global minimum" in with_norm["covers"][1]
    reached, elsewhere = (int(without["covers"][1].split(words)[0].split()[-1]) for words in (" of 100 descents", " elsewhere"))
    assert reached + elsewhere == 100 and 20 < reached < 80


@pytest.mark.parametrize("offset", [0, 10**6, 10**10])
def test_shares_of_descents_do_not_depend_on_a_constant_in_the_loss(offset):
    # A sample at zero inputs adds its squared target alone; at 1/2 lies the global minimum, at 2 a spurious one, at 5/2 saddles.
    data = {"inputs": [*WITHOUT_NORM["data"]["inputs"], [0, 0]], "targets": [*WITHOUT_NORM["data"]["targets"], [offset]]}
    problem = read_any({**WITHOUT_NORM, "data": data})
    with flint.ctx.workprec(PRECISION):
        least, spurious, saddle = (arb(fmpq(offset**2 + k, 2)) for k in (1, 4, 5))
    found = descents(problem.network, loss(problem), least, [least, spurious, saddle], 0)
    assert (found.reached, found.elsewhere) == (share_without_offset(), 100 - share_without_offset())


@cache
def share_without_offset():
    problem = read_any(WITHOUT_NORM)
    return descents(problem.network, loss(problem), arb(1) / 2, [arb(2)], 0).reached


def test_descents_reach_a_least_loss_of_zero_at_zero_weights():
    problem = read_any({**WITHOUT_NORM, "data": {**WITHOUT_NORM["data"], "targets": [[0], [0]]}})
    assert descents(problem.network, loss(problem), arb(0), [], 0).reached == 100


def test_one_layer_of_a_deep_network_is_a_quadratic_network():
    same = deep([2, 1], [1], [1], False, NORM["data"]["inputs"], [row[0] for row in NORM["data"]["targets"]])
    one, first = known("quadratic", NORM)
    other, second = known("quadratic", same)
    assert first == second == ("holds", "certified")
    assert [(row["loss"], row["kind"], row["inertia of R"]) for row in one["evidence"]] == [
        (row["loss"], row["kind"], row["inertia of R"]) for row in other["evidence"]
    ]


@pytest.mark.slow
def test_the_last_layer_of_a_deep_network_with_norms_is_optimal_at_every_minimum():
    found, verdict = known("quadratic", deep([1, 1, 1], [1, 1], [2], True, [[1]], [1]))
    assert verdict == ("holds", "certified") and all(h["holds"] for h in found["hypotheses"])
    assert "last layer" in found["conclusion"]["claim"] and {row["inertia of R"] for row in found["evidence"]} == {"0"}


@pytest.mark.slow
def test_without_norms_a_deep_network_has_a_proved_minimum_with_r_not_zero():
    # u (w h)² with w = 0 and u > 0 where all targets are negative.
    found, verdict = known("quadratic", deep([1, 1, 1], [1, 1], [], False, [[1], [2]], [-1, -2]))
    assert verdict == ("fails", "proved") and found["counterexample"]["inertia of R"] == "(1, 0, 0)"
    assert [h["name"] for h in found["hypotheses"] if not h["holds"]] == ["norm regressor"]


@pytest.mark.slow
def test_dead_layers_before_the_last_one_make_spurious_minima_with_r_zero_and_nothing_is_claimed():
    found, verdict = known("quadratic", deep([1, 1, 1], [1, 1], [2], False, [[1], [2]], [-1, -2]))
    assert verdict[0] != "fails" and all(h["holds"] for h in found["hypotheses"])
    assert ("5/2", "spurious local minimum", "0") in {(row["loss"], row["kind"], row["inertia of R"]) for row in found["evidence"]}
    assert "global" not in found["conclusion"]["claim"]


def test_several_outputs_are_refused():
    several = deep([1, 2], [1], [1], False, [[1]], [1])
    several["data"]["targets"] = [[1, 2]]
    assert "one output" in Quadratic.inapplicable(read_any(several))


@pytest.mark.parametrize(
    ("document", "broken"),
    [
        pytest.param(
            quadratic(3, 1, True, [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0]], [[1], [-2], [3], [1]]),
            ["at least d − 1 units"],
            marks=pytest.mark.slow,
        ),
        ({**NORM, "ridge": "1/10"}, ["zero ridge"]),
    ],
)
def test_below_and_beside_the_hypotheses_a_minimum_with_r_not_zero_is_proved(document, broken):
    found, verdict = known("quadratic", document)
    assert verdict == ("fails", "proved") and [h["name"] for h in found["hypotheses"] if not h["holds"]] == broken
    assert found["counterexample"]["inertia of R"] != "0"


def test_a_rational_point_of_many_digits_is_decided():
    # u = w = 0 and c = Σ y‖x‖² / Σ ‖x‖⁴, whose denominator has nine digits.
    data = [["13/7", "-4/9"], ["3/8", "29/10"], ["-17/6", "5/7"]], [["23/9"], ["-31/10"], ["11/7"]]
    found, verdict = known("quadratic", quadratic(2, 1, True, *data))
    assert verdict == ("holds", "certified") and "degenerate" not in {row["kind"] for row in found["evidence"]}


@pytest.mark.parametrize("theorem", ["quadratic", pytest.param("valleys", marks=pytest.mark.slow)])
def test_closed_forms_with_long_roots_are_printed_in_every_format(theorem):
    # The spurious minimum has the loss (125 + 4√31)/72.
    found, _ = known(theorem, quadratic(2, 1, False, [*PLANE, [1, 1]], [[1], [-2], ["1/2"]]))
    for style in ("text", "markdown", "latex", "csv"):
        assert "31" in render([found], style)
