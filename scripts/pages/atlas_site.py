"""An atlas as a static site: a table to search and sort, and a page for each row. It opens from disk and loads nothing from elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from critscape.problems.files.problem_file import file_text
from critscape.problems.files.writing import write
from critscape.problems.recipes.table_file import COLUMNS
from critscape.scripts.pages.report_chart import FRAME, chart, outline
from critscape.scripts.pages.report_page import MARK, policy, templates
from critscape.scripts.printing.atlas_rendering import HEADINGS, MEANINGS, NOTE, SIDES, compact, separated, texts
from critscape.scripts.printing.table_rendering import HEADINGS as OF_COLUMNS
from critscape.scripts.printing.writing import UNKNOWN
from critscape.scripts.studies.atlas.survey import COUNTS, LISTED, UNIT_DRAWS

WIDTH, HEIGHT, LEFT, BOTTOM = 640.0, 240.0, 54.0, 42.0
TABLE = tuple(zip(HEADINGS, ("text" if side == "left" else "number" for side in SIDES)))
"""Headings of the table of the first page, and how a column is sorted."""
AXES = {"index": "index (number of negative eigenvalues of the Hessian)", "dimension": "dimension of the stationary set"}
"""Where the points of an example stand."""
POINTS, SETS = "real critical points", "Clarke stationary sets"
"""What is counted; the second where units have kinks."""
THEOREMS = ("bound", "bound_torus", "theorem", "theorem_torus", "real_bound")
"""Columns that are left out where no theorem speaks."""


@dataclass(frozen=True)
class Spot:
    """Points of an example with one place on the axis, loss and kind; ``size`` is how many they are."""

    kind: str
    index: int | None
    loss: str | None
    size: int


@dataclass(frozen=True)
class Bar:
    """A bar of a distribution: its place, and what it stands for."""

    x: float
    y: float
    width: float
    height: float
    value: str
    draws: int


def write_site(document: dict, folder: Path) -> None:
    """Writes index.html, a page for each row, the problem files and the data in JSON and CSV to ``folder``."""
    environment = templates()
    assert environment.loader is not None
    style, script = (environment.loader.get_source(environment, name)[0] for name in ("report.css", "atlas.js"))
    more = environment.loader.get_source(environment, "atlas.css")[0]
    common = {
        "style": Markup(style + more),
        "version": metadata.version("critscape"),
        "unknown": UNKNOWN,
        "draws": document["draws"],
        "few": min(document["draws"], UNIT_DRAWS),
        "meanings": list(MEANINGS.values()),
        "chart_frame": FRAME,
        "typeset": typeset,
    }
    (folder / "rows").mkdir(parents=True, exist_ok=True)
    listed = [{"name": row["name"], "family": row["family"], "cells": list(zip(TABLE, texts(row)))} for row in document["rows"]]
    families = sorted({row["family"] for row in document["rows"]})
    index = environment.get_template("atlas_index.html").render(
        rows=listed, families=families, headings=TABLE, note=NOTE, script=Markup(script), policy=policy(style + more, script), **common
    )
    for row in document["rows"]:
        page = environment.get_template("atlas_row.html").render(row=shown(row), policy=policy(style + more, ""), **common)
        write(folder / "rows" / f"{row['name']}.html", page)
        for name, problem in examples(row):
            write(folder / "rows" / name, file_text(problem))
    write(folder / "atlas.json", compact(document))
    write(folder / "atlas.csv", separated(document))
    # Last, so that every link of the first page leads somewhere.
    write(folder / "index.html", index)


def typeset(text: str) -> Markup:
    """Powers and the symbols of counts as in print; hyphens between widths do not break a line.

    >>> typeset("7^12"), typeset("max N_R"), typeset("N_C* < 3"), typeset("linear 1-2-1")
    (Markup('7<sup>12</sup>'), Markup('max N<sub>ℝ</sub>'), Markup('N<sub>ℂ</sub>* &lt; 3'), Markup('linear 1‑2‑1'))
    """
    set_ = re.sub(r"(?<=\d)\^(\d+)", r"<sup>\1</sup>", str(escape(text)))
    set_ = re.sub(r"N_([CR])", lambda found: f"N<sub>{ {'C': 'ℂ', 'R': 'ℝ'}[found[1]] }</sub>", set_)
    return Markup(re.sub(r"(?<=\d)-(?=\d)", "\u2011", set_))


def examples(row: dict) -> list[tuple[str, dict]]:
    """Files of the row's problems: the first of those with a ridge, and the one without, where there is one."""
    found = [(f"{row['name']}.json", row["example"])]
    return found + ([(f"{row['name']}-without-ridge.json", row["example_without_ridge"])] if "example_without_ridge" in row else [])


def shown(row: dict) -> dict[str, Any]:
    """What the page of a row shows."""
    cells = row["cells"]
    listed = [column for column in COUNTS if column in cells and column != "N_R_distribution"]
    kinks = row["family"] == "piecewise-linear"
    points = SETS if kinks else POINTS
    counts = [line(column, cells[column], points) for column in listed if column not in THEOREMS or cells[column]["value"] is not None]
    components = [cells[column]["value"] for column in LISTED if column in cells]
    told: dict[str, list[str]] = {}
    for column, cell in cells.items():
        for note in cell.get("notes", ()):
            told.setdefault(note, []).append("without a ridge" if column in LISTED else OF_COLUMNS[column][0])
    notes = [f"{', '.join(dict.fromkeys(columns))}: {note}" for note, columns in told.items()]
    spots = [Spot(p["kind"], p["place"], None if p["loss"] is None else str(p["loss"]), p["points"]) for p in row["points"] or ()]
    drawn, place = chart(spots), "dimension" if kinks else "index"
    return {
        **row,
        "counts": counts,
        "components": component_rows(cells) if components and None not in components else [],
        "account": {column: cells[column]["value"] for column in ("paths", "finite", "at_infinity") if column in cells},
        "level": cells.get("values", {}).get("level"),
        "files": [name for name, _ in examples(row)],
        "chart": drawn,
        "outlines": {kind: outline(kind, MARK) for kind in drawn.kinds} if drawn else {},
        "axis": AXES[place],
        "place": place,
        "points": points,
        "spots": spots,
        "notes": notes,
        "bars": bars(cells["N_R_distribution"]["value"] or {}),
        "frame": {"width": WIDTH, "height": HEIGHT, "left": LEFT, "base": HEIGHT - BOTTOM},
        "distribution_level": cells["N_R_distribution"]["level"],
    }


def line(column: str, cell: dict, points: str) -> tuple[str, str, str, str | None, str, bool]:
    """Heading, meaning, value, level and published value of a count of ``points``, and whether a note says how the two differ."""
    value = UNKNOWN if cell["value"] is None else str(cell.get("power") or cell["value"])
    beside = "" if "published" not in cell else f"published {cell['published']}"
    differs = bool(beside) and not cell.get("agrees") and bool(cell.get("notes"))
    return OF_COLUMNS[column][0], COLUMNS[column].replace(POINTS, points), value, cell["level"], beside, differs


def component_rows(cells: dict) -> list[tuple[str, ...]]:
    """Loss, dimension, inertia and kind of each component."""
    columns = [cells[column]["value"] for column in ("values", "dimensions", "inertias", "kinds")]
    return list(zip(*(text.split(", ") for text in columns))) if columns[0] else []


def bars(distribution: dict[str, int]) -> list[Bar]:
    """The bars of numbers of real critical points over draws, as wide as there is room for."""
    if not distribution:
        return []
    values = sorted(distribution, key=int)
    step = (WIDTH - LEFT) / len(values)
    most = max(distribution.values())
    found = []
    for k, value in enumerate(values):
        height = (HEIGHT - BOTTOM - 24) * distribution[value] / most
        found.append(Bar(LEFT + k * step + 0.1 * step, HEIGHT - BOTTOM - height, min(0.8 * step, 60), height, value, distribution[value]))
    return found
