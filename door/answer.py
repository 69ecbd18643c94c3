"""The answer to a problem: all its critical points, with what that rests on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from critscape.component import Component
from critscape.critical_point import CriticalPoint
from critscape.digits import Arithmetic
from critscape.documents import Document
from critscape.problems.files.problem_file import read_any
from critscape.problems.input.bad_input import BadInput
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression
from critscape.scripts.pages.notebook_cell import cell
from critscape.scripts.printing.rendering import render
from critscape.scripts.printing.summary import summary


@dataclass(frozen=True, repr=False)
class Answer(Document):
    """The result of a problem. Counts that nobody decided are None, and so are numbers that are not known.

    Numbers are floats; those of ``mp`` are mpmath's with all the digits that are known.
    """

    arithmetic: Arithmetic = Arithmetic(False)

    kind: ClassVar[str] = "result"

    def rendered(self, style: str) -> str:
        return render([self.document], style)

    @property
    def mp(self) -> Answer:
        """The same answer with mpmath's numbers, which have all the digits that are known."""
        return replace(self, arithmetic=Arithmetic(True))

    @cached_property
    def problem(self) -> Problem | Regression:
        """The problem that is answered."""
        return read_any(self.document["problem"])

    @property
    def reason(self) -> str | None:
        """Why the status is not ``complete``."""
        return self.document.get("reason")

    @property
    def counts(self) -> dict[str, Any]:
        """Numbers of points by name, ``complex`` (N_C), ``real``, ``by_index`` (a dictionary from index to number), …; None where not decided.

        Where ``global_minima`` is None, ``spurious_minima`` counts those that are proved to be spurious: there may be more.
        """
        counts = dict(self.document["counts"])
        by_index = counts.get("by_index")
        # Without a number of real points there is none by index either.
        if by_index is None or counts.get("real") is None:
            return {**counts, "by_index": None}
        return {**counts, "by_index": {int(index): number for index, number in by_index.items()}}

    @property
    def levels(self) -> dict[str, str | None]:
        """What each count rests on, ``proved``, ``certified`` or ``numerical``."""
        return dict(self.document["levels"])

    @property
    def evidence(self) -> dict[str, dict[str, Any]]:
        """Name of a test → ``holds`` (None where it does not apply) and what was ``measured``."""
        return dict(self.document["evidence"])

    @cached_property
    def real(self) -> tuple[CriticalPoint, ...]:
        """The real critical points in the order of the tables, in increasing loss; degenerate ones last."""
        entries = (entry for entry in self.document["critical_points"] if entry["real"])
        return tuple(CriticalPoint(entry, self.problem, self.arithmetic) for entry in entries)

    @cached_property
    def components(self) -> tuple[Component, ...] | None:
        """The components of a critical set that is not finite, in increasing loss; None where they were not asked for or not found.

        ``reason`` says why, and ``evidence`` what speaks for the table.
        """
        if "components" not in self.document:
            return None
        return tuple(Component(entry, self.problem, self.arithmetic) for entry in self.document["components"])

    @cached_property
    def points(self) -> np.ndarray | None:
        """All complex critical points, one per row (N_C, N), in the order of the document; None where N_C is not known.

        Raises
        ------
        BadInput : the document does not list all of them.
        """
        count, listed = self.document["counts"]["complex"], self.document["critical_points"]
        if count is None:
            return None
        if len(listed) != count:
            expected = f"a result that lists all {count} critical points, as solve() and `critscape solve --points all` make it"
            raise BadInput("points", f"{expected} ({len(listed)} listed)")
        entries = [self.arithmetic.complex(digits) for entry in listed for digits in entry["point"]]
        found = self.arithmetic.array(entries, (count, self.problem.dimension))
        return found if self.arithmetic.precise else found.astype(complex)

    def __str__(self) -> str:
        return summary(self.document)

    def _repr_html_(self) -> str:
        return cell(self.document)
