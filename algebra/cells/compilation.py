"""Kernels of this room that call each other across files: what is compiled is kept under a name that all their sources make."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from critscape.algebra.kernels import compilation


def compiled(function: Callable) -> Callable:
    """A kernel, or a part of one."""
    return compilation.compiled(function, sources=Path(__file__).parent)
