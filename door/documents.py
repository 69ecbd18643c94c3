"""Documents: what critscape computes, as objects of the form of its JSON files, which print and save themselves."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from os import PathLike
from pathlib import Path
from typing import ClassVar

from critscape.problems.files.writing import write
from critscape.problems.input.bad_input import BadInput
from critscape.scripts.printing.writing import FORMATS


@dataclass(frozen=True, repr=False)
class Document:
    """A document of one kind; ``document`` is the JSON-ready object."""

    document: dict

    kind: ClassVar[str]

    def rendered(self, style: str) -> str:
        """The document in a format that is one of FORMATS."""
        raise NotImplementedError

    @property
    def status(self) -> str:
        """``complete``, or what is missing."""
        return self.document["status"]

    def render(self, style: str = "text") -> str:
        """The whole document as ``text``, ``markdown``, ``latex``, ``csv`` or ``json``, as the command line prints it.

        Raises
        ------
        BadInput : another style.
        """
        if style not in FORMATS.values():
            raise BadInput("style", "one of " + ", ".join(FORMATS.values()), style)
        return self.rendered(style)

    def save(self, path: str | PathLike[str]) -> None:
        """Writes the document, whole or not at all, in the format that the ending of the file names.

        Raises
        ------
        BadInput : another ending than .json, .csv, .md, .tex and .txt.
        OSError : it cannot be written.
        """
        if Path(path).suffix not in FORMATS:
            raise BadInput("path", "a file name that ends in " + ", ".join(FORMATS), str(path))
        write(Path(path), self.render(FORMATS[Path(path).suffix]))

    def __str__(self) -> str:
        return self.render().rstrip()

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"
