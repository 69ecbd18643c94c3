"""Verdicts on split units against the inertia of the wider network's whole Hessian, exactly, and known answers."""

import random
from dataclasses import replace
from fractions import Fraction

import flint
import numpy as np
import pytest
from flint import fmpq_mat

from critscape.algebra.activations.logistic import Logistic
from critscape.algebra.activations.tanh import Tanh
from critscape.algebra.splitting.copies import CannotSplit, Split, embedded, refuse_impossible, widened
from critscape.algebra.splitting.critical_point import NotCritical, exact_point, proved_point
from critscape.algebra.splitting.derivatives import BALLS, RATIONALS, derivatives, passes
from critscape.algebra.splitting.feed_forward import FeedForward, Training
from critscape.algebra.splitting.inertia import Inertia, inertia
from critscape.algebra.splitting.logarithms import Exact, read_exact
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


def regrouped(network, wide, copies, weights, generator):
    """A random point of F: outgoing weights of copies in any shares of those of their unit, row by row."""
    found = [None] * wide.dimension
    for layer in range(1, network.depth + 1):
        row = 0
        for unit in range(network.widths[layer]):
            for _ in range(copies.get((layer, unit), 1)):
                column = 0
                for below in range(network.widths[layer - 1]):
                    whole, count = weights[network.weight(layer, unit, below)].rational, copies.get((layer - 1, below), 1)
                    parts = [Fraction(generator.randint(-9, 9), 4) for _ in range(count - 1)]
                    for part in (*parts, whole - sum(parts)):
                        found[wide.weight(layer, row, column)] = Exact(part)
                        column += 1
                if network.biases[layer - 1]:
                    found[wide.bias(layer, row)] = weights[network.bias(layer, unit)]
                row += 1
    return found


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "widths, biases, flat, units",
    [
        ((1, 1, 1, 1), (True, True, True), (), [(1, 0), (2, 0)]),
        ((1, 2, 1, 1), (False, True, False), (), [(1, 0), (1, 1), (2, 0)]),
        ((1, 2, 1), (False, True), (), [(1, 0), (1, 1)]),
        ((1, 1, 2), (False, True), [(1, 0)], [(1, 0)]),
    ],
)
def test_the_family_is_critical_as_a_whole(widths, biases, flat, units, seed):
    point = constructed(widths, biases, seed, flat=flat)
    plan = tuple(Split(*unit, (HALF, HALF)) for unit in units)
    found, wide = verdict(point, plan), widened(point.training, plan)
    copies = dict.fromkeys(units, 2)
    freedom = sum(copies.get((layer + 1, s), 1) for layer, _ in units for s in range(widths[layer + 1]))
    assert found.family == freedom
    generator = random.Random(seed)
    for _ in range(3):
        place = regrouped(point.training.network, wide.network, copies, point.weights, generator)
        at = derivatives(wide, place, RATIONALS)
        assert not any(at.gradient) and at.value == point.at.value


@pytest.mark.parametrize("activation", [Logistic(), Tanh()], ids=lambda a: a.name)
@pytest.mark.parametrize("ridge", [0, Fraction(1, 7)])
@pytest.mark.parametrize(
    "widths, units", [((2, 1, 2), [(1, 0)]), ((1, 2, 1), [(1, 0), (1, 1)]), ((1, 1, 1, 1), [(1, 0), (2, 0)]), ((2, 2, 1, 1), [(1, 1)])]
)
def test_points_in_balls_have_the_inertia_of_eigenvalues(activation, ridge, widths, units):
    generator = random.Random(f"{widths} {ridge}")
    network = FeedForward(widths, (False,) * (len(widths) - 2) + (True,), activation)
    inputs = tuple(tuple(Fraction(generator.randint(-8, 8), 4) for _ in range(widths[0])) for _ in range(12))
    strengths = tuple(Fraction(ridge) for _ in range(network.dimension))
    # Targets whose residuals at some weights are orthogonal to the slopes of the outputs, so that there is a critical point near them.
    weights = [generator.choice((-1, 1)) * generator.uniform(0.6, 1.6) for _ in range(network.dimension)]
    blank = Training(network, inputs, ((Fraction(0),) * widths[-1],) * 12, strengths)

    def outputs(place):
        return np.array([float(f.mid()) for one in passes(blank, list(map(flint.arb, place)), BALLS) for f in one.values[-1]])

    steps = 1e-6 * np.eye(network.dimension)
    slopes = np.array([(outputs(weights + step) - outputs(weights - step)) / 2e-6 for step in steps])
    noise = np.array([generator.uniform(-0.3, 0.3) for _ in range(12 * widths[-1])])
    pulled = noise + np.linalg.lstsq(slopes, -float(ridge) * np.array(weights) - slopes @ noise, rcond=None)[0]
    flat = [Fraction(round(float(value) * 10**9), 10**9) for value in outputs(weights) - pulled]
    targets = tuple(tuple(flat[k : k + widths[-1]]) for k in range(0, len(flat), widths[-1]))
    training = Training(network, inputs, targets, strengths)
    point = proved_point(training, list(map(flint.arb, weights)))
    plan = tuple(Split(*unit, (Fraction(1, 3), Fraction(2, 3))) for unit in units)
    found = verdict(point, plan)
    hessian = derivatives(widened(training, plan), embedded(network, point.balls, plan), BALLS).hessian
    values = np.linalg.eigvalsh(np.array([[float(entry.mid()) for entry in row] for row in hessian.tolist()]))
    small = 1e-9 * np.abs(values).max()
    if found.inertia is None:
        assert any(unit_matrices(point, *unit).vanishing is Vanishing.OPEN for unit in units)
    else:
        assert found.inertia == (np.sum(values > small), np.sum(values < -small), np.sum(np.abs(values) <= small))


def test_an_interpolating_point_in_balls_is_proved_to_be_a_global_minimum():
    assert not proved_point(LN_2, [0.7, 1.1]).interpolates
    # tanh(2u)/tanh(u) = 3/2 at tanh(u)² = 1/3.
    training = Training(
        FeedForward((1, 1, 1), (False, False), Tanh()), LN_2.inputs[1:], (rationals("1/3"), rationals("1/2")), rationals(0, 0)
    )
    point = proved_point(training, [0.66, 0.58])
    assert point.interpolates and point.at.value.contains(0)
    assert unit_matrices(point, 1, 0).vanishing is Vanishing.RESIDUALS
    assert verdict(point, (Split(1, 0, rationals(3, -2)),)).kind is Kind.GLOBAL_MINIMUM
    nearly = replace(training, inputs=(*training.inputs, rationals(0)), targets=(*training.targets, rationals(0)))
    assert not proved_point(nearly, [0.66, 0.58]).interpolates  # It does, but one more residual than weights is not proved to vanish.
