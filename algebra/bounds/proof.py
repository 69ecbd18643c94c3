"""What a proof of an upper bound consists of; how it proves the bound is said in ``critscape.algebra.bounds.macaulay``."""

from __future__ import annotations

from dataclasses import dataclass


class Unproved(Exception):
    """No upper bound is proved; the message is one sentence that says why."""


@dataclass(frozen=True)
class UpperBound:
    """That ∇L has at most ``bound`` complex zeros, counted with multiplicity, and how to prove it.

    Parameters
    ----------
    bound : dim P_s − dim V.
    prime : the ranks are those modulo this prime, which is below 2⁶³.
    falls : pairs (D, d) in turn: the degree falls to degree at most d among the multiples of degree at most D join the generators.
    degree : s.
    """

    bound: int
    prime: int
    falls: tuple[tuple[int, int], ...]
    degree: int
