"""The docstring of every room is its table of contents: it names each file and each room in it, and nothing else."""

import importlib
import re
from pkgutil import iter_modules

import pytest

import critscape.algebra
import critscape.problems
import critscape.scripts

# Their files are alike, and found by what reads them.
ALIKE = (
    "critscape.problems.networks.activated",
    "critscape.problems.networks.families",
    "critscape.scripts.studies.benchmarks.rivals",
    "critscape.scripts.studies.verdicts.theorems",
)
# Its files are the commands.
COMMANDS = "critscape.scripts"


def rooms(package):
    """The names of a package and of all packages in it."""
    yield package.__name__
    for module in iter_modules(package.__path__, f"{package.__name__}."):
        if module.ispkg:
            yield from rooms(importlib.import_module(module.name))


ROOMS = [name for top in (critscape.algebra, critscape.problems, critscape.scripts) for name in rooms(top) if name not in ALIKE]


@pytest.mark.parametrize("name", ROOMS)
def test_the_contents_of_a_room_are_what_is_in_it(name):
    room = importlib.import_module(name)
    here = {module.name for module in iter_modules(room.__path__) if module.ispkg or name != COMMANDS}
    named = set(re.findall(r"``(\w+)``", room.__doc__))
    listed = {word for line in re.findall(r"^``.*?``(?=  |$)", room.__doc__, re.MULTILINE) for word in re.findall(r"``(\w+)``", line)}
    assert here <= named, f"not in the contents: {sorted(here - named)}"
    assert listed <= here, f"not there: {sorted(listed - here)}"
