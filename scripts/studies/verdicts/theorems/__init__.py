"""The theorems, one file each: every module defines one class that follows :class:`critscape.scripts.studies.verdicts.verdict.Theorem`."""

from pkgutil import iter_modules


def names() -> list[str]:
    """The names of all theorems, found without loading them: a file is named like its theorem."""
    return sorted(module.name for module in iter_modules(__path__))
