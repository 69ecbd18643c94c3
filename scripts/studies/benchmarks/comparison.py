"""What ``critscape benchmark`` measures, as a document."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np

from critscape.algebra.critical.double_precision import NumericalPoints, numerical_points
from critscape.algebra.critical.result import versions
from critscape.algebra.phcpack.engine import HOW_TO_INSTALL, available, tracked_once
from critscape.algebra.phcpack.memory import peak_memory
from critscape.algebra.phcpack.processes import PhcpyError
from critscape.algebra.points.certification import CertifiedPoint
from critscape.algebra.points.classification import classify
from critscape.algebra.polynomial import evaluation
from critscape.algebra.polynomial import loss as losses
from critscape.algebra.polynomial.loss import Loss
from critscape.algebra.polynomial.straight_line import programs
from critscape.algebra.starts.start_set import StartSet
from critscape.algebra.symmetry import finite
from critscape.algebra.symmetry.orbits import Orbit, all_images
from critscape.algebra.tracking.batch_engine import CAUTIONS, BatchTracker
from critscape.algebra.tracking.flow import ENDGAME, Flow
from critscape.algebra.tracking.homotopy import Homotopy
from critscape.problems.files.problem_file import document
from critscape.problems.input.bad_input import BadInput
from critscape.problems.problem.problem import Problem, loss
from critscape.problems.problem.regression import Regression
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.benchmarks.rivals import bertini, macaulay2, msolve, msolve_real, phcpy_blackbox
from critscape.scripts.studies.benchmarks.rivals.answer import RivalError, score
from critscape.scripts.studies.benchmarks.sweeps import swept
from critscape.scripts.studies.engines import batch, refuse_hopeless
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.parameter_homotopy import certified_ends, paths_to
from critscape.scripts.studies.progress import reporting
from critscape.scripts.studies.start_sets import start_set

RIVALS: tuple[ModuleType, ...] = (phcpy_blackbox, msolve, msolve_real, bertini, macaulay2)
"""Each has NAME, HOW_TO_INSTALL, available() and solve(loss, limit, seed)."""
REPETITIONS, FEW = 9, 3
"""Runs of what takes milliseconds, at least, and of what takes seconds."""
WHILE = 2.0
"""Seconds for which what takes milliseconds is run again: another program at work for a moment does not decide the median."""
GROWTH = (16, 32, 64, 128, 256, 1000, 10000)
"""Numbers of paths whose tracking is timed."""
REMEMBERED = (
    losses.polynomial,
    losses.gradient,
    losses.hessian,
    evaluation.float_parameters,
    evaluation.ball_parameters,
    finite.exponents,
)
"""What is kept from one call to the next about one loss: emptied before each repetition, as for a new data set."""
DOUBLE, CERTIFIED, SOLVE = "double precision", "certified", "solve"


def benchmark(problems: Sequence[Problem], piecewise: Sequence[Regression], seed: int, limit: float) -> dict:
    """Times, right answers and memory for each problem, JSON-ready; times in seconds, memory in bytes.

    Problems with ``piecewise`` linear units have no rivals: their sweeps are timed.
    """
    for problem in problems:
        refuse_hopeless(problem)
    began = time.perf_counter()
    cases = []
    with reporting("benchmark") as progress:
        for problem in problems:
            cases.append(case(problem, seed, limit, progress))
        sweeps = []
        for regression in piecewise:
            progress(regression.title, 0)
            sweeps.append(swept(regression))
    return {
        "machine": {"processor": processor(), "cores": os.cpu_count(), "system": f"{platform.system()} {platform.release()}"},
        "engine": {"name": BatchTracker().name, "jobs": 1, "seed": seed, "versions": versions()},
        "limit": limit,
        "repetitions": REPETITIONS,
        "while": WHILE,
        "cases": cases,
        "sweeps": sweeps,
        "peak_memory": peak_memory(),
        "seconds": time.perf_counter() - began,
    }


def case(problem: Problem, seed: int, limit: float, progress: Callable[[str, int], None]) -> dict:
    """One problem: ours first, then the rivals on the same loss.

    Raises
    ------
    BadInput : its critical set is not finite, so that there is nothing to compare.
    """
    title = problem.network.title
    progress(f"{title}: critscape", 0)
    how = Options(engine="batch", seed=seed, points="all")
    starts = start_set(problem, batch(how.jobs), seed, how.max_paths, lambda stage, count: None)
    # This first run is not timed: compiled kernels and straight-line programs stay, as they do from one data set to the next.
    if solve(problem, how).document["status"] == "not-finite":
        raise BadInput("PROBLEM", "a problem with finitely many critical points", title)
    found, double = repeated(in_doubles, problem, starts)
    certified, thirty_digits = repeated(in_certificates, problem, starts)
    before = time.perf_counter()
    result = solve(problem, how).document
    whole = time.perf_counter() - before
    truth = certified_points(result, problem.dimension)
    midpoints = np.array([point.midpoint for point in certified]).reshape(-1, problem.dimension)
    ours = [
        {"name": DOUBLE, **double, **vars(score(found.points, truth))},
        {"name": CERTIFIED, **thirty_digits, **vars(score(midpoints, truth))},
        {"name": SOLVE, "best": whole, "median": whole, **vars(score(truth, truth))},
    ]
    exact_loss = loss(problem)
    rivals = []
    for rival in RIVALS:
        progress(f"{title}: {rival.NAME}", 0)
        rivals.append({"name": rival.NAME, **measured(rival, exact_loss, truth, limit, seed)})
    progress(f"{title}: phcpy tracker", 0)
    homotopy, orbits, units = paths_to(problem, starts)
    return {
        "problem": document(problem),
        "title": title,
        "status": result["status"],
        "critical_points": {name: result["counts"][name] for name in ("complex", "real", "by_index")},
        "ours": ours,
        "rivals": rivals,
        "tracker": trackers(homotopy, orbits, units, truth, limit),
        "steps": {"orbits": len(orbits), "steps": sum(path.steps for path in found.paths), "operations": operations(exact_loss)},
        "growth": growth(homotopy, orbits),
    }


def certified_points(result: dict, dimension: int) -> np.ndarray:
    """The certified critical points of a result document in double precision, shape (P, n)."""
    entries = [point["point"] for point in result["critical_points"] if point["certified"]]
    pairs = [[(z, "0") if isinstance(z, str) else z for z in point] for point in entries]
    return np.array(pairs, dtype=float).reshape(-1, dimension, 2) @ np.array([1, 1j])


def in_doubles(problem: Problem, starts: StartSet) -> NumericalPoints:
    """From a start set in memory to classified points in double precision."""
    return numerical_points(BatchTracker(), *paths_to(problem, starts))


def in_certificates(problem: Problem, starts: StartSet) -> Sequence[CertifiedPoint]:
    """From a start set in memory to certified points, real ones of over 30 digits, their indices proved."""
    points = certified_ends(problem, starts)
    classify(loss(problem), points)
    return points


def repeated(work: Callable, problem: Problem, starts: StartSet) -> tuple:
    """The last result of ``work`` and its best and median seconds, nothing about the loss being remembered."""
    seconds: list[float] = []
    while len(seconds) < REPETITIONS or sum(seconds) < WHILE:
        for memory in REMEMBERED:
            memory.cache_clear()
        # A problem remembers its hash.
        problem = replace(problem)
        before = time.perf_counter()
        result = work(problem, starts)
        seconds.append(time.perf_counter() - before)
    return result, {"best": min(seconds), "median": statistics.median(seconds)}


def measured(rival: ModuleType, exact_loss: Loss, truth: np.ndarray, limit: float, seed: int) -> dict:
    """What a rival answered, how much of it is right, its seconds; or why there is no answer."""
    if not rival.available():
        return {"note": f"not installed: {rival.HOW_TO_INSTALL}"}
    try:
        given = rival.solve(exact_loss, limit, seed)
    except RivalError as error:
        return {"note": str(error)}
    figures = {"seconds": given.seconds, "memory": given.memory, "found": given.count}
    if given.points is None:
        return {**figures, "note": "counts without giving points"}
    if given.real:
        truth = truth[(truth.imag == 0).all(axis=1)]
        figures["note"] = "real points only"
    return {**figures, **vars(score(given.points, truth)), "of": len(truth)}


def trackers(homotopy: Homotopy, orbits: Sequence[Orbit], units: np.ndarray, truth: np.ndarray, limit: float) -> dict:
    """Our tracker and phcpy's from the same start points (all of them, no symmetry used) along the same homotopy."""
    every = all_images(orbits)
    tracker = BatchTracker()
    seconds: list[float] = []
    while len(seconds) < REPETITIONS or sum(seconds) < WHILE:
        before = time.perf_counter()
        paths = tracker.track(homotopy, every)
        seconds.append(time.perf_counter() - before)
    ends = np.array([path.end for path in paths if path.end is not None]).reshape(-1, len(units))
    ours = {"seconds": statistics.median(seconds), "steps": sum(path.steps for path in paths), **vars(score(ends * units, truth))}
    record = {"paths": len(every), "ours": ours}
    if not available():
        return {**record, "phcpy": {"note": f"not installed: {HOW_TO_INSTALL}"}}
    if len(homotopy.parameters) > 2:
        return {**record, "phcpy": {"note": "its homotopies are straight segments, this one is not"}}
    try:
        runs = [tracked_once(homotopy, every, limit) for _ in range(FEW)]
    except PhcpyError as error:
        return {**record, "phcpy": {"note": str(error)}}
    points, _, memory = runs[0]
    took = statistics.median(seconds for _, seconds, _ in runs)
    return {**record, "phcpy": {"seconds": took, "memory": memory, **vars(score(points * units, truth))}}


def growth(homotopy: Homotopy, orbits: Sequence[Orbit]) -> list[dict]:
    """Seconds of tracking from more and more start points: all of the generic member's, again and again.

    The compiled kernel alone: no endgame, and no comparison of end points, which has no meaning when many are equal.
    """
    points = all_images(orbits)
    flow = Flow.of(homotopy, points, 1)
    record = []
    for paths in GROWTH:
        starts = points[np.resize(np.arange(len(points)), paths)]
        seconds = []
        for _ in range(FEW):
            before = time.perf_counter()
            flow.advance(starts, np.ones(paths, complex), np.zeros(paths, complex), ENDGAME, CAUTIONS[0])
            seconds.append(time.perf_counter() - before)
        record.append({"paths": paths, "seconds": min(seconds)})
    return record


def operations(exact_loss: Loss) -> dict:
    """Binary operations of the straight-line programs of the family."""
    compiled = programs(exact_loss.family)
    named = {"gradient": compiled.gradient, "gradient and Hessian": compiled.gradient_hessian, "parameter derivative": compiled.rate}
    return {name: len(program) for name, program in named.items()}


def processor() -> str:
    """The name of the processor, as far as the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
