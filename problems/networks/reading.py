"""The families of networks that problem files may name: whatever the modules of ``families`` and ``activated`` define."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.json_file import validate
from critscape.problems.networks import activated, families
from critscape.problems.networks.activated.one_hidden_layer import OneHiddenLayer
from critscape.problems.networks.network import Architecture, Network
from critscape.problems.networks.out_of_reach import out_of_reach


def _classes(room: ModuleType) -> dict[str, Any]:
    """Name in problem files → class, of the families in a room."""
    modules = (import_module(f"{room.__name__}.{name}") for name in sorted(module.name for module in iter_modules(room.__path__)))
    classes = ((module, item) for module in modules for item in vars(module).values() if isinstance(item, type))
    return {item.family: item for module, item in classes if item.__module__ == module.__name__ and hasattr(item, "family")}


FAMILIES = _classes(families)
"""Name in problem files → class, where functions are polynomial in the weights."""
ACTIVATED = _classes(activated)
"""Name in problem files → class, where they are not."""

KNOWN = sorted({*FAMILIES, *ACTIVATED})
ARCHITECTURE = {
    "type": "object",
    "description": "an object that names its family",
    "properties": {"family": {"enum": KNOWN, "description": "one of " + ", ".join(KNOWN)}},
    "required": ["family"],
}


def refuse_out_of_reach(architecture: Any) -> None:
    """Refuses families and activations that no family here has, with what to do instead.

    Raises
    ------
    BadInput : naming the field.
    """
    if not isinstance(architecture, dict) or str(architecture.get("family")) in ACTIVATED:
        return
    for field, expected in (("family", "a family that there is"), ("activation", "the coefficients of a polynomial")):
        given = architecture.get(field)
        for name in given if isinstance(given, list) else [given]:
            refused = out_of_reach(name) if isinstance(name, str) and name not in FAMILIES else None
            if refused:
                raise BadInput(f"architecture.{field}", f"{expected} ({refused})")


def family_class(name: str) -> Any:
    """The class of a family.

    Raises
    ------
    KeyError : there is no such family.
    """
    return ACTIVATED[name] if name in ACTIVATED else FAMILIES[name]


def architecture_from(described: dict) -> Architecture:
    """The network that an ``architecture`` object describes, of any family.

    Raises
    ------
    BadInput : an unknown family, a missing or unknown field, a value out of range.
    """
    refuse_out_of_reach(described)
    validate(described, ARCHITECTURE, "architecture")
    chosen = family_class(described["family"])
    validate(described, chosen.schema, "architecture")
    return chosen.from_document(described)


def listed_from(described: dict) -> Architecture:
    """The network that an ``architecture`` object describes, of a family whose critical points can be listed one by one.

    Raises
    ------
    BadInput : a family of which that is not so, and what ``architecture_from`` refuses.
    """
    found = architecture_from(described)
    return found if isinstance(found, OneHiddenLayer) else network_from(described)


def network_from(described: dict) -> Network:
    """The polynomial network that an ``architecture`` object describes.

    Raises
    ------
    BadInput : a family that is not polynomial in its weights, and what ``architecture_from`` refuses.
    """
    found: Any = architecture_from(described)
    if found.family in ACTIVATED:
        listed = isinstance(found, OneHiddenLayer)
        beside = (
            " (`critscape solve` lists its critical points)" if listed else " (`critscape split` and `critscape verify splitting` take it)"
        )
        expected = f"a family that is polynomial in its weights, as this question is not answered for {found.family}{beside}"
        raise BadInput("architecture.family", expected, found.family)
    return found
