"""`critscape solve` and `critscape piecewise-linear` on networks with piecewise linear units."""

import csv
import json
import pickle
from fractions import Fraction

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from critscape.algebra.cells.stationary import landscape
from critscape.algebra.cells.sweep import sweep
from critscape.problems.files.documents import schema
from critscape.problems.files.problem_file import document, read_any
from critscape.problems.problem.one_layer import one_layer
from critscape.scripts.critscape import critscape
from critscape.scripts.printing.stationary_rendering import render
from critscape.scripts.studies.cells import answer as study
from critscape.scripts.studies.cells import records

TWO = {
    "architecture": {"family": "piecewise-linear", "inputs": 1, "units": 2, "activation": "relu"},
    "data": {"inputs": [[1], [-1]], "targets": [[1], [2]]},
    "ridge": "7/16",
}


def run(*arguments, given=None):
    return CliRunner().invoke(critscape, list(map(str, arguments)), input=None if given is None else json.dumps(given))


@pytest.fixture(scope="module")
def answer():
    done = run("solve", "-", "--format", "json", given=TWO)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_the_document_has_the_known_answer(answer):
    Draft202012Validator(schema("stationary")).validate(answer)
    rows = [(row["loss"], row["kind"], row["index"], row["dimension"], row["copies"]) for row in answer["stationary"]]
    assert rows == [
        ("287/256", "global minimum", 1, 0, 2),
        ("655/512", "saddle", 0, 0, 2),
        ("655/512", "spurious local minimum", 1, 1, 1),
        ("1199/512", "saddle", 0, 0, 2),
        ("1199/512", "spurious local minimum", 1, 1, 1),
        ("5/2", "saddle", 1, 0, 1),
    ]
    counts = {
        "clarke": 9,
        "directional": 9,
        "local_minima": 4,
        "global_minima": 2,
        "spurious_minima": 2,
        "on_faces": 0,
        "attracting_non_minima": 5,
    }
    assert answer["counts"] == counts and answer["euler_sum"] == 1 and answer["status"] == "complete"
    assert answer["stationary"][0]["representative"] == ["-5/4", "3/4", "5/4", "3/4"]


def test_every_format_says_the_same(answer, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    text = run("solve", "-", given=TWO).stdout
    assert "4 local minima, 2 of them spurious; 5 sets of saddles" in text and max(map(len, text.splitlines())) <= 80
    assert "| global minimum" in render(answer, "markdown")
    rows = list(csv.DictReader(render(answer, "csv").splitlines()))
    assert [row["loss"] for row in rows] == [row["loss"] for row in answer["stationary"]] and rows[0]["W_11"] == "-5/4"
    latex = render(answer, "latex")
    assert r"\tfrac{287}{256}" in latex and latex.count(r"\begin{table}") == 1


def test_flags_make_the_problem_of_a_file(tmp_path):
    (tmp_path / "data.csv").write_text("x1,y1\n1,1\n-1,2\n")
    made = tmp_path / "made.json"
    done = run(
        "piecewise-linear", "--inputs", 1, "--units", 2, "--activation", "leaky=1/10", "--data", tmp_path / "data.csv", "--ridge", "7/16",
        "--output-bias", "--save", made, "--format", "json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    saved = json.loads(made.read_text())
    assert saved["architecture"]["activation"] == {"leaky": "1/10"} and saved["architecture"]["output_bias"] is True
    problem = read_any(saved)
    assert read_any(document(problem)) == problem and json.loads(done.stdout)["problem"] == document(problem)


@pytest.mark.slow  # Two processes load the kernels.
def test_cores_do_not_change_the_answer(answer, monkeypatch):
    monkeypatch.setattr(study, "MANY_SETS", 0)
    again = json.loads(run("solve", "-", "--jobs", 2, "--format", "json", given=TWO).stdout)
    assert {**again, "seconds": None} == {**answer, "seconds": None}


def test_a_piece_of_the_sweep_is_plain_data_and_the_same_in_another_process():
    layer = one_layer(read_any(TWO))
    pieces = [pickle.loads(pickle.dumps(study.piece))(pickle.loads(pickle.dumps(layer)), first) for first in range(2)]
    assert pickle.loads(pickle.dumps(pieces)) == pieces
    scene = landscape(layer)
    assert [((), ()), *pieces[0], *pieces[1]] == study.swept(scene, None, None, lambda stage, count: None)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"data": {"inputs": [[1], [-1]], "targets": [[1, 2], [2, 3]]}}, "data.targets[0]: expected one number (with several outputs"),
        ({"ridge": [[[1], [0]], [[1, 1]]]}, "positive on every hidden weight"),
        ({"architecture": {**TWO["architecture"], "activation": {"leaky": 1}}}, "architecture.activation.leaky"),
        ({"architecture": {**TWO["architecture"], "activation": "tanh"}}, "architecture.activation"),
        (
            {"architecture": {**TWO["architecture"], "activation": {"leaky": "1/10", "offset": 1}}},
            "with an offset the strata are not convex",
        ),
        ({"architecture": {**TWO["architecture"], "activation": {"leaky": "one"}}}, "architecture.activation.leaky"),
        ({"data": {"inputs": [["1e200"], [-1]], "targets": [[1], [2]]}}, "double precision"),
        ({"architecture": {**TWO["architecture"], "units": 40}, "ridge": [[[j] for j in range(1, 41)], [[1] * 40]]}, "sets of faces"),
        ({"architecture": {**TWO["architecture"], "family": "relu"}}, "piecewise-linear"),
    ],
)
def test_what_cannot_be_answered_is_one_clear_line(changed, said):
    done = run("solve", "-", given={**TWO, **changed})
    assert done.exit_code == 2
    line = done.output.strip().splitlines()[-1]
    assert line.startswith("Error: ") and said in line and done.stdout == ""


def test_too_many_faces_are_refused_before_they_are_enumerated():
    inputs = [[i, i * i, i**3, 1, i**4] for i in range(40)]
    architecture = {"family": "piecewise-linear", "inputs": 5, "units": 1, "activation": "abs"}
    given = {"architecture": architecture, "data": {"inputs": inputs, "targets": [[1]] * 40}, "ridge": 1}
    done = run("solve", "-", given=given)
    assert done.exit_code == 2 and "faces in general position" in done.output


def test_certificates_and_engines_are_no_options(tmp_path):
    file = tmp_path / "two.json"
    file.write_text(json.dumps(TWO))
    for flags in (("--certificate", tmp_path / "c.json"), ("--engine", "batch"), ("--cross-check",)):
        done = run("solve", file, *flags)
        assert done.exit_code == 2 and flags[0] in done.output and not (tmp_path / "c.json").exists()


WITHOUT = {
    "architecture": {"family": "piecewise-linear", "inputs": 1, "units": 1, "activation": "relu", "biases": True},
    "data": {"inputs": [[0], [1], [2]], "targets": [[1], [0], [1]]},
}


def test_without_a_ridge_levels_of_local_minima_are_listed():
    done = run("solve", "-", "--format", "json", given=WITHOUT)
    assert done.exit_code == 0
    answer = json.loads(done.stdout)
    Draft202012Validator(schema("stationary")).validate(answer)
    assert answer["counts"]["clarke"] is None and answer["euler_sum"] is None
    losses = [Fraction(row["loss"]) for row in answer["stationary"]]
    assert losses == sorted(losses) and {row["kind"] for row in answer["stationary"] if Fraction(row["loss"]) > losses[0]} == {
        "spurious local minimum"
    }
    for style in ("text", "markdown", "latex", "csv"):
        assert f"{losses[0].numerator}" in render(answer, style)
    text = render(answer, "text")
    assert "Not covered: stationary points that are no" in text and "some v_j = 0" in text and answer["zero_outgoing"]["listed"] is True


def test_minima_with_zero_outgoing_weights_are_counted_and_listed():
    # v = 0 on the cell w1 > |w2| of the two equal samples: a spurious minimum at 7/2, the loss of no set with v ≠ 0.
    twins = {
        "architecture": {"family": "piecewise-linear", "inputs": 2, "units": 1, "activation": "relu"},
        "data": {"inputs": [[1, 0], [1, 0], [-1, 1], [-1, -1]], "targets": [[1], [-1], [2], [-1]]},
    }
    answer = json.loads(run("solve", "-", "--format", "json", given=twins).stdout)
    assert [(row["loss"], row["zero_outgoing"], row["copies"]) for row in answer["stationary"]] == [
        ("3/2", 0, 1), ("3/2", 0, 2), ("3", 0, 1), ("3", 0, 2), ("7/2", 1, 1),
    ]  # fmt: skip
    assert answer["counts"]["local_minima"] == 7 and answer["counts"]["spurious_minima"] == 4
    assert answer["zero_outgoing"] == {"losses": ["7/2"], "listed": True}
    assert "v = 0" in render(answer, "text")


@pytest.mark.slow  # 2,800 linear programs.
def test_xor_without_a_ridge_has_its_four_levels():
    architecture = {"family": "piecewise-linear", "inputs": 2, "units": 2, "activation": "relu", "biases": True, "output_bias": True}
    corners = {"inputs": [[0, 0], [0, 1], [1, 0], [1, 1]], "targets": [[0], [1], [1], [0]]}
    answer = json.loads(run("solve", "-", "--format", "json", given={"architecture": architecture, "data": corners}).stdout)
    cells = {}
    for row in answer["stationary"]:
        cells[row["loss"]] = cells.get(row["loss"], 0) + row["cells"]
    assert cells == {"0": 72, "1/4": 20, "1/3": 20, "1/2": 12} and answer["sweep"]["cells"] == 420
    assert {row["loss"] for row in answer["stationary"] if row["kind"] == "global minimum"} == {"0"}


def test_without_a_ridge_too_many_places_are_refused():
    given = {**WITHOUT, "architecture": {**WITHOUT["architecture"], "units": 9}}
    done = run("solve", "-", given=given)
    assert done.exit_code == 2 and "ways to place the units" in done.output


def test_a_long_sweep_goes_on_from_its_records(answer, monkeypatch, tmp_path):
    monkeypatch.setattr(study, "LONG_SETS", 0)
    monkeypatch.setattr(records, "user_cache_path", lambda name: tmp_path)
    swept = []

    def stopped(tables, first):
        swept.append(first)
        if len(swept) == 2:
            raise KeyboardInterrupt
        return sweep(tables, first)

    monkeypatch.setattr(study, "sweep", stopped)
    done = run("solve", "-", given=TWO)
    assert "interrupted; what is done is kept" in done.output and swept == [0, 1]
    (file,) = (tmp_path / "sweeps").glob("*.sqlite")
    again = json.loads(run("solve", "-", "--format", "json", given=TWO).stdout)
    assert swept == [0, 1, 1] and {**again, "seconds": None} == {**answer, "seconds": None} and not file.exists()


def test_a_cluster_is_asked_for_by_what_can_use_it(tmp_path):
    linear = {"architecture": {"family": "linear", "widths": [1, 1, 1]}, "data": {"inputs": [[1]], "targets": [[1]]}, "ridge": 1}
    done = run("solve", "-", "--cluster", "mpi", "--engine", "exact", given=linear)
    assert done.exit_code == 2 and "--cluster: expected nothing: the engine exact works on this machine" in done.output
    done = run("solve", "-", "--cluster", "nowhere", given=linear)
    assert done.exit_code == 2 and "dask://HOST:PORT" in done.output
    done = run("solve", "-", "--cluster", "nowhere", given=TWO)
    assert done.exit_code == 2 and "dask://HOST:PORT" in done.output


@pytest.mark.slow  # A cluster takes seconds to start.
def test_a_sweep_on_a_dask_cluster_of_two_workers_gives_the_same_answer(answer):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        address = cluster.scheduler_address.replace("tcp://", "dask://")
        done = run("solve", "-", "--cluster", address, "--format", "json", given=TWO)
    assert done.exit_code == 0, done.output
    assert {**json.loads(done.stdout), "seconds": None} == {**answer, "seconds": None}
