"""Where start sets are kept: those that ship with the package, and the user's own in a cache folder."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path

from algebra.result import versions
from algebra.start_set import StartSet, load, save, solve
from problems.generic import continuation
from problems.problem import Problem
from problems.squared_loss import family
from scripts.engines import Engine, TooLarge


def start_set(problem: Problem, engine: Engine, seed: int, limit: int, progress: Callable[[str, int], None]) -> StartSet:
    """The start set for a problem: a kept one that verifies again, or a new one, kept when it is complete.

    Raises
    ------
    TooLarge : it has more than ``limit`` solutions.
    """
    way = continuation(problem)
    space, members = way.space, family(problem.network)
    parameters = space.curve(space.generic()[None, :])[0]
    name = file_name(problem, way.samples, engine)
    rng = np.random.default_rng([seed, 0])
    for folder in folders():
        path = folder / name
        if path.is_file():
            progress("start set: verification", 0)
            loaded = load(path, members, parameters)
            if loaded is not None:
                return small_enough(loaded, limit)
    found = solve(engine.tracker, members, space, rng, limit, engine.start, progress)
    found = replace(found, provenance={**found.provenance, "seed": seed, "versions": versions()})
    if found.complete:
        # A cache that cannot be written costs time later, not the answer now.
        with contextlib.suppress(OSError):
            save(found, cache_folder() / name)
    return small_enough(found, limit)


def small_enough(found: StartSet, limit: int) -> StartSet:
    """The start set, unless it has more paths than allowed.

    Raises
    ------
    TooLarge : with the number of paths, as far as it is known.
    """
    if len(found.solutions) > limit:
        least = f"{len(found.solutions):,}" if found.complete else f"more than {len(found.solutions):,}"
        raise TooLarge(f"--max-paths: expected at least the number of paths of this problem, {least}, got {limit:,}")
    return found


def file_name(problem: Problem, samples: int, engine: Engine) -> str:
    """The file of a start set: engines do not share theirs, so that their answers stay independent."""
    title = "".join(c if c.isalnum() else "-" for c in problem.network.title.replace(", ", "-"))
    return f"{title}-m{samples}-{engine.tracker.name}.npz"


def folders() -> Iterator[Path]:
    """Where start sets are looked for, in order."""
    yield Path(str(resources.files("problems").joinpath("start_sets")))
    yield cache_folder()


def cache_folder() -> Path:
    """The user's own start sets."""
    return user_cache_path("critscape") / "start_sets"
