"""Supports whose forces are dependent: the strengths are open there, and yet nothing stays undecided in general position."""

import random
from fractions import Fraction

import flint
import numpy as np
import pytest
from flint import arb, arb_mat

from critscape.algebra.cells.stationary import analysed, landscape
from critscape.algebra.cells.strengths import dual, minimum
from critscape.algebra.cells.sweep import minimise
from tests.algebra.cells.layers import LEAKY, RELU, layer


def kernels_across(scene, sample):
    """The numbers of the kernels of the cells on both sides of one sample's hyperplane, in the plane."""
    number = {face.signs: place for place, kernel in enumerate(scene.kernels) for face in kernel.faces}
    return sorted({number[cell] for cell in number for other in number if 0 not in cell and differ_at(cell, other) == [sample]})


def differ_at(cell, other):
    return [place for place, (a, b) in enumerate(zip(cell, other)) if a and b and a != b] if 0 not in other else []


def strengths(tables, chosen):
    """The minimum of G over the strengths of some kernels, and its residuals."""
    tau, epsilon = np.zeros(len(chosen) + 1), np.zeros(len(tables.target))
    minimise(tables.metric, tables.target, tables.kernels, tables.factors, np.array(chosen), len(chosen), tau, epsilon)
    return tuple(tau[:-1].tolist()), epsilon


@pytest.mark.parametrize("slopes", [RELU, LEAKY])
def test_units_on_all_sides_of_one_sample(slopes):
    """Two pairs of cells that differ at one sample: where both pairs are active its residual is zero, and the four forces are dependent."""
    fitted = 0
    for seed in range(4):
        rng = random.Random(seed)
        samples = [[Fraction(rng.randint(-30, 30), rng.randint(1, 9)) for _ in range(2)] for _ in range(6)]
        targets = [Fraction(rng.randint(-30, 30), rng.randint(1, 9)) for _ in range(6)]
        scene = landscape(layer(samples, targets, [("1/10", ["1/10", "1/10"])] * 4, slopes))
        for sample in range(6):
            chosen = kernels_across(scene, sample)
            start, residuals = strengths(scene.tables, chosen)
            found = analysed(scene, [(tuple(chosen), start)])
            assert not found.undecided
            if abs(residuals[sample]) < 1e-6:
                fitted += 1
                assert not found.sets
    assert fitted > 4


@pytest.mark.parametrize("slopes", [RELU, LEAKY])
def test_the_least_strengths_at_the_working_precision(slopes):
    """Complementarity: εᵀKε ≤ 1, with equality where the strength is not zero, from starts that are far away; nearly dependent kernels too."""
    rng = random.Random(8)
    # Of a ReLU that sees no sample G is linear in the strength.
    unseen = arb_mat(6, 6)
    samples = [[Fraction(rng.randint(-90, 90), rng.randint(1, 9)) for _ in range(2)] for _ in range(6)]
    targets = [Fraction(rng.randint(-90, 90), rng.randint(1, 9)) for _ in range(6)]
    scene = landscape(layer(samples, targets, [("1/10", ["1/10", "1/10"])] * 4, slopes))
    with flint.ctx.workprec(192):
        metric, target = arb_mat(scene.space.metric), arb_mat(scene.space.target)
        for _ in range(20):
            kernels = [*(arb_mat(scene.kernels[place].matrix) for place in rng.sample(range(len(scene.kernels)), 4)), unseen]
            tau = minimum(metric, target, kernels, [arb(rng.choice([0, 1, 1000])) for _ in kernels])
            _, epsilon = dual(metric, target, kernels, tau)
            for value, kernel in zip(tau, kernels):
                square = (epsilon.transpose() * (kernel * epsilon))[0, 0]
                assert square < 1 + 1e-12
                assert value == 0 or (value > 0 and square > 1 - 1e-12)


@pytest.mark.parametrize("support", [(9, 13, 14, 15), (12, 15, 20, 23)])
def test_what_double_precision_leaves_is_no_start_between_nearly_dependent_kernels(support):
    """Faces and opposite faces: in double precision Newton's method stops far from the minimum, or where G is flat."""
    samples = [["-24/7", -13], ["-9/4", -26], [4, "16/5"], [-13, 15], ["34/7", "25/2"], ["7/2", "40/7"]]
    scene = landscape(layer(samples, ["-2/3", "-3/4", "-38/3", -35, "13/3", "19/4"], [("1/10", ["1/10", "1/10"])] * 4, LEAKY))
    assert not analysed(scene, [(support, (1.0, 1.0, 1.0, 1.0))]).undecided
