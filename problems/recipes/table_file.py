"""Table files: the architectures, recipe and columns of a table, with published values to compare with, if any.

``{"title": "…", "source": "…", "data": {…}, "ridge": …, "draws": 100, "columns": ["N", "N_C"],
"rows": [{"architecture": {…}, "samples": 1, "published": {"N_C": 33}}]}``

``data`` and ``ridge`` are those of :mod:`critscape.problems.recipes.data_recipe`. Tables that ship with critscape lie in ``problems/tables``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from critscape.problems.files.documents import checked, refuse_others
from critscape.problems.input.bad_input import BadInput, within
from critscape.problems.input.json_file import contents
from critscape.problems.networks.network import Architecture
from critscape.problems.networks.reading import listed_from
from critscape.problems.recipes.data_recipe import Recipe, read_recipe

COLUMNS = {
    "architecture": "the network's name",
    "H": "number of hidden layers of a linear network",
    "d": "width of its hidden layers; of a quadratic network and one of logistic or tanh units, the dimension of the input",
    "d_x": "dimension of the input",
    "d_y": "dimension of the output",
    "k": "hidden units of a quadratic network or of one of logistic or tanh units",
    "outer": "outer weights of a quadratic network: fixed, trained or mixed signs",
    "m": "number of samples",
    "N": "number of weights",
    "bezout": "Bézout number of the gradient system",
    "multihomogeneous": "least multihomogeneous Bézout number that was found",
    "bkk": "mixed volume of the gradient system with the origin adjoined to every support",
    "bound": "upper bound for N_C by a theorem",
    "bound_torus": "upper bound for N_C* by a theorem",
    "theorem": "N_C by a theorem, in closed form",
    "theorem_torus": "N_C* by a theorem, in closed form",
    "N_C": "complex critical points of one data set (the first draw)",
    "N_C_torus": "those without a zero coordinate",
    "real_bound": "largest N_R by a theorem",
    "N_R": "largest number of real critical points over the draws",
    "N_R_distribution": "number of real critical points : number of draws",
    "minima": "largest number of local minima over the draws",
    "spurious": "number of draws with a local minimum that is not global",
    "paths": "critical points of the regularised loss of the first draw, whose limits are followed",
    "finite": "those of them with a finite limit as the regularisation goes to zero",
    "at_infinity": "those of them that go to infinity",
    "values": "losses of the components of the first draw",
    "dimensions": "dimensions of the components, in the same order",
    "inertias": "positive, negative and zero eigenvalues of the Hessian on each component",
    "kinds": "kinds of the components",
}
"""The columns that a table may have, and what they hold."""
COMPARABLE = ("bezout", "multihomogeneous", "bkk", "bound", "bound_torus", "N_C", "N_C_torus", "real_bound", "N_R", "minima")
"""Those that may have a published value."""
DRAWN = ("N_R", "N_R_distribution", "minima", "spurious")
"""Those that need all draws."""
COMPONENTS = ("paths", "finite", "at_infinity", "values", "dimensions", "inertias", "kinds")
"""Those that tell the components of a critical set that is not finite."""
OPTIONAL = ("bkk",)
"""Those that a table can do without: a cell that is out of reach says so, and the table is finished all the same."""


@dataclass(frozen=True)
class Row:
    """A network with its number of samples (0: a population); ``published`` are (column, value); ``part`` the heading above it ("" if none)."""

    part: str
    network: Architecture
    samples: int
    published: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Table:
    """What a table file says; ``source`` is None if nothing is published, ``draws`` the data sets of each row."""

    title: str
    source: str | None
    recipe: Recipe
    draws: int
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(content: Any, folder: Path = Path()) -> Table:
    """The table that parsed JSON describes; ``folder`` is where its recipe looks for a file of data sets.

    Raises
    ------
    BadInput : a missing or unknown field, a value out of range, published values without a source, columns over draws without
        ``draws``.
    """
    checked(content, "table")
    recipe = read_recipe(content, folder=folder)
    part, rows = "", []
    for k, entry in enumerate(content["rows"]):
        part = entry.get("part", part)
        with within(f"rows[{k}]"):
            network = listed_from(entry["architecture"])
        published = tuple(entry.get("published", {}).items())
        unknown = [name for name, _ in published if name not in content["columns"]]
        if unknown:
            raise BadInput(f"rows[{k}].published.{unknown[0]}", "a column of this table")
        samples = recipe.samples(entry.get("samples"), f"rows[{k}].samples")
        rows.append(Row(part, network, samples, published))
        # Whether the recipe fits the network is known now, not after an hour.
        recipe.any_problem(network, samples, 0, 0)
    if any(row.published for row in rows) and "source" not in content:
        raise BadInput("source", "where the published values come from (it is missing)")
    if "draws" not in content and (drawn := [name for name in content["columns"] if name in DRAWN]):
        raise BadInput("draws", f"the number of random data sets, for the column {drawn[0]} (it is missing)")
    return Table(content["title"], content.get("source"), recipe, content.get("draws", 1), tuple(content["columns"]), tuple(rows))


def load_table(path: Path) -> Table:
    """The table in a file.

    Raises
    ------
    BadInput : unreadable file, no JSON, or content that ``read_table`` refuses.
    """
    content = contents(path, "a readable table file")
    refuse_others(content, str(path), "table")
    return read_table(content, path.parent)
