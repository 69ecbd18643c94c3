"""An atlas computed: the work of three tables (a generic ridge, no ridge, units that are not polynomial), and the document that holds it."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from critscape.algebra.critical.result import versions
from critscape.problems.files.documents import stamped
from critscape.problems.files.problem_file import document as problem_document
from critscape.problems.networks.network import weight_count
from critscape.problems.networks.reading import ACTIVATED, network_from
from critscape.problems.recipes.architectures import Entry
from critscape.problems.recipes.data_recipe import Recipe, read_recipe
from critscape.problems.recipes.shipped import shipped
from critscape.problems.recipes.table_file import Row, Table, load_table
from critscape.scripts.studies.atlas import units
from critscape.scripts.studies.confidence import share
from critscape.scripts.studies.counting import counting
from critscape.scripts.studies.executors import interruptible, spread, workers_of
from critscape.scripts.studies.kept import keep, kept, place
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.records import fingerprint
from critscape.scripts.studies.tables.document import UNFINISHED, row_document
from critscape.scripts.studies.tables.run import run

GENERIC = read_recipe({"data": {"distribution": "gaussian"}, "ridge": {"distribution": "uniform", "low": "1/100", "high": 1}})
"""Data and ridge of the counts."""
PLAIN = read_recipe({"data": {"distribution": "uniform", "low": -2, "high": 2, "denominator": 4}, "ridge": 0})
"""Data of the components: small fractions, no ridge."""
COUNTS = (
    "bezout", "multihomogeneous", "bkk", "bound", "bound_torus", "theorem", "theorem_torus", "N_C", "N_C_torus", "real_bound",
    "N_R", "N_R_distribution", "minima", "spurious",
)  # fmt: skip
LISTED = ("paths", "finite", "at_infinity", "values", "dimensions", "inertias", "kinds")
"""Columns of tables that are the cells of an atlas."""
UNIT_DRAWS = 20
"""Draws at most where a network has units that are not polynomial."""
PUBLISHED = ("bharadwaj-hosten", "linear-samples")
"""Shipped tables whose published values stand beside."""
ONE_VALUED = ("bezout", "bkk", "bound", "bound_torus", "N_C", "N_C_torus")
"""Columns with one value for generic data; a published N_R is a maximum over data of another distribution."""


def survey(entries: Sequence[Entry], draws: int, options: Options, seconds: float) -> dict:
    """The atlas of some architectures: what is not finished within so many ``seconds`` says so, and is taken up by the next run.

    Raises
    ------
    Interrupted : by the keyboard, or because workers were lost; what is done is kept.
    """
    began = time.monotonic()

    def left() -> float:
        return max(0.0, seconds - (time.monotonic() - began))

    polynomial = [entry for entry in entries if entry.network.family not in ACTIVATED]
    others = [entry for entry in entries if entry.network.family in ACTIVATED]
    counts, components = table("counts", polynomial, GENERIC, draws, COUNTS), table("components", polynomial, PLAIN, 1, LISTED)
    counted = run(counts, options, left()) if polynomial else {}
    listed = run(components, options, left()) if polynomial else {}
    of_units = units_run(others, min(draws, UNIT_DRAWS), options, left())
    rows = {}
    for k, entry in enumerate(polynomial):
        cells = {
            **row_document(counts, k, counts.rows[k], counted, options.seed)["cells"],
            **row_document(components, k, components.rows[k], listed, options.seed)["cells"],
        }
        rows[entry] = row(entry, cells, draws, options.seed)
    for entry in others:
        rows[entry] = row(entry, units.cells(of_units.get(entry.name), UNFINISHED), min(draws, UNIT_DRAWS), options.seed)
    return stamped(
        "atlas",
        {
            "draws": draws,
            "recipes": {"counts": GENERIC.document(), "components": PLAIN.document()},
            "rows": [rows[entry] for entry in entries],
            "engine": options.engine,
            "seed": options.seed,
            "jobs": options.jobs,
            "seconds": round(time.monotonic() - began, 1),
            "versions": versions(),
        },
    )


def table(title: str, entries: Sequence[Entry], recipe: Recipe, draws: int, columns: tuple[str, ...]) -> Table:
    """The atlas's polynomial rows as a table; what is published of one comes with it."""
    known = published()
    rows = []
    for entry in entries:
        beside = known.get((json.dumps(entry.network.document(), sort_keys=True), entry.samples), ())
        rows.append(
            Row(
                "",
                network_from(entry.network.document()),
                entry.samples,
                tuple(pair for pair in beside if pair[0] in {*columns} & {*ONE_VALUED}),
            )
        )
    return Table(title, "; ".join(sources()), recipe, draws, columns, tuple(rows))


def published() -> dict[tuple[str, int], tuple[tuple[str, int], ...]]:
    """(Network, samples) → published (column, value)."""
    tables = (load_table(shipped("tables")[name]) for name in PUBLISHED)
    return {(json.dumps(row.network.document(), sort_keys=True), row.samples): row.published for table in tables for row in table.rows}


def sources() -> list[str]:
    """Where published values come from."""
    return [load_table(shipped("tables")[name]).source or "" for name in PUBLISHED]


def units_run(entries: Sequence[Entry], draws: int, options: Options, seconds: float) -> dict[str, dict]:
    """Name of an entry → its draws; those that are not begun when the time is over have no place here."""
    deadline = time.monotonic() + seconds
    files = {entry.name: cache_file(entry, draws, options) for entry in entries}
    done = {name: found for name, file in files.items() if (found := kept(file)) is not None}
    missing = [entry for entry in entries if entry.name not in done]
    with interruptible("atlas"), counting("atlas", len(entries), len(done)) as tell:
        for entry, found in spread(partial(in_time, draws, options, deadline), missing, workers_of(None, options.jobs)):
            if found is None:
                continue
            done[entry.name] = found
            if "reason" not in found:
                keep(files[entry.name], found)
            tell(entry.network.title, 1)
    return done


def in_time(draws: int, options: Options, deadline: float, entry: Entry) -> dict | None:
    """The draws of an entry; None where the time is over. One clock is shared by all processes of a machine."""
    if time.monotonic() >= deadline:
        return None
    return units.drawn(entry.network, entry.samples, GENERIC, options.seed, draws)


def cache_file(entry: Entry, draws: int, options: Options) -> Path:
    """Where the draws of an entry are kept: its name rests on what was asked and on the code."""
    what = {
        "code": fingerprint("atlas/units"),
        "architecture": entry.network.document(),
        "samples": entry.samples,
        "draws": draws,
        "seed": options.seed,
        "recipe": GENERIC.document(),
    }
    return place("tables", what)


def row(entry: Entry, cells: Mapping[str, dict], draws: int, seed: int) -> dict:
    """One row of the atlas."""
    distribution = cells["N_R_distribution"]["value"] or {}
    known = sum(distribution.values())
    typical = max(distribution, key=lambda number: distribution[number]) if known else None
    activated = entry.network.family in ACTIVATED
    example = (
        GENERIC.regression(entry.network, entry.samples, seed, 0)
        if activated
        else GENERIC.problem(network_from(entry.network.document()), entry.samples, seed, 0)
    )
    return {
        "name": entry.name,
        "title": entry.network.title,
        "family": entry.network.family,
        "architecture": entry.network.document(),
        "samples": entry.samples,
        "weights": weight_count(entry.network),
        "draws": draws,
        "cells": dict(cells),
        "typical": None if typical is None else int(typical),
        "spurious_share": share(cells["spurious"]["value"], known),
        "command": f"critscape atlas --weights {weight_count(entry.network)} --select {entry.name} --draws {draws} --seed {seed}",
        "example": problem_document(example),
    }


def finished(document: dict) -> bool:
    """Whether each row has its counts: bounds that are out of reach, such as mixed volumes, may be missing."""
    needed = ("N_C", "N_R")
    return all(row["cells"][name]["value"] is not None for row in document["rows"] for name in needed if name in row["cells"])
