"""Every published or derived count up to 225 points, proved: boxes, indices, and an exact upper bound that they meet."""

import json
from fractions import Fraction
from itertools import product
from math import comb
from pathlib import Path

import pytest

from critscape.algebra.certificates.checker import first_failure
from critscape.algebra.certificates.claims import read_claims
from critscape.algebra.elimination import msolve
from critscape.problems.criteria.squared import least_squares
from critscape.problems.files.problem_file import load, read
from critscape.problems.input.json_file import parse
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.problem.problem import Problem, loss
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.studies.answer import certified, solve
from critscape.scripts.studies.options import Options

EXAMPLES = Path(__file__).parents[3] / "problems" / "examples"


def fixed(*numbers):
    return tuple(map(Fraction, numbers))


def one_hidden_layer(hidden, outputs):
    """Bharadwaj–Hoşten, one sample: N_C = Σ_s 4^s C(d, s) C(d_y, s), N_C* = 4^d C(d_y, d)."""
    return {
        "complex": sum(4**s * comb(hidden, s) * comb(outputs, s) for s in range(hidden + 1)),
        "complex_torus": 4**hidden * comb(outputs, hidden),
    }


def points(number, **others):
    return {"complex": number, **others}


CASES = [
    *(
        (random_problem(Linear((x, d, y)), 1, 3), one_hidden_layer(d, y))
        for x, d, y in product((1, 2, 3), (1, 2), (1, 2))
        if (x, d, y) != (3, 2, 2)
    ),
    (random_problem(Linear((2, 1, 2)), 2, 3), points(17)),
    (random_problem(Linear((2, 1, 2)), 4, 3), points(17)),
    (random_problem(Linear((2, 1, 3)), 2, 3), points(25)),
    (random_problem(Linear((1, 2, 1)), 3, 3), points(9)),
    (random_problem(Linear((1, 1, 1, 1)), 1, 3), points(17)),
    (random_problem(Linear((1, 1, 1, 1, 1)), 1, 3), points(49)),
    (random_problem(Linear((1, 1, 2, 1)), 1, 3), points(33)),
    (random_problem(Quadratic(1, 1, fixed(1)), 2, 3), points(3)),
    (random_problem(Quadratic(2, 1, fixed(1)), 2, 3), points(9)),
    (random_problem(Quadratic(2, 2, fixed(1, 1)), 3, 3), points(33)),
    (random_problem(Quadratic(3, 1, fixed(1)), 3, 3), points(27)),
    (random_problem(Quadratic(3, 1, fixed(1)), 2, 3), points(9)),
    (random_problem(Quadratic(3, 1, fixed(1)), 1, 3), points(3)),
    (random_problem(Quadratic(1, 1, fixed(1)), 1, 3), points(3)),
    (random_problem(Quadratic(1, 1, None), 2, 3), points(9)),
    (random_problem(Quadratic(2, 1, None), 2, 3), points(33)),
    (random_problem(Quadratic(1, 2, None), 2, 3), points(33)),
    # Worked examples: widths 1-2-2 with its data; the chain with ridge 1/4.
    (least_squares(Linear((1, 2, 2)), (fixed(1),), (fixed(2, 3),), fixed(4, 5, 6, 7, 8, 9)), points(33, complex_torus=16, real=1)),
    (
        load(EXAMPLES / "1-1-1-1-spurious-origin.json"),
        points(17, real=9, by_index={"0": 5, "1": 4}, global_minima=4, spurious_minima=1),
    ),
]
SLOW = [
    (random_problem(Linear((3, 2, 2)), 1, 3), one_hidden_layer(2, 2)),
    (random_problem(Linear((2, 2, 2)), 2, 3), points(225)),
    (random_problem(Linear((2, 2, 2)), 5, 3), points(225)),
    (load(EXAMPLES / "2-2-2-equal-outgoing-ridges.json"), points(205)),
    (random_problem(Linear((2, 1, 1, 2)), 2, 3), points(81)),
]


def named(value):
    return f"{value.network.title}, {value.samples}" if isinstance(value, Problem) else str(value["complex"])


@pytest.mark.parametrize(("problem", "counts"), [*CASES, *(pytest.param(*case, marks=pytest.mark.slow) for case in SLOW)], ids=named)
def test_the_counts_are_proved(problem, counts, tmp_path):
    result = certified(solve(problem, Options(engine="batch", points="all", prove=True)), tmp_path / "certificate.json").document
    count = counts["complex"]
    assert (result["status"], result["counts"]["degenerate"]) == ("complete", 0)
    assert {name: result["counts"][name] for name in counts} == counts
    assert set(result["levels"].values()) == {"proved"}
    assert all(point["certified"] for point in result["critical_points"])
    assert all((point["index"] is not None) == point["real"] for point in result["critical_points"])
    assert sum(point["real"] for point in result["critical_points"]) == result["counts"]["real"]
    assert sum(result["counts"]["by_index"].values()) == result["counts"]["real"]
    # A stranger has the text alone.
    content = parse((tmp_path / "certificate.json").read_text(), "certificate")
    claims = read_claims(content, problem.dimension)
    assert (claims.complex_at_least, len(claims.points)) == (count, count)
    assert {str(index): number for index, number in claims.by_index_at_least.items()} == result["counts"]["by_index"]
    assert claims.upper_bound is not None and claims.upper_bound.bound == count
    assert first_failure(loss(read(content["problem"])), claims) is None
    if msolve.available():
        assert msolve.quotient_dimension(loss(problem), msolve.PRIMES[0], 60) == (count, count)


PUBLISHED = Path(__file__).parents[3] / "problems" / "tables"


def test_every_small_published_row_is_among_the_cases():
    """The rows of the published tables with one hidden layer of at most two units and at most two outputs."""
    rows = [row for file in PUBLISHED.glob("bharadwaj*") for row in json.loads(file.read_text())["rows"]]
    widths = {tuple(row["architecture"]["widths"]) for row in rows}
    small = {w for w in widths if len(w) == 3 and w[1] <= 2 and w[2] <= 2 and w[0] <= 3}
    assert small and small <= {problem.network.widths for problem, _ in [*CASES, *SLOW] if isinstance(problem.network, Linear)}
