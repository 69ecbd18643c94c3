"""Every published or derived count up to 225 points (ORACLES.md), proved: boxes, indices, and an exact upper bound that they meet."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from algebra import msolve
from algebra.checker import first_failure, read_claims
from problems.linear import Linear
from problems.problem import Problem, load, loss, parse, read
from problems.quadratic import Quadratic
from problems.random_data import random_problem
from scripts.answer import certified_answer

EXAMPLES = Path(__file__).parents[2] / "problems" / "examples"


def fixed(*numbers):
    return tuple(map(Fraction, numbers))


def one_hidden_layer(inputs, hidden, outputs):
    """Bharadwaj–Hoşten: N_C = Σ_s 4^s C(d, s) C(d_y, s) for one sample."""
    from math import comb

    return sum(4**s * comb(hidden, s) * comb(outputs, s) for s in range(hidden + 1))


CASES = [
    *((random_problem(Linear((x, d, y)), 1, 3), one_hidden_layer(x, d, y)) for x in (1, 2, 3) for d in (1, 2) for y in (1, 2)),
    (random_problem(Linear((2, 1, 2)), 2, 3), 17),
    (random_problem(Linear((2, 1, 2)), 4, 3), 17),
    (random_problem(Linear((2, 1, 3)), 2, 3), 25),
    (random_problem(Linear((1, 2, 1)), 3, 3), 9),
    (random_problem(Linear((1, 1, 1, 1)), 1, 3), 17),
    (random_problem(Linear((1, 1, 1, 1, 1)), 1, 3), 49),
    (random_problem(Linear((1, 1, 2, 1)), 1, 3), 33),
    (random_problem(Quadratic(1, 1, fixed(1)), 2, 3), 3),
    (random_problem(Quadratic(2, 1, fixed(1)), 2, 3), 9),
    (random_problem(Quadratic(2, 2, fixed(1, 1)), 3, 3), 33),
    (random_problem(Quadratic(3, 1, fixed(1)), 3, 3), 27),
    (random_problem(Quadratic(3, 1, fixed(1)), 2, 3), 9),
    (random_problem(Quadratic(1, 1, None), 2, 3), 9),
    (random_problem(Quadratic(2, 1, None), 2, 3), 33),
    (random_problem(Quadratic(1, 2, None), 2, 3), 33),
    # Worked examples: widths 1-2-2 with its data; the chain with ridge 1/4.
    (Problem(Linear((1, 2, 2)), (fixed(1),), (fixed(2, 3),), fixed(4, 5, 6, 7, 8, 9)), 33),
    (load(EXAMPLES / "1-1-1-1-spurious-origin.json"), 17),
]
SLOW = [
    (random_problem(Linear((2, 2, 2)), 2, 3), 225),
    (random_problem(Linear((2, 2, 2)), 5, 3), 225),
    (load(EXAMPLES / "2-2-2-equal-outgoing-ridges.json"), 205),
    (random_problem(Linear((2, 1, 1, 2)), 2, 3), 81),
]


def named(value):
    return f"{value.network.title}, {value.samples}" if isinstance(value, Problem) else None


@pytest.mark.parametrize(("problem", "count"), [*CASES, *(pytest.param(*case, marks=pytest.mark.slow) for case in SLOW)], ids=named)
def test_the_count_is_proved(problem, count, tmp_path):
    result = certified_answer(problem, "batch", 0, 1, 20000, True, False, tmp_path / "certificate.json")
    assert (result["status"], result["counts"]["complex"], result["counts"]["degenerate"]) == ("complete", count, 0)
    assert set(result["levels"].values()) == {"proved"}
    assert all(point["certified"] for point in result["critical_points"])
    assert all((point["index"] is not None) == point["real"] for point in result["critical_points"])
    # A stranger has the text alone.
    content = parse((tmp_path / "certificate.json").read_text(), "certificate")
    claims = read_claims(content, problem.dimension)
    assert (claims.complex_at_least, len(claims.points)) == (count, count)
    assert claims.upper_bound is not None and claims.upper_bound.bound == count
    assert first_failure(loss(read(content["problem"])), claims) is None
    if msolve.available():
        assert msolve.quotient_dimension(loss(problem), msolve.PRIMES[0], 60) == (count, count)


PUBLISHED = Path(__file__).parents[2] / "problems" / "tables"


def test_every_small_published_row_is_among_the_cases():
    """The rows of the published tables with one hidden layer of at most two units and at most two outputs."""
    rows = [row for file in PUBLISHED.glob("bharadwaj*") for row in json.loads(file.read_text())["rows"]]
    widths = {tuple(row["architecture"]["widths"]) for row in rows}
    small = {w for w in widths if len(w) == 3 and w[1] <= 2 and w[2] <= 2 and w[0] <= 3}
    assert small and small <= {problem.network.widths for problem, _ in CASES if isinstance(problem.network, Linear)}
