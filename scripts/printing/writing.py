"""What every command writes: JSON and CSV as text, and files whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from critscape.scripts.flags.options import FORMATS

UNKNOWN = "–"
"""What tables print where there is no value; in CSV the field is empty."""


def json_text(document: Any) -> str:
    """A JSON-ready object as all our files have it."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def csv_text(rows: Iterable[Sequence]) -> str:
    """Rows, that of the headings first, as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(["" if cell == UNKNOWN else cell for cell in row] for row in rows)
    return text.getvalue()


def emit(document: Any, render: Callable[[Any, str], str], printed: str, output: Path | None) -> None:
    """Prints the document in the format ``printed``; writes it to ``output``, if given, in the format of its ending."""
    if output is not None:
        write(output, render(document, FORMATS[output.suffix]))
    click.echo(render(document, printed), nl=False)


def write(path: Path, content: str | bytes) -> None:
    """Writes the whole content (text in UTF-8) or nothing."""
    data = content.encode() if isinstance(content, str) else content
    with tempfile.NamedTemporaryFile(dir=path.absolute().parent, prefix=".critscape-", delete=False) as file:
        try:
            file.write(data)
            file.close()
            os.chmod(file.name, 0o666 & ~_umask())
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
