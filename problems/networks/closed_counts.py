"""Numbers of critical points that are known in closed form, and the upper bounds of theorems, for generic data and ridge.

Linear networks with one hidden layer and one sample: Bharadwaj and Hoşten, "Complex critical points of deep linear neural
networks", arXiv 2301.12651, who give the two bounds; the numbers themselves follow because the units interact through one scalar
only. The paper has no bound for more hidden layers.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.networks.network import Architecture


@dataclass(frozen=True)
class ClosedCounts:
    """What is known of the critical points of a network's loss; None where nothing is.

    ``bound`` and ``bound_torus`` are upper bounds for N_C and N_C*, the points without a zero coordinate; ``complex`` and
    ``torus`` are these numbers themselves; ``real`` is the largest N_R where every λ_j > 0. All of these are theorems.
    ``mixed_volume`` is only observed: the formula agrees wherever the mixed volume was computed.
    """

    bound: int | None = None
    bound_torus: int | None = None
    complex: int | None = None
    torus: int | None = None
    real: int | None = None
    mixed_volume: int | None = None


def closed_counts(network: Architecture, samples: int) -> ClosedCounts:
    """What is known for generic data of so many samples and a generic ridge.

    >>> from critscape.problems.networks.families.linear import Linear
    >>> closed_counts(Linear((2, 2, 2)), 1)
    ClosedCounts(bound=81, bound_torus=64, complex=33, torus=16, real=9, mixed_volume=1089)
    >>> closed_counts(Linear((1, 1, 1, 1)), 1).complex, closed_counts(Linear((2, 2, 2)), 2).complex
    (17, None)
    """
    if isinstance(network, Linear) and samples == 1 and len(network.widths) == 3:
        return _one_hidden_layer(*network.widths)
    if isinstance(network, Linear) and samples == 1 and len(network.widths) > 3 and set(network.widths[1:]) == {1}:
        return _chain(len(network.widths) - 2)
    if isinstance(network, Quadratic) and network.hidden == 1 and network.output not in (None, (0,)) and not network.norm_regressor:
        return ClosedCounts(complex=3 ** min(samples, network.inputs))
    return ClosedCounts()


TYPICAL_POWER, POWER_OF_ONE_SAMPLE = 0.65, 0.38
"""N_C of generic members is the multihomogeneous Bézout number to a power near these where that is above 1,900: of 0.57 to 0.72 for ten families
of two samples or more, of 0.30 to 0.46 for eight of one sample.
"""


def typical_count(bound: int, samples: int) -> float:
    """A guess of N_C where only the multihomogeneous Bézout number is known."""
    return float(bound) ** (POWER_OF_ONE_SAMPLE if samples == 1 else TYPICAL_POWER)


def _one_hidden_layer(inputs: int, hidden: int, outputs: int) -> ClosedCounts:
    return ClosedCounts(
        bound=(1 + 4 * outputs) ** hidden,
        bound_torus=(4 * outputs) ** hidden,
        complex=sum(4**s * comb(hidden, s) * comb(outputs, s) for s in range(hidden + 1)),
        torus=4**hidden * comb(outputs, hidden),
        real=sum(2**s * comb(hidden, s) for s in range(min(hidden, outputs) + 1)),
        mixed_volume=sum(4**s * comb(inputs, s) * comb(outputs, s) for s in range(inputs + 1)) ** hidden,
    )


def _chain(hidden_layers: int) -> ClosedCounts:
    """Hidden layers and output of one unit each: besides the origin, all points lie in the torus."""
    away = hidden_layers * 2 ** (hidden_layers + 1)
    return ClosedCounts(complex=1 + away, torus=away, real=1 + 2 ** (hidden_layers + 1))


def modulus(network: Architecture) -> int:
    """The q with N_C ≡ N_R ≡ 1 (mod q) where the critical set is finite, every λ_j > 0 and (q = 2) the loss is Morse.

    Linear networks with H hidden layers: q = 2^H, H ≥ 1. At a critical point a unit whose weights inward vanish has none outward
    either, and the other way round. A critical point other than the origin has such a living unit in every hidden layer, and by
    living units each of them is joined to the input: so the sign flips of the a ≥ H living units move it to 2^a different points.
    Elsewhere the Euler sum, which is 1, makes N_R odd, and conjugation pairs the points that are not real.

    >>> from critscape.problems.networks.families.linear import Linear
    >>> modulus(Linear((2, 3, 3, 1)))
    4
    """
    if isinstance(network, Linear) and len(network.widths) > 2:
        return 2 ** (len(network.widths) - 2)
    return 2
