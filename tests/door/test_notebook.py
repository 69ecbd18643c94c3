"""The page docs/notebook.md: its blocks, run as one session."""

import doctest
import re
import tempfile
from pathlib import Path

import mpmath
import pytest

import critscape

PAGE = Path(__file__).parents[2] / "docs" / "notebook.md"
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_the_session_prints_what_the_page_shows(tmp_path, monkeypatch):
    make = tempfile.mkdtemp
    # The page's own call names nothing; msolve's folders have prefixes.
    monkeypatch.setattr("tempfile.mkdtemp", lambda *names, **others: make(*names, **others) if names or others else str(tmp_path))
    assert BLOCKS and {language for language, _ in BLOCKS} == {"pycon"}
    session = doctest.DocTestParser().get_doctest("\n".join(text for _, text in BLOCKS), {}, PAGE.name, str(PAGE), 0)
    told = []
    with mpmath.workdps(15):
        result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE).run(session, out=told.append)
    assert result.attempted > 30 and not result.failed, "".join(told)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\bcs\.(\w+)", PAGE.read_text(encoding="utf-8")))))
def test_what_the_page_names_is_public(name):
    assert name in critscape.__all__
