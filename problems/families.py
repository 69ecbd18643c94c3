"""The families of networks that problem files may name."""

from __future__ import annotations

from problems.linear import Linear
from problems.quadratic import Quadratic

FAMILIES = {family.family: family for family in (Linear, Quadratic)}
