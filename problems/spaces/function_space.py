"""The function space of a network: the image of its coefficient map w ↦ c(w), where f_w(x) = Σ_α c_α(w) x^α.

Terms as in the literature (Kileel, Trager and Bruna, arXiv 1905.12207; Kohn, Montúfar, Shahverdi and Trager, arXiv
2304.05752): the *dimension* is that of the Zariski closure V of the image (the neurovariety); the *expected dimension* is the
number of weights without those that continuous symmetries take up, but at most the dimension of the ambient space; the *defect*
is the expected dimension minus the dimension; the network is *filling* if V is the ambient space. Then the real image is *thick*:
it has interior points, but it may still miss an open set.

The ambient space is the smallest affine space that contains the image. The symmetries are the affine vector fields on the weights
along which f_w is constant, found by exact linear algebra: for W_{H+1} σ(W_H ⋯ σ(W_1 x)) with σ(t) = tᵏ, k ≥ 2, the rescalings of
hidden units, so that the expected dimension is that of Kileel, Trager and Bruna; for linear networks GL(d) of every
hidden layer, so that there is no defect with one of them. A defect may come from symmetries that are not affine: from O(k) for k
squares with trained outer weights, from a wide layer behind a narrow one for linear networks (2-1-2-2-3: dimension 4, expected 5).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

import flint

from critscape.algebra.bounds.polynomial_map import ImageDimension, PolynomialMap, image_dimension
from critscape.algebra.polynomial.loss import exact
from critscape.problems.networks.families.convolutional import Convolutional
from critscape.problems.networks.families.deep_quadratic import DeepQuadratic
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.low_rank import LowRank
from critscape.problems.networks.families.polynomial_network import PolynomialNetwork
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.networks.families.towers import Towers
from critscape.problems.networks.network import Network, matrices, variables, weight_count

MOST_WEIGHTS = 40
MOST_TERMS = 3_000
"""Terms of all c_α together; with more, the symmetries take many seconds."""


class TooLarge(ValueError):
    """The coefficient map is beyond the bounds of this module; the message carries the number."""


@dataclass(frozen=True)
class KnownImage:
    """What a theorem says of the real image.

    ``dimension`` is that of its closure, ``everything`` says whether each point of the ambient space is a function of the network,
    ``sentence`` what the image is, exactly.
    """

    dimension: int
    everything: bool
    sentence: str


@dataclass(frozen=True)
class FunctionSpace:
    """The image of the coefficient map of ``network``: ``measured`` by linear algebra, ``known`` by a theorem (None if by none)."""

    network: Network
    coefficients: PolynomialMap
    measured: ImageDimension
    known: KnownImage | None

    @property
    def ambient(self) -> int:
        """The dimension of the smallest affine space that contains the image."""
        return self.measured.span

    @property
    def dimension(self) -> int:
        """The dimension of the closure of the image: at least this is proved; see ``proved``."""
        return self.measured.rank

    @property
    def expected(self) -> int:
        """The expected dimension, which is an upper bound for the dimension."""
        return self.measured.bound

    @property
    def defect(self) -> int:
        """Expected dimension minus dimension."""
        return self.expected - self.dimension

    @property
    def proved(self) -> bool:
        """Whether ``dimension`` is proved to be no more than the dimension; else ``measured.doubt`` bounds the probability of error."""
        return self.dimension == self.expected or self.known is not None

    @property
    def filling(self) -> bool:
        """Whether the closure of the image is the ambient space."""
        return self.dimension == self.ambient

    @property
    def everything(self) -> bool | None:
        """Whether the real image itself is the ambient space; None if that is not known."""
        if not self.filling:
            return False
        if self.coefficients.degree <= 1:
            # The image of an affine map is an affine space.
            return True
        return self.known.everything if self.known else None


@lru_cache(maxsize=16)
def function_space(network: Network) -> FunctionSpace:
    """The function space of a network that has one (``outputs`` > 0).

    Raises
    ------
    TooLarge : more than ``MOST_WEIGHTS`` weights, or more than ``MOST_TERMS`` terms in the coefficients.

    >>> space = function_space(Linear((3, 2, 3)))
    >>> space.dimension, space.expected, space.ambient, space.proved
    (8, 8, 9, True)
    """
    if weight_count(network) > MOST_WEIGHTS:
        raise TooLarge(f"not computed for {weight_count(network)} weights (at most {MOST_WEIGHTS})")
    coefficients = coefficient_map(network)
    if coefficients.terms > MOST_TERMS:
        raise TooLarge(f"not computed for coefficients with {coefficients.terms:,} terms in all (at most {MOST_TERMS:,})")
    measured, known = image_dimension(coefficients), known_image(network)
    if known and known.dimension != measured.rank:
        raise ArithmeticError(f"{network.title}: a function space of dimension {known.dimension} was measured as {measured.rank}")
    return FunctionSpace(network, coefficients, measured, known)


def coefficient_map(network: Network) -> PolynomialMap:
    """w ↦ c(w) expanded over ℚ: the c_α of the first output in the order of ``network.exponents``, then those of the next."""
    names = variables(network)
    ring = flint.fmpq_mpoly_ctx.get(names, "degrevlex")

    def in_ring(value: Any) -> flint.fmpq_mpoly:
        # A coefficient without weights (zero, or that of a skip connection) comes as a plain number.
        return ring.constant(exact(value)) if isinstance(value, (int, Fraction)) else value

    rows = network.coefficients(matrices(network, ring.gens()))
    return PolynomialMap(names, tuple(in_ring(value) for row in rows for value in row))


def known_image(network: Network) -> KnownImage | None:
    """The image, where a theorem gives it for the family; None where none is known here."""
    # By the class itself: a subclass computes another function.
    theorem = KNOWN.get(type(network))
    return theorem(network) if theorem else None


def _linear(network: Linear) -> KnownImage:
    return bounded_rank(network.inputs, network.outputs, min(network.widths))


def _towers(network: Towers) -> KnownImage:
    """A matrix of rank ≤ r + s is a sum of two of rank ≤ r and ≤ s."""
    return bounded_rank(network.inputs, network.outputs, sum(min(widths) for widths in network.towers))


def _low_rank(network: LowRank) -> KnownImage:
    found = bounded_rank(network.inputs, network.outputs, network.rank)
    return replace(found, sentence=found.sentence + ", without some that the chart leaves out")


def _quadratic(network: Quadratic) -> KnownImage:
    if network.output is None:
        return bounded_signature(network.inputs, network.hidden, None, network.norm_regressor)
    plus, minus = sum(a > 0 for a in network.output), sum(a < 0 for a in network.output)
    return bounded_signature(network.inputs, plus, minus, network.norm_regressor)


def _polynomial_network(network: PolynomialNetwork) -> KnownImage | None:
    if network.powers == (1,):
        return _linear(Linear(network.widths))
    if network.powers == (2,) and len(network.widths) == 3 and network.outputs == 1:
        return bounded_signature(network.inputs, network.widths[1], None, False)
    return None


def _deep_quadratic(network: DeepQuadratic) -> KnownImage | None:
    if network.depth == 1 and network.outputs == 1:
        return bounded_signature(network.inputs, network.hidden[0], None, bool(network.norm_layers))
    return None


def _convolutional(network: Convolutional) -> KnownImage | None:
    """One channel, one dimension, stride one: end-to-end filters are products of binary forms of the degrees k_l − 1.

    A form is such a product if and only if it has a real root for each factor of odd degree (Kohn, Merkh, Montúfar and Trager, arXiv
    2108.01538). The last stride only moves the filter.
    """
    if max(network.channels) > 1 or len(network.signal) > 1 or any(stride != (1,) for stride in network.strides[:-1]):
        return None
    degrees = [size - 1 for (size,) in network.filters]
    degree, odd = sum(degrees), sum(d % 2 for d in degrees)
    if odd <= 1:
        return KnownImage(degree + 1, True, f"every filter of size {degree + 1}")
    roots = f"at least {odd} real roots, counted with multiplicity and at infinity too"
    return KnownImage(degree + 1, False, f"the filters of size {degree + 1} that, as polynomials of degree {degree}, have {roots}")


KNOWN: dict[type, Callable[..., KnownImage | None]] = {
    Linear: _linear,
    Towers: _towers,
    LowRank: _low_rank,
    Quadratic: _quadratic,
    PolynomialNetwork: _polynomial_network,
    DeepQuadratic: _deep_quadratic,
    Convolutional: _convolutional,
}
"""Families whose image a theorem describes."""


def bounded_rank(inputs: int, outputs: int, rank: int) -> KnownImage:
    """Matrices of rank at most r: dimension r (d + e − r) (Trager, Kohn and Bruna, arXiv 1910.01671)."""
    r = min(rank, inputs, outputs)
    if r == min(inputs, outputs):
        return KnownImage(inputs * outputs, True, f"every {outputs} × {inputs} matrix")
    return KnownImage(r * (inputs + outputs - r), False, f"the {outputs} × {inputs} matrices of rank at most {r}")


def bounded_signature(inputs: int, plus: int, minus: int | None, norm: bool) -> KnownImage:
    """Quadratic forms Σ_j a_j (w_j·x)² (+ c‖x‖²) with at most ``plus`` a_j > 0 and ``minus`` a_j < 0, as symmetric matrices.

    ``minus`` None means that the signs of all ``plus`` units are free. By the spectral theorem the forms without norm are those
    with at most so many positive and negative eigenvalues; the closure consists of the symmetric matrices of rank ≤ k, k the number
    of units, and has dimension k d − k(k − 1)/2. With the norm, all eigenvalues but those of k units are one number c; every
    symmetric matrix is of this kind when k ≥ d − 1.
    """
    d, k = inputs, plus + (minus or 0)
    if (norm and k >= d - 1) or (k >= d and (minus is None or min(plus, minus) >= d)):
        return KnownImage(d * (d + 1) // 2, True, f"every symmetric {d} × {d} matrix")
    r = min(k, d)
    closure = r * d - r * (r - 1) // 2
    if norm:
        sides = "" if minus is None else f", at most {plus} larger ones and at most {minus} smaller ones"
        equal = f"an eigenvalue of multiplicity at least {d - k}{sides}"
        return KnownImage(closure + 1, False, f"the symmetric {d} × {d} matrices with {equal}")
    rank = f" of rank at most {k}" if k < d else ""
    if minus is None:
        return KnownImage(closure, False, f"the symmetric {d} × {d} matrices{rank}")
    if not (plus and minus):
        sign = "negative" if minus else "positive"
        return KnownImage(closure, False, f"the {sign} semidefinite {d} × {d} matrices{rank}")
    bounds = (f"at most {count} {name}" for count, name in ((plus, "positive"), (minus, "negative")) if count < d)
    return KnownImage(closure, False, f"the symmetric {d} × {d} matrices with {' and '.join(bounds)} eigenvalue(s)")
