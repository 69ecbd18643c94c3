"""What a certificate of components claims, as exact numbers: its file is read here, for whoever proves the claims.

What needs no arithmetic but comparisons of the numbers in the file is decided here too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from critscape.algebra.certificates.claims import LARGEST_EXPONENT, Malformed, dyadic, fields_of, natural
from critscape.algebra.polynomial.rational_polynomial import LARGEST_DEGREE, Terms

FORMAT = "critscape component certificate 3"
"""What the field ``format`` says in the files that this module reads."""

GLOBAL, SPURIOUS, LOCAL, MAXIMUM = "global minimum", "spurious local minimum", "local minimum", "local maximum"
STRICT, NON_STRICT, DEGENERATE = "strict saddle", "non-strict saddle", "degenerate"
KINDS = (GLOBAL, SPURIOUS, LOCAL, MAXIMUM, STRICT, NON_STRICT, DEGENERATE)
EXACT, AT_LEAST = "exact", "at least"
PROVED, CERTIFIED = "proved", "certified"
GRADIENT, FUNCTION_SPACE = "gradient", "function space"
CURVATURE, CLOSED_FORM = "curvature", "closed form"
REASONS = (FUNCTION_SPACE, CURVATURE, CLOSED_FORM)

_FRACTION = re.compile(r"(-?[0-9]{1,4000})(?:/([1-9][0-9]{0,3999}))?", re.ASCII)

Vector = tuple[Fraction, ...]


@dataclass(frozen=True)
class ClaimedSystem:
    """Equations on T, where the linear forms ``vanishing`` (each n) do, whose zeros are critical points and, where they are regular, a manifold.

    ``factors`` (None: not used) replace them: pairs of a polynomial f and others h, where the equations are combinations of all f·h.
    With ``on_functions`` they say that the gradient in function space vanishes. Else they are the entries of ∇L but for those at
    ``dependent`` positions, which vanish with them by as many ``relations``: each is a vector of polynomials a_i, given by pairs of
    i and a_i, with Σ_i a_i ∂_iL = 0 on T.
    """

    vanishing: tuple[Vector, ...]
    on_functions: bool
    relations: tuple[tuple[tuple[int, Terms], ...], ...]
    dependent: tuple[int, ...]
    factors: tuple[tuple[Terms, tuple[Terms, ...]], ...] | None


@dataclass(frozen=True)
class ClaimedBox:
    """The real box of half-sides ``radii`` (n) around ``centre`` (n) in T holds a zero of the system on the affine space through the centre on
    which the linear forms ``slices`` (each n) vanish.
    """

    centre: Vector
    radii: Vector
    slices: tuple[Vector, ...]


@dataclass(frozen=True)
class ClaimedArc:
    """w(t) = point + t·``velocity`` + t²·``bend`` with L(w(t)) = L(point) + ``coefficient``·t^``order`` + higher powers."""

    velocity: Vector
    bend: Vector
    order: int
    coefficient: Fraction


@dataclass(frozen=True)
class ClaimedComponent:
    """What a certificate claims of one critical point, and of the critical set near it.

    It is the rational ``point`` or lies in the ``box``. The critical set contains a manifold of dimension ``dimension`` there, given by
    ``system`` (None: no more than the point is claimed), and is no larger if ``exact_dimension``. ``inertia`` are numbers of
    positive, negative and zero eigenvalues of the Hessian; the first two are lower bounds unless ``exact_inertia``. ``loss`` are two
    numbers that enclose L. ``global_by`` is why a global minimum is one (None for other kinds).
    """

    point: Vector | None
    box: ClaimedBox | None
    system: ClaimedSystem | None
    dimension: int
    exact_dimension: bool
    inertia: tuple[int, int, int]
    exact_inertia: bool
    loss: tuple[Fraction, Fraction]
    kind: str
    global_by: str | None
    falling: ClaimedArc | None
    rising: ClaimedArc | None
    level: str


@dataclass(frozen=True)
class ComponentClaims:
    """A certificate of components as read. ``composition`` are pairs (coefficients of φ_k, r_k) with L = Σ_k φ_k(r_k); ``fields`` are vector
    fields, each n polynomials, that Σ_k φ_k'(r_k) ∇²r_k annihilates where ∇L vanishes; ``low`` is any point (n,): minima above its loss
    are spurious.
    """

    composition: tuple[tuple[Vector, Terms], ...] | None
    fields: tuple[tuple[Terms, ...], ...]
    low: Vector | None
    components: tuple[ClaimedComponent, ...]


def read_component_claims(content: Any, dimension: int) -> ComponentClaims:
    """The claims in the parsed JSON of a certificate of components for a loss in n = ``dimension`` weights.

    Raises
    ------
    Malformed : naming the first field that is missing, unknown or not of its kind.
    """
    fields = fields_of(content, "certificate", ("format", "problem", "composition", "fields", "low", "components"))
    if fields["format"] != FORMAT:
        raise Malformed("format", f'"{FORMAT}"')
    composition = fields["composition"]
    return ComponentClaims(
        None if composition is None else tuple(_term(t, f, dimension) for f, t in _entries(composition, "composition")),
        tuple(_field(entry, f, dimension) for f, entry in _entries(fields["fields"], "fields")),
        None if fields["low"] is None else _vector(fields["low"], "low", dimension),
        tuple(_component(entry, field, dimension) for field, entry in _entries(fields["components"], "components")),
    )


def _term(entry: Any, field: str, n: int) -> tuple[Vector, Terms]:
    fields = fields_of(entry, field, ("outer", "inner"))
    outer = tuple(number(c, f) for f, c in _entries(fields["outer"], f"{field}.outer"))
    if len(outer) > 1000:
        raise Malformed(f"{field}.outer", "at most 1000 coefficients")
    return outer, _polynomial(fields["inner"], f"{field}.inner", n)


def _field(entry: Any, field: str, n: int) -> tuple[Terms, ...]:
    if not isinstance(entry, list) or len(entry) != n:
        raise Malformed(field, f"a list of {n} polynomials")
    return tuple(_polynomial(part, f, n) for f, part in _entries(entry, field))


def _component(entry: Any, field: str, n: int) -> ClaimedComponent:
    names = (
        "point",
        "box",
        "system",
        "dimension",
        "dimension_bound",
        "inertia",
        "inertia_bound",
        "loss",
        "kind",
        "global_by",
        "falling",
        "rising",
        "level",
    )
    fields = fields_of(entry, field, names)
    signs = fields_of(fields["inertia"], f"{field}.inertia", ("positive", "negative", "zero"))
    loss = _vector(fields["loss"], f"{field}.loss", 2)
    return ClaimedComponent(
        None if fields["point"] is None else _vector(fields["point"], f"{field}.point", n),
        None if fields["box"] is None else _box(fields["box"], f"{field}.box", n),
        None if fields["system"] is None else _system(fields["system"], f"{field}.system", n),
        natural(fields["dimension"], f"{field}.dimension"),
        _one_of((EXACT, AT_LEAST), fields["dimension_bound"], f"{field}.dimension_bound") == EXACT,
        (
            natural(signs["positive"], f"{field}.inertia.positive"),
            natural(signs["negative"], f"{field}.inertia.negative"),
            natural(signs["zero"], f"{field}.inertia.zero"),
        ),
        _one_of((EXACT, AT_LEAST), fields["inertia_bound"], f"{field}.inertia_bound") == EXACT,
        (loss[0], loss[1]),
        _one_of(KINDS, fields["kind"], f"{field}.kind"),
        None if fields["global_by"] is None else _one_of(REASONS, fields["global_by"], f"{field}.global_by"),
        None if fields["falling"] is None else _arc(fields["falling"], f"{field}.falling", n),
        None if fields["rising"] is None else _arc(fields["rising"], f"{field}.rising", n),
        _one_of((PROVED, CERTIFIED), fields["level"], f"{field}.level"),
    )


def _box(entry: Any, field: str, n: int) -> ClaimedBox:
    fields = fields_of(entry, field, ("centre", "radii", "slices"))
    return ClaimedBox(
        _vector(fields["centre"], f"{field}.centre", n),
        _vector(fields["radii"], f"{field}.radii", n),
        tuple(_vector(row, f, n) for f, row in _entries(fields["slices"], f"{field}.slices")),
    )


def _system(entry: Any, field: str, n: int) -> ClaimedSystem:
    fields = fields_of(entry, field, ("vanishing", "equations", "relations", "dependent", "factors"))
    relations = []
    for where, relation in _entries(fields["relations"], f"{field}.relations"):
        parts = []
        for place, part in _entries(relation, where):
            named = fields_of(part, place, ("entry", "factor"))
            parts.append((_position(named["entry"], f"{place}.entry", n), _polynomial(named["factor"], f"{place}.factor", n)))
        relations.append(tuple(parts))
    return ClaimedSystem(
        tuple(_vector(form, f, n) for f, form in _entries(fields["vanishing"], f"{field}.vanishing")),
        _one_of((GRADIENT, FUNCTION_SPACE), fields["equations"], f"{field}.equations") == FUNCTION_SPACE,
        tuple(relations),
        tuple(_position(i, f, n) for f, i in _entries(fields["dependent"], f"{field}.dependent")),
        None if fields["factors"] is None else tuple(_factor(entry, f, n) for f, entry in _entries(fields["factors"], f"{field}.factors")),
    )


def _factor(entry: Any, field: str, n: int) -> tuple[Terms, tuple[Terms, ...]]:
    fields = fields_of(entry, field, ("factor", "cofactors"))
    cofactors = tuple(_polynomial(part, f, n) for f, part in _entries(fields["cofactors"], f"{field}.cofactors"))
    return _polynomial(fields["factor"], f"{field}.factor", n), cofactors


def _arc(entry: Any, field: str, n: int) -> ClaimedArc:
    fields = fields_of(entry, field, ("velocity", "bend", "order", "coefficient"))
    return ClaimedArc(
        _vector(fields["velocity"], f"{field}.velocity", n),
        _vector(fields["bend"], f"{field}.bend", n),
        natural(fields["order"], f"{field}.order"),
        number(fields["coefficient"], f"{field}.coefficient"),
    )


def _polynomial(value: Any, field: str, n: int) -> Terms:
    """A list of terms, each a coefficient and a list of n exponents."""
    found: Terms = {}
    for where, term in _entries(value, field):
        if not isinstance(term, list) or len(term) != 2 or not isinstance(term[1], list) or len(term[1]) != n:
            raise Malformed(where, f"a coefficient and a list of {n} exponents")
        exponents = tuple(natural(k, f"{where}[1]") for k in term[1])
        if sum(exponents) > LARGEST_DEGREE or exponents in found:
            raise Malformed(where, f"another monomial, of degree at most {LARGEST_DEGREE}")
        if coefficient := number(term[0], f"{where}[0]"):
            found[exponents] = coefficient
    return found


def _entries(value: Any, field: str) -> list[tuple[str, Any]]:
    """The entries of a list with where they stand."""
    if not isinstance(value, list):
        raise Malformed(field, "a list")
    return [(f"{field}[{k}]", entry) for k, entry in enumerate(value)]


def _vector(value: Any, field: str, length: int) -> Vector:
    if not isinstance(value, list) or len(value) != length:
        raise Malformed(field, f"a list of {length} exact numbers")
    return tuple(number(entry, f"{field}[{k}]") for k, entry in enumerate(value))


def _position(value: Any, field: str, n: int) -> int:
    """The position of a weight, from 0."""
    if natural(value, field) >= n:
        raise Malformed(field, f"the position of a weight, from 0 to {n - 1}")
    return value


def _one_of(words: tuple[str, ...], value: Any, field: str) -> str:
    if value not in words:
        raise Malformed(field, "one of " + ", ".join(words))
    return value


def number(value: Any, field: str) -> Fraction:
    """An exact number: "p/q", an integer "p", or "m*2^e".

    >>> number("-3/4", "x"), number("3*2^-2", "x")
    (Fraction(-3, 4), Fraction(3, 4))
    """
    found = _FRACTION.fullmatch(value) if isinstance(value, str) else None
    if found is not None:
        return Fraction(int(found[1]), int(found[2] or 1))
    try:
        return dyadic(value, field)
    except Malformed:
        raise Malformed(field, f'an exact number written "p/q" or "m*2^e", |e| at most {LARGEST_EXPONENT}') from None


def incoherence(claim: ClaimedComponent, n: int) -> str | None:
    """What is wrong with what is claimed of one component, whatever the loss; None if nothing is."""
    system, positive, negative, zero = claim.system, *claim.inertia
    if (claim.point is None) is (claim.box is None):
        return "either a point or a box is needed"
    if claim.box is not None and not min(claim.box.radii) > 0:
        return "a radius of the box is not positive"
    if claim.box is not None and system is None:
        return "a box needs a system of equations"
    if positive + negative + zero != n:
        return f"the inertia is not that of a matrix of size {n}"
    if system is None and claim.dimension:
        return "a dimension above 0 needs a system of equations"
    if system is not None and system.on_functions and (system.relations or system.dependent):
        return "equations in function space need no relations"
    if system is not None and system.factors is not None and (system.relations or system.dependent):
        return "factors need no relations"
    if system is not None and len({*system.dependent}) != len(system.relations):
        return "each relation needs one dependent entry of the gradient"
    if claim.level != (PROVED if claim.exact_inertia and claim.kind != DEGENERATE else CERTIFIED):
        return f"the level of what is claimed is not {claim.level}"
    if (claim.kind == GLOBAL) is (claim.global_by is None):
        return "a global minimum, and nothing else, needs a reason to be one"
    if (claim.falling or claim.rising) and claim.point is None:
        return "arcs are claimed without a rational point"
    return None


def failing_order(components: Sequence[ClaimedComponent], low: Fraction | None) -> str | None:
    """Whether a loss that is proved lies strictly below each minimum that is called spurious; ``low`` is that of the point ``low``."""
    known = [claim.loss[1] for claim in components] + ([] if low is None else [low])
    for k, claim in enumerate(components):
        if claim.kind == SPURIOUS and not min(known) < claim.loss[0]:
            return f"components[{k}]: no loss in the certificate lies strictly below this minimum, which is called spurious"
    return None
