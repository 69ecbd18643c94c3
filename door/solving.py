"""From a problem to its answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from numbers import Integral
from os import PathLike
from pathlib import Path

from threadpoolctl import threadpool_limits

from critscape.answer import Answer
from critscape.problems.files.documents import kind_of
from critscape.problems.input.bad_input import BadInput
from critscape.reading import Given, as_any
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.progress import QUIET
from critscape.scripts.studies.solution import solution
from critscape.stationary_points import Stationary

DEFAULT = Options()


def solve(
    problem: Given,
    *,
    engine: str = DEFAULT.engine,
    seed: int = DEFAULT.seed,
    jobs: int = DEFAULT.jobs,
    max_paths: int = DEFAULT.max_paths,
    cross_check: bool = DEFAULT.cross_check,
    components: bool = True,
    boxes: int | None = None,
    certificate: str | PathLike[str] | None = None,
    progress: bool = False,
) -> Answer | Stationary:
    """Every critical point of a problem's loss, complex and real: enumerated, certified, classified.

    The very first call on a machine compiles the path tracker, about ten seconds, and keeps it in the user's cache folder; ``progress``
    shows what a long call is at.

    Parameters
    ----------
    problem : a problem, its document, or the path of its file.
    engine : ``auto``, ``batch`` (our path tracker), ``phcpy`` (PHCpack's) or ``exact`` (elimination by msolve).
    seed : fixes every random choice.
    jobs : number of cores to use.
    max_paths : largest number of paths to follow.
    cross_check : whether the counts are compared with exact elimination.
    components : whether a critical set that is not finite is answered by the table of its components too, which takes longer.
    boxes : for networks of logistic or tanh units, boxes examined at most (None: 20 million); four inner weights need a number.
    certificate : file that a certificate of the points or of the components is written to, for :func:`critscape.check`; the upper
        bound of N_C is then proved even where that takes minutes.
    progress : whether stages are told on standard error.

    Raises
    ------
    BadInput : a document or a file that is no problem, or an option out of range.
    TooLarge : more weights or paths than are allowed; nothing was done.
    EngineUnavailable : the engine is not installed; the message says how to install it.

    >>> answer = solve({"architecture": {"family": "polynomial", "variables": ["x"], "loss": "x^4/4 - x^2/2"}})
    >>> answer.status, answer.counts["complex"], [point.kind for point in answer.real]
    ('complete', 3, ['global minimum', 'global minimum', 'local maximum'])
    """
    given = as_any(problem)
    options = Options(engine, seed, jobs, max_paths, "all", cross_check, prove=certificate is not None, components=components, boxes=boxes)
    with working(progress):
        found = solution(given, options, None if certificate is None else Path(certificate))
    return Stationary(found) if kind_of(found) == Stationary.kind else Answer(found)


@contextmanager
def working(progress: bool) -> Iterator[None]:
    """Tells stages only where that is asked for, and keeps linear algebra on one core: ``jobs`` says how many are used."""
    before = QUIET.set(not progress)
    try:
        with threadpool_limits(1):
            yield
    finally:
        QUIET.reset(before)


def positive(name: str, value: int) -> int:
    """The value, if it is a positive integer.

    Raises
    ------
    BadInput : it is not; naming the parameter.
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or value < 1:
        raise BadInput(name, "a positive integer", value)
    return int(value)
