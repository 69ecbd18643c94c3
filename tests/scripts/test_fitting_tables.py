"""Tables fit where they are printed, begin with a sentence, and have one row for each orbit of the symmetries."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from critscape.scripts.critscape import critscape
from critscape.scripts.printing.rendering import View, render
from critscape.scripts.printing.sentence import sentence
from critscape.scripts.printing.text_table import folded, text_table

EXAMPLES = Path(__file__).parents[2] / "problems" / "examples"
CHAIN = EXAMPLES / "1-1-1-1-spurious-origin.json"
WORDS = st.text("abc ", min_size=1, max_size=20).map(lambda text: text.strip() or "a")


def ran(*arguments, columns=None):
    return CliRunner().invoke(critscape, [str(a) for a in arguments], env={"COLUMNS": str(columns)} if columns else None)


@pytest.fixture(scope="module")
def result():
    return json.loads(ran("solve", CHAIN, "--format", "json", "--quiet").stdout)


@pytest.mark.parametrize("columns", [80, 100])
@pytest.mark.parametrize(
    "arguments", [("solve", CHAIN), ("landscape", CHAIN), ("solve", EXAMPLES / "quadratic-2-1-trained.json", "--spectra")]
)
def test_no_line_is_wider_than_the_terminal(arguments, columns):
    printed = ran(*arguments, "--quiet", columns=columns).stdout
    assert printed and max(map(len, printed.splitlines())) <= columns


def test_what_is_left_out_is_said_and_wide_shows_it(result):
    narrow, wide = ran("solve", CHAIN, "--quiet", columns=80).stdout, ran("solve", CHAIN, "--quiet", "--wide", columns=80).stdout
    assert "left out: " in narrow and "--wide" in narrow and "Bézout  BKK" not in narrow
    assert "left out" not in wide and "Bézout  BKK" in wide
    # The setting ends with the command.
    assert ran("solve", CHAIN, "--quiet", columns=80).stdout.splitlines()[:8] == narrow.splitlines()[:8]


@given(st.integers(20, 60), st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=1, max_size=4), st.booleans())
def test_any_table_fits(columns, rows, breaking):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(columns))
        names = ("one", "two", "three")
        table = folded(text_table(names, rows, ("left", "right", "left"), "simple", ("three",), "three" if breaking else None))
    assert max(map(len, table.splitlines())) <= columns
    left_out = [name for name in names if name not in table.splitlines()[0]]
    assert ("left out: " + ", ".join(left_out) in table) == bool(left_out)


def test_one_row_for_each_orbit_or_for_every_point(result):
    lines = render([result], "text").splitlines()
    assert any(line.split()[:2] == ["1-4", "4"] for line in lines) and any("--all-points" in line for line in lines)
    lines = render([result], "text", View(all_points=True)).splitlines()
    for number in range(1, 10):
        assert any(line.split()[:1] == [str(number)] for line in lines)
    assert "1--4" in render([result], "latex") and "one row for each orbit" in render([result], "latex")


def test_csv_of_points_has_every_digit(result):
    rows = list(csv.DictReader(render([result], "csv", View(all_points=True)).splitlines()))
    real = [point for point in result["critical_points"] if point["real"]]
    assert [row["loss"] for row in rows] == [point["loss"] for point in real]
    assert [[row["W1_11"], row["W2_11"], row["W3_11"]] for row in rows] == [point["point"] for point in real]
    assert rows[0]["closed_form"] == "13/32" and {row["type"] for row in rows} >= {"global minimum", "strict saddle"}
    (counts,) = csv.DictReader(render([result], "csv").splitlines())
    assert counts["N_C"] == "17"


def test_close_losses_are_told_apart(result):
    points = [dict(point) for point in result["critical_points"]]
    points[4]["loss"], points[5]["loss"] = "0.786282607314000000001", "0.786282607314000000002"
    text = render([{**result, "critical_points": points}], "text", View(all_points=True))
    assert "0.786282607314000000001" in text and "0.786282607314000000002" in text


def test_spectra_are_those_of_the_points():
    found = json.loads(ran("solve", CHAIN, "--spectra", "--format", "json", "--quiet").stdout)
    for point in found["critical_points"]:
        assert sum(float(value) < 0 for value in point["eigenvalues"]) == point["index"]
        assert point["rank"] == (0 if point["kind"] == "spurious local minimum" else 1)
    origin = next(point for point in found["critical_points"] if point["kind"] == "spurious local minimum")
    assert [float(value) for value in origin["eigenvalues"]] == [0.25] * 3


COUNTS = {"complex": 9, "real": 5, "local_minima": 2, "global_minima": 2, "spurious_minima": 0}


@pytest.mark.parametrize(
    ("change", "status", "level", "said", "unsaid"),
    [
        ({}, "complete", "proved", ["2 local minima, all global; no spurious minimum", "no more"], []),
        ({}, "complete", "certified", ["rests on the trace test"], []),
        ({"spurious_minima": None}, "complete", "proved", ["not decided whether global"], ["spurious", "all global"]),
        ({"local_minima": None, "spurious_minima": None}, "complete", "proved", ["is not decided"], ["0", "spurious"]),
        ({"spurious_minima": 1, "global_minima": 1}, "complete", "proved", ["1 global, 1 spurious"], []),
        ({"local_minima": 0, "global_minima": 0}, "complete", "proved", ["No local minimum"], ["global"]),
        ({"complex": 0, "real": 0, "local_minima": 0}, "complete", "proved", ["No critical point at all", "proved"], []),
        ({}, "incomplete", "numerical", ["Not complete", "more may exist"], ["global", "spurious"]),
        ({}, "not-finite", None, ["not finite"], ["global", "9"]),
    ],
)
def test_the_sentence_says_what_is_decided_and_no_more(change, status, level, said, unsaid):
    found = sentence({"counts": {**COUNTS, **change}, "status": status, "levels": {"complex": level}})
    assert all(words in found for words in said) and not any(words in found for words in unsaid), found
