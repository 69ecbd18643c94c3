"""A constructor for each family of networks, made from the family's schema: ``critscape.linear(widths=(2, 2, 2), inputs=X, …)``."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

from critscape.exact_input import exactly
from critscape.problems.files import problem_file
from critscape.problems.files.data_and_loss import DATA, LOSS
from critscape.problems.input.bad_input import BadInput, renamed
from critscape.problems.networks.reading import ACTIVATED, family_class
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression

DATA_FIELDS = tuple(DATA["properties"])
MEASURES = tuple(LOSS["properties"])
RIDGE = "one number for all weights, one per weight block, or one array per block; none of them negative (absent: 0)"
SAMPLES = "an array with one row per sample"
SHAPES = {
    "inputs": f"{SAMPLES}, (m, d); a vector is one column",
    "targets": f"{SAMPLES}, (m, outputs); a vector is one column",
}


def python_name(family: str) -> str:
    """The name of a family's constructor.

    >>> python_name("convolutional-2d")
    'convolutional_2d'
    """
    return family.replace("-", "_")


@cache
def constructor(family: str) -> Callable[..., Problem | Regression]:
    """The constructor of a family, its parameters the fields of the family's schema and those of data, loss and ridge.

    Raises
    ------
    KeyError : there is no such family.
    """
    kind = family_class(family)
    name = python_name(family)
    architecture = {field: schema for field, schema in kind.schema["properties"].items() if field != "family"}
    measured = {} if family in ACTIVATED else LOSS["properties"]
    data = {field: DATA["properties"][field] for field in SHAPES} if family in ACTIVATED else DATA["properties"]
    with_data = {} if "loss" in architecture else {**data, **measured}
    fields = {**architecture, **with_data, "ridge": {"description": RIDGE}}
    required = [field for field in architecture if field in kind.schema["required"] and field not in DATA_FIELDS]
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter(field, keyword) for field in required]
    parameters += [inspect.Parameter(field, keyword, default=None) for field in fields if field not in required]

    def construct(**given: Any) -> Problem | Regression:
        unknown = next((field for field in given if field not in fields), None)
        if unknown is not None:
            raise TypeError(f"{name}() has no parameter {unknown!r}; it has {', '.join(fields)}")
        values = {field: exactly(value, field) for field, value in given.items() if value is not None}
        return from_fields(family, kind, values)

    construct.__name__ = construct.__qualname__ = name
    construct.__module__ = "critscape"
    construct.__signature__ = inspect.Signature(parameters, return_annotation=Regression if family in ACTIVATED else Problem)  # type: ignore[attr-defined]
    construct.__doc__ = described(kind, fields)
    return construct


def from_fields(family: str, kind: Any, values: dict[str, Any]) -> Problem | Regression:
    """The problem with these values of fields; errors name the fields as the constructor does.

    The numbers of inputs and outputs need not be said beside samples, which show them.
    """
    properties, required = kind.schema["properties"], kind.schema["required"]
    own = {"family": family, **{field: values[field] for field in properties if field in values}}
    samples = {field: as_rows(values[field]) for field in ("inputs", "targets") if isinstance(values.get(field), list)}
    if "inputs" not in values and "population" not in values and "loss" not in properties:
        raise BadInput("inputs", f"{SAMPLES} (it is missing)")
    for size, field in (("inputs", "inputs"), ("outputs", "targets")):
        if size in required and samples.get(field):
            own[size] = len(samples[field][0])
    data = samples | {field: values[field] for field in DATA_FIELDS if field in values and field not in (*properties, *samples)}
    measured = {field: values[field] for field in MEASURES if field in values}
    content = {"architecture": own, "data": data, "loss": measured, "ridge": values.get("ridge")}
    with renamed("architecture.", ""), renamed("data.", ""), renamed("loss.", ""):
        return problem_file.read_any({name: entry for name, entry in content.items() if entry not in ({}, None)})


def as_rows(samples: list[Any]) -> list[Any]:
    """One row per sample; a vector is one column."""
    return samples if any(isinstance(row, list) for row in samples) else [[entry] for entry in samples]


def described(kind: Any, fields: dict[str, dict]) -> str:
    """The docstring of a constructor: what the family is, and what each parameter is, from the schema."""
    shown = {field: SHAPES.get(field, schema["description"]) for field, schema in fields.items()}
    summary = " ".join(kind.__doc__.split("\n\n")[0].split())
    given = {field: value for field, value in kind.schema["examples"][0].items() if field not in ("family", *DATA_FIELDS)}
    example = ", ".join(f"{field}={value!r}" for field, value in given.items())
    listed = "\n".join(f"{field} : {text}" for field, text in shown.items())
    return (
        f"A problem with a network of the family {kind.family}: {summary}\n\n"
        f"Parameters\n----------\n{listed}\n\n"
        "Numbers are integers, floats (taken as the exact decimal that Python prints), Fractions, Decimals, text p/q or SymPy's\n"
        "rationals; arrays are lists or of NumPy or any library that NumPy can read.\n\n"
        "Raises\n------\nBadInput : a value that does not fit, named by its parameter.\n\n"
        f"An example of an architecture: {example}.\n"
    )
