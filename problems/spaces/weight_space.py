"""How critical points in a function space are related to those in the space of weights.

A critical point θ of L = ℓ ∘ μ is *pure* if f = μ(θ) is a critical point of ℓ on the smooth part of the function space, else *spurious*
(Trager, Kohn and Bruna, "Pure and spurious critical points", arXiv 1910.01671). For linear networks the differential of μ has the
tangent space of the matrices of rank r at f as its image wherever f has the largest rank r (their Theorem 4): all critical points
over such functions are pure, and spurious ones have functions of smaller rank.
"""

from __future__ import annotations

from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.networks.network import Network


def relation(network: Network, found: int | None = None, known: int | None = None) -> dict[str, str | None]:
    """What the critical points found in the function space of ``network`` mean for its weights without ridge.

    ``found`` is the number of complex functions of full rank among them, ``known`` that of all there are, by a theorem.

    ``weight_space`` names the network; ``relation`` is a sentence on pure and spurious critical points; ``left_out`` one on functions
    that the chart does not reach, None where it reaches all.
    """
    if isinstance(network, Linear):
        rank = min(network.widths)
        filling = rank == min(network.inputs, network.outputs)
        pure = (
            f"pure critical points: all weights of {network.title} that compute one of these functions of rank {rank} are critical "
            f"without ridge; a spurious critical point, whose function is not critical here, has a function of rank less than {rank}"
        )
        left = None if filling else f"the matrices of rank less than {rank}, where the function space is singular, and some of rank {rank}"
        if left is not None and known is not None and found == known:
            left = (
                f"the matrices of rank less than {rank}, where the function space is singular; of rank {rank} no critical point is left out: "
                f"these data have {known} (Eckart and Young)"
            )
        return {"weight_space": network.title, "relation": pure, "left_out": left}
    assert isinstance(network, Quadratic)  # The other family with a function space of its own.
    units, signs = network.hidden, network.output
    rank = min(units, network.inputs)
    plus, minus = (units, units) if signs is None else (sum(a > 0 for a in signs), sum(a < 0 for a in signs))
    pure = (
        f"pure critical points: over ℂ all weights of {network.title} that compute one of these forms of rank {rank} are critical without "
        f"ridge; real weights compute those with at most {plus} positive and {minus} negative eigenvalues; a spurious critical point, "
        f"whose form is not critical here, has a form of rank less than {rank}"
    )
    left = f"the forms of rank less than {rank}, where the function space is singular, and some of rank {rank}"
    return {"weight_space": network.title, "relation": pure, "left_out": left}
