"""The gallery, docs/gallery: every command prints what its page shows, every line of Python too, every figure is drawn by a command."""

import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pages import FIGURES, read, run

GALLERY = Path(__file__).parents[1] / "docs" / "gallery"
PAGES = {path.stem: path for path in sorted(GALLERY.glob("*.md")) if path.stem != "index"}
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.slow] * read(path).slow, id=name) for name, path in PAGES.items()])
def test_a_page_shows_what_the_program_prints(name, tmp_path, monkeypatch):
    page = read(PAGES[name])
    assert page.files and page.steps and page.python
    for step, done in run(page, tmp_path):
        assert done.exception is None, done.output
        assert doctest.OutputChecker().check_output(step.printed, done.stdout, FLAGS), f"{step.command}\n{done.stdout}"
    drawn = {path.name for path in tmp_path.iterdir() if path.suffix in FIGURES}
    text = PAGES[name].read_text(encoding="utf-8")
    shown = {Path(target).name for target in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text)}
    assert shown == drawn
    monkeypatch.chdir(tmp_path)
    session = doctest.DocTestParser().get_doctest(page.python, {}, name, str(PAGES[name]), 0)
    told = []
    result = doctest.DocTestRunner(optionflags=FLAGS).run(session, out=told.append)
    assert result.attempted and not result.failed, "".join(told)


def test_the_contents_of_the_gallery_are_its_pages():
    linked = re.findall(r"\]\((\S+)\.md\)", (GALLERY / "index.md").read_text(encoding="utf-8"))
    assert sorted(linked) == sorted(PAGES)


@pytest.mark.slow
def test_the_site_is_built_without_a_warning_and_without_a_dead_link(tmp_path):
    pytest.importorskip("sphinx", reason="the extra `docs` is not installed (`make docs`)")
    words = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", GALLERY.parent, tmp_path]
    assert subprocess.run(words, check=False, capture_output=True).returncode == 0
    pages = {path: path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.html")}
    assert {f"gallery/{name}.html" for name in PAGES} <= {str(path.relative_to(tmp_path)) for path in pages}
    for path, text in pages.items():
        assert not re.findall(r'(?:src|href)="https?://[^"]+\.(?:js|css|woff2?)', text), "a page needs the network"
        for target in re.findall(r'(?:href|src)="([^"#?:]+)[^":]*"', text):
            assert (path.parent / target).exists(), (path.name, target)


def test_every_figure_is_on_a_page():
    shown = {target for path in PAGES.values() for target in re.findall(r"\]\((figures/[^)]+)\)", path.read_text(encoding="utf-8"))}
    assert shown == {f"figures/{path.name}" for path in (GALLERY / "figures").iterdir()}
