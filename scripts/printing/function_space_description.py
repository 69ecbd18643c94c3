"""The function space of a network as ``critscape show`` prints it, as text and as LaTeX."""

from __future__ import annotations

LONGEST, MOST_LINES = 100, 24
"""Characters of a coefficient and number of coefficients that the text has; JSON and LaTeX have everything."""


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
