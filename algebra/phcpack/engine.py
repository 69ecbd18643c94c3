"""PHCpack (Verschelde, ACM TOMS Algorithm 795) as an engine: mixed volumes, polyhedral start systems and path tracking.

PHCpack runs in processes of its own (critscape.algebra.phcpack.worker) and is not trusted: every end point passes our own tests.
"""

from __future__ import annotations

import hashlib
import importlib.util
import time
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path as File

import numpy as np

from critscape.algebra.phcpack.end_points import Segment
from critscape.algebra.phcpack.expanded_family import MonomialSystem, in_units, tilted_gradient, tilted_gradient_along
from critscape.algebra.phcpack.processes import PhcpyError, answers
from critscape.algebra.phcpack.segments import PLAIN, Arrival, follow, polynomials
from critscape.algebra.polynomial.loss import Family, Loss
from critscape.algebra.polynomial.scaling import Scaling
from critscape.algebra.tracking.homotopy import Homotopy, Member, Outcome, Path, Tracker

HOW_TO_INSTALL = (
    "phcpy is not on PyPI. On Debian or Ubuntu: apt install python3-phcpy (for the distribution's own Python); "
    "a virtual environment of that Python sees it when the directory /usr/lib/python3/dist-packages/phcpy is linked into its "
    "site-packages."
)
TIME_LIMIT = 3600.0
"""Seconds."""
WIDEST_TURN = 2 * np.pi / 5
"""|arg γ| at most: the arc of tilts (γa c₀ + b c₁)/(γa + b), a, b ≥ 0, passes infinity for γ = −1."""


class PhcpyUnavailable(RuntimeError):
    """phcpy cannot be imported by this Python."""


def available() -> bool:
    """Whether this Python finds phcpy (it is not imported)."""
    return importlib.util.find_spec("phcpy") is not None


def version() -> str | None:
    """The version of phcpy, which may be linked into this environment from another one; None if it is not there or has no record of it."""
    found = importlib.util.find_spec("phcpy")
    if found is None or found.origin is None:
        return None
    beside = str(File(found.origin).resolve().parents[1])
    return next((one.version for one in metadata.distributions(path=[beside]) if one.metadata["Name"].lower() == "phcpy"), None)


def _deadline(time_limit: float) -> float:
    if not available():
        raise PhcpyUnavailable(HOW_TO_INSTALL)
    return time.monotonic() + time_limit


def mixed_volume(loss: Loss, time_limit: float = TIME_LIMIT) -> int:
    """The mixed volume of ∇L with the origin adjoined to every support: a bound for the number of solutions of ∇L + c = 0.

    Raises
    ------
    PhcpyUnavailable : phcpy is not installed.
    PhcpyError : PHCpack failed, or the time limit (seconds) was exceeded.
    """
    deadline = _deadline(time_limit)
    system = _support_system(loss.family, np.array(loss.values, dtype=float))
    if system is None:
        return 0
    if system.dimension == 1:
        # PHCpack finds cells in two dimensions and more: in one, what it returns is left over from before.
        return int(system.exponents.max())
    return _answer({"operation": "mixed volume", "system": polynomials(system)}, deadline)


def blackbox(loss: Loss, seed: int, time_limit: float = TIME_LIMIT) -> tuple[np.ndarray, float, int]:
    """What PHCpack's blackbox solver returns for ∇L = 0: points (P, n), its seconds, its peak memory in bytes.

    ``seed`` (positive) fixes its random choices; what it returns depends on them.

    Raises
    ------
    PhcpyUnavailable : phcpy is not installed.
    PhcpyError : PHCpack failed, or the time limit (seconds) was exceeded.
    """
    deadline = _deadline(time_limit)
    system = tilted_gradient(loss.family, np.array(loss.values, dtype=float), np.zeros(loss.dimension))
    reply = _measured({"operation": "blackbox", "system": polynomials(system), "seed": seed}, deadline)
    return _points(reply["solutions"], loss.dimension), reply["seconds"], reply["memory"]


def tracked_once(homotopy: Homotopy, starts: np.ndarray, time_limit: float = TIME_LIMIT) -> tuple[np.ndarray, float, int]:
    """Where PHCpack's tracker leaves each path from ``starts`` (P, n) in one run: (P, n), its seconds, its peak memory in bytes.

    In double precision and without its end game, which gives up on regular end points; nothing is checked and nothing is tracked
    again. ``homotopy`` must be a straight segment.

    Raises
    ------
    PhcpyUnavailable, PhcpyError : as for ``blackbox``.
    """
    deadline = _deadline(time_limit)
    curve = _ScaledCurve(homotopy)
    if curve.degree > 1:
        raise ValueError("homotopy: expected a straight segment")
    segment, units = curve.segment(), np.array(curve.units.weights)
    scaled = starts / units
    request = {
        "operation": "timed track",
        "start": polynomials(segment.start),
        "target": polynomials(segment.target),
        "points": np.stack([scaled.real, scaled.imag], axis=2).tolist(),
        "gamma": [1.0, 0.0],
        "power": 1,
        "precision": "double",
        "tuning": dict(PLAIN),
    }
    reply = _measured(request, deadline)
    return _points(reply["ends"], starts.shape[1]) * units, reply["seconds"], reply["memory"]


def _measured(request: dict, deadline: float) -> dict:
    reply = answers([request], 1, deadline)[0]
    if "error" in reply:
        raise PhcpyError(reply["error"])
    return reply["answer"]


def _points(entries: list, dimension: int) -> np.ndarray:
    """The points (P, n) of entries that PHCpack sent, NaN where one was damaged."""
    nothing = np.full((dimension, 2), np.nan)
    return np.array([nothing if entry is None else entry["point"] for entry in entries]).reshape(-1, dimension, 2) @ np.array([1, 1j])


def _answer(request: dict, deadline: float) -> int:
    reply = answers([request], 1, deadline)[0]
    if "error" in reply:
        raise PhcpyError(f"PHCpack could not compute the mixed volume: {reply['error']}")
    return reply["answer"]


def _random_polynomial(support: MonomialSystem, seed: int) -> tuple[int, MonomialSystem, np.ndarray]:
    """Degree, random coefficients and roots of one polynomial in one variable: its polyhedral start system."""
    present = support.coefficients != 0
    coefficients = np.exp(2j * np.pi * np.random.default_rng(seed).random(support.coefficients.shape)) * present
    powers = support.exponents[:, 0]
    dense = np.zeros(int(powers.max()) + 1, dtype=complex)
    np.add.at(dense, powers, coefficients[0])
    roots = np.polynomial.polynomial.polyroots(dense)
    return len(roots), MonomialSystem(support.exponents, coefficients), roots[:, None]


def _support_system(family: Family, parameters: np.ndarray) -> MonomialSystem | None:
    """∇L with coefficients of modulus one and every constant term present; None when an equation is constant."""
    gradient = tilted_gradient(family, parameters, np.zeros(len(family.variables)))
    present = (gradient.coefficients != 0).astype(complex)
    if not present[:, :-1].any(axis=1).all():
        return None
    present[:, -1] = 1
    return MonomialSystem(gradient.exponents, present)


@dataclass(frozen=True)
class PhcpyEngine(Tracker):
    """PHCpack's trackers in ``jobs`` processes; a call that takes longer than ``time_limit`` seconds raises PhcpyError."""

    jobs: int = 1
    time_limit: float = TIME_LIMIT
    name: str = "phcpy"
    loops: bool = False

    def track(self, homotopy: Homotopy, starts: np.ndarray, thorough: bool = True) -> list[Path]:
        """The paths from ``starts`` (P, n), in the same order, each one accounted for.

        Curves are followed exactly, but for a bent segment of tilts alone, which becomes the arc
        (γ(1 − s)²c₀ + s²c₁)/(γ(1 − s)² + s²) with γ fixed by the bend and inverted with the direction.

        Raises
        ------
        PhcpyUnavailable : phcpy is not installed.
        PhcpyError : a process for PHCpack could not be used, or the time limit was exceeded.
        """
        deadline = _deadline(self.time_limit)
        starts = np.asarray(starts, dtype=complex).reshape(-1, len(homotopy.family.variables))
        if not len(starts):
            return []
        curve = _ScaledCurve(homotopy)
        n, units = starts.shape[1], np.array(curve.units.weights)
        scaled = starts / units
        if not curve.straight:
            scaled = np.column_stack([scaled, np.ones(len(starts))])
        arrivals = follow(curve.segment(), scaled, self.jobs, deadline, thorough)
        return [
            _path(start, replace(arrival, point=arrival.point[:n]), _time(arrival.s), units) for start, arrival in zip(starts, arrivals)
        ]

    def polyhedral(self, family: Family, member: Member, rng: np.random.Generator) -> tuple[int, list[Path]]:
        """The mixed volume of a tilted member's gradient system and as many paths, from a polyhedral start system to it.

        The start system has random coefficients on the same supports, the origin adjoined (Huber–Sturmfels 1995, Li–Wang 1996);
        ``rng`` draws them and γ. A start solution that PHCpack lost is a failed path that starts at NaN. Failed paths are not
        tracked again and again, as most of them diverge: monodromy finds a finite solution that is missing much sooner.

        Raises
        ------
        PhcpyUnavailable : phcpy is not installed.
        PhcpyError : PHCpack computed no start system, or the time limit was exceeded.
        """
        deadline = _deadline(self.time_limit)
        support = _support_system(family, member.parameters)
        seed, gamma = int(rng.integers(1, 2**31 - 1)), np.exp(2j * np.pi * rng.random())
        if support is None:
            return 0, []
        volume, start, solutions = self._polyhedral_start(support, seed, deadline)
        target = tilted_gradient(family, member.parameters, member.tilt)
        units = common_scaling([target])
        weights = np.array(units.weights)
        target = in_units(target, weights, units.loss)
        turned = MonomialSystem(start.exponents, gamma * start.coefficients)
        arrivals = follow(Segment(turned, target, 2), solutions, self.jobs, deadline, thorough=False) if volume else []
        paths = [_path(solution * weights, arrival, _time(arrival.s), weights) for solution, arrival in zip(solutions, arrivals)]
        return volume, paths

    def _polyhedral_start(self, support: MonomialSystem, seed: int, deadline: float) -> tuple[int, MonomialSystem, np.ndarray]:
        """Mixed volume V, random coefficient system and its solutions (V, n), rows of NaN for those that were lost."""
        if support.dimension == 1:
            return _random_polynomial(support, seed)
        request = {"operation": "polyhedral start", "system": polynomials(support), "seed": seed, "shares": self.jobs}
        replies = answers([{**request, "share": share} for share in range(self.jobs)], self.jobs, deadline)
        systems = [reply["answer"]["system"] for reply in replies if "answer" in reply]
        if len(systems) < self.jobs or any(system != systems[0] for system in systems):
            replies = answers([{**request, "share": 0, "shares": 1}], 1, deadline)
        if "error" in replies[0]:
            raise PhcpyError(f"PHCpack computed no polyhedral start system: {replies[0]['error']}")
        volume, n = replies[0]["answer"]["mixed_volume"], support.dimension
        columns = {tuple(exponents): s for s, exponents in enumerate(support.exponents.tolist())}
        coefficients = np.zeros_like(support.coefficients)
        for i, equation in enumerate(replies[0]["answer"]["system"]):
            for real, imaginary, exponents in equation:
                coefficients[i, columns[tuple(exponents)]] += complex(real, imaginary)
        solutions = np.full((volume, n), np.nan, dtype=complex)
        found = [entry["point"] for reply in replies for entry in reply["answer"]["solutions"] if entry is not None]
        if found:
            solutions[: len(found)] = (np.array(found) @ np.array([1, 1j]))[:volume]
        return volume, MonomialSystem(support.exponents, coefficients), solutions


def _fraction(s: float) -> float:
    """The share of the way from start to target in (1 − s)²·start + s²·target."""
    return float(s**2 / ((1 - s) ** 2 + s**2))


def _time(s: float) -> float:
    return 1.0 - _fraction(s)


def _path(start: np.ndarray, arrival: Arrival, t: float, units: np.ndarray) -> Path:
    outcome = arrival.outcome
    end = arrival.point * units if outcome in (Outcome.FINISHED, Outcome.SINGULAR) else None
    return Path(start, end, outcome, winding=1 if outcome is Outcome.FINISHED else None, t=0.0 if end is not None else t)


class _ScaledCurve:
    """The systems of a homotopy in the units of its ends."""

    def __init__(self, homotopy: Homotopy) -> None:
        self.family = homotopy.family
        self.parameters = _trimmed(np.asarray(homotopy.parameters, dtype=complex))
        self.tilt = _trimmed(np.asarray(homotopy.tilt, dtype=complex))
        self.degree = max(len(self.parameters), len(self.tilt)) - 1
        self.bent = len(self.parameters) == 1 and len(self.tilt) == 3
        self.straight = self.degree <= 1 or self.bent
        self.units = common_scaling([self._system(t) for t in (0.0, 1.0)])

    @staticmethod
    def _value(coefficients: np.ndarray, t: float) -> np.ndarray:
        return np.polynomial.polynomial.polyval(t, coefficients)

    def _system(self, t: float) -> MonomialSystem:
        return tilted_gradient(self.family, self._value(self.parameters, t), self._value(self.tilt, t))

    def segment(self) -> Segment:
        """The homotopy for PHCpack, which knows only γ(1 − s)²·start + s²·target.

        A straight curve is of this form. Any other becomes so with t as a further, last unknown: the equations ∇L(w; p(t)) + c(t)
        = 0 stay, t = 1 becomes t = 0, and t = (1 − s)²/((1 − s)² + s²) in between.
        """
        weights = np.array(self.units.weights)
        if self.straight:
            start, target = (in_units(self._system(t), weights, self.units.loss) for t in (1.0, 0.0))
            return Segment(MonomialSystem(start.exponents, self.gamma * start.coefficients), target, 2)
        along = tilted_gradient_along(self.family, self.parameters, self.tilt)
        powers = np.prod(weights[None, :] ** along.exponents[:, :-1], axis=1)
        equations = along.coefficients * powers[None, :] * weights[:, None] / self.units.loss
        n = len(weights)
        extra = np.vstack([np.eye(n + 1, dtype=int)[-1:], np.zeros((1, n + 1), dtype=int)])
        exponents = np.vstack([along.exponents, extra])
        ends = []
        for t in (1.0, 0.0):
            rows = np.zeros((n + 1, len(exponents)), dtype=complex)
            rows[:n, :-2], rows[n, -2:] = equations, (1.0, -t)
            ends.append(MonomialSystem(exponents, rows))
        return Segment(ends[0], ends[1], 2)

    @property
    def gamma(self) -> complex:
        """1 for a straight curve; for a bent one e^{iθ} with θ fixed by the bend, and −θ for the way back.

        The same bend must give the same arc in both directions: monodromy uses an edge both ways.
        """
        if not self.bent:
            return 1.0 + 0j
        digest = hashlib.sha256(np.ascontiguousarray(self.tilt[2] + 0).tobytes()).digest()
        turn = WIDEST_TURN * (0.25 + 0.75 * int.from_bytes(digest[:4], "big") / 2**32) * (1 if digest[4] % 2 else -1)
        way = self._value(self.tilt, 1.0) - self._value(self.tilt, 0.0)
        functional = np.cos(np.arange(1, len(way) + 1)) - 1j * np.sin(np.arange(1, len(way) + 1))
        return complex(np.exp(1j * turn * (1 if (functional @ way).real > 0 else -1)))


def _trimmed(coefficients: np.ndarray) -> np.ndarray:
    """Without vanishing leading coefficients."""
    while len(coefficients) > 1 and not coefficients[-1].any():
        coefficients = coefficients[:-1]
    return coefficients


def common_scaling(systems: list[MonomialSystem]) -> Scaling:
    """Least-squares units (as in critscape.algebra.polynomial.scaling) for the gradient systems of several members of a family at once.

    In units D, κ the coefficient of w^α in equation i has size |c| D_i D^α/κ; the mean of log₂|c| over the members counts.
    """
    n = systems[0].dimension
    with np.errstate(divide="ignore"):
        logarithms = np.log2(np.abs([system.coefficients for system in systems]))
    present = np.isfinite(logarithms)
    counts = present.sum(axis=0)
    counts[:, -1] = 0  # constant terms are tilts
    rows, sizes = [], []
    for i, s in zip(*np.nonzero(counts)):
        alpha = systems[0].exponents[s] + np.eye(n, dtype=int)[i]
        rows.append([*alpha, -1])
        sizes.append(logarithms[:, i, s][present[:, i, s]].mean())
    if not rows:
        return Scaling((1.0,) * n, 1.0)
    exponents: np.ndarray = np.asarray(np.round(np.linalg.lstsq(np.array(rows, dtype=float), -np.array(sizes), rcond=None)[0]))
    return Scaling(tuple(2.0 ** exponents[:n]), 2.0 ** exponents[n])
