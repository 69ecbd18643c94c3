"""An atlas computed: the work of three tables (a generic ridge, no ridge, units that are not polynomial), and the document that holds it."""

from __future__ import annotations

import shlex
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from critscape.algebra.critical.result import versions
from critscape.problems.files.documents import stamped
from critscape.problems.files.problem_file import document as problem_document
from critscape.problems.networks.network import weight_count
from critscape.problems.networks.reading import ACTIVATED, network_from
from critscape.problems.recipes.architectures import LOSSES, Entry
from critscape.problems.recipes.data_recipe import Recipe, read_recipe
from critscape.problems.recipes.table_file import Row, Table
from critscape.scripts.studies.atlas import units
from critscape.scripts.studies.atlas.examples import examples_run, richest
from critscape.scripts.studies.atlas.published import OTHER_DATA, published
from critscape.scripts.studies.confidence import share
from critscape.scripts.studies.counting import counting
from critscape.scripts.studies.executors import interruptible, spread, workers_of
from critscape.scripts.studies.kept import keep, kept, place
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.records import fingerprint
from critscape.scripts.studies.tables.document import UNFINISHED, row_document
from critscape.scripts.studies.tables.estimate import Allowance
from critscape.scripts.studies.tables.run import COUNT, DRAWS, VOLUME, run
from critscape.scripts.studies.tables.run import LISTED as COMPONENTS

GENERIC = {"data": {"distribution": "gaussian"}, "ridge": {"distribution": "uniform", "low": "1/100", "high": 1}}
"""Data and ridge of the counts."""
PLAIN = {"data": {"distribution": "uniform", "low": -2, "high": 2, "denominator": 4}, "ridge": 0}
"""Data of the components: small fractions, no ridge."""
COUNTS = (
    "bezout", "multihomogeneous", "bkk", "bound", "bound_torus", "theorem", "theorem_torus", "N_C", "N_C_torus", "real_bound",
    "N_R", "N_R_distribution", "minima", "spurious",
)  # fmt: skip
LISTED = ("paths", "finite", "at_infinity", "values", "dimensions", "inertias", "kinds")
"""Columns of tables that are the cells of an atlas."""
WORK = 300.0
"""Seconds of one core, as estimated, that a mixed volume, a data set, ten of them or a list of components may take."""
UNIT_DRAWS = 20
"""Draws at most where a network has units that are not polynomial."""


def survey(entries: Sequence[Entry], draws: int, options: Options, seconds: float, work: float = WORK) -> dict:
    """The atlas of some architectures: what is not finished within so many ``seconds`` says so, and is taken up by the next run.

    A piece of ``work`` that is estimated at more seconds than that is left out, whatever the clock says.

    Raises
    ------
    Interrupted : by the keyboard, or because workers were lost; what is done is kept.
    """
    began = time.monotonic()

    def left() -> float:
        return max(0.0, seconds - (time.monotonic() - began))

    rows, examples = {}, []
    parts = {loss: [entry for entry in entries if entry.network.family not in ACTIVATED and entry.loss == loss] for loss in LOSSES}
    counts = {loss: table("counts", part, recipe(GENERIC, loss), draws, COUNTS) for loss, part in parts.items()}
    components = {loss: table("components", part, recipe(PLAIN, loss), 1, LISTED) for loss, part in parts.items()}
    found = run(
        [*counts.values(), *components.values()], options, left(), Allowance(work, (COUNT, VOLUME, DRAWS, COMPONENTS), "--work"), "atlas"
    )
    for loss, counted, listed in zip(LOSSES, found, found[len(LOSSES) :]):
        for k, entry in enumerate(parts[loss]):
            cells = {
                **row_document(counts[loss], k, counts[loss].rows[k], counted, options.seed)["cells"],
                **row_document(components[loss], k, components[loss].rows[k], listed, options.seed)["cells"],
            }
            plain = problem_document(recipe(PLAIN, loss).any_problem(entry.network, entry.samples, options.seed, 0))
            rows[entry] = with_source(row(entry, cells, draws, options.seed, work), entry) | {"example_without_ridge": plain}
            examples.append((entry, recipe(GENERIC, loss), richest(draws_of(counted, k), "real")))
    others, few = [entry for entry in entries if entry.network.family in ACTIVATED], min(draws, UNIT_DRAWS)
    of_units = units_run(others, few, options, left())
    for entry in others:
        drawn = of_units.get(entry.name)
        rows[entry] = row(entry, units.cells(drawn, UNFINISHED), few, options.seed, work)
        examples.append((entry, recipe(GENERIC), richest((drawn or {}).get("draws", ()), "stationary")))
    points = examples_run(examples, options, began + seconds)
    for entry, source, number in examples:
        problem = source.any_problem(entry.network, entry.samples, options.seed, number)
        rows[entry] |= {"example": problem_document(problem), "draw": number, "points": points.get(entry)}
    return stamped(
        "atlas",
        {
            "draws": draws,
            "work": work,
            "recipes": {"counts": recipe(GENERIC).document(), "components": recipe(PLAIN).document(), "losses": LOSSES},
            "rows": [rows[entry] for entry in entries],
            "engine": options.engine,
            "seed": options.seed,
            "jobs": options.jobs,
            "seconds": round(time.monotonic() - began, 1),
            "versions": versions(),
        },
    )


def draws_of(counted: Mapping[tuple, dict], k: int) -> list[dict]:
    """The draws of row ``k``, as far as they go without a gap."""
    found: list[dict] = []
    while draws := counted.get((k, DRAWS, len(found)), {}).get("draws"):
        found += draws
    return found


def recipe(data_and_ridge: dict, loss: str = "square") -> Recipe:
    """Random problems with a loss of LOSSES."""
    return read_recipe({**data_and_ridge, **({"loss": LOSSES[loss]} if LOSSES[loss] else {})})


def table(title: str, entries: Sequence[Entry], drawn: Recipe, draws: int, columns: tuple[str, ...]) -> Table:
    """The atlas's polynomial rows as a table; what is published of one, for squared errors, comes with it."""
    rows = []
    for entry in entries:
        beside = published(entry.network, entry.samples) if drawn.squares else None
        values = tuple(beside.values.items()) if beside else ()
        rows.append(Row("", network_from(entry.network.document()), entry.samples, values))
    return Table(title, None, drawn, draws, columns, tuple(rows))


def with_source(found: dict, entry: Entry) -> dict:
    """A row with where the values beside its own come from."""
    beside = published(entry.network, entry.samples) if entry.loss == "square" else None
    if beside is None or entry.network.family in ACTIVATED:
        return found
    cell = found["cells"]["N_R"]
    if cell.get("agrees") is False:
        found["cells"]["N_R"] = cell | {"notes": [*cell.get("notes", ()), OTHER_DATA]}
    return found | {"source": beside.source}


def units_run(entries: Sequence[Entry], draws: int, options: Options, seconds: float) -> dict[str, dict]:
    """Name of an entry → its draws; those that are not begun when the time is over have no place here."""
    deadline = time.monotonic() + seconds
    files = {entry.name: cache_file(entry, draws, options) for entry in entries}
    done = {name: found for name, file in files.items() if (found := kept(file)) is not None}
    missing = [entry for entry in entries if entry.name not in done]
    with interruptible("atlas"), counting("atlas, ReLU, |x|, tanh and logistic units", len(entries), len(done)) as tell:
        tell("beginning", 0)
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
    return units.drawn(entry.network, entry.samples, recipe(GENERIC), options.seed, draws)


def cache_file(entry: Entry, draws: int, options: Options) -> Path:
    """Where the draws of an entry are kept: its name rests on what was asked and on the code."""
    what = {
        "code": fingerprint("atlas", "tables"),
        "architecture": entry.network.document(),
        "samples": entry.samples,
        "draws": draws,
        "seed": options.seed,
        "recipe": recipe(GENERIC).document(),
    }
    return place("tables", what)


def row(entry: Entry, cells: Mapping[str, dict], draws: int, seed: int, work: float) -> dict:
    """One row of the atlas, without its example."""
    distribution = cells["N_R_distribution"]["value"] or {}
    known = sum(distribution.values())
    typical = max(distribution, key=lambda number: distribution[number]) if known else None
    words = ["critscape", "atlas", "--weights", weight_count(entry.network), "--select", entry.name, "--draws", draws, "--seed", seed]
    words += ["--work", f"{work:g}"] * (work != WORK)
    return {
        "name": entry.name,
        "title": entry.title,
        "family": entry.network.family,
        "architecture": entry.network.document(),
        "loss": LOSSES[entry.loss],
        "samples": entry.samples,
        "weights": weight_count(entry.network),
        "draws": draws,
        "cells": dict(cells),
        "typical": None if typical is None else int(typical),
        "typical_share": short_share(distribution.get(typical), known),
        "more_share": short_share(0, known),
        "spurious_share": short_share(cells["spurious"]["value"], known),
        "command": shlex.join(map(str, words)),
    }


def short_share(part: int | None, whole: int) -> dict:
    """A share with its interval, to six digits: they rest on a few dozen draws."""
    return {name: None if value is None else float(f"{value:.6g}") for name, value in share(part, whole).items()}


def finished(document: dict) -> bool:
    """Whether each row has its counts: bounds that are out of reach, such as mixed volumes, may be missing."""
    needed = ("N_C", "N_R")
    return all(row["cells"][name]["value"] is not None for row in document["rows"] for name in needed if name in row["cells"])
