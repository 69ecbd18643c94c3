"""What a soak test found, as a document, and how it prints."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence

from tabulate import tabulate

from critscape.algebra.critical.result import versions
from critscape.scripts.printing.rendering import latex_cell, latex_table
from critscape.scripts.printing.writing import UNKNOWN, csv_text, json_text
from critscape.scripts.studies.soak_case import Case, DataSet, Elimination, disagreement, usual_count
from critscape.scripts.studies.soak_records import Records
from critscape.scripts.studies.soak_run import eliminated_seeds

HEADINGS = (
    "case", "sets", "complete", "lost paths", "N_C", "N_R:sets", "N_C agrees", "N_R agrees", "median s", "longest s", "failures",
)  # fmt: skip
ALIGNMENT = ("left", *("right",) * 4, "left", *("right",) * 5)
OUTCOMES = ("finished", "at_infinity", "singular", "failed")
AGREEMENTS = (("agreeing", "made"), ("real_agreeing", "real_made"))
LEGEND = (
    "N_R:sets: number of data sets with so many real points. N_C agrees, N_R agrees: with exact elimination modulo two primes and "
    "over the rationals."
)
MOST_FAILURES = 20
"""Failures of one case that are printed; JSON has all."""


def summary(cases: Sequence[Case], seeds: Sequence[int], eliminate: int, records: Records) -> dict:
    """The document of a run that has come to its end, JSON-ready; times in seconds."""
    return {
        "seeds": [seeds[0], seeds[-1]],
        "versions": versions(),
        "cases": [
            case_summary(
                c,
                select(records.data_sets(c.name), seeds),
                select(records.eliminations(c.name), eliminated_seeds(c, seeds, eliminate, records)),
            )
            for c in cases
        ],
    }


def select(records: dict, seeds: Sequence[int]) -> list:
    return [records[seed] for seed in seeds]


def case_summary(case: Case, found: Sequence[DataSet], exact: Sequence[Elimination]) -> dict:
    """One case: counts over its data sets and everything that failed, each with the command that repeats it."""
    complex_counts, real_counts = (Counter(getattr(record, kind) for record in found) for kind in ("complex", "real"))
    usual = usual_count(found)
    by_seed = {record.seed: record for record in found}
    differing = {record.seed: text for record in exact if (text := disagreement(by_seed[record.seed], record))}
    confirmed = {record.seed for record in exact} - differing.keys()
    failed = {record.seed: troubles for record in found if (troubles := list(faults(record, usual, record.seed in confirmed)))}
    for seed, text in differing.items():
        failed.setdefault(seed, []).append(text)
    seconds = [record.seconds for record in found]
    return {
        "case": case.name,
        "sets": len(found),
        "statuses": dict(Counter(record.status for record in found)),
        "paths": {outcome: sum(getattr(record, outcome) for record in found) for outcome in OUTCOMES},
        "complex": counted(complex_counts),
        "real": counted(real_counts),
        "eliminations": {
            "made": len(exact),
            "agreeing": len(exact) - len(differing),
            "real_made": sum(record.real is not None for record in exact),
            "real_agreeing": sum(record.real is not None and record.real == by_seed[record.seed].real for record in exact),
            "seconds": round(sum(record.seconds for record in exact), 3),
        },
        "seconds": {
            "median": round(statistics.median(seconds), 3),
            "longest": round(max(seconds), 3),
            "total": round(sum(seconds), 3),
        },
        "special": [r.seed for r in found if r.complex not in (None, usual) and r.seed in confirmed and r.seed not in failed],
        "failures": [{"seed": seed, "reason": "; ".join(failed[seed]), "command": case.command(seed)} for seed in sorted(failed)],
    }


def faults(record: DataSet, usual: int | None, confirmed: bool) -> Iterator[str]:
    """What is wrong with one data set, where most have ``usual`` points; elimination may have ``confirmed`` its own number."""
    if record.status != "complete":
        yield f"{record.status}: {record.reason}"
    if record.failed:
        yield f"{record.failed} lost path{'s' if record.failed > 1 else ''}"
    if record.evidence:
        yield f"fails: {record.evidence}"
    if record.complex is not None and record.complex != usual and not confirmed:
        yield f"N_C is {record.complex}, not {usual} as elsewhere"
    if record.status != "complete" and confirmed:
        yield f"(elimination has the same {record.complex} points)"


def counted(counts: Counter) -> dict[str, int]:
    """Value → number of data sets, JSON-ready; data sets without a value are left out."""
    return {str(value): counts[value] for value in sorted(value for value in counts if value is not None)}


def failures(document: dict) -> list[tuple[str, dict]]:
    """Case and failure, for all that failed."""
    return [(entry["case"], failure) for entry in document["cases"] for failure in entry["failures"]]


def render(document: dict, style: str) -> str:
    """The document in a format; CSV has the table alone."""
    if style == "json":
        return json_text(document)
    rows = [row(entry) for entry in document["cases"]]
    if style == "csv":
        return csv_text([HEADINGS, *rows])
    lines = closing(document)
    if style == "latex":
        first, last = document["seeds"]
        caption = latex_cell(f"Soak test on random rational data, seeds {first} to {last}. {LEGEND}")
        cells = [[latex_cell(cell) for cell in cells] for cells in rows]
        columns = "".join(side[0] for side in ALIGNMENT)
        table = latex_table(columns, [latex_cell(heading) for heading in HEADINGS], cells, caption)
        return "\n\n".join(["% Needs \\usepackage{booktabs,amssymb,graphicx}.", table, *("% " + line for line in lines)]) + "\n"
    form = "github" if style == "markdown" else "simple"
    table = tabulate(rows, HEADINGS, tablefmt=form, disable_numparse=True, colalign=ALIGNMENT)
    return "\n".join([table, "", LEGEND, "", *lines]) + "\n"


def row(entry: dict) -> list[str]:
    """The table row of one case, in the order of ``HEADINGS``."""
    exact, seconds = entry["eliminations"], entry["seconds"]
    return [
        entry["case"],
        str(entry["sets"]),
        str(entry["statuses"].get("complete", 0)),
        str(entry["paths"]["failed"]),
        next(iter(entry["complex"])) if len(entry["complex"]) == 1 else tally(entry["complex"]),
        tally(entry["real"]),
        *(f"{exact[right]} of {exact[made]}" if exact[made] else UNKNOWN for right, made in AGREEMENTS),
        f"{seconds['median']:.2f}",
        f"{seconds['longest']:.2f}",
        str(len(entry["failures"])),
    ]


def tally(counts: dict[str, int]) -> str:
    """Values with their numbers of data sets.

    >>> tally({"209": 1, "225": 49}), tally({})
    ('209:1 225:49', '–')
    """
    return " ".join(f"{value}:{number}" for value, number in counts.items()) or UNKNOWN


def closing(document: dict) -> list[str]:
    """The lines below the table: every failure with the command that repeats it, or that there is none; versions."""
    special, lines = [], []
    for entry in document["cases"]:
        if entry["special"]:
            seeds = ", ".join(map(str, entry["special"]))
            special.append(f"{entry['case']}: special data, whose unusual N_C elimination confirms: seeds {seeds}")
        for failure in entry["failures"][:MOST_FAILURES]:
            lines += [f"{entry['case']}, seed {failure['seed']}: {failure['reason']}", f"  {failure['command']}"]
        more = len(entry["failures"]) - MOST_FAILURES
        if more > 0:
            lines.append(f"{entry['case']}: {more} more")
    sets = sum(entry["sets"] for entry in document["cases"])
    tracked = sum(sum(entry["paths"].values()) for entry in document["cases"])
    first, last = document["seeds"]
    named = ", ".join(f"{name} {version}" for name, version in document["versions"].items())
    return [*special, *(lines or ["no failure"]), f"{sets:,} data sets with {tracked:,} paths, seeds {first} to {last}; {named}"]
