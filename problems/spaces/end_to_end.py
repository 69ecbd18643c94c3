"""The end-to-end matrix of a network that is linear in its inputs: f_w(x) = C(w) x."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from critscape.problems.networks.network import Network, matrices

RELATIVE = 1e-9
"""Singular values below this part of the largest count as zero."""


def end_to_end_rank(network: Network, weights: Sequence[float]) -> int | None:
    """The rank of C(w) in double precision, w flat (n,); None if f is not linear in x.

    >>> from critscape.problems.networks.families.linear import Linear
    >>> end_to_end_rank(Linear((2, 1, 2)), [1.0, 0.0, 1.0, 1.0])
    1
    """
    if any(sum(alpha) != 1 for alpha in network.exponents):
        return None
    sizes = np.linalg.svd(np.array(network.coefficients(matrices(network, list(weights))), dtype=float), compute_uv=False)
    return int((sizes > RELATIVE * sizes.max()).sum()) if sizes.size and sizes.max() > 0 else 0
