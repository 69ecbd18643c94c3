"""``critscape verify``: theorems hold inside their hypotheses, fail outside with a proved counterexample, and say what was shown."""

import csv
import json
import random
import re
from fractions import Fraction
from functools import cache
from string import printable

import numpy as np
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

import critscape as cs
from critscape.algebra.splitting.descent import End, NoMinimum, Run
from critscape.problems.files.documents import schema
from critscape.problems.files.problem_file import read, read_any
from critscape.scripts.critscape import critscape
from critscape.scripts.printing.verdict_rendering import render
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.verdicts import theorems
from critscape.scripts.studies.verdicts.run import theorem, verified
from critscape.scripts.studies.verdicts.theorems.forms import predicted
from critscape.scripts.studies.verdicts.theorems.valleys import least_attained

pytestmark = pytest.mark.usefixtures("answers_once")

OPTIONS = Options(components=True)
PLANE, DIAGONAL = [[1, 0], [0, 1]], [[2, 0], [0, 1]]
BOTTLENECK = "r^2/2 - r^4/4 + 3*r^6/40"


def linear(*widths, inputs=PLANE, targets=DIAGONAL, **others):
    return {"architecture": {"family": "linear", "widths": list(widths)}, "data": {"inputs": inputs, "targets": targets}, **others}


def quadratic(inputs, units, norm, x, y, **others):
    architecture = {"family": "quadratic", "inputs": inputs, "units": units, "output": "trained", "norm_regressor": norm}
    return {"architecture": architecture, "data": {"inputs": x, "targets": y}, **others}


CHAIN = linear(1, 1, 1, 1, inputs=[[1]], targets=[["5/4"]])
NORM = quadratic(2, 1, True, [*PLANE, [1, 1]], [[1], [-2], [3]])
WITHOUT_NORM = quadratic(2, 1, False, PLANE, [[1], [-2]])


def outcome(name, document):
    found = verified(name, read_any(document), OPTIONS)
    Draft202012Validator(schema("verdict")).validate(json.loads(json.dumps(found)))
    return found, (found["conclusion"]["verdict"], found["conclusion"]["level"])


@cache
def once(name, text):
    return outcome(name, json.loads(text))


def known(name, document):
    """The same, computed once for all tests that change nothing."""
    return once(name, json.dumps(document))


@pytest.mark.parametrize(("name", "document"), [("depth", CHAIN), ("forms", CHAIN), ("quadratic", NORM)])
def test_inside_the_hypotheses_the_conclusion_holds(name, document):
    found, verdict = known(name, document)
    assert verdict == ("holds", "certified") and all(h["holds"] for h in found["hypotheses"]) and "counterexample" not in found


@pytest.mark.parametrize(
    ("name", "document", "broken", "point"),
    [
        # The origin of a chain with a ridge is a spurious minimum of rank 0.
        ("depth", {**CHAIN, "ridge": "1/4"}, ["zero ridge"], ["0", "0", "0"]),
        ("forms", {**CHAIN, "ridge": "1/4"}, ["zero ridge"], None),
        # u (w·x)² with x = e₁, e₂ and y = 1, −2 at u = −1, w = (0, 1): the loss is 2.
        ("quadratic", WITHOUT_NORM, ["norm regressor"], None),
    ],
)
def test_outside_the_hypotheses_it_fails_with_a_proved_counterexample(name, document, broken, point):
    found, verdict = known(name, document)
    assert verdict == ("fails", "proved")
    assert [h["name"] for h in found["hypotheses"] if not h["holds"]] == broken
    assert found["counterexample"]["level"] == "proved" and point in (None, found["counterexample"]["point"])


def test_an_enumeration_that_is_not_complete_decides_nothing(monkeypatch):
    from critscape.algebra.components.table import Components

    monkeypatch.setattr(Components, "settled", property(lambda table: False))
    for name, document in (("depth", CHAIN), ("forms", CHAIN), ("quadratic", NORM)):
        found, verdict = outcome(name, document)
        assert verdict == ("undecided", None) and "not settled" in found["conclusion"]["because"]
        assert f"`critscape verify {name} PROBLEM.json --seed 1`" in found["conclusion"]["next"]


def test_a_critical_value_that_no_limit_has_leaves_the_forms_undecided(monkeypatch):
    module = __import__("critscape.scripts.studies.verdicts.theorems.forms", fromlist=["predicted"])
    values = predicted(read(CHAIN))
    more = (*values, type(values[0])(values[0].loss + 100, ((1,),)))
    monkeypatch.setattr(module, "predicted", lambda problem: more)
    found, verdict = outcome("forms", CHAIN)
    assert verdict == ("undecided", None) and "no critical point was enumerated" in found["conclusion"]["because"]


def test_values_in_closed_form_of_a_matrix_are_sums_of_its_singular_values():
    values = predicted(read(linear(2, 1, 2)))
    assert [(float(v.loss.mid()), v.sets) for v in values] == [(0.5, ((1,),)), (2.0, ((2,),)), (2.5, ((),))]
    # σ = 1, 1: two sets with one value.
    values = predicted(read(linear(2, 1, 2, targets=[[1, 0], [0, 1]])))
    assert [len(v.sets) for v in values] == [2, 1]


@pytest.mark.parametrize(("name", "document"), [("depth", NORM), ("forms", NORM), ("quadratic", CHAIN)])
def test_a_theorem_about_something_else_is_refused_in_one_line(name, document):
    with pytest.raises(cs.BadInput, match=f"of {name}, it is about"):
        verified(name, read(document), OPTIONS)


def run(*arguments):
    return CliRunner().invoke(critscape, list(map(str, arguments)))


def asked(*arguments):
    """A command that answers: its exit status is what it returns."""
    return CliRunner().invoke(critscape, list(map(str, arguments)), standalone_mode=False)


def status(done):
    assert done.exception is None, done.exception
    return done.return_value


def test_all_theorems_at_once_in_every_format(tmp_path):
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(linear(1, 1, 1, inputs=[[1]], targets=[[2]])))
    done = asked("verify", "--all", path, "--format", "json", "--output", tmp_path / "verdicts.tex")
    found = json.loads(done.stdout)
    assert status(done) == 0 and [v["theorem"] for v in found] == ["depth", "forms", "valleys"]
    assert [v["conclusion"]["verdict"] for v in found] == ["holds", "holds", "holds"]
    # No minimum of a linear network without ridge is regular, so nothing is split.
    assert "quadratic does not apply: it is about" in done.stderr and "splitting does not apply: a unit with" in done.stderr
    tex = (tmp_path / "verdicts.tex").read_text()
    assert (
        tex.count(r"\paragraph") == 4 and tex.count("% @") >= 3 and not (set(filter(str.isprintable, tex)) - set(printable) - set("áéöüş"))
    )

    rows = list(csv.DictReader(render(found, "csv").splitlines()))
    assert [row["verdict"] for row in rows] == ["holds", "holds", "holds"] and rows[0]["hypotheses"] == "all hold"
    assert render(found, "markdown").count("### ") == 3
    text = render(found, "text")
    assert "says that the conclusion holds, and it holds for what was enumerated (certified: " in text and "Does not cover" in text
    assert "certified: the critical points behind it are proved" in text and "rank M: rank of" in text and "Summary" not in text


def test_all_theorems_at_once_end_in_a_summary_that_names_those_that_do_not_apply(tmp_path):
    path = tmp_path / "problem.json"
    path.write_text(json.dumps({**CHAIN, "ridge": "1/4"}))
    done = asked("verify", "--all", path, "--output", tmp_path / "verdicts.csv")
    # Lines are as long as it takes: COLUMNS breaks them.
    lines = " ".join(done.stdout.split("Summary")[1].split())
    assert status(done) == 1 and "depth: fails (proved), outside the hypotheses (every weight has a ridge)" in lines
    assert "quadratic: does not apply, as it is about quadratic networks" in lines and lines.endswith(
        "3 of 5 theorems speak of this family: the conclusion fails in 3."
    )
    rows = list(csv.DictReader((tmp_path / "verdicts.csv").read_text().splitlines()))
    assert {row["theorem"]: row["verdict"] for row in rows} == {
        "depth": "fails", "forms": "fails", "valleys": "fails", "quadratic": "does not apply", "splitting": "does not apply",
    }  # fmt: skip


def test_where_no_theorem_applies_the_summary_says_why(tmp_path):
    path = tmp_path / "problem.json"
    path.write_text(json.dumps({"architecture": {"family": "polynomial", "variables": ["x"], "loss": "x^4 - x"}}))
    done = asked("verify", "--all", path)
    assert status(done) == 1 and done.stdout.count("does not apply, as") == 5 and "0 of 5 theorems speak of this family." in done.stdout


@pytest.mark.parametrize("name", ["depth", "forms", "valleys"])
def test_a_point_lower_than_a_spurious_minimum_is_shown(name):
    # L at the lower point by its definition: (w1 w2 w3 − 5/4)²/2 + (1/8) Σ w².
    found, _ = known(name, {**CHAIN, "ridge": "1/4"})
    point = [Fraction(entry) for entry in found["lower"]["point"]]
    value = (point[0] * point[1] * point[2] - Fraction(5, 4)) ** 2 / 2 + sum(w * w for w in point) / 8
    assert value == Fraction(found["lower"]["loss"]) < Fraction(found["lower"]["below"]) == Fraction(25, 32)
    if name != "forms":
        assert {Fraction(entry) for entry in found["counterexample"]["point"]} == {0}


@pytest.mark.parametrize("arguments", [(), ("depth",), ("depth", "no.json", "--all"), ("--all",), ("nonsense", "PROBLEM")])
def test_bad_arguments_give_one_line_and_status_2(tmp_path, arguments):
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(CHAIN))
    done = run("verify", *(path if a == "PROBLEM" else a for a in arguments))
    assert done.exit_code == 2 and "expected" in done.output


def test_the_door_has_the_verdict():
    found = cs.verify("depth", {**CHAIN, "ridge": "1/4"})
    assert (found.status, found.level, found.hypotheses["zero ridge"]) == ("fails", "proved", False)
    assert found.render("markdown").startswith("### depth: linear 1-1-1-1")


def test_every_theorem_is_named_by_the_command_and_has_its_sources():
    shown = run("verify", "--help").output
    for name in theorems.names():
        assert name in shown and theorem(name).source.bibtex.startswith("@") and theorem(name).summary


def entry(draw):
    return str(Fraction(draw.choice((-1, 1)) * draw.randint(1, 12), draw.randint(1, 4)))


def matrix(draw, rows, columns):
    return [[entry(draw) for _ in range(columns)] for _ in range(rows)]


LOGISTIC = {
    "architecture": {"family": "feed-forward", "widths": [1, 1, 1], "activation": "logistic"},
    "data": {"inputs": [[-1], [1], [2]], "targets": [["13/30"], ["-2/15"], ["57/40"]]},
}


def test_a_split_unit_is_what_the_theorem_says_on_every_part_of_the_line():
    found, verdict = outcome("splitting", LOGISTIC)
    assert verdict == ("holds", "proved") and all(h["holds"] for h in found["hypotheses"])
    kinds = {row["λ"]: (row["kind"], row["theorem"]) for row in found["evidence"]}
    # A path leads strictly below the copies, so they are spurious.
    assert kinds["0 < λ < 1"] == ("spurious local minimum", "local minimum") and kinds["λ > 1"] == ("strict saddle", "saddle")


def test_a_split_says_which_minimum_was_split_and_what_b_and_d_are():
    found, _ = known("splitting", LOGISTIC)
    u, v = (float(entry) for entry in found["minimum"]["point"])
    # By hand (docs/splitting.md): u = ln 2, v = 1, loss 333/640, B = 13/75.
    assert np.allclose([u, v, float(found["minimum"]["loss"])], [np.log(2), 1, 333 / 640], atol=1e-9)
    assert "unit 1 of layer 1: B ≻ 0, with (1, 0, 0) eigenvalues" in found["hypotheses"][-1]["because"]
    assert "strictly below them" in found["conclusion"]["because"]
    for name in ("B_ij = ", "D_ik = "):
        assert name in found["conclusion"]["claim"]
    assert "Minimum that was split: W1 [0.6931472]  v [1], where L ≈ 0.5203125" in render([found], "text")


def test_a_minimum_that_is_not_found_is_said_in_plain_sentences_with_flags_that_there_are(monkeypatch):
    def none(*arguments):
        raise NoMinimum((Run(End.AWAY, 50.0, 1.5), Run(End.SINGULAR, 1.0, 2.0)))

    monkeypatch.setattr("critscape.scripts.studies.splitting.place.lowest_minimum", none)
    found, verdict = outcome("splitting", LOGISTIC)
    because, following = found["conclusion"]["because"], found["conclusion"]["next"]
    assert verdict == ("undecided", None) and "(" not in because and "no unit was split" in because and "minimum" not in found
    assert "hypothesis" not in because and "--" not in because and "critscape split PROBLEM.json --weights" in following


def test_of_a_ridge_around_the_unit_the_theorem_says_nothing():
    found, verdict = outcome("splitting", {**LOGISTIC, "ridge": "1/10"})
    assert verdict == ("undecided", None) and "zero ridge around some unit" in [h["name"] for h in found["hypotheses"] if not h["holds"]]


def test_a_valley_that_holds_no_global_minimum_is_found():
    # The origin of the chain with a ridge is a spurious minimum, and lies in a valley of its own.
    found, verdict = outcome("valleys", {**CHAIN, "ridge": "1/4"})
    assert verdict[0] == "fails" and [h["name"] for h in found["hypotheses"] if not h["holds"]] == ["zero ridge"]
    assert {(row["infimum"], row["spurious"]) for row in found["evidence"]} == {("13/32", "no"), ("25/32", "yes")}


@pytest.mark.parametrize("widths", [(1, 1, 1), pytest.param((1, 1, 1, 1), marks=pytest.mark.slow)])
def test_a_spurious_minimum_at_which_an_error_that_is_not_convex_is_critical_has_not_the_largest_rank(widths):
    # ℓ′ = r (r − 1)(r − 3): M = 0 has rank 0, ℓ′ vanishes there, and ℓ(0) = 0 > ℓ(3).
    document = linear(*widths, inputs=[[1]], targets=[[0]], loss={"residual": "r^4/4 - 4*r^3/3 + 3*r^2/2"})
    found, verdict = outcome("depth", document)
    assert verdict == ("fails", "proved") and "of rank 0 and not of the largest" in found["conclusion"]["because"]
    assert [h["name"] for h in found["hypotheses"] if not h["holds"]] == ["convex differentiable loss"]


@pytest.mark.parametrize("name", ["valleys", "depth"])
def test_sentences_and_tables_have_no_long_decimals(name):
    # The spurious minima of this one have no rational loss.
    found, verdict = outcome(name, linear(1, 1, 1, 1, inputs=[[1]], targets=[["4/3"]], ridge=["1/4", "1/3", "1/2"]))
    assert verdict[0] == "fails"
    shown = [found["conclusion"]["because"], *(text for row in found["evidence"] for text in row.values())]
    assert not any(re.search(r"\d{11}", str(text)) for text in shown)


@pytest.mark.parametrize(
    ("name", "document", "words"),
    [
        ("forms", linear(1, 1, 1, inputs=[[0]], targets=[[1]]), "the only value ½(‖Y‖² − Σ_S σ_k) was found"),
        ("depth", linear(1, 1, 1, inputs=[[1]], targets=[[2]], loss={"residual": "r"}), "no local minimum was found at all"),
    ],
)
def test_what_is_said_of_one_value_or_of_no_minimum_is_true_as_it_stands(name, document, words):
    found, verdict = outcome(name, document)
    assert verdict[0] == "holds" and words in found["conclusion"]["because"]


def test_a_table_of_verdicts_is_kept_and_says_what_is_not_decided(tmp_path, monkeypatch):
    from critscape.scripts.studies import kept
    from critscape.scripts.studies.verdicts import cases

    monkeypatch.setattr(kept, "user_cache_path", lambda name: tmp_path / "cache")
    listed = [("depth", "chain", CHAIN), ("depth", "ridge", {**CHAIN, "ridge": "1/4"}), ("forms", "not linear", NORM)]
    content = {"title": "three", "cases": [{"theorem": t, "case": name, "problem": p} for t, name, p in listed]}
    path = tmp_path / "cases.json"
    path.write_text(json.dumps(content))
    done = asked("table", path, "--format", "json", "--output", tmp_path / "table.tex")
    table = json.loads(done.stdout)
    Draft202012Validator(schema("verdict table")).validate(table)
    assert status(done) == 1 and ["verdict" in row for row in table["verdicts"]] == [True, True, False]
    assert "of forms, it is about linear networks" in table["verdicts"][2]["reason"]
    assert r"\begin{longtable}" in (tmp_path / "table.tex").read_text()
    monkeypatch.setattr(cases, "verified_on", None)
    assert json.loads(run("table", path, "--format", "json").stdout)["verdicts"] == table["verdicts"]
    text = run("table", path).stdout
    assert "inside the hypotheses: 1 holds" in text and "outside the hypotheses: 1 fails" in text and "forms, not linear" in text


def test_the_cases_that_ship_are_ten_inside_and_some_outside_of_each_theorem():
    from critscape.problems.recipes.shipped import shipped
    from critscape.problems.recipes.verdict_cases import load_cases

    _, found = load_cases(shipped("verdicts")["seeds"])
    for name in theorems.names():
        chosen = [case for case in found if case.theorem == name]
        assert len(chosen) >= 11 and len({case.name for case in chosen}) == len(chosen)
        assert all(theorem(name).inapplicable(case.problem) is None for case in chosen)


@pytest.mark.slow
def test_the_cases_that_ship_hold_inside_and_never_fail_there(tmp_path, monkeypatch):
    from critscape.problems.recipes.shipped import shipped
    from critscape.problems.recipes.verdict_cases import load_cases
    from critscape.scripts.studies import kept
    from critscape.scripts.studies.verdicts import cases

    monkeypatch.setattr(kept, "user_cache_path", lambda name: tmp_path)
    table = cases.verdict_table(*load_cases(shipped("verdicts")["seeds"]), Options(components=True, jobs=2))
    for row in table["verdicts"]:
        inside = all(h["holds"] for h in row["verdict"]["hypotheses"])
        assert not inside or row["verdict"]["conclusion"]["verdict"] == "holds", (row["theorem"], row["case"])
    undecided = [row["theorem"] for row in table["verdicts"] if row["verdict"]["conclusion"]["verdict"] == "undecided"]
    assert undecided == ["splitting"] * 3 and not cases.all_answered(table)
    for name in ("depth", "forms", "quadratic", "valleys"):
        outside = [row for row in table["verdicts"] if row["theorem"] == name and not all(h["holds"] for h in row["verdict"]["hypotheses"])]
        assert sum(row["verdict"]["conclusion"]["verdict"] == "fails" for row in outside) >= 3, name


def test_ranks_are_those_of_what_the_samples_see():
    # One sample: W2 W1 of rank 1 with W1 x = 0 fits as little as zero, and is of the form of S = ∅.
    found, (verdict, _) = outcome("forms", linear(2, 1, 2, inputs=[[1, -2]], targets=[[1, 3]]))
    assert verdict == "holds" and {(row["S"], row["rank MX"]) for row in found["evidence"]} == {("∅", "0"), ("{1}", "1")}
    assert not any("bounds of its rank" in thing for thing in found["does_not_cover"])


@pytest.mark.slow
def test_ranks_of_which_only_bounds_are_known_are_not_covered():
    # Two critical values with √221 in them: that MX has rank one there is not shown by numbers.
    found, (verdict, _) = outcome("forms", linear(2, 2, 2, inputs=[[1, 0], [0, 1]], targets=[[1, 2], [3, 4]]))
    ranks = [(row["S"], row["rank MX"]) for row in found["evidence"]]
    assert verdict == "holds" and ranks == [("{1, 2}", "2"), ("{1}", "1 to 2"), ("{2}", "1 to 2"), ("∅", "0")]
    assert "that MX has rank |S| in 2 rows where only bounds of its rank are known" in found["does_not_cover"]


@pytest.mark.slow
@pytest.mark.parametrize("widths", [(2, 1, 1, 2), (2, 2, 1, 2), (1, 2, 1, 1), (2, 1, 2), (1, 1, 1, 1)])
@pytest.mark.parametrize("seed", range(10))
def test_no_random_linear_network_contradicts_a_theorem(widths, seed):
    draw = random.Random(f"{widths} {seed}")
    samples = draw.randint(1, 3)
    document = linear(*widths, inputs=matrix(draw, samples, widths[0]), targets=matrix(draw, samples, widths[-1]))
    for name in ("depth", "forms"):
        found, (verdict, _) = outcome(name, document)
        # With fewer samples than inputs a point may lie on a stratum on which no relation is known: then it is named.
        assert verdict == "holds" or (verdict == "undecided" and "are not decided" in found["conclusion"]["because"]), found["conclusion"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("widths", "samples"),
    [((2, 1, 1, 2), 1), ((2, 1, 1, 1), 1), ((2, 2, 1, 2), 1), ((2, 1, 2, 1), 1), ((3, 1, 1, 2), 1), ((3, 1, 1, 2), 2)],
)
@pytest.mark.parametrize("seed", range(5))
def test_depth_is_decided_with_fewer_samples_than_inputs(widths, samples, seed):
    """Strata across the samples and the targets are no coordinate subspaces."""
    draw = random.Random(f"{widths} {samples} {seed}")
    found, (verdict, _) = outcome(
        "depth", linear(*widths, inputs=matrix(draw, samples, widths[0]), targets=matrix(draw, samples, widths[-1]))
    )
    assert verdict == "holds", found["conclusion"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize(("inputs", "units"), [(2, 1), (2, 2)])
def test_no_random_quadratic_network_with_the_norm_contradicts_the_theorem(inputs, units, seed):
    draw = random.Random(f"{inputs} {units} {seed}")
    samples = draw.randint(1, 4)
    found, (verdict, _) = outcome("quadratic", quadratic(inputs, units, True, matrix(draw, samples, inputs), matrix(draw, samples, 1)))
    assert verdict != "fails", found["conclusion"]


@pytest.mark.slow
def test_a_bottleneck_with_another_loss_has_a_spurious_minimum_and_depth_adds_none():
    data = {"inputs": PLANE, "targets": [[1, 0], [0, "4/5"]], "loss": {"residual": BOTTLENECK}}
    found, verdict = outcome("depth", linear(2, 1, 2, **data))
    assert verdict == ("holds", "certified") and "13/40" in found["conclusion"]["because"]
    assert {(row["loss"], row["kind"]) for row in found["evidence"]} == {
        ("18536/78125", "global minimum"),
        ("13/40", "spurious local minimum"),
    }


def test_what_a_theorem_alone_says_is_not_called_computed():
    wide = linear(4, 4, 4, inputs=[[1, 0, 2, 0], [0, 1, 0, 3]], targets=[[1, 2, 0, 1], [0, -1, 1, 1]])
    found, verdict = known("valleys", wide)
    text, said = render([found], "text", {}), "proved by the theorem itself, unchecked"
    assert verdict == ("holds", "proved") and said in text and "rests on nothing else" not in text
    enumerated, _ = known("valleys", linear(1, 1, 1, inputs=[[1]], targets=[[2]]))
    assert said not in render([enumerated], "text", {})


@pytest.mark.parametrize(
    ("rows", "attained"),
    [
        ([(False, True), (True, False)], True),
        ([(False, False), (True, True)], False),
        # Of two that are not told apart either is the lowest.
        ([(None, True), (None, True), (True, False)], True),
        ([(None, True), (None, False)], None),
        ([(False, True), (None, False)], True),
        ([(False, None)], None),
    ],
)
def test_whether_the_infimum_is_attained_is_told_by_the_valleys_that_may_be_lowest(rows, attained):
    assert least_attained([{"spurious": spurious, "attained": here} for spurious, here in rows]) is attained
