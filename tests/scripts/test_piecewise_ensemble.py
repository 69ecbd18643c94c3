"""`critscape ensemble` of networks with piecewise linear units: the share of data sets with spurious minima."""

import json
import sqlite3

import pytest
from click.testing import CliRunner

from critscape.problems.recipes.ensemble import read
from critscape.scripts.critscape import critscape
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.solution import solution

ENSEMBLE = {
    "architecture": {"family": "piecewise-linear", "inputs": 1, "units": 1, "activation": "relu"},
    "samples": 3,
    "data": {"distribution": "gaussian"},
    "ridge": "1/10",
}


def run(*arguments):
    return CliRunner().invoke(critscape, list(map(str, arguments)))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "ensemble.json"
    path.write_text(json.dumps(ENSEMBLE))
    return path


def test_shares_are_those_of_the_answers_and_records_are_kept(file, tmp_path):
    records = tmp_path / "records.sqlite"
    done = run("ensemble", file, "--draws", 12, "--records", records, "--format", "json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    answers = [solution(read(ENSEMBLE).any_problem(0, number), Options())["counts"] for number in range(12)]
    spurious = [counts["spurious_minima"] for counts in answers]
    assert found["with_spurious_minima"]["draws"] == sum(number > 0 for number in spurious)
    assert {row["value"]: row["draws"] for row in found["spurious_minima"]} == {value: spurious.count(value) for value in set(spurious)}
    assert sum(row["draws"] for row in found["local_minima"]) == 12 and found["complex"] == {} and found["real"] == []
    with sqlite3.connect(records) as kept:
        tables = {name for (name,) in kept.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables
    again = json.loads(run("ensemble", file, "--draws", 12, "--records", records, "--format", "json").stdout)
    assert {**again, "seconds": None} == {**found, "seconds": None}
    text = run("ensemble", file, "--draws", 12, "--records", records).stdout
    assert "draws with spurious minima" in text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"loss": {"residual": "r^4"}}, "loss"),
        ({"architecture": {**ENSEMBLE["architecture"], "activation": "tanh"}}, "architecture.activation"),
    ],
)
def test_what_does_not_fit_is_refused(file, changed, said):
    file.write_text(json.dumps({**ENSEMBLE, **changed}))
    done = run("ensemble", file, "--draws", 1)
    assert done.exit_code == 2 and said in done.output


def test_there_is_no_climb(file, tmp_path):
    done = run("ensemble", file, "--draws", 1, "--climb", "spurious", "--keep", tmp_path / "kept")
    assert done.exit_code == 2 and "--climb" in done.output
