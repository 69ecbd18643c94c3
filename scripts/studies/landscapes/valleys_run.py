"""The valleys of a problem whose loss is bounded below but has no merge tree of its own: by a theorem, and as limits of merge trees."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from critscape.algebra.components.limits import limits
from critscape.algebra.components.regularisation import regularisations
from critscape.algebra.components.table import Components, tabulated
from critscape.algebra.landscape.descending_ray import DescendingRay, descending_ray
from critscape.algebra.landscape.landscape import NotApplicable
from critscape.algebra.landscape.valleys import Valleys, valleys
from critscape.algebra.polynomial.loss import Loss
from critscape.problems.problem.problem import Problem, loss
from critscape.problems.problem.regularisation import regularised
from critscape.problems.problem.short_units import short_units
from critscape.problems.spaces.knowledge import knowledge
from critscape.problems.spaces.valley_theorems import IntrinsicDimension, Theorem, intrinsic_dimension, no_spurious_valley
from critscape.scripts.studies.components_run import GENERIC_CENTRES, obstacle
from critscape.scripts.studies.engines import TooLarge, batch, refuse_hopeless
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.progress import reporting
from critscape.scripts.studies.start_sets import start_set

SPARE_CENTRES = 2
"""More of them, where limits from one are not settled at any ridge."""
MOST_PATHS_EACH = 600
"""Paths of the largest start set whose valleys are listed although a theorem decides: more take minutes."""


@dataclass(frozen=True)
class ValleySurvey:
    """What is known of the valleys of a problem.

    ``theorem`` says why none is spurious (None: no theorem is known to apply), ``dimension`` is the intrinsic dimension of the network
    on the data (None: it has none), ``found`` the valleys as limits (None: not enumerated, ``unlisted`` says why) and ``components``
    those of the critical set that were met on the way.
    """

    problem: Problem
    loss: Loss
    theorem: Theorem | None
    dimension: IntrinsicDimension | None
    found: Valleys | None
    components: Components | None
    unlisted: str | None
    seed: int
    source: str
    seconds: float


def valley_survey(problem: Problem, source: str, options: Options) -> ValleySurvey:
    """The valleys of a problem from a file of a kind, ``source``.

    Raises
    ------
    NotApplicable : the loss is not bounded below or not known to be; or its valleys are not enumerated, and no theorem decides.
    TooLarge : as :func:`critscape.scripts.studies.start_sets.start_set`, where no theorem decides.
    """
    began = time.perf_counter()
    theorem, dimension = no_spurious_valley(problem), intrinsic_dimension(problem)
    exact_loss = loss(problem)
    unlisted = obstacle(problem)
    refuse_unbounded(problem, exact_loss, options.seed)
    if theorem is None:
        refuse_hopeless(problem)
        if unlisted is not None:
            raise NotApplicable(f"where there is no ridge, or critical points are not isolated, valleys are limits, and {unlisted}")
    found = components = None
    if unlisted is None:
        limit = options.max_paths if theorem is None else min(options.max_paths, MOST_PATHS_EACH)
        try:
            found, components = listed(problem, exact_loss, options, limit)
        except TooLarge as error:
            if theorem is None:
                raise
            unlisted = str(error)
    return ValleySurvey(
        problem, exact_loss, theorem, dimension, found, components, unlisted, options.seed, source, time.perf_counter() - began
    )


def listed(problem: Problem, exact_loss: Loss, options: Options, limit: int) -> tuple[Valleys, Components]:
    """The valleys as limits, from generic centres, and the components of the critical set that these and c = 0 show."""
    rng = np.random.default_rng([options.seed, 5])
    with reporting(problem.network.title) as progress:
        starts = start_set(problem, batch(options.jobs), options.seed, limit, progress)
        centred, *generic = regularisations(rng, problem.dimension, GENERIC_CENTRES)
        generic += regularisations(np.random.default_rng([options.seed, 7]), problem.dimension, SPARE_CENTRES)[1:]
        ways = [(each, regularised(problem, each)) for each in generic]
        known = knowledge(problem)
        units = short_units(problem)
        found = valleys(exact_loss, known, ways, starts, units, rng, options.jobs, progress)
        # It keeps the symmetries: pieces that are not closed may be met by it alone.
        account = limits(exact_loss, centred, regularised(problem, centred), starts, rng, options.jobs, progress)
        accounts = [account, *found.accounts]
        return found, tabulated(exact_loss, known, accounts, None, None, starts.complete, units, progress)


def refuse_unbounded(problem: Problem, exact_loss: Loss, seed: int) -> None:
    """Raises NotApplicable where L is not bounded below, with a ray that proves it, or where that is not known."""
    if knowledge(problem).bounded_below:
        return
    ray = descending_ray(exact_loss, np.random.default_rng([seed, 6]))
    if ray is not None:
        raise NotApplicable(f"the loss is not bounded below, so there is no global minimum: {falls(ray)}")
    raise NotApplicable(
        "it is not known whether the loss is bounded below, and no ray was found along which it tends to -∞: "
        "written as a sum of squares plus a number it is; a positive ridge does not help a loss that is not"
    )


def falls(ray: DescendingRay) -> str:
    """How L falls along a ray, in words."""
    start, direction = (", ".join(map(str, vector)) for vector in (ray.start, ray.direction))
    return f"L(({start}) + t·({direction})) = {ray.coefficient}·t^{ray.degree} + lower powers of t"
