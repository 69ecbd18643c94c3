"""Critical points of many random problems of one kind."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from critscape.exact_input import exactly
from critscape.kinds import Ensemble
from critscape.problems.input.bad_input import BadInput
from critscape.problems.recipes import ensemble as recipes
from critscape.scripts.studies.ensembles.records import default_file, opened
from critscape.scripts.studies.ensembles.run import run
from critscape.scripts.studies.ensembles.summary import summary
from critscape.scripts.studies.executors import workers_of
from critscape.scripts.studies.options import Options
from critscape.solving import DEFAULT, positive, working


def ensemble(
    source: Mapping[str, Any] | str | PathLike[str],
    *,
    draws: int = 1000,
    seed: int = DEFAULT.seed,
    jobs: int = DEFAULT.jobs,
    cluster: str | None = None,
    max_paths: int = DEFAULT.max_paths,
    records: str | PathLike[str] | None = None,
    progress: bool = False,
) -> Ensemble:
    """Counts of critical points of random problems, and what is typical of them.

    Each draw is decided in double precision where all evidence of completeness holds, and by a certified solve where it does not.

    Parameters
    ----------
    source : an object of the form of an ensemble file, the path of such a file, or the name of one that ships (``2-2-2-gaussian``).
    draws : number of random problems.
    seed : fixes every draw.
    jobs : number of processes; a script that asks for more than one needs ``if __name__ == "__main__":``.
    cluster : ``dask://HOST:PORT`` or ``mpi`` instead of processes of this machine.
    max_paths : largest number of paths to follow in one draw.
    records : SQLite file of records, by default in the user's cache folder; an interrupted run goes on from there.
    progress : whether the number of finished draws is told on standard error.

    Raises
    ------
    BadInput : the source is no ensemble, or has fewer data sets than ``draws``.
    TooLarge : more weights or paths than are allowed; nothing was done.
    Interrupted : what is done is kept; the same call goes on from there.
    """
    positive("draws", draws)
    options = Options(seed=seed, jobs=jobs, max_paths=max_paths)
    chosen = recipes.read(exactly(source, "")) if isinstance(source, Mapping) else recipes.load(Path(source))
    distinct = chosen.recipe.distinct
    if distinct is not None and draws > distinct:
        raise BadInput("draws", f"at most {distinct}, the number of data sets in the file, as the ridge is fixed", draws)
    with working(progress):
        workers = workers_of(cluster, options.jobs)
        with opened(Path(records) if records else default_file(chosen, seed), chosen, seed) as kept:
            run(chosen, seed, draws, workers, max_paths, kept)
            return Ensemble(summary(chosen, seed, kept.draws(draws)))
