"""Bertini 2 (bertini2 on PyPI; Bates, Hauenstein, Sommese, Wampler and others): zero-dimensional solving in adaptive precision."""

from __future__ import annotations

import importlib.util
import json
import os
import sys

import numpy as np

from critscape.algebra.bounds.root_counts import Partition, best_multihomogeneous_bezout
from critscape.algebra.polynomial.loss import Loss, gradient, terms
from critscape.scripts.studies.benchmarks.rivals.answer import Answer
from critscape.scripts.studies.benchmarks.rivals.process import run

NAME = "Bertini 2"
HOW_TO_INSTALL = "pip install bertini2"


def available() -> bool:
    """Whether this Python finds bertini (it is not imported)."""
    return importlib.util.find_spec("bertini") is not None


def solve(loss: Loss, limit: float, seed: int) -> Answer:
    """The finite solutions of ∇L = 0 with Bertini's own start system on one thread, within ``limit`` seconds.

    The variables come in the groups with the least multihomogeneous Bézout number that single variables lead to: one path each.

    Raises
    ------
    RivalError : it gave no answer.
    """
    request = {"seed": seed + 1, "groups": groups(loss), "system": [rational_terms(slope) for slope in gradient(loss)]}
    environment = {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "PYTHONSAFEPATH": "1", "BERTINI_NUM_THREADS": "1"}
    printed = run(
        [sys.executable, "-m", "critscape.scripts.studies.benchmarks.rivals.bertini_worker"], json.dumps(request), limit, environment
    )
    reply = json.loads(printed.splitlines()[-1])
    points = np.array(reply["points"]).reshape(-1, loss.dimension, 2) @ np.array([1, 1j])
    return Answer(points, len(points), reply["seconds"], reply["memory"])


def groups(loss: Loss) -> Partition:
    """The variable groups: the best multihomogeneous structure between single variables and all in one group."""
    return best_multihomogeneous_bezout(loss, [tuple((i,) for i in range(loss.dimension))])[1]


def rational_terms(polynomial) -> list[tuple[str, list[int]]]:
    """The terms of a polynomial: ("p/q", exponents)."""
    return [(f"{c.numerator}/{c.denominator}", list(exponents)) for exponents, c in terms(polynomial).items()]
