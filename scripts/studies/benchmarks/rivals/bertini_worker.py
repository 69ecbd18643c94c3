"""The process in which Bertini 2 runs, and the only module that knows its names (bertini2 4.0).

One request on standard input, ``{"seed": positive integer, "groups": [[variable, …], …], "system": [[["p/q", exponents], …], …]}``; one JSON line on the
original standard output: points as lists of [re, im], seconds of building the solver and solving, peak memory in bytes.
"""

from __future__ import annotations

import json
import os
import sys
import time

from critscape.algebra.phcpack.memory import peak_memory


def solve(request: dict) -> dict:
    """The finite solutions of one system."""
    import bertini
    from bertini.nag_algorithm import ZeroDimSolver

    bertini.random.set_random_seed(request["seed"])
    variables = [bertini.Variable(f"x{i}") for i in range(len(request["system"]))]
    system = bertini.System()
    order = [i for group in request["groups"] for i in group]
    for group in request["groups"]:
        system.add_variable_group(bertini.VariableGroup([variables[i] for i in group]))
    for polynomial in request["system"]:
        system.add_function(expression(bertini, variables, polynomial))
    began = time.perf_counter()
    solver = ZeroDimSolver(system)
    solver.solve()
    seconds = time.perf_counter() - began
    points = []
    for solution in solver.finite_solutions():
        point = [[0.0, 0.0] for _ in variables]
        for place, i in enumerate(order):
            value = solution[place]
            point[i] = [float(value.real), float(value.imag)]
        points.append(point)
    return {"points": points, "seconds": seconds, "memory": peak_memory()}


def expression(bertini, variables, polynomial):
    """A polynomial with rational coefficients as a Bertini function."""
    total = None
    for coefficient, exponents in polynomial:
        term = bertini.rational_mp(coefficient)
        for variable, power in zip(variables, exponents):
            for _ in range(power):
                term = variable * term
        total = term if total is None else total + term
    return total


if __name__ == "__main__":
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # Bertini prints to descriptor 1.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    answers.write(json.dumps(solve(json.load(sys.stdin))) + "\n")
