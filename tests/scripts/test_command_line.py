"""The command line as a stranger meets it: formats, exit statuses, one line for bad input."""

import csv
import io
import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from critscape.algebra.elimination import msolve
from critscape.algebra.phcpack.processes import PhcpyError
from critscape.scripts.critscape import main
from tests.scripts.in_process import critscape

EXAMPLES = Path(__file__).parents[2] / "problems" / "examples"
CHAIN = EXAMPLES / "1-1-1-1-spurious-origin.json"


def process(*arguments, cwd):
    command = [sys.executable, "-m", "critscape.scripts.critscape"]
    return subprocess.run([*command, *map(str, arguments)], capture_output=True, text=True, cwd=cwd, timeout=300, check=False)


def refused(completed, *words):
    """Exit status 2, nothing on standard output, one line on standard error that holds the words."""
    assert (completed.returncode, completed.stdout) == (2, "")
    lines = completed.stderr.strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("critscape: "), completed.stderr
    assert all(word in lines[0] for word in words), lines[0]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--help"], 0),
        (["solve", CHAIN, "--format", "csv", "--quiet"], 0),
        (["solve", "three-points-in-one.json", "--engine", "batch", "--format", "csv", "--quiet"], 1),
        (["solve", "nowhere.json"], 2),
        (["linear", "--widths", "2,0,2", "--samples", "1"], 2),
        ([], 2),
    ],
    ids=["help", "complete", "incomplete", "no file", "bad flag", "nothing"],
)
def test_a_process_of_its_own_says_the_same(tmp_path, arguments, status):
    three = {"architecture": {"family": "linear", "widths": [1, 1, 1]}, "data": {"inputs": [[1]], "targets": [[1]]}, "ridge": 1}
    (tmp_path / "three-points-in-one.json").write_text(json.dumps(three))
    alone, here = process(*arguments, cwd=tmp_path), critscape(*arguments, cwd=tmp_path)
    assert (alone.returncode, alone.stdout, alone.stderr) == (status, here.stdout, here.stderr) and here.returncode == status
    assert alone.stdout if status < 2 else alone.stderr


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_terminated_says_so_and_leaves_no_process(tmp_path, jobs):
    # A process of its own: schedulers of clusters, and `kill`, send SIGTERM.
    command = [sys.executable, "-m", "critscape.scripts.critscape", "linear", "--widths", "2,2,2,2", "--samples", "2"]
    command += ["--jobs", str(jobs), "--output", str(tmp_path / "answer.json")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        said = next(line for line in running.stderr if "monodromy" in line or "continuation" in line)
        running.terminate()
        # Read to its end: whoever still holds the pipe lives.
        rest = running.stderr.read()
    assert said and running.returncode == 143
    assert "critscape: terminated; no answer was written" in rest and "Traceback" not in rest and "leaked" not in rest
    assert not list(tmp_path.iterdir())


def test_help_names_every_command():
    completed = critscape("--help")
    assert completed.returncode == 0
    assert all(name in completed.stdout for name in ("solve", "show", "linear", "quadratic", "table", "Exit status"))


@pytest.mark.parametrize(
    ("arguments", "unneeded"),
    [
        (["--help"], {"numpy", "flint", "numba"}),
        (["solve", "--help"], {"numpy", "flint", "numba"}),
        (["basins", "--help"], {"numpy", "flint", "numba"}),
        (["solve", CHAIN], {"numba", "scipy.linalg", "scipy.optimize", "scipy.stats", "sympy", "matplotlib", "lark"}),
    ],
)
def test_what_a_command_does_not_need_is_not_loaded(arguments, unneeded):
    program = (
        "import contextlib, sys; from critscape.scripts.critscape import main\n"
        f"with contextlib.suppress(SystemExit): main({list(map(str, arguments))})\n"
        f"print(sorted({unneeded} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_json_is_the_contract_and_nothing_else(tmp_path):
    completed = critscape("solve", CHAIN, "--format", "json", "--output", tmp_path / "result.json")
    assert completed.returncode == 0
    result = json.loads(completed.stdout)
    assert result == json.loads((tmp_path / "result.json").read_text())
    assert {"problem", "status", "counts", "critical_points", "paths", "evidence", "engine", "seconds"} <= result.keys()
    assert {"complex", "real", "by_index", "degenerate"} <= result["counts"].keys()
    assert {"point", "real", "index", "loss", "global_minimum", "certified"} <= result["critical_points"][0].keys()
    assert result["paths"] == {
        "tracked": 17, "finished": 17, "at_infinity": 0, "singular": 0, "failed": 0, "representatives": 5, "homotopies": 1,
    }  # fmt: skip
    assert (result["status"], result["engine"]["seed"]) == ("complete", 0) and result["engine"]["versions"]
    assert len(result["critical_points"]) == 9


def test_a_result_can_be_solved_again(tmp_path):
    first = critscape("solve", CHAIN, "--format", "json", "--output", tmp_path / "result.json")
    again = critscape("solve", tmp_path / "result.json", "--format", "json")
    assert json.loads(first.stdout)["critical_points"] == json.loads(again.stdout)["critical_points"]


@pytest.mark.parametrize("style", ["text", "markdown", "latex", "csv"])
def test_every_format_shows_the_counts(style):
    completed = critscape("solve", CHAIN, "--format", style)
    assert completed.returncode == 0 and "complete" in completed.stdout
    assert "Traceback" not in completed.stderr
    if style == "csv":
        (row,) = csv.DictReader(io.StringIO(completed.stdout))
        assert (row["N_C"], row["N_C*"], row["N_R"], row["by index"], row["spurious"]) == ("17", "16", "9", "0:5 1:4", "1")
    else:
        assert "spurious local minimum" in completed.stdout


def test_a_problem_from_flags_is_the_problem_that_it_saves(tmp_path):
    flags = ("--widths", "2,1,2", "--samples", "3", "--seed", "7", "--format", "json")
    made = critscape("linear", *flags, "--save", tmp_path / "problem.json")
    solved = critscape("solve", tmp_path / "problem.json", "--format", "json", "--seed", "7")
    assert made.returncode == solved.returncode == 0
    made, solved = json.loads(made.stdout), json.loads(solved.stdout)
    assert (made["problem"], made["counts"]) == (solved["problem"], solved["counts"]) and made["counts"]["complex"] == 17


def test_quadratic_flags():
    completed = critscape("quadratic", "--inputs", 2, "--units", 1, "--outer", "1/2", "--samples", 3, "--format", "json")
    assert completed.returncode == 0
    result = json.loads(completed.stdout)
    assert (result["problem"]["architecture"]["output"], result["counts"]["complex"]) == (["1/2"], 9)


def test_a_critical_set_that_is_not_finite_has_a_table_of_components(tmp_path):
    problem = {"architecture": {"family": "linear", "widths": [1, 1, 1]}, "data": {"inputs": [[1]], "targets": [[2]]}}
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(problem))
    completed = critscape("solve", path, "--format", "json", "--engine", "batch")
    result = json.loads(completed.stdout)
    assert (completed.returncode, result["status"], result["critical_points"]) == (0, "not-finite", [])
    assert "ridge is zero" in result["reason"]
    assert [(row["loss"], row["dimension"], row["kind"], row["level"]) for row in result["components"]] == [
        ("0", 1, "global minimum", "proved"),
        ("2", 0, "strict saddle", "proved"),
    ]
    text = critscape("solve", path, "--engine", "batch").stdout
    assert "Global minima at loss 0; no spurious local minimum was found." in " ".join(text.split()) and "1, 0, 1" in text
    latex = critscape("solve", path, "--engine", "batch", "--format", "latex").stdout
    assert "Components of the critical set" in latex and "$(1, 0, 1)$" in latex
    table = critscape("solve", path, "--engine", "batch", "--format", "csv").stdout.splitlines()
    assert table[0].startswith("kind,loss,dimension") and table[1].startswith("global minimum,0,1,exact,1,0,1,exact")


def test_show_prints_loss_gradient_bounds_and_symmetries():
    completed = critscape("show", CHAIN)
    assert completed.returncode == 0
    for piece in ("1/2*W1_11^2*W2_11^2*W3_11^2", "dL/dW3_11", "Bézout number", "125", "multihomogeneous", "29", "order 24"):
        assert piece in completed.stdout
    latex = critscape("show", CHAIN, "--format", "latex").stdout
    assert "w^{(1)}_{11}" in latex and latex.count("0 &=") == 3
    described = json.loads(critscape("show", CHAIN, "--format", "json").stdout)
    assert described["bounds"]["Bézout number"] == 125 and len(described["gradient"]) == 3


BAD = [
    ('{"architecture": {"family": "linear"}, "data": {"inputs": [[1]], "targets": [[1]]}}', "architecture.widths"),
    ('{"architecture": {"family": "linear", "widths": [1, 1]}, "data": {"inputs": [[1, 2]], "targets": [[1]]}}', "data.inputs[0]"),
    ('{"architecture": {"family": "linear", "widths": [1, 1]}, "data": {"inputs": [["1/0"]], "targets": [[1]]}}', "data.inputs[0][0]"),
    ('{"architecture": {"family": "linear", "widths": [1, 1]}, "data": {"inputs": [[NaN]], "targets": [[1]]}}', "finite"),
    ('{"architecture": {"family": "linear", "widths": [1, 1]}, "data": {"inputs": [[1]], "targets": [[1]]}, "ridge": -1}', "ridge"),
    ('{"architecture": {"family": "relu"}, "data": {"inputs": [[1]], "targets": [[1]]}}', "architecture.family"),
    ('{"architecture": {"family": "linear", "widths": [1, 1]}, "data": {"inputs": [[true]], "targets": [[1]]}}', "true"),
    ('{"architecture": {"family": "linear", "widths": [1, 1]}, "data": {"inputs": [[1e400000000]], "targets": [[1]]}}', "digits"),
    ('{"architecture": {"family": "linear", "widths": [1, 1]}, "data": {"inputs": [], "targets": []}}', "data.inputs"),
    ("not json", "JSON"),
]


@pytest.mark.parametrize(("text", "word"), BAD)
def test_bad_problem_files_give_one_line_and_write_nothing(tmp_path, text, word):
    (tmp_path / "problem.json").write_text(text)
    completed = critscape("solve", tmp_path / "problem.json", "--output", tmp_path / "result.json")
    refused(completed, word, "expected")
    assert [path.name for path in tmp_path.iterdir()] == ["problem.json"]


def test_hopelessly_large_problems_are_refused_with_the_number(tmp_path):
    rows = [[1] * 9]
    problem = {"architecture": {"family": "linear", "widths": [9] * 4}, "data": {"inputs": rows, "targets": rows}, "ridge": 1}
    (tmp_path / "problem.json").write_text(json.dumps(problem))
    refused(critscape("solve", tmp_path / "problem.json"), "243", "architecture")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("solve", "missing.json"), "missing.json"),
        (("solve", CHAIN, "--format", "pdf"), "--format"),
        (("solve", CHAIN, "--output", "result.docx"), "--output"),
        (("solve", CHAIN, "--output", "no/such/folder/result.json"), "--output"),
        (("solve", CHAIN, "--seed", "-1"), "--seed"),
        (("linear", "--widths", "2,x", "--samples", "1"), "--widths"),
        (("linear", "--widths", "2", "--samples", "1"), "widths"),
        (("linear", "--widths", "1,1", "--samples", "0"), "--samples"),
        (("linear", "--widths", "1,1", "--samples", "1", "--ridge", "1/0"), "--ridge"),
        (("linear", "--widths", "1,1,1", "--samples", "1", "--ridge", "1,2,3"), "--ridge"),
        (("quadratic", "--inputs", "2", "--units", "2", "--samples", "1", "--outer", "1"), "--outer"),
        (("frobnicate",), "frobnicate"),
    ],
)
def test_bad_flags_give_one_line(tmp_path, arguments, word):
    refused(critscape(*arguments, cwd=tmp_path), word)
    assert list(tmp_path.iterdir()) == []


def test_the_exact_engine_and_the_cross_check_from_the_command_line():
    if not msolve.available():
        pytest.skip(msolve.HOW_TO_INSTALL)
    exact = critscape("solve", CHAIN, "--engine", "exact", "--format", "json")
    result = json.loads(exact.stdout)
    assert (exact.returncode, result["counts"]["complex"], result["engine"]["name"]) == (0, 17, "exact")
    checked = critscape("solve", CHAIN, "--cross-check", "--format", "json")
    evidence = json.loads(checked.stdout)["evidence"]
    assert checked.returncode == 0 and evidence["degree by elimination"]["holds"] is True
    infinite = critscape("solve", EXAMPLES / "2-2-2-one-ridge.json", "--engine", "exact")
    assert infinite.returncode == 1 and "dimension 1 and degree 28" in " ".join(infinite.stdout.split())


@pytest.mark.parametrize("flags", [("--engine", "exact"), ("--cross-check",)])
def test_without_msolve_one_line_says_how_to_install_it(monkeypatch, capsys, flags):
    monkeypatch.setattr(msolve, "available", lambda: False)
    with pytest.raises(SystemExit) as exit_:
        main(["solve", str(CHAIN), *flags])
    printed = capsys.readouterr()
    assert (exit_.value.code, printed.out) == (2, "")
    assert printed.err.count("\n") == 1 and "pip install" in printed.err


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (msolve.MsolveError("no answer"), "critscape: msolve: no answer\n"),
        (msolve.PositiveDimension("not finite"), "critscape: msolve: not finite\n"),
        (PhcpyError("it died\nsilently"), "critscape: phcpy: it died silently\n"),
        (OSError(28, "No space left on device"), "critscape: cannot write: No space left on device (standard output)\n"),
    ],
)
def test_a_failure_outside_is_one_line_and_exits_with_one(monkeypatch, capsys, error, line):
    def fail(*arguments, **keywords):
        raise error

    monkeypatch.setattr("critscape.scripts.critscape.critscape.main", fail)
    with pytest.raises(SystemExit) as exit_:
        main([])
    printed = capsys.readouterr()
    assert (exit_.value.code, printed.out, printed.err) == (1, "", line)


def test_an_error_of_our_own_is_not_hidden(monkeypatch):
    def fail(*arguments, **keywords):
        raise RuntimeError("a bug")

    monkeypatch.setattr("critscape.scripts.critscape.critscape.main", fail)
    with pytest.raises(RuntimeError, match="a bug"):
        main([])


def test_levels_are_marked(tmp_path):
    completed = critscape("solve", EXAMPLES / "2-1-2.json", "--output", tmp_path / "table.tex")
    assert any(line.startswith("architecture") and line.endswith("level") for line in completed.stdout.splitlines())
    assert any(line.endswith((" certified", " proved")) for line in completed.stdout.splitlines())
    latex = (tmp_path / "table.tex").read_text()
    assert "17$^{\\dagger}$" in latex or "& 17 &" in latex


def test_versions_of_what_answers_rest_on_are_told():
    told = critscape("--version").stdout.splitlines()
    assert told[0] == f"critscape {metadata.version('critscape')}"
    assert all(any(line.startswith(f"  {name} ") for line in told) for name in ("python-flint", "numba", "mpmath", "msolve", "phcpy"))
