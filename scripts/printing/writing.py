"""What every command writes: to standard output and to a file, in the formats that flags and endings name."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from critscape.problems.files.writing import write
from critscape.scripts.printing.text_table import folded

FORMATS = {".json": "json", ".csv": "csv", ".md": "markdown", ".tex": "latex", ".txt": "text"}
"""File ending → format."""
UNKNOWN = "–"
"""What tables print where there is no value; in CSV the field is empty."""


def csv_text(rows: Iterable[Sequence]) -> str:
    """Rows, that of the headings first, as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(["" if cell == UNKNOWN else cell for cell in row] for row in rows)
    return text.getvalue()


def emit(document: Any, render: Callable[[Any, str], str], printed: str, output: Path | None) -> None:
    """Prints the document in the format ``printed``; writes it to ``output``, if given, in the format of its ending."""

    def text(style: str) -> str:
        rendered = render(document, style)
        return folded(rendered) if style == "text" else rendered

    if output is not None:
        write(output, text(FORMATS[output.suffix]))
    click.echo(text(printed), nl=False)
