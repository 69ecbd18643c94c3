"""Table files: what is read, and what is refused with the field's name."""

import copy

import pytest

from critscape.problems.input.bad_input import BadInput
from critscape.problems.recipes.shipped import shipped
from critscape.problems.recipes.table_file import COLUMNS, load_table, read_table

CONTENT = {
    "title": "t",
    "source": "s",
    "data": {"distribution": "gaussian"},
    "ridge": "1/3",
    "draws": 2,
    "columns": ["architecture", "N_C", "N_R"],
    "rows": [
        {"part": "p", "architecture": {"family": "linear", "widths": [1, 1, 1]}, "samples": 1, "published": {"N_C": 5}},
        {"architecture": {"family": "quadratic", "inputs": 2, "units": 1}, "samples": 2},
    ],
}


def test_a_table_is_read():
    table = read_table(CONTENT)
    assert (table.draws, table.columns, [row.part for row in table.rows]) == (2, ("architecture", "N_C", "N_R"), ["p", "p"])
    assert table.rows[0].published == (("N_C", 5),) and table.rows[1].network.title == "quadratic 2, 1"
    problem = table.recipe.problem(table.rows[1].network, 2, 0, 0)
    assert (problem.samples, len(set(problem.ridge))) == (2, 1)


def test_shipped_tables_are_read():
    tables = shipped("tables")
    assert list(tables) == ["bharadwaj-hosten", "linear-samples", "no-ridge", "quadratic"]
    for path in tables.values():
        table = load_table(path)
        assert table.rows and set(table.columns) <= set(COLUMNS)


CHANGES = [
    (lambda c: c.pop("title"), "title"),
    (lambda c: c.pop("source"), "source"),
    (lambda c: c.pop("data"), "data"),
    (lambda c: c.pop("ridge"), "ridge"),
    (lambda c: c.pop("draws"), "draws"),
    (lambda c: c.update(draws=0), "draws"),
    (lambda c: c.update(colour=1), "colour"),
    (lambda c: c["columns"].append("N_Q"), "columns[3]"),
    (lambda c: c["columns"].append("N_R"), "columns"),
    (lambda c: c.update(rows=[]), "rows"),
    (lambda c: c["rows"][0].pop("samples"), "rows[0].samples"),
    (lambda c: c["rows"][0].update(samples=0), "rows[0].samples"),
    (lambda c: c["rows"][0]["architecture"].update(family="relu"), "rows[0].architecture.family"),
    (lambda c: c["rows"][0]["architecture"].pop("widths"), "rows[0].architecture.widths"),
    (lambda c: c["rows"][0]["published"].update(N_C="5"), "rows[0].published.N_C"),
    (lambda c: c["rows"][0]["published"].update(title=5), "rows[0].published.title"),
    (lambda c: c["rows"][0]["published"].update(bkk=5), "rows[0].published.bkk"),
    (lambda c: c.update(ridge=[1, 2]), "ridge"),
    (lambda c: c.update(ridge=-1), "ridge"),
    (lambda c: c["data"].update(distribution="cauchy"), "data.distribution"),
]


@pytest.mark.parametrize(("change", "field"), CHANGES, ids=[field for _, field in CHANGES])
def test_a_bad_table_names_the_field(change, field):
    content = copy.deepcopy(CONTENT)
    change(content)
    with pytest.raises(BadInput) as refusal:
        read_table(content)
    assert refusal.value.field.startswith(field) and "\n" not in str(refusal.value)


def test_a_file_that_cannot_be_read(tmp_path):
    with pytest.raises(BadInput, match="no-such.json"):
        load_table(tmp_path / "no-such.json")
    (tmp_path / "text.json").write_text("{")
    with pytest.raises(BadInput, match="JSON"):
        load_table(tmp_path / "text.json")
