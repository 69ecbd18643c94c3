"""PHCpack as an engine: known counts, every path accounted for, and what happens when it misbehaves."""

import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement, pairwise

import numpy as np
import pytest

from critscape.algebra.phcpack import processes as phcpy_processes
from critscape.algebra.phcpack import worker as phcpy_worker
from critscape.algebra.phcpack.end_points import Segment, diverges, regular_end_points, singular_end_points
from critscape.algebra.phcpack.engine import PhcpyEngine, available, mixed_volume
from critscape.algebra.phcpack.expanded_family import MonomialSystem, tilted_gradient, tilted_gradient_along
from critscape.algebra.phcpack.processes import PhcpyError, answers
from critscape.algebra.polynomial.loss import Family, Loss, exact, gradient
from critscape.algebra.symmetry.coincidence import merged
from critscape.algebra.tracking.homotopy import Homotopy, Member, Outcome, tilt_segment

needs_phcpy = pytest.mark.skipif(not available(), reason="phcpy is not installed")


@dataclass(frozen=True)
class LinearMoments:
    """½ tr(P M Pᵀ) − tr(P Bᵀ) + ½ Σ λ_j w_j² with P = W_H … W_1; parameters: M (upper triangle), B, λ."""

    widths: tuple[int, ...]

    def __call__(self, w, p):
        widths, position, product = self.widths, 0, None
        for columns, rows in pairwise(widths):
            layer = [[w[position + i * columns + j] for j in range(columns)] for i in range(rows)]
            position += rows * columns
            product = layer if product is None else [[sum(a * b for a, b in zip(r, c)) for c in zip(*product)] for r in layer]
        d, outputs = widths[0], widths[-1]
        pairs = list(combinations_with_replacement(range(d), 2))
        value = 0
        for o in range(outputs):
            for k, (a, b) in enumerate(pairs):
                value = value + product[o][a] * product[o][b] * p[k] / (2 if a == b else 1)
            for a in range(d):
                value = value - product[o][a] * p[len(pairs) + o * d + a]
        return value + sum(v * v * r for v, r in zip(w, p[len(pairs) + outputs * d :])) / 2


@dataclass(frozen=True)
class Quartic:
    """½ Σ_i (Σ_j a_j (w_j·x_i)² − y_i)² + ½ Σ λ w² at fixed small samples; parameters: λ. ``trained``: the a_j are weights."""

    inputs: int
    units: int
    trained: bool

    def __call__(self, w, p):
        samples = [((2, 1), 3), ((1, -3), -2), ((1, 2), 1), ((3, 1), -1)]
        value = sum(v * v * r for v, r in zip(w, p))
        for x, y in samples:
            f = -y
            for j in range(self.units):
                unit = w[self.inputs * j : self.inputs * (j + 1)]
                outer = w[self.inputs * self.units + j] if self.trained else 1
                f = f + outer * sum(v * c for v, c in zip(unit, x)) ** 2
            value = value + f * f
        return value / 2


def linear_family(widths):
    n = sum(a * b for a, b in pairwise(widths))
    q = widths[0] * (widths[0] + 1) // 2 + widths[0] * widths[-1] + n
    return Family(tuple(f"w{i}" for i in range(n)), tuple(f"p{i}" for i in range(q)), LinearMoments(widths))


def quartic_family(inputs, units, trained):
    n = inputs * units + (units if trained else 0)
    return Family(tuple(f"w{i}" for i in range(n)), tuple(f"p{i}" for i in range(n)), Quartic(inputs, units, trained))


def gaussian(rng, *shape):
    return (rng.standard_normal(shape) + 1j * rng.standard_normal(shape)) / np.sqrt(2)


def distinct(paths, n):
    ends = [path.end for path in paths if path.outcome is Outcome.FINISHED]
    return merged(np.empty((0, n), dtype=complex), np.array(ends).reshape(-1, n))[0]


CASES = [
    ((1, 1, 1), 5, 5),
    ((2, 1, 2), 33, 17),
    pytest.param((1, 2, 2), 81, 33, marks=pytest.mark.slow),
    ((1, 1, 1, 1), 17, 17),
]
"""Widths, mixed volume with the origin adjoined, N_C (proved for one sample, two methods for 2-1-2)."""


@needs_phcpy
@pytest.mark.parametrize("widths, volume, count", CASES)
def test_linear_networks_have_their_known_counts(widths, volume, count):
    family = linear_family(widths)
    rng = np.random.default_rng(7)
    n, q = len(family.variables), len(family.parameters)
    member, engine = Member(gaussian(rng, q), gaussian(rng, n)), PhcpyEngine()
    found, paths = engine.polyhedral(family, member, rng)
    assert found == volume == len(paths)
    solutions = distinct(paths, n)
    assert len(solutions) == count
    values = tilted_gradient(family, member.parameters, member.tilt).values(solutions)
    assert np.abs(values).max() < 1e-9
    # A real member, untilted: the same count (counts are those of the generic member, tilted or not).
    target = np.abs(member.parameters.real) + 0.3
    homotopy = Homotopy(family, np.array([target, member.parameters - target]), np.array([0 * member.tilt, member.tilt]))
    arrived = distinct(engine.track(homotopy, solutions), n)
    assert len(arrived) == count
    assert len(merged(arrived, arrived.conj())[0]) == count


@needs_phcpy
@pytest.mark.parametrize("inputs, units, trained, count", [(2, 1, False, 9), (2, 2, False, 33), (2, 1, True, 33)])
def test_quadratic_networks_have_their_known_counts(inputs, units, trained, count):
    family = quartic_family(inputs, units, trained)
    rng = np.random.default_rng(3)
    n = len(family.variables)
    member = Member(np.exp(2j * np.pi * rng.random(n)), gaussian(rng, n))
    _, paths = PhcpyEngine(jobs=2).polyhedral(family, member, rng)
    assert len(distinct(paths, n)) == count


@needs_phcpy
def test_tracking_is_reproducible_reversible_and_exact_on_bends():
    family = linear_family((1, 2, 2))
    rng = np.random.default_rng(11)
    n, q, engine = len(family.variables), len(family.parameters), PhcpyEngine()
    member = Member(gaussian(rng, q), gaussian(rng, n))
    starts = distinct(engine.polyhedral(family, member, rng)[1], n)
    there, bend = gaussian(rng, n), gaussian(rng, n)
    forth = engine.track(tilt_segment(family, member.parameters, member.tilt, there, bend), starts)
    assert all(path.outcome is Outcome.FINISHED for path in forth)
    ends = np.array([path.end for path in forth])
    again = engine.track(tilt_segment(family, member.parameters, member.tilt, there, bend), starts)
    assert np.abs(np.array([path.end for path in again]) - ends).max() < 1e-10
    back = engine.track(tilt_segment(family, member.parameters, there, member.tilt, bend), ends)
    assert np.abs(np.array([path.end for path in back]) - starts).max() < 1e-9
    # A curve of degree two in the parameters and its reverse, t ↦ 1 − t.
    other, turn = gaussian(rng, q), gaussian(rng, q)
    curve = np.array([other, member.parameters - other + turn, -turn])
    reverse = np.array([curve.sum(axis=0), -(curve[1] + 2 * curve[2]), curve[2]])
    forth = engine.track(Homotopy(family, curve, member.tilt[None, :]), starts)
    assert all(path.outcome is Outcome.FINISHED for path in forth)
    back = engine.track(Homotopy(family, reverse, member.tilt[None, :]), np.array([path.end for path in forth]))
    assert np.abs(np.array([path.end for path in back]) - starts).max() < 1e-9


@needs_phcpy
def test_every_path_is_accounted_for_and_in_order():
    family = linear_family((2, 1, 2))
    rng = np.random.default_rng(2)
    n, q, engine = len(family.variables), len(family.parameters), PhcpyEngine()
    member = Member(gaussian(rng, q), gaussian(rng, n))
    starts = distinct(engine.polyhedral(family, member, rng)[1], n)
    # A repeated start and a point that solves nothing.
    mixed = np.vstack([starts[:3], starts[:1], [[1.0, 2.0, 3.0, 4.0]]])
    paths = engine.track(tilt_segment(family, member.parameters, member.tilt, gaussian(rng, n)), mixed)
    assert [path.outcome for path in paths] == [Outcome.FINISHED] * 4 + [Outcome.FAILED]
    assert all((path.start == start).all() for path, start in zip(paths, mixed))
    assert np.abs(paths[0].end - paths[3].end).max() < 1e-10
    assert paths[4].end is None
    assert engine.track(tilt_segment(family, member.parameters, member.tilt, member.tilt), starts[:0]) == []


@needs_phcpy
def test_paths_to_infinity_and_to_singular_points_are_not_called_finished():
    # x⁴/4 + p x²/2: the double root of x³ + c = 0 … as p, c → 0 all three solutions meet in the triple root 0.
    triple = Family(("x",), ("p",), _triple)
    starts = np.roots([1, 0, 1, 1 + 1j]).reshape(-1, 1)
    homotopy = Homotopy(triple, np.array([[0], [1]]), np.array([[0], [1 + 1j]]))
    paths = PhcpyEngine().track(homotopy, starts)
    assert not any(path.outcome is Outcome.FINISHED for path in paths)
    # p x⁴/4 + x²/2 with p → 0: two of the three solutions of p x³ + x + c = 0 leave as |p|^(−1/2).
    leaving = Family(("x",), ("p",), _leaving)
    starts = np.roots([1 + 1j, 0, 1, 1]).reshape(-1, 1)
    paths = PhcpyEngine().track(Homotopy(leaving, np.array([[0], [1 + 1j]]), np.array([[1]])), starts)
    assert sorted(path.outcome.name for path in paths) == ["AT_INFINITY", "AT_INFINITY", "FINISHED"]
    assert [abs(path.end[0] + 1) < 1e-12 for path in paths if path.outcome is Outcome.FINISHED] == [True]


def _triple(w, p):
    return w[0] ** 4 / 4 + p[0] * w[0] ** 2 / 2


def _leaving(w, p):
    return p[0] * w[0] ** 4 / 4 + w[0] ** 2 / 2


@needs_phcpy
def test_mixed_volume_of_losses_with_and_without_a_dead_weight():
    family = linear_family((2, 2, 2))
    assert mixed_volume(Loss(family, tuple(Fraction(k + 1, 7) for k in range(len(family.parameters))))) == 1089
    dead = Family(("x", "y"), ("p",), _dead)
    assert mixed_volume(Loss(dead, (Fraction(1),))) == 0
    rng = np.random.default_rng(0)
    assert PhcpyEngine().polyhedral(dead, Member(np.ones(1), np.ones(2)), rng) == (0, [])
    paths = PhcpyEngine().track(tilt_segment(dead, np.ones(1), np.array([1, 0]), np.array([2, 0])), np.array([[-1.0, 3.0]]))
    assert [path.outcome for path in paths] == [Outcome.FAILED]


def _dead(w, p):
    return w[0] ** 2 * p[0] / 2


@needs_phcpy
def test_time_limits_and_crashes_become_one_sentence(monkeypatch):
    family = linear_family((2, 2, 2))
    loss = Loss(family, tuple(Fraction(k + 1, 7) for k in range(len(family.parameters))))
    with pytest.raises(PhcpyError, match="time limit"):
        mixed_volume(loss, time_limit=0.001)
    # A worker that dies at once (its standard output is closed) is reported, not waited for.
    phcpy_processes.end_waiting()
    monkeypatch.setattr(phcpy_processes.sys, "executable", "/bin/true")
    replies = answers([{"operation": "mixed volume", "system": []}], 1, time.monotonic() + 20)
    assert replies == [{"error": phcpy_processes.CRASHED}]


QUESTION = {"operation": "mixed volume", "system": [[[1.0, 0.0, [2]], [1.0, 0.0, [0]]]]}


def asked():
    return answers([QUESTION], 1, time.monotonic() + 60)


def waiting():
    return [process._process for process in phcpy_processes._waiting]


@needs_phcpy
def test_a_worker_answers_again_and_is_replaced_when_it_is_gone():
    phcpy_processes.end_waiting()
    assert asked() == [{"answer": 2}]
    (first,) = waiting()
    assert asked() == [{"answer": 2}] and waiting() == [first]
    first.kill()
    first.wait()
    assert asked() == [{"answer": 2}] and waiting() != [first]
    phcpy_processes.end_waiting()
    assert waiting() == [] and asked() == [{"answer": 2}]


@needs_phcpy
def test_no_answer_depends_on_an_earlier_one():
    # PHCpack's mixed volume may be that of a system which it was given before, with other variables.
    phcpy_processes.end_waiting()

    def ask(width):
        family = linear_family((1,) * width)
        values = np.array([Fraction(k + 1, 7) for k in range(len(family.parameters))], dtype=float)
        member = Member(values, np.arange(1.0, len(family.variables) + 1))
        volume, paths = PhcpyEngine().polyhedral(family, member, np.random.default_rng(1))
        return mixed_volume(Loss(family, tuple(map(Fraction, values)))), volume, [path.end is None for path in paths]

    alone = []
    for width in (3, 4):
        phcpy_processes.end_waiting()
        alone.append(ask(width))
    assert [ask(width) for width in (3, 4, 3, 4)] == 2 * alone
    assert all(volume == paths for volume, paths, _ in alone)


@needs_phcpy
def test_a_worker_that_was_too_slow_is_not_asked_again():
    phcpy_processes.end_waiting()
    asked()
    (slow,) = waiting()
    slow.send_signal(signal.SIGSTOP)
    with pytest.raises(PhcpyError, match="time limit"):
        answers([QUESTION], 1, time.monotonic() + 0.1)
    assert slow.poll() is not None and slow not in waiting() and asked() == [{"answer": 2}]


@needs_phcpy
@pytest.mark.parametrize("end", ["pass", "os._exit(1)", "os.kill(os.getpid(), 9)"])
@pytest.mark.parametrize("busy", [False, True])
def test_a_worker_ends_with_the_process_that_asks_it(tmp_path, end, busy):
    # The worker and its forks hold the other end of a pipe.
    python, fifo = tmp_path / "python", tmp_path / "fifo"
    os.mkfifo(fifo)
    python.write_text(f"#!/bin/sh\nexec 3> '{fifo}'\nexec '{sys.executable}' \"$@\"\n")
    python.chmod(0o755)
    # Six dense polynomials in as many variables: minutes.
    ask = "processes._waiting[0].ask({'operation': 'mixed volume', 'system': dense}, time.monotonic() + 0.3); " if busy else ""
    program = (
        "import os, sys, time; from itertools import product; from critscape.algebra.phcpack import processes; "
        f"sys.executable = {str(python)!r}; dense = [[[1.0, 0.0, e] for e in product(range(3), repeat=6)]] * 6; "
        f"print(processes.answers([{QUESTION}], 1, time.monotonic() + 60), flush=True); {ask}"
    )
    with open(os.open(fifo, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0) as held:
        done = subprocess.run([sys.executable, "-c", program + end], capture_output=True, text=True, check=False)
        assert done.stdout == "[{'answer': 2}]\n"
        assert select.select([held], [], [], 60)[0] and held.read() == b""


@needs_phcpy
def test_refusals_of_the_worker_do_not_end_it():
    requests = [
        {"operation": "mixed volume", "system": [[[1.0, 0.0, [1]]], []]},
        {"operation": "nonsense"},
        {"operation": "mixed volume", "system": [[[1.0, 0.0, [2]], [1.0, 0.0, [0]]]]},
    ]
    first, second, third = answers(requests, 1, time.monotonic() + 60)
    assert "constant" in first["error"] and "error" in second and third == {"answer": 2}


def test_damaged_solution_strings_keep_what_can_be_read():
    damaged = (
        "t :  1.00000000000000E+00   0.00000000000000E+00\nm : 1\nthe solution for t :\n"
        " x1 :  2.0E+00  -3.0E-01\n x0 :  NaN******  1.0E+00\n== err :  NaN****** = rco :  1.000E-02 = res :  ********* ="
    )
    read = phcpy_worker.parse_solution(damaged, 2)
    assert read["t"] == 1.0 and read["point"][1] == [2.0, -0.3] and read["rco"] == 0.01
    assert np.isnan(read["point"][0][0]) and np.isnan(read["err"]) and np.isnan(read["res"])


def test_expanded_gradients_agree_with_the_exact_ones():
    family = linear_family((2, 2, 1))
    rng = np.random.default_rng(5)
    values = tuple(Fraction(int(k), 16) for k in rng.integers(-40, 40, len(family.parameters)))
    point = rng.integers(-8, 8, len(family.variables)) / 4
    at = [exact(Fraction(float(x))) for x in point]
    expected = [float(Fraction(str(slope(*at)))) for slope in gradient(Loss(family, values))]
    system = tilted_gradient(family, np.array(values, dtype=float), np.zeros(len(point)))
    assert np.allclose(system.values(point[None, :].astype(complex))[0], expected, rtol=0, atol=1e-12)
    step = 1e-6 * np.eye(len(point))[1]
    slopes = (system.values((point + step)[None, :] + 0j) - system.values((point - step)[None, :] + 0j))[0] / 2e-6
    assert np.allclose(system.jacobians(point[None, :] + 0j)[0][:, 1], slopes, atol=1e-6)


def test_the_system_along_a_curve_is_the_member_at_each_t():
    family = linear_family((2, 1, 2))
    rng = np.random.default_rng(8)
    parameters, tilt = gaussian(rng, 3, len(family.parameters)), gaussian(rng, 4, len(family.variables))
    along, points = tilted_gradient_along(family, parameters, tilt), gaussian(rng, 5, len(family.variables))
    for t in (0.0, 0.3, 1.0):
        powers = t ** np.arange(4)
        member = tilted_gradient(family, powers[:3] @ parameters, powers @ tilt)
        with_t = np.column_stack([points, np.full(5, t)])
        assert np.allclose(along.values(with_t), member.values(points), atol=1e-12)


def test_end_points_are_told_apart():
    def system(*coefficients):
        return MonomialSystem(np.arange(len(coefficients))[:, None], np.array([coefficients], dtype=complex))

    simple, double, pair = system(-2, 1), system(1, -2, 1), system(1 - 1e-16, -2, 1)
    assert regular_end_points(simple, np.array([[2 + 1e-9]]))[1].all()
    for multiple in (double, pair):
        near = np.array([[1 + 1e-7]])
        assert not regular_end_points(multiple, near)[1].any()
        assert singular_end_points(multiple, near)[1].all()
    # Simple roots 1 and 1.001, and a regular zero of the size of a badly scaled loss.
    close = system(1.001, -2.001, 1)
    assert regular_end_points(close, np.array([[1.001 + 1e-8], [1 - 1e-8]]))[1].all()
    assert regular_end_points(system(-3e12, 0, 1e-3, 0), np.array([[np.sqrt(3e15) * (1 + 1e-9)]]))[1].all()
    assert not regular_end_points(simple, np.array([[np.nan], [3.0]]))[1].any()


def test_divergence_needs_size_lateness_and_growth():
    exponents = np.array([[0], [2]])
    start = MonomialSystem(exponents, np.array([[-1, 1]], dtype=complex))
    leaving = Segment(start, MonomialSystem(exponents, np.array([[-1, 0]], dtype=complex)), 1)
    for tau, expected in ((1e-2, False), (1e-8, True)):
        on_path = leaving.at(1 - tau).coefficients[0]
        assert diverges(leaving, np.sqrt(np.array([-on_path[0] / on_path[1]])), 1 - tau) is expected
    staying = Segment(start, MonomialSystem(exponents, np.array([[-1e8, 1]], dtype=complex)), 1)
    assert not diverges(staying, np.array([1e4 + 0j]) * np.sqrt(1 - 1e-8), 1 - 1e-8)
