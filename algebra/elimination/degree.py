"""The degree of the gradient ideal: dim k[w]/(∇L) and the number of distinct zeros, modulo random primes.

Both equal those over ℚ unless the prime is unlucky, as finitely many are: agreement is strong evidence, not proof.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf

import flint
import numpy as np

from critscape.algebra.elimination import msolve
from critscape.algebra.elimination.groebner_basis import leading_monomials
from critscape.algebra.elimination.hilbert import dimension_and_degree
from critscape.algebra.polynomial.loss import Loss

SMALLEST_PRIME = 2**29
"""Random primes are drawn between this and the largest that msolve takes."""


@dataclass(frozen=True)
class Elimination:
    """Degree of the gradient ideal, dim k[w]/(∇L), and number of distinct zeros, over k = 𝔽_p or ℚ (``prime`` None).

    ``work`` is what its Gröbner basis took (:mod:`critscape.algebra.elimination.program`), 0 where that was not counted.
    """

    prime: int | None
    degree: int
    distinct: int
    work: float = 0.0

    def __str__(self) -> str:
        field = "over ℚ" if self.prime is None else f"modulo {self.prime}"
        return f"degree {self.degree}, {self.distinct} distinct {field}"


def random_primes(rng: np.random.Generator, number: int) -> list[int]:
    """Distinct random primes of 30 bits.

    What goes wrong modulo a prime does so for finitely many; a prime drawn at random is none of them with probability close to one.
    """
    found: set[int] = set()
    while len(found) < number:
        candidate = int(rng.integers(SMALLEST_PRIME, msolve.LARGEST_PRIME)) | 1
        if flint.fmpz(candidate).is_prime():
            found.add(candidate)
    return sorted(found)


def modular(
    loss: Loss, primes: Sequence[int], seconds: float, most: float = inf, watch: Callable[[str], None] = lambda matrix: None
) -> list[Elimination]:
    """The degree modulo each of the primes.

    Raises
    ------
    msolve.PositiveDimension, msolve.TooMuchWork, msolve.MsolveError : as :func:`critscape.algebra.elimination.msolve.quotient`.
    """
    found = []
    for prime in primes:
        quotient = msolve.quotient(loss, prime, seconds, most, watch)
        found.append(Elimination(prime, quotient.degree, quotient.distinct, quotient.work))
    return found


def rational_primes(loss: Loss, modulo: Elimination) -> float:
    """A guess of the number of primes from which elimination over ℚ is lifted.

    The coefficients of a rational parametrisation of degree D have about D·(2h + 10) bits where those of ∇L have h, as measured on
    networks and random polynomials to within a factor of two; primes have 30 bits.
    """
    return 1 + modulo.degree * (2 * msolve.height(loss) + 10) / 30


def rational_work(loss: Loss, modulo: Elimination) -> float:
    """A guess of the work of the elimination over ℚ: modulo each of its primes the parametrisation takes 8 D³ operations beside the
    Gröbner basis, and a run 10⁷.
    """
    return rational_primes(loss, modulo) * (modulo.work + 8.0 * modulo.degree**3 + 1e7)


def dimension_modulo(loss: Loss, prime: int, seconds: float, most: float = inf) -> tuple[int, int]:
    """Dimension and degree of the critical set modulo a prime; (−1, 0) is the empty set.

    Raises
    ------
    msolve.TooMuchWork, msolve.MsolveError : msolve took more work than ``most``, failed or ran out of time.
    """
    return dimension_and_degree(leading_monomials(loss, prime, seconds, most), loss.dimension)


def not_finite(loss: Loss, prime: int, seconds: float) -> str:
    """One sentence with the dimension and the degree of the critical set modulo a prime.

    Raises
    ------
    msolve.MsolveError : msolve failed or ran out of time.
    """
    dimension, degree = dimension_modulo(loss, prime, seconds)
    return f"the critical set has dimension {dimension} and degree {degree} (elimination modulo {prime}: probabilistic)"
