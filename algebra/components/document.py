"""The part of a result document (JSON) that describes components, and the evidence that none is missing."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isqrt

import numpy as np
from flint import arb, fmpq

from critscape.algebra.components.closed_loss import written
from critscape.algebra.components.component import Component, Kind
from critscape.algebra.components.limits import Account, Fate
from critscape.algebra.components.table import Components, Row
from critscape.algebra.critical.evidence import Evidence
from critscape.algebra.critical.result import decimal

LONGEST = 30
"""Characters of a fraction that is written as such; longer ones are written as decimals."""
NEAR_FRACTION = 1e-7
"""Asymptotic values this close to a fraction with a small denominator are written as that fraction; their level says numerical."""
CHANCE = 1e-3
"""Share of all numbers that are taken for a fraction by chance, at most: denominators are small accordingly."""

NOISE = 1e-9
"""Losses below this share of their unit are not told from zero where nothing is proved."""


def component_fields(found: Components) -> dict:
    """The fields ``components``, ``asymptotic_values`` and ``account``."""
    generic = found.generic
    return {
        "components": [entry(row, float(found.units.loss)) for row in found.rows],
        "asymptotic_values": None
        if found.asymptotic is None
        else [
            {
                "loss": approximate(value.loss, found.units.loss),
                "growth": str(Fraction(value.growth).limit_denominator(24)),
                "level": "numerical",
            }
            for value in found.asymptotic
            if abs(value.loss.imag) <= NEAR_FRACTION * max(float(found.units.loss), abs(value.loss))
        ],
        "account": {**counted(generic), "centres": len(found.accounts), "by_centre": [counted(a) for a in found.accounts]},
    }


def counted(account: Account) -> dict:
    """The fates of the paths of one centre; ``missing`` are critical points of the generic member that L_ε does not have."""
    fates = {fate.name.lower(): account.count(fate) for fate in Fate}
    return {"paths": len(account.limits), **fates, "missing": account.missing}


def entry(row: Row, unit: float) -> dict:
    """One row; the numbers of paths are those of the first generic centre. Losses of which nothing is proved are known to a share of
    themselves or of their ``unit``.
    """
    found = row.component
    exact = found.rational
    inertia = {"positive": found.inertia.positive, "negative": found.inertia.negative, "zero": found.inertia.zero}
    if exact is not None:
        representative = [coordinate(value) for value in exact]
    elif found.proved is not None:
        given = found.proved.fixed or {}
        representative = [written(given[i]) if i in given else decimal(z.real) for i, z in enumerate(found.proved.ball)]
    else:
        size = float(np.abs(found.point).max(initial=0.0))
        representative = [f"{x:.10g}" if abs(x) > NEAR_FRACTION * size else "0" for x in found.point]
    higher = found.higher
    falling = higher.falling if higher is not None and found.kind_proved else None
    return {
        "loss": row.closed if row.closed is not None else (decimal(found.loss) if found.proved else rounded(float(found.loss.mid()), unit)),
        "exact_loss": row.closed is not None,
        "dimension": found.dimension,
        "dimension_bound": "exact" if found.exact_dimension else "at least",
        "inertia": inertia,
        "inertia_bound": "exact" if found.inertia.exact else "at least",
        "kind": found.kind.value,
        "representative": representative,
        "paths": row.paths,
        "real_paths": row.real_paths,
        "euler_characteristic": row.euler_characteristic,
        "samples": row.samples,
        "pieces": row.pieces,
        "level": row.level.value,
        **({} if falling is None else {"descent": arc_entry(falling)}),
        **({} if found.global_by is None else {"global_by": found.global_by.value}),
        **({"undecided": undecided(found)} if found.kind is Kind.DEGENERATE else {}),
    }


def coordinate(value: fmpq) -> int | str:
    """A rational coordinate: a fraction if it is short, else the decimals of it."""
    text = written(value)
    return text if len(str(text)) <= LONGEST else decimal(arb(value))


def rounded(value: float, unit: float) -> str:
    """Nine digits of a number, or nothing of one that is far below its unit.

    >>> rounded(1 / 3, 1.0), rounded(-2e-16, 1.0)
    ('0.333333333', '0')
    """
    return f"{value:.9g}" if abs(value) > NOISE * unit else "0"


def undecided(found: Component) -> str:
    """Why the kind of a component is not decided."""
    if found.proved is None:
        return "no critical point is proved there"
    if not found.inertia.exact:
        return (
            "its point is irrational, in no number field of modest degree that was found: that the flat directions are flat is not proved"
        )
    if found.inertia.negative:
        return "no direction is found in which the loss rises, nor is it proved to be a maximum"
    return "third and fourth order decide nothing"


def arc_entry(arc) -> dict:
    """An arc w(t) = representative + t·velocity + t²·bend along which the loss changes by coefficient·t^order + …"""
    return {
        "velocity": [written(v) for v in arc.velocity],
        "bend": [written(v) for v in arc.bend],
        "order": arc.order,
        "coefficient": written(arc.coefficient),
    }


def approximate(value: complex, unit: Fraction = Fraction(1)) -> str:
    """A number known to about eight digits of itself or of its unit: a fraction where few numbers are as near to one, else its digits.

    >>> approximate(0.25 + 1e-9), approximate(1e9 + 0.25), approximate(0.00989896), approximate(2.5e-13, Fraction(1, 10**12))
    ('1/4', '1e+09', '0.00989896', '1/4000000000000')
    """
    own = value.real / float(unit)
    error = NEAR_FRACTION * max(1.0, abs(own))
    if (most := isqrt(int(CHANCE / error))) > 0:
        close = Fraction(own).limit_denominator(most)
        if abs(float(close) - own) <= error:
            return str(close * unit)
    return f"{value.real:.8g}"


def evidence(found: Components) -> Sequence[Evidence]:
    """What speaks for the table: every path has an end, the centres agree, the limit ideal has as many zeros."""
    unsettled = sum(account.count(Fate.UNSETTLED) for account in found.accounts)
    total = sum(len(account.limits) for account in found.accounts)
    generic = found.accounts[1:]
    counts = ", ".join(f"{a.count(Fate.FINITE)} of {len(a.limits)}" for a in generic)
    gathered = [
        Evidence("every limit accounted for", not unsettled, f"{total} paths from {len(found.accounts)} centres, {unsettled} unsettled"),
        Evidence("centres agree", found.centres_agree, f"finite limits from generic centres: {counts}"),
    ]
    partly = found.partly_seen
    if partly:
        measured = f"{len(partly)} of {len(found.rows)} rows are not, at loss {listed_losses(partly)}: such pieces are not closed, and others may be missing"
        gathered.append(Evidence("pieces seen from every centre", None, measured))
    if found.ideal is not None:
        finite = found.generic.count(Fate.FINITE)
        holds = None if found.ideal.dimension > 0 else finite == max(found.ideal.degree, 0)
        measured = f"dimension {found.ideal.dimension}, degree {found.ideal.degree} modulo {found.ideal.prime}; {finite} finite limits"
        gathered.append(Evidence("limit ideal", holds, measured))
    if found.values is not None:
        measured = f"{found.values.number} modulo {found.values.prime}, complex ones included; {found.seen} among the limits"
        gathered.append(Evidence("critical values", found.all_values, measured))
    if found.sums_agree is not None:
        closed = [row for row in found.rows if row.euler_sums and None not in row.euler_sums]
        measured = f"Euler characteristics and numbers of paths of {len(closed)} closed component{'s' * (len(closed) > 1)}, by centre: "
        numbers = [(spread(row.euler_sums), spread(row.paths_by_centre[1:])) for row in closed]
        measured += "; ".join(f"χ {euler}, {paths} path{'s' * (paths != '1')}" for euler, paths in numbers)
        if others := len(found.rows) - len(closed):
            measured += f"; {others} other row{'s are' if others > 1 else ' is'} not known to be closed, and not checked so"
        gathered.append(Evidence("components add up", found.sums_agree, measured))
    if found.euler_total is not None:
        gathered.append(Evidence("Euler sum", found.euler_total == 1, f"Σ (−1)^index χ over all components is {found.euler_total}"))
    return gathered


def listed_losses(rows: Sequence[Row]) -> str:
    """The losses of rows to six digits, each once."""
    return ", ".join(dict.fromkeys(f"{float(row.component.loss.mid()):.6g}" for row in rows))


def spread(values: Sequence[int | None]) -> str:
    """What all of some numbers are, or all of them.

    >>> spread((4, 4)), spread((4, 3))
    ('4', '4|3')
    """
    return "|".join(map(str, dict.fromkeys(values)))
