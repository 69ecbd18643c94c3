"""The families of networks with an activation that is not a polynomial, one file each: every module defines one class that follows
:class:`critscape.problems.networks.network.Architecture`.
"""

from pkgutil import iter_modules


def names() -> list[str]:
    """The names of these families, found without loading them: a file is named like its family."""
    return sorted(module.name.replace("_", "-") for module in iter_modules(__path__))
