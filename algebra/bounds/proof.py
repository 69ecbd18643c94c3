"""What a proof of an upper bound consists of; how it proves the bound is said in ``critscape.algebra.bounds.macaulay``."""

from __future__ import annotations

from dataclasses import dataclass


class Unproved(Exception):
    """No upper bound is proved; the message is one sentence that says why."""


Combination = tuple[tuple[int, tuple[int, ...], int], ...]
"""The terms (k, α, c) of Σ c w^α g_k with integers c ≠ 0, where g_0, g_1, … are polynomials that are known."""


@dataclass(frozen=True)
class UpperBound:
    """That ∇L has at most ``bound`` complex zeros, counted with multiplicity, and how to prove it.

    Parameters
    ----------
    bound : Σ dim A_t over t ≤ s.
    prime : p < 2⁶³, modulo which the leading forms of the generators generate an ideal; A is the algebra modulo this ideal.
    falls : pairs (D, d) in turn: the degree falls to degree at most d among the multiples of degree at most D join the generators.
    degree : s, with A_{s+1} = 0.
    combinations : before these falls, each joins the generators, divided by its content. The g_k are the ∂L/∂w_i that are not zero, each
        times its common denominator, and the combinations before it. Large proofs have these, small ones have falls.
    """

    bound: int
    prime: int
    falls: tuple[tuple[int, int], ...]
    degree: int
    combinations: tuple[Combination, ...] = ()

    def document(self) -> dict:
        """The proof in JSON's types. Coefficients of combinations are hexadecimal, as Python limits the decimal digits that it reads."""
        terms = [[[k, list(exponents), hex(c)] for k, exponents, c in combination] for combination in self.combinations]
        return {
            "bound": self.bound,
            "prime": self.prime,
            "falls": [list(pair) for pair in self.falls],
            "degree": self.degree,
            **({"combinations": terms} if terms else {}),
        }
