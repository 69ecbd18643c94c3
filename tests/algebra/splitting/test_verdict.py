"""Verdicts on split units against the inertia of the wider network's whole Hessian, exactly, and known answers."""

from dataclasses import replace
from fractions import Fraction

import flint
import pytest
from flint import fmpq_mat

from critscape.algebra.activations.logistic import Logistic
from critscape.algebra.splitting.copies import CannotSplit, Split, embedded, refuse_impossible, widened
from critscape.algebra.splitting.critical_point import NotCritical, exact_point, proved_point
from critscape.algebra.splitting.derivatives import RATIONALS, derivatives
from critscape.algebra.splitting.feed_forward import FeedForward, Training
from critscape.algebra.splitting.inertia import Inertia, inertia
from critscape.algebra.splitting.logarithms import read_exact
from critscape.algebra.splitting.unit_matrices import Vanishing, unit_matrices
from critscape.algebra.splitting.verdict import Kind, verdict
from tests.algebra.splitting.constructed import constructed

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)


def rationals(*texts):
    return tuple(map(Fraction, texts))


LN_2 = Training(
    FeedForward((1, 1, 1), (False, False), Logistic()),
    (rationals(-1), rationals(1), rationals(2)),
    (rationals("13/30"), rationals("-2/15"), rationals("57/40")),
    rationals(0, 0),
)
"""Logistic, one unit: (ln 2, 1) is critical."""


def ln_2():
    return exact_point(LN_2, [read_exact("ln 2"), read_exact("1")])


def direct(point, plan):
    """Gradient and inertia of the wider network, from its Hessian as a whole."""
    wide = derivatives(widened(point.training, plan), embedded(point.training.network, point.weights, plan), RATIONALS)
    return wide.gradient, inertia(wide.hessian), wide.value


def test_the_logarithm_of_two():
    point = ln_2()
    assert point.at.value == flint.fmpq(333, 640)
    assert point.at.hessian == fmpq_mat(2, 2, [flint.fmpq(*q) for q in ((18959, 50625), (1114, 3375), (1114, 3375), (269, 225))])
    assert fmpq_mat(1, 1, [flint.fmpq(13, 75)]) == unit_matrices(point, 1, 0).B


@pytest.mark.parametrize(
    "shares, kind, expected",
    [
        ((THIRD, THIRD, THIRD), Kind.MINIMUM, (4, 0, 2)),
        (rationals(1, 1, -1), Kind.STRICT_SADDLE, (3, 1, 2)),
        ((HALF, HALF), Kind.MINIMUM, (3, 0, 1)),
        (rationals(2, -1), Kind.STRICT_SADDLE, (2, 1, 1)),
        (rationals(0, 1), Kind.SADDLE, (2, 0, 2)),
    ],
)
def test_copies_at_the_logarithm_of_two(shares, kind, expected):
    plan = (Split(1, 0, shares),)
    found = verdict(ln_2(), plan)
    assert (found.kind, found.inertia, found.family) == (kind, expected, len(shares) - 1)
    assert direct(ln_2(), plan)[1] == expected


def test_the_same_point_in_balls():
    point = proved_point(LN_2, [0.7, 1.1])
    assert not point.exact and point.weights[0].overlaps(flint.arb(2).log())
    matrices = unit_matrices(point, 1, 0)
    assert matrices.vanishing is Vanishing.ONE_UNIT and matrices.inertia == (1, 0, 0)
    assert verdict(point, (Split(1, 0, (HALF, HALF)),)).inertia == (3, 0, 1)


SHARES = {"inside": (HALF, HALF), "thirds": (THIRD, THIRD, THIRD), "outside": rationals(2, -1), "zero": rationals(1, 0)}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("shares", SHARES)
@pytest.mark.parametrize(
    "widths, biases, units",
    [
        ((1, 2, 1), (True, True), [(1, 1)]),
        ((1, 2, 1), (False, True), [(1, 0), (1, 1)]),
        ((2, 1, 1, 1), (True, True, False), [(1, 0)]),
        ((1, 1, 1, 1), (False, False, False), [(1, 0), (2, 0)]),
        ((1, 2, 1, 1), (True, False, False), [(1, 1), (2, 0)]),
        ((1, 1, 2, 1), (False, True, False), [(1, 0), (2, 1)]),
        ((1, 1, 2), (True, False), [(1, 0)]),
        ((1, 2, 2), (False, True), [(1, 1)]),
    ],
)
def test_verdicts_are_those_of_the_whole_hessian(widths, biases, units, shares, seed):
    point = constructed(widths, biases, seed)
    plan = tuple(Split(*unit, SHARES[shares]) for unit in units)
    found = verdict(point, plan)
    gradient, whole, value = direct(point, plan)
    assert not any(gradient) and value == point.at.value
    if found.inertia is None:
        assert shares == "zero" and whole.negative
    else:
        assert found.inertia == whole
    if found.kind is Kind.STRICT_SADDLE:
        assert whole.negative
    else:
        assert not whole.negative


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("widths, biases, unit", [((1, 1, 2), (False, True), (1, 0)), ((1, 1, 2, 1), (True, False, True), (1, 0))])
def test_residuals_for_which_d_vanishes(widths, biases, unit, seed):
    point = constructed(widths, biases, seed, flat=[unit])
    matrices = unit_matrices(point, *unit)
    assert matrices.vanishing is Vanishing.EXACT
    for shares in SHARES.values():
        plan = (Split(*unit, shares),)
        found = verdict(point, plan)
        assert found.inertia == direct(point, plan)[1]
        assert found.family == 2 * (len(shares) - 1)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("ridged", ["all", "outward", "inward", "elsewhere"])
@pytest.mark.parametrize("widths, units", [((1, 1, 1), [(1, 0)]), ((2, 2, 2), [(1, 0), (1, 1)]), ((2, 2, 1, 1), [(1, 0), (2, 0)])])
def test_with_a_shared_ridge(widths, units, ridged, seed):
    around = {
        "all": lambda network, k: True,
        "outward": lambda network, k: any(k in network.outgoing(*unit) for unit in units),
        "inward": lambda network, k: any(k in network.incoming(*unit) for unit in units),
        "elsewhere": lambda network, k: not any(k in (*network.incoming(*unit), *network.outgoing(*unit)) for unit in units),
    }[ridged]
    point = constructed(widths, (True,) * (len(widths) - 1), seed, ridge=around)
    for shares in ((HALF, HALF), (Fraction(1, 5), Fraction(3, 5), Fraction(1, 5))):
        plan = tuple(Split(*unit, shares) for unit in units)
        found = verdict(point, plan)
        gradient, whole, value = direct(point, plan)
        assert not any(gradient) and value == point.at.value
        assert found.inertia == whole
        assert (found.kind is Kind.STRICT_SADDLE) == bool(whole.negative)


def test_the_ridge_of_every_copy_breaks_the_line():
    point = constructed((1, 1, 1), (False, False), 0, ridge=lambda network, k: True)
    plan = (Split(1, 0, (HALF, HALF)),)
    one_ridge = replace(widened(point.training, plan), ridge=(*(point.training.ridge[:1] * 2), *(point.training.ridge[1:] * 2)))
    assert any(derivatives(one_ridge, embedded(point.training.network, point.weights, plan), RATIONALS).gradient)


def test_an_irrational_number_is_not_taken_for_an_exact_point():
    assert exact_point(LN_2, [read_exact("ln 2 + 1/2"), read_exact("1")]) is None
    assert exact_point(LN_2, [read_exact("1/2 ln 2"), read_exact("1")]) is None


def test_weights_that_are_not_critical_are_no_exact_point_and_newtons_method_may_refuse_them():
    assert exact_point(LN_2, [read_exact("ln 3"), read_exact("1")]) is None
    with pytest.raises(NotCritical, match="start nearer"):
        proved_point(LN_2, [40.0, -1e30])


@pytest.mark.parametrize(
    "split, field",
    [
        (Split(2, 0, (HALF, HALF)), "layer"),
        (Split(1, 1, (HALF, HALF)), "unit"),
        (Split(1, 0, (HALF, THIRD)), "lambda"),
        (Split(1, 0, rationals(1)), "lambda"),
    ],
)
def test_plans_that_do_not_fit_are_refused(split, field):
    with pytest.raises(CannotSplit) as refused:
        refuse_impossible(LN_2, (split,))
    assert refused.value.field == field


def test_a_ridge_asks_for_positive_shares():
    with pytest.raises(CannotSplit, match="positive shares"):
        refuse_impossible(replace(LN_2, ridge=rationals(0, "1/2")), (Split(1, 0, rationals(2, -1)),))


def test_zero_loss_is_a_global_minimum_for_all_shares():
    targets = (rationals("1/3"), rationals("2/3"), rationals("4/5"))
    point = exact_point(replace(LN_2, targets=targets), [read_exact("ln 2"), read_exact("1")])
    assert verdict(point, (Split(1, 0, rationals(2, -1)),)).kind is Kind.GLOBAL_MINIMUM


def test_inertia_counts():
    assert inertia(fmpq_mat(3, 3, [0, 1, 0, 1, 0, 0, 0, 0, 0])) == Inertia(1, 1, 1)
    assert inertia(flint.arb_mat([[0, 1], [1, 0]])) == Inertia(1, 1, 0)
    assert inertia(flint.arb_mat([[0, 0], [0, 1]])) is None
