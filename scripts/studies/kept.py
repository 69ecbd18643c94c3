"""Results kept in the user's cache folder from one run to the next, one JSON file each."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from pathlib import Path

from platformdirs import user_cache_path

from critscape.problems.files.writing import write


def place(room: str, what: dict, ending: str = ".json") -> Path:
    """Where the answer to ``what`` (JSON-ready, with the fingerprint of the code) is kept: in a folder of the cache of that name."""
    name = hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:32]
    return user_cache_path("critscape") / room / f"{name}{ending}"


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
