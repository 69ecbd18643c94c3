"""Every critical point of the loss of a small network: enumerated, certified, classified.

>>> import critscape as cs
>>> problem = cs.linear(widths=(1, 1, 1, 1), inputs=[[1]], targets=[["5/4"]], ridge="1/4")
>>> answer = cs.solve(problem)
>>> answer.status, answer.counts["complex"], answer.counts["spurious_minima"]
('complete', 17, 1)

Problems
    ``load`` (a file), ``problem`` (a document), a constructor for each family of networks (``linear``, ``quadratic``, …),
    ``document`` and ``save`` for the way back; ``sympy_loss``, ``gradient``, ``hessian``
Answers
    ``solve``, and ``check`` for certificates
Studies
    ``landscape``, ``basins``, ``ensemble``, ``bifurcation``, ``split``
Documents
    ``read`` any file that critscape wrote; every answer and study prints itself, has its ``document`` and a method ``save``

The package is the public door; what it opens on are ``critscape.algebra``, ``critscape.problems`` and ``critscape.scripts``. Its
files, in the order in which they build on each other: ``exact_input``, ``reading``, ``families``, ``symbolic``; ``weights``,
``digits``, ``closed_form``, ``critical_point``, ``component``; ``documents``, ``answer``, ``stationary_points``, ``kinds``;
``solving``, ``landscapes``, ``ensembles``, ``bifurcations``, ``splitting``, ``certificates``, ``verdicts``. Nothing is loaded before
it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from critscape.problems.networks import activated as _activated
from critscape.problems.networks import families as _families

if TYPE_CHECKING:
    from critscape.algebra.landscape.landscape import NotApplicable as NotApplicable
    from critscape.answer import Answer as Answer
    from critscape.bifurcations import bifurcation as bifurcation
    from critscape.certificates import Check as Check
    from critscape.certificates import check as check
    from critscape.closed_form import ClosedForm as ClosedForm
    from critscape.component import Component as Component
    from critscape.critical_point import CriticalPoint as CriticalPoint
    from critscape.documents import Document as Document
    from critscape.ensembles import ensemble as ensemble
    from critscape.kinds import Basins as Basins
    from critscape.kinds import Bifurcation as Bifurcation
    from critscape.kinds import Certificate as Certificate
    from critscape.kinds import ComponentCertificate as ComponentCertificate
    from critscape.kinds import Ensemble as Ensemble
    from critscape.kinds import Landscape as Landscape
    from critscape.kinds import Splitting as Splitting
    from critscape.kinds import Table as Table
    from critscape.kinds import Verdict as Verdict
    from critscape.kinds import read as read
    from critscape.landscapes import basins as basins
    from critscape.landscapes import landscape as landscape
    from critscape.problems.input.bad_input import BadInput as BadInput
    from critscape.problems.problem.problem import Problem as Problem
    from critscape.reading import document as document
    from critscape.reading import load as load
    from critscape.reading import problem as problem
    from critscape.reading import save as save
    from critscape.scripts.studies.engines import EngineUnavailable as EngineUnavailable
    from critscape.scripts.studies.engines import TooLarge as TooLarge
    from critscape.scripts.studies.executors import Interrupted as Interrupted
    from critscape.solving import solve as solve
    from critscape.splitting import split as split
    from critscape.symbolic import gradient as gradient
    from critscape.symbolic import hessian as hessian
    from critscape.symbolic import sympy_loss as sympy_loss
    from critscape.verdicts import valleys_data as valleys_data
    from critscape.verdicts import verify as verify

    __version__: str

_PLACES = {
    "Answer": "answer",
    "BadInput": "problems.input.bad_input",
    "Basins": "kinds",
    "Bifurcation": "kinds",
    "Certificate": "kinds",
    "Check": "certificates",
    "ClosedForm": "closed_form",
    "Component": "component",
    "ComponentCertificate": "kinds",
    "CriticalPoint": "critical_point",
    "Document": "documents",
    "EngineUnavailable": "scripts.studies.engines",
    "Ensemble": "kinds",
    "Interrupted": "scripts.studies.executors",
    "Landscape": "kinds",
    "NotApplicable": "algebra.landscape.landscape",
    "Problem": "problems.problem.problem",
    "Splitting": "kinds",
    "Table": "kinds",
    "Verdict": "kinds",
    "TooLarge": "scripts.studies.engines",
    "basins": "landscapes",
    "bifurcation": "bifurcations",
    "check": "certificates",
    "document": "reading",
    "ensemble": "ensembles",
    "gradient": "symbolic",
    "hessian": "symbolic",
    "landscape": "landscapes",
    "load": "reading",
    "problem": "reading",
    "read": "kinds",
    "save": "reading",
    "solve": "solving",
    "split": "splitting",
    "sympy_loss": "symbolic",
    "valleys_data": "verdicts",
    "verify": "verdicts",
}
"""Public name → the module of this package that has it."""
_FAMILIES = {name.replace("-", "_"): name for name in (*_families.names(), *_activated.names())}
"""Public name → family of networks."""

__all__ = sorted((*_PLACES, *_FAMILIES))  # noqa: PLE0605 (sorted() makes a list)


def __getattr__(name: str) -> Any:
    """What is public, loaded when it is first used (PEP 562)."""
    if name in _PLACES:
        found = getattr(import_module(f"critscape.{_PLACES[name]}"), name)
    elif name in _FAMILIES:
        found = import_module("critscape.families").constructor(_FAMILIES[name])
    elif name == "__version__":
        found = import_module("importlib.metadata").version("critscape")
    else:
        raise AttributeError(f"module 'critscape' has no attribute {name!r}; dir(critscape) lists what it has")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*__all__, "__version__", "__doc__"})
