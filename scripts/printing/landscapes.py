"""Landscape documents of both kinds, of minima and of valleys as limits, in a format."""

from __future__ import annotations

from critscape.problems.files.writing import json_text
from critscape.scripts.printing import landscape_rendering, valleys_rendering


def render(document: dict, style: str) -> str:
    """The document as text, markdown, csv, latex or json."""
    if style == "json":
        return json_text(document)
    return valleys_rendering.rendered(document, style) if "theorem" in document else landscape_rendering.rendered(document, style)
