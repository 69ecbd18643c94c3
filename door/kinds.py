"""The kinds of documents, how each prints, and how an object is recognised as one of them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from os import PathLike
from pathlib import Path
from typing import Any, ClassVar

from critscape.answer import Answer
from critscape.documents import Document
from critscape.exact_input import exactly
from critscape.problems.files import problem_file
from critscape.problems.files.documents import kind_of, refuse_others
from critscape.problems.files.writing import json_text
from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.json_file import LARGEST_ANSWER, contents
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression
from critscape.scripts.printing import (
    basins_summary,
    bifurcation_rendering,
    ensemble_summary,
    landscapes,
    splitting_rendering,
    table_rendering,
    verdict_rendering,
)
from critscape.stationary_points import Stationary

Source = Problem | Regression | Document | Mapping[str, Any] | str | PathLike[str]
"""A problem, an answer or another document; as such, as an object of the form of its file, or by the path of the file."""


class Landscape(Document):
    """Sublevel sets {L ≤ c} of one loss: ``document`` has levels, components, minima with barriers and depths, saddles."""

    kind: ClassVar[str] = "landscape"

    def rendered(self, style: str) -> str:
        return landscapes.render(self.document, style)


class Basins(Document):
    """Where descent from random starting points ends: ``document`` has the share of each minimum, with its interval."""

    kind: ClassVar[str] = "basins"

    def rendered(self, style: str) -> str:
        return basins_summary.render(self.document, style)


class Ensemble(Document):
    """Counts of critical points of random problems: ``document`` has their distributions, with intervals, and extreme draws."""

    kind: ClassVar[str] = "ensemble"

    def rendered(self, style: str) -> str:
        return ensemble_summary.render(self.document, style)

    @property
    def status(self) -> str:
        """``complete`` if every draw has a complete answer."""
        return "incomplete" if self.document["not_complete"] else "complete"


class Bifurcation(Document):
    """Critical points along a scaled ridge: ``document`` has the bifurcation values, the counts beside them and the branches."""

    kind: ClassVar[str] = "bifurcation"

    def rendered(self, style: str) -> str:
        return bifurcation_rendering.render(self.document, style)

    @property
    def status(self) -> str:
        """``complete`` if every value of s has a complete set and all are connected."""
        return "complete" if self.document["complete"] else "incomplete"


class Splitting(Document):
    """Hidden units replaced by copies: ``document`` has the critical point, B and D, what the copies make of it, and the path out."""

    kind: ClassVar[str] = "splitting"

    def rendered(self, style: str) -> str:
        return splitting_rendering.render(self.document, style)


class Table(Document):
    """Counts of many networks beside published ones."""

    kind: ClassVar[str] = "table"

    def rendered(self, style: str) -> str:
        return table_rendering.render_table(self.document, style)

    @property
    def status(self) -> str:
        """``complete`` if every cell has a value."""
        cells = (cell for row in self.document["rows"] for cell in row["cells"].values())
        return "incomplete" if any(cell["value"] is None for cell in cells) else "complete"


class Verdict(Document):
    """What a theorem says of a problem."""

    kind: ClassVar[str] = "verdict"

    def rendered(self, style: str) -> str:
        return verdict_rendering.render([self.document], style)

    @property
    def status(self) -> str:
        """``holds``, ``fails`` or ``undecided``."""
        return self.document["conclusion"]["verdict"]

    @property
    def level(self) -> str | None:
        """What the conclusion rests on; None where it is undecided."""
        return self.document["conclusion"]["level"]

    @property
    def hypotheses(self) -> dict[str, bool]:
        """Name of a hypothesis → whether the problem satisfies it."""
        return {entry["name"]: entry["holds"] for entry in self.document["hypotheses"]}


class Certificate(Document):
    """Boxes and claims for every simple point, which :func:`critscape.check` proves; prints in text and JSON."""

    kind: ClassVar[str] = "certificate"

    def rendered(self, style: str) -> str:
        if style == "json":
            return json_text(self.document)
        if style != "text":
            raise BadInput("style", "json or text for a certificate", style)
        title = problem_file.read_any(self.document["problem"]).title
        return f"{title}: certificate of {len(self.document['points'])} critical points\n"

    @property
    def status(self) -> str:
        """``complete`` if it claims an upper bound, which every point together meets."""
        counts, bound = self.document["counts"], self.document.get("upper_bound")
        return "complete" if bound is not None and bound["bound"] == counts["complex_at_least"] else "incomplete"


class ComponentCertificate(Document):
    """Points, boxes and claims for components of a critical set that is not finite, which :func:`critscape.check` proves; prints in text
    and JSON.
    """

    kind: ClassVar[str] = "component certificate"

    def rendered(self, style: str) -> str:
        if style == "json":
            return json_text(self.document)
        if style != "text":
            raise BadInput("style", "json or text for a certificate of components", style)
        title = problem_file.read_any(self.document["problem"]).title
        return f"{title}: certificate of {len(self.document['components'])} components\n"

    @property
    def status(self) -> str:
        """``incomplete``, as no such certificate claims that no component is missing."""
        return "incomplete"


class SplitCertificate(Document):
    """Boxes and claims for split units, which :func:`critscape.check` proves; prints in text and JSON."""

    kind: ClassVar[str] = "split certificate"

    def rendered(self, style: str) -> str:
        if style == "json":
            return json_text(self.document)
        if style != "text":
            raise BadInput("style", "json or text for a certificate of split units", style)
        title = problem_file.read_any(self.document["problem"]).title
        return f"{title}: certificate of {len(self.document['splits'])} split units\n"

    @property
    def status(self) -> str:
        """``complete``, as it claims what it claims of one point."""
        return "complete"


class BoxCertificate(Document):
    """Boxes and claims for critical points of smooth units, and cells without others, which :func:`critscape.check` proves; prints in text and
    JSON.
    """

    kind: ClassVar[str] = "box certificate"

    def rendered(self, style: str) -> str:
        if style == "json":
            return json_text(self.document)
        if style != "text":
            raise BadInput("style", "json or text for a certificate of smooth units", style)
        title = problem_file.read_any(self.document["problem"]).title
        return f"{title}: certificate of {len(self.document['points'])} critical points\n"

    @property
    def status(self) -> str:
        """``complete`` if it claims that there are no others."""
        return "incomplete" if self.document["cover"] is None else "complete"


KINDS: dict[str, type[Document]] = {
    "result": Answer,
    "stationary": Stationary,
    "landscape": Landscape,
    "basins": Basins,
    "ensemble summary": Ensemble,
    "bifurcation": Bifurcation,
    "verdict": Verdict,
    "splitting": Splitting,
    "table document": Table,
    "certificate": Certificate,
    "component certificate": ComponentCertificate,
    "split certificate": SplitCertificate,
    "box certificate": BoxCertificate,
}
"""Name of a document → its class."""


def read(source: Mapping[str, Any] | str | PathLike[str]) -> Document | Problem | Regression | tuple[Document | Problem | Regression, ...]:
    """What a file of critscape holds, or an object of the form of one: a problem, an answer, a landscape, …; a list of them as a tuple.

    Raises
    ------
    BadInput : it cannot be read, is no JSON, or is none of these.
    """
    content = dict(source) if isinstance(source, Mapping) else contents(Path(source), "a readable file of critscape", LARGEST_ANSWER)
    if isinstance(content, list):
        return tuple(recognised(entry) for entry in content)
    return recognised(content)


def recognised(content: Any) -> Document | Problem | Regression:
    """The document or the problem that parsed JSON is.

    Raises
    ------
    BadInput : it is none of these.
    """
    if not isinstance(content, dict):
        raise BadInput("document", "an object that critscape wrote, or a problem")
    refuse_others(content, "document", "problem", *KINDS)
    kind = kind_of(content)
    if kind in KINDS:
        return KINDS[kind]({name: entry if name == "problem" else with_floats(entry) for name, entry in content.items()})
    return problem_file.read_any(exactly(content, ""))


def with_floats(value: Any) -> Any:
    """What was computed in double precision as floats again; files are read with exact decimals.

    >>> from decimal import Decimal
    >>> with_floats({"share": [Decimal("0.1"), "0.1", 1]})
    {'share': [0.1, '0.1', 1]}
    """
    if isinstance(value, dict):
        return {name: with_floats(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [with_floats(entry) for entry in value]
    return float(value) if isinstance(value, Decimal) else value


def source_of(given: Source) -> dict | Path:
    """What a study reads: the path of a file, or the content of one."""
    if isinstance(given, Problem | Regression):
        return problem_file.document(given)
    if isinstance(given, Document):
        return given.document
    if isinstance(given, Mapping):
        return exactly(given, "") if "architecture" in given else dict(given)
    return Path(given)
