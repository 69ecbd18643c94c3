"""The families of networks that problem files may name: whatever the modules of ``critscape.problems.networks.families`` define."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from critscape.problems.input.json_file import validate
from critscape.problems.networks import families
from critscape.problems.networks.network import Network

FAMILIES = {
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


def network_from(architecture: dict) -> Network:
    """The network that an ``architecture`` object describes.

    Raises
    ------
    BadInput : an unknown family, a missing or unknown field, a value out of range.
    """
    validate(architecture, ARCHITECTURE, "architecture")
    chosen = FAMILIES[architecture["family"]]
    validate(architecture, chosen.schema, "architecture")
    return chosen.from_document(architecture)
