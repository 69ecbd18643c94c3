"""The families of networks that problem files may name: whatever the modules of ``critscape.problems.networks.families`` define."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.json_file import validate
from critscape.problems.networks import families
from critscape.problems.networks.network import Network
from critscape.problems.networks.out_of_reach import out_of_reach

FAMILIES: dict[str, Any] = {
    item.family: item
    for name in sorted(module.name for module in iter_modules(families.__path__))
    for item in vars(import_module(f"{families.__name__}.{name}")).values()
    if isinstance(item, type) and item.__module__ == f"{families.__name__}.{name}" and hasattr(item, "family")
}
"""Name in problem files → class."""
ARCHITECTURE = {
    "type": "object",
    "description": "an object that names its family",
    "properties": {"family": {"enum": sorted(FAMILIES), "description": "one of " + ", ".join(sorted(FAMILIES))}},
    "required": ["family"],
}


def refuse_out_of_reach(architecture: Any) -> None:
    """Refuses families and activations that are known not to be polynomial, with what to do instead.

    Raises
    ------
    BadInput : naming the field.
    """
    if not isinstance(architecture, dict):
        return
    for field, expected in (("family", "a family that is polynomial in its weights"), ("activation", "the coefficients of a polynomial")):
        given = architecture.get(field)
        for name in given if isinstance(given, list) else [given]:
            refused = out_of_reach(name) if isinstance(name, str) and name not in FAMILIES else None
            if refused:
                raise BadInput(f"architecture.{field}", f"{expected} ({refused})")


def network_from(architecture: dict) -> Network:
    """The network that an ``architecture`` object describes.

    Raises
    ------
    BadInput : an unknown family, a missing or unknown field, a value out of range.
    """
    refuse_out_of_reach(architecture)
    validate(architecture, ARCHITECTURE, "architecture")
    chosen = FAMILIES[architecture["family"]]
    validate(architecture, chosen.schema, "architecture")
    return chosen.from_document(architecture)
