"""Where start sets are kept: those that ship with the package, and the user's own in a cache folder, unfinished ones too."""

from __future__ import annotations

import copy
import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import replace
from importlib import resources
from pathlib import Path

import click
import numpy as np
from platformdirs import user_cache_path

from critscape.algebra.bounds.root_counts import best_multihomogeneous_bezout
from critscape.algebra.critical.result import versions
from critscape.algebra.starts import checkpoint
from critscape.algebra.starts.forecast import paths_each, paths_per_second
from critscape.algebra.starts.monodromy import Search, most_solutions
from critscape.algebra.starts.start_set import StartSet, load, save, solve
from critscape.problems.criteria.squared import Squared
from critscape.problems.criteria.typed import Typed
from critscape.problems.networks.closed_counts import closed_counts, typical_count
from critscape.problems.networks.network import block_partition
from critscape.problems.objectives.objective import Objective
from critscape.problems.problem.continuation import continuation
from critscape.problems.problem.problem import Problem, loss
from critscape.scripts.studies.counting import spoken
from critscape.scripts.studies.engines import Engine, TooLarge
from critscape.scripts.studies.executors import Interrupted
from critscape.scripts.studies.path_records import recorded
from critscape.scripts.studies.progress import QUIET, announce

SECONDS = 10.0
"""Between two times that an unfinished search is written."""
FEW = 1_000
"""Paths whose rate is not measured: following some of them to know it would take as long."""


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
                found = small_enough(loaded, limit)
                progress(
                    f"{problem.dimension} weights, {len(found.solutions):,} paths in {len(found.orbits) or len(found.solutions):,} orbits",
                    0,
                )
                return found
    if engine.start is None and not QUIET.get():
        # What nobody reads is not measured.
        progress("paths to expect", 0)
        announce(problem.network.title, announcement(problem, objective, engine, limit))
    try:
        found = solved(objective, engine, seed, limit, progress)
    except Unfinished as error:
        raise TooLarge(f"{error}{going_on(problem, max(limit, error.known))}" if engine.start is None else str(error)) from None
    if found.complete:
        # A cache that cannot be written costs time later, not the answer now.
        with suppress(OSError):
            save(found, cache_folder() / name)
    return found


def announcement(problem: Problem, objective: Objective, engine: Engine, limit: int) -> str:
    """One line before a search: weights, paths to expect, time by a rate that is measured now unless paths are FEW, and that it is kept."""
    known = theorem, expected, bound = forecast(problem)
    number = (
        f"{expected:,} solutions (a theorem)" if theorem else f"about {rounded(expected)} solutions (a guess; at most {rounded(bound)})"
    )
    each, few = paths_each(objective.family, objective), min(expected, limit)
    what = "variables" if isinstance(problem.criterion, Typed) else "weights"
    begin, kept = f"{problem.dimension} {what}; no start set yet: {number} to expect", "the search is kept when it is interrupted"
    if each * few < FEW:
        return f"{begin}, {each} paths for each: so few that no time is measured; {kept}"
    rate = paths_per_second(engine.tracker, objective.family, objective, np.random.default_rng(0))
    until = (
        f" until it stops, unfinished if that is right, at --max-paths {limit:,} (--max-paths {enough(known, limit)} lets it go on)"
        if expected > limit
        else ""
    )
    return f"{begin}, {duration(each * few / rate)}{until} with {each} paths for each at {rounded(rate)} paths/s as measured; {kept}"


Forecast = tuple[int | None, float, int]
"""The number of solutions of the generic member by a theorem, if there is one, the number to expect, and an upper bound."""


def forecast(problem: Problem) -> Forecast:
    """What is known of the number of solutions before any is sought."""
    bound, _ = best_multihomogeneous_bezout(loss(problem), [block_partition(problem.network)])
    theorem = closed_counts(problem.network, problem.samples).complex if problem.criterion == Squared() else None
    return theorem, theorem or typical_count(bound, problem.samples), bound


def enough(known: Forecast, limit: int) -> int:
    """A --max-paths beyond ``limit`` that suffices: surely, where what is expected does not exceed the limit, or else if that is right."""
    theorem, expected, bound = known
    if expected <= limit:
        return bound
    unit = 10 ** max(0, len(str(int(expected))) - 2)
    return theorem or min(bound, -int(-expected // unit) * unit)


def going_on(problem: Problem, limit: int) -> str:
    """How a search that was stopped at ``limit`` solutions is taken up again."""
    known = theorem, _, bound = forecast(problem)
    number = enough(known, limit)
    sure = "there are no more" if number == bound else "a theorem" if theorem else f"a guess; there are no more than {bound:,}"
    return f"; the search is kept, the same command with --max-paths {number} ({sure}) goes on from there"


def rounded(value: float) -> str:
    """Two digits of a large number.

    >>> rounded(83.2), rounded(4321.0), rounded(1e12)
    ('83', '4,300', '1e+12')
    """
    return f"{float(f'{value:.2g}'):,.0f}" if value < 1e7 else f"{value:.1g}"


def duration(seconds: float) -> str:
    """A time to expect.

    >>> duration(0.2), duration(42), duration(1000), duration(1e5), duration(1e7)
    ('a second', 'about 42 s', 'about 17 min', 'about 28 h', 'about 116 days')
    """
    if seconds < 1:
        return "a second"
    return f"about {seconds / 86400:.0f} days" if seconds >= 2 * 86400 else f"about {spoken(seconds)}"


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
    rng, resumed = np.random.default_rng([seed, 0]), None
    keeping: AbstractContextManager[Callable[[Search], None]] = nullcontext(lambda search: None)
    unfinished = cache_folder() / f"{Path(file_name(objective, engine.tracker.name)).stem}-seed{seed}.partial.npz"
    if engine.start is None:
        resumed, keeping = checkpoint.load(unfinished, objective.family, objective), kept(unfinished, limit)
    if resumed is not None:
        if (known := most_solutions(resumed)) > limit:
            # What was too large before is so now, and stays kept.
            raise Unfinished(known, limit)
        rng = resumed.rng
        progress("interrupted monodromy taken up again", most_solutions(resumed))
    with keeping as keep, recorded(engine.tracker, unfinished.with_suffix(".sqlite")) as tracker:
        found = solve(tracker, objective.family, objective, rng, limit, engine.start, progress, resumed, keep)
        found = small_enough(found, limit)
    with suppress(OSError):
        unfinished.unlink(missing_ok=True)
    made = {**objective.document(), "seed": seed, "versions": versions()}
    return replace(found, provenance={**found.provenance, **made})


@contextmanager
def kept(path: Path, limit: int) -> Iterator[Callable[[Search], None]]:
    """Yields a ``checkpoint`` that writes a search now and then, and its last state when it is interrupted, by the loss of workers too, or too large.

    Raises
    ------
    TooLarge : from ``checkpoint``, when more than ``limit`` solutions are known at any vertex: there are as many at the base.
    """
    latest: Search | None = None
    written = time.monotonic()

    def write(search: Search) -> bool:
        nonlocal written
        written = time.monotonic()
        with suppress(OSError):
            checkpoint.save(search, path)
            return True
        return False

    def keep(search: Search) -> None:
        nonlocal latest
        # An interruption may leave the search itself between two states.
        latest = copy.deepcopy(search)
        if (known := most_solutions(latest)) > limit:
            raise Unfinished(known, limit)
        if time.monotonic() - written >= SECONDS:
            write(latest)

    try:
        yield keep
    except (KeyboardInterrupt, Interrupted, TooLarge) as reason:
        if latest is not None and write(latest) and isinstance(reason, KeyboardInterrupt):
            click.echo("critscape: the search for a start set is kept, the same command goes on from there", err=True)
        raise


def small_enough(found: StartSet, limit: int) -> StartSet:
    """The start set, unless it has more paths than allowed.

    Raises
    ------
    TooLarge : with the number of paths, as far as it is known.
    """
    if len(found.solutions) > limit:
        raise TooLarge(refusal(f"{len(found.solutions):,}", limit)) if found.complete else Unfinished(len(found.solutions), limit)
    return found


def refusal(number: str, limit: int) -> str:
    """The line that says how many paths there are and how many were allowed."""
    return f"--max-paths: expected at least the number of paths of this problem, {number}, got {limit:,}"


class Unfinished(TooLarge):
    """A search that was stopped with so many solutions ``known``, more than were allowed."""

    def __init__(self, known: int, limit: int) -> None:
        super().__init__(refusal(f"{known:,} or more", limit))
        self.known = known


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
