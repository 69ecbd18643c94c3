"""The JSON files that ship with critscape: ``atlas``, ``examples``, ``ensembles`` and ``tables``, a folder of this package each."""

from __future__ import annotations

from importlib import resources
from pathlib import Path


def shipped(folder: str) -> dict[str, Path]:
    """Name → file, in alphabetical order."""
    files = Path(str(resources.files("critscape.problems").joinpath(folder))).glob("*.json")
    return {path.stem: path for path in sorted(files)}
