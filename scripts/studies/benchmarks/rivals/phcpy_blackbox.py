"""PHCpack's blackbox solver (Verschelde, ACM TOMS Algorithm 795) through phcpy."""

from __future__ import annotations

from critscape.algebra.phcpack import engine as phcpy_engine
from critscape.algebra.phcpack.processes import PhcpyError
from critscape.algebra.polynomial.loss import Loss
from critscape.scripts.studies.benchmarks.rivals.answer import Answer, RivalError

NAME = "phcpy blackbox"
HOW_TO_INSTALL = "apt install python3-phcpy"

available = phcpy_engine.available


def solve(loss: Loss, limit: float, seed: int) -> Answer:
    """The solutions that the blackbox returns for ∇L = 0, within ``limit`` seconds.

    Raises
    ------
    RivalError : it gave no answer.
    """
    try:
        points, seconds, memory = phcpy_engine.blackbox(loss, seed + 1, limit)
    except PhcpyError as error:
        raise RivalError(str(error)) from None
    return Answer(points, len(points), seconds, memory)
