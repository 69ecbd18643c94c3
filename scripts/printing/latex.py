"""Tables, matrices and numbers in LaTeX."""

from __future__ import annotations

import re
from collections.abc import Sequence

from critscape.problems.networks.network import plain_latex


def latex_table(columns: str, headings: Sequence[str], rows: Sequence[Sequence[str]], caption: str) -> str:
    """A floating table."""
    body = "\n".join("    " + " & ".join(row) + r" \\" for row in rows)
    tabular = (
        f"\\begin{{tabular}}{{{columns}}}\n    \\toprule\n    {' & '.join(headings)} \\\\\n    \\midrule\n{body}\n    \\bottomrule\n"
        "  \\end{tabular}"
    )
    return f"\\begin{{table}}[htbp]\n  \\centering\n  {captioned(caption)}\n{fitted(tabular)}\n\\end{{table}}"


def latex_long_table(columns: str, headings: Sequence[str], rows: Sequence[Sequence[str]], caption: str) -> str:
    """A table that may break over pages, with room between rows for matrices; its caption stands on the first one."""
    body = "\n".join("  " + " & ".join(row) + r" \\ \addlinespace" for row in rows)
    head = f"  \\toprule\n  {' & '.join(headings)} \\\\\n  \\midrule\n"
    return (
        f"{{\\footnotesize\\setlength{{\\tabcolsep}}{{3pt}}\\begin{{longtable}}{{{columns}}}\n"
        f"  \\caption{{{caption}}}\\label{{{label(caption)}}}\\\\\n{head}  \\endfirsthead\n{head}  \\endhead\n"
        f"{body}\n  \\bottomrule\n\\end{{longtable}}}}"
    )


def captioned(caption: str) -> str:
    """A caption above its table: with a label to refer to, and room below."""
    return f"\\caption{{{caption}}}\\label{{{label(caption)}}}\\smallskip"


def label(caption: str) -> str:
    """The label of a table, from the words of the first sentence of its caption.

    >>> label("Real critical points, one row for each orbit: linear 2-2-2.")
    'tab:real-critical-points-one-row-for-each-orbit-linear-2-2-2'
    """
    first = caption.split(". ")[0]
    return "tab:" + re.sub(r"[^a-z0-9]+", "-", re.sub(r"\\[a-zA-Z]+", "", first).lower())[:60].strip("-")


def fitted(tabular: str) -> str:
    """A table as wide as the text at most, and not blown up: a little wider it is scaled down, much wider it is turned to be read."""
    return (
        f"  \\sbox0{{{tabular}}}%\n"
        "  \\ifdim\\wd0>1.4\\textwidth\n"
        "    \\rotatebox{90}{\\ifdim\\wd0>0.85\\textheight\\resizebox{0.85\\textheight}{!}{\\usebox0}\\else\\usebox0\\fi}%\n"
        "  \\else\\ifdim\\wd0>\\textwidth\\resizebox{\\textwidth}{!}{\\usebox0}\\else\\usebox0\\fi\\fi"
    )


LATEX_SIGNS = {
    "\\": r"\textbackslash{}", "_": r"\_", "%": r"\%", "&": r"\&", "#": r"\#", "∞": r"$\infty$", "–": "--", "≥": r"$\ge$",
    "†": r"$^{\dagger}$", "‡": r"$^{\ddagger}$",
}  # fmt: skip


def latex_cell(cell: str) -> str:
    """Text for LaTeX: special characters escaped, our few symbols and powers set in mathematics.

    >>> print(latex_cell("polynomial 1-1-1, t - 1/2 t^2"))
    polynomial 1-1-1, t - 1/2 $t^{2}$
    >>> print(latex_cell("(x + 1)^2 10^3 ^"))
    (x + 1)$^{2}$ 10$^{3}$ \\^{}
    """
    for plain, set_ in LATEX_SIGNS.items():
        cell = cell.replace(plain, set_)
    cell = re.sub(r"([A-Za-z])\^(\d+)", r"$\1^{\2}$", cell)
    cell = re.sub(r"(?<![$A-Za-z])\^(\d+)", r"$^{\1}$", cell)
    return re.sub(r"(?<![$A-Za-z])\^(?!\{)", r"\\^{}", cell)


def block_symbol(name: str) -> str:
    """W1 → W_{1}.

    >>> block_symbol("W12"), block_symbol("a")
    ('W_{12}', 'a')
    """
    return plain_latex(name)


def matrix_latex(rows: Sequence[Sequence[str]]) -> str:
    """A matrix of decimal strings; a single one stands without brackets."""
    return matrix_of([[latex_number(entry)[1:-1] if entry else None for entry in row] for row in rows])


def matrix_of(rows: Sequence[Sequence[str | None]]) -> str:
    """A matrix of entries in mathematics, a dot for one that is fixed; a single one stands without brackets."""
    shown = [[entry or r"\cdot" for entry in row] for row in rows]
    if len(shown) == len(shown[0]) == 1:
        return f"${shown[0][0]}$"
    body = r" \\ ".join(map(" & ".join, shown))
    return rf"$\left[\begin{{smallmatrix}} {body} \end{{smallmatrix}}\right]$"


def latex_number(text: str) -> str:
    """A decimal string in mathematics, with its power of ten.

    >>> latex_number("-7.4e-12")
    '$-7.4\\\\cdot 10^{-12}$'
    """
    mantissa, _, exponent = text.partition("e")
    return f"${mantissa}\\cdot 10^{{{int(exponent)}}}$" if exponent else f"${mantissa}$"
