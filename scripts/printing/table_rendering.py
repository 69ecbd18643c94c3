"""Table documents as text, Markdown, CSV, LaTeX or JSON; from the document alone."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill

from critscape.algebra.critical.levels import Level
from critscape.problems.files.writing import json_text
from critscape.problems.recipes.table_file import COMPARABLE
from critscape.scripts.printing.latex import LATEX_SIGNS, captioned, fitted
from critscape.scripts.printing.rendering import MARKS as RESULT_MARKS
from critscape.scripts.printing.text_table import text_table
from critscape.scripts.printing.writing import UNKNOWN, csv_text
from critscape.scripts.studies.tables.document import OBSERVED, SHAPE
from critscape.scripts.studies.tally import tally

HEADINGS = {
    "architecture": ("architecture", "architecture"),
    "H": ("H", "$H$"),
    "d": ("d", "$d$"),
    "d_x": ("d_x", "$d_x$"),
    "d_y": ("d_y", "$d_y$"),
    "k": ("k", "$k$"),
    "outer": ("outer", "outer"),
    "m": ("m", "$m$"),
    "N": ("N", "$N$"),
    "bezout": ("Bézout", "B\\'ezout"),
    "multihomogeneous": ("multihom.", "multihom."),
    "bkk": ("BKK", "BKK"),
    "bound": ("bound", "bound"),
    "bound_torus": ("torus bound", "torus bd."),
    "theorem": ("N_C thm", r"$N_{\mathbb{C}}$ thm."),
    "theorem_torus": ("N_C* thm", r"$N_{\mathbb{C}}^{*}$ thm."),
    "N_C": ("N_C", r"$N_{\mathbb{C}}$"),
    "N_C_torus": ("N_C*", r"$N_{\mathbb{C}}^{*}$"),
    "real_bound": ("N_R ≤", r"$N_{\mathbb{R}}\le$"),
    "N_R": ("N_R", r"$N_{\mathbb{R}}$"),
    "N_R_distribution": ("N_R:draws", r"$N_{\mathbb{R}}$\,:\,draws"),
    "minima": ("minima", "minima"),
    "spurious": ("spurious", "spurious"),
    "paths": ("paths", "paths"),
    "finite": ("finite", "finite"),
    "at_infinity": ("at ∞", r"at $\infty$"),
    "values": ("critical values", "critical values"),
    "dimensions": ("dim", r"$\dim$"),
    "inertias": ("inertia", "inertia"),
    "kinds": ("kinds", "kinds"),
}
"""Heading in text and in LaTeX."""
PUBLISHED = ("publ.", "publ.")
BESIDE = ("N_C", "N_C_torus", "N_R")
"""Columns whose published values stand in a column of their own; elsewhere one that differs follows in brackets."""
LEFT = ("architecture", "outer", "N_R_distribution", "values", "dimensions", "inertias", "kinds")
MARKS = {**RESULT_MARKS, OBSERVED: "§"}
MEANINGS = {
    Level.PROVED.value: "unmarked: exact or proved",
    Level.CERTIFIED.value: "†: every point is proved, that none is missing rests on the trace test",
    Level.NUMERICAL.value: "‡: numerical (the mixed volume: by linear programming in double precision)",
    OBSERVED: "§: by a formula that agrees wherever it was computed, neither proved nor computed here",
}
EXPLAINED = {
    "bkk": "BKK: mixed volume of the gradient system, the origin adjoined to every support",
    "bound": "bound, torus bound: theorem of Bharadwaj and Hoşten (one hidden layer, one sample)",
    "theorem": "N_C thm: N_C for generic data by a theorem, not computed",
    "N_C": "N_C: complex critical points, N_C*: those without a zero coordinate, both of the first draw",
    "real_bound": "N_R ≤: the most real critical points that a theorem allows for λ > 0",
    "N_R": "N_R: most real critical points of one draw",
    "N_R_distribution": "N_R:draws: number of real critical points : number of draws",
    "minima": "minima: most local minima of one draw",
    "spurious": "spurious: draws with a local minimum that is not global",
    "paths": "paths: critical points of the regularised loss, of which so many have a finite limit or go to infinity (numerical)",
    "inertias": "critical values, dim, inertia (positive.negative.zero), kinds: component by component of the first draw; saddles are strict",
}
WIDTH = 130
LATEX_LETTERS = {
    **LATEX_SIGNS, "{": r"\{", "}": r"\}", "$": r"\$", "^": r"\^{}", "~": r"\textasciitilde{}",
    "<": "$<$", ">": "$>$", "ş": r"\c{s}", "λ": r"$\lambda$", "≤": r"$\le$", "≥": r"$\ge$", "§": r"$^{\S}$",
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """What is printed of a cell: its text (``power``: base and exponent), the mark of its level, the numbers of its notes."""

    text: str
    mark: str
    notes: tuple[int, ...]
    difference: str = ""

    def plain(self) -> str:
        return self.text + self.mark + self.difference + "".join(f"[{number}]" for number in self.notes)

    def latex(self) -> str:
        power = re.fullmatch(r"(\d+)\^(\d+)", self.text)
        text = f"${power[1]}^{{{power[2]}}}$" if power else latex_text(self.text)
        letters = ",".join(map(letter, self.notes))
        difference = latex_text(self.difference)
        return text + latex_text(self.mark) + difference + (f"\\textsuperscript{{{letters}}}" if letters else "")


@dataclass(frozen=True)
class Part:
    """Rows below one heading: ``columns`` are (column, is it the published one); ``rows`` of cells."""

    heading: str
    columns: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[Cell, ...], ...]


def render_table(document: dict, style: str) -> str:
    """The document in a format; CSV has every value, level, published value and note in a column of its own."""
    if style == "json":
        return json_text(document)
    if style == "csv":
        return separated(document)
    notes: list[str] = []
    found = parts(document, notes)
    if style == "latex":
        return latex_document(document, found, notes)
    form = "github" if style == "markdown" else "simple"
    pieces = [("## " if style == "markdown" else "") + document["title"]]
    for part in found:
        if part.heading:
            pieces.append(("### " if style == "markdown" else "") + part.heading)
        sides = ["left" if column in LEFT and not published else "right" for column, published in part.columns]
        headings = [PUBLISHED[0] if published else HEADINGS[column][0] for column, published in part.columns]
        cells = [[cell.plain() for cell in row] for row in part.rows]
        if style == "markdown":
            cells, headings = [[starless(cell) for cell in row] for row in cells], [starless(heading) for heading in headings]
        pieces.append(text_table(headings, cells, sides, form))
    numbered = [f"[{number}] {note}" for number, note in enumerate(notes, start=1)]
    for lines in filter(None, (numbered, legend(document, found))):
        if style == "markdown":
            pieces.append("\n".join(f"- {starless(line)}" for line in lines))
        else:
            pieces.append("\n".join(fill(line, WIDTH, subsequent_indent="    ") for line in lines))
    return "\n\n".join(pieces) + "\n"


def parts(document: dict, notes: list[str]) -> list[Part]:
    """The parts of the table; ``notes`` receives all notes in the order in which they are met, each once."""
    headings = list(dict.fromkeys(row["part"] for row in document["rows"]))
    found = []
    for heading in headings:
        rows = [row for row in document["rows"] if row["part"] == heading]
        columns: list[tuple[str, bool]] = []
        for column in document["columns"]:
            cells = [row["cells"][column] for row in rows]
            # What has no meaning for any of these rows has no column.
            if any(cell["value"] is not None or "notes" in cell for cell in cells):
                columns.append((column, False))
            if column in BESIDE and any("published" in cell for cell in cells):
                columns.append((column, True))
        body = []
        for row in rows:
            cells = [(column, row["cells"][column], beside) for column, beside in columns]
            body.append(tuple(published_cell(cell) if beside else cell_of(column, cell, notes) for column, cell, beside in cells))
        found.append(Part(heading, tuple(columns), tuple(body)))
    return found


def cell_of(column: str, cell: dict, notes: list[str]) -> Cell:
    """One cell as it is printed."""
    numbers = []
    for note in cell.get("notes", ()):
        if note not in notes:
            notes.append(note)
        numbers.append(notes.index(note) + 1)
    differs = column not in BESIDE and "published" in cell and cell["value"] != cell["published"]
    mark = MARKS.get(cell.get("level") or "", "") if cell["value"] is not None else ""
    return Cell(shown(cell), mark, tuple(numbers), f" ({cell['published']})" if differs else "")


def published_cell(cell: dict) -> Cell:
    return Cell(str(cell["published"]) if "published" in cell else UNKNOWN, "", ())


def shown(cell: dict) -> str:
    """A value as text."""
    value = cell["value"]
    if value is None:
        return UNKNOWN
    if isinstance(value, dict):
        return tally(value)
    return cell.get("power") or str(value)


def legend(document: dict, found: Sequence[Part]) -> list[str]:
    """What marks and headings mean, where data and published values come from, how much was done and agrees."""
    columns = {column for part in found for column, _ in part.columns}
    cells = [cell for row in document["rows"] for cell in row["cells"].values()]
    levels = {cell.get("level") for cell in cells if cell["value"] is not None}
    lines = ["; ".join(text for level, text in MEANINGS.items() if level in levels) + "."]
    lines.append("; ".join(text for column, text in EXPLAINED.items() if column in columns) + ".")
    if document.get("source"):
        compared = [cell for cell in cells if cell.get("agrees") is not None]
        agreeing = sum(cell["agrees"] for cell in compared)
        missing = sum("published" in cell and cell["agrees"] is None for cell in cells)
        lines.append(
            f"publ.: {document['source']}. {agreeing} of {len(compared)} published values are ours too; others are in brackets or "
            f"beside, with a note on each" + (f"; {missing} have no value of ours" if missing else "") + "."
        )
    recipe, flags = document["recipe"], document
    lines.append(
        f"Data: {recipe_text(recipe['data'])}; ridge, entrywise: {recipe_text(recipe['ridge'])}; {document['draws']} draws, seed "
        f"{flags['seed']}; engine {flags['engine']}; {flags['seconds']:.0f} s, jobs {flags['jobs']}, limit {flags['limit']:g} s."
    )
    return [line for line in lines if line != "."]


def recipe_text(recipe: object) -> str:
    """A distribution in words.

    >>> recipe_text({"distribution": "uniform", "low": 0, "high": 1, "denominator": 1048576})
    'uniform, low 0, high 1'
    """
    if not isinstance(recipe, dict):
        return json.dumps(recipe).replace('"', "")
    others = [f"{name} {value}" for name, value in recipe.items() if name not in ("distribution", "denominator", "architecture")]
    return ", ".join([recipe["distribution"], *others])


def separated(document: dict) -> str:
    """CSV: the columns of the table, each with its level, its published value and its notes where it can have them."""
    headings, rows = ["part", "title"], [[row["part"], row["title"]] for row in document["rows"]]
    for column in document["columns"]:
        cells = [row["cells"][column] for row in document["rows"]]
        fields = [(column, [bare(cell) for cell in cells])]
        if column not in SHAPE:
            fields.append((f"{column} level", [cell.get("level") or "" for cell in cells]))
            fields.append((f"{column} notes", ["; ".join(cell.get("notes", ())) for cell in cells]))
        if column in COMPARABLE and any("published" in cell for cell in cells):
            fields.insert(2, (f"{column} published", [str(cell.get("published", "")) for cell in cells]))
        for heading, values in fields:
            headings.append(heading)
            for row, value in zip(rows, values):
                row.append(value)
    return csv_text([headings, *rows])


def bare(cell: dict) -> str:
    """A value without powers."""
    return shown({"value": cell["value"]})


def starless(text: str) -> str:
    """Text for Markdown."""
    return text.replace("*", "\\*").replace("_", "\\_")


def latex_document(document: dict, found: Sequence[Part], notes: Sequence[str]) -> str:
    """A whole document that compiles as it is: one table for each part, then the notes."""
    lines = [
        r"\documentclass[a4paper]{article}",
        r"\usepackage[utf8]{inputenc}",
        r"\usepackage{booktabs,amsmath,amssymb,graphicx}",
        r"\usepackage[margin=2cm]{geometry}",
        r"\begin{document}",
        "",
        r"% From here to the last table: to paste into a paper that loads booktabs, amssymb and graphicx.",
    ]
    for part in found:
        title = latex_text(document["title"] + (f". {part.heading}" if part.heading else ""))
        columns = "".join("l" if column in LEFT and not published else "r" for column, published in part.columns)
        headings = " & ".join(PUBLISHED[1] if published else HEADINGS[column][1] for column, published in part.columns)
        body = "\n".join("    " + " & ".join(cell.latex() for cell in row) + r" \\" for row in part.rows)
        used = sorted({number for row in part.rows for cell in row for number in cell.notes})
        below = [f"\\textsuperscript{{{letter(number)}}}~{sentence(latex_text(notes[number - 1]))}" for number in used]
        below += [latex_text(line) for line in legend(document, [part])]
        lines += [
            "",
            r"\begin{table}[p]",
            r"  \centering",
            f"  {captioned(title + '.')}",
            fitted(
                f"\\begin{{tabular}}{{{columns}}}\n    \\toprule\n    {headings} \\\\\n    \\midrule\n{body}\n    \\bottomrule\n  \\end{{tabular}}"
            ),
            "",
            r"  \smallskip",
            r"  \begin{minipage}{\textwidth}\footnotesize\raggedright",
            "    " + "\\par\n    ".join(below),
            r"  \end{minipage}",
            r"\end{table}",
        ]
    return "\n".join([*lines, "", r"\end{document}"]) + "\n"


def letter(number: int) -> str:
    """The name of a note where digits would be taken for an exponent.

    >>> letter(1), letter(26), letter(27)
    ('a', 'z', 'aa')
    """
    before, last = divmod(number - 1, 26)
    return (letter(before) if before else "") + "abcdefghijklmnopqrstuvwxyz"[last]


def sentence(text: str) -> str:
    return text if text.endswith(".") else text + "."


def latex_text(text: str) -> str:
    """Text for LaTeX: special characters escaped, our symbols set in mathematics.

    >>> latex_text("N_C* > 3 & d_x")
    '$N_{\\\\mathbb{C}}^{*}$ $>$ 3 \\\\& $d_x$'
    >>> latex_text("3^9")
    '3$^{9}$'
    """
    text = "".join(LATEX_LETTERS.get(character, character) for character in text)
    text = re.sub(r"\\\^\{\}(\d+)", r"$^{\1}$", text)
    text = re.sub(r"N\\_C\*", r"$N_{\\mathbb{C}}^{*}$", text)
    text = re.sub(r"N\\_([CR])", r"$N_{\\mathbb{\1}}$", text)
    return re.sub(r"\bd\\_([xy])", r"$d_\1$", text)
