"""A table as a document: every cell with its value, its level, the published value and notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from critscape.algebra.bounds.root_counts import best_multihomogeneous_bezout, bezout, supports
from critscape.algebra.critical.levels import Level
from critscape.algebra.critical.result import versions
from critscape.problems.files.documents import stamped
from critscape.problems.networks.closed_counts import ClosedCounts, closed_counts, modulus
from critscape.problems.networks.network import block_partition, weight_count
from critscape.problems.networks.reading import ACTIVATED
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.table_file import COMPONENTS, DRAWN, OPTIONAL, Row, Table
from critscape.scripts.studies.engines import TooLarge, refuse_hopeless
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.tables.difference import of_count, of_maximum
from critscape.scripts.studies.tables.run import COUNT, DRAWS, LISTED, VOLUME
from critscape.scripts.studies.tally import tally

OBSERVED = "observed"
"""A value by a formula that agrees wherever it was checked, but is no theorem and was not computed here."""
LEVELS = (Level.PROVED.value, Level.CERTIFIED.value, Level.NUMERICAL.value, OBSERVED)
UNFINISHED = "not finished within the time limit"
PROVED = Level.PROVED.value
SHAPE = ("architecture", "H", "d", "d_x", "d_y", "k", "outer", "m", "N")


def table_document(table: Table, name: str, done: Mapping[tuple, dict], options: Options, limit: float, seconds: float) -> dict:
    """The whole table, JSON-ready, from what its tasks returned within the time ``limit``; ``seconds`` is what they took."""
    return stamped(
        "table document",
        {
            "name": name,
            "title": table.title,
            **({"source": table.source} if table.source else {}),
            "recipe": table.recipe.document(),
            "draws": table.draws,
            "columns": list(table.columns),
            "rows": [row_document(table, k, row, done, options.seed) for k, row in enumerate(table.rows)],
            "engine": options.engine,
            "seed": options.seed,
            "jobs": options.jobs,
            "limit": limit,
            "seconds": seconds,
            "versions": versions(),
        },
    )


def row_document(table: Table, k: int, row: Row, done: Mapping[tuple, dict], seed: int) -> dict:
    """One row: what is missing has the value None and a note that says why."""
    closed = closed_counts(row.network, row.samples) if table.recipe.squares else ClosedCounts()
    published = dict(row.published)
    draws = drawn_counts(table, k, done)
    cells = {}
    for column in table.columns:
        if column in SHAPE:
            cells[column] = {"value": shape(row)[column]}
            continue
        cell = computed(column, table, k, row, closed, draws, done, seed)
        notes = list(filter(None, cell.pop("notes", ())))
        if column in published:
            cell["published"] = published[column]
            notes += comparison(column, cell, published[column], row, closed, draws)
            # A formula that is no theorem reproduces nothing.
            ours = cell["value"] if cell["level"] != OBSERVED else None
            cell["agrees"] = None if ours is None else ours == published[column]
        cells[column] = {**cell, **({"notes": notes} if notes else {})}
    return {
        "part": row.part,
        "title": row.network.title,
        "architecture": row.network.document(),
        "samples": row.samples,
        "cells": cells,
    }


def shape(row: Row) -> dict:
    """What the architecture itself says; None where it has no such number."""
    network, document = row.network, row.network.document()
    widths = document.get("widths") or [document.get("width")] * (document.get("layers", -1) + 1)
    hidden = sorted(set(widths[1:-1]))
    one_layer = network.family in ("quadratic", "one-hidden-layer")
    outer = document.get("output")
    return {
        "architecture": network.title,
        "H": len(widths) - 2 if widths else None,
        "d": document["inputs"] if one_layer else hidden[0] if len(hidden) == 1 else ", ".join(map(str, widths[1:-1])) or None,
        "d_x": network.inputs,
        "d_y": network.outputs,
        "k": document["units"] if one_layer else None,
        "outer": outer if outer is None or isinstance(outer, str) else ", ".join(map(str, outer)),
        "m": row.samples or None,
        "N": weight_count(network),
    }


def computed(column: str, table: Table, k: int, row: Row, closed: ClosedCounts, draws: dict, done: Mapping[tuple, dict], seed: int) -> dict:
    """Value, level and notes of one cell."""
    if row.network.family in ACTIVATED and column not in DRAWN:
        # No polynomial: it has neither complex points nor their bounds.
        return {"value": None, "level": None}
    if column in ("bezout", "multihomogeneous"):
        return shape_bound(column, table, row, seed)
    if column == "bkk":
        return mixed_volume_cell(done.get((k, VOLUME, 0)), closed)
    theorems = {
        "bound": closed.bound,
        "bound_torus": closed.bound_torus,
        "theorem": closed.complex,
        "theorem_torus": closed.torus,
        "real_bound": closed.real,
    }
    if column in theorems:
        return {"value": theorems[column], "level": PROVED if theorems[column] is not None else None}
    if column in COMPONENTS:
        return components_cell(column, done.get((k, LISTED, 0)))
    if column in ("N_C", "N_C_torus"):
        return count_cell(column, done.get((k, COUNT, 0)), closed, draws)
    return drawn_cell(column, draws)


def components_cell(column: str, found: dict | None) -> dict:
    """Numbers of paths of the first generic centre, or what the components are, row by row; the level is the worst one of theirs."""
    if found is None or "reason" in found:
        return {"value": None, "level": None, "notes": [found["reason"] if found else f"components: {UNFINISHED}"]}
    notes = [f"the evidence of {name} does not hold" for name in found["failing"]]
    no_paths = ["the critical set is finite, and elimination answered: no path was followed"]
    if column in found["account"]:
        value = found["account"][column]
        return {"value": value, "level": None if value is None else Level.NUMERICAL.value, "notes": notes or no_paths * (value is None)}
    rows = found["components"]
    at_least = {True: "", False: "≥"}
    told = {
        "values": [row["loss"] if row["exact_loss"] else f"{float(row['loss']):.5g}" for row in rows],
        "dimensions": [f"{at_least[row['dimension_bound'] == 'exact']}{row['dimension']}" for row in rows],
        "inertias": [at_least[row["inertia_bound"] == "exact"] + ".".join(map(str, row["inertia"].values())) for row in rows],
        "kinds": [row["kind"].removeprefix("strict ").removesuffix(" minimum").removesuffix(" local") for row in rows],
    }
    level = max((row["level"] for row in rows), key=LEVELS.index, default=None)
    return {"value": ", ".join(told[column]), "level": level, "notes": notes}


def shape_bound(column: str, table: Table, row: Row, seed: int) -> dict:
    """A root-count bound that depends on the supports of the gradient alone."""
    network: Any = row.network
    problem = table.recipe.problem(network, row.samples, seed, 0)
    try:
        refuse_hopeless(problem)
    except TooLarge as error:
        return {"value": None, "level": None, "notes": [str(error)]}
    exact_loss = loss(problem)
    if column == "multihomogeneous":
        value, _ = best_multihomogeneous_bezout(exact_loss, [block_partition(row.network)])
        return {"value": value, "level": PROVED}
    degrees = [max(map(sum, support)) for support in supports(exact_loss)]
    power = f"{degrees[0]}^{len(degrees)}" if len(degrees) > 1 and len(set(degrees)) == 1 else None
    return {"value": bezout(exact_loss), "level": PROVED, **({"power": power} if power else {})}


def mixed_volume_cell(found: dict | None, closed: ClosedCounts) -> dict:
    """PHCpack finds mixed cells in double precision: the level is numerical, unless no cells had to be found."""
    if found and "value" in found:
        notes = []
        if closed.mixed_volume not in (None, found["value"]):
            notes.append(f"the formula that was observed elsewhere gives {closed.mixed_volume:,}")
        return {"value": found["value"], "level": PROVED if found.get("proved") else Level.NUMERICAL.value, "notes": notes}
    why = found["reason"] if found else f"BKK: {UNFINISHED}"
    if closed.mixed_volume is None:
        return {"value": None, "level": None, "notes": [why]}
    return {"value": closed.mixed_volume, "level": OBSERVED, "notes": [why]}


def count_cell(column: str, found: dict | None, closed: ClosedCounts, draws: dict) -> dict:
    """N_C or N_C* of the first draw."""
    if found is None or "reason" in found:
        return {"value": None, "level": None, "notes": [found["reason"] if found else f"N_C: {UNFINISHED}"]}
    name, theorem = ("complex", closed.complex) if column == "N_C" else ("complex_torus", closed.torus)
    value, notes = found["counts"][name], []
    if found["status"] != "complete":
        notes.append(f"{found['status']}: {found['why']}")
    if value is not None and theorem not in (None, value):
        notes.append(f"a theorem gives {theorem:,} for generic data: the first draw is special, or a point was lost")
    others = draws["complex"]
    if column == "N_C" and value is not None and set(others) - {value}:
        notes.append("N_C is not the same for all draws: " + tally(others))
    return {"value": value, "level": found["levels"].get(name), "notes": notes}


def drawn_counts(table: Table, k: int, done: Mapping[tuple, dict]) -> dict:
    """Counters over the complete draws of a row, the worst of their levels, and what is missing."""
    chunks = [found for (row, kind, _), found in sorted(done.items()) if row == k and kind == DRAWS]
    reasons = sorted({found["reason"] for found in chunks if "reason" in found})
    every = [entry for found in chunks for entry in found.get("draws", ())]
    complete = [entry for entry in every if entry["status"] == "complete"]
    found_levels = [entry["level"] for entry in complete]
    return {
        "open": {name: sum(entry[name] is None for entry in complete) for name in ("minima", "spurious")},
        **{name: Counter(e[name] for e in complete if e[name] is not None) for name in ("complex", "real", "minima", "spurious")},
        "level": max(found_levels, key=LEVELS.index, default=None),
        "missing": table.draws - len(every),
        "incomplete": len(every) - len(complete),
        "reasons": reasons,
    }


def drawn_cell(column: str, draws: dict) -> dict:
    """What the draws of a row say together."""
    notes: list[str] = []
    seen = draws["real"]
    if draws["missing"]:
        notes += draws["reasons"] or [f"{draws['missing']} of the draws: {UNFINISHED}"]
    if draws["incomplete"]:
        notes.append(f"{draws['incomplete']} draws are not complete and do not count here")
    if not seen:
        return {"value": None, "level": None, "notes": notes}
    if column == "N_R":
        value = max(seen)
    elif column == "N_R_distribution":
        value = {str(number): draws["real"][number] for number in sorted(seen)}
    elif column == "minima":
        value = max(draws["minima"], default=None)
    else:
        value = sum(count for number, count in draws["spurious"].items() if number) if draws["spurious"] else None
    if number := draws["open"].get(column, 0):
        # A maximum or a number of draws that leaves some out would be a lower bound.
        value, asked = None, "how many local minima there are" if column == "minima" else "which local minima are global"
        notes.append(f"{number} of the draws leave open {asked}")
    return {"value": value, "level": None if value is None else draws["level"], "notes": notes}


def comparison(column: str, cell: dict, published: int, row: Row, closed: ClosedCounts, draws: dict) -> list[str]:
    """Notes on a difference from the published value; ``cell["explained"]`` is set where there is one."""
    if cell["value"] in (None, published):
        return []
    q = modulus(row.network)
    if column == "N_R":
        text = of_maximum(draws["real"], published, q, closed.real, draws["missing"] + draws["incomplete"])
    else:
        text = of_count(column, cell["value"], published, q)
    cell["explained"] = text is not None
    return [text or f"published {published:,}: this difference is not explained"]


def finished(document: dict) -> bool:
    """Whether every cell that can have a value has one, but for those of optional columns, and every difference from a published
    value is explained.
    """
    cells = [(column, cell) for row in document["rows"] for column, cell in row["cells"].items() if column not in SHAPE]
    return all(
        (cell["value"] is not None or "notes" not in cell or column in OPTIONAL) and cell.get("explained", True) for column, cell in cells
    )
