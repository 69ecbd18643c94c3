"""From a source to the document of its basin runs: on isolated minima, without ridge on components of minima and towards infinity,
of piecewise linear networks in stationary sets.
"""

from __future__ import annotations

from pathlib import Path

from critscape.algebra.landscape.landscape import NotMorse
from critscape.scripts.studies.basins import run as of_minima
from critscape.scripts.studies.basins import set_runs as of_sets
from critscape.scripts.studies.basins import valley_runs as of_valleys
from critscape.scripts.studies.basins.records import opened
from critscape.scripts.studies.basins.run import Experiment
from critscape.scripts.studies.basins.summary import summary
from critscape.scripts.studies.cells.source import piecewise_linear_problem
from critscape.scripts.studies.executors import Workers
from critscape.scripts.studies.known_points import known_points, problem_in
from critscape.scripts.studies.landscapes.valleys_run import valley_survey
from critscape.scripts.studies.options import Options


def basins_document(source: Path | dict, options: Options, experiment: Experiment, runs: int, workers: Workers | None, file: Path) -> dict:
    """What runs 0, …, ``runs`` − 1 of an experiment find; their records are kept in ``file``.

    Raises
    ------
    BadInput, NotApplicable, TooLarge, EngineUnavailable : as :func:`critscape.scripts.studies.landscapes.survey.surveyed`.
    Interrupted : what is done is kept; the same call goes on from there.
    """
    problem = piecewise_linear_problem(source)
    if problem is not None:
        return of_sets.basins(problem, options, experiment, runs, workers, file)
    try:
        known = known_points(source, options)
    except NotMorse:
        survey = valley_survey(*problem_in(source), options)
        of_valleys.places(survey)
        experiment.starts.deviations(survey.problem.network)
        with opened(file, of_valleys.identity(survey, experiment)) as kept:
            of_valleys.run(survey, experiment, runs, workers, kept)
            return of_valleys.summary(survey, experiment, kept, runs)
    experiment.starts.deviations(known.problem.network)
    with opened(file, of_minima.identity(known, experiment)) as kept:
        of_minima.run(known, experiment, runs, workers, kept)
        return summary(known, experiment, kept, runs)
