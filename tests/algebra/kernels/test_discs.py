"""Arithmetic on discs: every value lies in the disc that is computed for it, whatever cancels, over- or underflows."""

from fractions import Fraction

import flint
import numpy as np
import pytest
from flint import acb, arb

from critscape.algebra.kernels.discs import run_narrow, run_wide
from critscape.algebra.kernels.lane_program import lane_program
from critscape.algebra.kernels.polydiscs import narrow_discs, rounded, wide_discs
from critscape.algebra.polynomial.loss import Family
from critscape.algebra.polynomial.straight_line import evaluate, programs

CHAIN = Family(
    ("a", "b", "c"), ("x", "y", "l"), lambda w, p: (w[0] * w[1] * w[2] * p[0] - p[1]) ** 2 / 2 + p[2] * sum(v * v for v in w) / 2
)
CANCELLING = Family(("a", "b"), ("e",), lambda w, p: (w[0] - w[1]) ** 4 - (w[0] ** 2 - 2 * w[0] * w[1] + w[1] ** 2) * (p[0] + w[0]) ** 2)
SIZES = {"near one": 0, "tiny": -120, "large": 60, "underflowing": -900, "overflowing": 500}


def points(rng, n, exponent):
    """Midpoints of one wide disc for each of n coordinates, (n, 5), and the balls that they stand for."""
    high = rng.standard_normal((n, 2)) * 2.0**exponent
    low = high * rng.uniform(-0.99, 0.99, (n, 2)) * 2.0**-53
    rows = np.zeros((n, 5))
    rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3] = high[:, 0], low[:, 0], high[:, 1], low[:, 1]
    return rows, [acb(arb(a) + arb(b), arb(c) + arb(d)) for a, b, c, d, _ in rows.tolist()]


def distance(disc, value):
    """|value − midpoint| and the radius of a disc (re, im, radius) or (re, re′, im, im′, radius)."""
    if not np.isfinite(disc).all():
        return None
    *middle, radius = disc.tolist()
    re, im = (middle[:1], middle[1:]) if len(middle) == 2 else (middle[:2], middle[2:])
    return abs(value - acb(sum(map(arb, re)), sum(map(arb, im)))), arb(radius)


@pytest.mark.parametrize("exponent", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("family", [CHAIN, CANCELLING], ids=["a chain", "cancellation"])
def test_values_lie_in_their_discs(family, exponent):
    rng, n = np.random.default_rng(3), len(family.variables)
    parameters = [Fraction(int(rng.integers(-99, 99)), 7) for _ in family.parameters]
    program = programs(family).gradient_hessian
    errors = []
    with flint.ctx.workprec(6000):
        exact = [acb(flint.fmpq(p.numerator, p.denominator)) for p in parameters]
        for _ in range(40):
            rows, balls = points(rng, n, exponent)
            if exponent == 0:
                # Nearly equal coordinates cancel.
                rows[1, :4] = rows[0, :4] * (1.0 if rng.integers(2) else 1.0 + 2.0**-45)
                balls[1] = acb(arb(rows[1, 0]) + arb(rows[1, 1]), arb(rows[1, 2]) + arb(rows[1, 3]))
            values = [acb(v) for v in evaluate(program, balls, exact)]
            wide, narrow = (registers(program, rounded(parameters), n) for registers in (wide_discs, narrow_discs))
            wide[:n] = rows
            narrow[:n, 0], narrow[:n, 1] = rows[:, 0], rows[:, 2]
            narrow[:n, 2] = (np.abs(rows[:, 1]) + np.abs(rows[:, 3])) * 1.01
            for run, registers in ((run_wide, wide), (run_narrow, narrow)):
                run(lane_program(program), registers)
                for row, value in zip(program.outputs.tolist(), values):
                    compared = distance(registers[row], value)
                    if compared is not None:
                        error, radius = compared
                        assert error < radius or error == 0
                        errors.append(float(error / radius) if radius != 0 else 0.0)
    # Overflow says nothing; else discs are there, and near enough to what they hold for wrong radii to show.
    assert errors or exponent == SIZES["overflowing"]
    if exponent == 0:
        assert max(errors) > 1e-2


@pytest.mark.parametrize("wide", [True, False], ids=["wide", "narrow"])
@pytest.mark.parametrize("family", [CHAIN, CANCELLING], ids=["a chain", "cancellation"])
def test_values_at_points_of_discs_lie_in_the_discs_of_values(family, wide):
    rng, n, parameters = np.random.default_rng(7), len(family.variables), [Fraction(2, 3)] * len(family.parameters)
    program = programs(family).gradient_hessian
    closest = 0.0
    for size in (1e-9, 1e-2, 0.5, 3.0, 40.0):
        for _ in range(20):
            rows, _ = points(rng, n, 0)
            rows[:, [1, 3]] = 0.0
            rows[:, 4] = size * rng.uniform(0.5, 1.0, n)
            registers = (wide_discs if wide else narrow_discs)(program, rounded(parameters), n)
            registers[:n] = rows if wide else rows[:, [0, 2, 4]]
            (run_wide if wide else run_narrow)(lane_program(program), registers)
            # On the rims, where the values are farthest.
            rims = rows[:, 0] + 1j * rows[:, 2] + rows[:, 4] * 0.999999 * np.exp(2j * np.pi * rng.random(n))
            with flint.ctx.workprec(200):
                exact = [acb(flint.fmpq(p.numerator, p.denominator)) for p in parameters]
                for row, value in zip(program.outputs.tolist(), evaluate(program, [acb(z) for z in rims.tolist()], exact)):
                    error, radius = distance(registers[row], acb(value))
                    assert error < radius
                    closest = max(closest, float(error / radius))
    assert closest > 0.1


@pytest.mark.parametrize("run", [run_wide, run_narrow], ids=["wide", "narrow"])
def test_the_product_of_two_discs_around_zero_is_as_large_as_it_must_be(run):
    family = Family(("a", "b"), ("e",), lambda w, p: w[0] * w[1] ** 2 * p[0])
    program = programs(family).gradient
    registers = (narrow_discs if run is run_narrow else wide_discs)(program, rounded([Fraction(1)]), 2)
    registers[:2, -1] = 3.0, 5.0
    run(lane_program(program), registers)
    # ∂/∂a = b², ∂/∂b = 2ab.
    assert registers[program.outputs, -1].tolist() == pytest.approx([25.0, 30.0]) and (registers[program.outputs, -1] >= [25, 30]).all()


def test_radii_are_not_far_larger_than_the_errors():
    rows, _ = points(np.random.default_rng(0), 3, 0)
    program = programs(CHAIN).gradient
    wide = wide_discs(program, rounded([Fraction(1, 3)] * 3), 3)
    wide[:3] = rows
    run_wide(lane_program(program), wide)
    assert wide[program.outputs, 4].max() < 1e-27


def test_parameters_are_enclosed_and_those_beyond_double_precision_refused():
    program = programs(CHAIN).gradient
    values = [Fraction(1, 3), Fraction(10**40 + 1, 10**40), Fraction(5)]
    wide, narrow = (registers(program, rounded(values), 3) for registers in (wide_discs, narrow_discs))
    for value, disc, rough in zip(values, wide[3:6].tolist(), narrow[3:6].tolist()):
        assert abs(value - Fraction(disc[0]) - Fraction(disc[1])) <= Fraction(disc[4]) <= Fraction(1, 2**100)
        assert abs(value - Fraction(rough[0])) <= Fraction(rough[2]) <= Fraction(1, 2**50)
    with pytest.raises(OverflowError):
        rounded([Fraction(10**400), *values[1:]])
