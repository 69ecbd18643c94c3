"""Documents as files: JSON as all our files have it, and files whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from critscape.algebra.whole_file import whole_file


def json_text(document: Any) -> str:
    """A JSON-ready object as all our files have it."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def write(path: Path, content: str | bytes) -> None:
    """Writes the whole content (text in UTF-8) or nothing."""
    data = content.encode() if isinstance(content, str) else content
    with whole_file(path) as file:
        file.write(data)
