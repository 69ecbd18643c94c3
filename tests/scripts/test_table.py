"""Tables: the work behind a cell, differences from published values, every format, limits and interruptions."""

import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import BrokenExecutor, Future
from fractions import Fraction

import numpy as np
import pytest

from critscape.algebra.elimination import msolve
from critscape.problems.files.problem_file import document as problem_document
from critscape.problems.networks.network import weight_count
from critscape.problems.networks.reading import network_from
from critscape.problems.recipes.shipped import shipped
from critscape.problems.recipes.table_file import COMPONENTS, load_table, read_table
from critscape.scripts.printing.table_rendering import render_table
from critscape.scripts.studies import counting
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.tables import run as table_run
from critscape.scripts.studies.tables.difference import of_count, of_maximum
from critscape.scripts.studies.tables.document import finished, table_document
from critscape.scripts.studies.tables.estimate import Allowance
from critscape.scripts.studies.tables.work import Setting, all_regular, counted, draw, drawn, listed, volume

CHAIN = {"family": "linear", "widths": [1, 1, 1, 1]}
UNIT = {"distribution": "uniform", "low": 0, "high": 1}
COLUMNS = [
    "H", "d", "d_x", "d_y", "m", "N", "bezout", "multihomogeneous", "bkk", "bound", "theorem", "N_C", "N_C_torus", "real_bound",
    "N_R", "N_R_distribution", "minima", "spurious",
]  # fmt: skip
QUADRATIC = {"family": "quadratic", "inputs": 2, "units": 1}
HOW = (Options(), 60.0, 1.0)
needs_msolve = pytest.mark.skipif(not msolve.available(), reason=msolve.HOW_TO_INSTALL)


def content(*rows, **changes):
    """A table file with these rows."""
    head = {"title": "A table", "source": "A_source & co", "data": UNIT, "ridge": UNIT, "draws": 4, "columns": COLUMNS}
    return {**head, "rows": list(rows), **changes}


def chain(**published):
    return {"architecture": CHAIN, "samples": 1, "published": published}


def computed(table, options, seconds):
    """What all tasks of a table return, made in processes."""
    (done,) = table_run.run([table], options, seconds, Allowance(seconds, (table_run.VOLUME,), "--seconds"))
    return done


def worked(table, bkk=True):
    """What all tasks of a table return, made in this process."""
    done = {}
    for k, row in enumerate(table.rows):
        setting = Setting(row.network, row.samples, table.recipe, Options(max_paths=1000))
        done[k, table_run.COUNT, 0] = counted(setting)
        done[k, table_run.DRAWS, 0] = drawn(setting, 0, table.draws)
        if bkk:
            done[k, table_run.VOLUME, 0] = volume(setting, 60)
    return done


def cells(document, row=0):
    return document["rows"][row]["cells"]


def critscape(*arguments, **how):
    command = [sys.executable, "-m", "critscape.scripts.critscape", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **how)


@pytest.mark.parametrize(
    "architecture, samples, ridge",
    [
        (CHAIN, 1, UNIT),
        ({"family": "linear", "widths": [2, 2, 2]}, 2, UNIT),
        ({"family": "quadratic", "inputs": 2, "units": 1, "output": "trained"}, 2, UNIT),
        # Not generic: equal ridges on the weights out of a unit; some points of the generic member are not there.
        pytest.param(
            {"family": "linear", "widths": [2, 2, 2]},
            2,
            [[["1/3", "1/2"], ["2/3", "1/5"]], [[1, "3/4"], [1, "2/7"]]],
            marks=pytest.mark.slow,
        ),
    ],
)
def test_a_draw_is_what_the_whole_answer_says(architecture, samples, ridge):
    table = read_table(content({"architecture": architecture, "samples": samples}, ridge=ridge))
    setting = Setting(table.rows[0].network, samples, table.recipe, Options(engine="batch", max_paths=1000))
    generic = isinstance(ridge, dict)
    for number in range(2 if generic else 1):
        found, result = draw(setting, number), solve(setting.problem(number), Options(engine="batch", max_paths=1000)).document
        assert (all_regular(setting.problem(number), setting) is not None) == generic
        names = {"complex": "complex", "real": "real", "minima": "local_minima", "spurious": "spurious_minima"}
        assert {name: found[name] for name in names} == {name: result["counts"][count] for name, count in names.items()}
        assert found["status"] == result["status"] == "complete"


def test_a_table_beside_lost_origins():
    table = read_table(content(chain(N_C=16, N_C_torus=16, N_R=8, bezout=125), draws=30))
    document = table_document(table, "mine", worked(table, bkk=False), *HOW)
    row = cells(document)
    assert (row["H"]["value"], row["d_y"]["value"], row["N"]["value"], row["bezout"]["power"]) == (2, 1, 3, "5^3")
    assert (row["N_C"]["value"], row["N_C_torus"]["value"], row["theorem"]["value"], row["real_bound"]["value"]) == (17, 16, 17, 9)
    seen = row["N_R_distribution"]["value"]
    assert sum(seen.values()) == 30 and set(seen) == {"1", "9"} and row["N_R"]["value"] == 9
    assert row["spurious"]["value"] == seen["9"]
    assert all("the origin if only one" in row[name]["notes"][0] for name in ("N_C", "N_R"))
    assert (row["N_C_torus"]["agrees"], row["bezout"]["agrees"], row["N_C"]["agrees"]) == (True, True, False)
    assert row["N_C"]["level"] in ("proved", "certified") and row["N_R"]["level"] in ("proved", "certified")
    # The mixed volume was not computed: the cell says so, and the table can do without it.
    assert row["bkk"]["value"] is None and "time limit" in row["bkk"]["notes"][0] and finished(document)
    assert finished(table_document(table, "mine", worked(table) | {(0, table_run.VOLUME, 0): {"value": 17}}, *HOW))
    # It cannot do without its counts, nor with a mixed volume that is not the published one.
    assert not finished(table_document(table, "mine", {(0, table_run.VOLUME, 0): {"value": 17}}, *HOW))
    published = read_table(content(chain(bkk=16), draws=30))
    assert not finished(table_document(published, "mine", worked(published) | {(0, table_run.VOLUME, 0): {"value": 17}}, *HOW))


def test_mixed_volumes_that_take_longer_than_the_table_are_not_begun():
    table = load_table(shipped("tables")["bharadwaj-hosten"])
    rows = [(table, row, Setting(row.network, row.samples, table.recipe, Options())) for row in table.rows]

    def left_out(seconds):
        done = table_run.planned(rows, Allowance(seconds, (table_run.VOLUME,), "--seconds")).done
        return {k: found["reason"] for (k, kind, _), found in done.items() if kind == table_run.VOLUME and "reason" in found}

    out_of_reach = left_out(600)
    assert [weight_count(table.rows[k].network) for k in sorted(out_of_reach)] == [15] * 3
    # Each reason names the time that is enough.
    for k, reason in out_of_reach.items():
        assert k not in left_out(float(re.search(r"--seconds (\d+)", reason)[1]))


def test_a_difference_without_a_reason_is_not_finished():
    table = read_table(content(chain(N_C=21), columns=["N_C"]))
    document = table_document(table, "mine", worked(table), *HOW)
    assert "not explained" in cells(document)["N_C"]["notes"][0] and not finished(document)


def test_what_a_published_maximum_may_mean():
    assert of_maximum(Counter({1: 5, 9: 1}), 9, 4, 9, 0) is None
    assert "not only the origin" in of_maximum(Counter({1: 5, 25: 1}), 10, 4, None, 0)
    far = of_maximum(Counter({1: 78, 17: 22}), 9, 4, None, 0)
    assert "22 of our 100 draws have more than 9" in far and "drew their data otherwise" in far
    assert "1 of our 100 draws has more" in (near := of_maximum(Counter({1: 99, 17: 1}), 9, 4, None, 0)) and "otherwise" not in near
    assert "none of our 6 draws (4 are missing)" in of_maximum(Counter({1: 6}), 9, 4, 9, 4)
    assert "theorem allows 9" in of_maximum(Counter({9: 6}), 13, 4, 9, 0)
    assert of_count("bkk", 17, 16, 2) is None and of_count("N_C", 15, 16, 2) is None


def test_formulas_are_not_passed_off_as_computed():
    row = {"architecture": {"family": "linear", "widths": [3, 3, 3]}, "samples": 1, "published": {"bkk": 14706125}}
    table = read_table(content(row))
    document = table_document(table, "mine", {}, *HOW)
    row = cells(document)
    assert (row["bkk"]["value"], row["bkk"]["level"]) == (245**3, "observed")
    assert row["N_C"] == {"value": None, "level": None, "notes": ["N_C: not finished within the time limit"]}
    assert (row["bkk"]["agrees"], row["theorem"]["value"], row["N_R"]["value"]) == (None, 245, None) and not finished(document)
    text = render_table(document, "text")
    assert "14706125§" in text and "§: by a formula" in text


def test_refusals_and_incomplete_draws_are_said():
    table = read_table(content({"architecture": {"family": "linear", "widths": [9, 9, 9, 9]}, "samples": 1}, chain()))
    done = computed(table, Options(max_paths=5), 30)
    document = table_document(table, "mine", done, *HOW)
    assert any("243" in note for note in cells(document)["N_C"]["notes"])
    # Five paths were allowed, there are 17.
    assert any("--max-paths" in note and "17" in note for note in cells(document, 1)["N_C"]["notes"])
    assert any("--max-paths" in note for note in cells(document, 1)["N_R"]["notes"])
    one = {"status": "complete", "level": "certified", "complex": 17, "real": 1, "minima": 1, "spurious": 0}
    other = one | {"status": "incomplete", "level": "numerical", "real": 2}
    done = {(0, table_run.DRAWS, 0): {"draws": [one, other]}}
    cell = cells(table_document(read_table(content(chain())), "mine", done, *HOW))["N_R"]
    assert (cell["value"], cell["level"]) == (1, "certified")
    assert cell["notes"] == ["2 of the draws: not finished within the time limit", "1 draws are not complete and do not count here"]


@pytest.fixture(scope="module")
def document():
    rows = {"part": "Linear", **chain(N_C=16, N_R=9, bkk=16)}, {"part": "Quadratic", "architecture": QUADRATIC, "samples": 2}
    table = read_table(content(*rows, title="50 % {of} $x_1$ ~ a^b > \\c #"))
    done = worked(table, bkk=False) | {(k, table_run.VOLUME, 0): {"value": value} for k, value in enumerate((17, 9))}
    return table_document(table, "mine", done, *HOW)


def test_json_is_the_document(document):
    assert json.loads(render_table(document, "json")) == document


def test_csv_has_every_value(document):
    rows = list(csv.DictReader(io.StringIO(render_table(document, "csv"))))
    assert [row["N_C"] for row in rows] == ["17", "9"] and rows[0]["N_C published"] == "16" and rows[1]["N_C published"] == ""
    assert rows[0]["bezout"] == "125" and rows[0]["bkk level"] == "numerical" and "not explained" in rows[0]["bkk notes"]
    assert all(None not in row and None not in row.values() for row in rows)


@pytest.mark.parametrize("style", ["text", "markdown"])
def test_text_has_marks_notes_and_only_columns_with_a_meaning(document, style):
    text = render_table(document, style).replace("\\", "")
    assert "17‡ (16)[" in text and "5^3" in text and "‡: numerical" in text and "A_source & co" in text
    for number in re.findall(r"\[(\d+)\]", text):
        assert text.count(f"[{number}] published") == 1
    linear, quadratic = text.split("Quadratic\n")
    # H has no meaning for the quadratic row, its number of units is in no column.
    assert re.search(r"\bH ", linear) and " H " not in quadratic.partition("\n\n")[2].partition("\n")[0]


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex")
def test_latex_compiles_as_it_is(document, tmp_path):
    (tmp_path / "table.tex").write_text(render_table(document, "latex"), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "table.tex"]
    compiled = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert compiled.returncode == 0, compiled.stdout[-2000:]
    assert "Overfull" not in compiled.stdout and "undefined" not in compiled.stdout


def test_a_second_run_goes_on_from_the_first(tmp_path):
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(content(chain(N_C=17), columns=["N_C", "N_R", "N_R_distribution"], draws=12)))
    table = load_table(path)
    first = computed(table, Options(), 60)
    assert first.keys() == {(0, "N_C", 0), (0, "draws", 0), (0, "draws", 10)}
    # No time at all: everything is there.
    completed = critscape("table", path, "--seconds", "0.001", "--format", "json", "--output", tmp_path / "out.md")
    out, err = completed.communicate(timeout=100)
    assert completed.returncode == 0, err
    assert json.loads(out)["rows"] == table_document(table, "mine", first, *HOW)["rows"]
    assert "17" in (tmp_path / "out.md").read_text()
    # Another seed has other draws, and nothing of it is there.
    assert computed(table, Options(seed=1), 1e-9) == {}


@pytest.mark.parametrize("name, words", [("no-such", ["NAME", "quadratic"]), ("no-such.json", ["no-such.json", "readable"])])
def test_a_table_that_is_not_there(name, words):
    completed = critscape("table", name)
    out, err = completed.communicate(timeout=100)
    assert (completed.returncode, out, len(err.strip().splitlines())) == (2, "", 1) and all(word in err for word in words)


@pytest.mark.slow
def test_an_interrupted_table_keeps_what_is_done_and_writes_nothing(tmp_path):
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    rows = [{"architecture": {"family": "linear", "widths": [2, 2, 2]}, "samples": m} for m in (2, 3)]
    path, output = tmp_path / "mine.json", tmp_path / "out.json"
    path.write_text(json.dumps(content(*rows, columns=["bkk", "N_C", "N_R"], draws=100)))
    run = critscape("table", path, "--jobs", 2, "--output", output, env=environment, start_new_session=True)
    kept = tmp_path / "cache" / "critscape" / "tables"
    while len(list(kept.glob("*.json"))) < 4:
        assert run.poll() is None
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGINT)
    out, err = run.communicate(timeout=100)
    assert (run.returncode, out) == (130, "") and "goes on from there" in err and not output.exists()
    assert not list(kept.glob(".*"))
    before = {file.name for file in kept.glob("*.json")}
    again = critscape("table", path, "--jobs", 1, "--output", output, env=environment)
    again.communicate(timeout=300)
    assert before < {file.name for file in kept.glob("*.json")}
    interrupted = json.loads(output.read_text())["rows"]
    whole = critscape("table", path, "--output", output, env={**environment, "XDG_CACHE_HOME": str(tmp_path / "other")})
    whole.communicate(timeout=300)
    assert json.loads(output.read_text())["rows"] == interrupted


def test_components_are_told_row_by_row():
    columns = ["m", *COMPONENTS]
    rows = [{"architecture": {"family": "linear", "widths": [1, 1, 1]}, "samples": 1}, {"architecture": QUADRATIC, "samples": 1}]
    table = read_table({"title": "A table", "data": UNIT, "ridge": 0, "columns": columns, "rows": rows})
    first = table.rows[0]
    found = listed(Setting(first.network, first.samples, table.recipe, Options()))
    document = table_document(table, "mine", {(0, table_run.LISTED, 0): found}, *HOW)
    told = cells(document)
    # ½(vwx − y)²: a hyperbola of minima, the origin.
    assert [told[name]["value"] for name in ("dimensions", "inertias", "kinds")] == ["1, 0", "1.0.1, 1.1.0", "global, saddle"]
    assert told["values"]["value"].startswith("0, ") and {told[name]["level"] for name in ("values", "kinds")} == {"proved"}
    assert told["paths"]["value"] == told["finite"]["value"] + told["at_infinity"]["value"] == 5
    other = document["rows"][1]["cells"]["kinds"]
    assert other["value"] is None and "not finished" in other["notes"][0] and not finished(document)
    for style in ("text", "csv", "latex", "markdown", "json"):
        assert "1.0.1, 1.1.0" in render_table(document, style)
    failing = table_document(table, "mine", {(0, table_run.LISTED, 0): {**found, "failing": ["limit ideal"]}}, *HOW)
    assert cells(failing)["kinds"]["notes"] == ["the evidence of limit ideal does not hold"]


def test_a_fault_in_one_task_leaves_the_others_their_results():
    fault, lost, done = Future(), Future(), Future()
    fault.set_exception(np.linalg.LinAlgError("Eigenvalues did not converge"))
    lost.set_exception(BrokenExecutor())
    done.set_result({"value": 17})
    assert table_run.result_of(done) == {"value": 17}
    reason = table_run.result_of(fault)["reason"]
    assert "Eigenvalues did not converge" in reason and "report" in reason
    with pytest.raises(BrokenExecutor):
        table_run.result_of(lost)


def test_time_left_goes_by_work_where_tasks_differ(monkeypatch, capsys):
    clock = iter([0.0, 0.0, 10.0, 40.0, 100.0, 100.0, 100.0]).__next__
    monkeypatch.setattr(counting.time, "monotonic", clock)
    count = counting.plain_count("table", 4, 1)
    for number, left in ((0, 600.0), (1, 540.0), (2, 0.0)):
        count("work", number, left)
    first, *_, last = capsys.readouterr().err.splitlines()
    assert first == "table: 1 of 4, work, about 10 min" and last.startswith("table: 4 of 4") and "left" not in last


@pytest.mark.parametrize("engine", ["batch", pytest.param("exact", marks=needs_msolve)])
def test_real_points_of_a_finite_critical_set_are_its_components(engine):
    """½(vwx − y)² with a ridge below |xy|: two minima that are copies of each other, and the origin, a saddle of loss ½y²."""
    rows = [{"architecture": {"family": "linear", "widths": [1, 1, 1]}, "samples": 1}]
    table = read_table(
        {
            "title": "A table",
            "data": {"distribution": "uniform", "low": 2, "high": 3, "denominator": 4},
            "ridge": "1/8",
            "columns": [*COMPONENTS],
            "rows": rows,
        }
    )
    row = table.rows[0]
    setting = Setting(row.network, row.samples, table.recipe, Options(engine=engine))
    told = cells(table_document(table, "mine", {(0, table_run.LISTED, 0): listed(setting)}, *HOW))
    assert [told[name]["value"] for name in ("dimensions", "inertias", "kinds")] == ["0, 0", "2.0.0, 1.1.0", "global, saddle"]
    # The loss at the origin is ½y².
    (target,) = problem_document(setting.problem(0))["data"]["targets"]
    assert Fraction(told["values"]["value"].split(", ")[1]) == Fraction(target[0]) ** 2 / 2
    if engine == "exact":
        assert told["paths"] == {
            "value": None,
            "level": None,
            "notes": ["the critical set is finite, and elimination answered: no path was followed"],
        }
    else:
        assert [told[name]["value"] for name in ("paths", "finite", "at_infinity")] == [5, 5, 0]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["linear-samples", "quadratic"])
def test_shipped_tables_have_the_known_values(name):
    table = load_table(shipped("tables")[name])
    for row in table.rows:
        published = dict(row.published)
        if published:
            found = counted(Setting(row.network, row.samples, table.recipe, Options()))
            assert (found["status"], found["counts"]["complex"]) == ("complete", published["N_C"]), row


def test_shapes_are_named_for_every_family():
    row = {"architecture": {"family": "quadratic", "inputs": 3, "units": 2, "output": ["1/2", -1]}, "samples": 2}
    table = read_table(content(row, columns=["architecture", "d", "k", "outer", "H"]))
    row = cells(table_document(table, "mine", {}, *HOW))
    assert [row[name]["value"] for name in ("d", "k", "outer", "H")] == [3, 2, "1/2, -1", None]
    assert network_from(table.rows[0].network.document()) == table.rows[0].network
