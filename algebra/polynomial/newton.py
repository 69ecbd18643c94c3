"""Newton's method in multiprecision: balls rounded to their midpoints. Where to stop is for those to say who ask for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from flint import acb, acb_mat

Derivatives = Callable[[list[acb]], tuple[acb_mat, acb_mat]]
"""F (n × 1) and its Jacobian (n × n) at a point."""


def corrections(derivatives: Derivatives, start: Sequence[acb]) -> Iterator[tuple[list[acb], list[acb]]]:
    """Newton's method for F = 0 at FLINT's working precision: each new point (n) with the correction (n) that led there.

    It ends only where the Jacobian is singular or a correction is not finite.

    >>> square = lambda x: (acb_mat([[x[0] ** 2 - 2]]), acb_mat([[2 * x[0]]]))
    >>> [round(float(x.real), 6) for _, ([x], _) in zip(range(3), corrections(square, [acb(1)]))]
    [1.5, 1.416667, 1.414216]
    """
    x = [z.mid() for z in start]
    while (step := solution(*derivatives(x)[::-1])) is not None:
        x = [(z - s).mid() for z, s in zip(x, step)]
        yield x, [-s for s in step]


def solution(matrix: acb_mat, right: acb_mat) -> list[acb] | None:
    """The midpoints of matrix⁻¹·right (n × 1); None where the matrix is singular or the result not finite."""
    try:
        entries = matrix.mid().solve(right.mid(), algorithm="approx").mid().entries()
    except ZeroDivisionError:
        return None
    return entries if all(z.is_finite() for z in entries) else None
