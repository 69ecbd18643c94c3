"""What a problem file says of inf L by a theorem, without FLINT: for whoever checks certificates."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from critscape.algebra.certificates.low_rank import least_below
from critscape.problems.files.fields import read_ridge
from critscape.problems.input.rational import rational_array
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.reading import network_from


def plain_least(content: Any) -> Fraction | None:
    """A number above inf L below which no other critical value lies, for plain squared errors of linear networks without ridge; None for
    other problems, and where none is found. ``content`` is a problem file that has been read without complaint.
    """
    network = network_from(content["architecture"])
    if not isinstance(network, Linear) or content.get("loss") or "targets" not in content.get("data", {}):
        return None
    if any(read_ridge(content.get("ridge", 0), network)):
        return None
    samples = len(content["data"]["inputs"])
    inputs = rational_array(content["data"]["inputs"], (samples, network.inputs), "data.inputs")
    targets = rational_array(content["data"]["targets"], (samples, network.outputs), "data.targets")
    return least_below(inputs, targets, min(network.widths))
