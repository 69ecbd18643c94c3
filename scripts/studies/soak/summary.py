"""What a soak test found, as a document."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence

from critscape.algebra.critical.result import versions
from critscape.scripts.studies.soak.case import Case, DataSet, Elimination, disagreement, usual_count
from critscape.scripts.studies.soak.records import Records
from critscape.scripts.studies.soak.run import eliminated_seeds
from critscape.scripts.studies.tally import counted

OUTCOMES = ("finished", "at_infinity", "singular", "failed")


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
        "complex": counted(record.complex for record in found),
        "real": counted(record.real for record in found),
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


def failures(document: dict) -> list[tuple[str, dict]]:
    """Case and failure, for all that failed."""
    return [(entry["case"], failure) for entry in document["cases"] for failure in entry["failures"]]
