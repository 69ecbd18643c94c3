"""What an answer says, in one sentence: its minima, and what its points rest on. What is not decided is said to be so."""

from __future__ import annotations

from critscape.scripts.printing.numbers import short_loss
from critscape.scripts.studies.spurious import decided_spurious

EMPTY = {"proved": "proved", "certified": "by elimination modulo primes, which is probabilistic"}
"""What it rests on that there is no critical point, by its level."""


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun.

    >>> counted(1, "local minimum", "local minima"), counted(2, "point")
    ('1 local minimum', '2 points')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def sentence(result: dict) -> str:
    """The opening sentence of a result.

    Of a critical set that is not finite, and of an answer that is not complete, it says just that.
    """
    counts = result["counts"]
    if result["status"] == "not-finite":
        return "The critical set is not finite." + (" " + minima_of(result["components"]) if "components" in result else "")
    if counts["complex"] is None:
        return sentence_on_real_points(result)
    points = [f"{counted(counts['complex'], 'complex critical point')}, {counts['real']:,} real"]
    if result["status"] != "complete":
        return f"Not complete: {points[0]} found; more may exist."
    levels = result.get("levels", {})
    known = {
        "proved": "each proved, and that there are no more",
        "certified": "each proved; that there are no more rests on the trace test or on elimination modulo primes",
    }.get(levels.get("complex") or "", "numerical")
    if counts["complex"] == 0:
        return f"No critical point at all: {EMPTY.get(levels.get('complex') or '', 'numerical')}."
    return f"{minima(counts)}. {points[0]}: {known}."


def sentence_on_real_points(result: dict) -> str:
    """The sentence where only real points were sought, as the loss is no polynomial."""
    counts = result["counts"]
    points = f"{counted(counts['real'], 'real critical point')}"
    if result["status"] != "complete":
        return f"Not complete: {points} found; more may exist."
    return f"{minima(counts)}. {points}: each proved, and that there are no more."


def spurious_is_least(counts: dict) -> bool:
    """Whether the number of spurious minima is a lower bound: the verdict on other minima is open."""
    return counts["spurious_minima"] is not None and decided_spurious(counts) is None


def minima_of(components: list[dict]) -> str:
    """The sentence on the minima among components. That there are no others is never said: pieces that are not closed may be missed.

    >>> row = {"loss": "1/2", "exact_loss": True, "dimension": 1, "level": "proved"}
    >>> minima_of([row | {"kind": "global minimum"}, row | {"kind": "spurious local minimum", "loss": "2"}])
    'Global minima at loss 1/2; spurious local minima at loss 2.'
    >>> minima_of([row | {"kind": "global minimum"}, row | {"kind": "degenerate"}])
    'Global minima at loss 1/2; no spurious local minimum was found, but 1 row is not decided.'
    """

    def at(kind: str) -> list[str]:
        return list(dict.fromkeys(short_loss(row) for row in components if row["kind"] == kind))

    lowest, spurious, open_ = at("global minimum"), at("spurious local minimum"), at("local minimum")
    parts = [f"Global minima at loss {lowest[0]}" if lowest else "No global minimum is known"]
    if open_:
        parts.append(f"local minima, not decided whether global, at loss {', '.join(open_)}")
    undecided = sum(row["kind"] == "degenerate" for row in components)
    if spurious:
        parts.append(f"spurious local minima at loss {', '.join(spurious)}")
    elif not undecided:
        parts.append("no spurious local minimum was found")
    if undecided:
        but = "" if spurious else "no spurious local minimum was found, but "
        parts.append(f"{but}{counted(undecided, 'row')} {'is' if undecided == 1 else 'are'} not decided")
    return "; ".join(parts) + "."


def minima(counts: dict) -> str:
    """The clause on local minima.

    >>> minima({"local_minima": 5, "global_minima": 4, "spurious_minima": 1})
    '5 local minima: 4 global, 1 spurious'
    >>> minima({"local_minima": 4, "spurious_minima": 0})
    '4 local minima, all global; no spurious minimum'
    >>> minima({"local_minima": 2, "global_minima": None, "spurious_minima": 1})
    '2 local minima: 1 spurious, 1 not decided whether global'
    >>> minima({"local_minima": 1, "spurious_minima": None}), minima({"local_minima": None, "spurious_minima": None})
    ('1 local minimum, not decided whether global', 'The number of local minima is not decided')
    """
    number, spurious = counts["local_minima"], counts["spurious_minima"]
    if number is None:
        return "The number of local minima is not decided"
    if number == 0:
        return "No local minimum"
    found = counted(number, "local minimum", "local minima")
    if spurious is not None and spurious_is_least(counts):
        others = number - spurious
        return f"{found}: {spurious} spurious, {others} not decided whether global" if others else f"{found}, all spurious"
    if spurious is None:
        return f"{found}, not decided whether global"
    if spurious == 0:
        return f"{found}, {'all ' if number > 1 else ''}global; no spurious minimum"
    if spurious == number:
        return f"{found}, {'all ' if number > 1 else ''}spurious"
    others = counts.get("global_minima")
    return f"{found}: {others} global, {spurious} spurious" if others else f"{found}, {spurious} of them spurious"
