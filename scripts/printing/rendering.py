"""Result documents as text, Markdown, CSV, LaTeX or JSON. Works from the document alone, so saved results print the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from critscape.problems.files.problem_file import read_any
from critscape.problems.files.writing import json_text
from critscape.problems.networks.network import Architecture, coordinates_name, matrices, variables
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression
from critscape.scripts.printing.components import components_csv, components_latex, components_text
from critscape.scripts.printing.latex import block_symbol, latex_cell, latex_long_table, latex_number, latex_table, matrix_latex, matrix_of
from critscape.scripts.printing.numbers import apart, ranges, short, shown
from critscape.scripts.printing.outcomes import outcome
from critscape.scripts.printing.sentence import sentence, spurious_is_least
from critscape.scripts.printing.text_table import text_table
from critscape.scripts.printing.weights import blocks_text, weights_text
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
SPECTRAL = ("eigenvalues", "rank")
"""What points have when it is asked for: eigenvalues of the Hessian, rank of the end-to-end product."""


IMPORTANT = ("architecture", "N_C", "N_R", "local min.", "spurious", "status", "level", "m", "N", "by index", "degenerate", "N_C*")
"""Columns from the most important on: where a line is too short for all, the others are left out first."""


@dataclass(frozen=True)
class View:
    """What tables of critical points show: one row for each orbit of the symmetries, or every point (``all_points``)."""

    all_points: bool = False


def render(results: Sequence[dict], style: str, view: View = View()) -> str:
    """One or more results in a format: a sentence, the table of counts, then the real critical points of each.

    CSV has the counts; of one result with components these instead, with ``all_points`` the real critical points of one result.
    """
    if style == "json":
        return json_text(results[0] if len(results) == 1 else list(results))
    named = any("name" in result for result in results)
    if style == "latex":
        return latex(results, view, [[result.get("name", UNKNOWN)] * named + counts_row(result, "proved")[:-1] for result in results])
    plain = [None if style == "csv" else level(result) for result in results]
    rows = [[result.get("name", UNKNOWN)] * named + counts_row(result, unmarked) for result, unmarked in zip(results, plain)]
    headings = [NAME_HEADING] * named + list(HEADINGS)
    if style == "csv" and len(results) == 1 and "components" in results[0]:
        return components_csv(results[0], problem_of(results[0]).network)
    if style == "csv" and view.all_points and len(results) == 1:
        return points_csv(results[0])
    if style == "csv":
        return csv_text([[*headings, "reason"], *([*row, result.get("reason", "")] for row, result in zip(rows, results))])
    markdown = style == "markdown"
    alignment = ("left",) * named + ALIGNMENT
    form = "github" if markdown else "simple"
    opening = sentence(results[0]) if len(results) == 1 else ""
    parts = [opening]
    parts.append(text_table(headings, rows, alignment, form, (NAME_HEADING, *IMPORTANT)))
    parts.append("\n".join(legend(rows)))
    for result in results:
        parts.append(points_text(result, markdown, view))
    return "\n\n".join(part for part in parts if part) + "\n"


ALIGNMENT = ("left", *("right",) * 7, "left", "right", "right", "right", "left", "left")


def problem_of(result: dict) -> Problem | Regression:
    """The problem of a result."""
    return read_any(result["problem"])


def level(result: dict) -> str:
    """The level of N_C, or of N_R where only real points were sought; of results that do not say, and of those not complete, the least."""
    levels = result.get("levels", {})
    return levels.get("complex") or levels.get("real") or "numerical"


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
        least = "≥ " if name == "spurious_minima" and spurious_is_least(counts) else ""
        return UNKNOWN if number is None else f"{least}{number}{mark(levels.get(name), plain)}"

    return [
        problem.network.title,
        str(problem.samples or UNKNOWN),
        str(problem.dimension),
        str(bounds.get("Bézout number", UNKNOWN)),
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


@dataclass(frozen=True)
class Row:
    """One row of a table of points: the first of ``size`` points that symmetries exchange, under the ``numbers`` of all."""

    numbers: str
    size: int
    point: dict


def point_rows(real: Sequence[dict], view: View) -> list[Row]:
    """One row for each orbit of real points, or for each point; points whose orbit is not known stand alone."""
    orbits: dict[object, list[int]] = {}
    for k, point in enumerate(real):
        orbit = None if view.all_points else point.get("orbit")
        orbits.setdefault(("alone", k) if orbit is None else orbit, []).append(k)
    return [Row(ranges([k + 1 for k in members]), len(members), real[members[0]]) for members in orbits.values()]


def points_text(result: dict, markdown: bool, view: View) -> str:
    """The real critical points of one result, with its reason, evidence and path counts."""
    problem = problem_of(result)
    network = problem.network
    lines = [("### " if markdown else "") + heading(result, problem)]
    if "reason" in result:
        lines += ["", f"{result['status']}: {result['reason']}."]
    real = [point for point in result["critical_points"] if point["real"]]
    if real:
        rows, figures, last = point_rows(real, view), apart([point["loss"] for point in real]), coordinates_name(network)
        columns = [
            ("#", "right", [row.numbers for row in rows]),
            ("points", "right", [str(row.size) for row in rows]),
            ("type", "left", [kind_text(row.point) for row in rows]),
            ("index", "right", [shown(row.point["index"]) for row in rows]),
            ("loss", "right", [short(row.point["loss"], figures) for row in rows]),
            *((name, "left", [spectral(row.point[name]) for row in rows]) for name in SPECTRAL if name in real[0]),
            (last, "left", [weights_text(network, row.point["point"]) for row in rows]),
        ]
        # Where every point has its row, their number is none.
        columns = [column for column in columns if column[0] != "points" or any(row.size > 1 for row in rows)]
        names, sides, cells = zip(*columns)
        form = "github" if markdown else "simple"
        lines += ["", text_table(names, list(zip(*cells)), sides, form, ("#", "type", "index", "loss", last), last)]
        if any(row.size > 1 for row in rows):
            note = f"One row for each orbit of the symmetries, with the {last} of its first point; --all-points lists every point."
            lines += ["", ("" if markdown else "  ") + note]
        lines += closed_forms_text(network, real, markdown)
    if "components" in result:
        lines += components_text(result, network, markdown)
    if "function_space" in result:
        functions = result["function_space"]
        lines += ["", f"critical points in the function space: {functions['complex']} complex, {functions['real']} real"]
        if "relation" in functions:
            lines += [f"{functions['relation']}."]
        if functions.get("left_out"):
            lines += [f"left out by the chart: {functions['left_out']}."]
    lines += ["", *evidence_lines(result, "- " if markdown else "  ")]
    return "\n".join(lines).rstrip()


def spectral(value: object) -> str:
    """Eigenvalues or a rank as a cell."""
    return " ".join(short(entry) for entry in value) if isinstance(value, list) else shown(value)


def points_csv(result: dict) -> str:
    """Every real critical point of one result, all digits that are known: one column for each weight."""
    network = problem_of(result).network
    real = [point for point in result["critical_points"] if point["real"]]
    further = [name for name in SPECTRAL if real and name in real[0]]
    headings = ["number", "orbit", "type", "index", "loss", "closed_form", "certified", *further, *variables(network)]
    rows = [
        [
            k,
            point.get("orbit"),
            kind_text(point),
            point["index"],
            point["loss"],
            point.get("closed_form", {}).get("loss"),
            point.get("certified"),
            *(" ".join(point[name]) if isinstance(point[name], list) else point[name] for name in further),
            *point["point"],
        ]
        for k, point in enumerate(real, start=1)
    ]
    return csv_text([headings, *(["" if cell is None else cell for cell in row] for row in rows)])


def closed_forms_text(network: Architecture, real: Sequence[dict], markdown: bool) -> list[str]:
    """The closed forms of the listed points that have one, one of each orbit, under the numbers of the points."""
    rows = [[numbers, form["loss"], blocks_text(network, form["point"], ", ")] for numbers, form in closed_forms(real)]
    if not rows:
        return []
    style = "github" if markdown else "simple"
    weights = f"{coordinates_name(network)} in closed form"
    return ["", text_table(("#", "loss", weights), rows, ("left", "left", "left"), style, ("#", "loss"), weights)]


def closed_forms(real: Sequence[dict]) -> list[tuple[str, dict]]:
    """The closed form of the first point of each orbit that has one, with the numbers of all of its points."""
    orbits: dict[object, list[int]] = {}
    for k, point in enumerate(real):
        if "closed_form" in point:
            orbits.setdefault(k if point["orbit"] is None else (point["orbit"],), []).append(k)
    return [(ranges([k + 1 for k in orbit]), real[orbit[0]]["closed_form"]) for orbit in orbits.values()]


def heading(result: dict, problem: Problem | Regression) -> str:
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
    lines += [f"{bullet}{name}: {outcome(entry)} ({entry['measured']})" for name, entry in result["evidence"].items()]
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


def latex(results: Sequence[dict], view: View, rows: Sequence[Sequence[str]]) -> str:
    """LaTeX tables to paste: the counts, then the real critical points of each result."""
    cells = [[latex_cell(cell) for cell in row] for row in rows]
    named = len(rows[0]) > len(LATEX_HEADINGS)
    columns, headings = "l" * named + "l" + "r" * 7 + "lrrrl", [NAME_HEADING] * named + list(LATEX_HEADINGS)
    parts = [
        "% Needs \\usepackage{booktabs,amsmath,amssymb,graphicx,longtable}.",
        latex_table(columns, headings, cells, counts_caption(rows)),
    ]
    return "\n\n".join([*parts, *(part for result in results for part in points_latex(result, view))]) + "\n"


def points_latex(result: dict, view: View) -> list[str]:
    """The reason of a result, its real critical points and their closed forms, as far as there are any."""
    problem, parts = problem_of(result), []
    network = problem.network
    real = [point for point in result["critical_points"] if point["real"]]
    if "reason" in result:
        name = latex_cell(result.get("name", network.title))
        parts.append(f"\\noindent {name}: {latex_cell(result['status'])}, {latex_cell(result['reason'])}.")
    if "components" in result:
        parts.append(components_latex(result, network, latex_cell(problem.title)))
    if not real:
        return parts
    headings = ("\\#", "type", "index", "$L$", *(f"${block_symbol(block.name)}$" for block in network.blocks))
    rows, figures = point_rows(real, view), apart([point["loss"] for point in real])
    entries = [
        [
            row.numbers.replace("-", "--"),
            latex_cell(kind_text(row.point)),
            latex_cell(shown(row.point["index"])),
            latex_number(short(row.point["loss"], figures)) if row.point["loss"] else "--",
            *(matrix_latex(block) for block in matrices(network, [short(value) for value in row.point["point"]])),
        ]
        for row in rows
    ]
    label = latex_cell(f"{result['name']}, {problem.title}" if "name" in result else problem.title)
    each = ", one row for each orbit of the symmetries" if any(row.size > 1 for row in rows) else ""
    caption = f"Real critical points{each}: {label}."
    parts.append(latex_long_table("rlrr" + "c" * len(network.blocks), headings, entries, caption))
    forms = [[numbers.replace("-", "--"), closed_form_latex(network, form["latex"])] for numbers, form in closed_forms(real)]
    if forms:
        caption = f"In closed form, one point of each orbit: {label}."
        parts.append(latex_long_table(r"rp{0.85\textwidth}", ("\\#", f"loss and {coordinates_name(network)}"), forms, caption))
    return parts


def closed_form_latex(network: Architecture, form: dict) -> str:
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
