"""Networks that people ask for and that are not polynomial in their weights: what to say, and what to do instead."""

from __future__ import annotations

PIECEWISE_LINEAR = ("abs", "leaky-relu", "maxout", "prelu", "relu")
ENUMERATED = ("logistic", "sigmoid", "tanh")
SMOOTH = ("elu", "gelu", "silu", "softmax", "softplus", "swish")


def out_of_reach(name: str) -> str | None:
    """One sentence if a family or an activation of this name is not polynomial; None for any other name.

    >>> out_of_reach("ReLU").partition(":")[0]
    'ReLU is piecewise linear'
    >>> out_of_reach("linear") is None
    True
    """
    plain = name.strip().lower().replace("_", "-").replace("leakyrelu", "leaky-relu")
    if plain in PIECEWISE_LINEAR:
        return (
            f"{name.strip()} is piecewise linear: networks with one hidden layer of such units and one output are the family "
            "piecewise-linear; for others take a polynomial as activation (polynomial-network), or type the loss of one activation "
            "pattern (family polynomial)"
        )
    if plain in ENUMERATED:
        return (
            f"{name.strip()} is not a polynomial: networks with one hidden layer of logistic or tanh units, one output and a ridge are the "
            "family one-hidden-layer, single critical points of deeper ones the family feed-forward; for others take a polynomial that is near "
            "it on the range of your pre-activations as activation (polynomial-network), such as the first terms of its series"
        )
    if plain in SMOOTH:
        return (
            f"{name.strip()} is not a polynomial: its critical points are not algebraic, and only those of logistic and tanh units are found "
            "(family one-hidden-layer); take a polynomial that is near it on the range of your pre-activations as activation "
            "(polynomial-network), such as the first terms of its series"
        )
    return None
