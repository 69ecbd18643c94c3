"""The start sets that are kept, and the list of those that ship."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from critscape.algebra.starts.start_set import UNREADABLE
from critscape.problems.networks.reading import network_from
from critscape.problems.objectives.moments import squared
from critscape.problems.objectives.objective import Objective
from critscape.problems.objectives.record import recorded
from critscape.scripts.studies.start_sets import cache_folder, file_name, shipped_folder, verified

LIST = "networks.json"
UNFINISHED = ".partial.npz"


def shipped_list() -> Iterator[Objective]:
    """The losses whose start sets ship."""
    for entry in json.loads((shipped_folder() / LIST).read_text(encoding="utf-8")):
        for samples in entry["samples"]:
            yield squared(network_from(entry["architecture"]), samples)


def entries() -> list[dict]:
    """One JSON-ready entry for each start set that is kept, in the order in which they are looked for."""
    found = []
    for where, folder in (("package", shipped_folder()), ("cache", cache_folder())):
        paths = sorted(folder.glob("*.npz")) if folder.is_dir() else []
        found += [entry(path, where) for path in paths if not path.name.startswith(".") and not path.name.endswith(UNFINISHED)]
    return found


def entry(path: Path, where: str) -> dict:
    """One start set: what its record says, and whether that is so.

    A file without a readable record, or under another name than the one that is looked for, is not verified; where the record does
    not name its network, as those of earlier versions, it cannot be told here, and ``verified`` is None.
    """
    row: dict[str, Any] = {"file": path.name, "where": where, "network": None, "samples": None, "solutions": None, "orbits": None}
    row |= {"trace_residual": None, "engine": None, "seed": None, "verified": False}
    try:
        with np.load(path, allow_pickle=False) as stored:
            record = json.loads(str(stored["provenance"]))
        if "architecture" not in record:
            return row | {"verified": None}
        objective, engine = recorded(record), record["engine"]
        expected = file_name(objective, engine)
    except UNREADABLE:
        return row
    row |= {"network": objective.network.title, "samples": objective.samples, "engine": engine, "seed": record.get("seed")}
    loaded = verified(path, objective) if expected == path.name else None
    if loaded is None:
        return row
    solutions, orbits, residual = len(loaded.solutions), len(loaded.orbits), loaded.trace.residual
    return row | {"solutions": solutions, "orbits": orbits, "trace_residual": residual, "verified": True}
