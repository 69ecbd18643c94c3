"""What a theorem says of one problem: hypotheses checked exactly, the conclusion on what was enumerated, and what that covers.

A finite run refutes a universal claim by one proved counterexample; it verifies the claim for this architecture and these data, and
for the points that were enumerated, no more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from typing import ClassVar, Protocol

from critscape.algebra.critical.levels import Level
from critscape.algebra.critical.result import versions
from critscape.problems.files.documents import format_of
from critscape.problems.files.problem_file import document as problem_document
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.verdicts.extent import NONE_MISSING, Extent
from critscape.scripts.studies.verdicts.instance import Instance
from critscape.scripts.studies.verdicts.lower_points import Lower

Progress = Callable[[str, int], None]


class Outcome(Enum):
    """What became of a conclusion."""

    HOLDS = "holds"
    FAILS = "fails"
    """There is a proved counterexample."""
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Source:
    """Where a theorem is proved: one sentence for readers, and the entry of a bibliography."""

    text: str
    bibtex: str


@dataclass(frozen=True)
class Hypothesis:
    """One hypothesis, whether this problem satisfies it (decided exactly; None: not decided), and why.

    ``name`` says what is asked, ``otherwise`` in a clause what is the case where it does not hold.
    """

    name: str
    holds: bool | None
    because: str
    otherwise: str


@dataclass(frozen=True)
class Claim:
    """A claim as text and in LaTeX."""

    text: str
    latex: str


@dataclass(frozen=True)
class Conclusion:
    """The claim, what became of it on this problem, how well that is known (None: undecided), why, and, where it is undecided, what to
    try ``next``. ``extent`` says for what, or by what, it holds.
    """

    claim: Claim
    outcome: Outcome
    level: Level | None
    because: str
    next: str | None = None
    extent: Extent = Extent.ENUMERATED

    def __post_init__(self) -> None:
        assert (self.outcome is Outcome.UNDECIDED) == (self.level is None) == (self.next is not None)


@dataclass(frozen=True)
class Exhibit:
    """One row of what the conclusion rests on: a name of its columns → what stands there."""

    cells: dict[str, str]


@dataclass(frozen=True)
class Verdict:
    """The verdict. ``exhibits`` are the points that it is about; ``counterexample`` a proved one, if the conclusion fails; ``example`` a
    proved one, if it says that there is one and holds; ``minimum`` the one whose units were split; ``escapes`` ways down from critical points that are no minima; ``lower`` a point
    with less loss than all spurious minima, which proves them spurious; ``claimant`` is whose proof says that the conclusion holds
    where all hypotheses do; ``complete`` says in a clause of which rows none is missing where the conclusion is certified.
    """

    theorem: str
    summary: str
    source: Source
    hypotheses: tuple[Hypothesis, ...]
    conclusion: Conclusion
    exhibits: tuple[Exhibit, ...]
    covers: tuple[str, ...]
    does_not_cover: tuple[str, ...]
    counterexample: dict | None = None
    example: dict | None = None
    minimum: dict | None = None
    escapes: tuple[dict, ...] = ()
    lower: Lower | None = None
    claimant: str = "the theorem of the source"
    complete: str = NONE_MISSING


class Theorem(Protocol):
    """A theorem, as a class of its own file."""

    name: ClassVar[str]
    summary: ClassVar[str]
    """What it says, in one sentence."""
    source: ClassVar[Source]

    @staticmethod
    def inapplicable(problem: Problem | Regression) -> str | None:
        """Why it says nothing of such a problem, whatever its data; None if it does."""

    @staticmethod
    def verdict(instance: Instance, progress: Progress) -> Verdict:
        """The verdict on a problem that it is about."""


def weakest(levels: Sequence[Level]) -> Level:
    """The least of several levels."""
    order = list(Level)
    return max(levels, key=order.index)


def verdict_document(problem: Problem | Regression, found: Verdict, options: Options) -> dict:
    """The document (JSON-ready) of a verdict."""
    conclusion = found.conclusion
    return {
        "format": format_of("verdict"),
        "theorem": found.theorem,
        "summary": found.summary,
        "source": found.source.text,
        "bibtex": found.source.bibtex,
        "problem": problem_document(problem),
        "hypotheses": [asdict(hypothesis) for hypothesis in found.hypotheses],
        "conclusion": {
            "claim": conclusion.claim.text,
            "latex": conclusion.claim.latex,
            "verdict": conclusion.outcome.value,
            "level": None if conclusion.level is None else conclusion.level.value,
            "because": conclusion.because,
            **({} if conclusion.next is None else {"next": conclusion.next}),
            **({"extent": conclusion.extent.value} if conclusion.outcome is Outcome.HOLDS else {}),
        },
        "evidence": [
            {**dict(cells), "number": number} for cells, number in Counter(tuple(row.cells.items()) for row in found.exhibits).items()
        ],
        "covers": list(found.covers),
        "does_not_cover": list(found.does_not_cover),
        **({} if found.counterexample is None else {"counterexample": found.counterexample}),
        **({} if found.example is None else {"example": found.example}),
        **({} if found.minimum is None else {"minimum": found.minimum}),
        **({} if found.lower is None else {"lower": found.lower.fields}),
        "claimant": found.claimant,
        "complete": found.complete,
        **({"escapes": list(found.escapes)} if found.escapes else {}),
        "seed": options.seed,
        "versions": versions(),
    }
