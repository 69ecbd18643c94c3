"""No circle of imports between any two files of the project, one hidden inside a function or for types only included."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = """
from graphlib import CycleError, TopologicalSorter
from grimp import build_graph

graph = build_graph("critscape", cache_dir=None)
try:
    TopologicalSorter({module: graph.find_modules_directly_imported_by(module) for module in graph.modules}).prepare()
except CycleError as error:
    print(" <- ".join(error.args[1]))
print(len(graph.modules))
"""


def imports(tree):
    """The circle, if there is one, and the number of modules of the package ``critscape`` below ``tree``."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(tree)})
    return done.stdout.split("\n")[:-1]


def test_no_file_imports_itself_by_way_of_others(tmp_path):
    package = tmp_path / "critscape"
    package.mkdir()
    for source in (*(ROOT / "door").iterdir(), *(ROOT / room for room in ("algebra", "problems", "scripts"))):
        (package / source.name).symlink_to(source)
    files = [file for top in ("door", "algebra", "problems", "scripts") for file in (ROOT / top).rglob("*.py")]
    assert imports(tmp_path) == [str(len(files))]


def test_a_circle_inside_functions_and_for_types_is_seen(tmp_path):
    package = tmp_path / "critscape"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "one.py").write_text("def one():\n    from critscape.two import two\n")
    (package / "two.py").write_text("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from critscape.one import one\n")
    circle, modules = imports(tmp_path)
    assert set(circle.split(" <- ")) == {"critscape.one", "critscape.two"} and modules == "3"
