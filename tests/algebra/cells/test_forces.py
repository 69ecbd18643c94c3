"""Supports whose forces are dependent: the strengths are open there, and yet nothing stays undecided in general position."""

import random
from fractions import Fraction

import numpy as np
import pytest

from critscape.algebra.cells.stationary import analysed, landscape
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
