"""What basin runs found, as a document, and how it prints.

Shares are of all runs, findings included. Critical points have the numbers that the tables of ``critscape solve`` give them.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence

from scipy.stats import chi2
from tabulate import tabulate

from critscape.algebra.critical.critical_set import failures
from critscape.algebra.critical.evidence import Evidence, orbits
from critscape.algebra.critical.result import coordinate, decimal, versions
from critscape.algebra.landscape.arrival import EXPECTED, Outcome
from critscape.algebra.points.classification import Kind
from critscape.algebra.symmetry.finite import SymmetryGroup
from critscape.problems.files.problem_file import document as problem_document
from critscape.problems.files.problem_file import read
from critscape.problems.recipes.starting_points import StartingPoints
from critscape.scripts.printing.ensemble_summary import CONFIDENCE, quantiles, share
from critscape.scripts.printing.landscape_rendering import MARKS
from critscape.scripts.printing.rendering import latex_cell, latex_long_table, latex_number, ranges, short
from critscape.scripts.printing.writing import UNKNOWN, csv_text, json_text
from critscape.scripts.studies.basins_records import Records, Run
from critscape.scripts.studies.basins_run import CHECKED, FLOW, TIGHTER, Experiment
from critscape.scripts.studies.known_points import KnownPoints

LEAST_PROBABILITY = 1e-6
"""Shares of symmetric minima are called unequal below this p-value: a chance that no user will meet."""
LEAST_EXPECTED = 5
"""Runs expected in each minimum of an orbit that the chi-square test needs (Cochran, "Some methods for strengthening the common χ²
tests", Biometrics 10, 1954)."""
MOST_LISTED = 20
"""Findings that are printed; JSON and CSV have all."""
EVERY_RUN = "every run ends in an enumerated minimum"
INTERVAL = f"{CONFIDENCE:.0%} interval"
ORBITS = ("#", "type", "loss", "minima", "runs", "share", INTERVAL)
MINIMA = ("#", "type", "loss", "runs", "share", INTERVAL)
FINDINGS = ("run", "ends", "nearest critical point", "loss", "steps")
MINIMA_CSV = ("row", "number", "orbit", "type", "loss", "runs", "share", "low", "high", "ends", "steps")


def summary(known: KnownPoints, experiment: Experiment, records: Records, count: int) -> dict:
    """The JSON-ready document of the first ``count`` runs."""
    runs = records.runs(experiment.tolerance, count)
    checked = records.runs(TIGHTER, min(count, CHECKED)) if experiment.method == FLOW else []
    arrived = Counter(run.position for run in runs if expected(run))
    minima = [k for k, point in enumerate(known.points) if point.index == 0]
    symmetric = orbits_of_minima(known, known.group)
    orbit_of = {k: number for number, orbit in enumerate(symmetric, start=1) for k in orbit}
    evidence = (
        every_run(runs),
        *([same_at_tighter(runs, checked)] if experiment.method == FLOW else []),
        equal_shares(known, experiment.starts, arrived),
    )
    reason = "; ".join(failures(evidence)) or None
    return {
        "problem": problem_document(known.problem),
        "status": "complete" if reason is None else "incomplete",
        **({} if reason is None else {"reason": reason}),
        "source": known.source,
        "level": known.level,
        **experiment.document(),
        "runs": len(runs),
        "outcomes": {outcome.value: number for outcome in Outcome if (number := sum(run.outcome == outcome.name for run in runs))},
        "arrivals": {
            "proved": sum(run.proved for run in runs),
            "in_double_precision": sum(expected(run) and not run.proved for run in runs),
        },
        "confidence": {"level": CONFIDENCE, "method": "Wilson score interval"},
        "minima": [
            {
                "number": k + 1,
                "orbit": orbit_of[k],
                "kind": known.points[k].kind.value,
                "loss": decimal(known.points[k].loss),
                "point": [coordinate(z, True) for z in known.points[k].point.ball],
                "runs": arrived[k],
                **share(arrived[k], len(runs)),
            }
            for k in minima
        ],
        "orbits": [
            {
                "number": number,
                "kind": known.points[orbit[0]].kind.value,
                "loss": decimal(known.points[orbit[0]].loss),
                "minima": [k + 1 for k in orbit],
                "runs": (total := sum(arrived[k] for k in orbit)),
                **share(total, len(runs)),
            }
            for number, orbit in enumerate(symmetric, start=1)
        ],
        "spurious": share_of_spurious(known, minima, arrived, len(runs)),
        "findings": [finding(run, known) for run in runs if not expected(run)],
        "steps": quantiles(run.steps for run in runs),
        "evidence": {e.name: {"holds": e.holds, "measured": e.measured} for e in evidence},
        "evidence_of_points": {e.name: {"holds": e.holds, "measured": e.measured} for e in known.evidence},
        "engine": known.engine,
        "versions": versions(),
    }


def expected(run: Run) -> bool:
    """Whether a run ends in an enumerated minimum."""
    return Outcome[run.outcome] in EXPECTED


def finding(run: Run, known: KnownPoints) -> dict:
    """A run that does not end in an enumerated minimum, with where it was last."""
    nearest = [float(z.real) for z in known.points[run.position].point.midpoint]
    point = json.loads(run.point)
    return {
        "run": run.number,
        "outcome": Outcome[run.outcome].value,
        "nearest": run.position + 1,
        "distance": math.dist(point, nearest),
        "loss": run.loss,
        "point": point,
        "steps": run.steps,
    }


def orbits_of_minima(known: KnownPoints, group: SymmetryGroup) -> list[list[int]]:
    """The positions of the local minima as orbits of a group of symmetries of the loss, in increasing loss."""
    found = orbits([point.point for point in known.points], group) or [[k] for k in range(len(known.points))]
    return sorted(sorted(orbit) for orbit in found if known.points[orbit[0]].index == 0)


def every_run(runs: Sequence[Run]) -> Evidence:
    """Whether all runs end in enumerated minima, and how that is known."""
    arrived = [run for run in runs if expected(run)]
    proved = sum(run.proved for run in arrived)
    doubts = f", {len(arrived) - proved} in double precision" if proved < len(arrived) else ""
    return Evidence(EVERY_RUN, len(arrived) == len(runs), f"{len(arrived):,} of {len(runs):,}, {proved:,} arrivals proved{doubts}")


def same_at_tighter(runs: Sequence[Run], checked: Sequence[Run]) -> Evidence:
    """Whether runs end in the same minimum when each step is a thousand times as accurate."""
    others = sum((a.position, expected(a)) != (b.position, expected(b)) for a, b in zip(runs, checked))
    measured = f"{others} of the first {len(checked)} runs end elsewhere at {TIGHTER:g}"
    return Evidence("ends unchanged at a tighter tolerance", not others, measured)


def equal_shares(known: KnownPoints, starts: StartingPoints, arrived: Counter) -> Evidence:
    """Pearson's chi-square test that minima exchanged by symmetries of loss and distribution have equal shares.

    Descent commutes with these symmetries, so that the basins of such minima have the same probability.
    """
    name = "equal shares of symmetric minima"
    kept = tuple(g for g in known.group.generators if starts.invariant(g, known.problem.network))
    found = [[arrived[k] for k in orbit] for orbit in orbits_of_minima(known, SymmetryGroup(kept, known.group.order))]
    tested = [counts for counts in found if len(counts) > 1 and sum(counts) >= LEAST_EXPECTED * len(counts)]
    if not tested:
        return Evidence(name, None, "no orbit of several minima with enough runs under the symmetries of the distribution")
    statistic = sum((count - (mean := sum(counts) / len(counts))) ** 2 / mean for counts in tested for count in counts)
    freedom = sum(len(counts) - 1 for counts in tested)
    probability = float(chi2.sf(statistic, freedom))
    measured = f"χ² = {statistic:.2f}, {freedom} degrees of freedom, p = {probability:.3g}"
    return Evidence(name, probability >= LEAST_PROBABILITY, measured)


def render(document: dict, style: str) -> str:
    """The document in a format; CSV has one row for each local minimum and for each finding."""
    if style == "json":
        return json_text(document)
    if style == "csv":
        return csv_text([MINIMA_CSV, *csv_rows(document)])
    return latex(document) if style == "latex" else text(document, style == "markdown")


def text(document: dict, markdown: bool) -> str:
    """Verdict, findings if there are any, shares by orbit and by minimum, and evidence."""
    style, bullet = ("github", "- ") if markdown else ("simple", "  ")
    parts = [("### " if markdown else "") + title(document), verdict(document)]
    left, right = ("left", "left"), ("right",) * 5
    tables = [
        (FINDINGS, finding_rows(document), ("right", "left", "left", "right", "right")),
        (ORBITS, orbit_rows(document), left + right),
    ]
    if len(document["minima"]) > len(document["orbits"]):
        tables.append((MINIMA, minima_rows(document), left + right[1:]))
    parts += [tabulate(rows, names, tablefmt=style, disable_numparse=True, colalign=sides) for names, rows, sides in tables if rows]
    return "\n\n".join([*parts, "\n".join(bullet + line for line in closing(document))]) + "\n"


def share_of_spurious(known: KnownPoints, minima: Sequence[int], arrived: Mapping[int, int], runs: int) -> dict:
    """How many of the minima are spurious, and the runs that end there; None where the verdict on one of them is open."""
    kinds = [known.points[k].kind for k in minima]
    if Kind.LOCAL_MINIMUM in kinds:
        return {"minima": None, "runs": None, **share(None, 0)}
    total = sum(arrived[k] for k, kind in zip(minima, kinds) if kind is Kind.SPURIOUS_MINIMUM)
    return {"minima": kinds.count(Kind.SPURIOUS_MINIMUM), "runs": total, **share(total, runs)}


def title(document: dict) -> str:
    """Problem, method and starting points."""
    method = "gradient flow" if document["method"] == FLOW else f"gradient descent with step {document['step']:g}"
    starts = StartingPoints(**document["starts"]).title
    return f"{read(document['problem']).title}: {document['runs']:,} runs of {method}, starting points {starts}"


def verdict(document: dict) -> str:
    """Where the runs end, in one or two sentences."""
    spurious, strange = document["spurious"], document["findings"]
    lines = []
    if strange:
        kinds = Counter(entry["outcome"] for entry in strange)
        listed = ", ".join(f"{number:,} {outcome}" for outcome, number in kinds.most_common())
        lines.append(f"FINDING: {len(strange):,} of {document['runs']:,} runs do not end in an enumerated minimum ({listed}).")
    else:
        lines.append(f"Every run ends in one of the {len(document['minima'])} enumerated minima.")
    broken = [(name, e["measured"]) for name, e in document["evidence"].items() if e["holds"] is False and name != EVERY_RUN]
    lines += [f"CHECK FAILS: {name} ({measured}); the shares are not to be relied on." for name, measured in broken]
    runs, part, interval = share_cells(spurious)
    if spurious["minima"] is None:
        lines.append("Which minima are spurious is not decided.")
    elif strange and spurious["minima"]:
        known = f"{runs} runs are known to end in a spurious minimum."
        lines.append(f"{known} The shares say nothing of where the other runs would end.")
    elif spurious["minima"]:
        lines.append(f"Share of runs that end in a spurious minimum: {part} ({runs} runs; {INTERVAL} {interval}).")
    else:
        lines.append("There is no spurious minimum.")
    return "\n".join(lines)


def orbit_rows(document: dict) -> list[list[str]]:
    """One row for each orbit of minima."""
    return [
        [ranges(entry["minima"]), entry["kind"], short(entry["loss"]), str(len(entry["minima"])), *share_cells(entry)]
        for entry in document["orbits"]
    ]


def minima_rows(document: dict) -> list[list[str]]:
    """One row for each minimum, those of an orbit together."""
    ordered = sorted(document["minima"], key=lambda entry: (entry["orbit"], entry["number"]))
    return [[str(entry["number"]), entry["kind"], short(entry["loss"]), *share_cells(entry)] for entry in ordered]


def finding_rows(document: dict) -> list[list[str]]:
    """One row for each of the first MOST_LISTED findings."""
    return [
        [
            str(entry["run"]),
            entry["outcome"],
            f"{entry['nearest']}, {entry['distance']:.3g} away",
            UNKNOWN if entry["loss"] is None else f"{entry['loss']:.6g}",
            str(entry["steps"]),
        ]
        for entry in document["findings"][:MOST_LISTED]
    ]


def share_cells(entry: dict) -> list[str]:
    """Runs, share and interval."""
    return [f"{entry['runs']:,}", f"{entry['share']:.4f}", f"{entry['low']:.4f} to {entry['high']:.4f}"]


def closing(document: dict) -> list[str]:
    """Evidence, steps and seed, one line each."""
    lines = [f"{name}: {MARKS[entry['holds']]} ({entry['measured']})" for name, entry in document["evidence"].items()]
    more = len(document["findings"]) - MOST_LISTED
    steps, engine = document["steps"], document["engine"]
    return [
        *([f"{more:,} more findings are not printed; JSON and CSV have all"] if more > 0 else []),
        *lines,
        f"steps of a run: median {steps['0.5']:,.0f}, largest {steps['1']:,.0f}, at most {document['most_steps']:,} allowed",
        f"critical points from a {document['source']}, {document['level']}"
        + (f" (engine {engine['name']})" if engine else "")
        + f"; seed {document['seed']}",
    ]


def csv_rows(document: dict) -> list[list]:
    """Tidy rows: the minima, then the findings."""
    rows = [
        ["minimum", *(entry[key] for key in ("number", "orbit", "kind", "loss", "runs", "share", "low", "high")), UNKNOWN, UNKNOWN]
        for entry in document["minima"]
    ]
    for entry in document["findings"]:
        height = UNKNOWN if entry["loss"] is None else entry["loss"]
        rows.append(["finding", entry["run"], *[UNKNOWN] * 2, height, *[UNKNOWN] * 4, entry["outcome"], entry["steps"]])
    return rows


def latex(document: dict) -> str:
    """The verdict and the table of orbits to paste."""
    rows = [
        [numbers.replace("-", "--"), latex_cell(kind), latex_number(value), *map("${}$".format, counts), interval_latex(interval)]
        for numbers, kind, value, *counts, interval in orbit_rows(document)
    ]
    headings = (r"\#", "local minima", "$L$", "number", "runs", "share", latex_cell(INTERVAL))
    caption = latex_cell(f"Ends of descent, {title(document)}.")
    table = latex_long_table("llrrrrr", headings, rows, caption)
    sentences = latex_cell(verdict(document).replace("\n", " "))
    return "\n\n".join(["% Needs \\usepackage{booktabs,longtable}.", rf"\noindent {sentences}", table]) + "\n"


def interval_latex(interval: str) -> str:
    """An interval in mathematics.

    >>> print(interval_latex("0.1000 to 0.2000"))
    $[0.1000, 0.2000]$
    """
    return f"$[{interval.replace(' to ', ', ')}]$"
