"""Activations by the names that problem files have for them."""

from __future__ import annotations

from critscape.algebra.activations.activation import Activation
from critscape.algebra.activations.logistic import Logistic
from critscape.algebra.activations.tanh import Tanh

NAMED: dict[str, Activation] = {activation.name: activation for activation in (Logistic(), Tanh())}
"""Name → the activation that is not a polynomial."""
