"""One hidden layer of smooth units with a scalar output: f(x) = Σ_j v_j σ(w_j·x + b_j) + c, σ logistic or tanh."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from critscape.problems.networks.network import Block

ACTIVATIONS = ("logistic", "tanh")


@dataclass(frozen=True)
class OneHiddenLayer:
    """d ``inputs``, k ``hidden`` units; with ``biases`` each unit has a b_j, with ``output_bias`` the output has c."""

    inputs: int
    hidden: int
    activation: str
    biases: bool = False
    output_bias: bool = False

    family: ClassVar[str] = "one-hidden-layer"
    schema: ClassVar[dict] = {
        "type": "object",
        "description": "an object with family, inputs, units, activation and, if they are true, biases and output_bias",
        "properties": {
            "family": {"const": "one-hidden-layer"},
            "inputs": {"type": "integer", "minimum": 1, "maximum": 100, "description": "the dimension of x, a positive integer"},
            "units": {"type": "integer", "minimum": 1, "maximum": 100, "description": "the number of hidden units, a positive integer"},
            "activation": {
                "enum": list(ACTIVATIONS),
                "description": "logistic or tanh (for polynomial activations: families polynomial-network and quadratic)",
            },
            "biases": {"type": "boolean", "description": "true or false (the default): whether each unit has a trained bias"},
            "output_bias": {"type": "boolean", "description": "true or false (the default): whether the output has a trained bias"},
        },
        "required": ["family", "inputs", "units", "activation"],
        "additionalProperties": False,
        "examples": [
            {"family": "one-hidden-layer", "inputs": 1, "units": 1, "activation": "logistic"},
            {"family": "one-hidden-layer", "inputs": 1, "units": 1, "activation": "tanh", "biases": True, "output_bias": True},
        ],
    }

    @classmethod
    def from_document(cls, document: dict) -> OneHiddenLayer:
        """The network of a validated ``architecture`` object."""
        flags = (document.get(name, False) for name in ("biases", "output_bias"))
        return cls(document["inputs"], document["units"], document["activation"], *flags)

    def document(self) -> dict:
        found = {"family": self.family, "inputs": self.inputs, "units": self.hidden, "activation": self.activation}
        return {**found, **{name: True for name in ("biases", "output_bias") if getattr(self, name)}}

    @property
    def outputs(self) -> int:
        return 1

    @property
    def title(self) -> str:
        return f"{self.activation} {self.inputs}-{self.hidden}-1" + self._biases

    @property
    def units(self) -> str:
        return str(self.hidden) + self._biases

    @property
    def _biases(self) -> str:
        present = [name for name, there in (("biases", self.biases), ("output bias", self.output_bias)) if there]
        return f" with {' and '.join(present)}" if present else ""

    @property
    def blocks(self) -> tuple[Block, ...]:
        found = [Block("W", self.hidden, self.inputs)]
        if self.biases:
            found.append(Block("b", self.hidden, 1))
        found.append(Block("v", 1, self.hidden))
        if self.output_bias:
            found.append(Block("c", 1, 1))
        return tuple(found)
