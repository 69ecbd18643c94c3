"""Reports of verdicts: hypotheses, conclusion, points and ways down on the page, and verdicts that do not belong to it."""

import json
import re

import pytest

from critscape.problems.files.problem_file import read
from critscape.scripts import report
from critscape.scripts.studies.answer import solve
from tests.scripts.report_pages import HOSTILE, Page, loads_nothing, made, run
from tests.scripts.test_verify import CHAIN, NORM, OPTIONS, known

pytestmark = pytest.mark.usefixtures("answers_once")


@pytest.fixture(scope="module")
def chain():
    return solve(read({**CHAIN, "ridge": "1/4"}), OPTIONS).document


@pytest.fixture(scope="module")
def verdicts():
    return [known(name, {**CHAIN, "ridge": "1/4"})[0] for name in ("depth", "forms")]


def written(folder, content):
    (folder / "verdicts.json").write_text(json.dumps(content), encoding="utf-8")
    return folder / "verdicts.json"


def test_verdicts_are_a_section_of_the_page(chain, verdicts, tmp_path):
    status, text = made(tmp_path, chain, "--verdicts", written(tmp_path, verdicts))
    page = Page(text)
    loads_nothing(page)
    (section,) = (e[2] for e in page.all("section") if e[1].get("id", "").endswith("-verdicts"))
    assert status == 0 and section.count("✗ fails") == 2 and "Outside the hypotheses (every weight has a ridge)" in section
    assert "Counterexample (spurious local minimum, loss 25/32): W1 [0]  W2 [0]  W3 [0]" in section and "arXiv:1901.09827" in section
    assert "convex differentiable loss" in section and "✗ does not hold" in section
    # One verdict alone is no list.
    assert made(tmp_path, chain, "--verdicts", written(tmp_path, verdicts[0]))[0] == 0


def test_ways_down_and_kinds_keep_their_signs(tmp_path):
    found = known("quadratic", NORM)[0]
    result = solve(read(NORM), OPTIONS).document
    _, text = made(tmp_path, result, "--verdicts", written(tmp_path, found))
    (section,) = (e[2] for e in Page(text).all("section") if e[1].get("id", "").endswith("-verdicts"))
    assert "non-strict saddle" in section and "v: W[1,1] = " in section and " t^3 + …" in section and "100 of 100 descents" in section
    assert "--seed" in section and "<code>critscape basins</code>" in text and "`" not in section


def test_paths_to_components_are_accounted_for(tmp_path):
    result = solve(read(NORM), OPTIONS).document
    page = Page(made(tmp_path, result)[1])
    (section,) = (e[2] for e in page.all("section") if e[1].get("id", "").endswith("-paths"))
    fields = ("paths", "finite", "at_infinity", "unsettled", "missing")
    rows = [str(account[field]) for account in result["account"]["by_centre"] for field in fields]
    cells = [re.sub(r"\D", "", e[2]) for e in page.all("td", "number")]
    assert rows and cells[-len(rows) :] == rows and "No path was tracked" not in section


def test_what_verdicts_say_is_escaped(chain, verdicts, tmp_path):
    conclusion = {**verdicts[0]["conclusion"], "because": HOSTILE}
    _, text = made(tmp_path, chain, "--verdicts", written(tmp_path, {**verdicts[0], "conclusion": conclusion}))
    loads_nothing(Page(text))
    assert HOSTILE not in text


@pytest.mark.parametrize(
    ("content", "words"),
    [([], "verdict"), ({}, "verdict"), ([1], "verdict"), ({"format": "critscape landscape 1"}, "verdict"), ("another", "another one")],
)
def test_what_is_no_verdict_on_this_problem_is_refused(chain, content, words, tmp_path):
    (tmp_path / "result.json").write_text(json.dumps(chain), encoding="utf-8")
    file = written(tmp_path, known("depth", CHAIN)[0] if content == "another" else content)
    said = run(report.command, tmp_path / "result.json", "--output", tmp_path / "page.html", "--verdicts", file)
    assert words in str(said) and not (tmp_path / "page.html").exists()
