"""The function space of a network as ``critscape show`` has it, JSON-ready."""

from __future__ import annotations

from collections.abc import Sequence

from critscape.algebra.polynomial.symbolic import sympy_polynomial
from critscape.problems.networks.network import Network, latex_names
from critscape.problems.spaces.function_space import FunctionSpace, TooLarge, function_space


def describe_function_space(network: Network) -> dict | None:
    """The entry ``function_space``; None if the network computes no function, only a ``reason`` if it is too large.

    ``coefficients`` has the coefficient map, one entry per output and monomial of x: ``output`` (from 1), ``exponents`` of x,
    ``monomial``, ``coefficient``, its number of ``terms``, and ``latex``.
    """
    if not network.outputs:
        return None
    try:
        space = function_space(network)
    except TooLarge as error:
        return {"reason": str(error)}
    measured = space.measured
    return {
        "coefficients": _coefficients(space),
        "weights": measured.variables,
        "symmetries": measured.orbit,
        "ambient": space.ambient,
        "expected": space.expected,
        "dimension": space.dimension,
        "defect": space.defect,
        "proved": space.proved,
        "rank": {"modulo_prime": measured.modular_rank, "rational": measured.rank, "doubt": float(measured.doubt)},
        "filling": space.filling,
        "everything": space.everything,
        "image": space.known.sentence if space.known else None,
    }


def _coefficients(space: FunctionSpace) -> list[dict]:
    """The coefficient map, entry by entry."""
    import sympy

    network, coefficients = space.network, space.coefficients
    symbols = tuple(sympy.Symbol(name, real=True) for name in coefficients.variables)
    names = dict(zip(symbols, latex_names(network)))
    places = [(output, alpha) for output in range(1, network.outputs + 1) for alpha in network.exponents]
    return [
        {
            "output": output,
            "exponents": list(alpha),
            "monomial": monomial(alpha),
            "coefficient": str(entry),
            "terms": len(entry),
            "latex": sympy.latex(sympy_polynomial(entry, symbols).as_expr(), symbol_names=names),
        }
        for (output, alpha), entry in zip(places, coefficients.entries)
    ]


def monomial(exponents: Sequence[int]) -> str:
    """x^α with the variables x1, x2, …

    >>> monomial((2, 0, 1)), monomial((0, 0))
    ('x1^2*x3', '1')
    """
    factors = (f"x{i}" + (f"^{power}" if power > 1 else "") for i, power in enumerate(exponents, start=1) if power)
    return "*".join(factors) or "1"
