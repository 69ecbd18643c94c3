"""The finite symmetries of a loss: signed permutations of the variables that leave it unchanged, found from the polynomial.

A signed permutation σ acts by (σw)_{π(i)} = s_i w_i. L is invariant when c_{π(α)} = c_α ∏ s_i^{α_i} for every monomial. The sign
changes alone are the kernel of the exponent matrix modulo 2; a permutation π that keeps exponents and |c_α| extends to a
signed one exactly when the signs solve a linear system modulo 2.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from numbers import Rational

import numpy as np

from critscape.algebra.polynomial.loss import Family, Loss, polynomial, terms

Terms = dict[tuple[int, ...], Fraction]


@dataclass(frozen=True)
class SignedPermutation:
    """(σw)[image[i]] = sign[i]·w[i]."""

    image: tuple[int, ...]
    sign: tuple[int, ...]

    def __call__(self, point: Sequence) -> list:
        """The moved point (any kind of coordinates).

        >>> SignedPermutation((1, 0), (1, -1))([5, 7])
        [-7, 5]
        """
        moved = [None] * len(self.image)
        for i, (target, sign) in enumerate(zip(self.image, self.sign)):
            moved[target] = point[i] if sign > 0 else -point[i]
        return moved

    def __matmul__(self, other: SignedPermutation) -> SignedPermutation:
        """The composition: first ``other``, then this one.

        >>> swap = SignedPermutation((1, 0), (1, -1))
        >>> swap @ swap
        SignedPermutation(image=(0, 1), sign=(-1, -1))
        """
        image = tuple(self.image[k] for k in other.image)
        return SignedPermutation(image, tuple(s * self.sign[k] for s, k in zip(other.sign, other.image)))

    def of(self, points: np.ndarray) -> np.ndarray:
        """The moved points, one per row of ``points`` (P, n)."""
        moved = np.empty_like(points)
        moved[:, list(self.image)] = points * np.array(self.sign)
        return moved


@dataclass(frozen=True)
class SymmetryGroup:
    """A finite group of signed permutations: generators and order."""

    generators: tuple[SignedPermutation, ...]
    order: int


@lru_cache(maxsize=64)
def symmetry_group(loss: Loss) -> SymmetryGroup:
    """All signed permutations that leave L unchanged.

    Generators of the sign changes come first, then one signed permutation for each step of a base-and-orbit search: for each
    variable k, automorphisms that fix the variables before k and move k to each place it can reach.
    """
    coefficients = terms(polynomial(loss))
    n = loss.dimension
    signs = [SignedPermutation(tuple(range(n)), sign) for sign in sign_changes(coefficients, n)]
    generators, order = list(signs), 2 ** len(signs)
    alike = refined(coefficients, n, ())
    for k in range(n):
        reached = {k}
        for target in range(k + 1, n):
            # Unlike variables are never exchanged, and what the generators found so far reach from k needs no new search.
            if alike[target] != alike[k] or target in reached:
                continue
            found = next(automorphisms(coefficients, n, tuple(range(k)) + (target,)), None)
            if found is not None:
                generators.append(found)
                fixing = [g.image for g in generators if g.image[:k] == tuple(range(k))]
                reached = orbit_of(k, fixing)
        order *= len(reached)
    return SymmetryGroup(tuple(generators), order)


def elements(group: SymmetryGroup, n: int) -> tuple[SignedPermutation, ...]:
    """All elements of a group that acts on n variables, the identity first.

    >>> len(elements(SymmetryGroup((SignedPermutation((1, 0), (1, -1)),), 4), 2))
    4
    """
    found = [SignedPermutation(tuple(range(n)), (1,) * n)]
    seen = set(found)
    for element in found:
        for generator in group.generators:
            product = generator @ element
            if product not in seen:
                seen.add(product)
                found.append(product)
    return tuple(found)


@lru_cache(maxsize=64)
def family_symmetries(family: Family) -> SymmetryGroup:
    """The signed permutations of the variables that leave every member of a family unchanged.

    They are found at a random rational member, which has no others (with probability one).
    """
    draw = np.random.default_rng(0)
    values = tuple(Fraction(int(k), 7919) for k in draw.integers(1, 2**40, len(family.parameters)))
    return symmetry_group(Loss(family, values))


def leaves_unchanged(element: SignedPermutation, loss: Loss) -> bool:
    """Whether L(σw) = L(w), decided exactly."""
    if element.image == tuple(range(len(element.image))):
        # A change of signs: every monomial must have an even degree in the variables that it moves.
        return not (exponents(loss)[:, np.array(element.sign) < 0].sum(axis=1) % 2).any()
    expanded = polynomial(loss)
    return expanded.compose(*element(expanded.context().gens())) == expanded


@dataclass(frozen=True)
class Parity:
    """What changes its sign (−1) or does not (1) with some of the weights: products and sums of such, as far as terms of a sum agree."""

    sign: int

    def __mul__(self, other: Parity | Rational) -> Parity:
        return Parity(self.sign * other.sign) if isinstance(other, Parity) else self

    def __add__(self, other: Parity | Rational) -> Parity:
        if other != 0 and self.sign != (other.sign if isinstance(other, Parity) else 1):
            raise ValueError("a sum of what changes its sign and of what does not")
        return self

    def __pow__(self, power: int) -> Parity:
        return Parity(self.sign**power)

    def __truediv__(self, other: int) -> Parity:
        return self

    def __neg__(self) -> Parity:
        return self

    __rmul__, __radd__, __sub__, __rsub__ = __mul__, __add__, __add__, __add__


@lru_cache(maxsize=1024)
def leaves_family_unchanged(element: SignedPermutation, family: Family) -> bool:
    """Whether a change of signs is seen to leave every member of a family unchanged: all terms of each sum in its formula change alike."""
    if element.image != tuple(range(len(element.image))):
        return False
    try:
        value = family.formula([Parity(sign) for sign in element.sign], [Parity(1)] * len(family.parameters))
    except ValueError:
        return False
    return not isinstance(value, Parity) or value.sign == 1


@lru_cache(maxsize=64)
def exponents(loss: Loss) -> np.ndarray:
    """The exponents of the monomials of L, (M, n)."""
    return np.array(polynomial(loss).monoms(), dtype=int).reshape(-1, loss.dimension)


def orbit_of(index: int, images: Sequence[Sequence[int]]) -> set[int]:
    """The indices that the permutations (lists of images) reach from ``index``."""
    reached, frontier = {index}, [index]
    while frontier:
        current = frontier.pop()
        for image in images:
            if image[current] not in reached:
                reached.add(image[current])
                frontier.append(image[current])
    return reached


def sign_changes(coefficients: Terms, n: int) -> list[tuple[int, ...]]:
    """A basis of the sign vectors s with ∏ s_i^{α_i} = 1 for every monomial α.

    >>> sign_changes({(1, 1): Fraction(1), (2, 0): Fraction(1)}, 2)
    [(-1, -1)]
    """
    rows = {sum((exponent & 1) << i for i, exponent in enumerate(alpha)) for alpha in coefficients}
    pivots = _echelon(rows)
    basis = []
    for free in (i for i in range(n) if i not in pivots):
        flipped = 1 << free
        for pivot in sorted(pivots):
            if (pivots[pivot] & flipped).bit_count() & 1:
                flipped ^= 1 << pivot
        basis.append(tuple(-1 if flipped >> i & 1 else 1 for i in range(n)))
    return basis


def _echelon(rows: set[int]) -> dict[int, int]:
    """Reduced row echelon form modulo 2: highest set bit → row, bits of the row being variables."""
    pivots: dict[int, int] = {}
    for row in rows:
        for pivot in sorted(pivots, reverse=True):
            if row >> pivot & 1:
                row ^= pivots[pivot]
        if row:
            lead = row.bit_length() - 1
            pivots = {p: (other ^ row if other >> lead & 1 else other) for p, other in pivots.items()}
            pivots[lead] = row
    return pivots


def automorphisms(coefficients: Terms, n: int, prefix: tuple[int, ...]) -> Iterator[SignedPermutation]:
    """Signed permutations that preserve the polynomial and send variable i to ``prefix[i]`` for i < len(prefix)."""
    source = refined(coefficients, n, tuple(range(len(prefix))))
    target = refined(coefficients, n, prefix)
    if sorted(source) != sorted(target):
        return
    # Individualise the first variable whose class is not a single one yet, in the source by the smallest, in the target by any.
    classes = defaultdict(list)
    for i, colour in enumerate(source):
        classes[colour].append(i)
    if any(len(members) > 1 for members in classes.values()):
        position = len(prefix)
        for candidate in (j for j in range(n) if j not in prefix and target[j] == source[position]):
            yield from automorphisms(coefficients, n, prefix + (candidate,))
        return
    place = {colour: j for j, colour in enumerate(target)}
    image = tuple(place[colour] for colour in source)
    sign = matching_signs(coefficients, image)
    if sign is not None:
        yield SignedPermutation(image, sign)


def refined(coefficients: Terms, n: int, marked: tuple[int, ...]) -> list[int]:
    """Colours of the variables, comparable between calls, after refinement on the variable–monomial graph.

    ``marked`` variables get colours of their own in that order; the others are told apart by the monomials they stand in. A
    colour is the hash of what it was refined from: a collision could only hide a symmetry, never invent one.
    """
    supports = [(hash(abs(c)), [(i, e) for i, e in enumerate(alpha) if e]) for alpha, c in coefficients.items()]
    colours = [hash((n, marked.index(i) if i in marked else n)) for i in range(n)]
    distinct = 0
    while len(set(colours)) > distinct:
        distinct = len(set(colours))
        seen: list[list[int]] = [[] for _ in range(n)]
        for size, support in supports:
            around = hash((size, tuple(sorted((e, colours[i]) for i, e in support))))
            for i, e in support:
                seen[i].append(hash((e, around)))
        colours = [hash((colours[i], tuple(sorted(seen[i])))) for i in range(n)]
    return colours


def matching_signs(coefficients: Terms, image: tuple[int, ...]) -> tuple[int, ...] | None:
    """Signs s with c_{π(α)} = c_α ∏ s_i^{α_i} for all α, or None when the permutation ``image`` admits none."""
    n = len(image)
    rows = set()
    for alpha, coefficient in coefficients.items():
        moved = [0] * n
        for i, exponent in enumerate(alpha):
            moved[image[i]] = exponent
        partner = coefficients.get(tuple(moved))
        if partner is None or abs(partner) != abs(coefficient):
            return None
        odd = sum((exponent & 1) << (i + 1) for i, exponent in enumerate(alpha))
        rows.add(odd | (partner != coefficient))
    pivots = _echelon(rows)
    if 0 in pivots:
        return None
    sign = [1] * n
    # Free variables stay +1; in reduced form each pivot row then fixes its own variable.
    for pivot, row in pivots.items():
        if row & 1:
            sign[pivot - 1] = -1
    return tuple(sign)
