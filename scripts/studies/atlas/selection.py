"""Some rows of an atlas, by what they are called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TypeVar

from critscape.problems.input.bad_input import BadInput

Item = TypeVar("Item")


def selected(items: Sequence[Item], patterns: Sequence[str], name: Callable[[Item], str]) -> list[Item]:
    """The items whose names match one of the patterns, in which * stands for anything; all of them where there is no pattern.

    Raises
    ------
    BadInput : a pattern that nothing matches.
    """
    if not patterns:
        return list(items)
    names = [name(item) for item in items]
    for pattern in patterns:
        if not any(fnmatchcase(one, pattern) for one in names):
            near = get_close_matches(pattern, names, 1) or names[:1]
            raise BadInput("--select", f"a name of the atlas such as {near[0]}, * for anything (--weights N has larger ones)", pattern)
    return [item for item, one in zip(items, names) if any(fnmatchcase(one, pattern) for pattern in patterns)]
