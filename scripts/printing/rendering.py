"""Result documents as text, Markdown, CSV, LaTeX or JSON. Works from the document alone, so saved results print the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from tabulate import tabulate

from critscape.problems.files.problem_file import read
from critscape.problems.files.writing import json_text
from critscape.problems.networks.network import Network, coordinates_name, matrices, plain_latex
from critscape.problems.problem.problem import Problem
from critscape.scripts.printing.writing import UNKNOWN, csv_text
from critscape.scripts.studies.tally import tally

HEADINGS = (
    "architecture", "m", "N", "Bézout", "BKK", "N_C", "N_C*", "N_R", "by index", "local min.", "spurious", "degenerate", "status",
    "level",
)  # fmt: skip
LATEX_HEADINGS = (
    "architecture", "$m$", "$N$", "B\\'ezout", "BKK", r"$N_{\mathbb{C}}$", r"$N_{\mathbb{C}}^{*}$", r"$N_{\mathbb{R}}$",
    "by index", "local min.", "spurious", "degenerate", "status",
)  # fmt: skip
NAME_HEADING = "problem"
MARKS = {"proved": "", "certified": "†", "numerical": "‡"}
"""Mark of a count by its level, from the best to the least."""
LEGEND = {
    "†": "every point is proved; that none is missing rests on the trace test, or on elimination modulo primes",
    "‡": "numerical",
}
FIXED = "·"
"""Stands for an entry of a weight matrix that is not trained."""
DIGITS = 6
"""Significant digits of losses and coordinates in tables; JSON has all that are known."""


def render(results: Sequence[dict], style: str) -> str:
    """One or more results in a format: the table of counts, then (not in CSV) the real critical points of each."""
    if style == "json":
        return json_text(results[0] if len(results) == 1 else list(results))
    named = any("name" in result for result in results)
    if style == "latex":
        return latex(results, [[result.get("name", UNKNOWN)] * named + counts_row(result, "proved")[:-1] for result in results])
    plain = [None if style == "csv" else level(result) for result in results]
    rows = [[result.get("name", UNKNOWN)] * named + counts_row(result, unmarked) for result, unmarked in zip(results, plain)]
    headings = [NAME_HEADING] * named + list(HEADINGS)
    if style == "csv":
        return csv_text([[*headings, "reason"], *([*row, result.get("reason", "")] for row, result in zip(rows, results))])
    markdown = style == "markdown"
    alignment = ("left",) * named + ALIGNMENT
    parts = [tabulate(rows, headings, tablefmt="github" if markdown else "simple", disable_numparse=True, colalign=alignment)]
    parts.append("\n".join(legend(rows)))
    for result in results:
        parts.append(points_text(result, markdown))
    return "\n\n".join(part for part in parts if part) + "\n"


ALIGNMENT = ("left", *("right",) * 7, "left", "right", "right", "right", "left", "left")


def problem_of(result: dict) -> Problem:
    """The problem of a result."""
    return read(result["problem"])


def level(result: dict) -> str:
    """The level of N_C; of results that do not say, and of those that are not complete, the least."""
    return result.get("levels", {}).get("complex") or "numerical"


def counts_row(result: dict, plain: str | None) -> list[str]:
    """The table row of one result, in the order of HEADINGS; counts of a lower level than ``plain`` are marked (None: none is)."""
    problem, counts, bounds, levels = problem_of(result), result["counts"], result["bounds"], result.get("levels", {})
    infinite = result["status"] == "not-finite"

    def cell(name: str) -> str:
        if infinite and name == "complex":
            return "∞"
        number = counts[name]
        if isinstance(number, dict):
            number = tally(number) or None
        return UNKNOWN if number is None else f"{number}{mark(levels.get(name), plain)}"

    return [
        problem.network.title,
        str(problem.samples or UNKNOWN),
        str(problem.dimension),
        str(bounds["Bézout number"]),
        str(bounds.get("mixed volume", UNKNOWN)),
        *map(cell, ("complex", "complex_torus", "real", "by_index", "local_minima", "spurious_minima", "degenerate")),
        result["status"],
        UNKNOWN if infinite else level(result),
    ]


def mark(of: str | None, plain: str | None) -> str:
    """The mark of a count's level if it is lower than ``plain``.

    >>> mark("certified", "proved"), mark("certified", "certified"), mark("numerical", None)
    ('†', '', '')
    """
    order = list(MARKS)
    return MARKS[of] if of and plain and order.index(of) > order.index(plain) else ""


def legend(rows: Sequence[Sequence[str]]) -> list[str]:
    """What the marks in a table mean, those that occur."""
    text = "".join(map("".join, rows))
    return [f"{sign} {meaning}" for sign, meaning in LEGEND.items() if sign in text]


def points_text(result: dict, markdown: bool) -> str:
    """The real critical points of one result, with its reason, evidence and path counts."""
    problem = problem_of(result)
    network = problem.network
    lines = [("### " if markdown else "") + heading(result, problem)]
    if "reason" in result:
        lines += ["", f"{result['status']}: {result['reason']}."]
    real = [point for point in result["critical_points"] if point["real"]]
    if real:
        rows = [
            [k, kind_text(point), shown(point["index"]), short(point["loss"]), weights_text(network, point["point"])]
            for k, point in enumerate(real, start=1)
        ]
        table = tabulate(
            rows,
            ("#", "type", "index", "loss", coordinates_name(network)),
            tablefmt="github" if markdown else "simple",
            disable_numparse=True,
            colalign=("right", "left", "right", "right", "left"),
        )
        lines += ["", table]
        lines += closed_forms_text(network, real, markdown)
    if "function_space" in result:
        functions = result["function_space"]
        lines += ["", f"critical points in the function space: {functions['complex']} complex, {functions['real']} real"]
    lines += ["", *evidence_lines(result, "- " if markdown else "  ")]
    return "\n".join(lines).rstrip()


def closed_forms_text(network: Network, real: Sequence[dict], markdown: bool) -> list[str]:
    """The closed forms of the listed points that have one, one of each orbit, under the numbers of the points."""
    rows = [[numbers, form["loss"], blocks_text(network, form["point"], ", ")] for numbers, form in closed_forms(real)]
    if not rows:
        return []
    style = "github" if markdown else "simple"
    headings = ("#", "loss", f"{coordinates_name(network)} in closed form, one point of each orbit")
    return ["", tabulate(rows, headings, tablefmt=style, disable_numparse=True)]


def closed_forms(real: Sequence[dict]) -> list[tuple[str, dict]]:
    """The closed form of the first point of each orbit that has one, with the numbers of all of its points."""
    orbits: dict[object, list[int]] = {}
    for k, point in enumerate(real):
        if "closed_form" in point:
            orbits.setdefault(k if point["orbit"] is None else (point["orbit"],), []).append(k)
    return [(ranges([k + 1 for k in orbit]), real[orbit[0]]["closed_form"]) for orbit in orbits.values()]


def ranges(numbers: Sequence[int]) -> str:
    """Increasing numbers with runs drawn together.

    >>> ranges([1, 2, 3, 5, 7, 8])
    '1-3, 5, 7-8'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def heading(result: dict, problem: Problem) -> str:
    name = f"{result['name']}: " if "name" in result else ""
    points = ": real critical points" if any(point["real"] for point in result["critical_points"]) else ""
    return f"{name}{problem.title}{points}"


def evidence_lines(result: dict, bullet: str) -> list[str]:
    """Paths, evidence, engine and time, one short line each."""
    paths = result["paths"]
    lines = []
    if paths["tracked"]:
        fates = ", ".join(f"{paths[name]} {name.replace('_', ' ')}" for name in ("finished", "at_infinity", "singular", "failed"))
        one_each = paths["representatives"] < paths["tracked"]
        followed = f"{paths['representatives']} followed, one of each orbit" if one_each else "all followed"
        times = f", along {paths['homotopies']} homotopies" if paths["homotopies"] > 1 else ""
        lines.append(f"{bullet}paths: {paths['tracked']} ({fates}); {followed}{times}")
    marks = {True: "holds", False: "FAILS", None: "does not apply"}
    lines += [f"{bullet}{name}: {marks[entry['holds']]} ({entry['measured']})" for name, entry in result["evidence"].items()]
    engine, seconds = result["engine"], result["seconds"]
    why = f" ({engine['because']})" if "because" in engine and engine["name"] == "exact" else ""
    return [*lines, f"{bullet}engine {engine['name']}{why}, seed {engine['seed']}, {seconds['total']:.2f} s"]


def kind_text(point: dict) -> str:
    """What a point is; of a degenerate one the dimension of the kernel of its Hessian and its multiplicity, if they are known.

    >>> kind_text({"kind": "degenerate", "nullity": 1, "multiplicity": 3}), kind_text({"kind": "strict saddle"})
    ('degenerate (nullity 1, multiplicity 3)', 'strict saddle')
    """
    known = ", ".join(f"{name} {point[name]}" for name in ("nullity", "multiplicity") if point.get(name) is not None)
    return f"{point['kind']} ({known})" if known else point["kind"]


def shown(value: object) -> str:
    return UNKNOWN if value is None else str(value)


def short(digits: str | None) -> str:
    """A decimal string rounded for reading.

    >>> short("0.786282607314"), short("0"), short(None)
    ('0.786283', '0', '–')
    """
    if digits is None:
        return UNKNOWN
    text = f"{Decimal(digits):.{DIGITS}g}" if Decimal(digits) else "0"
    mantissa, mark, exponent = text.partition("e")
    return (mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa) + mark + exponent


def weights_text(network: Network, point: Sequence[str]) -> str:
    """The weights as decimals, block by block, rows separated by semicolons."""
    return blocks_text(network, [short(value) for value in point], " ")


def blocks_text(network: Network, entries: Sequence[str], between: str) -> str:
    """Entries of the weights block by block, rows separated by semicolons, a dot for an entry that is fixed."""
    blocks = zip(network.blocks, matrices(network, entries))
    printed = ((block.name, "; ".join(between.join(entry or FIXED for entry in row) for row in rows)) for block, rows in blocks)
    return "  ".join(f"{name} [{rows}]" for name, rows in printed)


def latex(results: Sequence[dict], rows: Sequence[Sequence[str]]) -> str:
    """LaTeX tables to paste: the counts, then the real critical points of each result."""
    cells = [[latex_cell(cell) for cell in row] for row in rows]
    named = len(rows[0]) > len(LATEX_HEADINGS)
    columns, headings = "l" * named + "l" + "r" * 7 + "lrrrl", [NAME_HEADING] * named + list(LATEX_HEADINGS)
    parts = [
        "% Needs \\usepackage{booktabs,amsmath,amssymb,graphicx,longtable}.",
        latex_table(columns, headings, cells, counts_caption(rows)),
    ]
    return "\n\n".join([*parts, *(part for result in results for part in points_latex(result))]) + "\n"


def points_latex(result: dict) -> list[str]:
    """The reason of a result, its real critical points and their closed forms, as far as there are any."""
    problem, parts = problem_of(result), []
    network = problem.network
    real = [point for point in result["critical_points"] if point["real"]]
    if "reason" in result:
        name = latex_cell(result.get("name", network.title))
        parts.append(f"\\noindent {name}: {latex_cell(result['status'])}, {latex_cell(result['reason'])}.")
    if not real:
        return parts
    headings = ("\\#", "type", "index", "$L$", *(f"${block_symbol(block.name)}$" for block in network.blocks))
    entries = [
        [
            str(k),
            latex_cell(kind_text(point)),
            latex_cell(shown(point["index"])),
            latex_number(short(point["loss"])) if point["loss"] else "--",
            *(matrix_latex(block) for block in matrices(network, [short(value) for value in point["point"]])),
        ]
        for k, point in enumerate(real, start=1)
    ]
    label = latex_cell(f"{result['name']}, {problem.title}" if "name" in result else problem.title)
    caption = f"Real critical points: {label}."
    parts.append(latex_long_table("rlrr" + "c" * len(network.blocks), headings, entries, caption))
    forms = [[numbers.replace("-", "--"), closed_form_latex(network, form["latex"])] for numbers, form in closed_forms(real)]
    if forms:
        caption = f"In closed form, one point of each orbit: {label}."
        parts.append(latex_long_table(r"rp{0.85\textwidth}", ("\\#", f"loss and {coordinates_name(network)}"), forms, caption))
    return parts


def closed_form_latex(network: Network, form: dict) -> str:
    """Loss and weights of one point, as formulas between which a line may break."""
    blocks = zip(network.blocks, matrices(network, form["point"]))
    formulas = [f"$L = {form['loss']}$", *(f"${block_symbol(block.name)} = {matrix_of(rows)[1:-1]}$" for block, rows in blocks)]
    return rf"{{\raggedright {', '.join(formulas)}\par}}"


def counts_caption(rows: Sequence[Sequence[str]]) -> str:
    """The caption of the table of counts, with the marks of levels that occur in it."""
    marks = "".join(f" {latex_cell(line[0])}: {latex_cell(line[2:])}." for line in legend(rows))
    return f"Critical points of the loss. {CAPTION} Counts without a mark are proved.{marks}"


CAPTION = (
    r"$m$: samples, $N$: weights or variables, BKK: mixed volume with the origin adjoined, "
    r"$N_{\mathbb{C}}$: complex critical points, $N_{\mathbb{C}}^{*}$: those without a zero coordinate, "
    r"$N_{\mathbb{R}}$: real ones; by index: index\,:\,number."
)


def latex_table(columns: str, headings: Sequence[str], rows: Sequence[Sequence[str]], caption: str) -> str:
    """A floating table that is scaled down to the width of the text where it is wider."""
    body = "\n".join("    " + " & ".join(row) + r" \\" for row in rows)
    return (
        "\\begin{table}[htbp]\n  \\centering\n"
        f"  \\caption{{{caption}}}\n  \\resizebox{{\\textwidth}}{{!}}{{\\begin{{tabular}}{{{columns}}}\n    \\toprule\n"
        f"    {' & '.join(headings)} \\\\\n    \\midrule\n{body}\n    \\bottomrule\n  \\end{{tabular}}}}\n\\end{{table}}"
    )


def latex_long_table(columns: str, headings: Sequence[str], rows: Sequence[Sequence[str]], caption: str) -> str:
    """A table that may break over pages, with room between rows for matrices."""
    body = "\n".join("  " + " & ".join(row) + r" \\ \addlinespace" for row in rows)
    return (
        f"{{\\footnotesize\\setlength{{\\tabcolsep}}{{3pt}}\\begin{{longtable}}{{{columns}}}\n"
        f"  \\caption{{{caption}}}\\\\\n  \\toprule\n"
        f"  {' & '.join(headings)} \\\\\n  \\midrule\n  \\endhead\n{body}\n  \\bottomrule\n\\end{{longtable}}}}"
    )


LATEX_SIGNS = {
    "\\": r"\textbackslash{}", "_": r"\_", "%": r"\%", "&": r"\&", "#": r"\#", "∞": r"$\infty$", "–": "--",
    "†": r"$^{\dagger}$", "‡": r"$^{\ddagger}$",
}  # fmt: skip


def latex_cell(cell: str) -> str:
    """Text for LaTeX: special characters escaped, our few symbols and powers set in mathematics.

    >>> print(latex_cell("polynomial 1-1-1, t - 1/2 t^2"))
    polynomial 1-1-1, t - 1/2 $t^{2}$
    """
    for plain, set_ in LATEX_SIGNS.items():
        cell = cell.replace(plain, set_)
    cell = re.sub(r"([A-Za-z])\^(\d+)", r"$\1^{\2}$", cell)
    return re.sub(r"(?<![$A-Za-z0-9])\^(?!\{)", r"\\textasciicircum{}", cell)


def block_symbol(name: str) -> str:
    """W1 → W_{1}.

    >>> block_symbol("W12"), block_symbol("a")
    ('W_{12}', 'a')
    """
    return plain_latex(name)


def matrix_latex(rows: Sequence[Sequence[str]]) -> str:
    """A matrix of decimal strings; a single one stands without brackets."""
    return matrix_of([[latex_number(entry)[1:-1] if entry else None for entry in row] for row in rows])


def matrix_of(rows: Sequence[Sequence[str]]) -> str:
    """A matrix of entries in mathematics, a dot for one that is fixed; a single one stands without brackets."""
    rows = [[entry or r"\cdot" for entry in row] for row in rows]
    if len(rows) == len(rows[0]) == 1:
        return f"${rows[0][0]}$"
    body = r" \\ ".join(map(" & ".join, rows))
    return rf"$\left[\begin{{smallmatrix}} {body} \end{{smallmatrix}}\right]$"


def latex_number(text: str) -> str:
    """A decimal string in mathematics, with its power of ten.

    >>> latex_number("-7.4e-12")
    '$-7.4\\\\cdot 10^{-12}$'
    """
    mantissa, _, exponent = text.partition("e")
    return f"${mantissa}\\cdot 10^{{{int(exponent)}}}$" if exponent else f"${mantissa}$"
