"""`import critscape`: light, complete in tab completion, its names those that it lists."""

import subprocess
import sys
from importlib import metadata

import pytest

import critscape
from critscape.problems.networks import families
from critscape.problems.networks.reading import FAMILIES


def test_every_public_name_is_there_and_documented():
    for name in critscape.__all__:
        assert getattr(critscape, name).__doc__.strip(), name
    assert set(critscape.__all__) <= set(dir(critscape))


def test_every_family_has_a_constructor_and_its_file_its_name():
    assert set(families.names()) == set(FAMILIES)
    assert {name.replace("-", "_") for name in FAMILIES} <= set(critscape.__all__)


def test_an_unknown_name_is_an_attribute_error_that_says_where_to_look():
    with pytest.raises(AttributeError, match="no attribute 'linaer'.*dir"):
        critscape.linaer
    assert not hasattr(critscape, "__wrapped__")


def test_the_version_is_the_installed_one():
    assert critscape.__version__ == metadata.version("critscape")


def test_importing_loads_no_library_and_no_room():
    heavy = ["numpy", "numba", "scipy", "sympy", "flint", "click", "mpmath", "matplotlib", "jinja2"]
    code = (
        "import sys, critscape; dir(critscape)\n"
        f"assert not set({heavy}) & set(sys.modules)\n"
        "print(sorted(name for name in sys.modules if name.startswith('critscape.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    rooms = ["critscape.problems", *(f"critscape.problems.networks{room}" for room in ("", ".activated", ".families"))]
    assert done.stdout.strip() == str(rooms)
