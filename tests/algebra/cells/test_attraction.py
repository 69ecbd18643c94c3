"""Saddles where descent ends from an open set of starting points: by hand, and against runs from random directions around dead units."""

import flint
import numpy as np
import pytest
from flint import arb

from critscape.algebra.cells.arrival import arrived, target
from critscape.algebra.cells.stationary import stationary_sets
from critscape.algebra.cells.strata import strata
from critscape.algebra.cells.subgradient_flow import float_layer, subgradient_flow
from critscape.algebra.cells.table import Kind, table
from tests.algebra.cells.layers import LEAKY, MODULUS, layer, random_layer, two_sided


def found(made):
    answer = table(made, stationary_sets(made))
    assert not answer.undecided and answer.euler_sum == 1
    return answer


@pytest.mark.parametrize(
    ("made", "attracts"),
    [
        # w < 0 sees nothing, and the ridge alone acts.
        (layer([[1]], [2], [("1/2", ["1/2"])]), True),
        # v < 0 comes to w = 0, where L rises on both sides, and v decays.
        (layer([[1]], [2], [("1/2", ["1/2"])], MODULUS), True),
        # On the left g²/w² = (2/10)² is below λΛ = 1/4: v, w < 0 decay together. Above 1/100² they grow, and v < 0 goes there from w > 0.
        (layer([[1]], [2], [("1/2", ["1/2"])], LEAKY), True),
        (layer([[1]], [2], [("1/100", ["1/100"])], LEAKY), False),
        # Of samples on both sides one is always seen, with e > 0: v > 0 grows, and v < 0 comes to w = 0.
        (two_sided(1), True),
        # Of residuals 1 and −1 on the two sides one is met by growth whatever v is.
        (layer([[1], [-1]], [1, -1], [("1/2", ["1/2"])]), False),
    ],
)
def test_one_unit_by_hand(made, attracts):
    answer = found(made)
    (saddle,) = (row for row in answer.rows if row.kind is Kind.SADDLE)
    assert saddle.attracting is attracts and answer.counts["attracting_non_minima"] == int(attracts)


def test_minima_attract_and_maxima_across_a_kink_do_not():
    for seed in (5, 7):
        for row in found(random_layer(seed, 2, 2, 5)).rows:
            if row.kind is not Kind.SADDLE:
                assert row.attracting is (row.kind is not Kind.CLARKE)


@pytest.mark.parametrize(
    "made",
    [
        *(random_layer(seed, 1, 2, 3) for seed in (2, 5, 20)),
        # Two units, with many saddles.
        *(pytest.param(random_layer(seed, 2, 2, 3), marks=pytest.mark.slow) for seed in (2, 5, 16, 20, 22, 24)),
        # Where nothing is seen, w₂ < −|w₁|, the slowest weight is w₂; or it is w₁, and a unit stays on the boundary alone.
        layer([[1, 1], [-1, 1]], [5, -5], [("1/50", ["2", "1"])]),
        layer([[1, 1], [-1, 1]], [5, -5], [("1/50", ["1", "2"])]),
    ],
)
def test_runs_from_around_a_saddle_end_there_if_and_only_if_it_attracts(made):
    rows, floats, places = found(made).rows, float_layer(made), strata(made)
    targets, rng = [target(made, row) for row in rows], np.random.default_rng(1)
    k, d = len(made.units), made.inputs
    for number, row in enumerate(rows):
        if row.kind is Kind.SADDLE:
            with flint.ctx.workprec(192):
                v = [float(arb(value).mid()) for value in row.point.outgoing]
                w = [[float(arb(value).mid()) for value in line] for line in row.point.incoming]
                c = [] if made.output_bias is None else [float(arb(row.point.output_bias).mid())]
            starts = np.tile([*v, *np.ravel(w), *c], (60, 1))
            for unit, place in enumerate(row.stationary.places):
                if place is None:
                    starts[:, unit] = 1e-3 * rng.standard_normal(60)
                    starts[:, k + unit * d : k + unit * d + d] = 1e-3 * rng.standard_normal((60, d))
            ends = [arrived(made, places, targets, end) for end in subgradient_flow(floats, places, starts, 1e-8, 20_000)]
            assert any(end is not None and end.row == number for end in ends) is row.attracting
