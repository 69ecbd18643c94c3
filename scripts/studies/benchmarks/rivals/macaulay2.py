"""Macaulay2's numerical solver: ``solveSystem`` of its package NumericalAlgebraicGeometry (Leykin, J. Softw. Algebra Geom. 3, 2011)."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import numpy as np

from critscape.algebra.polynomial.loss import Loss, gradient, terms
from critscape.scripts.studies.benchmarks.rivals.answer import Answer, RivalError
from critscape.scripts.studies.benchmarks.rivals.process import run

NAME = "Macaulay2"
HOW_TO_INSTALL = "apt install macaulay2"

SCRIPT = """needsPackage "NumericalAlgebraicGeometry";
setRandomSeed {seed};
R = CC[x_0..x_{last}];
F = {{{system}}};
T = elapsedTiming (S = solveSystem F);
print("seconds " | toString(T#0));
print("memory " | concatenate select(lines get "/proc/self/status", line -> match("VmHWM", line)));
scan(S, s -> print("point " | concatenate between(" ", flatten apply(coordinates s, z -> {{format(17, realPart z), format(17, imaginaryPart z)}}))));
exit 0
"""


def available() -> bool:
    """Whether the program M2 is on the path."""
    return shutil.which("M2") is not None


def solve(loss: Loss, limit: float, seed: int) -> Answer:
    """All that ``solveSystem`` returns for ∇L = 0 (total degree start, default options), within ``limit`` seconds.

    Raises
    ------
    RivalError : it gave no answer.
    """
    system = ", ".join(polynomial_text(slope) for slope in gradient(loss))
    script = SCRIPT.format(seed=seed, last=loss.dimension - 1, system=system)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "system.m2"
        file.write_text(script, encoding="utf-8")
        return parsed(run(["M2", "--script", str(file)], "", limit, {}), loss.dimension)


def polynomial_text(polynomial) -> str:
    """A polynomial in Macaulay2's syntax, its coefficients exact."""
    summands = []
    for exponents, c in terms(polynomial).items():
        powers = "".join(f"*x_{i}^{power}" for i, power in enumerate(exponents) if power)
        summands.append(f"({c.numerator}/{c.denominator}){powers}")
    return "+".join(summands)


def parsed(printed: str, dimension: int) -> Answer:
    """The answer in what the script printed.

    >>> parsed("seconds .25\\nmemory VmHWM:\\t 12 kB\\npoint 1.5 0 -.5 2e-3\\n", 2)
    Answer(points=array([[ 1.5+0.j   , -0.5+0.002j]]), count=1, seconds=0.25, memory=12288, real=False)
    """
    points, seconds, memory = [], None, None
    for line in printed.splitlines():
        word, _, rest = line.partition(" ")
        if word == "seconds":
            seconds = float(rest)
        elif word == "memory" and rest.split()[1:2]:
            memory = int(rest.split()[1]) * 1024
        elif word == "point":
            points.append([float(entry) for entry in rest.split()])
    if seconds is None:
        raise RivalError("its answer could not be read")
    array = np.array(points).reshape(-1, dimension, 2) @ np.array([1, 1j])
    return Answer(array, len(array), seconds, memory)
