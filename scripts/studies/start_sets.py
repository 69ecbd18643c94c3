"""Where start sets are kept: those that ship with the package, and the user's own in a cache folder, unfinished ones too."""

from __future__ import annotations

import copy
import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from importlib import resources
from pathlib import Path

import click
import numpy as np
from platformdirs import user_cache_path

from critscape.algebra.critical.result import versions
from critscape.algebra.starts import checkpoint
from critscape.algebra.starts.monodromy import Search, most_solutions
from critscape.algebra.starts.start_set import StartSet, load, save, solve
from critscape.problems.objectives.objective import Objective
from critscape.problems.problem.continuation import continuation
from critscape.problems.problem.problem import Problem
from critscape.scripts.studies.engines import Engine, TooLarge

SECONDS = 10.0
"""Between two times that an unfinished search is written."""


def start_set(problem: Problem, engine: Engine, seed: int, limit: int, progress: Callable[[str, int], None]) -> StartSet:
    """The start set for a problem: a kept one that verifies again, or a new one, kept when it is complete.

    Raises
    ------
    TooLarge : it has more than ``limit`` solutions.
    """
    objective = continuation(problem).objective
    name = file_name(objective, engine.tracker.name)
    for folder in folders():
        path = folder / name
        if path.is_file():
            progress("start set: verification", 0)
            loaded = verified(path, objective)
            if loaded is not None:
                return small_enough(loaded, limit)
    found = solved(objective, engine, seed, limit, progress)
    if found.complete:
        # A cache that cannot be written costs time later, not the answer now.
        with suppress(OSError):
            save(found, cache_folder() / name)
    return found


def is_kept(problem: Problem, engine: Engine) -> bool:
    """Whether there is a file for the problem's start set; it may yet turn out to be unusable."""
    name = file_name(continuation(problem).objective, engine.tracker.name)
    return any((folder / name).is_file() for folder in folders())


def verified(path: Path, objective: Objective) -> StartSet | None:
    """The start set in a file if it is one for these losses and passes every check, else None."""
    return load(path, objective.family, objective.curve(objective.generic()[None, :])[0])


def solved(objective: Objective, engine: Engine, seed: int, limit: int, progress: Callable[[str, int], None]) -> StartSet:
    """A new start set, from where an interrupted search with the same seed stopped if there is one.

    Raises
    ------
    TooLarge : it has more than ``limit`` solutions; the search is kept.
    """
    rng, resumed, keeping = np.random.default_rng([seed, 0]), None, nullcontext(lambda search: None)
    unfinished = cache_folder() / f"{Path(file_name(objective, engine.tracker.name)).stem}-seed{seed}.partial.npz"
    if engine.start is None:
        resumed, keeping = checkpoint.load(unfinished, objective.family, objective), kept(unfinished, limit)
    if resumed is not None:
        rng = resumed.rng
        progress("interrupted monodromy taken up again", most_solutions(resumed))
    with keeping as keep:
        found = solve(engine.tracker, objective.family, objective, rng, limit, engine.start, progress, resumed, keep)
        found = small_enough(found, limit)
    with suppress(OSError):
        unfinished.unlink(missing_ok=True)
    made = {**objective.document(), "seed": seed, "versions": versions()}
    return replace(found, provenance={**found.provenance, **made})


@contextmanager
def kept(path: Path, limit: int) -> Iterator[Callable[[Search], None]]:
    """Yields a ``checkpoint`` that writes a search now and then, and its last state when it is interrupted or too large.

    Raises
    ------
    TooLarge : from ``checkpoint``, when more than ``limit`` solutions are known at any vertex: there are as many at the base.
    """
    latest, written = None, time.monotonic()

    def write() -> bool:
        nonlocal written
        written = time.monotonic()
        with suppress(OSError):
            checkpoint.save(latest, path)
            return True
        return False

    def keep(search: Search) -> None:
        nonlocal latest
        # An interruption may leave the search itself between two states.
        latest = copy.deepcopy(search)
        if (known := most_solutions(latest)) > limit:
            raise TooLarge(refusal(f"{known:,} or more", limit))
        if time.monotonic() - written >= SECONDS:
            write()

    try:
        yield keep
    except (KeyboardInterrupt, TooLarge) as reason:
        if latest is not None and write() and isinstance(reason, KeyboardInterrupt):
            click.echo("critscape: the search for a start set is kept, the same command goes on from there", err=True)
        raise


def small_enough(found: StartSet, limit: int) -> StartSet:
    """The start set, unless it has more paths than allowed.

    Raises
    ------
    TooLarge : with the number of paths, as far as it is known.
    """
    if len(found.solutions) > limit:
        raise TooLarge(refusal(f"{len(found.solutions):,}" + " or more" * (not found.complete), limit))
    return found


def refusal(number: str, limit: int) -> str:
    """The line that says how many paths there are and how many were allowed."""
    return f"--max-paths: expected at least the number of paths of this problem, {number}, got {limit:,}"


def file_name(objective: Objective, engine: str) -> str:
    """The file of a start set: engines do not share theirs, so that their answers stay independent.

    A title with signs that files do not have is told from others like it by a digest.
    """
    readable = "".join(c if c.isalnum() else "-" for c in objective.title.replace(", ", "-"))[:100]
    plain = re.fullmatch(r"[A-Za-z0-9 ,-]*", objective.title)
    digest = "" if plain else "-" + hashlib.sha256(json.dumps(objective.document()).encode()).hexdigest()[:12]
    return f"{readable}{digest}-{engine}.npz"


def folders() -> Iterator[Path]:
    """Where start sets are looked for, in order."""
    yield shipped_folder()
    yield cache_folder()


def shipped_folder() -> Path:
    """The start sets that ship with the package."""
    return Path(str(resources.files("critscape.problems").joinpath("start_sets")))


def cache_folder() -> Path:
    """The user's own start sets."""
    return user_cache_path("critscape") / "start_sets"
