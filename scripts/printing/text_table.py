"""Tables as text that fit where they are printed: columns are left out from the least important on, long cells are broken."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextvars import ContextVar
from textwrap import fill, wrap

import tabulate as tables

WIDE: ContextVar[bool] = ContextVar("wide", default=False)
"""Whether tables have all their columns, however wide that makes them."""
ELSEWHERE = 100
"""The width where there is no terminal to ask."""
NARROWEST = 16
"""A last column that may be broken keeps at least so many characters."""
GAP = 2
# Headings need no room beside the gap.
tables.MIN_PADDING = 0


def width() -> int | None:
    """Columns of the terminal, which the variable COLUMNS overrides; None: no limit."""
    return None if WIDE.get() else shutil.get_terminal_size((ELSEWHERE, 24)).columns


def text_table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    sides: Sequence[str],
    style: str,
    important: Sequence[str] = (),
    broken: str | None = None,
) -> str:
    """A table in tabulate's ``style``: "github" as it is, "simple" as wide as the terminal at most.

    Parameters
    ----------
    sides : "left" or "right" for each column.
    important : headings from the most important on, which are kept; then come the others, from left to right.
    broken : the heading of a column whose cells may be broken into lines at double spaces, or else at single ones.
    """
    rows = [list(map(str, row)) for row in rows]
    limit = width() if style == "simple" else None
    names = list(headings)
    kept = list(range(len(names)))
    if limit is not None:
        sizes = [max(len(line) for line in (name, *(row[k] for row in rows))) for k, name in enumerate(names)]
        order = [names.index(name) for name in important if name in names]
        order += [k for k in kept if k not in order]
        room, kept = limit + GAP, []
        for k in order:
            least = min(sizes[k], max(NARROWEST, len(names[k]))) if names[k] == broken else sizes[k]
            if least + GAP <= room or not kept:
                kept.append(k)
                room -= least + GAP
        kept.sort()
        if broken in names and names.index(broken) in kept:
            k = names.index(broken)
            span = min(sizes[k], max(NARROWEST, len(names[k]))) + max(0, room)
            rows = [[*row[:k], "\n".join(lines_of(row[k], span)), *row[k + 1 :]] for row in rows]
    table = tables.tabulate(
        [[row[k] for k in kept] for row in rows],
        [names[k] for k in kept],
        tablefmt=style,
        disable_numparse=True,
        colalign=[sides[k] for k in kept] if rows else None,
        preserve_whitespace=False,
    )
    table = "\n".join(line.rstrip() for line in table.splitlines())
    left_out = [names[k] for k in range(len(names)) if k not in kept]
    return table + (f"\n  left out: {', '.join(left_out)} (--wide shows them)" if left_out else "")


def lines_of(text: str, span: int) -> list[str]:
    """A text in lines of at most ``span`` characters, broken at double spaces where that is enough.

    >>> lines_of("W1 [1 0; 0 1]  W2 [1 1]", 14), lines_of("W1 [1 0; 0 1]", 8)
    (['W1 [1 0; 0 1]', 'W2 [1 1]'], ['W1 [1 0;', '0 1]'])
    """
    lines: list[str] = []
    for part in text.split("  "):
        if lines and len(lines[-1]) + GAP + len(part) <= span:
            lines[-1] += "  " + part
        else:
            lines += wrap(part, max(span, 1), break_long_words=True, break_on_hyphens=False) or [""]
    return lines


def folded(text: str) -> str:
    """The text with every line that is too long broken at spaces; what follows is indented by two more."""
    limit = width()
    if limit is None:
        return text
    lines = []
    for line in text.split("\n"):
        indent = " " * (len(line) - len(line.lstrip()))
        lines.append(
            line
            if len(line) <= limit
            else fill(
                line.strip(), limit, initial_indent=indent, subsequent_indent=indent + "  ", break_long_words=False, break_on_hyphens=False
            )
        )
    return "\n".join(lines)
