"""The parts of a report: its chart, its references and the problem that it states."""

import re
import unicodedata
from itertools import pairwise

import pytest

from critscape.algebra.points.classification import Kind
from critscape.problems.files.problem_file import read
from critscape.scripts.figures.cells_figure import MARKS
from critscape.scripts.figures.index_loss_figure import LOOKS
from critscape.scripts.pages.report_chart import HEIGHT, LEFT, SHAPES, TOP, WIDTH, chart, number_labels, outline
from critscape.scripts.pages.report_points import orbits
from critscape.scripts.pages.report_problem import loss_latex, statement
from critscape.scripts.pages.report_source import KINDS
from critscape.scripts.printing.references import REFERENCES, used
from tests.scripts.report_pages import ROOT, Page, loads_nothing, made, solved, spurious_origin, without_ridge

pytestmark = pytest.mark.usefixtures("answers_once")

TEMPLATES = ROOT / "scripts" / "pages" / "templates"


@pytest.fixture(scope="module")
def chain():
    return spurious_origin()


@pytest.fixture(scope="module")
def not_finite():
    return without_ridge()


def many(chain, real):
    """A result with so many real points, in orbits of one to four, made of those of another one."""
    saddle, points, orbit = chain["critical_points"][-1], [], 0
    while len(points) < real:
        orbit += 1
        size = min(1 + orbit % 4, real - len(points))
        losses = {"loss": f"{0.5 + orbit / 1000:.4f}", "index": orbit % 5, "orbit": orbit}
        points += [{k: v for k, v in {**saddle, **losses}.items() if k != "closed_form"}] * size
    tally = {str(index): sum(p["index"] == index for p in points) for index in range(5)}
    return {**chain, "critical_points": points, "counts": {**chain["counts"], "real": real, "by_index": tally}}


def test_a_page_with_225_real_points_stays_small_and_its_marks_apart(chain, tmp_path):
    result = many(chain, 225)
    status, text = made(tmp_path, result)
    page = Page(text)
    loads_nothing(page)
    assert status == 0 and len(text) < 1_000_000
    rows = page.all("tbody", "orbit")
    assert sum(int(e[1]["data-size"]) for e in rows) == 225 and len(rows) == len(page.all("a", "point"))
    assert [e[2] for e in page.all("option")] == ["all", "strict saddle", "all", "0", "1", "2", "3", "4"]


def test_marks_stand_where_index_and_loss_say(chain):
    problem = read(chain["problem"])
    rows = orbits(many(chain, 100), problem, "r1")
    drawn = chart(rows)
    assert len(drawn.dots) == len(rows) and drawn.missing == 0
    by_loss = sorted(drawn.dots, key=lambda dot: float(dot.orbit.loss))
    assert all(low.y > high.y for low, high in pairwise(by_loss))
    step = (drawn.columns[1][0] - drawn.columns[0][0]) / 2
    assert all(abs(dot.x - drawn.columns[dot.orbit.index][0]) < step for dot in drawn.dots)
    assert all(LEFT < dot.x < WIDTH and TOP < dot.y < HEIGHT for dot in drawn.dots)
    # Ticks are to scale with the marks.
    (y0, label0), (y1, label1) = drawn.levels[0], drawn.levels[-1]
    scale = (y1 - y0) / (float(label1) - float(label0))
    assert all(dot.y == pytest.approx(y0 + scale * (float(dot.orbit.loss) - float(label0)), abs=1e-6) for dot in drawn.dots)


def test_ticks_keep_the_digits_that_tell_them_apart():
    assert number_labels([1000000.25, 1000000.5]) == ["1000000.25", "1000000.5"]


def test_every_type_has_its_colour():
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    assert set(KINDS) == set(LOOKS) >= {kind.value for kind in Kind}
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", style))
    for kind, (_, face, _, _) in (LOOKS | MARKS).items():
        (name,) = re.findall(rf"^\.dot\.{kind.replace(' ', '-')} {{ fill: var\(--(\w+)\)", style, re.MULTILINE)
        assert face == "white" if name == "hollow" else colours[name] == face.lower(), kind


def test_references_are_those_of_the_page_on_citing():
    entries = (ROOT / "docs" / "citing.md").read_text(encoding="utf-8")
    found = dict(re.findall(r"^@\w+\{(\w+),\n(.*?)^\}", entries, re.MULTILINE | re.DOTALL))

    def letters(text):
        plain = unicodedata.normalize("NFD", text.lower().replace("ⁿ", "n"))
        return "".join(re.findall("[a-z0-9]", plain))

    for key, reference in REFERENCES.items():
        fields = dict(re.findall(r"^  (\w+) *= *\{(.*)\},$", found[key], re.MULTILINE))
        assert letters(reference.title) == letters(fields["title"]), key
        assert "year" not in fields or fields["year"] in reference.where, key
        assert reference.doi == (fields.get("doi") if key != "mehta2018" else None), key
        assert reference.arxiv == next(iter(re.findall(r"arXiv:([\d.]+\d)", fields.get("note", ""))), None), key
        if "volume" in fields and "series" not in fields:
            assert f" {fields['volume']}, " in reference.where, key


def test_a_reference_stands_only_where_its_work_was_done(chain, not_finite):
    def keys(result, problem=None):
        return {reference.key for _, references in used(result, problem or read(result["problem"])) for reference in references}

    tracked = keys(chain)
    assert {"mehta2018", "leykin2018", "morgan1989", "krawczyk1969", "macaulay1902", "timme2021", "duff2019"} <= tracked
    assert not {"berthomieu2021", "morgan1991"} & tracked
    none = keys(not_finite)
    assert not {"mehta2018", "leykin2018", "morgan1989", "krawczyk1969", "macaulay1902", "timme2021"} & none and "flint" in none
    exact = {**chain, "engine": {**chain["engine"], "name": "exact"}, "paths": dict.fromkeys(chain["paths"], 0), "evidence": {}}
    del exact["start_set"]
    assert "berthomieu2021" in keys(exact) and not {"timme2021", "duff2019", "morgan1989", "leykin2018"} & keys(exact)
    phcpy = {**chain, "engine": {**chain["engine"], "name": "phcpy"}, "start_set": {"solutions": 17, "engine": "phcpy"}}
    assert "verschelde1999" in keys(phcpy) and not {"timme2021", "duff2019"} & keys(phcpy)
    ends = {**chain, "paths": {**chain["paths"], "at_infinity": 3}}
    assert {"morgan1991", "huber1998"} <= keys(ends)


@pytest.mark.parametrize(
    "changes, given, latex",
    [
        ({}, ["X", "Y"], r"\lVert"),
        ({"loss": {"sample_weights": [2, 1]}}, ["X", "Y", "s"], "s_i"),
        ({"loss": {"output_weights": [2]}}, ["X", "Y", "t"], "t_o"),
        ({"loss": {"metrics": [[[2]], [[1]]]}}, ["X", "Y", "Λ1", "Λ2"], r"\Lambda_i"),
        ({"loss": {"residual": "r^2/2 + r^4/10"}}, ["X", "Y"], r"\ell"),
        ({"data": {"inputs": [[1]] * 9, "targets": [["1/3"]] * 9}}, [], r"\lVert"),
    ],
)
def test_problems_are_stated_exactly(changes, given, latex):
    data = {"inputs": [["1/7"], [2]], "targets": [[3], ["-22/7"]]}
    problem = read({"architecture": {"family": "linear", "widths": [1, 1, 1]}, "data": data, "ridge": ["1/3", 1], **changes})
    stated = statement(problem)
    assert [name for name, _ in stated.given] == given and latex in loss_latex(problem)
    assert len(stated.samples) == (0 if given else 9)
    if given:
        assert dict(stated.given)["X"] == [["1/7", 2]] and dict(stated.given)["Y"] == [[3, "-22/7"]]
    assert stated.ridge == (("W1", [["1/3"]]), ("W2", [[1]]))


def test_other_kinds_of_problems_are_stated(tmp_path):
    typed = {"architecture": {"family": "polynomial", "variables": ["x", "y"], "loss": "(x^2 - 1)^2/4 + y^2/2 - x y/3"}}
    stated = statement(read(typed))
    assert stated.loss is None and ("loss", "(x^2 - 1)^2/4 + y^2/2 - x y/3") in stated.fields
    teacher = {"architecture": {"family": "quadratic", "inputs": 2, "units": 1}, "weights": [[[1, "1/2"]]]}
    data = {"population": {"inputs": "gaussian", "covariance": [[2, 1], [1, 1]], "teacher": teacher}}
    network = {"family": "quadratic", "inputs": 2, "units": 1, "output": "trained"}
    population = read({"architecture": network, "data": data, "ridge": ["1/3", "1/5"]})
    assert [name for name, _ in statement(population).given] == ["Σ", "teacher, block 1"] and "teacher" in loss_latex(population)
    result = solved(read(typed))
    page = Page(made(tmp_path, result)[1])
    loads_nothing(page)
    assert "(x^2 - 1)^2/4" in page.all("dl", "facts")[0][2]


def test_kinds_of_one_picture_have_outlines_of_their_own():
    # Networks with kinks have saddles and undecided sets, others strict saddles and degenerate points.
    by_outline = {}
    for kind in SHAPES:
        by_outline.setdefault(outline(kind, 8.0), set()).add(kind)
    assert [kinds for kinds in by_outline.values() if len(kinds) > 1] == [{"saddle", "strict saddle"}, {"degenerate", "undecided"}]
