"""Rational linear subspaces T of weight space, on which critical points are sought, and the linear forms that suggest them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import flint
import numpy as np
from flint import acb, fmpq, fmpq_mat

from critscape.algebra.polynomial.loss import Loss, polynomial

Form = tuple[fmpq, ...]
"""w ↦ Σ_i a_i w_i by its n coefficients."""


@dataclass(frozen=True)
class Subspace:
    """T ⊂ ℝⁿ, n = ``dimension``: w_i = Σ_j e_ij w_j for each ``bound`` weight i, its form given by pairs of a free weight j and e_ij ≠ 0.

    The free weights are coordinates of T. A coordinate subspace {w_Z = 0} has empty forms.
    """

    dimension: int
    bound: tuple[tuple[int, tuple[tuple[int, fmpq], ...]], ...] = ()

    @cached_property
    def free(self) -> tuple[int, ...]:
        bound = {i for i, _ in self.bound}
        return tuple(i for i in range(self.dimension) if i not in bound)

    @property
    def skew(self) -> bool:
        """Whether T is no coordinate subspace."""
        return any(form for _, form in self.bound)

    @property
    def equations(self) -> tuple[Form, ...]:
        """Independent forms that vanish on T."""
        found = []
        for i, form in self.bound:
            row = [fmpq(0)] * self.dimension
            row[i] = fmpq(1)
            for j, e in form:
                row[j] = -e
            found.append(tuple(row))
        return tuple(found)

    def placed(self, point: Sequence[acb]) -> list[acb]:
        """The point of T with the free weights of a ``point`` (n,)."""
        found = list(point)
        for i, form in self.bound:
            found[i] = sum((point[j] * e for j, e in form), acb(0))
        return found

    def near(self, point: np.ndarray) -> np.ndarray:
        """The same in double precision."""
        found = np.array(point, dtype=float)
        for i, form in self.bound:
            found[i] = sum(point[j] * number(e) for j, e in form)
        return found

    def along(self, row: Sequence[acb]) -> list[acb]:
        """Derivatives by the free weights on T, from a ``row`` (n,) of those by all weights."""
        found = {j: row[j] for j in self.free}
        for i, form in self.bound:
            for j, e in form:
                found[j] += row[i] * e
        return list(found.values())

    def restricted(self, value: flint.fmpq_mpoly) -> flint.fmpq_mpoly:
        """A polynomial on T, in the free weights."""
        bound, ring = dict(self.bound), value.context()
        if not self.skew:
            return ring.from_dict({e: c for e, c in value.to_dict().items() if not any(e[i] for i in bound)})
        gens = ring.gens()
        places = [x if i not in bound else sum((gens[j] * e for j, e in bound[i]), ring.constant(0)) for i, x in enumerate(gens)]
        return value.compose(*places, ctx=ring)

    def contains(self, ball: Sequence[acb], inside: Subspace) -> bool:
        """Whether the point of the subspace ``inside`` that a ball encloses is proved to lie in T."""
        return all(holds(form, ball, inside) for form in self.equations)

    def form_on(self, form: Form) -> Form:
        """A linear form on T, in the free weights."""
        found = list(form)
        for i, own in self.bound:
            factor, found[i] = found[i], fmpq(0)
            for j, e in own:
                found[j] += factor * e
        return tuple(found)


def holds(form: Form, ball: Sequence[acb], inside: Subspace) -> bool:
    """Whether a linear form vanishes exactly at the point of the subspace ``inside`` that a ball encloses."""
    own = inside.form_on(form)
    return sum((z * a for z, a in zip(ball, own) if a), acb(0)) == 0


def coordinate_subspace(dimension: int, zero: Sequence[int]) -> Subspace:
    """{w_Z = 0}, Z = ``zero``."""
    return Subspace(dimension, tuple((i, ()) for i in sorted(zero)))


def common_zeros(dimension: int, forms: Sequence[Form]) -> Subspace:
    """Where linear forms vanish: by elimination, each time of the weight with the largest coefficient.

    >>> common_zeros(2, [(fmpq(7), fmpq(-6))]).bound
    ((0, ((1, 6/7),)),)
    """
    rows: dict[int, list[fmpq]] = {}
    for form in forms:
        row = list(form)
        for i, other in rows.items():
            row = [a - row[i] * b for a, b in zip(row, other)]
        pivot = max(range(dimension), key=lambda j: abs(row[j]))
        if row[pivot] == 0:
            continue
        row = [a / row[pivot] for a in row]
        rows = {i: [a - other[pivot] * b for a, b in zip(other, row)] for i, other in rows.items()}
        rows[pivot] = row
    return Subspace(dimension, tuple((i, tuple((j, -a) for j, a in enumerate(rows[i]) if a and j != i)) for i in sorted(rows)))


@lru_cache(maxsize=64)
def linear_forms(loss: Loss) -> tuple[Form, ...]:
    """The weights, then reduced bases of the forms that the homogeneous parts of L depend on, where these are no weights.

    A homogeneous polynomial depends on the forms that vanish on its lineality space {v: ∂P/∂v ≡ 0}. Few samples x_i show there: a first
    layer enters by w·x_i alone; and few targets: the part of the lowest degree has the last layer by combinations of its rows.

    >>> from critscape.algebra.polynomial.loss import Family
    >>> skew = Loss(Family(("x", "y"), (), lambda w, p: (w[0] + 2 * w[1]) ** 2), ())
    >>> linear_forms(skew)
    ((1, 0), (0, 1), (1, 2))
    """
    n = loss.dimension
    parts: dict[int, dict[tuple[int, ...], list[fmpq]]] = {}
    for exponents, c in polynomial(loss).to_dict().items():
        e = tuple(map(int, exponents))
        rows = parts.setdefault(sum(e), {})
        for i in (i for i in range(n) if e[i]):
            rows.setdefault((*e[:i], e[i] - 1, *e[i + 1 :]), [fmpq(0)] * n)[i] = c * e[i]
    forms = [tuple(fmpq(int(i == j)) for j in range(n)) for i in range(n)]
    for degree in sorted(parts):
        if parts[degree]:
            echelon, rank = fmpq_mat(list(parts[degree].values())).rref()
            forms += [tuple(echelon[r, j] for j in range(n)) for r in range(rank)]
    return tuple(dict.fromkeys(forms))


def floats(forms: Sequence[Form], dimension: int) -> np.ndarray:
    """The coefficients (k × n) of forms in double precision, the largest of each 1 in size."""
    rows = np.array([[number(a) for a in form] for form in forms]).reshape(len(forms), dimension)
    return rows / np.abs(rows).max(axis=1, initial=np.finfo(float).tiny)[:, None]


def number(value: fmpq) -> float:
    """A rational number in double precision."""
    return int(value.p) / int(value.q)
