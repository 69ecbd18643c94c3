"""The certificate of a table of components: a JSON document from which a stranger proves its rows again.

``critscape.algebra.certificates.component_proof`` does; the fields are those of ``critscape.algebra.certificates.component_claims``.
Each row is claimed as far as it is proved without the enumeration: where only that decides that a minimum is global, it is a local one,
and so is one that is spurious by the value of L at a point of no row.
Rows whose critical point is not proved to exist are left out. Nothing is claimed of components that are not listed. Boxes and slices
are made in the units in which components are told apart, and written in those of the loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor

import flint
import numpy as np
from flint import acb, arb, fmpq

from critscape.algebra.certificates.certificate import rounded
from critscape.algebra.certificates.component_claims import (
    AT_LEAST,
    CERTIFIED,
    CLOSED_FORM,
    CURVATURE,
    DEGENERATE,
    EXACT,
    FORMAT,
    FUNCTION_SPACE,
    GLOBAL,
    GRADIENT,
    PROVED,
    SPURIOUS,
    number,
)
from critscape.algebra.components.arcs import Arc
from critscape.algebra.components.closed_loss import written
from critscape.algebra.components.component import Component, Kind, Reason, exact_loss
from critscape.algebra.components.function_space import FunctionSpace
from critscape.algebra.components.local_system import PRECISION, LocalSystem, ProvedPoint, prove
from critscape.algebra.components.semidefinite import quadratic_bound
from critscape.algebra.components.units import DecimalUnits, component_in, loss_in, space_in, substituted, system_in
from critscape.algebra.polynomial.evaluation import ball_parameters
from critscape.algebra.polynomial.loss import Loss, exact

REASONS = {Reason.FUNCTION_SPACE: FUNCTION_SPACE, Reason.CURVATURE: CURVATURE, Reason.CLOSED_FORM: CLOSED_FORM}
"""Why minima are global, where that is proved again; a sum of squares that vanish is convex in function space."""
RADIUS, GRID, SLICE, ROOM = -96, -160, -20, -80
"""Binary exponents: of the radius of a box and of the grid of its centre, beside the size of the point; of the grid of slices; of the
width of enclosures of losses, beside their size. Zeros are known to some 220 bits."""


def component_certificate(
    loss: Loss,
    components: Sequence[Component],
    composition: FunctionSpace | None,
    problem: dict,
    units: DecimalUnits,
    low: Sequence[Fraction] | None = None,
) -> dict:
    """The JSON-ready certificate of components; ``composition`` is L as a sum of functions of residuals, ``problem`` as results carry it,
    ``low`` a point (n,) that spurious minima may lie above.
    """
    proved = [found for found in components if found.proved is not None]
    below = [found.loss for found in proved] + ([] if low is None else [arb(exact_loss(loss, [exact(x) for x in low]))])
    entries = []
    for found in proved:
        unlisted = found.kind is Kind.SPURIOUS_MINIMUM and not any(value < found.loss for value in below)
        entries.append(entry(loss, replace(found, kind=Kind.LOCAL_MINIMUM) if unlisted else found, units))
    spurious = any(row["kind"] == SPURIOUS for row in entries)
    boxed_bounds = any(row["global_by"] == CURVATURE and row["box"] is not None for row in entries)
    return {
        "format": FORMAT,
        "problem": problem,
        "composition": None if composition is None else [
            {"outer": [str(Fraction(c)) for c in term.outer], "inner": polynomial(term.inner)} for term in composition.terms
        ],
        "fields": [] if composition is None or not boxed_bounds else vector_fields(composition, units),
        "low": [str(x) for x in low] if low is not None and spurious else None,
        "components": entries,
    }  # fmt: skip


def vector_fields(composition: FunctionSpace, units: DecimalUnits) -> list:
    """Those that the curvature of the bound from below annihilates at critical points: v in the units u are a·v(w/a)."""
    bound, back = quadratic_bound(space_in(units, composition)), units.inverse.weights
    fields = () if bound is None else bound.fields
    return [[polynomial(substituted(part, back) * exact(a)) for part, a in zip(field, units.weights)] for field in fields]


def entry(loss: Loss, found: Component, units: DecimalUnits) -> dict:
    """What is claimed of one component."""
    n, point, system = loss.dimension, found.rational, found.manifold
    box, value = None, None
    if point is not None:
        known = written(exact_loss(loss, point))
        value = [known, known]
    else:
        inside = loss_in(units, loss)
        proved = on_manifold(component_in(units, inside, found))
        system = system_in(units.inverse, loss, proved.system)
        box, value = boxed(proved, units), enclosure(inside, proved, units)
    dimension = 0 if system is None else system.dimension
    positive, negative = found.inertia.positive, found.inertia.negative
    met = positive + negative + dimension == n
    exact_inertia = met or point is not None
    kind = provable(found, met)
    falling, rising = (None, None) if found.higher is None else (found.higher.falling, found.higher.rising)
    return {
        "point": None if point is None else [written(x) for x in point],
        "box": box,
        "system": None if system is None or (point is not None and not dimension) else system_entry(system),
        "dimension": dimension,
        "dimension_bound": EXACT if met or (found.exact_dimension and point is not None and dimension == found.dimension) else AT_LEAST,
        "inertia": {"positive": positive, "negative": negative, "zero": n - positive - negative},
        "inertia_bound": EXACT if exact_inertia else AT_LEAST,
        "loss": value,
        "kind": kind,
        "global_by": REASONS[found.global_by] if kind == GLOBAL and found.global_by is not None else None,
        "falling": None if falling is None else arc_entry(falling),
        "rising": None if rising is None else arc_entry(rising),
        "level": PROVED if exact_inertia and kind != DEGENERATE else CERTIFIED,
    }


def on_manifold(found: Component) -> ProvedPoint:
    """A proved point of the manifold of the largest dimension that is known; that of the component if there is no other proof."""
    assert found.proved is not None
    if found.manifold is None or found.manifold == found.proved.system:
        return found.proved
    return prove(found.manifold, found.point, found.proved.fixed) or prove(found.manifold, found.point) or found.proved


def provable(found: Component, met: bool) -> str:
    """The kind, as far as the checker can prove it."""
    if found.kind in (Kind.GLOBAL_MINIMUM, Kind.SPURIOUS_MINIMUM, Kind.LOCAL_MINIMUM) and found.global_by not in REASONS:
        minimum = (met and not found.inertia.negative) or (found.rational is not None and found.higher is not None and found.higher.minimum)
        if not minimum:
            return DEGENERATE
        return found.kind.value if found.kind is Kind.SPURIOUS_MINIMUM else Kind.LOCAL_MINIMUM.value
    if found.kind is Kind.MAXIMUM and not met:
        return DEGENERATE
    if (
        found.kind in (Kind.NON_STRICT_SADDLE, Kind.STRICT_SADDLE)
        and found.rational is None
        and not (found.inertia.negative and found.inertia.positive)
    ):
        # Arcs over a number field are not in certificates.
        return DEGENERATE
    return found.kind.value


def boxed(proved: ProvedPoint, units: DecimalUnits) -> dict:
    """A box around a proved zero, with slices through its centre on which it is regular, both known in units."""
    system, free = proved.system, proved.system.free
    if proved.fixed is not None:
        rows = np.array([[float(j == i) for j in free] for i in proved.fixed]).reshape(len(proved.fixed), len(free))
    else:
        with flint.ctx.workprec(PRECISION):
            _, jacobian = system.evaluated(proved.ball)
        floats = np.array([[float(jacobian[r, c].real.mid()) for c in range(len(free))] for r in range(system.count)])
        rows = np.linalg.svd(floats.reshape(system.count, len(free)))[2][system.count :] if system.count else np.eye(len(free))
    size = binary_size(proved.midpoint)
    slices = []
    for row in rows:
        line = ["0"] * system.loss.dimension
        for i, a in zip(free, row):
            line[i] = times(rounded(arb(float(a)), SLICE), 1 / units.weights[i])
        slices.append(line)
    centre = ["0" if z == 0 else rounded(z.real, size + GRID) for z in proved.ball]
    for i, form in system.subspace.bound:
        centre[i] = written(sum((exact(number(centre[j], "")) * e for j, e in form), fmpq(0)))
    return {
        "centre": [times(x, a) for x, a in zip(centre, units.weights)],
        "radii": [times(f"1*2^{size + RADIUS}", a) for a in units.weights],
        "slices": slices,
    }


def times(text: str, factor: Fraction) -> str:
    """An exact number as certificates write them, times another one."""
    return text if factor == 1 else str(number(text, "") * factor)


def binary_size(values: np.ndarray) -> int:
    """The exponent of the least power of two that bounds the values, at least 0."""
    return max(0, *(int(np.ceil(np.log2(abs(v)))) if v else 0 for v in values.tolist()), 0)


def enclosure(loss: Loss, proved: ProvedPoint, units: DecimalUnits) -> list[str]:
    """Two numbers that enclose L, with room for whoever evaluates it in another way; ``loss`` and the point are in units."""
    with flint.ctx.workprec(PRECISION):
        value = acb(loss.family.formula(list(proved.ball), ball_parameters(loss, PRECISION))).real
        grid = binary_size(np.array([float(value.mid())])) + ROOM
        scaled = value * arb(2) ** -grid
        lower, upper = floor(dyadic_fraction(scaled.lower())) - 1, ceil(dyadic_fraction(scaled.upper())) + 1
    return [times(f"{end}*2^{grid}", units.loss) for end in (lower, upper)]


def dyadic_fraction(value: arb) -> Fraction:
    """An exact number as a fraction."""
    mantissa, exponent = value.man_exp()
    return int(mantissa) * Fraction(2) ** int(exponent)


def system_entry(system: LocalSystem) -> dict:
    """The equations of a manifold."""
    return {
        "vanishing": [list(map(written, form)) for form in system.subspace.equations],
        "equations": FUNCTION_SPACE if system.on_functions else GRADIENT,
        "relations": [
            [{"entry": i, "factor": [[written(c), list(map(int, e))] for e, c in terms]} for i, terms in relation.entries]
            for relation in system.chosen
        ],
        "dependent": list(system.dependent),
        "factors": None
        if system.factors is None
        else [{"factor": polynomial(factor), "cofactors": list(map(polynomial, cofactors))} for factor, cofactors in system.factors],
    }


def polynomial(value: flint.fmpq_mpoly) -> list:
    """A polynomial over ℚ as a list of terms: coefficient and exponents."""
    return [[written(c), list(map(int, e))] for e, c in value.to_dict().items()]


def arc_entry(arc: Arc) -> dict:
    """An arc w(t) = point + t·velocity + t²·bend along which L changes by coefficient·t^order + …"""
    return {
        "velocity": [written(v) for v in arc.velocity],
        "bend": [written(v) for v in arc.bend],
        "order": arc.order,
        "coefficient": written(arc.coefficient),
    }
