"""``critscape benchmark``: what it says is measured and right; times are never asserted."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from critscape.algebra.phcpack.engine import available
from critscape.scripts.studies.benchmarks import comparison
from critscape.scripts.studies.benchmarks.rivals import bertini
from tests.scripts.in_process import critscape

EXAMPLES = Path(__file__).parents[2] / "problems" / "examples"


NOT_FINITE = {"architecture": {"family": "polynomial", "variables": ["x", "y"], "loss": "(x*y - 1)^2"}}


def alone(*arguments, path):
    """The command in a process of its own, whose memory is measured, with ``path`` as the only folder of programs; nothing is run for seconds."""
    code = f"""
import os
os.environ["PATH"] = {str(path)!r}
from critscape.scripts.studies.benchmarks import comparison
comparison.WHILE = 0.0
from critscape.scripts.critscape import main
main()
"""
    command = [sys.executable, "-c", code, "benchmark", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)


@pytest.fixture(autouse=True)
def briefly(monkeypatch):
    """Nothing is run again for seconds."""
    monkeypatch.setattr(comparison, "WHILE", 0.0)


def benchmark(*arguments):
    return critscape("benchmark", *arguments)


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    """The document of 2-1-2, measured in an environment without programs such as M2, and its text."""
    folder = tmp_path_factory.mktemp("benchmark")
    completed = alone(EXAMPLES / "2-1-2.json", "--limit", 120, "--output", folder / "record.json", path=folder)
    assert completed.returncode == 0, completed.stderr
    return json.loads((folder / "record.json").read_text()), completed.stdout


def test_our_rows_are_right(record):
    (case,) = record[0]["cases"]
    assert case["critical_points"]["complex"] == 17 and case["status"] == "complete"
    assert [(row["right"], row["wrong"], row["repeated"]) for row in case["ours"]] == [(17, 0, 0)] * 3
    assert all(0 < row["best"] <= row["median"] for row in case["ours"])
    tracked = case["tracker"]
    assert (tracked["paths"], tracked["ours"]["right"]) == (17, 17) and tracked["ours"]["steps"] >= 17
    assert [entry["paths"] for entry in case["growth"]] == [16, 32, 64, 128, 256, 1000, 10000]


@pytest.mark.phcpy
@pytest.mark.skipif(not available(), reason="phcpy is not installed")
def test_phcpy_finds_what_we_find(record):
    (case,) = record[0]["cases"]
    (blackbox,) = [row for row in case["rivals"] if row["name"] == "phcpy blackbox"]
    assert (blackbox["right"], blackbox["wrong"], blackbox["found"]) == (17, 0, 17) and blackbox["memory"] > 1e6
    assert (case["tracker"]["phcpy"]["right"], case["tracker"]["phcpy"]["wrong"]) == (17, 0)


def test_absent_rivals_are_named_with_how_to_install_them(record):
    (case,) = record[0]["cases"]
    notes = {row["name"]: row.get("note", "") for row in case["rivals"]}
    assert notes["Macaulay2"] == "not installed: apt install macaulay2" and notes["Macaulay2"] in " ".join(record[1].split())
    if not bertini.available():
        assert "pip install bertini2" in notes["Bertini 2"]


def test_the_document_names_machine_and_versions(record):
    document = record[0]
    assert document["machine"]["processor"] and document["machine"]["cores"] >= 1 and document["peak_memory"] > 1e7
    assert {"python", "numpy", "numba"} <= document["engine"]["versions"].keys()


@pytest.mark.parametrize("style", ["text", "markdown", "latex", "csv"])
def test_every_format_shows_every_solver(record, style):
    from critscape.scripts.printing.benchmark_rendering import render_benchmark

    printed = render_benchmark(record[0], style)
    for name in ("critscape, double precision", "critscape, certified", "phcpy blackbox", "msolve", "Bertini 2", "Macaulay2"):
        assert name in printed
    if style == "csv":
        rows = list(csv.DictReader(io.StringIO(printed)))
        assert [row["right"] for row in rows[:3]] == ["17 of 17"] * 3
    if style == "latex":
        assert printed.count(r"\begin{tabular}") == printed.count(r"\end{tabular}") == 3


def test_a_rival_that_runs_out_of_time_says_so():
    completed = benchmark(EXAMPLES / "1-1-1-1-spurious-origin.json", "--limit", 0.01, "--format", "json")
    assert completed.returncode == 0
    (case,) = json.loads(completed.stdout)["cases"]
    assert all("note" in row for row in case["rivals"])
    if available():
        assert "time limit" in case["rivals"][0]["note"] and "time limit" in case["tracker"]["phcpy"]["note"]


def test_bad_flags_are_refused(tmp_path):
    flat = tmp_path / "flat.json"
    flat.write_text(json.dumps(NOT_FINITE))
    for arguments, word in (((EXAMPLES / "missing.json",), "missing.json"), (("--limit", "0"), "--limit"), ((flat,), "finitely")):
        completed = benchmark(*arguments)
        assert (completed.returncode, completed.stdout) == (2, "") and word in completed.stderr
        assert len([line for line in completed.stderr.splitlines() if line.startswith("critscape: ")]) == 1


def test_sweeps_of_piecewise_linear_networks_are_timed_set_by_set(tmp_path):
    problem = {
        "architecture": {"family": "piecewise-linear", "inputs": 1, "units": 2, "activation": "relu"},
        "data": {"inputs": [[1], [-1]], "targets": [[1], [2]]},
        "ridge": "7/16",
    }
    (tmp_path / "two.json").write_text(json.dumps(problem))
    completed = benchmark(tmp_path / "two.json", "--output", tmp_path / "record.json")
    assert completed.returncode == 0 and "µs per set" in completed.stdout
    (sweep,) = json.loads((tmp_path / "record.json").read_text())["sweeps"]
    # Two kernels for two units alike: none, one of them, or both.
    assert (sweep["kernels"], sweep["sets"], sweep["stationary"], sweep["status"]) == (2, 4, 6, "complete")
    assert set(sweep["seconds"]) == {"faces", "sweep", "proofs", "losses"} and min(sweep["seconds"].values()) >= 0
