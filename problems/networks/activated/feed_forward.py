"""Feed-forward networks of logistic or hyperbolic tangent units, of any depth: f(x) = v σ(W_H ⋯ σ(W_1 x + b_1) ⋯ + b_H) + c."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.network import Block

ACTIVATIONS = ("logistic", "tanh")
"""Those of :mod:`critscape.algebra.activations.named`, which a list of families does not load."""
WIDTHS = {
    **Linear.schema["properties"]["widths"],
    "minItems": 3,
    "description": "a list of three or more positive integers, from input to output",
}


@dataclass(frozen=True)
class FeedForward:
    """f(x) = v σ(W_H ⋯ σ(W_1 x + b_1) ⋯ + b_H) + c; ``widths`` runs from the input to the output.

    Without ``biases`` the b_l, without ``output_bias`` c are zero and not trained.
    """

    widths: tuple[int, ...]
    activation: str
    biases: bool = False
    output_bias: bool = False

    family: ClassVar[str] = "feed-forward"
    schema: ClassVar[dict] = {
        "type": "object",
        "description": "an object with family, widths, activation and, if they are true, biases and output_bias",
        "properties": {
            "family": {"const": "feed-forward"},
            "widths": WIDTHS,
            "activation": {"enum": list(ACTIVATIONS), "description": "one of " + ", ".join(ACTIVATIONS)},
            "biases": {"type": "boolean", "description": "true or false (the default): whether hidden units have trained biases"},
            "output_bias": {"type": "boolean", "description": "true or false (the default): whether the outputs have trained biases"},
        },
        "required": ["family", "widths", "activation"],
        "additionalProperties": False,
        "examples": [{"family": "feed-forward", "widths": [2, 1, 1, 1], "activation": "logistic", "output_bias": True}],
    }

    @classmethod
    def from_document(cls, document: dict) -> FeedForward:
        """The network of a validated ``architecture`` object."""
        return cls(tuple(document["widths"]), document["activation"], document.get("biases", False), document.get("output_bias", False))

    def document(self) -> dict:
        trained = {name: True for name in ("biases", "output_bias") if getattr(self, name)}
        return {"family": self.family, "widths": list(self.widths), "activation": self.activation, **trained}

    @property
    def inputs(self) -> int:
        return self.widths[0]

    @property
    def outputs(self) -> int:
        return self.widths[-1]

    @property
    def title(self) -> str:
        return f"{self.activation} {self.units}"

    @property
    def units(self) -> str:
        found = [Linear(self.widths).units, *(["biases"] if self.biases else []), *(["output bias"] if self.output_bias else [])]
        return ", ".join(found)

    @property
    def blocks(self) -> tuple[Block, ...]:
        found, last = [], len(self.widths) - 1
        for layer, (columns, rows) in enumerate(pairwise(self.widths), start=1):
            found.append(Block("v" if layer == last else f"W{layer}", rows, columns))
            if layer < last and self.biases:
                found.append(Block(f"b{layer}", rows, 1))
        return (*found, Block("c", self.outputs, 1)) if self.output_bias else tuple(found)
