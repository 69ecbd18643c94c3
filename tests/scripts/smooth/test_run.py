"""The study of smooth networks: documents, tables, processes, records, refusals."""

import json
import math

import numpy as np
import pytest
from click.testing import CliRunner

import critscape as cs
from critscape.algebra.boxes import search
from critscape.algebra.boxes.search import Outcome
from critscape.problems.files.documents import checked
from critscape.problems.files.problem_file import document, read_any
from critscape.problems.input.bad_input import BadInput
from critscape.problems.problem.hidden_layer import regression
from critscape.scripts.critscape import critscape
from critscape.scripts.studies.engines import TooLarge
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.smooth import run
from critscape.scripts.studies.smooth.records import Records
from critscape.scripts.studies.solution import solution

TANH = {
    "architecture": {"family": "one-hidden-layer", "inputs": 2, "units": 1, "activation": "tanh"},
    "data": {"inputs": [[1, 0], [0, 1], [1, 1], [-1, 2]], "targets": [[1], [-1], [2], ["1/2"]]},
    "ridge": "1/10",
}
BIASED = {
    "architecture": {"family": "one-hidden-layer", "inputs": 1, "units": 1, "activation": "logistic", "biases": True, "output_bias": True},
    "data": {"inputs": [[-1], [0], [2]], "targets": [[1], [2], [0]]},
    "ridge": [[["1/10"]], [["1/5"]], [["1/4"]], [["1/3"]]],
}


def test_the_document_is_that_of_a_finite_set_without_complex_counts():
    found = solution(read_any(TANH), Options())
    checked(found, "result")
    assert found["status"] == "complete"
    assert found["counts"] == {
        "complex": None, "complex_torus": None, "real": 7, "by_index": {"0": 4, "1": 3}, "degenerate": 0, "local_minima": 4,
        "global_minima": 2, "spurious_minima": 2,
    }  # fmt: skip
    assert {level for level in found["levels"].values() if level} == {"proved"} and found["levels"]["complex"] is None
    assert found["symmetry"] == {"order": 2, "orbits": {"1": 1, "2": 3}} and found["boxes"]["left"] == 0
    assert found["critical_points"][-1]["closed_form"]["loss"] == "25/8"


def test_weights_come_back_in_the_order_of_the_blocks():
    """A bias of a unit is searched as the weight of a further input: at every listed point the gradient of L vanishes."""
    problem = read_any(
        {
            **BIASED,
            "architecture": {**BIASED["architecture"], "inputs": 2},
            "data": {"inputs": [[-1, 1], [0, 2]], "targets": [[1], [2]]},
            "ridge": "1/3",
        }
    )
    found = solution(problem, Options())
    assert found["status"] == "complete"
    w1, w2, b, v, c = (float(entry) for entry in found["critical_points"][0]["point"])

    residuals, slope = [], lambda z: math.exp(-z) / (1 + math.exp(-z)) ** 2
    for (x1, x2), y in (((-1, 1), 1), ((0, 2), 2)):
        z = w1 * x1 + w2 * x2 + b
        residuals.append((v / (1 + math.exp(-z)) + c - y, v * slope(z), x1, x2, 1 / (1 + math.exp(-z))))
    gradients = [
        sum(r * s * x1 for r, s, x1, _, _ in residuals) + w1 / 3,
        sum(r * s * x2 for r, s, _, x2, _ in residuals) + w2 / 3,
        sum(r * s for r, s, *_ in residuals) + b / 3,
        sum(r * h for r, *_, h in residuals) + v / 3,
        sum(r for r, *_ in residuals) + c / 3,
    ]
    assert max(map(abs, gradients)) < 1e-12


def test_two_processes_find_what_one_finds(monkeypatch):
    problem = read_any(
        {
            **BIASED,
            "architecture": {**BIASED["architecture"], "inputs": 2},
            "data": {"inputs": [[-1, 1], [0, 2]], "targets": [[1], [2]]},
            "ridge": "1/3",
        }
    )
    one, two = (solution(problem, Options(jobs=jobs)) for jobs in (1, 2))
    assert one["critical_points"] == two["critical_points"] and one["boxes"] == two["boxes"] and one["counts"] == two["counts"]


def test_a_search_that_was_interrupted_goes_on_from_its_records(monkeypatch, tmp_path):
    monkeypatch.setattr(run, "UNASKED", 1)
    monkeypatch.setattr(run, "BUDGET", 200)
    monkeypatch.setattr(run, "records_of", lambda exact: Records(tmp_path / "search"))
    problem = read_any(TANH)
    exact, _ = regression(problem)
    calls = []

    def counting(known, boxes, budget):
        if len(calls) == stop:
            raise KeyboardInterrupt
        calls.append(len(boxes))
        return search.examined(known, boxes, budget)

    monkeypatch.setattr(run, "examined", counting)
    stop = 9
    with pytest.raises(KeyboardInterrupt):
        run.searched(exact, Options(), lambda stage, count: None)
    kept = len(list((tmp_path / "search").glob("*.npz")))
    assert kept == 9
    # A record that is damaged is done again.
    (tmp_path / "search" / "0-3-200.npz").write_bytes(b"PK")
    stop = -1
    calls.clear()
    again = run.searched(exact, Options(), lambda stage, count: None)
    first = len(calls)
    assert not (tmp_path / "search").exists()
    calls.clear()
    whole = run.searched(exact, Options(), lambda stage, count: None)
    assert len(calls) == first + kept - 1
    assert again.examined == whole.examined and (again.cells == whole.cells).all()


def test_records_refuse_what_was_changed(tmp_path):

    outcome = Outcome(np.zeros((0, 1, 2)), np.ones((2, 1, 2)), np.zeros((0, 1, 2)), 5)
    records = Records(tmp_path)
    records.keep((0, 0, 7), outcome)
    assert (records.find((0, 0, 7)).cells == outcome.cells).all() and records.find((0, 1, 7)) is None
    with np.load(tmp_path / "0-0-7.npz") as stored:
        arrays = dict(stored)
    arrays["cells"] = arrays["cells"] + 1
    np.savez(tmp_path / "0-0-7.npz", **arrays)
    assert records.find((0, 0, 7)) is None


def test_a_budget_leaves_the_rest_and_says_so():
    found = solution(read_any({**TANH, "ridge": "1/50"}), Options(boxes=400))
    checked(found, "result")
    assert found["status"] == "incomplete" and "budget" in found["reason"] and found["boxes"]["volume_left"] > 0
    assert found["counts"]["global_minima"] is None and found["counts"]["degenerate"] is None


@pytest.mark.parametrize(
    "change, field",
    [
        ({"ridge": [[["1/10", 0]], [["1/10"]]]}, "ridge"),
        ({"architecture": {**TANH["architecture"], "activation": "softplus"}}, "architecture.activation"),
        ({"architecture": {**TANH["architecture"], "units": 0}}, "architecture.units"),
        ({"architecture": {**TANH["architecture"], "inputs": 1}}, "data.inputs"),
        ({"ridge": "1/10000000000000"}, "data"),
    ],
)
def test_bad_input_names_its_field(change, field):
    with pytest.raises(BadInput, match=f"^{field}"):
        solution(read_any({**TANH, **change}), Options())


def test_many_inner_weights_are_refused_with_an_estimate():
    wide = {**TANH, "architecture": {**TANH["architecture"], "units": 2}, "ridge": 1}
    with pytest.raises(TooLarge, match="4 inner weights: about .* boxes.*--boxes"):
        solution(read_any(wide), Options())
    with pytest.raises(TooLarge, match="critscape split"):
        solution(read_any({**wide, "architecture": {**TANH["architecture"], "units": 3}}), Options())


def test_boxes_are_for_what_is_searched_box_by_box():
    linear = {"architecture": {"family": "linear", "widths": [1, 1, 1]}, "data": {"inputs": [[1]], "targets": [[2]]}, "ridge": "1/4"}
    with pytest.raises(BadInput, match="--boxes"):
        solution(read_any(linear), Options(boxes=5))


def test_spectra_are_refused_rather_than_left_out():
    with pytest.raises(BadInput, match="--spectra"):
        solution(read_any(TANH), Options(spectra=True))


def test_the_command_prints_tables_and_saves_the_problem(tmp_path):
    table = tmp_path / "points.csv"
    table.write_text("x1,y1\n-1,1\n1,-1\n2,2\n")
    given = ["one-hidden-layer", "--inputs", "1", "--units", "1", "--activation", "tanh", "--data", str(table), "--ridge", "[2.5, 2]"]
    ran = CliRunner().invoke(critscape, [*given, "--format", "text", "--save", str(tmp_path / "p.json")], env={"COLUMNS": "80"})
    assert ran.exit_code == 0 and "1 local minimum" in ran.stdout and "tanh 1-1-1" in ran.stdout, ran.output
    saved = read_any(json.loads((tmp_path / "p.json").read_text()))
    assert document(saved)["architecture"]["family"] == "one-hidden-layer"
    for style in ("csv", "markdown", "latex"):
        ran = CliRunner().invoke(critscape, ["solve", str(tmp_path / "p.json"), "--format", style])
        assert ran.exit_code == 0 and "None" not in ran.stdout


def test_the_door_answers():
    answer = cs.solve(TANH)
    assert answer.status == "complete" and answer.counts["real"] == 7 and [point.index for point in answer.real] == [0, 0, 0, 0, 1, 1, 1]
    assert "tanh 2-1-1" in repr(answer)
    problem = cs.problem(BIASED)
    assert cs.document(problem)["architecture"]["biases"] is True
