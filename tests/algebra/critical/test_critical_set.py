"""Whole enumerations against exact oracles and invariants."""

from fractions import Fraction

import pytest

from critscape.algebra.elimination import msolve
from critscape.problems.criteria.squared import least_squares
from critscape.problems.files.problem_file import read
from critscape.problems.input.json_file import parse
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

ONE = Fraction(1)


def fraction_rows(*rows):
    return tuple(tuple(Fraction(x) for x in row) for row in rows)


def solved(problem, seed=0, engine="batch", every_point=False):
    return solve(problem, Options(engine=engine, seed=seed, points="all" if every_point else "real")).document


GENERIC = [
    # (network, samples, N_C, N_C*)
    (Linear((1, 1, 1)), 2, 5, 4),
    (Linear((2, 1, 2)), 3, 17, 16),
    (Linear((1, 2, 1)), 2, 9, None),
    (Linear((2, 2, 1)), 1, 9, 0),  # Bharadwaj–Hoşten, Theorem: Σ 4^s C(2,s) C(1,s)
    (Linear((1, 2, 2)), 1, 33, 16),
    pytest.param(Linear((3, 2, 2)), 1, 33, 16, marks=pytest.mark.slow),
    (Linear((2, 1, 3)), 2, 25, None),
    (Linear((2, 3, 2)), 1, 73, 0),
    (Linear((1, 1, 1, 1)), 1, 17, 16),  # 1 + H·2^(H+1) with H = 2
    (Linear((1, 1, 1, 1, 1)), 1, 49, None),  # … H = 3
    (Linear((1, 1, 2, 1)), 1, 33, None),
    (Quadratic(1, 1, (ONE,)), 2, 3, None),
    (Quadratic(2, 1, (ONE,)), 2, 9, None),
    (Quadratic(2, 1, (ONE,)), 1, 3, None),  # 3^min(m, d)
    (Quadratic(3, 1, (ONE,)), 2, 9, None),
    (Quadratic(2, 2, (ONE, ONE)), 3, 33, None),
    (Quadratic(3, 1, (ONE,)), 3, 27, None),
    (Quadratic(1, 1, None), 2, 9, None),
    (Quadratic(2, 1, None), 2, 33, None),
    (Quadratic(1, 2, None), 2, 33, None),
]


@pytest.mark.parametrize(("network", "samples", "complex_count", "torus_count"), GENERIC, ids=lambda x: getattr(x, "title", x))
def test_generic_counts(network, samples, complex_count, torus_count):
    result = solved(random_problem(network, samples, 11))
    counts = result["counts"]
    assert (result["status"], counts["complex"], counts["degenerate"]) == ("complete", complex_count, 0)
    assert torus_count in (None, counts["complex_torus"])
    check_invariants(result)


def check_invariants(result):
    counts, paths = result["counts"], result["paths"]
    assert sum((-1) ** int(index) * number for index, number in counts["by_index"].items()) == 1
    assert (counts["complex"] - counts["real"]) % 2 == 0 and counts["real"] % 2 == 1
    assert sum(counts["by_index"].values()) == counts["real"] == len([p for p in result["critical_points"] if p["real"]])
    assert paths["tracked"] == sum(paths[fate] for fate in ("finished", "at_infinity", "singular", "failed"))
    assert all(entry["holds"] for entry in result["evidence"].values())
    assert counts["global_minima"] + counts["spurious_minima"] == counts["local_minima"] == counts["by_index"].get("0", 0)


@pytest.mark.parametrize("samples", [1, 2, 5])
def test_widths_2_2_2(samples):
    result = solved(random_problem(Linear((2, 2, 2)), samples, 3), seed=samples)
    assert (result["status"], result["counts"]["complex"]) == ("complete", 33 if samples == 1 else 225)
    if samples > 1:
        assert result["symmetry"] == {"order": 4, "orbits": {"1": 1, "2": 16, "4": 48}}
    check_invariants(result)


def test_equal_ridges_on_the_outgoing_weights_of_a_unit_leave_205_points():
    problem = least_squares(
        Linear((2, 2, 2)),
        fraction_rows(["9/5", "-31/7"], ["1/2", "3/7"]),
        fraction_rows(["22/7", "-12/5"], ["34/7", "-7/2"]),
        tuple(map(Fraction, ("9/50", "11/50", "18/25", "21/50", "7/25", "29/50", "4/5", "29/50"))),
    )
    result = solved(problem)
    assert (result["status"], result["counts"]["complex"], result["paths"]["at_infinity"]) == ("complete", 205, 20)


def test_the_spurious_origin():
    chain = least_squares(Linear((1, 1, 1, 1)), ((ONE,),), ((Fraction(5, 4),),), (Fraction(1, 4),) * 3)
    result = solved(chain)
    assert result["counts"]["by_index"] == {"0": 5, "1": 4}
    assert (result["counts"]["complex"], result["counts"]["real"], result["counts"]["spurious_minima"]) == (17, 9, 1)
    spurious = [p for p in result["critical_points"] if p["kind"] == "spurious local minimum"]
    assert [(p["point"], p["loss"]) for p in spurious] == [(["0", "0", "0"], spurious[0]["loss"])]
    assert spurious[0]["loss"].startswith("0.78125")  # 25/32
    minima = [p for p in result["critical_points"] if p["global_minimum"]]
    assert len(minima) == 4 and all(p["loss"].startswith("0.40625") for p in minima)  # 13/32
    saddles = [p for p in result["critical_points"] if p["index"] == 1]
    for saddle in saddles:
        w = [abs(float(value)) for value in saddle["point"]]
        assert w == pytest.approx([0.2013140] * 3, abs=1e-6) and float(saddle["loss"]) == pytest.approx(0.7862826, abs=1e-7)
        assert w[0] ** 3 + w[0] ** 2 + w[0] == pytest.approx(0.25, abs=1e-12)


def test_the_worked_example_of_bharadwaj_and_hosten():
    problem = least_squares(Linear((1, 2, 2)), ((ONE,),), ((Fraction(2), Fraction(3)),), tuple(map(Fraction, (4, 5, 6, 7, 8, 9))))
    counts = solved(problem)["counts"]
    assert (counts["complex"], counts["complex_torus"], counts["real"]) == (33, 16, 1)


@pytest.mark.parametrize(("x", "y", "real"), [(1, 2, 3), (2, 1, 3), (1, 1, 1), ("1/2", 1, 1)])
def test_one_unit_one_sample_has_three_real_points_beyond_the_threshold(x, y, real):
    # N_R = 3 iff (Σ x²/λ)(Σ y²/μ) > 1; λ = 1 and μ = 3/2 keep the cases off the threshold.
    problem = least_squares(Linear((1, 1, 1)), fraction_rows([x]), fraction_rows([y]), (ONE, Fraction(3, 2)))
    assert solved(problem)["counts"]["real"] == real


def test_at_the_threshold_the_origin_is_degenerate_and_said_to_be():
    problem = least_squares(Linear((1, 1, 1)), ((ONE,),), ((ONE,),), (ONE, ONE))
    result = solved(problem)
    assert (result["status"], result["counts"]["complex"], result["counts"]["degenerate"]) == ("incomplete", 3, 1)
    assert "degenerate" in result["reason"]
    (origin,) = [p for p in result["critical_points"] if p["kind"] == "degenerate"]
    assert (origin["multiplicity"], origin["certified"], origin["index"]) == (3, False, None)


def test_close_critical_points_are_told_apart():
    # Just beyond the threshold the three points are 1e-3 apart and all three are certified.
    problem = least_squares(Linear((1, 1, 1)), ((Fraction(1000001, 1000000),),), ((ONE,),), (ONE, ONE))
    result = solved(problem)
    assert (result["status"], result["counts"]["complex"], result["counts"]["real"]) == ("complete", 5, 3)


def test_linear_regression_has_one_critical_point():
    problem = least_squares(Linear((2, 1)), fraction_rows([1, 2], [3, "1/2"], [0, 1]), fraction_rows([1], [2], [5]), (Fraction(0),) * 2)
    result = solved(problem)
    assert (result["status"], result["counts"]["complex"], result["counts"]["by_index"]) == ("complete", 1, {"0": 1})


INFINITE = [
    (Linear((2, 2, 2)), 1, "rotations O(2)"),
    (Linear((2, 2, 2)), 0, "ridge is zero"),
    (Linear((1, 1, 1)), 0, "ridge is zero"),
    (Quadratic(2, 2, (ONE, ONE)), 1, "rotations O(2)"),
    (Quadratic(1, 1, None), 0, "ridge is zero"),
]


@pytest.mark.parametrize(("network", "ridge", "reason"), INFINITE, ids=lambda x: getattr(x, "title", x))
def test_a_critical_set_that_is_not_finite_is_said_and_lists_nothing(network, ridge, reason):
    weights = sum(block.size for block in network.blocks)
    result = solved(random_problem(network, 3, 2, ridge=(Fraction(ridge),) * weights))
    assert (result["status"], result["counts"]["complex"], result["critical_points"]) == ("not-finite", None, [])
    assert reason in result["reason"]


def test_rank_deficient_data_waste_no_path():
    problem = read(
        parse(
            '{"architecture": {"family": "linear", "widths": [2, 2, 2]},'
            ' "data": {"inputs": [[1, 2], [2, 4], [-1, -2]], "targets": [[1, 0], [2, 5], [1, 1]]},'
            ' "ridge": [[["1/2", 1], ["1/3", 2]], [["1/5", "1/7"], ["1/11", "3/7"]]]}',
            "x",
        )
    )
    result = solved(problem)
    assert (result["status"], result["counts"]["complex"], result["paths"]["tracked"]) == ("complete", 33, 33)


def test_all_points_are_listed_with_thirty_digits():
    result = solved(random_problem(Linear((2, 1, 2)), 2, 5), every_point=True)
    points = result["critical_points"]
    assert len(points) == 17
    for point in points:
        parts = point["point"] if point["real"] else [part for pair in point["point"] for part in pair]
        assert all(part == "0" or len(part.replace("-", "").replace(".", "").split("e")[0].lstrip("0")) >= 30 for part in parts)


def test_the_seed_fixes_the_result():
    problem = random_problem(Linear((2, 1, 2)), 2, 5)
    first, second = solved(problem, 4), solved(problem, 4)
    for result in (first, second):
        del result["seconds"]
    assert first == second


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_no_seed_loses_a_point(seed):
    # Some of these stand with a mark of their own.
    cases = [getattr(case, "values", case) for case in GENERIC]
    for network, samples, count, _ in [*cases, (Linear((2, 2, 2)), 4, 225, None)]:
        result = solved(random_problem(network, samples, 100 + seed), seed)
        assert (result["status"], result["counts"]["complex"]) == ("complete", count), network.title
        check_invariants(result)


NEARLY_SPECIAL = [
    # (ridge of W1, ridge of W2, N_C, N_R) for widths 2-1-2; counts by elimination over ℚ (msolve).
    (["1", "2"], ["3", "300000000001/100000000000"], 17, None),
    (["1/100000000000000", "1"], ["0", "3"], 13, 5),
]


@pytest.mark.parametrize(("inward", "outward", "complex_count", "real_count"), NEARLY_SPECIAL)
def test_far_away_points_of_nearly_special_data_are_not_taken_for_infinity(inward, outward, complex_count, real_count):
    problem = least_squares(
        Linear((2, 1, 2)),
        fraction_rows([1, 2], [2, -1], [1, 1]),
        fraction_rows([1, 0], [2, 1], [0, 3]),
        tuple(map(Fraction, inward + outward)),
    )
    counts = solved(problem)
    assert (counts["status"], counts["counts"]["complex"]) == ("complete", complex_count)
    assert real_count in (None, counts["counts"]["real"])


@pytest.mark.parametrize(
    "problem",
    [
        least_squares(Quadratic(1, 1, (ONE,)), ((ONE,),), ((Fraction(1, 2),),), (ONE,)),  # L' = 2 w³
        least_squares(Linear((1, 1, 1)), ((Fraction(2),),), ((Fraction(1, 2),),), (ONE, ONE)),
        least_squares(Quadratic(1, 1, (ONE,), True), ((ONE,),), ((ONE,),), (ONE, ONE)),
    ],
    ids=["quartic", "threshold", "norm"],
)
def test_triple_points_are_degenerate_whatever_the_units(problem):
    result = solved(problem)
    assert (result["status"], result["counts"]["degenerate"], result["paths"]["singular"]) == ("incomplete", 1, 3)


def test_global_minima_are_named_only_when_none_can_be_missing():
    result = solved(least_squares(Linear((1, 1, 1)), ((ONE,),), ((ONE,),), (ONE, ONE)))
    assert not any(point["global_minimum"] for point in result["critical_points"])


NEARLY_SPECIAL = {
    # What an adversary found: answers that were called complete and were not.
    "unequal outer weights": (
        {
            "architecture": {"family": "quadratic", "inputs": 1, "units": 2, "output": ["1", "1e-9"]},
            "data": {"inputs": [[1]], "targets": [[1]]},
            "ridge": [[["1/10"], ["1/7"]]],
        },
        5,
    ),
    "outer weights of both signs": (
        {
            "architecture": {"family": "quadratic", "inputs": 2, "units": 2, "output": ["1", "-1e-9"]},
            "data": {"inputs": [[2, 2], [-2, 1], [1, -1], [-2, 3]], "targets": [[-3], [-4], [4], [-1]]},
            "ridge": [[["1/10", "1/5"], ["81e-10", "148e-10"]]],
        },
        33,
    ),
    "ridges that differ in the seventieth digit": (
        {
            "architecture": {"family": "linear", "widths": [2, 1, 2]},
            "data": {"inputs": [[1, 2], [2, 1]], "targets": [[1, 2], [3, "1/2"]]},
            "ridge": [[["1/10", "1/5"]], [["1/7"], [f"{10**70 + 7}/{7 * 10**70}"]]],
        },
        17,
    ),
}


@pytest.mark.parametrize("name", NEARLY_SPECIAL)
def test_nearly_special_data_are_complete_with_all_points_or_incomplete(name):
    document, count = NEARLY_SPECIAL[name]
    result = solved(read(document))
    found = (result["status"], result["counts"]["complex"])
    assert found == ("complete", count) or (result["status"] == "incomplete" and "digit" in name)


def test_losses_that_agree_to_all_digits_are_no_tie():
    document = {
        "architecture": {"family": "quadratic", "inputs": 2, "units": 1},
        "data": {"inputs": [[1, 0], [0, 1], [1, 1], [1, -1]], "targets": [[1], [1], [0], [0]]},
        "ridge": [[["1/10", f"{10**79 + 1}/{10**80}"]]],
    }
    result = solved(read(document))
    # Exact algebra tells them apart, and nothing else does.
    tied = 2 if msolve.available() else None
    assert (result["status"], result["counts"]["complex"], result["counts"]["global_minima"]) == ("complete", 9, tied)
    assert sum(point["global_minimum"] is True for point in result["critical_points"] if point["index"] == 0) == (tied or 0)
