"""Weights as text, block by block."""

from __future__ import annotations

from collections.abc import Sequence

from critscape.problems.networks.network import Architecture, matrices
from critscape.scripts.printing.numbers import short

FIXED = "·"
"""Stands for an entry of a weight matrix that is not trained."""


def weights_text(network: Architecture, point: Sequence[str]) -> str:
    """The weights as decimals, block by block, rows separated by semicolons."""
    return blocks_text(network, [short(value) for value in point], " ")


def blocks_text(network: Architecture, entries: Sequence[str], between: str) -> str:
    """Entries of the weights block by block, rows separated by semicolons, a dot for an entry that is fixed."""
    blocks = zip(network.blocks, matrices(network, entries))
    printed = ((block.name, "; ".join(between.join(entry or FIXED for entry in row) for row in rows)) for block, rows in blocks)
    return "  ".join(f"{name} [{rows}]" for name, rows in printed)


def weight_names(network: Architecture) -> list[str]:
    """The name of each weight: W1[i,j] in a matrix, a[j] in a vector, which has a small letter."""
    names = []
    for block in network.blocks:
        vector = block.name.islower() and min(block.rows, block.columns) == 1
        for i, j in block.positions:
            place = f"[{i + j + 1}]" if vector else f"[{i + 1},{j + 1}]"
            names.append(block.name + (place if block.indexed and block.rows * block.columns > vector else ""))
    return names
