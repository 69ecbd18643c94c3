"""Reports of sublevel sets: the disconnectivity graph on the page, and the landscapes that do not belong to it."""

import json

import pytest

from critscape.scripts import landscape, report
from critscape.scripts.pages.report_tree import MOST_LEAVES, tree
from tests.scripts.report_pages import HOSTILE, Page, loads_nothing, made, run, spurious_origin

pytestmark = pytest.mark.usefixtures("answers_once")


@pytest.fixture(scope="module")
def chain():
    return spurious_origin()


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
    (section,) = (e[2] for e in page.all("section") if e[1].get("id", "").endswith("-landscape"))
    assert sublevels["level"] == "proved" and "proved all critical points are proved, and that none is missing too." in section
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
