"""The one error of this layer: input that names its field and what was expected there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

_LONGEST_QUOTE = 60


class BadInput(ValueError):
    """Input that cannot be used; its text is one line ``field: expected …, got …``."""

    def __init__(self, field: str, expected: str, got: object = None) -> None:
        shown = "" if got is None else f", got {quote(got)}"
        super().__init__(f"{field}: expected {expected}{shown}")
        self.field, self.expected, self.got = field, expected, got


@contextmanager
def within(field: str) -> Iterator[None]:
    """Errors inside name their fields as parts of ``field``."""
    try:
        yield
    except BadInput as error:
        raise BadInput(f"{field}.{error.field}", error.expected, error.got) from None


@contextmanager
def renamed(field: str, name: str) -> Iterator[None]:
    """Errors inside that are about ``field`` name it as ``name``."""
    try:
        yield
    except BadInput as error:
        if not error.field.startswith(field):
            raise
        raise BadInput(name + error.field.removeprefix(field), error.expected, error.got) from None


def quote(value: object) -> str:
    """The value on one short line, strings in quotes.

    >>> quote("1/0"), quote(True), quote([1, 2])
    ("'1/0'", 'true', '[1, 2]')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    text = repr(value) if isinstance(value, (str, list, dict, int, float, type(None))) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"
