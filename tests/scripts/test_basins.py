"""The basins command: shares that add up, findings that are shown, runs that are interrupted and go on."""

import contextlib
import csv
import io
import json
import sqlite3
from collections import Counter
from dataclasses import replace
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from scipy.stats import binomtest

from critscape.problems.files.problem_file import document, load
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.recipes.random_data import random_problem
from critscape.problems.recipes.starting_points import DISTRIBUTIONS, StartingPoints
from critscape.scripts.basins import command
from critscape.scripts.studies import known_points
from critscape.scripts.studies.answer import certified, solve
from critscape.scripts.studies.basins import experiments
from critscape.scripts.studies.basins import run as basins_run
from critscape.scripts.studies.basins import summary as basins_summary
from critscape.scripts.studies.basins.summary import equal_shares
from critscape.scripts.studies.options import Options

CHAIN = Path(__file__).parents[2] / "problems" / "examples" / "1-1-1-1-spurious-origin.json"
RUNS = 60


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    """The result of the example, so that it is solved once."""
    path = tmp_path_factory.mktemp("basins") / "result.json"
    path.write_text(json.dumps(solve(load(CHAIN), Options(engine="batch")).document))
    return path


@pytest.fixture(autouse=True)
def few_checked(monkeypatch):
    """Runs at the tighter tolerance take most of the time."""
    for module in (basins_run, basins_summary):
        monkeypatch.setattr(module, "CHECKED", 20)


@pytest.fixture
def run(solved, tmp_path):
    def run(*arguments, source=solved, records=tmp_path / "records"):
        """Exit status, standard output and standard error of a run in this process."""
        given = [source, "--records", records, *arguments]
        result = CliRunner().invoke(command, list(map(str, given)), standalone_mode=False)
        if result.exception:
            raise result.exception
        return result.return_value, result.stdout, result.stderr

    return run


def rows_of(records):
    with contextlib.closing(sqlite3.connect(records)) as connection:
        return connection.execute("SELECT * FROM runs ORDER BY tolerance, number").fetchall()


def test_the_flag_names_every_distribution():
    (flag,) = [option for option in command.params if option.name == "distribution"]
    assert tuple(flag.type.choices) == DISTRIBUTIONS


def test_shares_beside_the_enumerated_minima(run):
    status, printed, _ = run("--runs", RUNS, "--format", "json")
    found = json.loads(printed)
    assert status == 0 and found["status"] == "complete" and found["runs"] == RUNS and not found["findings"]
    assert [minimum["number"] for minimum in found["minima"]] == [1, 2, 3, 4, 5]
    assert [(orbit["minima"], orbit["kind"]) for orbit in found["orbits"]] == [
        ([1, 2, 3, 4], "global minimum"),
        ([5], "spurious local minimum"),
    ]
    assert sum(minimum["runs"] for minimum in found["minima"]) == sum(orbit["runs"] for orbit in found["orbits"]) == RUNS
    assert found["spurious"]["runs"] == found["minima"][4]["runs"] > 0 and found["spurious"]["minima"] == 1
    assert found["arrivals"] == {"proved": RUNS, "in_double_precision": 0}
    for entry in (*found["minima"], *found["orbits"], found["spurious"]):
        interval = binomtest(entry["runs"], RUNS).proportion_ci(0.95, "wilson")
        assert (entry["share"], entry["low"], entry["high"]) == pytest.approx((entry["runs"] / RUNS, *interval))


def test_every_format_tells_the_same(run):
    whole = json.loads(run("--runs", RUNS, "--format", "json")[1])
    spurious = whole["spurious"]["runs"]
    for style in ("text", "markdown", "latex"):
        status, printed, _ = run("--runs", RUNS, "--format", style)
        assert status == 0 and "Every run ends in one of the 5 enumerated minima" in printed
        assert "spurious local minimum" in printed and f"{spurious / RUNS:.4f} ({spurious} runs" in printed
    rows = list(csv.DictReader(io.StringIO(run("--runs", RUNS, "--format", "csv")[1])))
    assert [(row["row"], int(row["runs"])) for row in rows] == [("minimum", minimum["runs"]) for minimum in whole["minima"]]


def test_problem_result_and_certificate_give_the_same_runs(run, tmp_path):
    certified(solve(load(CHAIN), Options(engine="batch", prove=True)), tmp_path / "certificate.json")
    shares = []
    for k, source in enumerate((CHAIN, None, tmp_path / "certificate.json")):
        given = {} if source is None else {"source": source}
        found = json.loads(run("--runs", 30, "--format", "json", records=tmp_path / f"records-{k}", **given)[1])
        shares.append(sorted((minimum["point"][0], minimum["point"][1], minimum["runs"]) for minimum in found["minima"]))
    assert shares[0] == shares[1] == shares[2]


def test_a_minimum_that_was_not_enumerated_is_shown_loudly(run, monkeypatch):
    original = known_points.known_points

    def lacking(*arguments):
        known = original(*arguments)
        return replace(known, points=known.points[1:], closed_forms=known.closed_forms[1:])

    monkeypatch.setattr(experiments, "known_points", lacking)
    status, printed, _ = run("--runs", RUNS)
    assert status == 1 and "FINDING: " in printed and "at a point that is not among the enumerated minima" in printed
    found = json.loads(run("--runs", RUNS, "--format", "json")[1])
    strange = found["findings"]
    assert found["status"] == "incomplete" and "every run ends in an enumerated minimum" in found["reason"]
    assert strange and all([abs(abs(x) - 1) < 1e-6 for x in entry["point"]] == [True] * 3 for entry in strange)
    assert {tuple(round(x) for x in entry["point"]) for entry in strange} == {(-1, -1, 1)}
    assert sum(minimum["runs"] for minimum in found["minima"]) + len(strange) == RUNS
    rows = list(csv.DictReader(io.StringIO(run("--runs", RUNS, "--format", "csv")[1])))
    assert sum(row["row"] == "finding" for row in rows) == len(strange)


def test_runs_that_do_not_settle_are_counted_and_shown(run):
    status, printed, _ = run("--runs", 20, "--method", "descent", "--step", "1e-3", "--max-steps", 400, "--format", "json")
    found = json.loads(printed)
    assert status == 1 and found["outcomes"]["not settled within the steps allowed"] == len(found["findings"]) > 0
    assert sum(found["outcomes"].values()) == 20
    # Shares of runs that were cut off are not passed for shares of basins.
    _, printed, _ = run("--runs", 20, "--method", "descent", "--step", "1e-3", "--max-steps", 400)
    said = " ".join(printed.split())
    assert "The shares say nothing of where the other runs would end." in said and "Share of runs" not in said


def test_descent_that_diverges_is_shown_and_its_json_is_json(run):
    status, printed, _ = run("--runs", 20, "--method", "descent", "--step", "50", "--format", "json")

    def refused(constant):
        raise ValueError(constant)

    found = json.loads(printed, parse_constant=refused)
    assert status == 1 and found["outcomes"] == {"diverged": 20} and len(found["findings"]) == 20


def test_an_end_that_moves_with_the_tolerance_is_shown(run, monkeypatch):
    original = basins_run.followed

    def shaken(experiment, network, loss, known, piece):
        found = original(experiment, network, loss, known, piece)
        return [replace(end, position=(end.position + 1) % 4) for end in found] if piece[0] == basins_run.TIGHTER else found

    monkeypatch.setattr(basins_run, "followed", shaken)
    status, printed, _ = run("--runs", 10)
    said = " ".join(printed.split())
    assert status == 1 and "CHECK FAILS: ends unchanged at a tighter tolerance (10 of the first 10 runs end elsewhere" in said


def test_descent_with_a_small_step_ends_where_the_flow_does(run, tmp_path):
    methods = (), ("--method", "descent", "--step", "1e-3")
    found = [json.loads(run("--runs", RUNS, *how, "--format", "json")[1])["minima"] for how in methods]
    assert [minimum["runs"] for minimum in found[0]] == [minimum["runs"] for minimum in found[1]]


def test_an_interrupted_run_goes_on_as_if_nothing_had_happened(run, tmp_path, monkeypatch):
    monkeypatch.setattr(basins_run, "BATCH", 25)
    original, asked = basins_run.followed, []

    def stopping(*arguments):
        asked.append(arguments[-1])
        if len(asked) == 3:
            raise KeyboardInterrupt
        return original(*arguments)

    monkeypatch.setattr(basins_run, "followed", stopping)
    status, printed, complaints = run("--runs", RUNS)
    assert status == 130 and not printed and "what is done is kept" in complaints
    assert [row[1] for row in rows_of(tmp_path / "records")] == list(range(50))
    monkeypatch.setattr(basins_run, "followed", original)
    first = run("--runs", RUNS, "--format", "json")[1]
    whole = run("--runs", RUNS, "--format", "json", records=tmp_path / "whole")[1]
    assert first == whole and rows_of(tmp_path / "records") == rows_of(tmp_path / "whole")


def test_a_longer_run_only_follows_what_is_missing(run, tmp_path, monkeypatch):
    run("--runs", 40)
    original, asked = basins_run.followed, []
    monkeypatch.setattr(basins_run, "followed", lambda *how: asked.append(how[-1]) or original(*how))
    run("--runs", 60)
    assert asked == [(1e-6, list(range(40, 60)))]
    run("--runs", 30)
    assert len(asked) == 1
    run("--runs", 60, "--seed", 1)
    assert asked[1:] == [(1e-6, list(range(60))), (1e-9, list(range(20)))]
    assert len(rows_of(tmp_path / "records")) == 160


@pytest.mark.slow
def test_several_processes_give_the_records_of_one(run, tmp_path, monkeypatch):
    run("--runs", 1100, "--jobs", 2)
    run("--runs", 1100, records=tmp_path / "one")
    assert rows_of(tmp_path / "records") == rows_of(tmp_path / "one")


def test_unequal_shares_of_symmetric_minima_are_noticed(solved):
    known = known_points.known_points(solved, Options(engine="batch"))
    gaussian = StartingPoints("gaussian")
    assert equal_shares(known, gaussian, Counter({0: 240, 1: 260, 2: 250, 3: 250, 4: 70})).holds
    assert equal_shares(known, gaussian, Counter({0: 350, 1: 220, 2: 215, 3: 215, 4: 70})).holds is False
    assert equal_shares(known, gaussian, Counter({0: 3, 1: 1, 2: 1, 3: 2, 4: 1})).holds is None
    # Permutations alone exchange the first three minima, which have one positive weight.
    box = StartingPoints("uniform", low=0.0, high=3.0)
    assert equal_shares(known, box, Counter({0: 100, 1: 104, 2: 96, 3: 700})).holds
    assert equal_shares(known, box, Counter({0: 200, 1: 20, 2: 96, 3: 700})).holds is False


@pytest.mark.parametrize(
    "flags, complaint",
    [
        (("--step", "0.1"), "--step: expected the method descent"),
        (("--method", "descent"), "--step: expected a positive number"),
        (("--method", "descent", "--step", "-1"), "--step: expected a positive number"),
        (("--from", "1"), "--from: expected two numbers A,B"),
        (("--from", "2,1"), "--from: expected two numbers A,B with A < B"),
        (("--distribution", "uniform"), "--from: expected two numbers"),
        (("--distribution", "he", "--from", "0,1"), "--from: expected two numbers"),
        (("--scale", "0"), "--scale: expected a positive number"),
        (("--scale", "nan"), "--scale: expected a positive number"),
        (("--from", "0,1", "--scale", "2"), "--scale: expected no scale"),
    ],
)
def test_flags_that_make_no_sense_are_refused(run, flags, complaint):
    with pytest.raises(click.UsageError, match=complaint):
        run(*flags)


def test_a_loss_that_is_not_bounded_below_is_refused(run, tmp_path):
    falling = {"architecture": {"family": "polynomial", "variables": ["x", "y"], "loss": "x^2 y"}}
    (tmp_path / "falling.json").write_text(json.dumps(falling))
    status, printed, complaints = run(source=tmp_path / "falling.json")
    assert status == 1 and not printed and "not bounded below" in complaints.splitlines()[-1]


@pytest.mark.slow
@pytest.mark.parametrize(
    "network, samples, seed",
    [
        *((Linear((2, 2, 2)), 2, seed) for seed in (1, 2, 3, 4)),
        *((Linear((1, 1, 1, 1)), 3, seed) for seed in (1, 2, 3)),
        *((Quadratic(2, 2, None, False), 4, seed) for seed in (1, 2, 3)),
    ],
)
def test_a_thousand_runs_end_in_enumerated_minima(run, tmp_path, network, samples, seed):
    (tmp_path / "problem.json").write_text(json.dumps(document(random_problem(network, samples, seed))))
    status, printed, _ = run("--runs", 1000, "--format", "json", source=tmp_path / "problem.json")
    found = json.loads(printed)
    assert status == 0 and not found["findings"] and sum(minimum["runs"] for minimum in found["minima"]) == 1000
