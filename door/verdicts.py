"""What theorems say of a problem."""

from __future__ import annotations

from critscape.kinds import Verdict
from critscape.problems.problem.problem import Problem
from critscape.problems.recipes.valley_data import valley_data
from critscape.reading import Given, as_any
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.verdicts.run import verified
from critscape.solving import DEFAULT, positive, working


def verify(
    theorem: str,
    problem: Given,
    *,
    engine: str = DEFAULT.engine,
    seed: int = DEFAULT.seed,
    jobs: int = DEFAULT.jobs,
    max_paths: int = DEFAULT.max_paths,
    progress: bool = False,
) -> Verdict:
    """What a theorem says of a problem: hypotheses decided exactly, the conclusion on the critical points that are enumerated.

    Parameters
    ----------
    theorem : ``depth``, ``forms``, ``quadratic``, ``splitting`` or ``valleys``.
    problem : a problem, its document, or the path of its file.
    engine, seed, jobs, max_paths, progress : as for :func:`critscape.solve`.

    Raises
    ------
    BadInput : there is no such theorem, or it says nothing of such a problem.
    TooLarge, EngineUnavailable : as for :func:`critscape.solve`.

    >>> data = {"inputs": [[1]], "targets": [["5/4"]]}
    >>> verify("depth", {"architecture": {"family": "linear", "widths": [1, 1, 1, 1]}, "data": data, "ridge": "1/4"}).status
    'fails'
    """
    with working(progress):
        return Verdict(verified(theorem, as_any(problem), Options(engine, seed, jobs, max_paths, components=True)))


def valleys_data(inputs: int, units: int, seed: int | None = None) -> Problem:
    """A problem with a spurious valley: squares f(x) = Σ_j u_j (w_j·x)² with fewer units than inputs; random data with a ``seed``.

    Raises
    ------
    BadInput : not whole numbers with 1 ≤ units < inputs.

    >>> valleys_data(2, 1)
    <quadratic 2, 1, trained, 2 samples: 3 weights>
    """
    return valley_data(positive("inputs", inputs), positive("units", units), seed)
