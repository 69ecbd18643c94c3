"""Results kept in the user's cache folder from one run to the next, one JSON file each."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from critscape.problems.files.writing import write


def kept(file: Path) -> dict | None:
    """The result in a file, if there is one that can be read."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def keep(file: Path, found: dict) -> None:
    """Keeps a result, whole or not at all; a cache that cannot be written costs time later, not the answer now."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        write(file, json.dumps(found))
