"""The process in which PHCpack runs, and the only module that knows phcpy's names (phcpy 1.1.2 over PHCpack 2.4.86).

Requests come as JSON lines on standard input, answers leave as JSON lines on the original standard output; PHCpack, which prints
to file descriptor 1 and prompts on descriptor 0, finds both pointing to the null device. State in PHCpack is global and outlives
what it was for (a mixed volume may be that of an earlier system), so each request is answered by a fork of this process, in which
PHCpack has not done anything yet.

A system is a list of polynomials, a polynomial a list of terms ``[re, im, [exponents]]``, a point a list of ``[re, im]``.
An answer is ``{"answer": …}`` or ``{"error": sentence}``.

Variable order: PHCpack orders variables by first appearance, per parse. Every system therefore starts with
``+x0-x0+x1-x1…`` (in the first polynomial), and every solution lists x0, x1, … in this order.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from critscape.algebra.phcpack.memory import peak_memory

Term = tuple[float, float, list[int]]
Polynomials = list[list[Term]]
Point = list[list[float]]

PRECISIONS = {"double": "standard", "double double": "dobldobl", "quad double": "quaddobl"}
"""How phcpy2c3 calls each precision."""

TUNING = {"endgame_distance": (4,), "reruns": (6,), "residuals": (21, 23), "corrections": (25, 27)}
"""Continuation parameters of the predictor–corrector tracker by their numbers in PHCpack's menu.

Those for numbers and lengths of steps (3, 9–12) are accepted but change nothing in this version.
"""

COORDINATE = re.compile(r"^\s*x(\d+)\s*:\s*(\S+)\s+(\S+)\s*$")
DIAGNOSTIC = re.compile(r"(err|rco|res)\s*:\s*([^=\s]*)")


def text(polynomials: Polynomials) -> list[str]:
    """The system in PHCpack's syntax, its variable order pinned.

    >>> text([[(1.0, 0.0, [0, 2])], [(0.5, -1.0, [0, 0])]])[0]
    '+x0-x0+x1-x1+(1.00000000000000000e+00+0.00000000000000000e+00*i)*x1^2;'
    """
    order = "".join(f"+x{i}-x{i}" for i in range(len(polynomials)))
    lines = []
    for row, terms in enumerate(polynomials):
        summands = [
            f"+({re_:.17e}{im:+.17e}*i)" + "".join(f"*x{i}^{power}" for i, power in enumerate(exponents) if power)
            for re_, im, exponents in terms
        ]
        lines.append((order if row == 0 else "") + "".join(summands) + ";")
    return lines


def solution_text(point: Point) -> str:
    """A start solution in PHCpack's format, x0, x1, … in order."""
    coordinates = "".join(f" x{i} : {re_:.17E}  {im:.17E}\n" for i, (re_, im) in enumerate(point))
    head = "t : 0.0E+00  0.0E+00\nm : 1\nthe solution for t :\n"
    return head + coordinates + "== err :  0.0E+00 = rco :  1.0E+00 = res :  0.0E+00 ="


def number(token: str) -> float:
    """A real number as PHCpack prints it; NaN for what is none (it prints ``NaN******`` and rows of asterisks)."""
    try:
        return float(token)
    except ValueError:
        return float("nan")


def parse_solution(solution: str, dimension: int) -> dict[str, Any]:
    """t (real part), coordinates and diagnostics of a solution string; what cannot be read is NaN.

    >>> parse_solution("t :  1.0E+00   0.0E+00\\nm : 1\\nthe solution for t :\\n x0 :  2.0E+00  NaN******\\n"
    ...                "== err :  NaN****** = rco :  1.0E-01 = res :  0.0E+00 =", 1)
    {'t': 1.0, 'point': [[2.0, nan]], 'err': nan, 'rco': 0.1, 'res': 0.0}
    """
    point = [[float("nan")] * 2 for _ in range(dimension)]
    t = float("nan")
    for line in solution.splitlines():
        if match := COORDINATE.match(line):
            if int(match[1]) < dimension:
                point[int(match[1])] = [number(match[2]), number(match[3])]
        elif line.startswith("t :"):
            t = number((line[3:].split() or ["nan"])[0])
    diagnostics = {"err": float("nan"), "rco": float("nan"), "res": float("nan")}
    diagnostics |= {name: number(token) for name, token in DIAGNOSTIC.findall(solution)}
    return {"t": t, "point": point, **diagnostics}


def check_regular_supports(polynomials: Polynomials) -> None:
    """Refuse what PHCpack does not survive: zero polynomials end its process, constant ones confuse it."""
    for row, terms in enumerate(polynomials):
        if not any(any(exponents) for _, _, exponents in terms):
            raise ValueError(f"equation {row} is constant")


def call(name: str, *arguments: Any) -> Any:
    import phcpy.phcpy2c3

    return getattr(phcpy.phcpy2c3, "py2c_" + name)(*arguments)


def store_system(polynomials: Polynomials, kind: str) -> None:
    """Put a system into PHCpack's container; ``kind`` is a precision word, "standard" or "standard_laurent"."""
    check_regular_supports(polynomials)
    n = len(polynomials)
    if kind == "standard_laurent":
        clear, size, store = (
            "syscon_clear_standard_Laurent_system",
            "syscon_initialize_number_of_standard_Laurentials",
            "syscon_store_standard_Laurential",
        )
    else:
        clear, size, store = (
            f"syscon_clear_{kind}_system",
            f"syscon_initialize_number_of_{kind}_polynomials",
            f"syscon_store_{kind}_polynomial",
        )
    call(clear)
    call(size, n)
    for row, line in enumerate(text(polynomials), start=1):
        if call(store, len(line), n, row, line):
            raise ValueError(f"PHCpack could not read equation {row - 1}")


def load_solutions(kind: str, dimension: int) -> list[dict[str, Any] | None]:
    """The solutions in PHCpack's container, None for one whose string is damaged (phcpy sometimes hands out random bytes)."""
    loaded: list[dict[str, Any] | None] = []
    call(f"solcon_retrieve_next_{kind}_initialize")
    while True:
        length = call(f"solcon_length_current_{kind}_solution_string")
        if not length:
            return loaded
        entry = None
        for _ in range(3):
            try:
                entry = parse_solution(call(f"solcon_write_current_{kind}_solution_string", length), dimension)
                break
            except UnicodeDecodeError:
                continue
        loaded.append(entry)
        if not call(f"solcon_move_current_{kind}_to_next"):
            return loaded


def store_solutions(points: list[Point], kind: str) -> None:
    call(f"solcon_clear_{kind}_solutions")
    for point in points:
        solution = solution_text(point)
        if call(f"solcon_append_{kind}_solution_string", len(point), len(solution), solution):
            raise ValueError("PHCpack could not read a start solution")


def mixed_volume(system: Polynomials) -> int:
    """The mixed volume of the supports (MixedVol, ACM TOMS Algorithm 846), leaving the mixed cells in the container."""
    call("celcon_clear_container")
    store_system(system, "standard_laurent")
    return call("mixed_volume", 0)


def polyhedral_start(system: Polynomials, seed: int, share: int, shares: int) -> dict[str, Any]:
    """A random coefficient system with the supports of ``system`` and the solutions from the share-th part of its mixed cells.

    The seed fixes lifting and coefficients, so that processes with equal seeds share one system's cells.
    """
    call("set_seed", seed)
    volume = mixed_volume(system)
    call("celcon_standard_random_coefficient_system")
    call("celcon_copy_into_standard_systems_container")
    rows, variables, counts, coefficients, exponents = call("tabform_load_standard_tableau", 0)
    counts, coefficients, exponents = json.loads(counts), json.loads(coefficients), json.loads(exponents)
    start, term = [], 0
    for count in counts:
        terms = range(term, term + count)
        start.append([[coefficients[2 * k], coefficients[2 * k + 1], exponents[variables * k : variables * (k + 1)]] for k in terms])
        term += count
    call("celcon_standard_polyhedral_homotopy")
    call("solcon_clear_standard_solutions")
    total = 0
    for cell in range(1, call("celcon_number_of_cells") + 1):
        if cell % shares == share:
            paths = call("celcon_solve_standard_start_system", cell)
            for path in range(1, paths + 1):
                call("celcon_track_standard_solution_path", cell, path, 0)
                call("celcon_copy_target_standard_solution_to_container", cell, path)
            total += paths
    # The start system of the cells keeps the variable order of the pinned text it came from.
    solutions = load_solutions("standard", rows) if total else []
    return {"mixed_volume": volume, "system": start, "solutions": solutions}


def blackbox(system: Polynomials, seed: int) -> dict[str, Any]:
    """The blackbox solver on ``system``: what it returns, its seconds (reading and writing not counted), peak memory in bytes.

    Never silent: it then returns nothing on most systems. Never with tasks: it then returns too many or too few.
    """
    silent, tasks, mixed_volumes_only, verbosity = 0, 0, 0, 0
    call("set_seed", seed)
    call("solcon_clear_standard_solutions")
    store_system(system, "standard_laurent")
    began = time.perf_counter()
    call("solve_standard_Laurent_system", silent, tasks, mixed_volumes_only, verbosity)
    seconds = time.perf_counter() - began
    return {"solutions": load_solutions("standard", len(system)), "seconds": seconds, "memory": peak_memory()}


def track(
    start: Polynomials,
    target: Polynomials,
    points: list[Point],
    gamma: list[float],
    power: int,
    precision: str,
    tuning: dict[str, float],
) -> list[dict[str, Any] | None]:
    """The end points of the paths of γ(1 − s)^k·start + s^k·target from ``points``, in order (None: its string was damaged)."""
    return timed_track(start, target, points, gamma, power, precision, tuning)["ends"]


def timed_track(
    start: Polynomials,
    target: Polynomials,
    points: list[Point],
    gamma: list[float],
    power: int,
    precision: str,
    tuning: dict[str, float],
) -> dict[str, Any]:
    """As ``track``, with the seconds of the tracking alone (reading and writing not counted) and peak memory in bytes."""
    kind = PRECISIONS[precision]
    call("autotune_continuation_parameters", 0, {"standard": 16, "dobldobl": 32, "quaddobl": 64}[kind])
    for name, value in tuning.items():
        for index in TUNING[name]:
            call("set_value_of_continuation_parameter", index, value)
    _store_homotopy(start, target, gamma, power, kind)
    store_solutions(points, kind)
    call(f"copy_{kind}_container_to_start_solutions")
    began = time.perf_counter()
    call(f"solve_by_{kind}_homotopy_continuation", 0)
    seconds = time.perf_counter() - began
    call(f"solcon_clear_{kind}_solutions")
    call(f"copy_{kind}_target_solutions_to_container")
    call(f"clear_{kind}_homotopy")
    call(f"clear_{kind}_operations_data")
    return {"ends": _as_many(load_solutions(kind, len(start)), points), "seconds": seconds, "memory": peak_memory()}


def pade_track(
    start: Polynomials,
    target: Polynomials,
    points: list[Point],
    gamma: list[float],
    precision: str,
) -> list[dict[str, Any] | None]:
    """As ``track`` with k = 1, by the a priori step control of Telen, Van Barel and Verschelde (arXiv 1909.04984)."""
    kind = PRECISIONS[precision]
    call("padcon_set_default_parameters")
    call("padcon_set_homotopy_continuation_gamma", *gamma)
    _store_homotopy(start, target, gamma, 1, kind)
    store_solutions(points, kind)
    call(f"copy_{kind}_container_to_start_solutions")
    n = len(start)
    call(f"padcon_{kind}_track", 0, "", 0, 0, 0, n, str(None))
    return _as_many(load_solutions(kind, n), points)


def _store_homotopy(start: Polynomials, target: Polynomials, gamma: list[float], power: int, kind: str) -> None:
    store_system(target, kind)
    call(f"copy_{kind}_container_to_target_system")
    store_system(start, kind)
    call(f"copy_{kind}_container_to_start_system")
    call(f"create_{kind}_homotopy_with_gamma", *gamma, power)


def _as_many(ends: list, points: list) -> list:
    if len(ends) != len(points):
        raise ValueError(f"PHCpack returned {len(ends)} end points for {len(points)} paths")
    return ends


OPERATIONS: dict[str, Callable[..., Any]] = {
    "mixed volume": mixed_volume,
    "polyhedral start": polyhedral_start,
    "track": track,
    "timed track": timed_track,
    "blackbox": blackbox,
    "Padé track": pade_track,
}


def serve() -> None:
    """Answers requests until standard input ends; a fork that ends without an answer, or an end of the input, ends it all."""
    requests, answers = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    sys.stdin, sys.stdout = open(0, closefd=False), open(1, "w", closefd=False)  # noqa: SIM115 (as long as the process)
    with contextlib.suppress(ImportError):
        import phcpy.phcpy2c3  # noqa: F401 (once, and not in every fork)
    with open(requests, encoding="utf-8") as lines:
        for line in lines:
            ended, end = os.pipe()
            child = os.fork()
            if not child:
                with open(answers, "w", encoding="utf-8") as replies:
                    replies.write(json.dumps(reply(json.loads(line))) + "\n")
                os._exit(0)
            os.close(end)
            awaited = select.poll()
            awaited.register(ended)
            # Only that nobody can write there any more.
            awaited.register(requests, 0)
            if ended not in dict(awaited.poll()):
                os.kill(child, signal.SIGKILL)
            os.close(ended)
            if os.waitpid(child, 0)[1]:
                return


def reply(request: dict[str, Any]) -> dict[str, Any]:
    """The answer to a request, or the sentence that whatever phcpy raised becomes."""
    try:
        return {"answer": OPERATIONS[request.pop("operation")](**request)}
    except Exception as error:  # noqa: BLE001 (whatever phcpy raises is an answer)
        return {"error": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    serve()
