"""Sublevel sets, basins, figures and reports of networks of smooth units, and what is said where there are none."""

import json

import pytest
from click.testing import CliRunner

import critscape as cs
from critscape.algebra.symmetry.finite import SignedPermutation
from critscape.problems.files.documents import checked
from critscape.scripts.critscape import critscape, main
from critscape.scripts.studies.smooth.known import conjugated

TANH = {
    "architecture": {"family": "one-hidden-layer", "inputs": 1, "units": 1, "activation": "tanh", "output_bias": True},
    "data": {"inputs": [[-1], [1], [2]], "targets": [[1], [-1], [2]]},
    "ridge": "1/5",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The problem, its result and its landscape in one folder."""
    folder = tmp_path_factory.mktemp("smooth")
    (folder / "p.json").write_text(json.dumps(TANH))
    assert ran("solve", folder / "p.json", "--output", folder / "r.json").exit_code == 0
    assert ran("landscape", folder / "r.json", "--output", folder / "l.json").exit_code == 0
    return folder


def ran(*given):
    return CliRunner().invoke(critscape, [str(entry) for entry in given], env={"COLUMNS": "80"})


def refused(capsys, *given):
    """The exit status and what is said on standard error."""
    with pytest.raises(SystemExit) as ended:
        main([*map(str, given), "-q"])
    return ended.value.code, capsys.readouterr().err


def test_a_problem_and_its_result_have_the_same_landscape(files):
    of_problem, of_result = cs.landscape(TANH).document, json.loads((files / "l.json").read_text())
    checked(of_problem, "landscape")
    for name in ("counts", "valleys", "minima", "components", "spurious_valleys", "sublevel_sets"):
        assert of_problem[name] == of_result[name]
    assert of_problem["status"] == "complete" and of_problem["level"] == of_result["level"] == "proved"
    assert of_problem["counts"]["local_minima"] == 2 and of_problem["spurious_valleys_exist"] is False
    assert (of_problem["source"], of_result["source"]) == ("problem", "result")


def test_a_certificate_has_the_same_landscape(files, tmp_path):
    assert ran("solve", files / "p.json", "--certificate", tmp_path / "c.json").exit_code == 0
    found, known = cs.landscape(tmp_path / "c.json").document, json.loads((files / "l.json").read_text())
    assert found["source"] == "certificate" and found["level"] == "proved" and found["components"] == known["components"]
    content = json.loads((tmp_path / "c.json").read_text())
    for change, said in (
        (lambda c: c.update(cover=None), "without a cover"),
        (lambda c: c["points"][-1].update(index=2), "counts.by_index"),
    ):
        broken = json.loads(json.dumps(content))
        change(broken)
        for point in broken["points"]:
            point["global"] = None
        with pytest.raises(cs.NotApplicable, match=said):
            cs.landscape(broken)


@pytest.mark.parametrize("method, step", [("flow", None), ("descent", 0.05)])
def test_every_run_ends_in_a_minimum(method, step, tmp_path):
    found = cs.basins(TANH, runs=40, method=method, step=step, records=tmp_path / "records.sqlite").document
    checked(found, "basins")
    assert found["status"] == "complete" and found["arrivals"] == {"proved": 40, "in_double_precision": 0}
    assert sum(entry["runs"] for entry in found["minima"]) == 40


def test_the_report_shows_the_landscape(files):
    assert ran("report", files / "r.json", "--landscape", files / "l.json").exit_code == 0
    page = (files / "r.html").read_text()
    assert "no box of weights is left" in page and "Sublevel sets" in page and "real critical points in" in page
    assert "critscape solve problem.json --seed 0 --output result.json" in page
    assert "boxes of weights were examined" in page and "degenerate ones among the real" in page and "among the complex" not in page


@pytest.mark.parametrize("given", [("index-loss", "p.json"), ("landscape", "r.json"), ("landscape", "r.json", "--picture", "index")])
def test_figures_are_drawn(files, given):
    command, source, *flags = given
    done = ran("plot", command, files / source, *flags, "--output", files / "figure.svg")
    assert done.exit_code == 0 and (files / "figure.svg").read_text().startswith("<?xml"), done.output


@pytest.mark.parametrize(
    "change, exit_code, said",
    [
        ({"ridge": 0}, 2, "ridge: expected a positive number for every weight"),
        ({"architecture": {**TANH["architecture"], "units": 2, "biases": True}}, 2, "critscape solve --boxes"),
        ({"architecture": {"family": "one-hidden-layer", "inputs": 1, "units": 1, "activation": "tanh"}, "ridge": 2}, 1, "another ridge"),
    ],
)
def test_where_there_is_no_landscape_one_line_says_why(change, exit_code, said, tmp_path, capsys):
    (tmp_path / "p.json").write_text(json.dumps({**TANH, **change}))
    code, line = refused(capsys, "landscape", tmp_path / "p.json")
    assert code == exit_code and said in line and len(line.splitlines()) == 1, line


@pytest.mark.parametrize(
    "change, said",
    [
        (lambda r: r["critical_points"].pop(), "counts.real: expected"),
        (lambda r: r["critical_points"].append(r["critical_points"][0]), "another point than"),
        (lambda r: r["critical_points"][0].update(point=["1", "1", "1"]), r"critical_points[0]: expected a"),
        (lambda r: r["critical_points"][0].update(point=["1", "1"]), "critical_points[0].point: expected 3 coordinates"),
        (lambda r: r.update(status="incomplete", reason="a box is left"), "the result is incomplete: a box is left"),
    ],
)
def test_a_result_that_was_changed_is_refused(files, change, said, tmp_path, capsys):
    result = json.loads((files / "r.json").read_text())
    change(result)
    (tmp_path / "r.json").write_text(json.dumps(result))
    code, line = refused(capsys, "landscape", tmp_path / "r.json")
    assert code in (1, 2) and said in line, line


def test_a_symmetry_in_another_order_moves_points_alike():
    element, order = SignedPermutation((1, 0, 2, 3), (-1, 1, 1, -1)), (2, 0, 3, 1)
    point = [10, 20, 30, 40]
    moved = element(point)
    assert conjugated(element, order)([point[k] for k in order]) == [moved[k] for k in order]
