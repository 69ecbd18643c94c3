"""What an undecided verdict proposes: flags where flags help, else what may be decided instead; none proposes what was just done in vain."""

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from critscape.algebra.splitting.copies import Split
from critscape.algebra.splitting.descent import End, NoMinimum, Run
from critscape.algebra.splitting.verdict import Kind
from critscape.problems.files.documents import schema
from critscape.problems.files.problem_file import read, read_any
from critscape.problems.networks.network import weight_count
from critscape.problems.networks.reading import network_from
from critscape.scripts.pages.report_verdicts import verdict_parts
from critscape.scripts.printing import verdict_table_rendering
from critscape.scripts.printing.verdict_rendering import render, sentence
from critscape.scripts.studies import answer
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.splitting.run import split
from critscape.scripts.studies.verdicts.instance import Instance
from critscape.scripts.studies.verdicts.remedies import MOST_WEIGHTS, other_choices, other_engine, smaller
from critscape.scripts.studies.verdicts.run import verified
from critscape.scripts.studies.verdicts.theorems.splitting import without_minimum
from tests.scripts.test_verify import LOGISTIC, linear, outcome, quadratic

pytestmark = pytest.mark.usefixtures("answers_once")

PITCHFORK = linear(1, 1, 1, inputs=[[1]], targets=[[1]], ridge=1)
WIDE = linear(6, 2, 1, inputs=[[1, 0, 0, 0, 0, 1]], targets=[[2]])
WIDE_SQUARES = quadratic(3, 3, True, [[1, 0, 0], [0, 1, 0], [1, 1, 1]], [[1], [-2], [3]])


def advice(name, document, **flags):
    found = verified(name, read_any(document), Options(components=True, **flags))
    assert found["conclusion"]["verdict"] == "undecided"
    return found["conclusion"]["next"]


@pytest.mark.parametrize(("name", "document"), [("depth", WIDE), ("forms", WIDE), ("quadratic", WIDE_SQUARES)])
def test_where_there_are_too_many_weights_no_flag_is_proposed_and_fewer_are_decided(name, document):
    following = advice(name, document)
    assert "no flag decides this" in following and "--" not in following and "at most 12 weights, such as" in following


def test_the_smaller_network_that_is_proposed_is_of_the_family_has_few_enough_weights_and_is_decided():
    proposed = advice("depth", WIDE).rpartition("such as ")[2]
    assert proposed == "linear 5-2-1 with its 12 weights"
    assert outcome("depth", linear(5, 2, 1, inputs=[[1, 1, 0, 1, 0]], targets=[[2]]))[1] == ("holds", "certified")


@pytest.mark.parametrize(
    ("described", "title"),
    [
        ({"family": "quadratic", "inputs": 4, "units": 4, "norm_regressor": True, "output": "trained"}, "quadratic 2, 2, trained, norm"),
        ({"family": "towers", "towers": [[2, 2, 2], [2, 3, 2]]}, "towers 1-1-1 + 1-1-1"),
        ({"family": "linear", "widths": [2, 1, 2]}, "linear 2-1-2"),
        ({"family": "masked", "widths": [4, 3, 1], "fixed": [[[None] * 4] * 3, [[None] * 3]]}, None),
    ],
)
def test_smaller_networks_by_family(described, title):
    found = smaller(network_from(described))
    assert (found and found.title) == title
    assert found is None or weight_count(found) <= MOST_WEIGHTS


def test_a_degenerate_point_is_not_asked_for_again_and_a_little_more_ridge_is_decided():
    assert "a little" in (following := advice("depth", PITCHFORK)) and "--engine" not in following and "--seed" not in following
    assert outcome("depth", {**PITCHFORK, "ridge": "101/100"})[1] == ("holds", "proved")


def test_numbers_beyond_double_precision_are_to_be_scaled():
    huge = "1" + "0" * 200
    assert "other units" in advice("forms", linear(1, 1, 1, inputs=[[huge]], targets=[[huge]]))
    assert outcome("forms", linear(1, 1, 1, inputs=[[1]], targets=[[1]]))[1] == ("holds", "certified")


def test_the_engine_that_is_proposed_is_another_one():
    found = answer.solve(read(PITCHFORK), Options())
    for name, flags in (("exact", "--engine batch"), ("batch", "--engine exact"), ("phcpy", "--engine exact")):
        assert other_engine(replace(found, document={**found.document, "engine": {"name": name}})).flags == flags


def test_the_seed_that_is_proposed_is_another_one():
    problem = read(linear(1, 1, 1, inputs=[[1]], targets=[[2]]))
    for seed in (0, 5):
        assert other_choices(answer.solve(problem, Options(seed=seed, components=True))).flags == f"--seed {seed + 1}"


@pytest.mark.slow  # Six seconds of paths.
def test_where_a_point_of_a_component_is_not_proved_ridges_are_proposed_and_decide():
    # w·x = 0 and ±√(5/2) at two samples of three inputs: lines of global minima, of which no point is proved.
    squares = {"family": "quadratic", "inputs": 3, "units": 1, "output": "fixed", "norm_regressor": False}
    data = {"inputs": [[-2, "5/3", -3], [-2, 2, "-8/3"], [0, 0, 0]], "targets": [[0], ["5/2"], ["-8/3"]]}
    following = advice("quadratic", {"architecture": squares, "data": data}, seed=3)
    assert "--seed 4" in following and "ridges on all weights" in following
    assert outcome("quadratic", {"architecture": squares, "data": data, "ridge": [[["1/100", "1/99", "1/98"]]]})[1] == ("fails", "proved")


def test_an_answer_that_is_not_complete_proposes_another_engine(monkeypatch):
    instance = Instance(read(linear(1, 1, 1, inputs=[[1]], targets=[[2]], ridge=[[["1/3"]], [["1/2"]]])), Options(components=True))
    engine = other_engine(instance.answer).flags
    status = type(instance.answer.critical.status).INCOMPLETE
    critical = replace(instance.answer.critical, status=status)
    vars(instance)["answer"] = replace(instance.answer, critical=critical)
    assert instance.critical_points.missing.next("depth").endswith(f"`critscape verify depth PROBLEM.json {engine}` asks once more")


def test_valleys_say_why_no_seed_helps():
    falling = linear(1, 1, 1, inputs=[[1]], targets=[[1]], loss={"residual": "r^2/2 + r^3"})
    assert "bounded below" in (following := advice("valleys", falling)) and "--seed" not in following
    # Rotations O(2), and more weights than are enumerated.
    rotated = linear(5, 2, 2, inputs=[[1, 0, 0, 1, 2], [0, 1, 1, 0, 1]], targets=[[2, 0], [0, 1]], ridge=1)
    assert "12 weights" in (following := advice("valleys", rotated)) and "--seed" not in following


def test_where_every_unit_has_a_ridge_nothing_is_claimed_and_without_it_the_theorem_speaks():
    found, verdict = outcome("splitting", {**LOGISTIC, "ridge": "1/10"})
    assert (
        verdict == ("undecided", None)
        and "nothing is claimed" in found["conclusion"]["because"]
        and "--seed" not in found["conclusion"]["next"]
    )
    assert outcome("splitting", LOGISTIC)[1] == ("holds", "proved")
    row = {"theorem": "splitting", "case": "ridge", "problem": found["problem"], "verdict": found}
    text = verdict_table_rendering.render({"title": "t", "verdicts": [row]}, "markdown")
    assert "nothing is claimed of this problem" in text and "contradicts nothing" in text


AT_INFINITY = [0, "8/5", "19/10", "3/2"], ["4/5", "-7/10", "3/10", "-4/5"]


def one_unit(activation, inputs, targets, **others):
    data = {"inputs": [[x] for x in inputs], "targets": [[y] for y in targets]}
    return {"architecture": {"family": "feed-forward", "widths": [1, 1, 1], "activation": activation}, "data": data, **others}


@pytest.mark.parametrize("activation", ["tanh", "logistic"])
def test_where_all_minima_lie_at_infinity_no_seed_is_proposed_and_what_is_decides(activation):
    inputs, targets = AT_INFINITY
    found = verified("splitting", read_any(one_unit(activation, inputs, targets)), Options(components=True))["conclusion"]
    assert "20 go to infinity" in found["because"] and "--seed" not in found["next"] and "a ridge on every weight" in found["next"]
    # As proposed: with a ridge, and, with targets close to outputs of a network, without one.
    ridged = split(read_any(one_unit(activation, inputs, targets, ridge="1/100")), (Split(1, 0, (Fraction(1, 2),) * 2),), None)
    assert ridged.point.inertia.definite == 1 and ridged.verdict.kind is not Kind.OPEN
    unit = {"tanh": np.tanh, "logistic": lambda t: 1 / (1 + np.exp(-t))}[activation]
    near = [f"{2 * unit(0.7 * float(Fraction(x))) + 0.05 * (-1) ** k:.3f}" for k, x in enumerate(inputs)]
    verdict = outcome("splitting", one_unit(activation, inputs, near))[1]
    assert verdict == ("holds", "proved")


def test_where_every_run_fits_all_samples_no_seed_is_proposed():
    found = verified("splitting", read_any(one_unit("tanh", [1, 2, -3], [0, 0, 0])), Options(components=True))["conclusion"]
    assert "20 fit all samples as far" in found["because"]
    assert "--seed" not in found["next"] and "does not fit all samples exactly" in found["next"]


def test_where_some_run_ends_at_a_point_another_seed_is_proposed():
    runs = (Run(End.AWAY, 50.0, 1.5), Run(End.SINGULAR, 1.0, 2.0))
    assert "--seed 4" in without_minimum(read_any(LOGISTIC), NoMinimum(runs), 3).next


def test_fewer_residuals_than_weights_are_named_where_no_minimum_is_regular():
    tanh = {"family": "one-hidden-layer", "inputs": 1, "units": 2, "activation": "tanh"}
    following = advice("splitting", {"architecture": tanh, "data": {"inputs": [[1]], "targets": [[1]]}})
    assert "residuals fewer (1) than weights (4)" in following


@pytest.mark.parametrize(
    ("name", "document"), [("depth", {**PITCHFORK, "ridge": "1/4"}), ("depth", PITCHFORK), ("splitting", {**LOGISTIC, "ridge": "1/10"})]
)
def test_verdicts_that_were_kept_before_these_fields_were_there_are_shown(name, document):
    found, _ = outcome(name, document)
    old = {key: value for key, value in found.items() if key not in ("lower", "minimum", "escapes")}
    old["hypotheses"] = [{key: value for key, value in h.items() if key != "otherwise"} for h in found["hypotheses"]]
    old["conclusion"] = {key: value for key, value in found["conclusion"].items() if key not in ("next", "extent")}
    Draft202012Validator(schema("verdict")).validate(json.loads(json.dumps(old)))
    row = {"theorem": name, "case": "old", "problem": old["problem"], "verdict": old}
    for style in ("text", "markdown", "latex", "csv", "json"):
        assert render([old], style, {}) and verdict_table_rendering.render({"title": "t", "verdicts": [row]}, style)
    assert "not: zero ridge" in render([old], "text") and verdict_parts([old])[0]["verdict"] == old["conclusion"]["verdict"]


def test_within_the_hypotheses_an_open_conclusion_says_that_the_theorem_claims_it():
    inside = {"name": "enough units", "holds": True, "because": "…"}
    conclusion = {"verdict": "undecided", "level": None, "because": "nothing was listed"}
    said = "Within the hypotheses the theorem says that the conclusion holds"
    found = {"hypotheses": [inside], "conclusion": conclusion, "claimant": "the theorem", "evidence": []}
    assert said in sentence(found)
    for hypotheses in ([{**inside, "holds": False}], [{**inside, "holds": None}], []):
        assert said not in sentence({**found, "hypotheses": hypotheses})


def test_a_conclusion_that_holds_says_whose_theorem_it_is_and_which_half_of_certified_is_proved():
    found, verdict = outcome("quadratic", quadratic(2, 1, True, [[1, 0], [0, 1]], [[1], [-2]]))
    assert verdict == ("holds", "certified") and {row["level"] for row in found["evidence"]} == {"proved"}
    said = sentence(found)
    assert "k ≥ d − 1, here 1 ≥ 1; the source asks for k ≥ d) says that the conclusion holds, and it holds for what was" in said
    complete = "every component of global minima and every closed component of local minima has a row"
    assert f"(certified: what each row says is proved, that {complete} is not)" in said
    weaker = {**found, "evidence": [{**found["evidence"][0], "level": "certified"}, *found["evidence"][1:]]}
    assert f"(certified: that each row has a critical point is proved, that {complete} is not)" in sentence(weaker)
    assert f"(certified: that {complete} is not proved)" in sentence({**found, "evidence": []})
    # What is computed in floating point says so where it stands.
    covered = found["covers"]
    assert covered[0].startswith("this network on these data, certified: ") and covered[1].startswith("numerical: 100 of 100")


@pytest.mark.parametrize(("units", "whose"), [(4, "the theorem of the source (k ≥ d, here 4 ≥ 4) says"), (3, "critscape's own argument")])
def test_an_undecided_quadratic_says_whose_theorem_covers_it_and_that_only_hypotheses_were_checked(units, whose):
    data = [[1, 0, 1, 0], [0, 1, 1, 1], [1, 2, 0, 1], [2, -1, 3, 0]], [[1], [-1], [3], [1]]
    found, verdict = outcome("quadratic", quadratic(4, units, True, *data))
    assert verdict == ("undecided", None)
    shown = render([found], "text")
    assert whose in shown and "this network" in shown and "only its hypotheses, not the conclusion" in shown
    assert "layers" not in found["conclusion"]["next"] and "these runs" not in shown and "; components" not in shown
