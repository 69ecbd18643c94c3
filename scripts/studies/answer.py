"""From a problem to its result document, with progress, and from there to standard output, a file and an exit status."""

from __future__ import annotations

import time
from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np

from critscape.algebra.certificates.certificate import certificate
from critscape.algebra.certificates.checker import first_failure
from critscape.algebra.certificates.claims import read_claims
from critscape.algebra.critical.critical_set import CriticalSet, Status, bounded, critical_set, settled, with_evidence
from critscape.algebra.critical.cross_check import DEGREE
from critscape.algebra.critical.cross_check import cross_check as compare_with_elimination
from critscape.algebra.critical.enumeration import enumerate_critical_points
from critscape.algebra.critical.exact_engine import eliminate
from critscape.algebra.critical.result import result_document, versions
from critscape.algebra.polynomial.loss import Loss
from critscape.problems.files.problem_file import document
from critscape.problems.problem.continuation import continuation
from critscape.problems.problem.problem import Problem, blockwise, loss
from critscape.problems.spaces.function_space_problem import function_counts
from critscape.scripts.printing.rendering import render
from critscape.scripts.printing.writing import emit, json_text, write
from critscape.scripts.studies.engines import bounds, chosen, refuse_hopeless
from critscape.scripts.studies.progress import reporting
from critscape.scripts.studies.start_sets import start_set

ELIMINATION_SECONDS = 3600.0
"""Time for each run of msolve."""
PROOF_WORK = 1e12
"""Operations, about ten minutes, for the proof of an upper bound where proofs are asked for: a certificate, exact elimination."""
QUICK_PROOF_POINTS, QUICK_PROOF_WORK = 50, 1e10
"""Problems with so many critical points get one without being asked: it takes a fraction of a second, and never more than a few."""
RESCUE_WORK = 1e11
"""Operations, about a minute, for a proof where other evidence leaves open whether points are missing."""
EXIT_STATUS = {Status.COMPLETE.value: 0, Status.NOT_FINITE.value: 1, Status.INCOMPLETE.value: 1}


def answer(
    problem: Problem, engine: str, seed: int, jobs: int, max_paths: int, every_point: bool = False, cross_check: bool = False
) -> dict:
    """The result document of one problem.

    Raises
    ------
    TooLarge, EngineUnavailable : before any work is done.
    """
    return answer_and_set(problem, engine, seed, jobs, max_paths, every_point, cross_check)[0]


def certified_answer(
    problem: Problem, engine: str, seed: int, jobs: int, max_paths: int, every_point: bool, cross_check: bool, path: Path
) -> dict:
    """The result document of one problem, whose certificate is written to ``path`` once the checker has proved all of it.

    If the checker refuses, nothing is written and the result is incomplete and says so.

    Raises
    ------
    TooLarge, EngineUnavailable : before any work is done.
    """
    result, critical = answer_and_set(problem, engine, seed, jobs, max_paths, every_point, cross_check, prove=True)
    made = certificate(critical.enumeration.points, critical.real, document(problem), critical.proof)
    failure = first_failure(loss(problem), read_claims(made, problem.dimension))
    if failure is None:
        write(path, json_text(made))
        return result
    refused = f"no certificate was written, as the checker refuses it ({failure})"
    reason = "; ".join(filter(None, (result.get("reason"), refused)))
    return {**result, "status": Status.INCOMPLETE.value, "reason": reason}


def answer_and_set(
    problem: Problem,
    engine: str,
    seed: int,
    jobs: int,
    max_paths: int,
    every_point: bool,
    cross_check: bool = False,
    prove: bool = False,
) -> tuple[dict, CriticalSet]:
    """The result document of one problem, and the critical set that it describes.

    ``prove`` asks for an upper bound that is proved even where that takes minutes; small problems get one anyway.
    """
    refuse_hopeless(problem)
    picked = chosen(engine, jobs, cross_check)
    began = time.perf_counter()
    polynomial_loss = loss(problem)
    with reporting(problem.network.title) as progress:
        progress("root counts", 0)
        found = bounds(problem, polynomial_loss, picked.record["name"], max_paths)
        counted = time.perf_counter()
        enumerate_points = (
            partial(eliminate, polynomial_loss, np.random.default_rng([seed, 2]), ELIMINATION_SECONDS, progress)
            if picked.tracker is None
            else partial(
                enumerate_critical_points,
                polynomial_loss,
                picked.tracker,
                picked.careful,
                np.random.default_rng([seed, 1]),
                continuation(problem),
                partial(start_set, problem, picked, seed, max_paths, progress),
                progress,
            )
        )
        critical = critical_set(polynomial_loss, enumerate_points, problem.coercive, found, progress)
        if cross_check:
            progress("elimination", 0)
            critical = compared(polynomial_loss, critical, seed)
        patient = prove or cross_check or picked.tracker is None
        open_count = critical.status is Status.INCOMPLETE
        if patient or open_count or len(critical.enumeration.points) <= QUICK_PROOF_POINTS:
            progress("upper bound", 0)
            work = PROOF_WORK if patient else RESCUE_WORK if open_count else QUICK_PROOF_WORK
            critical = bounded(polynomial_loss, critical, work)
    result = result_document(
        critical,
        document(problem),
        {**picked.record, "seed": seed, "versions": versions()},
        {"root counts": counted - began, "total": time.perf_counter() - began},
        every_point,
    )
    reason = problem.network.infinite_reason(blockwise(problem.network, problem.ridge))
    if critical.status is Status.NOT_FINITE and reason:
        result["reason"] = f"{reason}; {critical.reason}" if picked.tracker is None else reason
    functions = function_counts(problem, critical.enumeration.points)
    if functions is not None and critical.status is not Status.NOT_FINITE:
        result["function_space"] = asdict(functions)
    return result, critical


def compared(exact_loss: Loss, critical: CriticalSet, seed: int) -> CriticalSet:
    """The critical set with the evidence of exact elimination."""
    began = time.perf_counter()
    evidence = compare_with_elimination(exact_loss, critical, np.random.default_rng([seed, 3]), ELIMINATION_SECONDS)
    checked = with_evidence(critical, evidence, (), {"elimination": time.perf_counter() - began})
    agreed = any(entry.name == DEGREE and entry.holds for entry in evidence)
    return settled(exact_loss, checked, "elimination has as many points") if agreed else checked


def solved(
    problem: Problem, points: str, certificate: Path | None, cross_check: bool, engine: str, seed: int, jobs: int, max_paths: int
) -> dict:
    """The result that the flags of a command ask for; its certificate is written if they name a file.

    Raises
    ------
    TooLarge, EngineUnavailable : before any work is done.
    """
    how = engine, seed, jobs, max_paths, points == "all", cross_check
    return answer(problem, *how) if certificate is None else certified_answer(problem, *how, certificate)


def deliver(results: list[dict], printed: str, output: Path | None) -> int:
    """Prints the answer in one format, writes it to ``output`` if given, and returns the exit status."""
    emit(results, render, printed, output)
    return max(EXIT_STATUS[result["status"]] for result in results)
