"""Ensembles and tables of networks of smooth units: what the draws say, and nothing of complex points."""

import json

import pytest

import critscape as cs
from critscape.problems.files.documents import checked
from critscape.problems.input.bad_input import BadInput
from critscape.problems.recipes.table_file import read_table
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.tables.document import finished, table_document
from critscape.scripts.studies.tables.estimate import Allowance
from critscape.scripts.studies.tables.run import run
from critscape.scripts.studies.tables.work import Setting, draw

TANH = {"family": "one-hidden-layer", "inputs": 1, "units": 1, "activation": "tanh"}
TABLE = {
    "title": "Small networks",
    "data": {"distribution": "gaussian"},
    "ridge": "1/10",
    "draws": 4,
    "columns": ["architecture", "d", "k", "m", "N", "bezout", "theorem", "N_C", "N_R", "N_R_distribution", "minima", "spurious"],
    "rows": [
        {"architecture": TANH, "samples": 3},
        {"architecture": {**TANH, "activation": "logistic", "output_bias": True}, "samples": 2},
    ],
}


def test_a_table_counts_what_its_draws_have():
    table = read_table(TABLE)
    (done,) = run([table], Options(), 600.0, Allowance(600.0, (), ""))
    document = table_document(table, "small", done, Options(), 600.0, 1.0)
    checked(document, "table document")
    assert finished(document)
    smooth, _ = (row["cells"] for row in document["rows"])
    assert {name: smooth[name]["value"] for name in ("d", "k", "m", "N", "bezout", "theorem", "N_C")} == {
        "d": 1, "k": 1, "m": 3, "N": 2, "bezout": None, "theorem": None, "N_C": None
    }  # fmt: skip
    answers = [cs.solve(Setting(table.rows[0].network, 3, table.recipe, Options()).any_problem(k)) for k in range(4)]
    assert smooth["N_R"] == {"value": max(answer.counts["real"] for answer in answers), "level": "proved"}
    assert sum(smooth["N_R_distribution"]["value"].values()) == 4
    assert smooth["spurious"]["value"] == sum(bool(answer.counts["spurious_minima"]) for answer in answers)


def test_a_draw_that_is_not_complete_is_said_to_be_so():
    table = read_table({**TABLE, "ridge": "1/20", "rows": [{"architecture": {**TANH, "biases": True}, "samples": 3}]})
    found = draw(Setting(table.rows[0].network, 3, table.recipe, Options(boxes=20)), 0)
    assert found["status"] == "incomplete" and "budget" in found["why"] and found["spurious"] is None


def test_networks_whose_points_are_not_listed_have_no_tables():
    with pytest.raises(BadInput, match="architecture.family"):
        read_table(
            {
                **TABLE,
                "rows": [{"architecture": {"family": "piecewise-linear", "inputs": 1, "units": 1, "activation": "relu"}, "samples": 2}],
            }
        )


def test_an_ensemble_counts_real_points_and_minima(tmp_path):
    content = {"architecture": TANH, "samples": 3, "data": {"distribution": "gaussian"}, "ridge": "1/10"}
    found = cs.ensemble(content, draws=5, seed=2, records=tmp_path / "records.sqlite").document
    checked(found, "ensemble summary")
    assert sum(entry["draws"] for entry in found["real"]) == 5 and not found["not_complete"]
    assert sum(entry["draws"] for entry in found["local_minima"]) == 5 and not json.loads(json.dumps(found["complex"]))
