"""One problem as theorems study it: what several of them ask for is computed once, and only where one asks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from critscape.scripts.studies.answer import Answer, solve
from critscape.scripts.studies.landscapes.document import landscape_document
from critscape.scripts.studies.landscapes.survey import survey
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.verdicts.stationary import Enumerated, enumerated


@dataclass(frozen=True)
class Instance:
    """A problem (Problem or Regression, whichever a theorem admits) and how it is solved.

    What is computed depends on these two alone: a verdict is the same whatever theorems were asked before. All but the problem itself is
    asked of a Problem only.
    """

    problem: Any
    options: Options

    @cached_property
    def answer(self) -> Answer:
        """All critical points.

        Raises
        ------
        TooLarge, EngineUnavailable : before any work is done.
        """
        return solve(self.problem, self.options)

    @cached_property
    def critical_points(self) -> Enumerated:
        """The real ones of the answer, as theorems ask for them.

        Raises
        ------
        TooLarge, EngineUnavailable : as for ``answer``.
        """
        return enumerated(self.answer)

    @cached_property
    def landscape(self) -> dict:
        """The landscape document: a merge tree of the points of the answer, or, where the loss has none, valleys as limits.

        Raises
        ------
        NotApplicable, TooLarge, EngineUnavailable : as :func:`critscape.scripts.studies.landscapes.survey.survey`.
        """
        return landscape_document(survey(self.problem, lambda: self.answer, self.options))
