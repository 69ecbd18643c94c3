"""Reports: what the page says, that it loads nothing, that nothing in a file becomes markup, and what is refused."""

import base64
import copy
import json
import re
import shlex
import subprocess

import click
import pytest

from critscape.problems.files.problem_file import load, read
from critscape.problems.input.json_file import parse
from critscape.scripts import report
from critscape.scripts import solve as solve_command
from critscape.scripts.pages.report_page import minus, reproduction, stated_counts
from critscape.scripts.printing.numbers import short
from tests.scripts.report_pages import (
    BROWSER,
    EXAMPLES,
    HOSTILE,
    ROOT,
    Page,
    loads_nothing,
    made,
    run,
    solved,
    spurious_origin,
    without_ridge,
)

pytestmark = pytest.mark.usefixtures("answers_once")


@pytest.fixture(scope="module")
def chain():
    return spurious_origin()


@pytest.fixture(scope="module")
def incomplete():
    problem = {"architecture": {"family": "linear", "widths": [1, 1, 1]}, "data": {"inputs": [[1]], "targets": [[1]]}, "ridge": 1}
    return solved(read(problem))


@pytest.fixture(scope="module")
def not_finite():
    return without_ridge()


def test_the_page_is_whole_and_loads_nothing(chain, tmp_path):
    status, text = made(tmp_path, chain)
    assert status == 0 and text.startswith("<!doctype html>")
    loads_nothing(Page(text))
    assert str(tmp_path) not in text and str(ROOT) not in text and "site-packages" not in text


def test_the_same_result_gives_the_same_page(chain, tmp_path):
    assert made(tmp_path, chain) == made(tmp_path, chain)


def test_quiet_writes_the_same_page_and_says_nothing(chain, tmp_path, capsys):
    spoken = made(tmp_path, chain)
    assert capsys.readouterr().out.startswith("wrote ")
    for flag in ("--quiet", "-q"):
        assert made(tmp_path, chain, flag) == spoken
        assert capsys.readouterr() == ("", "")


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
    assert all(name in evidence and minus(entry["measured"]) in evidence for name, entry in chain["evidence"].items())
    assert [e[2] for e in page.all("td", "number")][-5:] == ["17", "= 17", "+ 0", "+ 0", "+ 0"]


def test_a_failed_test_is_said_in_words(chain, tmp_path):
    broken = copy.deepcopy(chain)
    broken["evidence"]["parity"] = {"holds": False, "measured": "N_R = 8, N_C = 17"}
    broken["evidence"]["Euler sum"]["holds"] = None
    broken["evidence"]["trace test"] = {"holds": None, "tried": True, "measured": "no proof was found"}
    outcomes = [e[2] for e in Page(made(tmp_path, broken)[1]).all("span", "outcome")]
    assert [outcomes.count(said) for said in ("✗ FAILS", "– does not apply", "– not shown")] == [1, 1, 1]


def test_paths_are_spoken_of_where_some_were_followed(chain, tmp_path):
    said = Page(made(tmp_path, chain)[1]).one("p", "status")[2]
    none = copy.deepcopy(chain)
    none["paths"] |= dict.fromkeys(none["paths"], 0)
    assert "no path is unaccounted for" in said and "path" not in Page(made(tmp_path, none)[1]).one("p", "status")[2]


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
