"""Ensemble files."""

import json
import pickle
from pathlib import Path

import pytest

from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.json_file import parse
from critscape.problems.networks.families.linear import Linear
from critscape.problems.recipes.ensemble import load, read
from critscape.problems.recipes.shipped import shipped

CONTENT = {
    "architecture": {"family": "linear", "widths": [2, 1, 1]},
    "samples": 3,
    "data": {"distribution": "gaussian"},
    "ridge": {"distribution": "uniform", "low": "1/10", "high": 1},
}


def test_an_ensemble_draws_problems():
    ensemble = read(CONTENT)
    problem = ensemble.problem(4, 9)
    assert (problem.network, problem.samples) == (Linear((2, 1, 1)), 3)
    assert problem == pickle.loads(pickle.dumps(ensemble)).problem(4, 9)
    assert read(parse(json.dumps(ensemble.document()), "again")) == ensemble


def test_what_ships_loads_by_name_and_as_a_file(tmp_path):
    assert len(shipped("ensembles")) >= 3
    for name in shipped("ensembles"):
        ensemble = load(Path(name))
        assert ensemble.problem(0, 0).coercive
        (tmp_path / "own.json").write_text(json.dumps(ensemble.document()))
        assert load(tmp_path / "own.json") == ensemble


def test_a_file_of_data_sets_is_looked_for_beside_the_ensemble_and_read_whole(tmp_path):
    sets = [{"inputs": [[1, 2]], "targets": [[3]]}, {"inputs": [[1, 2]], "targets": [[3, 4]]}]
    (tmp_path / "ensemble.json").write_text(json.dumps({**CONTENT, "samples": 1, "data": {"distribution": "file", "file": "sets.json"}}))
    (tmp_path / "sets.json").write_text(json.dumps(sets[:1]))
    assert load(tmp_path / "ensemble.json").problem(0, 0).targets == ((3,),)
    (tmp_path / "sets.json").write_text(json.dumps(sets))
    with pytest.raises(BadInput, match=r"data\.file\[1\]\.targets"):
        load(tmp_path / "ensemble.json")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"samples": 0}, "samples"),
        ({"samples": "3"}, "samples"),
        ({"samples": None}, "samples"),
        ({"data": None}, "data"),
        ({"ridge": -1}, "ridge"),
        ({"draws": 5}, "draws"),
        ({"architecture": {"family": "cubic"}}, "architecture.family"),
        ({"data": {"distribution": "teacher", "architecture": {"family": "linear", "widths": [1, 1]}, "noise": 0}}, "data.architecture"),
    ],
)
def test_bad_ensembles_name_the_field(change, field):
    with pytest.raises(BadInput) as refused:
        read({**CONTENT, **change})
    assert str(refused.value).startswith(f"{field}: expected")


@pytest.mark.parametrize("name", list(CONTENT))
def test_missing_fields_are_named(name):
    with pytest.raises(BadInput, match=f"^{name}: expected"):
        read({key: value for key, value in CONTENT.items() if key != name})


def test_a_file_that_is_not_there_and_one_that_is_no_json(tmp_path):
    (tmp_path / "broken.json").write_text("{")
    for path, words in ((tmp_path / "absent.json", "2-2-2-gaussian"), (tmp_path / "broken.json", "JSON"), (tmp_path, "readable")):
        with pytest.raises(BadInput, match=words):
            load(path)
