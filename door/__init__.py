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
    ``solve``; an answer prints itself, has its ``document`` and a method ``save``

The package is the public door; what it opens on are ``critscape.algebra``, ``critscape.problems`` and ``critscape.scripts``. Its
files, in the order in which they build on each other: ``exact_input``, ``reading``, ``families``, ``symbolic``; ``weights``,
``digits``, ``closed_form``, ``critical_point``; ``documents``, ``answer``; ``solving``. Nothing is loaded before it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from critscape.problems.networks import families as _families

if TYPE_CHECKING:
    from critscape.answer import Answer as Answer
    from critscape.closed_form import ClosedForm as ClosedForm
    from critscape.critical_point import CriticalPoint as CriticalPoint
    from critscape.documents import Document as Document
    from critscape.problems.input.bad_input import BadInput as BadInput
    from critscape.problems.problem.problem import Problem as Problem
    from critscape.reading import document as document
    from critscape.reading import load as load
    from critscape.reading import problem as problem
    from critscape.reading import save as save
    from critscape.scripts.studies.engines import EngineUnavailable as EngineUnavailable
    from critscape.scripts.studies.engines import TooLarge as TooLarge
    from critscape.solving import solve as solve
    from critscape.symbolic import gradient as gradient
    from critscape.symbolic import hessian as hessian
    from critscape.symbolic import sympy_loss as sympy_loss

    __version__: str

_PLACES = {
    "Answer": "answer",
    "BadInput": "problems.input.bad_input",
    "ClosedForm": "closed_form",
    "CriticalPoint": "critical_point",
    "Document": "documents",
    "EngineUnavailable": "scripts.studies.engines",
    "Problem": "problems.problem.problem",
    "TooLarge": "scripts.studies.engines",
    "document": "reading",
    "gradient": "symbolic",
    "hessian": "symbolic",
    "load": "reading",
    "problem": "reading",
    "save": "reading",
    "solve": "solving",
    "sympy_loss": "symbolic",
}
"""Public name → the module of this package that has it."""
_FAMILIES = {name.replace("-", "_"): name for name in _families.names()}
"""Public name → family of networks."""

__all__ = sorted((*_PLACES, *_FAMILIES))


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
