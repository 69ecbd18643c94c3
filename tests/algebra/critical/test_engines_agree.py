"""PHCpack and our own tracker agree point by point on every oracle that PHCpack can reach.

The engines share neither start systems nor start sets nor trackers. The properties that each test records make a table, the
numbers of critical points and the seconds of either engine: ``pytest -m slow --junitxml FILE -o junit_family=legacy``.
"""

import time
from fractions import Fraction
from importlib import resources
from itertools import product

import numpy as np
import pytest

from critscape.algebra.phcpack.engine import available
from critscape.problems.files.problem_file import read
from critscape.problems.input.json_file import parse
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

pytestmark = [
    pytest.mark.slow,
    pytest.mark.phcpy,
    pytest.mark.skipif(not available(), reason="phcpy is not installed (Debian's python3-phcpy)"),
]

ONE = Fraction(1)

GENERIC = [
    # (network, samples, N_C)
    (Linear((2, 1, 2)), 3, 17),
    (Linear((1, 2, 1)), 2, 9),
    (Linear((1, 1, 1)), 2, 5),
    (Linear((2, 1, 3)), 3, 25),
    (Linear((1, 1, 2, 1)), 1, 33),
    (Linear((1, 1, 1, 1, 1)), 1, 49),
    (Linear((2, 2, 2)), 2, 225),
    (Linear((2, 2, 2)), 4, 225),
    (Linear((2, 1, 1, 2)), 2, None),
    (Quadratic(1, 1, (ONE,)), 2, 3),
    (Quadratic(2, 1, (ONE,)), 3, 9),
    (Quadratic(2, 2, (ONE, ONE)), 3, 33),
    (Quadratic(3, 1, (ONE,)), 3, 27),
    (Quadratic(1, 1, None), 2, 9),
    (Quadratic(2, 1, None), 3, 33),
    (Quadratic(1, 2, None), 2, 33),
    (Quadratic(2, 2, None), 3, 481),
]

# Bharadwaj and Hoşten, arXiv 2301.12651, d, d_y ≤ 2: (H, d, d_y) → N_C, for every d_x; those with a mixed volume of a few thousand.
PUBLISHED = {(1, 1, 1): 5, (1, 1, 2): 9, (1, 2, 1): 9, (1, 2, 2): 33, (2, 1, 1): 17, (2, 1, 2): 33}
CASES = [
    *GENERIC,
    *((Linear((d_x, *[d] * h, d_y)), 1, count) for ((h, d, d_y), count), d_x in product(PUBLISHED.items(), (1, 2, 3))),
    (Linear((1, 2, 2, 1)), 1, 129),
]

EXAMPLES = [
    # (file, status, N_C)
    ("1-1-1.json", "complete", 5),
    ("1-1-1-1-spurious-origin.json", "complete", 17),
    ("1-2-2-one-sample.json", "complete", 33),
    ("2-1-2.json", "complete", 17),
    ("2-2-2.json", "complete", 225),
    ("2-2-2-equal-outgoing-ridges.json", "complete", 205),
    ("quadratic-1-1-trained.json", "complete", 9),
    ("quadratic-2-1-trained.json", "complete", 33),
    ("quadratic-2-1-norm.json", "complete", None),
    ("quadratic-2-2.json", "complete", 33),
]


def compared(problem, status, count, record_property):
    results = {}
    for engine in ("batch", "phcpy"):
        began = time.perf_counter()
        results[engine] = solve(problem, Options(engine=engine, points="all")).document
        record_property(f"{engine} seconds", round(time.perf_counter() - began, 1))
        record_property(f"{engine} N_C", results[engine]["counts"]["complex"])
    ours, theirs = results["batch"], results["phcpy"]
    assert (ours["engine"]["name"], theirs["engine"]["name"]) == ("batch", "phcpy")
    assert ours["start_set"]["engine"] == "batch" and theirs["start_set"]["engine"] == "phcpy"
    assert ours["status"] == theirs["status"] == status, (ours.get("reason"), theirs.get("reason"))
    assert ours["counts"] == theirs["counts"]
    assert count in (None, ours["counts"]["complex"])
    mine, other = coordinates(ours), coordinates(theirs)
    distances = np.abs(mine[:, None, :] - other[None, :, :]).max(axis=2)
    assert (distances.min(axis=1) <= 1e-12 * (1 + np.abs(mine).max(axis=1))).all(), distances.min(axis=1).max()
    assert sorted(distances.argmin(axis=1)) == list(range(len(mine))) == list(range(ours["counts"]["complex"]))
    for one, k in zip(ours["critical_points"], distances.argmin(axis=1)):
        twin = theirs["critical_points"][k]
        assert all(one[key] == twin[key] for key in ("real", "index", "global_minimum"))


def coordinates(result):
    """The critical points in double precision, (N, n)."""
    rows = [point["point"] for point in result["critical_points"]]
    return np.array([[complex(*map(float, z)) if isinstance(z, list) else complex(float(z)) for z in row] for row in rows])


@pytest.mark.parametrize(("network", "samples", "count"), CASES, ids=[f"{n.title}, m = {m}" for n, m, _ in CASES])
def test_generic_data(network, samples, count, record_property):
    compared(random_problem(network, samples, 2301), "complete", count, record_property)


@pytest.mark.parametrize(("name", "status", "count"), EXAMPLES, ids=[name for name, *_ in EXAMPLES])
def test_shipped_examples(name, status, count, record_property):
    text = resources.files("problems").joinpath("examples", name).read_text(encoding="utf-8")
    compared(read(parse(text, name)), status, count, record_property)
