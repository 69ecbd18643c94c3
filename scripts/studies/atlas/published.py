"""What is published of architectures, in the tables that ship: values that stand beside those of an atlas."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from critscape.problems.networks.network import Architecture, weight_count
from critscape.problems.recipes.architectures import Entry, up_to
from critscape.problems.recipes.shipped import shipped
from critscape.problems.recipes.table_file import Table, load_table

TABLES = ("bharadwaj-hosten", "linear-samples", "quadratic")
"""Shipped tables with published values, of squared errors."""
COMPARED = ("bezout", "bkk", "bound", "bound_torus", "N_C", "N_C_torus", "N_R")
"""Columns of an atlas that stand beside published ones."""
OTHER_DATA = "published over data and ridge of another distribution"


@dataclass(frozen=True)
class Published:
    """Values by column, and where they come from."""

    values: Mapping[str, int]
    source: str


def published(network: Architecture, samples: int) -> Published | None:
    """What is published of the squared error of a network with so many samples."""
    return _published().get(key(network, samples))


def published_entries() -> tuple[Entry, ...]:
    """The architectures of the atlas of which something is published, of whatever size."""
    largest = max(weight_count(row.network) for table in _tables() for row in table.rows if row.published)
    return tuple(entry for entry in up_to(largest) if entry.loss == "square" and published(entry.network, entry.samples))


def key(network: Architecture, samples: int) -> tuple[str, int]:
    return json.dumps(network.document(), sort_keys=True), samples


@cache
def _published() -> dict[tuple[str, int], Published]:
    found = {}
    for table in _tables():
        for row in table.rows:
            values = {name: value for name, value in row.published if name in COMPARED}
            if values:
                found[key(row.network, row.samples)] = Published(values, table.source or "")
    return found


@cache
def _tables() -> tuple[Table, ...]:
    return tuple(load_table(shipped("tables")[name]) for name in TABLES)
