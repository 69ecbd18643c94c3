"""``critscape atlas``: rows against known counts, every format, the site's links, what is refused."""

import csv
import json
import re
import sqlite3
from contextlib import closing

import click
import pytest

from critscape.problems.files.documents import checked
from critscape.problems.files.problem_file import read_any
from critscape.problems.networks.closed_counts import closed_counts
from critscape.problems.networks.network import weight_count
from critscape.problems.networks.reading import network_from
from critscape.problems.recipes.architectures import up_to
from critscape.problems.recipes.data_recipe import read_recipe
from critscape.problems.recipes.shipped import shipped
from critscape.problems.recipes.table_file import Row, Table, load_table
from critscape.scripts.atlas import command
from critscape.scripts.studies.atlas.picture import marks
from critscape.scripts.studies.atlas.published import COMPARED, OTHER_DATA, TABLES, published, published_entries
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.solution import solution
from critscape.scripts.studies.tables.document import row_document

NAMES = ("linear-1-1-1-m1", "linear-1-1-1-1-m1", "quadratic-1-1-trained-m1", "relu-1-1-1-m2", "tanh-1-1-1-m2")
# N_C: Bharadwaj and Hoşten; 1-1 quadratic with a trained weight by elimination.
COUNTS = {"linear-1-1-1-m1": (5, 4), "linear-1-1-1-1-m1": (17, 16), "quadratic-1-1-trained-m1": (9, 8)}


def atlas(*arguments):
    """The exit status of the command, run in this process."""
    return command.main([*map(str, arguments)], prog_name="critscape atlas", standalone_mode=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A small atlas in every format, and its site."""
    folder = tmp_path_factory.mktemp("atlas")
    flags = [word for name in NAMES for word in ("--select", name)]
    assert atlas(*flags, "--draws", 4, "--output", folder / "atlas.json", "-q") == 0
    for ending in ("csv", "sqlite", "tex", "md"):
        assert atlas(folder / "atlas.json", "--output", folder / f"atlas.{ending}", "--site", folder / "site") == 0
    return folder, json.loads((folder / "atlas.json").read_text())


def test_names_are_told_apart_and_architectures_are_small():
    entries = up_to(8)
    assert len({entry.name for entry in entries}) == len(entries) > 150
    assert all(weight_count(entry.network) <= 8 and entry.samples for entry in entries)
    assert {entry.name for entry in up_to(4)} < {entry.name for entry in entries}


def test_all_architectures_of_which_something_is_published_are_there():
    entries = published_entries()
    tables = [load_table(shipped("tables")[name]) for name in TABLES]
    known = {(row.network.title, row.samples) for table in tables for row in table.rows if {*COMPARED} & {*dict(row.published)}}
    left_out = known - {(entry.network.title, entry.samples) for entry in entries}
    # More samples than those from which on N_C does not change are of no class.
    assert len(entries) > 45 and all((title, samples - 1) in known or title == "linear 1-2-1" for title, samples in left_out)
    for entry in entries:
        beside, closed = published(entry.network, entry.samples), closed_counts(entry.network, entry.samples)
        assert beside.source and closed.complex in (None, beside.values["N_C"])


def test_counts_are_the_known_ones(made):
    _, document = made
    checked(document, "atlas")
    rows = {row["name"]: row for row in document["rows"]}
    assert list(rows) == [entry.name for entry in up_to(6) if entry.name in NAMES]
    for name, counts in COUNTS.items():
        cells = rows[name]["cells"]
        assert (cells["N_C"]["value"], cells["N_C_torus"]["value"]) == counts
        assert cells["N_C"].get("published", counts[0]) == counts[0] and cells["values"]["value"]
    assert "Bharadwaj" in rows["linear-1-1-1-1-m1"]["source"] and "source" not in rows["relu-1-1-1-m2"]
    most = rows["linear-1-1-1-1-m1"]["cells"]["N_R"]
    assert most["published"] == 8 and any("the origin" in note for note in most["notes"]) and OTHER_DATA in most["notes"]
    for row in rows.values():
        distribution = row["cells"]["N_R_distribution"]["value"]
        assert sum(distribution.values()) == 4 and row["cells"]["N_R"]["value"] == max(map(int, distribution))
        assert distribution[str(row["typical"])] == max(distribution.values())
        for name in ("spurious_share", "typical_share", "more_share"):
            assert row[name]["low"] <= row[name]["share"] <= row[name]["high"]
        assert row["typical_share"]["share"] == distribution[str(row["typical"])] / 4


@pytest.mark.parametrize("name", ["linear-1-1-1-m1", "relu-1-1-1-m2", "tanh-1-1-1-m2"])
def test_the_example_of_a_row_has_most_real_points(made, name):
    _, document = made
    (row,) = (row for row in document["rows"] if row["name"] == name)
    result = solution(read_any(row["example"]), Options())
    counts = result["counts"]
    real = counts.get("real", counts.get("clarke"))
    assert real == row["cells"]["N_R"]["value"] and row["points"] == marks(result)
    assert sum(point["points"] for point in row["points"]) == real
    assert "N_C" not in row["cells"] or row["cells"]["N_C"]["value"] == counts["complex"]
    assert "example_without_ridge" not in row or read_any(row["example_without_ridge"]).ridge == (0,) * row["weights"]


TEACHER = {"family": "quadratic", "inputs": 2, "units": 1}


@pytest.mark.parametrize(
    "data, loss, architecture, samples",
    [
        ({"distribution": "gaussian"}, {"residual": "r^2/2 + r^4/4"}, {"family": "linear", "widths": [1, 1, 1]}, 1),
        ({"distribution": "population", "architecture": TEACHER}, {}, TEACHER, 0),
    ],
    ids=["another loss", "a population"],
)
def test_closed_counts_are_for_squared_errors_over_samples_alone(data, loss, architecture, samples):
    columns = ("bound", "bound_torus", "theorem", "theorem_torus", "real_bound", "bkk")

    def known(recipe, samples):
        row = Row("", network_from(architecture), samples, ())
        cells = row_document(Table("", None, read_recipe(recipe), 1, columns, (row,)), 0, row, {}, 0)["cells"]
        return any(cell["value"] is not None for cell in cells.values())

    assert not known({"data": data, "loss": loss, "ridge": 1}, samples)
    assert known({"data": {"distribution": "gaussian"}, "ridge": 1}, 1)


def test_the_command_of_a_row_gives_the_row(made, tmp_path):
    _, document = made
    row = document["rows"][0]
    words = row["command"].split()
    assert words[:2] == ["critscape", "atlas"]
    assert atlas(*words[2:], "--output", tmp_path / "row.json", "-q") == 0
    assert json.loads((tmp_path / "row.json").read_text())["rows"] == [row]


def test_every_format_has_every_row(made):
    folder, document = made
    lines = list(csv.DictReader((folder / "atlas.csv").open()))
    assert [line["name"] for line in lines] == [row["name"] for row in document["rows"]]
    assert [line["N_C"] for line in lines] == [str(row["cells"].get("N_C", {"value": ""})["value"]) for row in document["rows"]]
    with closing(sqlite3.connect(folder / "atlas.sqlite")) as database:
        assert dict(database.execute("SELECT name, value FROM cells WHERE column = 'N_C'")) == {k: v[0] for k, v in COUNTS.items()}
        assert database.execute("SELECT count(*) FROM atlas").fetchone() == (len(NAMES),)
    assert all(row["title"] in (folder / "atlas.md").read_text() for row in document["rows"])
    assert (folder / "atlas.tex").read_text().count(r"\\") >= len(NAMES) and r"\begin{longtable}" in (folder / "atlas.tex").read_text()


def test_every_link_of_the_site_leads_somewhere_and_nothing_is_loaded(made):
    site = made[0] / "site"
    pages = sorted(site.rglob("*.html"))
    assert {page.stem for page in pages} == {"index", *NAMES}
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r'href="([^"]+)"', text):
            file, _, place = target.partition("#")
            assert (page.parent / file if file else page).is_file(), (page.name, target)
            assert not place or (not file and f'id="{place}"' in text), (page.name, target)
        assert "default-src &#39;none&#39;" in text and not re.findall(r'src="|@import|url\(', text)


def test_pages_of_rows_count_what_there_is_and_point_to_the_differences(made):
    rows = {name: (made[0] / "site" / "rows" / f"{name}.html").read_text(encoding="utf-8") for name in NAMES}
    for name, text in rows.items():
        kinks = name.startswith("relu")
        assert ("Clarke stationary sets" in text, "real critical points" in text) == (kinks, not kinks)
    assert '(published 8, <a href="#notes">see the notes</a>)' in rows["linear-1-1-1-1-m1"] and 'id="notes"' in rows["linear-1-1-1-1-m1"]
    assert "see the notes" not in rows["tanh-1-1-1-m2"]


def test_what_is_not_finished_says_so_and_sets_the_exit_status(tmp_path):
    assert atlas("--select", "linear-2-2-1-m2", "--seed", 7, "--seconds", 1e-9, "--output", tmp_path / "atlas.json", "-q") == 1
    (row,) = json.loads((tmp_path / "atlas.json").read_text())["rows"]
    assert row["cells"]["N_R"]["value"] is None and "not finished" in row["cells"]["N_R"]["notes"][0]
    assert row["typical"] is None and row["spurious_share"]["share"] is None


def test_what_is_too_much_work_says_how_much_and_is_the_same_on_every_machine(tmp_path):
    flags = ("--select", "linear-1-1-1-m1", "--draws", 4, "--seed", 11, "--output", tmp_path / "atlas.json", "-q")
    assert atlas("--work", 1e-3, *flags) == 1
    document = json.loads((tmp_path / "atlas.json").read_text())
    checked(document, "atlas")
    (row,) = document["rows"]
    asked = set()
    for column in ("N_C", "N_R", "values"):
        cell = row["cells"][column]
        assert cell["value"] is None and "of one core" in cell["notes"][0]
        asked.add(float(re.search(r"--work (\d+)", cell["notes"][0])[1]))
    assert row["command"].endswith("--work 0.001") and document["command"].endswith("--work 0.001")
    # What is asked for is enough.
    assert atlas("--work", max(asked), *flags) == 0
    (row,) = json.loads((tmp_path / "atlas.json").read_text())["rows"]
    assert all(row["cells"][column]["value"] is not None for column in ("N_C", "N_R", "values"))


def test_bad_input_is_one_line(made, tmp_path):
    for arguments, words in (
        (("--select", "linear-9-9-9-m1"), ("--select", "linear-")),
        ((made[0] / "site" / "rows" / "linear-1-1-1-m1.json",), ("expected an atlas", "problem")),
        (("--output", tmp_path / "atlas.xls"), ("--output", ".sqlite")),
        ((made[0] / "atlas.json", "--draws", 5), ("--draws", "--select")),
        (("medium",), ("readable atlas", "medium")),
    ):
        with pytest.raises(click.ClickException) as refusal:
            atlas(*arguments)
        line = refusal.value.format_message()
        assert refusal.value.exit_code == 2 and all(word in line for word in words) and "\n" not in line
