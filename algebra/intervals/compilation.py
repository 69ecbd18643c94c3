"""Kernels whose results are proofs: compiled with the arithmetic that is written down, nothing contracted, nothing reordered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from critscape.algebra.kernels.compilation import compiled


def rigorous(function: Callable) -> Callable:
    """Compiles a kernel in strict IEEE 754 double precision; the code is kept in the folder of caches of this room's sources."""
    return compiled(function, fastmath=False, sources=Path(__file__).parent)
