"""Which engine answers where none was asked for: continuation, unless elimination alone can answer or is the shorter way.

Continuation accounts for every path and its start sets serve all data of a family. It proves nothing at degenerate points, finds
nothing where double precision cannot follow, and cannot show that a set is empty or, but for symmetries, that it is not finite. One
elimination modulo a prime tells which of these it is; then elimination over ℚ answers, if that is within reach. All limits are
work: no answer depends on the clock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from critscape.algebra.critical.enumeration import Choice, Enumeration, Standing
from critscape.algebra.critical.exact_engine import eliminate
from critscape.algebra.elimination import msolve
from critscape.algebra.elimination.degree import Elimination, modular, random_primes, rational_work
from critscape.algebra.polynomial.coefficient_span import WIDEST, coefficient_span
from critscape.algebra.polynomial.loss import Loss

EARLY_WORK = 2e10
"""Operations of the Gröbner basis modulo a prime: a second or two."""
MOST_RATIONAL_WORK = 4e11
"""Operations, by :func:`critscape.algebra.elimination.degree.rational_work`, that elimination over ℚ may take without being asked
for: half a minute."""
MOST_VARIABLES = 20
"""Variables of the largest loss that elimination is asked about without being told."""
PATH_WORK = 4e9
"""What a path costs that is followed in multiprecision: a third of a second."""


@dataclass(frozen=True)
class EarlyCount:
    """What elimination modulo one prime says: ``finite`` is None where that is not known, and ``why`` says what is known.

    ``modulo`` is there when the set is finite; ``work`` is a guess of what elimination over ℚ takes.
    """

    finite: bool | None
    why: str
    modulo: Elimination | None = None
    work: float = 0.0

    @property
    def within_reach(self) -> bool:
        """Whether elimination over ℚ may be asked."""
        return self.finite is False or (self.finite is True and self.work <= MOST_RATIONAL_WORK)


def early_count(loss: Loss, rng: np.random.Generator, seconds: float, most: float = EARLY_WORK) -> EarlyCount:
    """Elimination modulo one random prime with at most so much work."""
    if loss.dimension > MOST_VARIABLES:
        return EarlyCount(None, f"elimination of {loss.dimension} variables takes long")
    (prime,) = random_primes(rng, 1)
    try:
        (modulo,) = modular(loss, [prime], seconds, most)
    except msolve.PositiveDimension:
        return EarlyCount(False, f"the critical set is not finite modulo {prime}")
    except msolve.MsolveError as error:
        return EarlyCount(None, str(error))
    return EarlyCount(True, str(modulo), modulo, rational_work(loss, modulo))


def why_elimination(count: EarlyCount, standing: Standing | None, alone: bool, span: float) -> str | None:
    """The reason to ask elimination over ℚ, None to go on with continuation.

    Parameters
    ----------
    standing : what continuation has come to; None before it has a start set.
    alone : whether a start set would serve this loss only.
    span : of the coefficients of the family (:func:`critscape.algebra.polynomial.coefficient_span.coefficient_span`).
    """
    if not count.within_reach:
        return None
    if count.finite is False:
        return count.why
    assert count.modulo is not None
    degree, distinct = count.modulo.degree, count.modulo.distinct
    if not distinct:
        return f"there is no critical point ({count.why})"
    if distinct < degree:
        return f"some critical points are degenerate ({count.why})"
    if span > WIDEST:
        return f"coefficients that differ by a factor of {span:.0e} are too far apart for double precision"
    if standing is None:
        return "a start set would serve this loss only, and elimination is short" if alone else None
    if standing.points < distinct:
        return f"continuation in double precision came to {standing.points} of {distinct} points"
    if standing.unfinished * PATH_WORK > count.work:
        return f"elimination is shorter than following {standing.unfinished} paths in multiprecision"
    return None


def automatic(
    loss: Loss,
    by_continuation: Callable[[Callable[[Standing | None], Enumeration | None]], Enumeration],
    kept: bool,
    alone: bool,
    rng: np.random.Generator,
    seconds: float,
    progress: Callable[[str, int], None] = lambda stage, count: None,
) -> Enumeration:
    """The critical points of a loss, by the engine that can tell; ``choice`` says which and why.

    Parameters
    ----------
    by_continuation : enumerates by continuation, with what to do instead (:func:`critscape.algebra.critical.enumeration.enumerate_critical_points`).
    kept : whether there is a start set: then nothing else is asked before it has been tried.
    alone : whether a start set would serve this loss only.
    seconds : time limit for each run of msolve.
    """
    if not msolve.available():
        found = by_continuation(lambda standing: None)
        step = f"elimination would decide what continuation leaves open, but {msolve.HOW_TO_INSTALL}"
        return _with_next_step(replace(found, choice=Choice("batch", "msolve is not there")), step)
    span = coefficient_span(loss.family)

    @lru_cache(maxsize=1)
    def count() -> EarlyCount:
        progress("elimination modulo a prime", 0)
        return early_count(loss, rng, seconds)

    def by_elimination(why: str) -> Enumeration:
        return replace(eliminate(loss, rng, seconds, progress), choice=Choice("exact", why))

    def instead(standing: Standing | None) -> Enumeration | None:
        if standing is None and kept and not alone and span <= WIDEST:
            return None
        why = why_elimination(count(), standing, alone, span)
        return None if why is None else by_elimination(why)

    found = by_continuation(instead)
    if found.choice:
        return found
    if not found.open_ends:
        followed = "continuation accounts for every path" if found.starts else "no path had to be followed"
        why = found.not_finite or followed
        return replace(found, choice=Choice("batch", why))
    if count().within_reach:
        return by_elimination(f"continuation left open: {'; '.join(found.open_ends)}")
    reach = "over the rationals elimination would take long" if count().finite else count().why
    kept_open = replace(found, choice=Choice("batch", f"elimination was not asked: {reach}"))
    return _with_next_step(kept_open, f"{reach}: --engine exact tries it, however long that is")


def without_double_precision(by_elimination: Callable[[], Enumeration], asked: bool) -> Enumeration:
    """The critical points of a loss whose numbers have no place in double precision: by elimination if it is ``asked``."""
    why = "data, ridge or coefficients are of a size that leaves no place for their products in double precision"
    if asked:
        try:
            return replace(by_elimination(), choice=Choice("exact", why))
        except msolve.MsolveError as error:
            return Enumeration((), (), {}, 0, 0, None, None, (f"{why}, and elimination failed: {error}",))
    step = "--engine exact does without" if msolve.available() else f"elimination does without it, but {msolve.HOW_TO_INSTALL}"
    return Enumeration((), (), {}, 0, 0, None, None, (f"{why}; {step}",))


def _with_next_step(found: Enumeration, step: str) -> Enumeration:
    """What is left open, and what to try."""
    return replace(found, open_ends=(*found.open_ends, step)) if found.open_ends else found
