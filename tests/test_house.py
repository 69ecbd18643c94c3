"""The house as it stands: every package is installed, no file is too long to be read, and the door names its files."""

from configparser import ConfigParser
from pathlib import Path

import pytest

import critscape

ROOT = Path(__file__).resolve().parents[1]
TOPS = {"critscape": "door", "critscape.algebra": "algebra", "critscape.problems": "problems", "critscape.scripts": "scripts"}
LONGEST = 450


@pytest.fixture(scope="module")
def options():
    """The section of setup.cfg that says what is installed."""
    parser = ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser["options"]


def packages():
    """The name of every folder with Python files of the four top folders."""
    for name, top in TOPS.items():
        for folder in {file.parent for file in (ROOT / top).rglob("*.py")}:
            yield ".".join((name, *folder.relative_to(ROOT / top).parts))


def test_every_folder_with_sources_is_an_installed_package(options):
    listed = options["packages"].split()
    assert sorted(listed) == sorted(packages())


def test_the_top_folders_are_where_the_names_point(options):
    assert dict(line.split(" = ") for line in options["package_dir"].split("\n") if line) == TOPS


def test_every_package_says_what_it_is():
    folders = {file.parent for top in TOPS.values() for file in (ROOT / top).rglob("*.py")}
    assert not [folder for folder in folders if not (folder / "__init__.py").is_file()]


def test_no_file_is_too_long_to_be_read():
    long = {}
    for top in (*TOPS.values(), "tests", ".ci"):
        for file in (ROOT / top).rglob("*.py"):
            lines = len(file.read_text(encoding="utf-8").splitlines())
            if lines > LONGEST:
                long[str(file.relative_to(ROOT))] = lines
    assert not long


def test_the_door_names_its_files():
    files = {file.stem for file in (ROOT / "door").glob("*.py")} - {"__init__"}
    assert {name for name in files if f"``{name}``" not in critscape.__doc__} == set()
