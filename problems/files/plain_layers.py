"""The feed-forward network and the data that a problem file describes, without FLINT: the check of split units starts here."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from critscape.algebra.certificates.layered import Layered
from critscape.problems.files.fields import PROBLEM, read_ridge
from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.json_file import validate
from critscape.problems.input.rational import rational_array
from critscape.problems.networks.network import titled
from critscape.problems.networks.reading import architecture_from


def plain_layers(content: Any) -> tuple[str, Layered]:
    """What headings call the problem that parsed JSON describes, and its network with its data.

    Raises
    ------
    BadInput : a missing or unknown field, a wrong shape, something that is not a number, a network that is not feed-forward.
    """
    validate(content, PROBLEM, "")
    described = content["architecture"]
    network = architecture_from(described)
    if content.get("loss"):
        raise BadInput("loss", "nothing: the errors are squared, unweighted")
    data = content.get("data", {})
    for name in ("inputs", "targets"):
        if name not in data:
            raise BadInput(f"data.{name}", "a list of at least one sample (it is missing)")
    samples = len(data["inputs"])
    inputs = rational_array(data["inputs"], (samples, network.inputs), "data.inputs")
    targets = rational_array(data["targets"], (samples, network.outputs), "data.targets")
    widths, activation, hidden, output = _shape(described)
    biases = (hidden,) * (len(widths) - 2) + (output,)
    return titled(network, samples), Layered(
        tuple(widths), biases, activation, inputs, targets, read_ridge(content.get("ridge", 0), network)
    )


def _shape(described: dict) -> tuple[list[int], str | tuple[Fraction, ...], bool, bool]:
    """Widths, activation, and whether hidden units and outputs have biases."""
    family, biases, output = described["family"], described.get("biases", False), described.get("output_bias", False)
    if family == "one-hidden-layer":
        return [described["inputs"], described["units"], 1], _activation(described["activation"]), biases, output
    if family == "feed-forward":
        return described["widths"], _activation(described["activation"]), biases, output
    if family == "polynomial-network":
        return described["widths"], _activation(described["activation"]), biases, biases
    if family in ("linear", "biased"):
        return (
            described["widths"],
            (Fraction(0), Fraction(1)),
            family == "biased",
            family == "biased" and described.get("output_bias", True),
        )
    raise BadInput("architecture.family", "a feed-forward network", family)


def _activation(given: Any) -> str | tuple[Fraction, ...]:
    return given if isinstance(given, str) else rational_array(given, (len(given),), "architecture.activation")
