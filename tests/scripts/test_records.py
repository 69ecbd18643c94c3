"""What a record rests on: every file that has a part in what is kept, so that nothing kept survives a change of one."""

import ast
from pathlib import Path

import pytest

from critscape.scripts import studies
from critscape.scripts.studies.records import fingerprint, sources
from critscape.scripts.studies.solution import REGRESSIONS

ROOM = Path(studies.__file__).parent
FILES = {".".join(file.relative_to(ROOM).with_suffix("").parts): file for file in ROOM.rglob("*.py") if file.stem != "__init__"}
PREFIX = f"{studies.__name__}."


def calls(tree):
    """The rooms that a file names to :func:`fingerprint`, one list for each call."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "fingerprint"]
    return [[argument.value for argument in call.args] for call in found]


def imported(tree):
    """The modules of studies that a file imports, anywhere in it; families are answered by modules that are named in a table."""
    sources = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names = {name for node in sources for name in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))}
    return {name.removeprefix(PREFIX) for name in names if name.removeprefix(PREFIX) in FILES} | {
        module for module in REGRESSIONS.values() if PREFIX + "solution" in names
    }


TREES = {name: ast.parse(file.read_text(encoding="utf-8")) for name, file in FILES.items()}
KEEPING = [(name, rooms) for name, tree in TREES.items() for rooms in calls(tree)]


@pytest.mark.parametrize("name, rooms", KEEPING, ids=[name for name, _ in KEEPING])
def test_what_is_kept_rests_on_all_that_its_file_imports(name, rooms):
    reached, new = {name}, {name}
    while new:
        new = {other for known in new for other in imported(TREES[known])} - reached
        reached |= new
    assert {FILES[module] for module in reached} <= set(sources(*rooms))
    assert all((ROOM / room).is_dir() for room in rooms)


def test_all_studies_that_keep_anything_are_looked_at():
    assert len(KEEPING) >= 12 and {"path_records", "smooth.records", "tables.run"} < {name for name, _ in KEEPING}


def test_answers_rest_on_the_rooms_that_answer_and_on_all_below_them():
    kept = {file.relative_to(ROOM.parents[1]).as_posix() for file in sources()}
    assert {"scripts/studies/engines.py", "algebra/boxes/search.py", "problems/files/writing.py"} < kept
    assert {f"scripts/studies/{module.replace('.', '/')}.py" for module in REGRESSIONS.values()} < kept
    assert not any(file.startswith(("scripts/studies/verdicts", "scripts/printing")) for file in kept)


def test_a_room_stands_for_all_files_in_it():
    assert len(set(sources("verdicts")) - set(sources())) > 10
    assert len({fingerprint(), fingerprint("verdicts"), fingerprint("verdicts", "basins")}) == 3


def test_one_change_in_one_file_gives_another_name(monkeypatch):
    before, read = fingerprint(), Path.read_bytes
    changed = FILES["smooth.known"]
    monkeypatch.setattr(Path, "read_bytes", lambda self: read(self) + b"\n" * (self == changed))
    assert fingerprint.__wrapped__() != before
