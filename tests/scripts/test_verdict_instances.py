"""What several theorems ask of one problem is computed once, and a verdict is the same whatever was asked before."""

import json

import pytest
from click.testing import CliRunner

from critscape.problems.files.problem_file import document, read, read_any
from critscape.problems.recipes.verdict_cases import read_cases
from critscape.scripts.critscape import critscape
from critscape.scripts.printing.verdict_rendering import render
from critscape.scripts.studies import kept, known_points
from critscape.scripts.studies.engines import TooLarge
from critscape.scripts.studies.landscapes.survey import surveyed
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.splitting import place
from critscape.scripts.studies.verdicts import cases, instance
from critscape.scripts.studies.verdicts.instance import Instance
from critscape.scripts.studies.verdicts.run import verified, verified_all

OPTIONS = Options(components=True)
CHAIN = {"architecture": {"family": "linear", "widths": [1, 1, 1]}, "data": {"inputs": [[1]], "targets": [[2]]}}
SQUARES = {
    "architecture": {"family": "quadratic", "inputs": 1, "units": 1, "output": "trained", "norm_regressor": False},
    "data": {"inputs": [[1]], "targets": [[2]]},
}
RIDGED = {**CHAIN, "ridge": [[["1/3"]], [["1/2"]]]}
TANH = {
    "architecture": {"family": "one-hidden-layer", "inputs": 1, "units": 2, "activation": "tanh"},
    "data": {"inputs": [[1], [2], [3]], "targets": [[1], ["1/2"], [-1]]},
    "ridge": "1/10",
}


def counting(monkeypatch, module, name):
    """Counts the calls of a function of a module."""
    asked, real = [], getattr(module, name)

    def counted(*arguments, **flags):
        asked.append(name)
        return real(*arguments, **flags)

    monkeypatch.setattr(module, name, counted)
    return asked


@pytest.mark.parametrize(
    ("problem", "others"),
    [pytest.param(CHAIN, {"quadratic", "splitting"}, marks=pytest.mark.slow), (RIDGED, {"quadratic", "splitting"})],
)
def test_all_theorems_rest_on_one_solve_and_say_what_each_says_alone(problem, others, monkeypatch):
    alone = {name: verified(name, read(problem), OPTIONS) for name in ("depth", "forms", "valleys")}
    solves = [counting(monkeypatch, module, "solve") for module in (instance, known_points)]
    found, refused, large = verified_all(read(problem), OPTIONS)
    assert [len(calls) for calls in solves] == [1, 0] and set(refused) == others and not large
    assert {verdict["theorem"]: verdict for verdict in found} == alone
    # In another order, too.
    one = Instance(read(problem), OPTIONS)
    assert one.landscape["valleys"] and one.critical_points.points and one.landscape is one.landscape


@pytest.mark.parametrize("problem", [RIDGED, {**SQUARES, "ridge": [[["1/3"]], [["1/2"]]]}])
def test_the_landscape_of_an_answer_is_that_of_the_problem_file(problem):
    from critscape.scripts.studies.landscapes.document import landscape_document

    own, other = (dict(one) for one in (Instance(read(problem), OPTIONS).landscape, landscape_document(surveyed(problem, OPTIONS))))
    assert own.pop("seconds") and other.pop("seconds") and own == other


def test_a_problem_that_nobody_need_solve_is_not_solved(monkeypatch):
    monkeypatch.setattr(instance, "solve", None)
    assert verified("valleys", read(CHAIN), OPTIONS)["conclusion"]["verdict"] == "holds"


WIDE = {"architecture": {"family": "linear", "widths": [6, 6, 6]}, "data": {"inputs": [[1] * 6], "targets": [[1] * 6]}}


def test_a_theorem_for_which_a_problem_is_too_large_leaves_the_others_their_verdicts(tmp_path):
    path = tmp_path / "wide.json"
    path.write_text(json.dumps(WIDE))
    done = CliRunner().invoke(critscape, ["verify", "--all", str(path)], standalone_mode=False)
    assert done.return_value == 1 and "depth: not answered (" in done.stdout and "at most 40 weights" in " ".join(done.stdout.split())
    summary = " ".join(done.stdout.split("Summary")[1].split())
    assert "valleys: holds (proved by the theorem itself, unchecked), within the hypotheses" in summary
    assert "3 of 5 theorems speak of this family: the conclusion holds in 1, is not answered in 2." in summary
    done = CliRunner().invoke(critscape, ["verify", "--all", str(path), "--format", "json"], standalone_mode=False)
    assert json.loads(done.stdout)["theorem"] == "valleys" and "forms was not answered: architecture" in done.stderr
    found, others, large = verified_all(read(WIDE), OPTIONS)
    for style in ("csv", "latex", "markdown"):
        assert render(found, style, others, large).count("not answered") >= 2


def test_where_a_problem_is_too_large_for_all_of_them_it_is_refused():
    squares = {"family": "quadratic", "inputs": 7, "units": 6, "output": "trained", "norm_regressor": True}
    with pytest.raises(TooLarge, match="at most 40"):
        verified_all(read({"architecture": squares, "data": {"inputs": [[1] * 7], "targets": [[1]]}, "ridge": 1}), OPTIONS)


def test_all_units_are_split_at_one_minimum_which_is_sought_once(monkeypatch):
    sought = counting(monkeypatch, place, "lowest_minimum")
    found = verified("splitting", read_any(TANH), Options(components=True))
    assert len(sought) == 1 and {row["unit"] for row in found["evidence"]} == {"1 of layer 1", "2 of layer 1"}


def test_cases_of_a_table_with_one_problem_rest_on_one_solve(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "user_cache_path", lambda name: tmp_path)
    solves = counting(monkeypatch, instance, "solve")
    entries = [{"theorem": name, "case": name, "problem": CHAIN} for name in ("forms", "depth", "forms", "quadratic")]
    table = cases.verdict_table(*read_cases({"title": "t", "cases": entries}), OPTIONS)
    assert len(solves) == 1 and "it is about quadratic" in table["verdicts"][3]["reason"]
    for row in table["verdicts"][:3]:
        assert row["verdict"] == verified(row["theorem"], read(document(read(CHAIN))), OPTIONS)
