"""The built site: no dead link, nothing is loaded from elsewhere, formulas are set and docstrings are read as they are meant."""

import html
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

pytest.importorskip("sphinx", reason="the extra `docs` is not installed (`make docs`)")
ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Page → its source, of the site as `make docs` builds it: a quarter of a minute."""
    folder = tmp_path_factory.mktemp("site")
    subprocess.run([sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", "docs", folder], cwd=ROOT, check=True)
    return {page: page.read_text(encoding="utf-8") for page in folder.rglob("*.html")}


def sentences(text):
    """What is read on a page, without code, formulas and scripts, and without marks."""
    article = text[text.find("<article") : text.find("</article")]
    article = re.sub(r"<(pre|code|script|style|dt|math|title)\b.*?</\1>", "", article, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", "", article))


def test_every_link_leads_somewhere(site):
    names = {page: set(re.findall(r'\bid="([^"]+)"', text)) for page, text in site.items()}
    followed = 0
    for page, text in site.items():
        for link in map(html.unescape, re.findall(r'(?:href|src)="([^"]+)"', text)):
            target, _, place = link.partition("#")
            if "://" in target or target.startswith(("data:", "mailto:")):
                continue
            linked = (page.parent / unquote(target.partition("?")[0])).resolve() if target else page
            assert linked.exists(), (page.name, link)
            assert not place or linked.suffix != ".html" or unquote(place) in names[linked], (page.name, link)
            followed += 1
    written = [page.relative_to(ROOT / "docs").with_suffix(".html") for page in (ROOT / "docs").rglob("*.md")]
    assert followed > 1000 and all(any(page.match(str(name)) for page in site) for name in written)


def test_nothing_is_loaded_from_elsewhere(site):
    for page, text in site.items():
        loaded = re.findall(r'\bsrc="([^"]+)"', text) + re.findall(r'<link[^>]*rel="(?:stylesheet|preload)"[^>]*href="([^"]+)"', text)
        assert not [place for place in loaded if "://" in place or place.startswith("//")], page.name


def test_formulas_and_subscripts_are_set(site):
    found = {page.stem: text for page, text in site.items()}
    assert found["mathematics"].count('<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">') == 3
    assert "N<sub>C</sub>" in found["atlas"] and "‖f(x<sub>i</sub>) − y<sub>i</sub>‖" in found["reading-tables"] + found["files"]
    for name, text in found.items():
        if name not in ("genindex", "py-modindex", "search"):
            assert not re.search(r"\$\$|\b[A-Za-zΑ-ω]_[A-Za-zα-ω{]", sentences(text)), name
    # Names of fields are no formulas.
    assert "output_weights" in sentences(found["api"])


def test_docstrings_name_the_errors_that_are_raised(site):
    (api,) = (text for page, text in site.items() if page.stem == "api")
    assert ":raises" not in api and api.count(">BadInput<") > 10


def test_sessions_stand_there_as_written_and_heads_of_columns_are_no_prompts(site):
    sessions = 0
    for page, text in site.items():
        if page.parent.name != "gallery":
            continue
        written = (ROOT / "docs" / "gallery" / f"{page.stem}.md").read_text(encoding="utf-8")
        shown = re.findall(r'<div class="highlight-console.*?<pre>(.*?)</pre>', text, re.DOTALL)
        assert {prompt for block in shown for prompt in re.findall(r'<span class="gp">([^<]*)</span>', block)} <= {"$ "}
        plain = [html.unescape(re.sub(r"<[^>]+>", "", block)).rstrip() for block in shown]
        assert plain == [block.rstrip() for block in re.findall(r"^```console\n(.*?)^```$", written, re.MULTILINE | re.DOTALL)]
        sessions += len(shown)
    assert sessions > 15
