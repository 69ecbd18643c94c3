"""Networks with one hidden layer of units that are linear on either side of a hyperplane: ReLU, leaky ReLU, |x|."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.rational import rational
from critscape.problems.networks.network import Block

_SIZE = {"type": "integer", "minimum": 1, "maximum": 1000, "description": "a positive integer (at most 1000)"}
_SWITCH = {"type": "boolean", "description": "true or false (the default)"}
NAMES = {"relu": (Fraction(1), Fraction(0)), "abs": (Fraction(1), Fraction(-1))}
"""Activation → slopes on the right and on the left of 0."""


@dataclass(frozen=True)
class PiecewiseLinear:
    """f(x) = Σ_j v_j φ(w_j·x + b_j) + c with ``hidden`` units, φ(t) = t for t > 0 and ``left_slope``·t for t < 0.

    Hidden units have biases b_j if ``biases``, the output has one, c, if ``output_bias``. The left slope is 0 for ``relu``, −1 for
    ``abs`` and that of ``leaky`` otherwise.
    """

    inputs: int
    hidden: int
    left_slope: Fraction = Fraction(0)
    biases: bool = False
    output_bias: bool = False

    family: ClassVar[str] = "piecewise-linear"
    outputs: ClassVar[int] = 1
    right_slope: ClassVar[Fraction] = Fraction(1)
    schema: ClassVar[dict] = {
        "type": "object",
        "description": "an object with family, inputs, units, activation and, if they are true, biases and output_bias",
        "properties": {
            "family": {"const": "piecewise-linear"},
            "inputs": _SIZE,
            "units": _SIZE,
            "activation": {
                "anyOf": [
                    {"enum": [*NAMES]},
                    {
                        "type": "object",
                        "properties": {"leaky": {"type": ["number", "string"]}},
                        "required": ["leaky"],
                        "additionalProperties": False,
                    },
                ],
                "description": 'relu, abs, or {"leaky": "1/10"} with the slope of the left side, not 1, bent at 0 '
                "(with an offset the strata are not convex; biases move the bend)",
                "metavar": "relu|abs|leaky=SLOPE",
                "help": "relu, abs, or leaky=SLOPE with the slope of the left side, e.g. leaky=1/10.",
            },
            "biases": {**_SWITCH, "help": "Whether hidden units have trained biases."},
            "output_bias": {**_SWITCH, "help": "Whether the output has a trained bias."},
        },
        "required": ["family", "inputs", "units", "activation"],
        "additionalProperties": False,
        "examples": [
            {"family": "piecewise-linear", "inputs": 1, "units": 2, "activation": "relu"},
            {"family": "piecewise-linear", "inputs": 2, "units": 1, "activation": {"leaky": "1/10"}, "biases": True, "output_bias": True},
        ],
    }

    @classmethod
    def from_document(cls, document: dict) -> PiecewiseLinear:
        """The network of a validated ``architecture`` object.

        Raises
        ------
        BadInput : a left slope that is no number, or 1, with which the network is linear.
        """
        activation = document["activation"]
        left = NAMES[activation][1] if isinstance(activation, str) else rational(activation["leaky"], "architecture.activation.leaky")
        if left == cls.right_slope:
            raise BadInput("architecture.activation.leaky", "a slope other than 1 (with 1 the network is linear: family linear)", str(left))
        return cls(document["inputs"], document["units"], left, document.get("biases", False), document.get("output_bias", False))

    def document(self) -> dict:
        switches = {"biases": self.biases, "output_bias": self.output_bias}
        return {
            "family": self.family,
            "inputs": self.inputs,
            "units": self.hidden,
            "activation": self.activation if self.activation in NAMES else {"leaky": str(self.left_slope)},
            **{name: True for name, value in switches.items() if value},
        }

    @property
    def activation(self) -> str:
        """The activation as headings have it."""
        return next((name for name, slopes in NAMES.items() if slopes[1] == self.left_slope), f"leaky {self.left_slope}")

    @property
    def title(self) -> str:
        return f"{self.activation} {self.units}"

    @property
    def units(self) -> str:
        biases = {(True, True): ", biases", (True, False): ", hidden biases", (False, True): ", output bias"}
        return f"{self.inputs}-{self.hidden}-1" + biases.get((self.biases, self.output_bias), "")

    @property
    def blocks(self) -> tuple[Block, ...]:
        found = [Block("W", self.hidden, self.inputs)]
        if self.biases:
            found.append(Block("b", self.hidden, 1))
        found.append(Block("v", 1, self.hidden))
        if self.output_bias:
            found.append(Block("c", 1, 1))
        return tuple(found)
