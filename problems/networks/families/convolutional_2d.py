"""Linear convolutional networks on images: layers of two-dimensional filters without padding, after :mod:`.convolutional`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from critscape.problems.networks.families.convolutional import Convolutional, channels_of, checked

SIZE = Convolutional.schema["properties"]["filters"]["items"]


def pair(description: str) -> dict:
    """The schema of a height and a width."""
    return {"type": "array", "minItems": 2, "maxItems": 2, "items": SIZE, "description": description}


@dataclass(frozen=True)
class Convolutional2D(Convolutional):
    """Linear convolutional networks of two-dimensional signals, without padding.

    Every size is a pair of height and width; signals and filters are ordered row by row within their channel.
    """

    family: ClassVar[str] = "convolutional-2d"
    schema: ClassVar[dict] = {
        **Convolutional.schema,
        "properties": {
            "family": {"const": "convolutional-2d"},
            "filters": {
                "type": "array",
                "minItems": 1,
                "maxItems": 64,
                "items": pair("the height and the width of a layer's filters, two positive integers"),
                "description": "a list of one pair per layer: the height and the width of its filters",
            },
            "strides": {
                "type": "array",
                "minItems": 1,
                "maxItems": 64,
                "items": pair("the strides of a layer downwards and across, two positive integers"),
                "description": "a list of one pair per layer: its strides downwards and across (all 1 if there is no such list)",
            },
            "channels": Convolutional.schema["properties"]["channels"],
            "outputs": pair("a pair: height and width of the output, from which those of the input follow (1 and 1 if not given)"),
        },
        "examples": [
            {"family": "convolutional-2d", "filters": [[2, 2]], "strides": [[1, 1]], "channels": [1, 1], "outputs": [2, 1]},
            {
                "family": "convolutional-2d",
                "filters": [[1, 2], [2, 1]],
                "strides": [[1, 2], [1, 1]],
                "channels": [1, 1, 1],
                "outputs": [1, 1],
            },
        ],
    }

    @classmethod
    def from_document(cls, document: dict) -> Convolutional2D:
        """As that of :class:`Convolutional`."""
        filters = tuple(map(tuple, document["filters"]))
        strides = tuple(map(tuple, document.get("strides", [[1, 1]] * len(filters))))
        network = cls(filters, strides, channels_of(document), tuple(document.get("outputs", (1, 1))))
        checked(network, document)
        return network

    def document(self) -> dict:
        return {
            "family": self.family,
            "filters": [list(size) for size in self.filters],
            "strides": [list(stride) for stride in self.strides],
            "channels": list(self.channels),
            "outputs": list(self.signal),
        }
