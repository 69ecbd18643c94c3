"""The function space of a network as ``critscape show`` has it: JSON-ready, as text and as LaTeX."""

from __future__ import annotations

from collections.abc import Sequence

from critscape.algebra.polynomial.symbolic import sympy_polynomial
from critscape.problems.networks.network import Network, latex_names
from critscape.problems.spaces.function_space import FunctionSpace, TooLarge, function_space

LONGEST, MOST_LINES = 100, 24
"""Characters of a coefficient and number of coefficients that the text has; JSON and LaTeX have everything."""


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


def function_space_lines(described: dict) -> list[str]:
    """The entry as lines of text."""
    if "reason" in described:
        return [f"function space: {described['reason']}"]
    coefficients, outputs = described["coefficients"], described["coefficients"][-1]["output"]
    lines = ["function space: the image of the coefficient map w → c(w), f(x) = Σ_α c_α(w) x^α"]
    heads = [(f"f{entry['output']}: " if outputs > 1 else "") + entry["monomial"] for entry in coefficients[:MOST_LINES]]
    width = max(map(len, heads))
    lines += [f"  {head:<{width}}  {shortened(entry['coefficient'], entry['terms'])}" for head, entry in zip(heads, coefficients)]
    if len(coefficients) > MOST_LINES:
        lines.append(f"  … and {len(coefficients) - MOST_LINES} more (--format json and latex have them all)")
    ambient, expected, dimension = described["ambient"], described["expected"], described["dimension"]
    free = f"{described['weights']} weights"
    if described["symmetries"]:
        free += f" − {described['symmetries']} taken up by affine symmetries"
    lines.append(f"  expected dimension {expected}: the smaller of {free} and ambient dimension {ambient}")
    doubt = f"at least {dimension}: proved; more with probability below {described['rank']['doubt']:.0e}"
    evidence = "proved" if described["proved"] else doubt
    lines.append(f"  dimension {dimension} ({evidence}), defect {described['defect']}")
    lines.append(f"  {filling(described)}")
    if described["image"]:
        lines.append(f"  functions over ℝ: {described['image']}")
    return lines


def filling(described: dict) -> str:
    """Whether the network fills the ambient space, as a sentence."""
    if not described["filling"]:
        codimension = described["ambient"] - described["dimension"]
        return f"not filling: the closure of the image has codimension {codimension} in the ambient space"
    if described["everything"]:
        return "filling: every function of the ambient space is computed by some weights"
    rest = "not everything" if described["everything"] is False else "whether it is everything is not known here"
    return f"filling: the image is dense over ℂ; over ℝ it is thick (it has interior points), {rest}"


def shortened(polynomial: str, terms: int) -> str:
    """A long polynomial cut behind a term, with the number of its terms.

    >>> shortened("x*y + z", 2)
    'x*y + z'
    >>> shortened("x" * 60 + " + " + "y" * 60, 2).count("x")
    60
    """
    if len(polynomial) <= LONGEST:
        return polynomial
    kept = polynomial[:LONGEST]
    end = max(kept.rfind(" + "), kept.rfind(" - "))
    return f"{kept[:end] if end > 0 else kept} … ({terms} terms)"


def coefficient_map_latex(described: dict) -> str:
    """The coefficient map as an ``align*`` environment: c_{o,α} is the coefficient of x^α in output o."""
    rows = " \\\\\n".join(
        f"  c_{{{entry['output']},({','.join(map(str, entry['exponents']))})}} &= {entry['latex']}" for entry in described["coefficients"]
    )
    return f"\\begin{{align*}}\n{rows}\n\\end{{align*}}\n"
