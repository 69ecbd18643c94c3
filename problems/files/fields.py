"""What the fields of a problem file may hold: their JSON schemas; the ridge."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from critscape.problems.files.documents import schema
from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.partial_array import entries_at
from critscape.problems.input.rational import rational
from critscape.problems.networks.network import Architecture, penalised, weight_count
from critscape.problems.networks.reading import ARCHITECTURE

DATA, LOSS = (schema("problem")["properties"][name] for name in ("data", "loss"))
PROBLEM = {**schema("problem"), "properties": {**schema("problem")["properties"], "architecture": ARCHITECTURE}}
"""With the families that there are."""


def read_ridge(value: Any, network: Architecture, field: str = "ridge") -> tuple[Fraction, ...]:
    """One λ per weight from one number, one number per block, or one array per block.

    Raises
    ------
    BadInput : another shape, or a negative number.
    """
    blocks = network.blocks
    if not isinstance(value, list):
        flat = (rational(value, field),) * weight_count(network)
    elif len(value) != len(blocks):
        names = ", ".join(block.name for block in blocks)
        raise BadInput(field, f"one entry per weight block ({names}), so {len(blocks)} ({len(value)} given)")
    else:
        flat = ()
        for b, (entry, block) in enumerate(zip(value, blocks)):
            if isinstance(entry, list):
                flat += entries_at(entry, block.positions, (block.rows, block.columns), f"{field}[{b}]")
            else:
                flat += (rational(entry, f"{field}[{b}]"),) * block.size
    for number in flat:
        if number < 0:
            raise BadInput(field, "numbers that are not negative", str(number))
        if number and not penalised(network):
            raise BadInput(field, "0: the variables of a function space carry no ridge", str(number))
    return flat
