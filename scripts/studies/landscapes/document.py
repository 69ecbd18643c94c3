"""The landscape document (JSON): sublevel sets of one problem, minima with barriers and depths, saddles with their arcs.

Critical points have the numbers that the tables of ``critscape solve`` give them, levels those of their place in increasing order.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import metadata

import flint

from critscape.algebra.certificates.certificate import dyadic
from critscape.algebra.critical.result import coordinate, decimal, versions
from critscape.algebra.landscape.critical_values import CriticalValue
from critscape.algebra.landscape.descent import Arc
from critscape.algebra.landscape.landscape import TOLERANCES, Landscape
from critscape.algebra.landscape.merge_tree import MergeTree
from critscape.algebra.points.closed_form import MOST_CHARACTERS, ClosedForm
from critscape.problems.files.documents import stamped
from critscape.problems.files.problem_file import document
from critscape.scripts.studies.complete_points import KnownPoints
from critscape.scripts.studies.landscapes.survey import Survey
from critscape.scripts.studies.landscapes.valleys_document import valleys_document
from critscape.scripts.studies.landscapes.valleys_run import ValleySurvey

ENCLOSURE_BITS = 192
"""Bits to which enclosures of levels are rounded outwards."""


def landscape_document(survey: Survey | ValleySurvey) -> dict:
    """The JSON-ready document."""
    if isinstance(survey, ValleySurvey):
        return valleys_document(survey)
    known, found = survey.known, survey.landscape
    tree = found.tree
    return stamped(
        "landscape",
        {
            "problem": document(known.problem),
            "status": "complete" if found.reason is None else "incomplete",
            **({} if found.reason is None else {"reason": found.reason}),
            "source": known.source,
            "level": known.level,
            "spurious_valleys_exist": found.spurious if found.reason is None else None,
            "counts": {
                "real": len(known.points),
                "local_minima": sum(map(len, found.minima)),
                "index_one_saddles": sum(map(len, found.saddles)),
                "spurious_valleys": len(tree.valleys) if found.reason is None else None,
            },
            "valleys": valley_rows(known, found) if found.reason is None else [],
            "levels": [level_entry(rank, level, known) for rank, level in enumerate(found.levels)],
            "sublevel_sets": [
                {"from": count.rank + 1, "to": above, "components": count.components, "spurious_valleys": count.spurious}
                for count, above in zip(tree.counts, [*(later.rank + 1 for later in tree.counts[1:]), None])
            ],
            "minima": minima_entries(known, found),
            "saddles": saddle_entries(known, found),
            "components": components_entries(tree),
            "spurious_valleys": [
                {
                    "from": valley.birth + 1,
                    "to": following(valley.merge),
                    "deepest": numbers(valley.deepest),
                    "minima": numbers(valley.minima),
                    "saddles": numbers(valley.saddles),
                }
                for valley in tree.valleys
            ],
            "evidence": {e.name: e.document() for e in found.evidence},
            "evidence_of_points": {e.name: e.document() for e in known.evidence},
            "symmetry": {"order": known.group.order},
            "integration": {"tolerances": list(TOLERANCES)},
            "engine": known.engine,
            "versions": {**versions(), "scipy": metadata.version("scipy")},
            "seconds": {"critical points": round(known.seconds, 3), "sublevel sets": round(survey.seconds, 3)},
        },
    )


def valley_rows(known: KnownPoints, found: Landscape) -> list[dict]:
    """One entry for minima with the same level and barrier, in increasing order of these: each is the bottom of a valley."""
    rank = {k: r for r, level in enumerate(found.levels) for k in level.members}
    lowest = min(rank[k] for orbit in found.minima for k in orbit)
    groups: dict[tuple, list[int]] = {}
    for k in (k for orbit in found.minima for k in orbit):
        groups.setdefault((rank[k], barrier_of(k, rank, found.tree)), []).append(k)
    rows = sorted(groups.items(), key=lambda row: (row[0][0], len(found.levels) if row[0][1] is None else row[0][1]))
    return [
        {
            "infimum": level_text(found.levels[infimum], known),
            "attained": True,
            "barrier": None if barrier is None else level_text(found.levels[barrier], known),
            "spurious": infimum > lowest,
            "copies": len(members),
            "level": known.level,
        }
        for (infimum, barrier), members in rows
    ]


def barrier_of(minimum: int, rank: dict[int, int], tree: MergeTree) -> int | None:
    """The rank of the lowest level at which a minimum's component holds another one that is as low or lower."""
    for component in tree.components:
        if minimum in component.minima and any(k != minimum and rank[k] <= rank[minimum] for k in component.minima):
            return component.birth
    return None


def level_text(level: CriticalValue, known: KnownPoints) -> str:
    """A level in closed form, else its digits."""
    form = level_form(level, known)
    return decimal(level.loss) if form is None or len(form.loss.text) > MOST_CHARACTERS else form.loss.text


def numbers(positions: Sequence[int]) -> list[int]:
    """Positions as the numbers of tables."""
    return [k + 1 for k in positions]


def following(rank: int | None) -> int | None:
    """The number of a level; None where there is none."""
    return None if rank is None else rank + 1


def level_entry(rank: int, level: CriticalValue, known: KnownPoints) -> dict:
    """One critical value: its digits, two exact numbers that enclose it, and its closed form if a point of it has one."""
    form = level_form(level, known)
    with flint.ctx.workprec(ENCLOSURE_BITS):
        enclosure = [dyadic(level.loss.lower()), dyadic(level.loss.upper())]
    return {
        "number": rank + 1,
        "loss": decimal(level.loss),
        "enclosure": enclosure,
        **({} if form is None else {"closed_form": form.loss.text, "latex": form.loss.latex}),
        "minima": numbers([k for k in level.members if known.points[k].index == 0]),
        "saddles": numbers([k for k in level.members if known.points[k].index == 1]),
        "decided": level.decided,
    }


def level_form(level: CriticalValue, known: KnownPoints) -> ClosedForm | None:
    """The closed form of a point at a level, if one has any and all points there are proved to have the same loss."""
    return next((form for k in level.members if level.decided and (form := known.closed_forms[k]) is not None), None)


def components_entries(tree: MergeTree) -> list[dict]:
    """The components of sublevel sets in the order of their birth, each from its level to that at which it meets others."""
    return [
        {
            "number": number,
            "birth": component.birth + 1,
            "merge": following(component.merge),
            "minima": numbers(component.minima),
            "children": numbers(component.children),
            "saddles": numbers(component.saddles),
            "spurious": component.spurious,
        }
        for number, component in enumerate(tree.components, start=1)
    ]


def minima_entries(known: KnownPoints, found: Landscape) -> list[dict]:
    """The local minima in the order of their numbers; barrier and depth are null where a component never holds a lower minimum."""
    rank = {k: r for r, level in enumerate(found.levels) for k in level.members}
    orbit_of = {k: number for number, orbit in enumerate(found.minima, start=1) for k in orbit}
    barriers = {barrier.minimum: (barrier, depth) for barrier, depth in zip(found.tree.barriers, found.depths)}
    entries = []
    for k in sorted(orbit_of):
        barrier, depth = barriers.get(k, (None, None))
        entries.append(
            {
                "number": k + 1,
                "orbit": orbit_of[k],
                "kind": known.points[k].kind.value,
                "point": [coordinate(z, True) for z in known.points[k].point.ball],
                "level": rank[k] + 1,
                "barrier": None if barrier is None else barrier.rank + 1,
                "depth": None if depth is None else decimal(depth),
                **({} if barrier is None else exact_depth(known, found, k, barrier.rank)),
                "saddles": [] if barrier is None else numbers(barrier.saddles),
                "lower": [] if barrier is None else numbers(barrier.lower),
            }
        )
    return entries


def exact_depth(known: KnownPoints, found: Landscape, minimum: int, rank: int) -> dict:
    """The depth in closed form, where minimum and barrier have one and their difference is not too long."""
    low, high = known.closed_forms[minimum], level_form(found.levels[rank], known)
    depth = high.loss - low.loss if low and high else None
    return {} if depth is None or len(depth.text) > MOST_CHARACTERS else {"depth_closed_form": depth.text}


def saddle_entries(known: KnownPoints, found: Landscape) -> list[dict]:
    """The saddles of index 1 in the order of their numbers, each with where its two arcs end and the minima in whose components."""
    rank = {k: r for r, level in enumerate(found.levels) for k in level.members}
    orbit_of = {k: number for number, orbit in enumerate(found.saddles, start=1) for k in orbit}
    pairs = {one.saddle: (one, other) for one, other in zip(found.arcs[::2], found.arcs[1::2])}
    return [
        {
            "number": k + 1,
            "orbit": orbit_of[k],
            "point": [coordinate(z, True) for z in known.points[k].point.ball],
            "level": rank[k] + 1,
            "arcs": [arc_entry(arc) for arc in pairs[k]],
        }
        for k in sorted(orbit_of)
    ]


def arc_entry(arc: Arc) -> dict:
    """One descending arc: null where no end was found."""
    return {
        "end": arc.end + 1 if arc.end >= 0 else None,
        "minimum": arc.minimum + 1 if arc.minimum >= 0 else None,
        "certified": arc.certified,
        "image": arc.image,
    }
