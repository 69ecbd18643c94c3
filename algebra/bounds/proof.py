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
    bound : Σ dim A_t over t ≤ s.
    prime : p < 2⁶³, modulo which the leading forms of the generators generate an ideal; A is the algebra modulo this ideal.
    falls : pairs (D, d) in turn: the degree falls to degree at most d among the multiples of degree at most D join the generators.
    degree : s, with A_{s+1} = 0.
    """

    bound: int
    prime: int
    falls: tuple[tuple[int, int], ...]
    degree: int
