"""All real critical points of a loss, as the studies that build on them pass them on."""

from __future__ import annotations

from dataclasses import dataclass

from critscape.algebra.critical.evidence import Evidence
from critscape.algebra.landscape.surface import Surface
from critscape.algebra.points.classification import RealPoint
from critscape.algebra.points.closed_form import ClosedForm
from critscape.algebra.symmetry.finite import SymmetryGroup
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression


@dataclass(frozen=True)
class KnownPoints:
    """The real critical points of a coercive Morse loss, all of them, certified.

    ``points`` are in increasing loss, in the order of the tables of ``critscape solve``, and ``closed_forms`` theirs (None where
    there is none). ``level`` (of :mod:`critscape.algebra.critical.levels`) says what it rests on that none is missing, ``source`` what kind of file
    they are from: ``problem``, ``result`` or ``certificate``. ``engine`` is what found them (None: a certificate does not say);
    ``evidence`` and ``seconds`` are those of solving or proving again.
    """

    problem: Problem | Regression
    loss: Surface
    points: tuple[RealPoint, ...]
    group: SymmetryGroup
    closed_forms: tuple[ClosedForm | None, ...]
    level: str
    source: str
    engine: dict | None
    evidence: tuple[Evidence, ...]
    seconds: float
