"""What the tests of reports share: a page as a list of elements, results, and what holds for every page."""

import base64
import hashlib
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import click

from critscape.problems.files.problem_file import load, read
from critscape.scripts import report
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "problems" / "examples"
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


def solved(problem):
    """The result of a problem."""
    return solve(problem, Options(engine="batch", max_paths=1000)).document


def spurious_origin():
    """The result of 1-1-1-1 with 17 points, 9 of them real."""
    return solved(load(EXAMPLES / "1-1-1-1-spurious-origin.json"))


def without_ridge():
    """The result of 1-1-1 with infinitely many critical points."""
    return solved(read({"architecture": {"family": "linear", "widths": [1, 1, 1]}, "data": {"inputs": [[1]], "targets": [[1]]}}))


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
