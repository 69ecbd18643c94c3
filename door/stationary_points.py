"""The stationary points of a network with piecewise linear units."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from critscape.documents import Document
from critscape.problems.files.problem_file import read_any
from critscape.problems.problem.regression import Regression
from critscape.scripts.printing import stationary_rendering


class Stationary(Document):
    """Every stationary point of a network with one hidden layer of piecewise linear units: ``document`` has the rows and the counts."""

    kind: ClassVar[str] = "stationary"

    def rendered(self, style: str) -> str:
        return stationary_rendering.render(self.document, style)

    @cached_property
    def problem(self) -> Regression:
        """The problem that is answered."""
        found = read_any(self.document["problem"])
        assert isinstance(found, Regression)
        return found

    @property
    def reason(self) -> str | None:
        """Why the status is not ``complete``."""
        return self.document.get("reason")

    @property
    def counts(self) -> dict[str, int | None]:
        """``clarke``, ``directional``, ``local_minima``, ``global_minima``, ``spurious_minima``, ``on_faces`` and ``attracting_non_minima``; None where
        not decided.
        """
        return dict(self.document["counts"])

    @property
    def rows(self) -> tuple[dict[str, Any], ...]:
        """The stationary sets in increasing loss."""
        return tuple(self.document["stationary"])
