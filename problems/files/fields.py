"""What the fields of a problem file may hold: their JSON schemas; the ridge."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from critscape.problems.criteria.words import GAUSSIAN, RESIDUAL
from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.partial_array import entries_at
from critscape.problems.input.rational import rational
from critscape.problems.networks.network import Network, penalised, weight_count
from critscape.problems.networks.reading import ARCHITECTURE

_SAMPLES = {"type": "array", "minItems": 1, "description": "a list of at least one sample"}
DATA = {
    "type": "object",
    "description": "an object with inputs and targets, or with population",
    "properties": {
        "inputs": _SAMPLES,
        "targets": _SAMPLES,
        "population": {
            "type": "object",
            "description": "an object with inputs, teacher and, if any, covariance",
            "properties": {
                "inputs": {"const": GAUSSIAN, "description": f'"{GAUSSIAN}"'},
                "covariance": {"type": "array", "description": "a symmetric positive semidefinite matrix (absent: the identity)"},
                "teacher": {
                    "type": "object",
                    "description": "an object with architecture and weights",
                    "properties": {
                        "architecture": ARCHITECTURE,
                        "weights": {"type": "array", "description": "one array per weight block"},
                    },
                    "required": ["architecture", "weights"],
                    "additionalProperties": False,
                },
            },
            "required": ["inputs", "teacher"],
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
}
LOSS = {
    "type": "object",
    "description": "an object with residual, sample_weights, output_weights or metrics",
    "properties": {
        "residual": {"type": "string", "description": f'a polynomial in {RESIDUAL} as text, such as "r^2/2 + r^4/10"'},
        "sample_weights": {"type": "array", "description": "a list of one number per sample"},
        "output_weights": {"type": "array", "description": "a list of one number per output"},
        "metrics": {"type": "array", "description": "a list of one symmetric matrix per sample"},
    },
    "additionalProperties": False,
}
PROBLEM = {
    "type": "object",
    "description": "an object with architecture, data and, if any, loss and ridge",
    "properties": {"architecture": ARCHITECTURE, "data": DATA, "loss": LOSS, "ridge": {}},
    "required": ["architecture"],
    "additionalProperties": False,
}


def read_ridge(value: Any, network: Network, field: str = "ridge") -> tuple[Fraction, ...]:
    """One λ per weight from one number, one number per block, or one array per block.

    Raises
    ------
    BadInput : another shape, or a negative number.
    """
    blocks = network.blocks
    if not isinstance(value, list):
        flat = (rational(value, field),) * weight_count(network)
    elif len(value) != len(blocks):
        names = ", ".join(block.name for block in blocks)
        raise BadInput(field, f"one entry per weight block ({names}), so {len(blocks)} ({len(value)} given)")
    else:
        flat = ()
        for b, (entry, block) in enumerate(zip(value, blocks)):
            if isinstance(entry, list):
                flat += entries_at(entry, block.positions, (block.rows, block.columns), f"{field}[{b}]")
            else:
                flat += (rational(entry, f"{field}[{b}]"),) * block.size
    for number in flat:
        if number < 0:
            raise BadInput(field, "numbers that are not negative", str(number))
        if number and not penalised(network):
            raise BadInput(field, "0: the variables of a function space carry no ridge", str(number))
    return flat
