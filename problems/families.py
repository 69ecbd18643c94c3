"""The families of networks that problem files may name: whatever the modules of ``problems.networks`` define."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from problems import networks

FAMILIES = {
    item.family: item
    for name in sorted(module.name for module in iter_modules(networks.__path__))
    for item in vars(import_module(f"problems.networks.{name}")).values()
    if isinstance(item, type) and item.__module__ == f"problems.networks.{name}" and hasattr(item, "family")
}
"""Name in problem files → class."""
