"""Random cases of theorems: draws of ensembles in files of cases, one row for each ensemble, resumable."""

import json

import pytest
from jsonschema import Draft202012Validator

from critscape.problems.files.documents import schema
from critscape.problems.input.bad_input import BadInput
from critscape.problems.recipes.shipped import shipped
from critscape.problems.recipes.verdict_cases import load_cases, read_cases
from critscape.scripts.printing.verdict_table_rendering import render
from critscape.scripts.studies import kept
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.verdicts import cases, theorems
from critscape.scripts.studies.verdicts.run import theorem

RELU = {
    "architecture": {"family": "piecewise-linear", "inputs": 1, "units": 1, "activation": "relu"},
    "samples": 2, "data": {"distribution": "rational"}, "ridge": 0,
}  # fmt: skip
DRAWN = {"theorem": "forms", "case": "ReLU", "ensemble": RELU, "draws": 3}


def test_draws_are_fixed_by_the_seed():
    _, first = read_cases({"title": "t", "cases": [DRAWN]}, 1)
    assert first == read_cases({"title": "t", "cases": [DRAWN]}, 1)[1] != read_cases({"title": "t", "cases": [DRAWN]}, 2)[1]
    assert [case.draw for case in first] == [0, 1, 2] and len({case.problem for case in first}) == 3


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        ({"theorem": "forms", "case": "neither"}, "either a problem, or an ensemble"),
        ({**DRAWN, "problem": {}}, "either a problem, or an ensemble"),
        ({name: DRAWN[name] for name in ("theorem", "case", "ensemble")}, "either a problem, or an ensemble"),
        ({**DRAWN, "draws": 0}, "draws"),
        ({**DRAWN, "ensemble": {**RELU, "samples": -1}}, "samples"),
    ],
)
def test_what_is_no_case_is_named(entry, named):
    with pytest.raises(BadInput, match=named):
        read_cases({"title": "t", "cases": [entry]})


def test_all_draws_of_an_ensemble_are_one_row(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "user_cache_path", lambda name: tmp_path)
    content = {"title": "random", "cases": [DRAWN, {"theorem": "forms", "case": "no ReLU", "ensemble": {**RELU, "ridge": 1}, "draws": 1}]}
    table = cases.verdict_table(*read_cases(content), Options(components=True))
    Draft202012Validator(schema("verdict table")).validate(json.loads(json.dumps(table)))
    assert [row["draw"] for row in table["verdicts"]] == [0, 1, 2, 0]
    text = render(table, "markdown")
    assert "ReLU, 3 draws" in text and len([line for line in text.splitlines() if line.startswith("| forms")]) == 2
    holds = sum(row["verdict"]["conclusion"]["verdict"] == "holds" for row in table["verdicts"][:3])
    assert holds == 3 and "3 holds" in text and "3 proved" in text
    # What is done is kept.
    monkeypatch.setattr(cases, "verified_on", None)
    assert cases.verdict_table(*read_cases(content), Options(components=True))["verdicts"] == table["verdicts"]


def test_hypotheses_that_nobody_checked_are_not_said_to_hold():
    from critscape.scripts.printing.verdict_rendering import sentence

    problem = {**RELU, "data": {"inputs": [[1], [2]], "targets": [[1], [1]]}}
    problem = {name: problem[name] for name in ("architecture", "data")}
    conclusion = {"claim": "c", "verdict": "undecided", "level": None, "because": "no minimum was found"}
    verdict = {"theorem": "splitting", "hypotheses": [], "conclusion": conclusion, "evidence": [], "problem": problem}
    assert sentence(verdict).startswith("With no hypothesis checked this computation does not decide the conclusion")
    rows = [{"theorem": "splitting", "case": "a", "problem": problem, "verdict": verdict, **draw} for draw in ({}, {"draw": 0})]
    text = render({"title": "t", "verdicts": rows}, "csv")
    assert "inside" not in text and text.count("not checked") == 2
    assert "without a check of the hypotheses: 2 undecided" in render({"title": "t", "verdicts": rows}, "text")


def test_of_each_theorem_fifty_random_cases_ship():
    _, found = load_cases(shipped("verdicts")["random-cases"])
    for name in theorems.names():
        drawn = [case for case in found if case.theorem == name]
        assert len(drawn) >= 50 and all(theorem(name).inapplicable(case.problem) is None for case in drawn)


@pytest.mark.slow
def test_no_random_case_contradicts_a_theorem(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "user_cache_path", lambda name: tmp_path)
    table = cases.verdict_table(*load_cases(shipped("verdicts")["random-cases"], seed=1), Options(components=True, seed=1, jobs=2))
    for row in table["verdicts"]:
        inside = all(h["holds"] for h in row["verdict"]["hypotheses"])
        assert not inside or row["verdict"]["conclusion"]["verdict"] != "fails", (row["theorem"], row["case"], row["draw"])
