"""The gallery, docs/gallery: every command prints what its page shows, every line of Python too, every figure is drawn by a command."""

import doctest
import re
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


def test_every_figure_is_on_a_page():
    shown = {target for path in PAGES.values() for target in re.findall(r"\]\((figures/[^)]+)\)", path.read_text(encoding="utf-8"))}
    assert shown == {f"figures/{path.name}" for path in (GALLERY / "figures").iterdir()}
