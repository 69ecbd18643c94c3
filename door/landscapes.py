"""Sublevel sets of a loss, and where descent ends in it."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from critscape.kinds import Basins, Landscape, Source, source_of
from critscape.problems.recipes.starting_points import StartingPoints
from critscape.scripts.studies.basins.experiments import basins_document
from critscape.scripts.studies.basins.records import default_file
from critscape.scripts.studies.basins.run import MOST_STEPS, Experiment
from critscape.scripts.studies.executors import workers_of
from critscape.scripts.studies.landscapes.document import landscape_document
from critscape.scripts.studies.landscapes.survey import surveyed
from critscape.scripts.studies.options import Options
from critscape.solving import DEFAULT, positive, working


def landscape(
    source: Source,
    *,
    engine: str = DEFAULT.engine,
    seed: int = DEFAULT.seed,
    jobs: int = DEFAULT.jobs,
    max_paths: int = DEFAULT.max_paths,
    progress: bool = False,
) -> Landscape:
    """The connected components of the sublevel sets {L ≤ c} as the level c rises: barriers, depths, spurious valleys.

    Where the loss is not coercive or its minima are not isolated, the valleys are limits of those with an additional ridge; the loss must
    be bounded below.

    Parameters
    ----------
    source : a problem, which is solved, or an answer, a result or a certificate, whose points are proved again instead; as such, as
        a document or by the path of its file.
    engine, seed, jobs, max_paths, progress : as for :func:`critscape.solve`.

    Raises
    ------
    BadInput : the source is none of these, or has points that are not what it says of them.
    NotApplicable : the loss or its critical points are not of this kind; the message says why.
    TooLarge, EngineUnavailable : as for :func:`critscape.solve`.
    """
    with working(progress):
        return Landscape(landscape_document(surveyed(source_of(source), Options(engine, seed, jobs, max_paths))))


def basins(
    source: Source,
    *,
    runs: int = 1000,
    method: str = "flow",
    step: float | None = None,
    distribution: str | None = None,
    scale: float | None = None,
    interval: tuple[float, float] | None = None,
    max_steps: int | None = None,
    records: str | PathLike[str] | None = None,
    engine: str = DEFAULT.engine,
    seed: int = DEFAULT.seed,
    jobs: int = DEFAULT.jobs,
    max_paths: int = DEFAULT.max_paths,
    progress: bool = False,
) -> Basins:
    """How often descent from random starting points ends in each of the minima; without ridge, on each component of minima or on the way
    to each valley at infinity; of piecewise linear networks, by subgradients, in each stationary set.

    Parameters
    ----------
    source : as for :func:`critscape.landscape`; for piecewise linear networks a problem or what :func:`critscape.solve` answers.
    runs : number of starting points.
    method : ``flow``, the gradient flow w' = −∇L(w), or ``descent``, gradient descent w − ``step`` ∇L(w).
    distribution : of the starting weights: ``gaussian`` (the default), ``uniform`` on ``interval``, or Gaussians of variance
        2/fan-in (``he``) or 1/fan-in (``lecun``).
    scale : standard deviation of each weight, or a factor of that of ``he`` and ``lecun``.
    interval : ends of the interval of uniform starting weights.
    max_steps : most steps of one run (20,000; of descent 1,000,000).
    records : SQLite file of records, by default in the user's cache folder; an interrupted run goes on from there.
    engine, seed, jobs, max_paths, progress : as for :func:`critscape.solve`; more than one job takes processes, so a script that asks
        for them needs ``if __name__ == "__main__":``.

    Raises
    ------
    BadInput, NotApplicable, TooLarge, EngineUnavailable : as for :func:`critscape.landscape`.
    Interrupted : what is done is kept; the same call goes on from there.
    """
    positive("runs", runs)
    starts = StartingPoints.of(distribution, scale, interval)
    experiment = Experiment(method, step, starts, seed, positive("max_steps", max_steps or MOST_STEPS.get(method, 1)))
    with working(progress):
        solving, file = Options(engine, seed, jobs, max_paths), Path(records) if records else default_file()
        return Basins(basins_document(source_of(source), solving, experiment, runs, workers_of(None, jobs), file))
