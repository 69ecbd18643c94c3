"""The ensemble command: rows that are right, whatever the workers; runs that are killed and go on; nothing dropped in silence."""

import contextlib
import csv
import io
import json
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import fields, replace
from fractions import Fraction

import click
import pytest
from click.testing import CliRunner

from critscape.problems.files.problem_file import load as load_problem
from critscape.problems.recipes.ensemble import load, read
from critscape.scripts.ensemble import command
from critscape.scripts.printing.ensemble_summary import render
from critscape.scripts.studies.confidence import share
from critscape.scripts.studies.ensembles import climb as ensemble_climb
from critscape.scripts.studies.ensembles import draw as ensemble_draw
from critscape.scripts.studies.ensembles.draw import Draw, drawn
from critscape.scripts.studies.ensembles.summary import summary

CHAIN = {
    "architecture": {"family": "linear", "widths": [1, 1, 1, 1]},
    "samples": 1,
    "data": {"distribution": "uniform", "low": 0, "high": 2},
    "ridge": {"distribution": "log-uniform", "low": "1/100", "high": 1},
}
SHALLOW = {**CHAIN, "architecture": {"family": "linear", "widths": [1, 1, 1]}, "data": {"distribution": "gaussian"}}
TIMELESS = [field.name for field in fields(Draw) if field.name != "seconds"]


def written(folder, content, name="ensemble.json"):
    (folder / name).write_text(json.dumps(content))
    return folder / name


def run(*arguments):
    """Exit status, standard output and standard error of a run in this process."""
    result = CliRunner().invoke(command, list(map(str, arguments)), standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.return_value, result.stdout, result.stderr


def table(records):
    """All rows without their times."""
    with contextlib.closing(sqlite3.connect(records)) as connection:
        return connection.execute(f"SELECT {', '.join(TIMELESS)} FROM draws ORDER BY number").fetchall()


def number_kept(records):
    with contextlib.closing(sqlite3.connect(records, timeout=60)) as connection:
        try:
            return connection.execute("SELECT count(*) FROM draws").fetchone()[0]
        except sqlite3.OperationalError:
            # The table is not there yet.
            return 0


def test_one_hidden_unit_has_three_real_points_where_the_theorem_says_so(tmp_path):
    # Known: N_C = 5; N_R = 3 iff (Σ x²/λ)(Σ y²/μ) > 1, else 1; every local minimum is global.
    path = written(tmp_path, SHALLOW)
    status, printed, _ = run(path, "--draws", 100, "--records", tmp_path / "records", "--format", "json")
    document, ensemble = json.loads(printed), load(path)
    expected = []
    for number in range(100):
        problem = ensemble.problem(0, number)
        ((x,),), ((y,),), (inner, outer) = problem.inputs, problem.targets, problem.ridge
        expected.append(3 if (x * x / inner) * (y * y / outer) > 1 else 1)
    assert status == 0 and 20 < expected.count(3) < 80
    real = TIMELESS.index("real")
    assert [row[real] for row in table(tmp_path / "records")] == expected
    assert document["real"][0]["draws"] == expected.count(1) and document["complex"] == {"5": 100}
    assert document["with_spurious_minima"]["draws"] == 0 and document["levels"]["numerical"] == 100
    # Two global minima beside the saddle at the origin, or the origin alone.
    assert document["by_index"] == {
        "0": {"1": expected.count(1), "2": expected.count(3)},
        "1": {"0": expected.count(1), "1": expected.count(3)},
    }


def test_an_interrupted_run_keeps_its_records_and_goes_on(tmp_path, monkeypatch):
    path, original = written(tmp_path, CHAIN), ensemble_draw.drawn

    def interrupt(ensemble, seed, most_paths, number):
        if number == 7:
            raise KeyboardInterrupt
        return original(ensemble, seed, most_paths, number)

    monkeypatch.setattr(ensemble_draw, "drawn", interrupt)
    status, printed, complaints = run(path, "--draws", 30, "--records", tmp_path / "records")
    assert (status, printed) == (130, "") and "interrupted; what is done is kept" in complaints
    assert 0 < number_kept(tmp_path / "records") <= 7
    monkeypatch.undo()
    run(path, "--draws", 30, "--records", tmp_path / "records")
    run(path, "--draws", 30, "--records", tmp_path / "whole")
    assert table(tmp_path / "records") == table(tmp_path / "whole")


@pytest.mark.slow
def test_a_run_that_is_killed_goes_on_and_ends_as_if_nothing_had_happened(tmp_path):
    path, draws = written(tmp_path, CHAIN), 250
    program = "import sys; from critscape.scripts.ensemble import command; command()"
    command_line = [sys.executable, "-c", program, path, "--draws", draws, "--jobs", 2, "--records", tmp_path / "killed"]
    process = subprocess.Popen(list(map(str, command_line)), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    kept, deadline = 0, time.monotonic() + 60
    while not kept and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.01)
        kept = number_kept(tmp_path / "killed")
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    kept = number_kept(tmp_path / "killed")
    assert 0 < kept < draws
    assert run(path, "--draws", draws, "--records", tmp_path / "killed")[0] == 0
    run(path, "--draws", draws, "--records", tmp_path / "whole")
    rows = table(tmp_path / "killed")
    assert [row[0] for row in rows] == list(range(draws)) and rows == table(tmp_path / "whole")


def test_a_longer_run_only_draws_what_is_missing(tmp_path, monkeypatch):
    path, asked = written(tmp_path, CHAIN), []
    _, first, _ = run(path, "--draws", 5, "--records", tmp_path / "records", "--format", "json")
    original = ensemble_draw.drawn
    monkeypatch.setattr(ensemble_draw, "drawn", lambda *how: asked.append(how[-1]) or original(*how))
    run(path, "--draws", 8, "--records", tmp_path / "records")
    assert asked == [5, 6, 7]
    # Fewer draws are the first of them.
    assert run(path, "--draws", 5, "--records", tmp_path / "records", "--format", "json")[1] == first and asked == [5, 6, 7]


def special(folder):
    """Data sets with the ridge 1: regular, with the origin alone (N_C = 1), and with a degenerate origin (y = 1)."""
    sets = [{"inputs": [[x]], "targets": [[y]]} for x, y in ((1, 2), (0, 1), (1, 1))]
    written(folder, sets, "sets.json")
    return written(folder, {**SHALLOW, "data": {"distribution": "file", "file": "sets.json"}, "ridge": 1})


def test_what_double_precision_does_not_decide_is_solved_and_what_stays_open_is_shown(tmp_path):
    path = special(tmp_path)
    status, printed, _ = run(path, "--draws", 3, "--records", tmp_path / "records", "--format", "json")
    document = json.loads(printed)
    rows = [dict(zip(TIMELESS, row)) for row in table(tmp_path / "records")]
    assert [(row["level"], row["status"], row["complex"], row["real"]) for row in rows[:2]] == [
        ("numerical", "complete", 5, 3),
        ("certified", "complete", 1, 1),
    ]
    assert rows[0]["doubts"] == "" and rows[1]["doubts"].startswith("paths")
    assert rows[2]["level"] == "certified" and rows[2]["status"] == "incomplete" and "degenerate" in rows[2]["reason"]
    assert status == 1 and document["statuses"] == {"complete": 2, "incomplete": 1} and document["draws"] == 3
    assert [entry["number"] for entry in document["not_complete"]] == [2]
    assert sum(entry["draws"] for entry in document["real"]) == 2
    for style in ("text", "markdown", "latex"):
        assert "draw 2: incomplete" in run(path, "--draws", 3, "--records", tmp_path / "records", "--format", style)[1]
    run(path, "--draws", 3, "--records", tmp_path / "records", "--keep", tmp_path / "kept")
    assert load_problem(tmp_path / "kept" / "not-complete-draw-2.json") == load(path).problem(0, 2)


def test_a_file_with_a_fixed_ridge_has_no_more_draws_than_data_sets(tmp_path):
    with pytest.raises(click.UsageError, match="--draws: expected at most 3"):
        run(special(tmp_path), "--draws", 4, "--records", tmp_path / "records")


def test_an_exception_is_a_row(tmp_path, monkeypatch):
    def crash(*how):
        raise ArithmeticError("two enclosures\noverlap")

    monkeypatch.setattr(ensemble_draw, "solve", crash)
    status, printed, _ = run(special(tmp_path), "--draws", 2, "--records", tmp_path / "records", "--format", "json")
    assert status == 1 and json.loads(printed)["not_complete"] == [
        {"number": 1, "status": "error", "reason": "ArithmeticError: two enclosures overlap"}
    ]


def test_both_levels_give_the_same_row(monkeypatch):
    ensemble = read({**CHAIN, "ridge": {"distribution": "rational"}})
    numerical = [drawn(ensemble, 0, 1000, number) for number in range(4)]
    doubtful = replace(ensemble_draw.in_doubles(ensemble.problem(0, 0), 0, 1000), doubts=("a test",))
    monkeypatch.setattr(ensemble_draw, "in_doubles", lambda *how: doubtful)
    for row in numerical:
        certified = drawn(ensemble, 0, 1000, row.number)
        assert (row.level, certified.level, certified.doubts) == ("numerical", "certified", "a test")
        assert certified == replace(row, level="certified", doubts="a test", seconds=certified.seconds)


def test_records_of_anything_else_are_refused_and_left_alone(tmp_path, monkeypatch):
    path, records = written(tmp_path, CHAIN), tmp_path / "records"
    run(path, "--draws", 2, "--records", records)
    other = written(tmp_path, {**CHAIN, "samples": 2}, "other.json")
    soak = sqlite3.connect(tmp_path / "soak")
    soak.execute("CREATE TABLE data_sets (code)")
    soak.close()
    (tmp_path / "text").write_text("not a database, and long enough to be told apart from an empty one\n" * 20)
    for words, arguments in {
        "of seed 0": (path, "--seed", 1, "--records", records),
        "of another ensemble": (other, "--records", records),
        "made, or a new one": (path, "--records", tmp_path / "soak"),
        "not a database": (path, "--records", tmp_path / "text"),
    }.items():
        before = arguments[-1].read_bytes()
        with pytest.raises(click.UsageError, match="--records: expected") as refused:
            run(*arguments, "--draws", 2)
        assert words in str(refused.value) and arguments[-1].read_bytes() == before
    monkeypatch.setattr("critscape.scripts.studies.ensembles.records.code", lambda: "another")
    with pytest.raises(click.UsageError, match="another version"):
        run(path, "--draws", 2, "--records", records)


def test_workers_with_other_code_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("critscape.scripts.studies.ensembles.run.code", lambda: "another")
    with pytest.raises(click.UsageError, match="workers: expected"):
        run(written(tmp_path, CHAIN), "--draws", 2, "--records", tmp_path / "records")
    assert table(tmp_path / "records") == []


def test_extreme_draws_are_kept_as_problem_files(tmp_path):
    path = written(tmp_path, CHAIN)
    arguments = (path, "--draws", 40, "--records", tmp_path / "records", "--keep", tmp_path / "kept", "--format", "json")
    document = json.loads(run(*arguments)[1])
    rows = [dict(zip(TIMELESS, row)) for row in table(tmp_path / "records")]
    named = {entry["file"] for entries in document["extremes"].values() for entry in entries}
    assert {file.name for file in (tmp_path / "kept").iterdir()} == named and len(document["extremes"]) == 3
    for kind, column, best in (
        ("most real points", "real", max),
        ("nearly degenerate", "eigenvalue", min),
        ("most spurious minima", "spurious", max),
    ):
        entries = document["extremes"][kind]
        assert len(entries) == 3 and entries[0]["value"] == best(row[column] for row in rows)
        for entry in entries:
            assert entry["value"] == rows[entry["number"]][column]
            assert load_problem(tmp_path / "kept" / entry["file"]) == load(path).problem(0, entry["number"])


@pytest.mark.parametrize("goal", [pytest.param("real", marks=pytest.mark.slow), "spurious"])
def test_a_climb_goes_up_and_its_record_is_certified(tmp_path, monkeypatch, goal):
    # Small targets: no draw has more than the origin, but 9 real points are within reach.
    path = written(tmp_path, {**CHAIN, "data": {"distribution": "gaussian", "denominator": 64}, "ridge": "1/2"})
    ensemble = load(path)
    rows = [drawn(ensemble, 3, 1000, number) for number in range(6)]
    poor = [row for row in rows if row.real == 1][:3]
    assert poor
    monkeypatch.setattr(ensemble_climb, "best_draws", lambda rows, goal, count: poor[:2])
    arguments = (path, "--draws", 6, "--seed", 3, "--keep", tmp_path / "kept", "--climb", goal, "--climb-steps", 30, "--format", "json")
    status, printed, _ = run(*arguments, "--records", tmp_path / "records")
    climb = json.loads(printed)["climb"]
    assert status == 0 and climb["record"]["status"] == "complete" and climb["starts"] == [row.number for row in poor[:2]]
    counts = climb["record"]["counts"]
    assert counts["real"] == 9 and (goal == "real" or counts["spurious_minima"] >= 1)
    record = load_problem(tmp_path / "kept" / climb["record"]["file"])
    found = ensemble_draw.in_doubles(record, 0, 1000)
    assert (len(found.index), found.spurious) == (counts["real"], counts["spurious_minima"])
    assert record != ensemble.problem(3, climb["record"]["start"]) and record.ridge == ensemble.problem(3, 0).ridge
    # Reproducible; and recorded, so that it is not done again.
    assert json.loads(run(*arguments, "--records", tmp_path / "others")[1])["climb"] == climb
    monkeypatch.setattr(ensemble_climb, "climbed", None)
    assert json.loads(run(*arguments, "--records", tmp_path / "records")[1])["climb"] == climb


def test_a_climb_whose_record_is_not_certified_says_so(tmp_path, monkeypatch):
    path = written(tmp_path, CHAIN)
    original = ensemble_climb.solve

    def incomplete(problem, options):
        answer = original(problem, options)
        return replace(answer, document={**answer.document, "status": "incomplete"})

    monkeypatch.setattr(ensemble_climb, "solve", incomplete)
    arguments = ("--keep", tmp_path / "kept", "--climb", "real", "--climb-steps", 2)
    status, printed, _ = run(path, "--draws", 3, "--records", tmp_path / "records", *arguments)
    assert status == 1 and "nothing that it reached could be certified" in " ".join(printed.split())
    assert not (tmp_path / "kept" / "climb-real.json").exists()


def test_a_climb_needs_a_folder(tmp_path):
    with pytest.raises(click.UsageError, match="--keep: expected"):
        run(written(tmp_path, CHAIN), "--climb", "real", "--records", tmp_path / "records")
    assert not (tmp_path / "records").exists()


ROW = Draw(0, "numerical", "complete", 17, 9, '{"0": 5, "1": 4}', 5, 1, "[0.5, 0.5, 0.5, 0.5, 0.75]", 0.25, 0, "", None, 0.1)
ROWS = [
    ROW,
    replace(ROW, number=1, real=1, by_index='{"0": 1}', minima=1, spurious=0, losses="[1.0]", eigenvalue=0.125),
    replace(ROW, number=2, level="certified", spurious=None, doubts="tie of minima in doubt"),
    replace(ROW, number=3, level="certified", status="incomplete", real=7, reason="1 paths failed", doubts="paths failed"),
]


def test_the_summary_counts_what_it_says():
    document = summary(read(CHAIN), 0, ROWS)
    assert (document["levels"], document["statuses"]) == ({"numerical": 2, "certified": 2}, {"complete": 3, "incomplete": 1})
    assert [(entry["value"], entry["draws"]) for entry in document["real"]] == [(1, 1), (9, 2)]
    assert document["by_index"] == {"0": {"1": 1, "5": 2}, "1": {"0": 1, "4": 2}}
    assert document["spurious_undecided"] == 1
    assert document["with_spurious_minima"] == {"draws": 1, **share(1, 2)}
    assert document["least_eigenvalue"]["0"] == 0.125 and document["least_eigenvalue"]["1"] == 0.25
    assert set(document["spurious_excess"].values()) == {0.25}
    assert document["extremes"]["most real points"][0] == {"number": 0, "value": 9}
    assert document["doubts"] == {"tie of minima in doubt": 1, "paths failed": 1}


def test_an_ensemble_without_an_answer_prints():
    document = summary(read(CHAIN), 0, [replace(ROWS[3], number=0)])
    for style in ("text", "markdown", "latex", "csv", "json"):
        assert render(document, style)
    assert "1 draws have no complete answer" in render(document, "text")


def test_wilson_intervals():
    # Both ends p solve (p̂ − p)² = z² p (1 − p)/n, which defines them.
    for part, whole in ((1, 2), (3, 10), (17, 1000), (999, 1000)):
        found = share(part, whole)
        for end in (found["low"], found["high"]):
            assert (part / whole - end) ** 2 == pytest.approx(1.959963984540054**2 * end * (1 - end) / whole)
    assert share(0, 5)["low"] == 0 and share(5, 5)["high"] == 1


def test_every_format_has_the_numbers(tmp_path):
    path = written(tmp_path, CHAIN)
    flags = (path, "--draws", 20, "--records", tmp_path / "records", "--output", tmp_path / "out.json")
    printed = {style: run(*flags, "--format", style)[1] for style in ("json", "text", "markdown", "latex", "csv")}
    document = json.loads(printed["json"])
    assert json.loads((tmp_path / "out.json").read_text()) == document
    rows = list(csv.DictReader(io.StringIO(printed["csv"])))
    for entry in document["real"]:
        (row,) = [row for row in rows if (row["quantity"], row["value"]) == ("real critical points", str(entry["value"]))]
        assert int(row["draws"]) == entry["draws"] and float(row["share"]) == entry["share"]
        cells = [str(entry["value"]), str(entry["draws"]), f"{entry['share']:.4f}", f"{entry['low']:.4f} to {entry['high']:.4f}"]
        for style, separator in (("text", None), ("markdown", "|"), ("latex", "&")):
            lines = [line for line in printed[style].splitlines() if "real critical points" in line]
            split = [[cell.strip(" \\") for cell in line.split(separator)] for line in lines]
            assert any(" ".join(cells) in " ".join(line) for line in split)
    assert "20 draws, seed 0" in printed["text"] and r"\begin{tabular}" in printed["latex"] and r"95\% interval" in printed["latex"]


def test_progress_goes_to_standard_error(tmp_path):
    _, printed, progress = run(written(tmp_path, CHAIN), "--draws", 3, "--records", tmp_path / "records", "--format", "json")
    assert json.loads(printed) and "ensemble: 3 of 3" in progress and "/s" in progress and "certification" not in progress


def test_draws_are_exact_and_random(tmp_path):
    ensemble = load(written(tmp_path, CHAIN))
    problems = [ensemble.problem(0, number) for number in range(20)]
    assert len(set(problems)) == 20 and all(isinstance(x, Fraction) for p in problems for x in p.ridge)


@pytest.mark.slow
def test_several_jobs_and_an_interruption(tmp_path):
    path, draws = written(tmp_path, CHAIN), 3000
    program = "import sys; from critscape.scripts.ensemble import command; sys.exit(command(standalone_mode=False))"
    command_line = [sys.executable, "-c", program, path, "--draws", draws, "--jobs", 2, "--records", tmp_path / "records"]
    process = subprocess.Popen(list(map(str, command_line)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while number_kept(tmp_path / "records") < 100 and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    printed, complaints = process.communicate(timeout=60)
    assert (process.returncode, printed) == (130, "") and number_kept(tmp_path / "records") < draws
    assert "Traceback" not in complaints and "interrupted; what is done is kept" in complaints
    assert run(path, "--draws", draws, "--jobs", 3, "--records", tmp_path / "records")[0] == 0
    run(path, "--draws", draws, "--records", tmp_path / "whole")
    assert table(tmp_path / "records") == table(tmp_path / "whole")


def test_draws_with_components_are_counted_by_their_minima(tmp_path):
    # Two units with one common ridge: orbits of O(2) where the data are large enough, and every local minimum is global.
    content = {**SHALLOW, "architecture": {"family": "linear", "widths": [1, 2, 1]}, "samples": 2, "ridge": "1/2"}
    status, printed, _ = run(written(tmp_path, content), "--draws", 4, "--records", tmp_path / "records", "--format", "json")
    document = json.loads(printed)
    assert status == 0 and document["statuses"] == {"complete": 4} and document["with_spurious_minima"]["draws"] == 0
    assert any("components in the place of points" in doubt for doubt in document["doubts"])
    # What has no points is in no count of points, not even as none.
    with_points = sum(document["complex"].values())
    assert 0 < with_points < 4 and all(sum(numbers.values()) == with_points for numbers in document["by_index"].values())
