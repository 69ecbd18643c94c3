"""Reports: what the page says, that it loads nothing, that nothing in a file becomes markup, and what is refused."""

import base64
import copy
import hashlib
import json
import re
import shlex
import shutil
import subprocess
import unicodedata
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import click
import pytest

from critscape.algebra.points.classification import Kind
from critscape.problems.files.problem_file import load, read
from critscape.problems.input.json_file import parse
from critscape.scripts import landscape, report
from critscape.scripts import solve as solve_command
from critscape.scripts.figures.index_loss_figure import LOOKS
from critscape.scripts.pages.report_chart import HEIGHT, LEFT, TOP, WIDTH, chart, number_labels
from critscape.scripts.pages.report_page import reproduction, stated_counts
from critscape.scripts.pages.report_points import orbits
from critscape.scripts.pages.report_problem import loss_latex, statement
from critscape.scripts.pages.report_source import KINDS
from critscape.scripts.pages.report_tree import MOST_LEAVES, tree
from critscape.scripts.printing.numbers import short
from critscape.scripts.printing.references import REFERENCES, used
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "problems" / "examples"
TEMPLATES = ROOT / "scripts" / "pages" / "templates"
VOID = {"meta", "br", "hr", "input", "link", "img", "source", "wbr", "col", "base"}
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
HOSTILE = '</script></style><script>alert(1)</script><img src=x onerror="alert(2)">{{ 7 * 7 }}\'"&'


class Page(HTMLParser):
    """The elements of a page in order, as (tag, attributes, text inside); tags that do not match are errors."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.open = [], []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        names = [name for name, _ in attributes]
        assert len(names) == len(set(names)), (tag, attributes)
        self.elements.append([tag, dict(attributes), ""])
        if tag not in VOID:
            self.open.append(len(self.elements) - 1)

    def handle_startendtag(self, tag, attributes):
        self.elements.append([tag, dict(attributes), ""])

    def handle_endtag(self, tag):
        assert self.open and self.elements[self.open[-1]][0] == tag, (tag, self.getpos())
        self.open.pop()

    def handle_data(self, data):
        for k in self.open:
            self.elements[k][2] += data

    def all(self, tag, of_class=None):
        return [e for e in self.elements if e[0] == tag and (of_class is None or of_class in e[1].get("class", "").split())]

    def one(self, tag, of_class=None):
        (element,) = self.all(tag, of_class)
        return element


@pytest.fixture(scope="module")
def chain():
    """The result of 1-1-1-1 with 17 points, 9 of them real."""
    return solve(load(EXAMPLES / "1-1-1-1-spurious-origin.json"), Options(engine="batch", max_paths=1000)).document


@pytest.fixture(scope="module")
def incomplete():
    problem = {"architecture": {"family": "linear", "widths": [1, 1, 1]}, "data": {"inputs": [[1]], "targets": [[1]]}, "ridge": 1}
    return solve(read(problem), Options(engine="batch", max_paths=1000)).document


@pytest.fixture(scope="module")
def not_finite():
    problem = {"architecture": {"family": "linear", "widths": [1, 1, 1]}, "data": {"inputs": [[1]], "targets": [[1]]}}
    return solve(read(problem), Options(engine="batch", max_paths=1000)).document


def run(command, *arguments):
    """Exit status of a command, or the message with which it refuses."""
    try:
        return command.main([*map(str, arguments)], standalone_mode=False)
    except click.ClickException as error:
        return error.format_message()


def made(folder, content, *arguments):
    """The exit status and the text of the page that is written for a document."""
    (folder / "result.json").write_text(json.dumps(content), encoding="utf-8")
    status = run(report.command, folder / "result.json", "--output", folder / "page.html", *arguments)
    return status, (folder / "page.html").read_text(encoding="utf-8")


def loads_nothing(page):
    """Everything on the page is on the page, and nothing runs or is styled but its own script and style."""
    assert not {e[0] for e in page.elements} & {"img", "link", "iframe", "object", "embed", "base", "form", "audio", "video", "source"}
    for tag, attributes, _ in page.elements:
        forbidden = [name for name in attributes if name.startswith("on") or name in ("src", "srcset", "style", "action")]
        assert not forbidden, (tag, attributes)
        target = attributes.get("href", "#")
        assert re.match(r"#|https://doi\.org/10\.|https://arxiv\.org/abs/\d|data:application/json;base64,", target), target
        assert tag == "a" or "href" not in attributes
    ids = [attributes["id"] for _, attributes, _ in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    internal = {e[1]["href"][1:] for e in page.all("a") if e[1].get("href", "").startswith("#")}
    assert internal <= set(ids), internal - set(ids)
    (rules,) = (e[1]["content"] for e in page.all("meta") if e[1].get("http-equiv") == "Content-Security-Policy")
    assert rules.startswith("default-src 'none'; ") and "unsafe" not in rules
    for tag in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(page.one(tag)[2].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in rules
    assert not re.search(r"@import|url\(|fetch\(|XMLHttp|eval\(|innerHTML", page.one("style")[2] + page.one("script")[2])


def test_the_page_is_whole_and_loads_nothing(chain, tmp_path):
    status, text = made(tmp_path, chain)
    assert status == 0 and text.startswith("<!doctype html>")
    loads_nothing(Page(text))
    assert str(tmp_path) not in text and str(ROOT) not in text and "site-packages" not in text


def test_the_same_result_gives_the_same_page(chain, tmp_path):
    assert made(tmp_path, chain) == made(tmp_path, chain)


def test_one_row_for_each_orbit_with_its_copies_digits_and_closed_form(chain, tmp_path):
    page = Page(made(tmp_path, chain)[1])
    rows = page.all("tbody", "orbit")
    assert [(e[1]["data-size"], e[1]["data-index"], e[1]["data-kind"]) for e in rows] == [
        ("4", "0", "global minimum"), ("1", "0", "spurious local minimum"), ("4", "1", "strict saddle"),
    ]  # fmt: skip
    assert [e[1]["data-loss"] for e in rows] == ["0", "1", "2"]
    copies = [e for e in page.all("tr", "copy") if "digits" not in e[1]["class"]]
    assert len(rows) + len(copies) == chain["counts"]["real"]
    for row, point in zip(rows, (chain["critical_points"][k] for k in (0, 4, 5))):
        assert all(digits in row[2] for digits in (point["loss"], *point["point"]))
        assert all(short(z).replace("-", "−") in row[2] for z in (point["loss"], *point["point"]))
    exact = page.all("tr", "exact")
    assert len(exact) == 3 and "the weights above are exact" in exact[0][2]
    assert len([e for e in page.elements if e[0] == "mroot"]) == 2 + 2 * 3
    # A mark for each row, which leads to it.
    assert [e[1]["href"] for e in page.all("a", "point")] == [f"#{e[1]['id']}" for e in rows]


def test_counts_levels_evidence_and_paths_are_said(chain, tmp_path):
    page = Page(made(tmp_path, chain)[1])
    counts = page.one("table", "counts")
    # One for each count, and one in the legend.
    assert len(page.all("span", "proved")) == len(chain["levels"]) + 1
    assert all(f"{meaning}{number}proved" in counts[2].replace("\n", "") for meaning, number in (
        ("complex critical points", 17), ("real critical points", 9), ("local minima", 5), ("spurious local minima", 1),
    ))  # fmt: skip
    outcomes = [e[2] for e in page.all("span", "outcome")]
    assert outcomes == ["✓ holds"] * len(chain["evidence"])
    evidence = page.one("table", "evidence")[2]
    assert all(name in evidence and entry["measured"] in evidence for name, entry in chain["evidence"].items())
    assert [e[2] for e in page.all("td", "number")][-5:] == ["17", "= 17", "+ 0", "+ 0", "+ 0"]


def test_a_failed_test_is_said_in_words(chain, tmp_path):
    broken = copy.deepcopy(chain)
    broken["evidence"]["parity"] = {"holds": False, "measured": "N_R = 8, N_C = 17"}
    broken["evidence"]["Euler sum"]["holds"] = None
    outcomes = [e[2] for e in Page(made(tmp_path, broken)[1]).all("span", "outcome")]
    assert outcomes.count("✗ FAILS") == 1 and outcomes.count("– does not apply") == 1


def test_the_command_and_the_problem_on_the_page_reproduce_the_result(chain, tmp_path, monkeypatch):
    page = Page(made(tmp_path, chain)[1])
    (link,) = (e for e in page.all("a") if "download" in e[1])
    problem = base64.b64decode(link[1]["href"].split(",", 1)[1])
    assert read(parse(problem.decode(), "page")) == load(EXAMPLES / "1-1-1-1-spurious-origin.json")
    again = tmp_path / "again"
    again.mkdir()
    (again / link[1]["download"]).write_bytes(problem)
    program, subcommand, *arguments = shlex.split(page.one("pre", "command")[2])
    assert (program, subcommand) == ("critscape", "solve")
    monkeypatch.chdir(again)
    assert run(solve_command.command, *arguments) == 0
    found = json.loads((again / "result.json").read_text(encoding="utf-8"))
    assert {k: v for k, v in found.items() if k != "seconds"} == {k: v for k, v in chain.items() if k != "seconds"}


def test_the_command_has_the_flags_that_the_result_needs(chain):
    def flags(**changes):
        return shlex.split(reproduction({**chain, **changes}))

    assert "--points" not in flags()
    assert "all" in flags(critical_points=[{"real": False}])
    assert "--cross-check" in flags(evidence={"degree by elimination": {"holds": True, "measured": ""}})
    assert "--max-paths" not in flags() and "30000" in flags(paths={**chain["paths"], "tracked": 30000})
    assert "--certificate" not in flags() and "--certificate" in flags(counts={**chain["counts"], "complex": 225})
    assert flags(engine={**chain["engine"], "name": "exact", "seed": 5})[3:7] == ["--engine", "exact", "--seed", "5"]


def test_incomplete_and_not_finite_results_say_so(incomplete, not_finite, tmp_path):
    status, text = made(tmp_path, incomplete)
    page = Page(text)
    loads_nothing(page)
    assert status == 1 and "✗ incomplete" in page.one("p", "status")[2] and incomplete["reason"] in page.one("p", "status")[2]
    assert "not certified" in page.one("tbody", "orbit")[2] and not page.all("a", "point")
    status, text = made(tmp_path, not_finite)
    page = Page(text)
    loads_nothing(page)
    assert status == 1 and "∞ not finite" in page.one("p", "status")[2] and not_finite["reason"] in page.one("p", "status")[2]
    assert not page.all("table", "points") and "∞" in page.one("table", "counts")[2] and "None" not in text


def test_minima_that_nobody_asked_about_are_not_counted(chain):
    unasked = {**chain, "levels": {}, "counts": {**chain["counts"], "global_minima": None, "spurious_minima": None}}
    stated = stated_counts(unasked)
    assert (stated["global_minima"], stated["spurious_minima"], stated["local_minima"]) == (("–", None), ("–", None), ("5", None))
    assert stated_counts(chain)["spurious_minima"] == ("1", "proved")


def test_a_list_of_results_has_a_section_for_each(chain, incomplete, tmp_path):
    status, text = made(tmp_path, [{"name": "first", **chain}, {"name": "second", **incomplete}])
    page = Page(text)
    loads_nothing(page)
    assert status == 1 and [e[1]["id"] for e in page.all("article")] == ["r1", "r2"]
    assert [e[2] for e in page.all("h2")] == ["first: linear 1-1-1-1, 1 sample", "second: linear 1-1-1, 1 sample"]
    assert all(name in page.one("table", "overview")[2] for name in ("first", "second", "complete", "incomplete"))


def test_nothing_in_a_file_becomes_markup(chain, tmp_path):
    hostile = copy.deepcopy(chain)
    hostile |= {"name": HOSTILE, "status": "incomplete", "reason": HOSTILE}
    hostile["evidence"][HOSTILE] = {"holds": False, "measured": HOSTILE}
    hostile["bounds"][HOSTILE] = 3
    hostile["engine"] |= {"versions": {HOSTILE: HOSTILE}, "msolve": HOSTILE}
    hostile["seconds"][HOSTILE] = 1.5
    hostile["start_set"] |= {"engine": HOSTILE, HOSTILE: HOSTILE}
    for k, latex in enumerate((HOSTILE, r"\href{javascript:alert(1)}{1}", r"\frac{1", r"\style{color:red}{1}", "{" * 3000)):
        form = hostile["critical_points"][k]["closed_form"]
        form |= {"loss": HOSTILE, "point": [HOSTILE] * 3, "latex": {"loss": latex, "point": [latex] * 3}}
    clean, page = Page(made(tmp_path, chain)[1]), Page(made(tmp_path, hostile)[1])
    loads_nothing(page)
    assert len(page.all("script")) == len(page.all("style")) == 1
    assert {e[0] for e in page.elements} <= {e[0] for e in clean.elements}
    # All of it is there as text, and was not taken for a template.
    assert page.all("title")[0][2].startswith(HOSTILE) and HOSTILE in page.one("p", "status")[2]
    assert page.one("body")[2].count("{{ 7 * 7 }}") >= 10 and "49" not in page.one("h1")[2]


@pytest.mark.parametrize(
    "change, words",
    [
        (lambda r: [], ["RESULT", "critscape solve"]),
        (lambda r: {"a": 1}, ["RESULT", "critscape solve"]),
        (lambda r: r["problem"], ["RESULT", "critscape solve"]),
        (lambda r: [r, {"a": 1}], ["[1]", "critscape solve"]),
        (lambda r: [r, {**r, "status": "fine"}], ["[1].status", "complete, incomplete or not-finite"]),
        (lambda r: {k: v for k, v in r.items() if k != "counts"}, ["counts", "missing"]),
        (lambda r: {**r, "problem": {"architecture": {"family": "cubic"}}}, ["problem.architecture.family"]),
        (lambda r: {**r, "critical_points": r["critical_points"][:-1]}, ["counts.real", "8", "9"]),
        (lambda r: {**r, "counts": {**r["counts"], "by_index": {"0": 9}}}, ["counts.by_index"]),
        (lambda r: {**r, "evidence": {"parity": {"holds": "yes", "measured": ""}}}, ["evidence.parity.holds"]),
        (lambda r: {**r, "landscape": {}}, ["landscape"]),
    ],
)
def test_what_is_no_result_gets_one_line_and_no_page(change, words, chain, tmp_path):
    (tmp_path / "result.json").write_text(json.dumps(change(chain)), encoding="utf-8")
    refused(tmp_path, words)


@pytest.mark.parametrize(
    "field, value, words",
    [
        ("point", ["1", "2"], ["critical_points[0].point", "3 coordinates"]),
        ("point", ["1", "2", "<b>"], ["critical_points[0].point[2]", "decimal"]),
        ("kind", "<b>", ["critical_points[0].kind"]),
        ("index", None, ["critical_points[0]", "index"]),
        ("loss", "1e99999", ["critical_points[0].loss", "decimal"]),
        ("closed_form", {"point": ["1"], "loss": "1", "latex": {"point": ["1"] * 3, "loss": "1"}}, ["closed_form.point", "3 coo"]),
    ],
)
def test_a_point_that_is_none_is_named(field, value, words, chain, tmp_path):
    points = [{**chain["critical_points"][0], field: value}, *chain["critical_points"][1:]]
    (tmp_path / "result.json").write_text(json.dumps({**chain, "critical_points": points}), encoding="utf-8")
    refused(tmp_path, words)


@pytest.fixture(scope="module")
def sublevels(chain, tmp_path_factory):
    """The landscape of 1-1-1-1."""
    folder = tmp_path_factory.mktemp("landscape")
    (folder / "result.json").write_text(json.dumps(chain), encoding="utf-8")
    assert run(landscape.command, folder / "result.json", "--output", folder / "landscape.json") == 0
    return json.loads((folder / "landscape.json").read_text(encoding="utf-8"))


def test_the_sublevel_sets_are_part_of_the_page(chain, sublevels, tmp_path):
    (tmp_path / "landscape.json").write_text(json.dumps(sublevels), encoding="utf-8")
    status, text = made(tmp_path, chain, "--landscape", tmp_path / "landscape.json")
    page = Page(text)
    loads_nothing(page)
    assert len(page.all("svg", "tree")) == 1 and len(page.all("path", "spurious")) == 1
    assert status == 0 and "25/32 ≤ c < 0.7862826" in page.one("p", "verdict")[2]
    assert [e[2] for e in page.all("span", "outcome")] == ["✓ holds"] * (len(chain["evidence"]) + len(sublevels["evidence"]))
    # A result may carry it too.
    assert made(tmp_path, {**chain, "landscape": sublevels}) == (status, text)


def test_the_graph_stands_at_its_levels(sublevels):
    drawn = tree(sublevels)
    assert [leaf.kind for leaf in drawn.leaves].count("global minimum") == 4 and len(drawn.leaves) == 5
    (spurious,) = (leaf for leaf in drawn.leaves if leaf.kind == "spurious local minimum")
    assert spurious.minima == "5" and all(spurious.y < leaf.y for leaf in drawn.leaves if leaf is not spurious)
    assert len({leaf.x for leaf in drawn.leaves}) == 5
    # All five branches end where the sixth begins, and only that of the spurious minimum is a spurious valley.
    ends = [path.rsplit("L", 1)[1] for path, _ in drawn.branches if "L" in path]
    assert len(ends) == 5 and len(set(ends)) == 1 and len(drawn.branches) == 6
    assert [path.startswith(f"M{spurious.x:.2f} {spurious.y:.2f}") for path, valley in drawn.branches if valley] == [True]
    assert [label for _, label in drawn.levels] == ["0.40625", "0.78125", "0.786283"] and not drawn.to_scale
    alone = {"children": [], "birth": 1, "merge": None, "spurious": False, "minima": [1]}
    assert tree({**sublevels, "components": [alone] * (MOST_LEAVES + 1)}) is None


def test_a_landscape_that_fails_a_check_is_not_relied_on(chain, sublevels, tmp_path):
    reason = f"a check fails {HOSTILE}"
    evidence = {**sublevels["evidence"], HOSTILE: {"holds": False, "measured": HOSTILE}}
    failing = {**sublevels, "status": "incomplete", "reason": reason, "evidence": evidence}
    status, text = made(tmp_path, {**chain, "landscape": failing})
    page = Page(text)
    loads_nothing(page)
    assert status == 1 and reason in page.one("p", "verdict")[2] and "✗ FAILS" in [e[2] for e in page.all("span", "outcome")]


@pytest.mark.parametrize(
    "change, words",
    [
        (lambda d: [], ["--landscape", "critscape landscape"]),
        (lambda d: {**d, "problem": {**d["problem"], "ridge": 1}}, ["landscape.problem", "another one"]),
        (lambda d: {**d, "levels": d["levels"][:1]}, ["landscape"]),
        (lambda d: {**d, "minima": [{"number": 1}]}, ["landscape"]),
        (lambda d: {**d, "levels": 3}, ["landscape.levels"]),
        (lambda d: {**d, "components": [{**c, "children": [1]} for c in d["components"]]}, ["landscape"]),
        (lambda d: {**d, "components": [{**c, "children": [k]} for k, c in enumerate(d["components"], start=1)]}, ["landscape"]),
    ],
)
def test_another_landscape_is_refused(change, words, chain, sublevels, tmp_path):
    (tmp_path / "result.json").write_text(json.dumps(chain), encoding="utf-8")
    (tmp_path / "landscape.json").write_text(json.dumps(change(sublevels)), encoding="utf-8")
    message = run(report.command, tmp_path / "result.json", "--landscape", tmp_path / "landscape.json")
    assert isinstance(message, str) and "\n" not in message and all(word in message for word in words), message
    assert not (tmp_path / "result.html").exists()


def test_one_landscape_goes_with_one_result(chain, sublevels, tmp_path):
    (tmp_path / "result.json").write_text(json.dumps([chain, chain]), encoding="utf-8")
    (tmp_path / "landscape.json").write_text(json.dumps(sublevels), encoding="utf-8")
    assert "2 results" in run(report.command, tmp_path / "result.json", "--landscape", tmp_path / "landscape.json")


@pytest.mark.parametrize("text", ["", "{", "<html>", '{"a": NaN}', '{"a": 1, "a": 2}'])
def test_a_file_that_is_no_json_gets_one_line(text, tmp_path):
    (tmp_path / "result.json").write_text(text, encoding="utf-8")
    refused(tmp_path, ["result.json"])


def refused(folder, words):
    """A usage error (exit status 2) of one line that holds the words, and nothing is written."""
    with pytest.raises(click.UsageError) as raised:
        report.command.main([str(folder / "result.json")], standalone_mode=False)
    message = raised.value.format_message()
    assert "\n" not in message and all(word in message for word in words), message
    assert [path.name for path in folder.iterdir()] == ["result.json"]


def test_without_output_the_page_stands_beside_the_result(chain, tmp_path, capsys):
    (tmp_path / "result.json").write_text(json.dumps(chain), encoding="utf-8")
    assert run(report.command, tmp_path / "result.json") == 0
    assert (tmp_path / "result.html").exists() and "result.html" in capsys.readouterr().out
    assert "ends in .html" in run(report.command, tmp_path / "result.json", "--output", tmp_path / "page.pdf")
    (tmp_path / "result.html").write_text(json.dumps(chain), encoding="utf-8")
    assert "another file" in run(report.command, tmp_path / "result.html")
    assert json.loads((tmp_path / "result.html").read_text(encoding="utf-8")) == chain


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
    for kind, (_, face, _, _) in LOOKS.items():
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
    result = solve(read(typed), Options(engine="batch", max_paths=1000)).document
    page = Page(made(tmp_path, result)[1])
    loads_nothing(page)
    assert "(x^2 - 1)^2/4" in page.all("dl", "facts")[0][2]


@pytest.mark.skipif(BROWSER is None, reason="no browser")
def test_in_a_browser_rows_fold_and_the_one_that_is_linked_opens(chain, tmp_path):
    made(tmp_path, chain)
    where = f"{(tmp_path / 'page.html').as_uri()}#r1-3"
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", f"--user-data-dir={tmp_path / 'profile'}"]
    shown = subprocess.run([BROWSER, *flags, "--dump-dom", where], capture_output=True, text=True, timeout=120, check=False)
    page = Page(shown.stdout)
    assert page.one("html")[1]["class"] == "scripted"
    assert [e[1]["id"] for e in page.all("tbody", "open")] == ["r1-3"]
    assert [e[1]["aria-expanded"] for e in page.all("button", "toggle")] == ["false", "false", "true"]
    assert not re.search(r"CONSOLE|Refused|Uncaught", shown.stderr), shown.stderr
