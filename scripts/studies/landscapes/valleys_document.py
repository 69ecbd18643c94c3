"""The landscape document (JSON) of a loss whose valleys are limits: valley bottoms in the place of minima.

Valleys, levels and components are numbered from 1, valleys in increasing infimum. Rows of ``valleys`` gather those with the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from fractions import Fraction
from importlib import metadata

import flint
from flint import arb

from critscape.algebra.certificates.certificate import dyadic
from critscape.algebra.components.closed_loss import written
from critscape.algebra.components.component import Component, Kind
from critscape.algebra.components.document import approximate
from critscape.algebra.components.table import Components
from critscape.algebra.components.units import PRECISION
from critscape.algebra.critical.levels import Level
from critscape.algebra.critical.result import decimal, versions
from critscape.algebra.landscape.landscape import TOLERANCES
from critscape.algebra.landscape.limit_levels import LimitLevel, LimitValue, apart
from critscape.algebra.landscape.valleys import LimitLandscape, Valley, Valleys
from critscape.algebra.polynomial.loss import exact
from critscape.problems.files.documents import stamped
from critscape.problems.files.problem_file import document
from critscape.scripts.studies.landscapes.valleys_run import ValleySurvey

MOST_WINDING = 24
"""Largest denominator of a growth."""
ENCLOSURE_BITS = 192
"""Bits to which enclosures are rounded outwards."""


def valleys_document(survey: ValleySurvey) -> dict:
    """The JSON-ready document: of whether there is a spurious valley, and of the valleys that are listed, which are complete or not."""
    found, theorem = survey.found, survey.theorem
    reason = None if found is None else found.reason
    contradicted = theorem if found is not None and found.spurious else None
    if contradicted is not None:
        reason = f"a spurious valley was found though {contradicted.because}"
    if theorem is None and found is not None and reason is None and found.spurious is None:
        reason = f"whether there is a spurious valley is not decided: {open_levels(found)}"
    # A theorem decides whatever is not settled among the valleys that are listed.
    exists = None if found is None or contradicted is not None else found.spurious
    if theorem is not None and contradicted is None:
        exists = False
    if found is not None and exists is False:
        found = without_spurious(found)
    rows = [] if found is None else rows_of(found)
    return stamped(
        "landscape",
        {
            "problem": document(survey.problem),
            "status": "complete" if reason is None else "incomplete",
            **({} if reason is None else {"reason": reason}),
            "source": survey.source,
            "level": level_of(survey),
            "spurious_valleys_exist": exists,
            "theorem": None if theorem is None else asdict(theorem),
            "intrinsic_dimension": None if survey.dimension is None else asdict(survey.dimension),
            "valleys": rows,
            "minima_without_valley": [] if found is None or survey.components is None else no_valleys(found, survey.components),
            **({} if survey.unlisted is None else {"unlisted": survey.unlisted}),
            **(tree_fields(found, exists) if found is not None else NOTHING_LISTED),
            "saddles": [],
            "evidence": {} if found is None else {e.name: e.document() for e in found.evidence},
            "evidence_of_points": {},
            "symmetry": {"order": 1},
            "integration": {"tolerances": list(TOLERANCES)},
            "centres": 0 if found is None else len(found.accounts),
            "engine": {"name": "batch", "seed": survey.seed},
            "versions": {**versions(), "scipy": metadata.version("scipy")},
            "seconds": {"valleys": round(survey.seconds, 3)},
        },
    )


NOTHING_LISTED: dict = {
    "counts": {"valleys": None, "spurious_valleys": None},
    "levels": [],
    "sublevel_sets": [],
    "minima": [],
    "components": [],
    "spurious_valleys": [],
}


def without_spurious(found: Valleys) -> Valleys:
    """The valleys that are listed where none is spurious: what is listed above the least infimum is no valley as it stands."""
    rows = tuple(replace(valley, spurious=None if valley.spurious else False) for valley in found.landscape.valleys)
    return replace(found, landscape=replace(found.landscape, valleys=rows))


def open_levels(found: Valleys) -> str:
    """Which levels leave open whether there is a spurious valley."""
    if found.landscape.tied:
        return "minima are joined at infinity at their own level, or at one that nothing tells from it, and may be a valley at that level alone"
    return "lowest levels are not told apart, and one of them may be higher"


def level_of(survey: ValleySurvey) -> str:
    """What the verdict rests on."""
    if survey.theorem is not None:
        return Level.PROVED.value
    assert survey.found is not None  # Without a theorem valleys are listed, or nothing is said.
    return (Level.CERTIFIED if all(row.certified for row in survey.found.landscape.valleys) else Level.NUMERICAL).value


def rows_of(found: Valleys) -> list[dict]:
    """One entry for valleys with the same numbers, in increasing infimum."""
    groups: dict[tuple, list[Valley]] = {}
    levels = found.landscape.levels
    for valley in found.landscape.valleys:
        barrier = -1 if valley.barrier is None else levels.index(valley.barrier)
        groups.setdefault((levels.index(valley.infimum), barrier, valley.attained, valley.spurious), []).append(valley)
    return [row(group, found) for group in groups.values()]


def row(group: Sequence[Valley], found: Valleys) -> dict:
    """Valleys with the same numbers; bounds are those that hold for all of them."""
    first, tree, units = group[0], found.landscape.trees[-1], found.units
    values = [found.landscape.values[m] for valley in group for m in valley.members]
    best = next((v for v in values if v.attained == first.attained), values[0])
    barriers = [v.bounds.barrier for v in group if v.bounds.barrier is not None]
    within = [v.bounds.within for v in group if v.bounds.within is not None]
    with flint.ctx.workprec(ENCLOSURE_BITS):
        return {
            "infimum": text_of(first.infimum, units.loss),
            "attained": first.attained,
            "barrier": None if first.barrier is None else text_of(first.barrier, units.loss),
            "barrier_at_infinity": None if first.barrier is None else not first.barrier.value.attained,
            "spurious": first.spurious,
            "copies": len(group),
            "level": (Level.CERTIFIED if all(v.certified for v in group) else Level.NUMERICAL).value,
            "kind": kind_of(first),
            **bottom_entry(best, units.weights),
            "bounds": {
                "ridge": str(tree.ridge),
                "infimum": decimal(times(max((v.bounds.infimum for v in group), key=float), units.loss)),
                "barrier": None if not barriers else decimal(times(max(barriers, key=float), units.loss)),
                "barrier_within": None if not within else decimal(times(min(within, key=float), units.loss)),
                "radius": decimal(times(first.bounds.radius, units.loss)),
            },
        }


def no_valleys(found: Valleys, table: Components) -> list[dict]:
    """The rows of proved local minima whose loss is the infimum of no valley: from every level above on they are joined to lower points."""
    kinds = (Kind.LOCAL_MINIMUM, Kind.SPURIOUS_MINIMUM)
    infima = [valley.infimum.value for valley in found.landscape.valleys]
    entries = []
    for each in table.rows:
        c = each.component
        value = LimitValue(times(c.loss, 1 / found.units.loss), c.proved is not None, None, c, 0.0)
        if c.kind in kinds and c.kind_proved and all(apart(value, other) for other in infima):
            loss = each.closed if each.closed is not None else digits(value, found.units.loss)
            entries.append({"loss": loss, **component_entry(c, (Fraction(1),) * len(c.point)), "level": each.level.value})
    return entries


def bottom_entry(value: LimitValue, weights: Sequence[Fraction]) -> dict:
    """Where the infimum is: the component of the critical set where it is attained, else how fast the path diverges, and a curve."""
    if value.component is not None:
        return component_entry(value.component, weights)
    curve = value.curve
    entry = {"growth": str(Fraction(value.growth).limit_denominator(MOST_WINDING))}
    if curve is not None:
        coefficients = coordinates(curve.rational, curve.coefficients, weights)
        entry = {**entry, "curve": {"exponents": list(map(str, curve.exponents)), "coefficients": coefficients}}  # type: ignore[dict-item]
    return entry


def component_entry(found: Component, weights: Sequence[Fraction]) -> dict:
    """A component of the critical set: its dimension, and a point on it in the units ``weights``."""
    representative = None
    if found.proved is not None:
        representative = coordinates(found.rational, [z.real for z in found.proved.ball], weights)
    return {
        "dimension": found.dimension,
        "dimension_bound": "exact" if found.exact_dimension else "at least",
        "representative": representative,
    }


def coordinates(rational: Sequence[flint.fmpq] | None, balls: Sequence[arb], weights: Sequence[Fraction]) -> list[str]:
    """A vector in the units ``weights``, exactly if it is rational."""
    if rational:
        return [written(x * exact(a)) for x, a in zip(rational, weights)]
    return [decimal(times(x, a)) for x, a in zip(balls, weights)]


def times(ball: arb, unit: Fraction) -> arb:
    """A number in another unit, as exact as it is."""
    with flint.ctx.workprec(PRECISION):
        return ball * exact(unit)


def text_of(level: LimitLevel, unit: Fraction) -> str:
    """A level in closed form, or the digits that are known."""
    value = level.value
    return value.text if value.text is not None else digits(value, unit)


def digits(value: LimitValue, unit: Fraction) -> str:
    """The decimal digits of a limit times the ``unit`` of the loss: those that are proved, or about eight of an extrapolation."""
    loss = times(value.loss, unit)
    return decimal(loss) if value.proved else approximate(complex(float(loss.mid())), unit)


def decimals(value: LimitValue, unit: Fraction) -> str:
    """The same without fractions."""
    return decimal(times(value.loss, unit)) if value.proved else f"{round(float(value.loss.mid()), 7) * float(unit):.8g}"


def tree_fields(whole: Valleys, exists: bool | None) -> dict:
    """Levels, valley bottoms, components and numbers of components, in the terms of a landscape of minima.

    ``exists``: whether there is a spurious valley (None: not decided).
    """
    found, units = whole.landscape, whole.units
    tree = found.limit.tree
    used = sorted({c.birth for c in tree.components} | {c.merge for c in tree.components if c.merge is not None})
    number = {rank: k for k, rank in enumerate(used, start=1)}
    bottoms = found.valleys
    name = {bottom: k for k, valley in enumerate(bottoms, start=1) for bottom in valley.members}
    orbit: dict[tuple, int] = {}
    for valley in bottoms:
        orbit.setdefault(alike(valley, found), len(orbit) + 1)

    def following(rank: int | None) -> int | None:
        return None if rank is None else number[rank]

    def names(paths: Sequence[int]) -> list[int]:
        return sorted(name[p] for p in paths)

    def spurious(number: int) -> int | None:
        return number if exists else None if exists is None else 0

    return {
        "counts": {"valleys": len(bottoms), "spurious_valleys": spurious(sum(bool(v.spurious) for v in bottoms))},
        "levels": [level_entry(number[rank], found.levels[rank], units.loss, bottoms, name) for rank in used],
        "sublevel_sets": [
            {
                "from": number[count.rank],
                "to": above,
                "components": count.components,
                "spurious_valleys": spurious(count.spurious),
            }
            for count, above in zip(tree.counts, [*(number[later.rank] for later in tree.counts[1:]), None])
        ],
        "minima": [
            {
                "number": k,
                "orbit": orbit[alike(valley, found)],
                "kind": kind_of(valley),
                "level": number[found.levels.index(valley.infimum)],
                "barrier": None if valley.barrier is None else number[found.levels.index(valley.barrier)],
                **bottom_entry(next(v for m in valley.members if (v := found.values[m]).attained == valley.attained), units.weights),
            }
            for k, valley in enumerate(bottoms, start=1)
        ],
        "components": [
            {
                "number": k,
                "birth": number[component.birth],
                "merge": following(component.merge),
                "minima": names(component.minima),
                "children": [child + 1 for child in component.children],
                "saddles": [],
                "spurious": exists is not False and component.spurious,
            }
            for k, component in enumerate(tree.components, start=1)
        ],
        "spurious_valleys": [
            {
                "from": number[valley.birth],
                "to": following(valley.merge),
                "deepest": names(valley.deepest),
                "minima": names(valley.minima),
                "saddles": [],
            }
            for valley in (() if exists is False else tree.valleys)
        ],
    }


def alike(valley: Valley, found: LimitLandscape) -> tuple:
    """What valleys with the same numbers have in common."""
    return found.levels.index(valley.infimum), valley.barrier and found.levels.index(valley.barrier), valley.attained, valley.spurious


KINDS = {True: Kind.SPURIOUS_MINIMUM.value, False: Kind.GLOBAL_MINIMUM.value, None: Kind.LOCAL_MINIMUM.value}
"""Whether a valley whose infimum is attained is spurious (None: not decided) → its minima."""


def kind_of(valley: Valley) -> str:
    """What a bottom is to descent."""
    if valley.attained:
        return KINDS[valley.spurious]
    return "spurious infimum at infinity" if valley.spurious else "infimum at infinity"


def level_entry(number: int, level: LimitLevel, unit: Fraction, bottoms: Sequence[Valley], name: dict[int, int]) -> dict:
    """One level: digits, the exact numbers that enclose it and its closed form, as far as they are known."""
    value = level.value
    with flint.ctx.workprec(ENCLOSURE_BITS):
        loss = value.loss * exact(unit)
        enclosure = [dyadic(loss.lower()), dyadic(loss.upper())] if value.proved else None
    return {
        "number": number,
        "loss": decimals(value, unit),
        "enclosure": enclosure,
        **({} if value.text is None else {"closed_form": value.text}),
        "at_infinity": not value.attained,
        "minima": sorted({name[m] for valley in bottoms if valley.infimum is level for m in valley.members}),
        "saddles": [],
        "decided": level.decided,
    }
