"""Upper bounds for the number of isolated critical points from the shape of the gradient system alone.

N_C ≤ mixed volume with the origin adjoined (Bernstein–Khovanskii–Kushnirenko; Li–Wang 1996 for affine roots)
≤ multihomogeneous Bézout number (Morgan–Sommese 1987) ≤ Bézout number. The mixed volume is computed by an engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod

from critscape.algebra.polynomial.loss import Loss, gradient

Partition = tuple[tuple[int, ...], ...]

BEZOUT = "Bézout number"
"""The name of the bound that is the product of the degrees."""


@dataclass(frozen=True)
class Bound:
    """An upper bound for N_C; ``exact`` says that it is proved, with no rounding and no choice of primes in it."""

    name: str
    value: int
    exact: bool


@lru_cache(maxsize=64)
def supports(loss: Loss) -> tuple[tuple[tuple[int, ...], ...], ...]:
    """The exponent vectors of each ∂L/∂w_i, the origin adjoined: the supports of the tilted gradient."""
    origin = (0,) * loss.dimension
    return tuple(tuple(dict.fromkeys([*(tuple(map(int, e)) for e in slope.to_dict()), origin])) for slope in gradient(loss))


def bezout(loss: Loss) -> int:
    """The product of the degrees of ∂L/∂w_i."""
    return prod(max(map(sum, support)) for support in supports(loss))


def mixed_volume_in_closed_form(loss: Loss) -> int | None:
    """The mixed volume with the origin adjoined where no cells need to be found: in one variable it is the length of the interval that
    the exponents span, the degree of L′. None in more variables.
    """
    return bezout(loss) if loss.dimension == 1 else None


def multihomogeneous_bezout(loss: Loss, partition: Partition) -> int:
    """The Bézout number for variables grouped as in ``partition`` (indices): the coefficient of ∏ z_g^{n_g} in ∏_i Σ_g d_ig z_g.

    d_ig is the degree of ∂L/∂w_i in the variables of group g and n_g the size of the group.
    """
    degrees = [[max(sum(alpha[i] for i in group) for alpha in support) for group in partition] for support in supports(loss)]
    return _coefficient(degrees, [len(group) for group in partition])


def _coefficient(degrees: Sequence[Sequence[int]], sizes: Sequence[int]) -> int:
    partial = {(0,) * len(sizes): 1}
    for row in degrees:
        grown: dict[tuple[int, ...], int] = {}
        for taken, count in partial.items():
            for g, degree in enumerate(row):
                if degree and taken[g] < sizes[g]:
                    key = taken[:g] + (taken[g] + 1,) + taken[g + 1 :]
                    grown[key] = grown.get(key, 0) + count * degree
        partial = grown
    return partial.get(tuple(sizes), 0)


def best_multihomogeneous_bezout(loss: Loss, partitions: Iterable[Partition]) -> tuple[int, Partition]:
    """The least multihomogeneous Bézout number over the offered partitions, their greedy coarsenings and the single group."""
    n = loss.dimension
    best: tuple[int, Partition] = (bezout(loss), (tuple(range(n)),))
    for partition in partitions:
        count = multihomogeneous_bezout(loss, partition)
        improving = True
        while improving:
            best = min(best, (count, partition))
            improving = False
            for a in range(len(partition)):
                for b in range(a + 1, len(partition)):
                    merged = tuple(g for k, g in enumerate(partition) if k not in (a, b)) + (partition[a] + partition[b],)
                    merged_count = multihomogeneous_bezout(loss, merged)
                    if merged_count < count:
                        count, coarser, improving = merged_count, merged, True
            if improving:
                partition = coarser
    return best
