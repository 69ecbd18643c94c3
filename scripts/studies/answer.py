"""From a problem to its answer: all its critical points and the document that describes them, with progress."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from critscape.algebra.bounds.root_counts import Bound
from critscape.algebra.certificates.certificate import certificate
from critscape.algebra.certificates.checker import first_failure
from critscape.algebra.certificates.claims import read_claims
from critscape.algebra.certificates.component_claims import read_component_claims
from critscape.algebra.certificates.component_proof import first_failure as component_failure
from critscape.algebra.certificates.flint_intervals import FlintIntervals
from critscape.algebra.components.certificate import component_certificate
from critscape.algebra.components.document import component_fields, evidence
from critscape.algebra.components.table import Components
from critscape.algebra.critical.choice import automatic, without_double_precision
from critscape.algebra.critical.critical_set import CriticalSet, Status, bounded, critical_set, settled, with_bounds, with_evidence
from critscape.algebra.critical.cross_check import DEGREE
from critscape.algebra.critical.cross_check import cross_check as compare_with_elimination
from critscape.algebra.critical.enumeration import Enumeration, enumerate_critical_points
from critscape.algebra.critical.exact_engine import eliminate
from critscape.algebra.critical.result import result_document, versions
from critscape.algebra.elimination import msolve
from critscape.algebra.polynomial.loss import Loss, polynomial, terms
from critscape.algebra.polynomial.rational_polynomial import of_terms
from critscape.algebra.starts.start_set import StartSet
from critscape.problems.criteria.typed import Typed
from critscape.problems.files.plain_least import plain_least
from critscape.problems.files.problem_file import document
from critscape.problems.files.writing import json_text, write
from critscape.problems.problem.continuation import continuation
from critscape.problems.problem.problem import Problem, beyond_double_precision, blockwise, loss
from critscape.problems.spaces.function_space_problem import function_counts
from critscape.problems.spaces.knowledge import composition
from critscape.scripts.studies.components_run import components_of, eliminated_components, obstacle
from critscape.scripts.studies.engines import Engine, TooLarge, bounds, chosen, exact_record, refuse_hopeless, refuse_volume, volume_bounds
from critscape.scripts.studies.executors import spreading
from critscape.scripts.studies.kept import place
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.path_records import recorded
from critscape.scripts.studies.progress import reporting
from critscape.scripts.studies.spectra import with_spectra
from critscape.scripts.studies.start_sets import is_kept, start_set

ELIMINATION_SECONDS = 3600.0
"""Time for each run of msolve."""
PROOF_WORK = 1e12
"""Operations, about ten minutes, for the proof of an upper bound where proofs are asked for: a certificate, exact elimination."""
QUICK_PROOF_POINTS, QUICK_PROOF_WORK = 50, 1e10
"""Problems with so many critical points get one without being asked: it takes a fraction of a second, and never more than a few."""
RESCUE_WORK = 1e11
"""Operations, about a minute, for a proof where other evidence leaves open whether points are missing."""

Progress = Callable[[str, int], None]
HOW_TO_MAKE_FINITE = "positive ridges that differ from weight to weight (arrays in the problem file) nearly always make it finite"


@dataclass(frozen=True)
class Answer:
    """A problem, its critical set, the result document (JSON-ready) that describes it, and the table of components, if there is one."""

    problem: Problem
    critical: CriticalSet
    document: dict
    table: Components | None = None


def solve(problem: Problem, options: Options = Options()) -> Answer:
    """All critical points of one problem.

    Raises
    ------
    TooLarge, EngineUnavailable : before any work is done.
    """
    refuse_hopeless(problem)
    with spreading(options.cluster, options.jobs) as spread:
        return answered(problem, options, chosen(options.engine, options.jobs, options.cross_check, spread))


def answered(problem: Problem, options: Options, engine: Engine | None) -> Answer:
    """All critical points of one problem by an engine; None: by elimination."""
    began = time.perf_counter()
    polynomial_loss = loss(problem)
    with reporting(problem.network.title) as progress:
        progress("root counts", 0)
        known = bounds(problem, polynomial_loss)
        if engine is not None and engine.start is not None:
            known += refuse_volume(polynomial_loss, options.max_paths)
        counted = time.perf_counter()
        if engine is None:
            found = elimination(polynomial_loss, options.seed, progress)
            critical = critical_set(polynomial_loss, found, problem.shape, known, progress)
        else:
            starts = partial(start_set, problem, engine, options.seed, options.max_paths, progress)
            critical = enumerated(problem, engine, options.seed, starts, known, progress)
        if options.cross_check:
            progress("elimination", 0)
            critical = compared(polynomial_loss, critical, options.seed)
        if (engine is None or engine.start is None) and critical.status is not Status.NOT_FINITE:
            progress("mixed volume", 0)
            critical = with_bounds(critical, volume_bounds(problem, polynomial_loss))
        critical = with_upper_bound(polynomial_loss, critical, options.prove or options.cross_check or engine is None, progress)
        enumerated_at, table, too_many = time.perf_counter(), None, ""
        if options.components and critical.status is Status.NOT_FINITE and obstacle(problem) is None:
            try:
                if engine is None:
                    table = eliminated_components(problem, options.seed, progress)
                else:
                    table = components_of(problem, critical.enumeration.starts or starts(), options.seed, options.jobs, progress)
            except (TooLarge, msolve.MsolveError) as error:
                # That the set is not finite is an answer without its components.
                other = "" if engine else "; the engine batch lists them by following paths"
                too_many = f"; its components are not listed ({error}{other})"
    seconds = {"root counts": counted - began}
    if table is not None:
        seconds["components"] = time.perf_counter() - enumerated_at
    seconds["total"] = time.perf_counter() - began
    result = described(problem, critical, engine, options, seconds)
    if too_many:
        result["reason"] += too_many
    return Answer(problem, critical, result if table is None else with_components(result, table), table)


def with_components(result: dict, table: Components) -> dict:
    """The result of a critical set that is not finite with the table of its components and the evidence for it."""
    gathered = {e.name: e.document() for e in evidence(table)}
    return {**result, **component_fields(table), "evidence": {**result["evidence"], **gathered}}


def enumerated(
    problem: Problem,
    engine: Engine,
    seed: int,
    starts: Callable[[], StartSet],
    known: Sequence[Bound] = (),
    progress: Progress = lambda stage, count: None,
) -> CriticalSet:
    """The critical set as the engine finds it, which asks for the start set when it is clear that it is needed."""
    exact_loss = loss(problem)
    if beyond_double_precision(problem):
        allowed = engine.free and msolve.available()
        enumerate_points = partial(without_double_precision, elimination(exact_loss, seed, progress), allowed)
        return critical_set(exact_loss, enumerate_points, problem.shape, known, progress)
    rng, way = np.random.default_rng([seed, 1]), continuation(problem)
    with recorded(engine.tracker, place("paths", {**document(problem), "seed": seed}, ".sqlite")) as tracker:
        enumerate_points = partial(enumerate_critical_points, exact_loss, tracker, engine.careful, rng, way, starts, progress)
        if engine.free:
            kept, alone, rng = is_kept(problem, engine), isinstance(problem.criterion, Typed), np.random.default_rng([seed, 2])
            enumerate_points = partial(automatic, exact_loss, enumerate_points, kept, alone, rng, ELIMINATION_SECONDS, progress)
        return critical_set(exact_loss, enumerate_points, problem.shape, known, progress)


def elimination(exact_loss: Loss, seed: int, progress: Progress) -> Callable[[], Enumeration]:
    """Exact elimination of a loss, to be called."""
    return partial(eliminate, exact_loss, np.random.default_rng([seed, 2]), ELIMINATION_SECONDS, progress)


def compared(exact_loss: Loss, critical: CriticalSet, seed: int) -> CriticalSet:
    """The critical set with the evidence of exact elimination."""
    began = time.perf_counter()
    evidence = compare_with_elimination(exact_loss, critical, np.random.default_rng([seed, 3]), ELIMINATION_SECONDS)
    checked = with_evidence(critical, evidence, (), {"elimination": time.perf_counter() - began})
    agreed = any(entry.name == DEGREE and entry.holds for entry in evidence)
    return settled(exact_loss, checked, "elimination has as many points") if agreed else checked


def with_upper_bound(exact_loss: Loss, critical: CriticalSet, patient: bool, progress: Progress) -> CriticalSet:
    """The critical set with a proved upper bound, where one is asked for (``patient``), needed, or quickly found."""
    open_count = critical.status is Status.INCOMPLETE
    if open_count and not critical.enumeration.points:
        # A bound for what was not found would say nothing.
        return critical
    if not (patient or open_count or len(critical.enumeration.points) <= QUICK_PROOF_POINTS):
        return critical
    work, most = (
        (PROOF_WORK, ", ten minutes at most; the points are proved without it")
        if patient
        else (RESCUE_WORK, ", a minute at most; --engine exact decides in another way")
        if open_count
        else (QUICK_PROOF_WORK, "")
    )
    progress(f"upper bound{most}", 0)
    return bounded(exact_loss, critical, work)


def described(problem: Problem, critical: CriticalSet, engine: Engine | None, options: Options, seconds: dict[str, float]) -> dict:
    """The result document of a critical set."""
    record = {**answered_by(critical, engine), "seed": options.seed, "versions": versions()}
    result = result_document(critical, document(problem), record, seconds, options.points == "all")
    reason = problem.network.infinite_reason(blockwise(problem.network, problem.ridge))
    if critical.status is Status.NOT_FINITE:
        unlisted = obstacle(problem) if options.components else None
        result["reason"] = "; ".join(filter(None, (reason, critical.reason, unlisted or (reason and HOW_TO_MAKE_FINITE))))
    if options.spectra:
        result = with_spectra(problem, result)
    functions = function_counts(problem, critical.enumeration.points)
    if functions is not None and critical.status is not Status.NOT_FINITE:
        result["function_space"] = asdict(functions)
    return result


def answered_by(critical: CriticalSet, engine: Engine | None) -> dict:
    """The entry of the engine that answered, and why it did where none was asked for."""
    choice = critical.enumeration.choice
    record = exact_record() if engine is None or (choice is not None and choice.engine == "exact") else engine.record
    return record if choice is None else {**record, "because": choice.why}


def certified(answer: Answer, path: Path) -> Answer:
    """The answer; its certificate is written to ``path`` once the checker has proved all of it.

    If the checker refuses, nothing is written and the answer is incomplete and says so.
    """
    exact_loss, problem = loss(answer.problem), answer.problem
    if answer.table is None:
        made = certificate(answer.critical.enumeration.points, answer.critical.real, document(problem), answer.critical.proof)
        failure = first_failure(exact_loss, read_claims(made, problem.dimension))
    else:
        table, found = answer.table, [row.component for row in answer.table.rows]
        made = component_certificate(exact_loss, found, composition(problem), document(problem), table.units, table.low)
        expanded, claims = of_terms(terms(polynomial(exact_loss)), problem.dimension), read_component_claims(made, problem.dimension)
        failure = component_failure(expanded, claims, FlintIntervals(), plain_least(made["problem"]))
    if failure is None:
        write(path, json_text(made))
        return answer
    refused = f"no certificate was written, as the checker refuses it ({failure})"
    reason = "; ".join(filter(None, (answer.document.get("reason"), refused)))
    return replace(answer, document={**answer.document, "status": Status.INCOMPLETE.value, "reason": reason})
