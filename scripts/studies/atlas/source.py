"""An atlas that is there: in a file, or one that ships with critscape."""

from __future__ import annotations

import json
from pathlib import Path

from critscape.problems.files.documents import checked, refuse_others
from critscape.problems.input.json_file import LARGEST_ANSWER, contents
from critscape.problems.recipes.shipped import shipped


def read_atlas(source: Path) -> dict:
    """The atlas of a file, or the one of this name that ships with critscape.

    Raises
    ------
    BadInput : unreadable file, no JSON, or no atlas.
    """
    known = shipped("atlas")
    path = source if source.exists() or source.suffix else known.get(source.name, source)
    content = contents(path, f"a readable atlas, or one of {', '.join(known)}", LARGEST_ANSWER)
    refuse_others(content, str(source), "atlas")
    checked(content, "atlas", str(source))
    # Files are read with exact numbers; shares and seconds are floats.
    return json.loads(json.dumps(content, default=float))
