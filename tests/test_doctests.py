"""The examples in docstrings of every module, imported by its installed name: one copy of each module."""

import doctest
import importlib
import pkgutil

import pytest

import critscape
import critscape.algebra
import critscape.problems
import critscape.scripts

ROOMS = critscape, critscape.algebra, critscape.problems, critscape.scripts
NAMES = [module.name for room in ROOMS for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}.") if not module.ispkg]
NAMES.append("critscape")
WITH_EXAMPLES = [
    name for name in NAMES if ">>>" in (importlib.util.find_spec(name).loader.get_data(importlib.util.find_spec(name).origin).decode())
]


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_in_docstrings(name):
    found = doctest.testmod(importlib.import_module(name))
    assert found.attempted and not found.failed
