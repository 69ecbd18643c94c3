"""``critscape plot``: bifurcation values against closed forms, figures as files, one line for bad input."""

import csv
import json
import subprocess
import sys
from fractions import Fraction
from math import cbrt, sqrt
from pathlib import Path

import click
import pytest

from critscape.problems.files.problem_file import load
from critscape.problems.input.bad_input import BadInput
from critscape.scripts.figures.plot_content import marks, read_result, read_summary
from critscape.scripts.plot import command
from critscape.scripts.studies.bifurcations.scan import scan
from critscape.scripts.studies.options import Options

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "problems" / "examples"
CHAIN = EXAMPLES / "1-1-1-1-spurious-origin.json"
PITCHFORK = EXAMPLES / "1-1-1.json"
STARTS = {".pdf": b"%PDF", ".png": b"\x89PNG", ".svg": b"<?xml"}


def one_unit(file, x, y, ridge):
    """A problem file of widths 1-1-1 with one sample."""
    architecture, data = {"family": "linear", "widths": [1, 1, 1]}, {"inputs": [[x]], "targets": [[y]]}
    file.write_text(json.dumps({"architecture": architecture, "data": data, "ridge": ridge}))
    return load(file)


def plot(*arguments):
    """The exit status of the command, run in this process."""
    return command.main([*map(str, arguments)], prog_name="critscape plot", standalone_mode=False)


def refused(*arguments):
    """The one line of a refusal."""
    with pytest.raises(click.ClickException) as refusal:
        plot(*arguments)
    assert refusal.value.exit_code == 2
    return refusal.value.format_message()


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """The result of the chain as a file."""
    solved = read_result(CHAIN, Options(engine="batch", max_paths=1000))
    file = tmp_path_factory.mktemp("result") / "result.json"
    file.write_text(json.dumps(solved))
    return file


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    """The bifurcation diagram of the chain: its figure, and its numbers."""
    folder = tmp_path_factory.mktemp("chain")
    data = folder / "chain.json"
    flags = ("--from", "1/10", "--to", 4, "--values", 9)
    assert plot("bifurcation", CHAIN, *flags, "--output", folder / "chain.pdf", "--data", data) == 0
    return folder / "chain.pdf", json.loads(data.read_text())


def test_the_fold_of_the_chain_is_that_of_the_closed_form(chain):
    # w₁ = w₂ = w₃ = w up to signs with λ + w (w³ − y) = 0: the roots meet where 4 w³ = y, at λ = 3/4 y (y/4)^⅓; here λ = s/4.
    figure, numbers = chain
    assert figure.read_bytes().startswith(STARTS[".pdf"])
    (event,) = numbers["events"]
    assert abs(float(event["s"]) - 3 * 1.25 * cbrt(1.25 / 4)) < 1e-12 and event["error"] < 1e-12
    assert [meeting["type"] for meeting in event["meeting"]] == ["fold"] and event["meeting"][0]["points"] == 4
    assert (event["before"]["real"], event["after"]["real"], event["level"]) == (9, 1, "certified")
    assert (event["before"]["by_index"], event["after"]["by_index"]) == ({"0": 5, "1": 4}, {"0": 1})
    # L = ½ (w³ − y)² + 3/2 λ w² there, with w³ = y/4.
    w, y = cbrt(1.25 / 4), 1.25
    assert abs(float(event["meeting"][0]["loss"]) - (9 / 32 * y**2 + 9 / 8 * y * w**3)) < 1e-11


def test_the_numbers_are_complete(chain):
    numbers = chain[1]
    assert numbers["complete"] and not numbers["not_complete"] and not numbers["not_connected"]
    values = [Fraction(value["s"]) for value in numbers["values"]]
    assert values == sorted(values) and (values[0], values[-1]) == (Fraction(1, 10), 4)
    for value in numbers["values"]:
        assert value["complex"] == 17 and sum((-1) ** int(index) * number for index, number in value["by_index"].items()) == 1
    assert sorted((branch["index"], branch["size"]) for branch in numbers["branches"]) == [(0, 1), (0, 4), (1, 4)]
    ends = [branch["s"][-1] for branch in numbers["branches"]]
    assert sorted(ends) == sorted([4, *[float(f"{float(numbers['events'][0]['s']):.12g}")] * 2])


def test_the_pitchfork_of_one_hidden_unit(tmp_path, capsys):
    # The origin of 1-1-1 is singular where s² λ μ = (Σ x y)².
    data = tmp_path / "numbers.csv"
    flags = ("--from", 1, "--to", 20, "--values", 5, "--linear", "--width", "page")
    assert plot("bifurcation", PITCHFORK, *flags, "--output", tmp_path / "figure.svg", "--data", data) == 0
    (row,) = csv.DictReader(data.open())
    assert abs(float(row["s"]) - 8 / 3 / sqrt(0.1)) < 1e-12 and row["type"] == "pitchfork"
    assert (row["N_R before"], row["N_R after"], row["level"]) == ("3", "1", "certified")
    assert "pitchfork" in capsys.readouterr().out
    assert (tmp_path / "figure.svg").read_bytes().startswith(STARTS[".svg"])


@pytest.mark.parametrize("x, y", [("7/3", "5/2"), (3, "1/7")])
def test_one_sample_has_three_real_points_below_the_product(tmp_path, x, y):
    # λ μ = x² y² (N_R = 3 iff x²/λ · y²/μ > 1).
    problem = one_unit(tmp_path / "problem.json", x, y, ["1/2", "1/3"])
    found = scan(problem, Fraction(1, 100), Fraction(50), 7, True, Options(engine="batch", max_paths=100))
    (event,) = found.diagram.events
    exact = float(Fraction(x) * Fraction(y)) * sqrt(6)
    assert found.complete and abs(event.s / exact - 1) < 1e-13
    assert (event.link.left.count, event.link.right.count) == (3, 1)


def test_counts_that_certification_does_not_confirm_are_not_complete(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("critscape.scripts.studies.bifurcations.scan.counts", lambda critical: (5, {0: 3, 1: 2}))
    flags = ("--from", 1, "--to", 20, "--values", 3, "--output", tmp_path / "figure.pdf")
    assert plot("bifurcation", PITCHFORK, *flags) == 1
    assert "numerical" in (printed := capsys.readouterr().out) and "could not be certified" in printed


def test_a_bifurcation_value_on_the_grid_is_no_fault(tmp_path):
    problem = one_unit(tmp_path / "problem.json", 1, 1, 1)
    found = scan(problem, Fraction(1, 10), Fraction(10), 5, True, Options(engine="batch", max_paths=100))
    assert found.complete and [slice_.s for slice_ in found.diagram.doubtful] == [1]
    # At the end of the range it cannot be explained.
    assert not scan(problem, Fraction(1, 10), Fraction(1), 5, True, Options(engine="batch", max_paths=100)).complete


@pytest.mark.parametrize("ending", STARTS)
def test_index_against_loss_is_reproducible(tmp_path, result, ending):
    made = []
    for name in ("one", "two"):
        figure = tmp_path / f"{name}{ending}"
        assert plot("index-loss", result, "--output", figure) == 0
        made.append(figure.read_bytes())
    assert made[0] == made[1] and made[0].startswith(STARTS[ending])
    assert b"CreationDate" not in made[0] and b"<dc:date>" not in made[0]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"{name}{ending}" for name in ("one", "two"))


def test_orbits_are_marks(result):
    drawn, missing = marks(read_result(result, Options(engine="batch", max_paths=1000)))
    assert missing == 0
    assert sorted((mark.index, round(mark.loss, 6), mark.kind, mark.text) for mark in drawn) == [
        (0, 0.40625, "global minimum", "4"), (0, 0.78125, "spurious local minimum", "1"), (1, 0.786283, "strict saddle", "4"),
    ]  # fmt: skip


def test_components_are_marks_with_their_dimensions(tmp_path):
    # ½ (u v − 1)² without ridge: the hyperbola of global minima, and the origin; closed forms of losses are drawn at their values.
    problem = {"architecture": {"family": "linear", "widths": [1, 1, 1]}, "data": {"inputs": [[1]], "targets": [[1]]}}
    (tmp_path / "problem.json").write_text(json.dumps(problem))
    result = read_result(tmp_path / "problem.json", Options(components=True))
    drawn = [(mark.index, mark.loss, mark.kind, mark.text) for mark in marks(result)[0]]
    assert drawn == [(0, 0, "global minimum", "1"), (1, 0.5, "strict saddle", "0")]
    row = result["components"][0]
    for changed, seen in (({"dimension_bound": "at least"}, "≥1"), ({"loss": "(√5 - 1)/2"}, "1")):
        (mark,) = marks({**result, "components": [{**row, **changed}]})[0]
        assert mark.text == seen and mark.loss == pytest.approx((sqrt(5) - 1) / 2 if "loss" in changed else 0)
    (tmp_path / "result.json").write_text(json.dumps(result))
    assert plot("index-loss", tmp_path / "result.json", "--output", tmp_path / "figure.svg") == 0
    assert (tmp_path / "figure.svg").read_bytes().startswith(STARTS[".svg"])


def test_kinks_have_no_index_to_be_drawn_at(tmp_path):
    network = {"family": "piecewise-linear", "inputs": 1, "units": 1, "activation": "relu"}
    (tmp_path / "problem.json").write_text(json.dumps({"architecture": network, "data": {"inputs": [[1]], "targets": [[1]]}, "ridge": 1}))
    line = refused("index-loss", tmp_path / "problem.json", "--output", tmp_path / "figure.svg")
    assert line.startswith("architecture.family") and "critscape plot functions" in line


def test_marks_do_not_overlap():
    import numpy as np

    from critscape.scripts.figures.index_loss_figure import dodged

    rng = np.random.default_rng(5)
    places = np.column_stack([np.repeat([0.0, 50.0], 9), rng.uniform(0, 60, 18)])
    moved = places + np.column_stack([dodged(places, 8.0, 25.0), np.zeros(18)])
    distances = np.hypot(*(moved[:, None] - moved[None]).T) + 1e9 * np.eye(18)
    assert distances.min() >= 8.0 and np.abs(moved - places).max() <= 25.0 - 4.0
    assert dodged(np.zeros((30, 2)), 8.0, 25.0) is None


def test_what_is_not_complete_is_said_on_the_figure(tmp_path, result, capsys):
    content = json.loads(result.read_text())
    point = {**content["critical_points"][-1], "kind": "degenerate", "index": None, "loss": None}
    file = tmp_path / "result.json"
    file.write_text(json.dumps({**content, "status": "incomplete", "critical_points": [*content["critical_points"], point]}))
    assert plot("index-loss", file, "--output", tmp_path / "figure.png") == 1
    assert "incomplete" in capsys.readouterr().err
    assert marks(json.loads(file.read_text()))[1] == 1


def shares(*pairs):
    return [{"value": value, "draws": 1, "share": share, "low": share / 2, "high": min(1, 2 * share)} for value, share in pairs]


def test_an_ensemble(tmp_path, capsys):
    file = tmp_path / "summary.json"
    summary = {"draws": 10, "not_complete": [], "real": shares((9, 0.75), (1, 0.25)), "local_minima": shares((1, 0.25), (5, 0.75))}
    file.write_text(json.dumps(summary))
    assert plot("ensemble", file, "--output", tmp_path / "figure.pdf") == 0
    real, minima, left_out = read_summary(file)
    assert [(entry.value, entry.share, entry.low, entry.high) for entry in real] == [(1, 0.25, 0.125, 0.5), (9, 0.75, 0.375, 1.0)]
    assert [entry.value for entry in minima] == [1, 5] and left_out == 0
    file.write_text(json.dumps({**summary, "not_complete": [{"number": 3}]}))
    assert plot("ensemble", file, "--output", tmp_path / "figure.pdf") == 1 and "1 draws" in capsys.readouterr().err
    file.write_text(json.dumps({**summary, "real": [], "local_minima": []}))
    with pytest.raises(BadInput):
        read_summary(file)


def test_bad_input_is_one_line_before_any_work(tmp_path):
    figure = tmp_path / "figure.pdf"
    assert ".pdf, .png, .svg" in refused("index-loss", "nowhere.json", "--output", tmp_path / "figure.jpg")
    assert "existing folder" in refused("index-loss", "nowhere.json", "--output", tmp_path / "no" / "figure.pdf")
    assert ".json, .csv" in refused("bifurcation", CHAIN, "--output", figure, "--data", tmp_path / "x.md")
    assert "--from" in refused("bifurcation", CHAIN, "--from", "0", "--output", figure)
    assert "--to" in refused("bifurcation", CHAIN, "--from", "2", "--to", "1", "--output", figure)
    assert "--from" in refused("bifurcation", CHAIN, "--from", "one", "--output", figure)
    assert "finitely many" in refused("bifurcation", EXAMPLES / "2-2-2-one-ridge.json", "--output", figure)
    assert "nowhere.json" in refused("index-loss", "nowhere.json", "--output", figure)
    assert "expected the summary of an ensemble (this is a problem" in refused("ensemble", CHAIN, "--output", figure)
    assert not list(tmp_path.iterdir())


def test_an_earlier_result_without_orbits_is_refused(tmp_path, result):
    content = json.loads(result.read_text())
    for point in content["critical_points"]:
        del point["orbit"]
    file = tmp_path / "result.json"
    file.write_text(json.dumps(content))
    assert "critical_points[0].orbit" in refused("index-loss", file, "--output", tmp_path / "figure.pdf")


def test_matplotlib_is_loaded_for_a_figure_alone():
    code = "import sys; import critscape.scripts.plot, critscape.scripts.figures.plot_content, critscape.scripts.printing.bifurcation_rendering; "
    code += "sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=120).returncode == 0


def test_reality_is_that_of_the_own_weights(tmp_path):
    # With a fixed outer weight that is negative the normal form has imaginary weights where the network has real ones.
    from critscape.problems.networks.reading import network_from
    from critscape.problems.recipes.random_data import random_problem

    problem = random_problem(network_from({"family": "quadratic", "inputs": 2, "units": 2, "output": [1, -2]}), 4, 4)
    found = scan(problem, Fraction(100), Fraction(4000), 4, True, Options(engine="batch", max_paths=1000))
    assert found.complete and found.diagram.events
    for slice_ in found.diagram.slices:
        assert sum((-1) ** index * number for index, number in slice_.by_index.items()) == 1


@pytest.mark.slow
def test_the_origin_of_one_hidden_layer_bifurcates_at_singular_values():
    # The Hessian at the origin is [[sΛ₁, −Mᵀ], [−M, sΛ₂]] for each hidden unit, M = Σ y xᵀ: singular where s is a singular value of
    # Λ₂^(−½) M Λ₁^(−½), Λ₁ and Λ₂ the ridges into and out of the unit.
    import numpy as np

    problem = load(EXAMPLES / "2-2-2.json")
    inputs, targets = (np.array(rows, dtype=float) for rows in (problem.inputs, problem.targets))
    inward, outward = np.array(problem.ridge, dtype=float).reshape(2, 2, 2)
    moments = targets.T @ inputs
    scaled = [moments / np.sqrt(outward[:, k, None] * inward[None, k, :]) for k in range(2)]
    expected = np.sort(np.concatenate([np.linalg.svd(matrix, compute_uv=False) for matrix in scaled]))
    found = scan(problem, Fraction(1, 100), Fraction(100), 17, True, Options(engine="batch", max_paths=1000))
    at_origin = [p.s for event in found.diagram.events for p in event.points if np.abs(p.orbit).max() < 1e-9]
    assert found.complete and np.abs(np.array(at_origin) / expected - 1).max() < 1e-12
    assert [slice_.count for slice_ in found.diagram.slices][:: len(found.diagram.slices) - 1] == [17, 1]
