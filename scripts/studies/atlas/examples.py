"""The example of each row of an atlas: of the random problems that were drawn the first with most real critical points, and these."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from critscape.problems.recipes.architectures import Entry
from critscape.problems.recipes.data_recipe import Recipe
from critscape.scripts.studies.atlas.picture import marks
from critscape.scripts.studies.counting import counting
from critscape.scripts.studies.engines import EngineUnavailable, TooLarge
from critscape.scripts.studies.executors import interruptible, spread, workers_of
from critscape.scripts.studies.kept import keep, kept, place
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.progress import silent
from critscape.scripts.studies.records import fingerprint
from critscape.scripts.studies.solution import solution

Example = tuple[Entry, Recipe, int]
"""A row, how its problems are drawn, and the number of the draw."""


def richest(draws: Sequence[Mapping], count: str) -> int:
    """The number of the first draw with most real critical points (the entry ``count``), of these one with a spurious minimum before others.

    >>> richest([{"status": "complete", "real": r, "spurious": s} for r, s in ((1, 0), (9, 0), (9, 1), (9, 2))], "real")
    2
    >>> richest([], "real")
    0
    """

    def key(number: int) -> tuple:
        draw = draws[number]
        return draw["status"] == "complete", draw[count] or 0, bool(draw["spurious"]), -number

    return max(range(len(draws)), key=key, default=0)


def examples_run(examples: Sequence[Example], options: Options, deadline: float) -> dict[Entry, list[dict]]:
    """The points of each example; those that are not begun at the ``deadline`` (a time of ``time.monotonic``) have no place here.

    Raises
    ------
    Interrupted : by the keyboard, or because workers were lost; what is done is kept.
    """
    files = {example[0]: cache_file(example, options) for example in examples}
    done = {entry: found["points"] for entry, file in files.items() if (found := kept(file)) is not None}
    missing = [example for example in examples if example[0] not in done]
    with interruptible("atlas"), counting("atlas, examples", len(examples), len(done)) as tell:
        tell("beginning", 0)
        for (entry, *_), points in spread(partial(in_time, options.seed, deadline), missing, workers_of(None, options.jobs)):
            if points is None:
                continue
            done[entry] = points
            keep(files[entry], {"points": points})
            tell(entry.title, 1)
    return done


def in_time(seed: int, deadline: float, example: Example) -> list[dict] | None:
    """The points of an example; None where the time is over or it is too large. One clock is shared by all processes of a machine."""
    if time.monotonic() >= deadline:
        return None
    entry, drawn, number = example
    try:
        with silent():
            return marks(solution(drawn.any_problem(entry.network, entry.samples, seed, number), Options(seed=seed)))
    except (TooLarge, EngineUnavailable):
        return None


def cache_file(example: Example, options: Options) -> Path:
    """Where the points of an example are kept: the name rests on the problem and on the code."""
    entry, drawn, number = example
    what = {
        "code": fingerprint("atlas"),
        "architecture": entry.network.document(),
        "samples": entry.samples,
        "recipe": drawn.document(),
        "draw": number,
        "seed": options.seed,
    }
    return place("tables", what)
