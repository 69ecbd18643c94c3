"""The losses of a scaled ridge in natural units against the loss of the problem itself."""

from fractions import Fraction

import numpy as np
import pytest

from critscape.algebra.polynomial.evaluation import float_gradient
from critscape.algebra.symmetry.finite import leaves_unchanged
from critscape.problems.files.problem_file import read
from critscape.problems.networks.reading import network_from
from critscape.problems.problem.problem import loss
from critscape.problems.problem.ridge_pencil import ridge_pencil, scaled
from critscape.problems.recipes.random_data import random_problem

NETWORKS = (
    ({"family": "linear", "widths": [2, 2, 2]}, 5),
    ({"family": "linear", "widths": [2, 2, 2]}, 1),
    ({"family": "quadratic", "inputs": 2, "units": 2, "output": [1, -2]}, 3),
    ({"family": "quadratic", "inputs": 2, "units": 1, "output": "trained", "norm_regressor": True}, 3),
)


@pytest.mark.parametrize("architecture, samples", NETWORKS)
@pytest.mark.parametrize("s", [Fraction(1, 50), Fraction(7)])
def test_the_pencil_is_the_loss_at_every_scale(architecture, samples, s):
    problem = random_problem(network_from(architecture), samples, 3)
    made = ridge_pencil(problem, Fraction(1, 3))
    u = np.random.default_rng(1).standard_normal(problem.dimension).astype(complex)
    member = loss(scaled(problem, s))
    direct = float_gradient(member.family, np.array([complex(p) for p in member.values]), made.units * u) * made.units
    natural = float_gradient(made.family, made.parameters(float(s)), u) * made.loss_unit
    assert np.abs(direct - natural).max() < 1e-10 * np.abs(direct).max()


def test_symmetries_hold_at_every_scale():
    architecture, data = {"family": "linear", "widths": [1, 1, 1, 1]}, {"inputs": [[1]], "targets": [["5/4"]]}
    chain = read({"architecture": architecture, "data": data, "ridge": "1/4"})
    symmetries = ridge_pencil(chain, Fraction(2)).symmetries
    assert len(symmetries) == 24
    assert all(leaves_unchanged(g, loss(scaled(chain, s))) for g in symmetries for s in (Fraction(1), Fraction(5, 2)))
    assert scaled(chain, Fraction(2)).ridge == (Fraction(1, 2),) * 3
