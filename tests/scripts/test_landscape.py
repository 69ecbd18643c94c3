"""``critscape landscape`` and ``critscape plot landscape``: known trees, three ways in, refusals, formats, contents of figures."""

import csv
import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import click
import numpy as np
import pytest

from critscape.algebra.landscape.landscape import NotMorse
from critscape.problems.files.problem_file import load
from critscape.problems.files.writing import json_text
from critscape.scripts import landscape, plot
from critscape.scripts.figures import contour_figure, disconnectivity_figure, figure_style, index_loss_figure
from critscape.scripts.figures.plot_content import marks_with_arcs
from critscape.scripts.printing.branches import branches
from critscape.scripts.printing.landscape_rendering import figures_apart, verdict
from critscape.scripts.printing.landscapes import render
from critscape.scripts.studies.answer import certified, solve
from critscape.scripts.studies.known_points import known_points
from critscape.scripts.studies.landscapes import survey as landscape_work
from critscape.scripts.studies.landscapes.document import components_entries, landscape_document
from critscape.scripts.studies.landscapes.survey import surveyed
from critscape.scripts.studies.options import Options

pytestmark = pytest.mark.usefixtures("answers_once")

EXAMPLES = Path(__file__).parents[2] / "problems" / "examples"
CHAIN = EXAMPLES / "1-1-1-1-spurious-origin.json"
ROOTS = (-2, -1, 0, 1, 3)
OPTIONS = Options(engine="batch", max_paths=1000)
STARTS = {".pdf": b"%PDF", ".png": b"\x89PNG", ".svg": b"<?xml"}


def depth(x):
    """The integral of (x + 2)(x + 1)x(x − 1)(x − 3), from 0 to a rational number."""
    x = Fraction(x)
    return x**6 / 6 - x**5 / 5 - 7 * x**4 / 4 + x**3 / 3 + 3 * x**2


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The chain as a problem, a result and a certificate; a polynomial with three minima of different depth."""
    folder = tmp_path_factory.mktemp("landscape")
    result, certificate, typed = (folder / f"{name}.json" for name in ("result", "certificate", "typed"))
    result.write_text(json_text(certified(solve(load(CHAIN), replace(OPTIONS, points="all", prove=True)), certificate).document))
    text = "x^6/6 - x^5/5 - 7 x^4/4 + x^3/3 + 3 x^2 + (y - x/2)^2/2"
    typed.write_text(json.dumps({"architecture": {"family": "polynomial", "variables": ["x", "y"], "loss": text}}))
    return {"problem": CHAIN, "result": result, "certificate": certificate, "typed": typed}


@pytest.fixture(scope="module")
def surveys(files):
    return {name: surveyed(files[name], OPTIONS) for name in ("problem", "typed")}


def run(command, *arguments):
    """The exit status of a command, run in this process."""
    return command.command.main([*map(str, arguments)], prog_name="critscape", standalone_mode=False)


def refused(command, *arguments):
    """The one line of a refusal."""
    with pytest.raises(click.ClickException) as refusal:
        run(command, *arguments)
    assert refusal.value.exit_code == 2 and "\n" not in refusal.value.format_message()
    return refusal.value.format_message()


def written(path, content):
    path.write_text(json.dumps(content))
    return path


def exact(dyadic):
    mantissa, exponent = map(int, dyadic.split("*2^"))
    return mantissa * Fraction(2) ** exponent


def test_the_chain_has_a_spurious_valley_around_the_origin(files, capsys):
    assert run(landscape, files["problem"], "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["status"] == "complete" and found["level"] == "proved" and found["spurious_valleys_exist"]
    low, origin, pass_ = found["levels"]
    assert [level.get("closed_form") for level in (low, origin)] == ["13/32", "25/32"]
    # |w| of the saddles is the root of w³ + w² + w = 1/4.
    w = next(z.real for z in np.roots([1, 1, 1, -0.25]) if abs(z.imag) < 1e-12)
    assert float(pass_["loss"]) == pytest.approx((w**3 - 5 / 4) ** 2 / 2 + 3 * w**2 / 8, abs=1e-14)
    assert float(pass_["loss"]) == pytest.approx(0.7862826, abs=5e-8)
    assert [level["minima"] for level in found["levels"]] == [[1, 2, 3, 4], [5], []] and pass_["saddles"] == [6, 7, 8, 9]
    steps = [(step["from"], step["to"], step["components"], step["spurious_valleys"]) for step in found["sublevel_sets"]]
    assert steps == [(1, 2, 4, 0), (2, 3, 5, 1), (3, None, 1, 0)]
    assert found["spurious_valleys"] == [{"from": 2, "to": 3, "deepest": [5], "minima": [5], "saddles": [6, 7, 8, 9]}]
    [spurious] = [entry for entry in found["minima"] if entry["barrier"] is not None]
    assert (spurious["number"], spurious["level"], spurious["barrier"], spurious["lower"]) == (5, 2, 3, [1, 2, 3, 4])
    assert float(spurious["depth"]) == pytest.approx(float(pass_["loss"]) - 25 / 32, abs=1e-14)
    for saddle in found["saddles"]:
        minima = sorted(arc["minimum"] for arc in saddle["arcs"])
        assert minima[1] == 5 and minima[0] < 5 and all(arc["certified"] for arc in saddle["arcs"])
    # Each saddle leads to the global minimum with its own signs.
    points = {entry["number"]: np.sign(np.array(entry["point"], dtype=float)) for entry in found["minima"] + found["saddles"]}
    assert all((points[s["number"]] == points[min(a["minimum"] for a in s["arcs"])]).all() for s in found["saddles"])


def test_a_typed_polynomial_with_a_known_tree(files, surveys):
    found = landscape_document(surveys["typed"])
    ordered = sorted(ROOTS, key=depth)
    assert ordered == [3, -2, 0, -1, 1] and found["status"] == "complete"
    for level, root in zip(found["levels"], ordered, strict=True):
        assert Fraction(level["closed_form"]) == depth(root)
        lower, upper = map(exact, level["enclosure"])
        assert lower <= depth(root) <= upper and upper - lower < Fraction(1, 10**30)
    for entry, root in zip(found["minima"] + found["saddles"], (3, -2, 0, -1, 1), strict=True):
        assert np.allclose(np.array(entry["point"], dtype=float), [root, root / 2], atol=1e-14)
    assert [(m["level"], m["barrier"], m["saddles"], m["lower"]) for m in found["minima"]] == [
        (1, None, [], []), (2, 5, [5], [1]), (3, 4, [4], [2]),
    ]  # fmt: skip
    depths = [Fraction(entry["depth_closed_form"]) for entry in found["minima"][1:]]
    assert depths == [depth(1) - depth(-2), depth(-1) - depth(0)]
    assert [float(entry["depth"]) for entry in found["minima"][1:]] == pytest.approx([float(each) for each in depths], abs=1e-15)
    steps = [(step["from"], step["to"], step["components"], step["spurious_valleys"]) for step in found["sublevel_sets"]]
    assert steps == [(1, 2, 1, 0), (2, 3, 2, 1), (3, 4, 3, 2), (4, 5, 2, 1), (5, None, 1, 0)]
    assert found["spurious_valleys"] == [{"from": 2, "to": 5, "deepest": [2], "minima": [2, 3], "saddles": [5]}]
    components = [(c["number"], c["birth"], c["merge"], c["minima"], c["children"]) for c in found["components"]]
    assert components == [
        (1, 1, 5, [1], []), (2, 2, 4, [2], []), (3, 3, 4, [3], []), (4, 4, 5, [2, 3], [2, 3]), (5, 5, None, [1, 2, 3], [1, 4]),
    ]  # fmt: skip
    assert verdict(found) == "A spurious valley exists exactly for the levels c with -8/5 ≤ c < 31/20 (proved)."


def test_without_spurious_valleys(tmp_path):
    found = landscape_document(surveyed(EXAMPLES / "1-1-1.json", OPTIONS))
    assert found["spurious_valleys_exist"] is False and verdict(found) == "There is no spurious valley at any level (proved)."
    assert "There is no spurious valley" in render(found, "latex")


def test_three_ways_in_give_one_landscape(files, surveys, monkeypatch):
    def never(*arguments):
        raise AssertionError("solved twice")

    expected = landscape_document(surveys["problem"])
    monkeypatch.setattr("critscape.scripts.studies.known_points.solve", never)
    differing = {"source", "engine", "evidence_of_points", "seconds"}
    for source in ("result", "certificate"):
        found = landscape_document(surveyed(files[source], OPTIONS))
        assert found["source"] == source and found["level"] == "proved"
        # Enclosures are not the same balls; all their digits are.
        for one, other in zip(found["levels"], expected["levels"], strict=True):
            assert max(exact(one["enclosure"][0]), exact(other["enclosure"][0])) <= min(
                exact(one["enclosure"][1]), exact(other["enclosure"][1])
            )
        assert without(found, differing) == without(expected, differing)


def without(document, names):
    """A document without some fields, numbers cut to thirty digits."""
    cut = {name: value for name, value in document.items() if name not in names}
    text = json.dumps({**cut, "levels": [{k: v for k, v in level.items() if k != "enclosure"} for level in cut["levels"]]})
    return json.loads(text, object_hook=lambda entry: {k: shortened(v) for k, v in entry.items()})


def shortened(value):
    if isinstance(value, list):
        return [shortened(entry) for entry in value]
    try:
        return f"{float(value):.12g}" if isinstance(value, str) else value
    except ValueError:
        return value


def test_results_that_do_not_hold_what_they_say_are_refused(files, tmp_path, capsys):
    content = json.loads(files["result"].read_text())
    file = tmp_path / "result.json"
    points = content["critical_points"]
    real = [entry for entry in points if entry["real"]]
    others = [entry for entry in points if not entry["real"]]
    assert len(real) == 9 and others
    assert "critical_points[8]" in refused(landscape, written(file, {**content, "critical_points": [*real[:8], real[0], *others]}))
    assert "counts.real: expected 8" in refused(landscape, written(file, {**content, "critical_points": [*real[:8], *others]}))
    wrong = {**content["counts"], "by_index": {"0": 4, "1": 5}}
    assert "counts.by_index" in refused(landscape, written(file, {**content, "counts": wrong}))
    moved = {**real[4], "point": ["0.5", "0.5", "3"]}
    assert "critical_points[4]" in refused(landscape, written(file, {**content, "critical_points": [*real[:4], moved, *real[5:]]}))
    short = {**real[4], "point": ["0", "0"]}
    assert "3 coordinates" in refused(landscape, written(file, {**content, "critical_points": [*real[:4], short, *real[5:]]}))
    assert "critical_points[4].point[0]" in refused(
        landscape, written(file, {**content, "critical_points": [*real[:4], {**short, "point": [0, "0", "0"]}, *real[5:]]})
    )
    capsys.readouterr()
    # A set that has lost an orbit of saddles, and says so nowhere, fails the checks.
    lost = {**content, "critical_points": real[:5], "counts": {**content["counts"], "real": 5, "by_index": {"0": 5}}}
    assert run(landscape, written(file, lost)) == 1
    printed = capsys.readouterr().out
    assert "incomplete: all minima joined at last: 5 components" in printed and "Euler sum: FAILS" in printed
    assert run(landscape, file, "--format", "json") == 1
    assert json.loads(capsys.readouterr().out)["spurious_valleys_exist"] is None


def test_certificates_that_prove_less_are_refused(files, tmp_path, capsys):
    content = json.loads(files["certificate"].read_text())
    file = tmp_path / "certificate.json"
    for change, said in [
        ({"upper_bound": None}, "without an upper bound"),
        ({"upper_bound": {**content["upper_bound"], "bound": 18}}, "at most 18"),
        ({"points": [{**content["points"][0], "index": 1, "not_global": None}, *content["points"][1:]]}, "points[0]"),
    ]:
        assert run(landscape, written(file, {**content, **change})) == 1
        assert said in (line := capsys.readouterr().err.splitlines()[-1]) and line.startswith("critscape: ")
    assert "format" in refused(landscape, written(file, {**content, "format": "another"}))
    assert "problem" in refused(landscape, written(file, {"format": content["format"]}))


def test_losses_that_the_theory_does_not_cover(files, tmp_path, capsys):
    typed = {"family": "polynomial", "variables": ["x", "y"]}
    figure = tmp_path / "figure.pdf"
    for text, said in [
        ("x^2/2 - y^2/2", "not bounded below"),
        ("x^2 y", "not bounded below"),
        ("x^4 y^4 - 2 x^2 y^2 + x^2", "not known whether the loss is bounded below"),
    ]:
        file = written(tmp_path / "typed.json", {"architecture": {**typed, "loss": text}})
        assert run(landscape, file, "--output", tmp_path / "answer.json") == 1
        line = capsys.readouterr().err.splitlines()[-1]
        assert said in line and line.startswith("critscape: ")
        assert run(plot, "landscape", file, "--output", figure) == 1 and said in capsys.readouterr().err
    assert not figure.exists() and not (tmp_path / "answer.json").exists()
    complete = json.loads(files["result"].read_text())
    lost = written(tmp_path / "lost.json", {**complete, "status": "incomplete", "reason": "a path was lost"})
    assert run(landscape, lost) == 1 and "incomplete: a path was lost" in capsys.readouterr().err
    double = {**complete, "counts": {**complete["counts"], "degenerate": 2}}
    with pytest.raises(NotMorse, match="2 critical points are degenerate"):
        known_points(double, OPTIONS)


def test_bad_input_is_one_line(tmp_path):
    assert "nowhere.json" in refused(landscape, "nowhere.json")
    assert "ends in .json" in refused(landscape, CHAIN, "--output", tmp_path / "x.pdf")
    assert "architecture" in refused(landscape, written(tmp_path / "x.json", {"data": {}}))
    assert "counts" in refused(landscape, written(tmp_path / "x.json", {"critical_points": [], "problem": {}, "status": "complete"}))


def test_every_format(files, surveys, tmp_path, capsys):
    document = json.loads(json_text(landscape_document(surveys["problem"])))
    text = render(document, "text")
    assert "A spurious valley exists exactly for the levels c with 25/32 ≤ c < 0.7862826… (proved)." in text
    lines = [line.split() for line in text.splitlines()]
    assert ["0.78125", "0.786283", "5", "1", "born", "at", "5"] in lines
    assert ["1-4", "global", "minimum", "0.40625", "–", "–", "–", "–"] in lines
    assert ["5", "spurious", "local", "minimum", "0.78125", "0.786283", "0.00503263", "6-9", "1-4"] in lines
    assert "  all minima joined at last: holds (1 component above the highest saddle)" in text
    markdown = render(document, "markdown")
    assert "### linear 1-1-1-1" in markdown and "| 0.786283 |" in markdown and "\n- Euler sum: holds" in markdown
    latex = render(document, "latex")
    assert r"$\frac{25}{32} \le c < 0.7862826\ldots$" in latex and r"global minimum ($\times 4$)" in latex and "6--9" in latex
    assert latex.count(r"\begin{longtable}") == 2
    rows = list(csv.DictReader(render(document, "csv").splitlines()))
    assert [row["number"] for row in rows] == list("12345") and {row["status"] for row in rows} == {"complete"}
    assert float(rows[4]["spurious from"]) == 25 / 32 and rows[4]["spurious to"] == rows[4]["barrier"] == document["levels"][2]["loss"]
    assert rows[0]["barrier"] == rows[0]["spurious from"] == "" and rows[4]["saddles"] == "6 7 8 9"
    assert json.loads(render(document, "json")) == document
    for ending in (".json", ".csv", ".md", ".tex", ".txt"):
        assert run(landscape, files["result"], "--output", tmp_path / f"answer{ending}") == 0
    assert (tmp_path / "answer.md").read_text().startswith("### linear 1-1-1-1")
    assert "A spurious valley exists" in capsys.readouterr().out


def test_levels_that_are_close_are_printed_apart():
    levels = [{"loss": loss} for loss in ("1.00000001", "1.00000002", "2")]
    assert figures_apart(levels, 6) == 9 and figures_apart(levels[1:], 6) == 6
    assert figures_apart([{"loss": "1"}, {"loss": "1"}], 6) == 6


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


@pytest.mark.parametrize("ending", STARTS)
def test_figures_are_written_and_reproducible(files, ending, tmp_path):
    made = []
    for name in ("one", "two"):
        file = tmp_path / f"{name}{ending}"
        assert run(plot, "landscape", files["result"], "--output", file) == 0
        made.append(file.read_bytes())
    assert made[0] == made[1] and made[0].startswith(STARTS[ending])


def test_the_disconnectivity_graph_of_the_chain(surveys):
    [root] = branches(landscape_document(surveys["problem"]))
    assert (root.birth, root.merge, root.spurious, root.copies) == (3, None, False, 1)
    leaves = [(leaf.birth, leaf.merge, leaf.spurious, leaf.copies, leaf.minima) for leaf in root.leaves]
    assert leaves == [(1, 3, False, 4, (1, 2, 3, 4)), (2, 3, True, 1, (5,))]
    with figure_style.style():
        figure = disconnectivity_figure.figure(landscape_document(surveys["problem"]), "column", "a note")
    axes = figure.axes[0]
    assert "×4\n#1-4" in texts(figure) and "#5" in texts(figure) and "a note" in texts(figure)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["0.40625", "0.78125", "0.786283"]
    assert "widened" in axes.get_ylabel()
    dashed = [line for line in axes.lines if line.get_linestyle() not in ("-", "None")]
    [spurious] = dashed
    solid = next(line for line in axes.lines if line.get_linestyle() == "-")
    assert spurious.get_color() != solid.get_color()
    # The dashed branch begins at the level of the origin and ends where all five components meet.
    low, middle, top = axes.get_yticks()
    assert (spurious.get_ydata()[0], spurious.get_ydata()[-1]) == (middle, top) and low < middle
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels == ["global minimum", "spurious local minimum", "spurious valley", "levels where one exists", "$k$ alike, drawn once"]


def test_like_subtrees_are_drawn_once(surveys):
    # Two copies of a pair of minima, made of the chain's four: 1, 2 and 3, 4 meet at one level, the pairs at the next.
    from critscape.algebra.landscape.merge_tree import Join, merge_tree

    document = landscape_document(surveys["problem"])
    tree = merge_tree({0: 0, 1: 0, 2: 0, 3: 0}, [Join(5, 1, (0, 1)), Join(6, 1, (2, 3)), Join(7, 2, (0, 2))])
    [root] = branches({**document, "components": components_entries(tree)})
    [pair] = root.children
    [leaf] = pair.children
    assert (pair.copies, leaf.copies, leaf.minima) == (2, 2, (1, 2, 3, 4))


def test_arcs_join_the_marks_of_orbits(surveys):
    marks, links = marks_with_arcs(surveys["problem"])
    assert sorted((marks[a].kind, marks[a].text, marks[b].kind, marks[b].text) for a, b in links) == [
        ("strict saddle", "4", "global minimum", "4"), ("strict saddle", "4", "spurious local minimum", "1"),
    ]  # fmt: skip
    with figure_style.style():
        drawn = index_loss_figure.figure(marks, "column", None, links)
        plain = index_loss_figure.figure(marks, "column")
    assert len(drawn.axes[0].texts) - len(plain.axes[0].texts) == 2
    ends = sorted(tuple(np.round(text.xy, 6)) + tuple(np.round(text.xyann, 6)) for text in drawn.axes[0].texts[:2])
    assert ends == [(1.0, 0.786283, 0.0, 0.40625), (1.0, 0.786283, 0.0, 0.78125)]


def test_contours_of_two_weights(files, surveys, tmp_path):
    survey = surveys["typed"]
    plane = contour_figure.chosen_plane(survey, None)
    assert plane.names == ("x", "y")
    with figure_style.style():
        figure = contour_figure.figure(survey, plane, "page")
    assert {text for text in texts(figure) if text.startswith("#")} == {"#1", "#2", "#3", "#4", "#5"}
    assert sorted(text for text in texts(figure) if text in ("0", "1")) == list("00011")
    axes = figure.axes[0]
    marks = {tuple(np.round(np.array(line.get_xydata())[0], 9)) for line in axes.lines if len(line.get_xdata()) == 1}
    assert marks == {(root, root / 2) for root in ROOTS}
    arcs = [np.array(line.get_xydata()) for line in axes.lines if len(line.get_xdata()) > 2]
    ends = sorted((round(arc[0, 0], 6), round(arc[-1, 0], 6)) for arc in arcs)
    assert ends == [(-1, -2), (-1, 0), (1, 0), (1, 3)]
    # Every root is inside the window.
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    assert left < -2 and right > 3 and bottom < -1 and top > 1.5


def test_contours_in_a_plane_through_three_points(surveys, files, tmp_path):
    survey = surveys["problem"]
    plane = contour_figure.chosen_plane(survey, (1, 4, 5))
    centres = np.array([point.point.midpoint for point in survey.known.points]).real
    assert np.allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-14)
    assert np.allclose(plane.distances(centres[[0, 3, 4]]), 0, atol=1e-14)
    back = plane.origin + plane.coordinates(centres[[0, 3, 4]]) @ plane.axes
    assert np.allclose(back, centres[[0, 3, 4]], atol=1e-14)
    with figure_style.style():
        figure = contour_figure.figure(survey, plane, "column")
    labels = {text for text in texts(figure) if text.startswith("#")}
    # Saddles 6 and 9 lie on the way from the origin to 1 and 4; the other two are seen in projection, at one place.
    assert labels == {"#1", "#4", "#5", "#6", "#9", "#7, 8"}
    assert [text.get_text() for text in figure.legends[0].get_texts()][-2:] == ["projected on the plane", "level of a saddle"]
    file = tmp_path / "figure.png"
    assert "--plane" in refused(plot, "landscape", files["result"], "--picture", "contours", "--output", file)
    for numbers in ("1,4", "1,4,4", "0,1,2", "1,2,99", "4,5,9", "a,b,c"):
        assert "--plane" in refused(plot, "landscape", files["result"], "--plane", numbers, "--output", file)
    assert "--picture" in refused(plot, "landscape", files["result"], "--picture", "tree", "--plane", "1,4,5", "--output", file)
    assert not file.exists()
    assert run(plot, "landscape", files["result"], "--plane", "1,4,5", "--output", file) == 0 and file.exists()


def test_a_figure_of_a_landscape_that_fails_a_check_says_so(files, surveys, tmp_path, capsys, monkeypatch):
    survey = surveys["problem"]
    doubtful = replace(survey, landscape=replace(survey.landscape, reason="a check: fails"))
    monkeypatch.setattr(landscape_work, "surveyed", lambda *arguments: doubtful)
    for picture in ("tree", "index"):
        assert run(plot, "landscape", files["result"], "--picture", picture, "--output", tmp_path / "figure.svg") == 1
    assert "a check: fails" in capsys.readouterr().err


def test_the_graph_is_drawn_from_a_landscape_file_alone(files, surveys, tmp_path, capsys, monkeypatch):
    document, file = landscape_document(surveys["problem"]), tmp_path / "landscape.json"
    written(file, document)

    def never(*arguments):
        raise AssertionError("nothing is to be computed")

    monkeypatch.setattr(landscape_work, "surveyed", never)
    assert run(plot, "landscape", file, "--output", tmp_path / "tree.svg") == 0
    assert run(plot, "landscape", written(file, {**document, "reason": "a check: fails"}), "--output", tmp_path / "tree.svg") == 1
    written(file, document)
    for flags in (("--picture", "index"), ("--picture", "contours"), ("--plane", "1,4,5")):
        assert "a landscape has not all that it shows" in refused(plot, "landscape", file, *flags, "--output", tmp_path / "x.svg")
    # Wrong flags are refused before anything is computed.
    figure = tmp_path / "x.svg"
    assert "--plane" in refused(plot, "landscape", files["problem"], "--picture", "contours", "--output", figure)
    assert "--plane" in refused(plot, "landscape", files["problem"], "--plane", "1,1,2", "--output", figure)
    assert "--plane" in refused(plot, "landscape", files["problem"], "--plane", "1,2", "--output", figure)
    assert not figure.exists()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("levels", lambda d: d["levels"][0].update(number=2)),
        ("minima[0].kind", lambda d: d["minima"][0].update(kind="a hill")),
        ("components[0].minima", lambda d: d["components"][0].update(minima=[99])),
        ("components[0].merge", lambda d: d["components"][0].update(merge=99)),
        ("children", lambda d: d["components"][-1].update(children=[d["components"][-1]["number"]])),
        ("children", lambda d: d["components"][0].update(children=[d["components"][-1]["number"]])),
        ("components", lambda d: d.update(components=[])),
    ],
)
def test_a_landscape_whose_parts_do_not_fit_is_refused(name, change, surveys, tmp_path):
    document = json.loads(json_text(landscape_document(surveys["problem"])))
    change(document)
    file = written(tmp_path / "landscape.json", document)
    assert name in refused(plot, "landscape", file, "--output", tmp_path / "x.svg")
