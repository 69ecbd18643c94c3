"""Tables of components against elimination, closed forms and descents: they agree, and every kind of difference is seen."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest

from critscape.algebra.components.component import Kind
from critscape.algebra.critical.levels import Level
from critscape.algebra.elimination import msolve
from critscape.problems.files.problem_file import read
from critscape.problems.spaces.linear_values import critical_values
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.soak.against_elimination import compared
from critscape.scripts.studies.soak.component_comparison import (
    differs_from_closed_form,
    differs_from_elimination,
    missed_by_rows,
)
from critscape.scripts.studies.soak.special import COMMON_RIDGE, NO_RIDGE, special_problem

pytestmark = pytest.mark.usefixtures("answers_once")

needs_msolve = pytest.mark.skipif(not msolve.available(), reason=msolve.HOW_TO_INSTALL)
BOTTLENECK = {"architecture": {"family": "linear", "widths": [2, 1, 2]}, "data": {"inputs": [[1, 0], [0, 1]], "targets": [[2, 0], [0, 1]]}}


def tabulated(document):
    problem = read(document)
    return problem, solve(problem, Options(engine="batch", components=True)).table


def test_the_problems_have_the_ridges_they_are_named_for():
    common = [special_problem(COMMON_RIDGE, seed) for seed in range(60)]
    assert all(len(set(problem.ridge)) == 1 and problem.ridge[0] > 0 for problem in common)
    assert len({problem.network.family for problem in common}) > 10
    free = [special_problem(NO_RIDGE, seed) for seed in range(60)]
    kinds = Counter(any(problem.ridge) for problem in free)
    assert kinds[True] > 20 and kinds[False] > 20 and all(0 in problem.ridge for problem in free)
    assert all(critical_values(problem) is not None for problem in free)
    assert {len(problem.network.widths) for problem in free} == {2, 3, 4, 5}
    assert common[:9] == [special_problem(COMMON_RIDGE, seed) for seed in range(9)]


def test_critical_values_in_closed_form():
    problem = read(BOTTLENECK)
    assert [float(v.mid()) for v in critical_values(problem)] == [0.5, 2, 2.5]
    # One layer: least squares alone.
    one = read({"architecture": {"family": "linear", "widths": [1, 1]}, "data": {"inputs": [[1], [1]], "targets": [[1], [3]]}})
    assert [float(v.mid()) for v in critical_values(one)] == [1]
    # A ridge on one of two blocks leaves ½‖Y‖² alone; on both there is no such form.
    partly = read({**BOTTLENECK, "ridge": ["1/2", 0]})
    assert [float(v.mid()) for v in critical_values(partly)] == [2.5]
    assert critical_values(read({**BOTTLENECK, "ridge": "1/2"})) is None


@needs_msolve
def test_every_kind_of_difference_is_seen():
    problem, table = tabulated(BOTTLENECK)
    assert differs_from_elimination(problem, table, 60) is None and differs_from_closed_form(problem, table) is None

    def mutated(change):
        return replace(table, rows=tuple(replace(row, **change(row)) for row in table.rows))

    assert "critical values" in differs_from_elimination(problem, replace(table, seen=table.seen + 1), 60)
    wider = mutated(lambda row: {"component": replace(row.component, dimension=row.component.dimension + 1)})
    assert "elimination has dimension" in differs_from_elimination(problem, wider, 60)
    narrower = replace(table, accounts=tuple(replace(account, limits=()) for account in table.accounts))
    assert "kernel of dimension -1" in differs_from_elimination(problem, narrower, 60)
    assert "not certified" in differs_from_elimination(problem, mutated(lambda row: {"level": Level.NUMERICAL}), 60)
    assert "evidence" in differs_from_elimination(problem, replace(table, complete=False), 60)
    assert "no row has the loss 0.5" in differs_from_closed_form(problem, replace(table, rows=table.rows[1:]))
    moved = mutated(lambda row: {"component": replace(row.component, loss=row.component.loss + 1)})
    assert "which the closed form does not" in differs_from_closed_form(problem, moved)
    spurious = mutated(lambda row: {"component": replace(row.component, kind=Kind.SPURIOUS_MINIMUM)})
    assert "spurious local minimum at loss 0.5" in differs_from_closed_form(problem, spurious)
    everything = mutated(lambda row: {"component": replace(row.component, kind=Kind.GLOBAL_MINIMUM)})
    assert "global minimum at loss 2" in differs_from_closed_form(problem, everything)
    saddles = mutated(lambda row: {"component": replace(row.component, kind=Kind.STRICT_SADDLE)})
    assert differs_from_closed_form(problem, saddles) == "no minimum"
    assert "certified only" in differs_from_closed_form(problem, mutated(lambda row: {"level": Level.CERTIFIED}))


def test_descents_end_in_rows_of_minima_and_a_missing_one_is_seen():
    problem, table = tabulated(
        {
            **BOTTLENECK,
            "architecture": {"family": "linear", "widths": [1, 2, 1]},
            "data": {"inputs": [[1]], "targets": [[2]]},
            "ridge": "1/2",
        }
    )
    assert missed_by_rows(problem, table, 0) is None
    without = replace(table, rows=tuple(row for row in table.rows if row.component.kind is not Kind.GLOBAL_MINIMUM))
    assert "no row is a minimum" in missed_by_rows(problem, without, 0)


@pytest.mark.parametrize(
    "widths, targets, ridge",
    [
        # Points on a plane of saddles at which relations of degree one vanish.
        ([2, 2, 1], [["5/4"], ["-1/4"], ["-3/2"]], 0),
        # Paths like ε^(−1/4), followed in multiprecision: seconds.
        pytest.param([2, 2, 1], [["-5/4"], ["-1/4"], ["3/4"]], [0, "1/2"], marks=pytest.mark.slow),
        pytest.param([1, 2, 2], [["3/4", "3/4"], ["1/4", "-2"], [1, 0]], ["1/4", 0], marks=pytest.mark.slow),
    ],
)
def test_generic_points_of_planes_of_saddles_are_proved(widths, targets, ridge):
    inputs = [[Fraction(k * k - 2 * k - 1, 4), Fraction(3 - 2 * k, 2)][: widths[0]] for k in range(3)]
    document = {
        "architecture": {"family": "linear", "widths": widths},
        "data": {"inputs": [[str(x) for x in row] for row in inputs], "targets": targets},
    }
    _, table = tabulated({**document, "ridge": ridge})
    saddles = [row for row in table.rows if row.component.kind is Kind.STRICT_SADDLE]
    assert all(row.level is Level.PROVED for row in table.rows)
    assert [(row.component.dimension, row.component.exact_dimension, row.paths) for row in saddles] == [(2, True, 1)]


@needs_msolve
@pytest.mark.parametrize(
    "kind, seed", [(COMMON_RIDGE, 0), (COMMON_RIDGE, 6), (COMMON_RIDGE, 14), (NO_RIDGE, 4), (NO_RIDGE, 9), (NO_RIDGE, 24)]
)
def test_tables_agree(kind, seed):
    assert compared((kind, seed)).difference is None


@needs_msolve
@pytest.mark.slow  # a quarter of an hour for each kind
@pytest.mark.parametrize("seed", range(200))
@pytest.mark.parametrize("kind", [COMMON_RIDGE, NO_RIDGE])
def test_two_hundred_tables_agree(kind, seed):
    assert compared((kind, seed)).difference is None
