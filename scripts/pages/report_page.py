"""Results as one self-contained HTML page. Works from the documents alone; ``scripts/templates`` has what it looks like."""

from __future__ import annotations

import base64
import hashlib
import re
import shlex
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from importlib import metadata

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from critscape.algebra.critical.cross_check import DEGREE, DIMENSION, REAL
from critscape.problems.files.problem_file import document, file_text
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.network import coordinates_name, plain_latex
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression
from critscape.scripts.pages import report_chart, report_tree
from critscape.scripts.pages.report_points import occurring, orbits
from critscape.scripts.pages.report_problem import formula, statement
from critscape.scripts.pages.report_verdicts import verdict_parts
from critscape.scripts.printing.numbers import short, short_loss, short_number
from critscape.scripts.printing.outcomes import outcome
from critscape.scripts.printing.references import used
from critscape.scripts.printing.sentence import spurious_is_least
from critscape.scripts.printing.writing import UNKNOWN
from critscape.scripts.studies.answer import QUICK_PROOF_POINTS
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.smooth.run import MOST_BOXES, UNASKED

COUNTS = (
    ("complex", "N_{\\mathbb{C}}", "complex critical points"),
    ("complex_torus", "N_{\\mathbb{C}}^{*}", "those without a zero coordinate"),
    ("real", "N_{\\mathbb{R}}", "real critical points"),
    ("degenerate", "", "degenerate ones among the complex"),
    ("local_minima", "", "local minima"),
    ("global_minima", "", "global minima"),
    ("spurious_minima", "", "spurious local minima"),
)
"""Count → its symbol, if any, and what it counts."""
RESTS = {
    "proved": "every point is proved, and that none is missing is proved too: they are as many as an exact upper "
    "bound, or no box of weights is left that could hold another",
    "certified": "every point is proved; that none is missing rests on the trace test and the account of all paths, "
    "or on elimination modulo primes",
    "numerical": "anything less: computed, not proved",
}
PROBLEM_FILE = "problem.json"
HYPHEN = re.compile(r"(?<!-)-(?!-|[^\W\d_])")
"""A hyphen that is no part of a word or of a flag."""
QUOTED = re.compile("`(.+?)`")
MOST_COLUMNS = 3
"""Weights with wider matrices stand below the rest of their row, not beside it."""
MARK = 8.0
"""Radius of the marks beside text."""


def page(results: Sequence[tuple[dict, Problem | Regression]]) -> str:
    """The page of one or more results, each with its problem."""
    environment = templates()
    assert environment.loader is not None
    style, script = (environment.loader.get_source(environment, name)[0] for name in ("report.css", "report.js"))
    sections = [section(result, problem, f"r{k}") for k, (result, problem) in enumerate(results, start=1)]
    return environment.get_template("report.html").render(
        sections=sections,
        title=sections[0]["title"] if len(sections) == 1 else f"{len(sections)} problems",
        policy=policy(style, script),
        style=Markup(style),
        script=Markup(script),
        version=metadata.version("critscape"),
        counts=[(name, formula_inline(symbol) if symbol else "", meaning) for name, symbol, meaning in COUNTS],
        rests=RESTS,
        frame=report_chart.FRAME,
        tree_frame=report_tree.FRAME,
    )


@cache
def templates() -> Environment:
    """The templates; everything that they print is escaped unless it is markup of our own."""
    environment = Environment(
        loader=PackageLoader("critscape.scripts.pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "minus": minus,
        "outcome": outcome,
        "prose": prose,
        "short": short,
        "slug": slug,
        "symbol": symbol,
        "grouped": grouped,
        "sortable": sortable,
    }
    environment.globals |= {"unknown": UNKNOWN}
    return environment


def sortable(text: str) -> str:
    """The number that a cell is sorted by, "" where there is none.

    >>> sortable("3^9"), sortable("1,265†"), sortable("45%"), sortable("–")
    ('19683', '1265', '45', '')
    """
    found = re.fullmatch(r"([0-9.]+)(?:\^([0-9]+))?%?\D*", text.replace(",", ""))
    return "" if found is None else str(int(found[1]) ** int(found[2])) if found[2] else found[1]


def policy(style: str, script: str) -> str:
    """The Content-Security-Policy: nothing is loaded, and nothing runs but our own style and script, known by their digests."""

    def digest(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    return f"default-src 'none'; style-src {digest(style)}; script-src {digest(script)}; base-uri 'none'; form-action 'none'"


def section(result: dict, problem: Problem | Regression, key: str) -> dict:
    """What the template shows of one result."""
    rows = orbits(result, problem, key)
    kinds, indices = occurring(rows)
    problem_json = file_text(document(problem))
    return {
        "key": key,
        "title": f"{result['name']}: {problem.title}" if "name" in result else problem.title,
        "result": result,
        "problem": problem,
        "statement": statement(problem),
        "counts": stated_counts(result),
        "orbits": rows,
        "row_of": {point.number: row.key for row in rows for point in row.points},
        "kinds": kinds,
        "outlines": {kind: report_chart.outline(kind, MARK) for kind in kinds},
        "indices": indices,
        "listed": sum(row.size for row in rows),
        "others": sum(not point["real"] for point in result["critical_points"]),
        "chart": report_chart.chart(rows),
        "wide": max(block.columns for block in problem.network.blocks) > MOST_COLUMNS,
        "landscape": landscape_tables(result["landscape"]) if "landscape" in result else None,
        "verdicts": verdict_parts(result.get("verdicts", ())),
        "components": components_table(result, problem) if result.get("components") else None,
        "problem_json": problem_json,
        "problem_file": PROBLEM_FILE,
        "download": "data:application/json;base64," + base64.b64encode(problem_json.encode()).decode(),
        "command": reproduction(result),
        "references": used(result, problem),
    }


def stated_counts(result: dict) -> dict[str, tuple[str, str | None]]:
    """Each count as text, and its level: None where it is not decided."""
    counts, levels = result["counts"], result["levels"]
    infinite = result["status"] == "not-finite"
    stated = {}
    for name, _, _ in COUNTS:
        number, level = counts[name], levels.get(name)
        least = "≥ " if name == "spurious_minima" and spurious_is_least(counts) else ""
        stated[name] = ("∞" if infinite and name == "complex" else UNKNOWN if number is None else f"{least}{number}", level)
    return stated


def reproduction(result: dict) -> str:
    """The command that computes the result again from its problem file."""
    engine, evidence, paths = result["engine"], result["evidence"], result["paths"]
    if "boxes" in result:
        asked_for = ["--boxes", str(max(MOST_BOXES, 2 * result["boxes"]["examined"]))] if asks_for_boxes(result["problem"]) else []
        return shlex.join(["critscape", "solve", PROBLEM_FILE, "--seed", str(engine["seed"]), *asked_for, "--output", "result.json"])
    command = ["critscape", "solve", PROBLEM_FILE, "--engine", engine["name"], "--seed", str(engine["seed"])]
    if any(not point["real"] for point in result["critical_points"]):
        command += ["--points", "all"]
    checked = any(name in evidence for name in (DEGREE, REAL, DIMENSION))
    if checked:
        command.append("--cross-check")
    # Larger problems are given a proof of an upper bound only if somebody asks for one.
    asked = (result["counts"]["complex"] or 0) > QUICK_PROOF_POINTS and "degree of the gradient ideal" in result["bounds"]
    if asked and not checked and engine["name"] != "exact":
        command += ["--certificate", "certificate.json"]
    most = max(paths["tracked"], result["bounds"].get("mixed volume", 0) if engine["name"] == "phcpy" else 0)
    if most > Options.max_paths:
        command += ["--max-paths", str(most)]
    return shlex.join([*command, "--output", "result.json"])


def asks_for_boxes(problem: dict) -> bool:
    """Whether the search of a problem has to be asked for with --boxes."""
    architecture = problem["architecture"]
    return architecture["units"] * (architecture["inputs"] + bool(architecture.get("biases"))) > UNASKED


def components_table(result: dict, problem: Problem | Regression) -> dict:
    """The components of a critical set that is not finite: headings, one row for each, and what the table says."""
    from critscape.scripts.printing.components import NOTE, dimension, inertia, paths
    from critscape.scripts.printing.weights import blocks_text

    headings = ("type", "loss", "dim", "inertia", "paths", "level", coordinates_name(problem.network))
    rows = [
        (
            row["kind"], short_loss(row), dimension(row), inertia(row), paths(row), row["level"],
            blocks_text(problem.network, [short_number(x) for x in row["representative"]], " "),
        )
        for row in result["components"]
    ]  # fmt: skip
    return {"headings": headings, "rows": rows, "note": NOTE}


def landscape_tables(landscape: dict) -> dict:
    """What the template shows of a landscape: its verdict, its tables with headings, and its evidence."""
    from critscape.scripts.printing import landscape_rendering as minima
    from critscape.scripts.printing import valleys_rendering as limits

    try:
        if "theorem" in landscape:
            tables = [
                ("Valleys", limits.VALLEYS, limits.valley_rows(landscape)),
                ("Components of {L < c} as the level c rises", limits.LEVELS, limits.level_rows(landscape)),
                ("Proved at a positive ridge", limits.BOUNDS, limits.bound_rows(landscape)),
            ]
            found, rests = " ".join([limits.verdict(landscape), *limits.facts(landscape)]), limits.RESTS
        else:
            tables = [
                (
                    "Local minima, their barriers and depths",
                    minima.MINIMA,
                    [r[: len(minima.MINIMA)] for r in minima.minima_rows(landscape)],
                ),
                ("Components of {L ≤ c} as the level c rises", minima.LEVELS, minima.level_rows(landscape)),
                ("Spurious valleys", minima.VALLEYS, minima.valley_rows(landscape)),
            ]
            found, rests = minima.verdict(landscape), minima.RESTS
        drawn = report_tree.tree(landscape)
    # Its schema knows nothing of numbers that point to other parts of it.
    except (LookupError, TypeError, ValueError, ArithmeticError, RecursionError):
        expected = "a landscape as `critscape landscape` writes it, with numbers of levels, points and components in it"
        raise BadInput("landscape", expected) from None
    level = landscape["level"]
    return {
        "verdict": found,
        "level": level,
        "rests": rests[level],
        "tables": [table for table in tables if table[2]],
        "evidence": landscape["evidence"],
        "tree": drawn,
    }


def minus(value: object) -> str:
    """A number with minus signs for hyphens; formulas of our own are left as they are.

    >>> minus("-1.5e-07"), minus(-2), minus("-1/2"), minus("non-strict saddle"), minus("--seed")
    ('−1.5e−07', '−2', '−1/2', 'non-strict saddle', '--seed')
    """
    return value if isinstance(value, Markup) else HYPHEN.sub("−", str(value))


def prose(text: str) -> Markup:
    """A sentence as text output has it, with minus signs and its commands set as code.

    >>> prose("x < -1: ask `critscape solve --all-points`")
    Markup('x &lt; −1: ask <code>critscape solve --all-points</code>')
    """
    return Markup(QUOTED.sub(r"<code>\1</code>", str(escape(minus(text)))))


def slug(kind: str) -> str:
    """A type of point as the name of a class."""
    return kind.replace(" ", "-")


def grouped(number: int | Decimal) -> str:
    """A whole number with its thousands apart.

    >>> grouped(12345)
    '12,345'
    """
    return f"{number:,}"


@cache
def symbol(name: str) -> Markup:
    """The name of a weight matrix as a formula."""
    return formula_inline(plain_latex(name))


@cache
def formula_inline(latex: str) -> Markup:
    """Our own LaTeX as MathML in a line."""
    return Markup(formula(latex).replace('display="block"', 'display="inline"', 1))
