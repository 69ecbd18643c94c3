"""Start sets: all solutions of a generic tilted member of a family, solved once and kept with their provenance.

Loading never trusts a file: its arrays must have the right shapes, solve the system that they name, be distinct and pass the
trace test again.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from algebra.coincidence import match
from algebra.evaluation import float_gradient, generic_vector
from algebra.loss import Family
from algebra.monodromy import TiltedSolutions, solve_tilted
from algebra.scaling import Scaling
from algebra.trace_test import Trace, repeated_trace_test
from algebra.tracking import Member, Tracker

RESIDUAL = 1e-9
"""Largest entry of ∇L + c, relative to the size of the tilt and of the solutions, at a stored solution."""

ATTEMPTS = 4
"""Generic tilts that are tried until the trace test holds."""

Start = Callable[[Family, Member, np.random.Generator], tuple[np.ndarray, dict]]
"""An explicit start system: (family, tilted member, rng) ↦ solutions of its gradient system (P, n) and figures for the record."""


@dataclass(frozen=True)
class StartSet:
    """All solutions (P, n) of ∇L(w; p) + c = 0 at the generic ``member`` (p, c).

    ``trace`` is the trace test that they passed (or not); ``provenance`` says how they were found.
    """

    member: Member
    solutions: np.ndarray
    trace: Trace
    provenance: dict

    @property
    def complete(self) -> bool:
        return self.trace.passed


def solve(
    tracker: Tracker,
    family: Family,
    parameters: np.ndarray,
    rng: np.random.Generator,
    limit: int,
    start: Start | None,
    progress: Callable[[str, int], None],
) -> StartSet:
    """Solves the member at ``parameters`` (q,), which are generic and of size one, at a generic tilt.

    Starts from the explicit start system ``start``, or else from one random point w and the tilt −∇L(w) that it solves; monodromy
    completes the set until the trace test holds or more than ``limit`` solutions are found.
    """
    n = len(family.variables)
    for _ in range(ATTEMPTS):
        if start is None:
            seed = generic_vector(rng, n)
            member, known, record = Member(parameters, -float_gradient(family, parameters, seed)), seed[None, :], {}
        else:
            member = Member(parameters, generic_vector(rng, n))
            progress("start system", 0)
            known, record = start(family, member, rng)
        found: TiltedSolutions = solve_tilted(tracker, family, member, known, Scaling((1.0,) * n, 1.0), rng, limit, progress)
        if found.trace.passed or len(found.solutions) > limit:
            break
    provenance = {
        **record,
        "solutions": len(found.solutions),
        "engine": tracker.name,
        "trace_residual": found.trace.residual,
        "paths_tracked": found.tracked,
        "paths_lost": found.lost,
        "paths_jumped": found.jumped,
    }
    return StartSet(member, found.solutions, found.trace, provenance)


def save(start_set: StartSet, path: Path) -> None:
    """Writes a start set as one ``.npz`` file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.stem}.{os.getpid()}.npz")
    np.savez_compressed(
        partial,
        parameters=start_set.member.parameters,
        tilt=start_set.member.tilt,
        solutions=start_set.solutions,
        provenance=np.array(json.dumps(start_set.provenance)),
    )
    partial.replace(path)


def load(path: Path, tracker: Tracker, family: Family, parameters: np.ndarray, rng: np.random.Generator) -> StartSet | None:
    """The start set in a file if it is one for this member and passes every check, else None."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            member = Member(stored["parameters"], stored["tilt"])
            solutions = stored["solutions"]
            provenance = json.loads(str(stored["provenance"]))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return None
    n = len(family.variables)
    shapes = (member.parameters.shape, member.tilt.shape, solutions.shape[1:]) == (parameters.shape, (n,), (n,))
    if not shapes or not len(solutions) or not np.allclose(member.parameters, parameters, rtol=1e-12, atol=0):
        return None
    for w in solutions:
        residual = np.abs(float_gradient(family, parameters, w) + member.tilt).max()
        if not residual < RESIDUAL * (1 + np.abs(member.tilt).max()) * (1 + np.abs(w).max()) ** 3:
            return None
    if (match(solutions, solutions) != np.arange(len(solutions))).any():
        return None
    trace = repeated_trace_test(tracker, family, parameters, member.tilt, solutions, np.ones(n), rng)
    return StartSet(member, solutions, trace, provenance) if trace.passed else None
