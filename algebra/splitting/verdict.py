"""What a critical point becomes when units are split: the inertia of the wider network's Hessian, and what the point is to descent.

Derived afresh, with any number of copies and any ridge. Let one unit be split with shares λ_c ≠ 0 (Σ λ_c = 1), and let
ũ = Σ λ_c u_c, d_c = u_c − ũ, ṽ = Σ v_c, λ_c e_c = v_c − λ_c ṽ be coordinates: Σ λ_c d_c = Σ λ_c e_c = 0, and d = e = 0 is where
copies are equal. To second order in (d, e) the wider network puts into layer l + 1

Σ_c v_c σ(u_c·a) = ṽ σ(ũ·a) + ½ ṽ σ″ Σ λ_c (d_c·a)² + σ′ Σ λ_c e_c (d_c·a),

with no term of first order, whatever the other weights are. So in these coordinates the Hessian has no entry between (d, e) and
the rest:

∇²L_wide = ∇²L ⊕ Q ⊗ M,   M = [[B + Λ_u, D], [Dᵀ, Λ_v]],   Q = the form Σ λ_c z_c² on {Σ λ_c z_c = 0},

with the shared ridge (λ_c Λ_u, Λ_v/λ_c; :mod:`critscape.algebra.splitting.copies`). Q has one positive eigenvalue less than there are positive shares and
as many negative ones as there are negative shares, so that the inertia of Q ⊗ M follows. Petzka and Sminchisescu (JMLR 22, 2021)
have the case of two copies without ridge, [[αβB, (α+β)D], [(α+β)Dᵀ, 0]], in coordinates that couple to the rest by (α − β)D.

- Without a ridge on u and v: if D ≠ 0, M is indefinite, and the point is a strict saddle for all shares. If D = 0, M = B ⊕ 0.
- With a share λ_c = 0: if D = 0 and B has an eigenvalue that is not zero, points of equal loss with λ_c slightly to the side of its
  sign are strict saddles, so the point is no local minimum though its Hessian may have no negative eigenvalue.
- With a ridge: for positive shares Q is positive definite, and the verdict does not depend on them.

Where units of several layers are split, the higher layers come first: then B of a lower unit is that of the small network, and D has the
columns λ_t D^s for the copies t of a unit s above; e_t splits into its mean, on which M acts, and differences on which the ridge alone does.

Local minima that are not isolated. The weights whose copies compute what their unit computes, and whose outgoing weights add up to
those of their unit, are an affine space F of equal loss. It is critical as a whole if all D = 0 and the split units are in one layer; or if
every layer above the lowest one that is split has one unit in the small network, with an outgoing weight that is not zero (all
∂L/∂n of its copies are then multiples of its own). If ∇²L_wide ⪰ 0 and its kernel has the dimension of F, L is Morse–Bott there: its
points are local minima.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Any

from flint import arb

from critscape.algebra.splitting.copies import Plan, Split
from critscape.algebra.splitting.critical_point import CriticalPoint
from critscape.algebra.splitting.derivatives import BALLS, RATIONALS
from critscape.algebra.splitting.inertia import Inertia, inertia
from critscape.algebra.splitting.logarithms import Exact
from critscape.algebra.splitting.unit_matrices import UnitMatrices, unit_matrices


class Kind(Enum):
    """What a point is to descent."""

    GLOBAL_MINIMUM = "global minimum"
    MINIMUM = "local minimum"
    STRICT_SADDLE = "strict saddle"
    SADDLE = "saddle"
    """Not a local minimum, though the Hessian alone does not say so."""
    OPEN = "not decided"


@dataclass(frozen=True)
class Verdict:
    """What the embedded point is, and one sentence ``because``.

    ``inertia`` : of ∇²L_wide; None where it is not decided. ``family`` : the dimension of the set of critical points of equal loss through it
    that is known (0: none is).
    """

    kind: Kind
    inertia: Inertia | None
    family: int
    because: str


def form_inertia(shares: Sequence[Fraction]) -> Inertia:
    """The inertia of Σ λ_c z_c² on {Σ λ_c z_c = 0}, where Σ λ_c = 1.

    >>> form_inertia((Fraction(1), Fraction(1), Fraction(-1)))
    Inertia(positive=1, negative=1, zero=0)
    """
    # (1, …, 1) is orthogonal to the space under the form, which has the value 1 there.
    positive, negative = (sum(sign * share > 0 for share in shares) for sign in (1, -1))
    return Inertia(positive - 1, negative, len(shares) - positive - negative)


def product_inertia(one: Inertia, other: Inertia) -> Inertia:
    """The inertia of a Kronecker product of symmetric matrices.

    >>> product_inertia(Inertia(1, 1, 0), Inertia(2, 0, 1))
    Inertia(positive=2, negative=2, zero=2)
    """
    positive = one.positive * other.positive + one.negative * other.negative
    negative = one.positive * other.negative + one.negative * other.positive
    return Inertia(positive, negative, sum(one) * sum(other) - positive - negative)


def block_inertia(point: CriticalPoint, matrices: UnitMatrices, copies_above: Sequence[int]) -> Inertia | None:
    """The inertia of M for a unit, where unit s of the layer above has ``copies_above``[s] copies; None where it is not decided."""
    network, ridge = point.training.network, point.training.ridge
    inward, outward = (end(matrices.layer, matrices.unit) for end in (network.incoming, network.outgoing))
    extra = [Inertia(k - 1, 0, 0) if ridge[w] else Inertia(0, 0, k - 1) for k, w in zip(copies_above, outward)]
    if not matrices.ridged and matrices.vanishing.zero:
        base = None if matrices.inertia is None else Inertia(*matrices.inertia[:2], matrices.inertia.zero + len(outward))
    else:
        base = _whole(point, matrices, inward, outward)
    return None if base is None else _sum(base, *extra)


def _whole(point: CriticalPoint, matrices: UnitMatrices, inward: Sequence[int], outward: Sequence[int]) -> Inertia | None:
    """The inertia of M itself. Without a ridge M vanishes on (0, v), which balls cannot say: a column of D is left out for it."""
    ridge, kernel, columns = point.training.ridge, 0, list(range(len(outward)))
    if not matrices.ridged and not point.exact:
        sure = next((s for s, w in enumerate(outward) if point.weights[w] > 0 or point.weights[w] < 0), None)
        if sure is not None:
            columns.remove(sure)
            kernel = 1
    arithmetic = RATIONALS if point.exact else BALLS
    n, size = len(inward), len(inward) + len(columns)
    whole: Any = arithmetic.matrix(size, size)
    for i in range(n):
        for j in range(n):
            whole[i, j] = matrices.B[i, j] + (arithmetic.rational(ridge[inward[i]]) if i == j else arithmetic.rational(Fraction(0)))
        for k, s in enumerate(columns):
            whole[i, n + k] = whole[n + k, i] = matrices.D[i, s]
    for k, s in enumerate(columns):
        whole[n + k, n + k] = arithmetic.rational(ridge[outward[s]])
    found = inertia(whole)
    return None if found is None else Inertia(found.positive, found.negative, found.zero + kernel)


def _sum(*parts: Inertia) -> Inertia:
    return Inertia(*map(sum, zip(*parts)))


def verdict(point: CriticalPoint, plan: Plan) -> Verdict:
    """What the point of the wider network is into which ``plan`` embeds a critical point."""
    network = point.training.network
    copies = {(split.layer, split.unit): len(split.shares) for split in plan}
    pieces = []
    for split in plan:
        above = [copies.get((split.layer + 1, s), 1) for s in range(network.widths[split.layer + 1])]
        pieces.append(_piece(point, split, above))
    parts = [point.inertia, *(piece.inertia for piece in pieces)]
    total = None if None in parts else _sum(*(part for part in parts if part is not None))
    family = _family(point, pieces)
    kind, because = _judged(point, pieces, total, family)
    return Verdict(kind, total, family, because)


@dataclass(frozen=True)
class Piece:
    """A split with the matrices of its unit: ``inertia`` of Q ⊗ M (None: not decided), ``dimension`` of its (v_c) with Σ v_c = v.

    ``negative`` says whether Q ⊗ M is proved to have a negative eigenvalue, ``limit`` whether points of equal loss as near as one
    likes are strict saddles.
    """

    split: Split
    matrices: UnitMatrices
    inertia: Inertia | None
    dimension: int
    negative: bool
    limit: bool


def _piece(point: CriticalPoint, split: Split, above: Sequence[int]) -> Piece:
    matrices = unit_matrices(point, split.layer, split.unit)
    form, block = form_inertia(split.shares), block_inertia(point, matrices, above)
    flat = not matrices.ridged and bool(matrices.vanishing.zero)
    # With a share 0 the coordinates e_c are no coordinates, but where D = 0 they are not needed.
    found = product_inertia(form, block) if block is not None and (flat or not form.zero) else None
    # A principal submatrix has no more negative eigenvalues than the matrix.
    least = block or (matrices.inertia if not matrices.ridged else None) or Inertia(0, 0, 0)
    negative = product_inertia(form, least).negative > 0 or (not matrices.ridged and matrices.vanishing.zero is False)
    curved = matrices.inertia is not None and matrices.inertia.positive + matrices.inertia.negative > 0
    return Piece(split, matrices, found, (len(split.shares) - 1) * sum(above), negative, flat and form.zero > 0 and curved)


def _family(point: CriticalPoint, pieces: Sequence[Piece]) -> int:
    """The dimension of F, where F is known to be critical as a whole; else 0."""
    network = point.training.network
    free = [piece for piece in pieces if not piece.matrices.ridged and piece.matrices.vanishing.zero]
    layers = {piece.split.layer for piece in free}
    if len(layers) > 1:
        lowest = min(layers)
        above = [point.weights[network.outgoing(layer, 0)[0]] for layer in range(lowest + 1, network.depth)]
        if any(width != 1 for width in network.widths[lowest + 1 :]) or not all(_not_zero(weight) for weight in above):
            return 0
    return sum(piece.dimension for piece in free)


def _not_zero(weight: arb | Exact) -> bool:
    """Whether a weight is proved not to be zero."""
    return weight != Exact() if isinstance(weight, Exact) else bool(weight > 0 or weight < 0)


def _judged(point: CriticalPoint, pieces: Sequence[Piece], total: Inertia | None, family: int) -> tuple[Kind, str]:
    """The kind, and why."""
    if point.interpolates:
        return Kind.GLOBAL_MINIMUM, "the loss is 0, the least value of a sum of squares"
    if point.inertia is not None and point.inertia.negative:
        return Kind.STRICT_SADDLE, "the Hessian of the network that is split has a negative eigenvalue"
    for piece in pieces:
        if piece.negative:
            why = "D is not zero" if piece.matrices.vanishing.zero is False and not piece.matrices.ridged else "by the signs of Q and M"
            return Kind.STRICT_SADDLE, f"{_name(piece)}: the Hessian has a negative eigenvalue that moves the copies apart ({why})"
    for piece in pieces:
        if piece.limit:
            return Kind.SADDLE, f"{_name(piece)}: a share is 0, and points of equal loss with shares on one side of it are strict saddles"
    if total is not None and not total.zero:
        return Kind.MINIMUM, "the Hessian is positive definite"
    if total is not None and total.zero == family:
        return (
            Kind.MINIMUM,
            "the Hessian is positive semidefinite, and its kernel is tangent to the family of critical points of equal loss",
        )
    return Kind.OPEN, _open(point, pieces, total)


def _open(point: CriticalPoint, pieces: Sequence[Piece], total: Inertia | None) -> str:
    """What is missing for a verdict, and what to try."""
    if point.inertia is None or point.inertia.zero:
        return "the Hessian of the network that is split is not proved to be regular; split a point at which it is"
    for piece in pieces:
        if not piece.matrices.ridged and piece.matrices.vanishing.zero is None:
            return f"{_name(piece)}: {piece.matrices.vanishing.value}; an exact point, or a layer above of one unit, decides it"
        if piece.inertia is None:
            return f"{_name(piece)}: balls do not decide the inertia of its matrices, which are singular or nearly so; an exact point decides it"
        if piece.matrices.inertia is not None and piece.matrices.inertia.zero:
            return f"{_name(piece)}: B is singular, and terms of higher order decide; another unit, if there is one, another minimum or other data may not have that"
    return "the kernel of the Hessian is larger than the critical set that is known; split units of one layer only"


def _name(piece: Piece) -> str:
    return f"unit {piece.split.unit + 1} of layer {piece.split.layer}"
