"""Weights as one array per block, which a name or a position picks."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.masked import Masked
from critscape.problems.networks.network import matrices
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression

if TYPE_CHECKING:

    class Weights(tuple[np.ndarray, ...]):
        """A named tuple: ``W1, W2 = weights`` and ``weights.W1``."""

        def __getattr__(self, block: str) -> np.ndarray: ...

else:
    Weights = tuple


def by_block(problem: Problem | Regression, flat: Sequence[Any], dtype: Any) -> Weights:
    """The flat weights (n,) as one array per weight block, of the block's shape; a named variable without indices has shape ().

    Entries that a masked network fixes have their values, other entries that are no weights are NaN.
    """
    cut = matrices(problem.network, flat)
    if isinstance(problem.network, Masked):
        blocks = Linear(problem.network.widths).blocks
        cut = problem.network.filled(cut, lambda _, value: value)
    else:
        blocks = problem.network.blocks
    shaped = []
    for block, rows in zip(blocks, cut):
        array = np.array([[np.nan if entry is None else entry for entry in row] for row in rows], dtype=dtype)
        shaped.append(array if block.indexed else array.reshape(()))
    return named_tuple(tuple(block.name for block in blocks))(*shaped)


@lru_cache(maxsize=64)
def named_tuple(names: tuple[str, ...]) -> Any:
    """The type of the weights with these blocks; a name that Python cannot have is its position with _ before it."""
    return namedtuple("Weights", names, rename=True)
