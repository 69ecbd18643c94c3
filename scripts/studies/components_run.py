"""The components of a critical set that is not finite: limits of regularised losses from several centres, classified."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import log2

import numpy as np

from critscape.algebra.components.exact_limits import exact_limits
from critscape.algebra.components.limit_ideal import LimitIdeal, limit_ideal
from critscape.algebra.components.limits import Account, Fate, limits
from critscape.algebra.components.regularisation import Regularisation, regularisations
from critscape.algebra.components.table import Components, tabulated
from critscape.algebra.elimination.critical_values import ValueCount, values_modulo
from critscape.algebra.elimination.degree import random_primes
from critscape.algebra.elimination.msolve import MsolveError
from critscape.algebra.polynomial.loss import Loss
from critscape.algebra.starts.start_set import StartSet
from critscape.problems.networks.network import penalised
from critscape.problems.problem.problem import Problem, beyond_double_precision, loss
from critscape.problems.problem.regularisation import regularised
from critscape.problems.problem.short_units import short_units
from critscape.problems.spaces.knowledge import knowledge

GENERIC_CENTRES = 2
"""Centres c beside c = 0."""
MOST_WEIGHTS = 12
"""Weights of the largest problem whose components are enumerated: start sets grow beyond ten thousand points after that."""
IDEAL_WORK, IDEAL_SECONDS = 1e11, 3600.0
"""The limit ideal is computed where each run of msolve takes no more work than this, about a minute."""

Progress = Callable[[str, int], None]


def obstacle(problem: Problem) -> str | None:
    """Why the components of a problem are not enumerated, with what to do instead; None if they are."""
    if not penalised(problem.network):
        return "components are enumerated for losses of weights that can carry a ridge: ask for the network instead of its function space"
    if beyond_double_precision(problem):
        return "its numbers are beyond double precision, in which paths are followed: scale the data"
    if (large := too_large(problem)) is not None:
        return f"{large}; with a small ridge that differs from weight to weight, which is another problem, the critical set is nearly always finite"
    return None


def too_large(problem: Problem) -> str | None:
    """Why a network has too many weights for its components to be enumerated; None if it has not."""
    if problem.dimension <= MOST_WEIGHTS:
        return None
    return f"components are enumerated for networks of up to {MOST_WEIGHTS} weights, and this one has {problem.dimension}"


def components_of(problem: Problem, starts: StartSet, seed: int, jobs: int, progress: Progress) -> Components:
    """The table of components of one problem, from the start set of its family."""
    exact_loss, rng = loss(problem), np.random.default_rng([seed, 4])

    def account(regularisation: Regularisation) -> Account:
        return limits(exact_loss, regularisation, regularised(problem, regularisation), starts, rng, jobs, progress)

    accounts = [account(regularisation) for regularisation in regularisations(rng, problem.dimension, GENERIC_CENTRES)]
    # Where some centre has all of the points, one that misses some was unlucky: ε₀ lay where points are far out.
    fewest = min(found.missing for found in accounts[1:])
    for k, found in enumerate(accounts[1:], 1):
        if found.missing > fewest:
            accounts[k] = min(found, account(regularisations(rng, problem.dimension, 1)[1]), key=lambda one: one.missing)
    progress("limit ideal", 0)
    limit, values = ideal(exact_loss, rng), value_count(exact_loss, rng)
    return tabulated(exact_loss, knowledge(problem), accounts, limit, values, starts.complete, short_units(problem), progress)


def eliminated_components(problem: Problem, seed: int, progress: Progress) -> Components:
    """The table of components of one problem by elimination: limits are zeros of limit ideals over ℚ, and no path is followed.

    Losses along paths to infinity are not sought: which minimum is global follows from the enumeration only where there are none, or L is
    coercive.

    Raises
    ------
    MsolveError : msolve is not there, ran out of time or failed, or the limits are not finitely many.
    """
    exact_loss, rng = loss(problem), np.random.default_rng([seed, 5])
    accounts = []
    for k in range(GENERIC_CENTRES + 1):
        progress("limits by elimination over the rationals, an hour at most; the engine batch follows paths instead", k + 1)
        strengths, centre = simple_regularisation(problem, rng, k > 0)
        prime = random_primes(rng, 1)[0]
        accounts.append(exact_limits(exact_loss, strengths, centre, prime, IDEAL_SECONDS))
    progress("limit ideal", 0)
    limit, values = ideal(exact_loss, rng), value_count(exact_loss, rng)
    table = tabulated(exact_loss, knowledge(problem), accounts, limit, values, True, short_units(problem), progress)
    return replace(table, asymptotic=None) if any(account.count(Fate.AT_INFINITY) for account in accounts) else table


def simple_regularisation(problem: Problem, rng: np.random.Generator, generic: bool) -> tuple[list[Fraction], list[Fraction]]:
    """Λ and c of few digits, between a half and three halves in natural units, c = 0 unless it is ``generic``."""
    units = [Fraction(2) ** round(log2(unit)) for unit in problem.criterion.units(problem).weights]

    def drawn() -> list[Fraction]:
        # Different ones: equal ridges are special.
        return [Fraction(int(k), 16) for k in rng.choice(np.arange(8, 25), problem.dimension, replace=False)]

    strengths = [a / unit**2 for a, unit in zip(drawn(), units)]
    centre = [c * unit * int(sign) * generic for c, unit, sign in zip(drawn(), units, rng.choice((-1, 1), problem.dimension))]
    return strengths, centre


def ideal(exact_loss: Loss, rng: np.random.Generator) -> LimitIdeal | None:
    """The limit ideal for random rational Λ and c modulo a random prime; None where msolve is not there or it takes too much work."""
    n = exact_loss.dimension
    strengths = [Fraction(int(k), 997) for k in rng.integers(500, 1500, n)]
    centre = [Fraction(int(k), 991) for k in rng.integers(500, 1500, n)]
    prime = random_primes(rng, 1)[0]
    try:
        return limit_ideal(exact_loss, strengths, centre, prime, IDEAL_SECONDS, IDEAL_WORK)
    except MsolveError:
        return None


def value_count(exact_loss: Loss, rng: np.random.Generator) -> ValueCount | None:
    """The number of critical values modulo a random prime; None where msolve is not there or it takes too much work."""
    prime = random_primes(rng, 1)[0]
    try:
        return ValueCount(prime, values_modulo(exact_loss, prime, IDEAL_SECONDS, IDEAL_WORK).degree())
    except MsolveError:
        return None
