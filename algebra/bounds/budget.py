"""How much work a proof may take, counted in operations and not in seconds."""

from __future__ import annotations

from collections.abc import Callable

from critscape.algebra.bounds.proof import Unproved

TERM = 2000
"""Operations modulo a prime that take as long as one term of a multiple does."""

Charge = Callable[[float], None]
"""Is told of each step, before it is made, how many operations modulo a prime take as long; it raises OverBudget to forbid the step."""


class OverBudget(Unproved):
    """The proof takes more work than it was allowed."""


def unlimited(work: float) -> None:
    """The charge of whoever has all the time that it takes."""


def at_most(work: float) -> Charge:
    """A charge that forbids the step with which the sum would exceed ``work``: the same step on every machine."""
    left = work

    def charge(operations: float) -> None:
        nonlocal left
        left -= operations
        if left < 0:
            raise OverBudget(f"the proof takes more than {work:.0e} operations modulo a prime")

    return charge
