"""Where equations vanish to a higher order: manifolds of critical points, and kinds that are known by hand."""

import numpy as np
import pytest
from flint import fmpq, fmpq_mpoly_ctx

from critscape.algebra.components.component import Kind, component
from critscape.algebra.components.factors import factors_of, hold_at, vanishing_factors
from critscape.algebra.components.function_space import Knowledge
from critscape.algebra.components.gauge import representative
from critscape.algebra.components.local_system import LocalSystem
from critscape.algebra.components.subspace import Subspace
from critscape.algebra.polynomial.loss import Family, Loss, gradient
from critscape.problems.files.problem_file import read
from critscape.problems.problem.problem import loss
from critscape.problems.spaces.knowledge import knowledge

UNKNOWN = Knowledge(bounded_below=False)
THIRD, IRRATIONAL = 1 / 3, 2**0.5 / 3


def typed(formula, names=("x", "y")):
    return Loss(Family(names, (), formula), ())


@pytest.mark.parametrize("x", [0.6, 1.0, THIRD, -IRRATIONAL])
@pytest.mark.parametrize(
    "power, kind", [(3, Kind.NON_STRICT_SADDLE), (5, Kind.NON_STRICT_SADDLE), (4, Kind.DEGENERATE), (2, Kind.LOCAL_MINIMUM)]
)
def test_a_power_of_a_circle_is_critical_on_the_circle(x, power, kind):
    circle = typed(lambda w, p: (w[0] ** 2 + w[1] ** 2 - 1) ** power)
    found = representative(circle, UNKNOWN, component(circle, UNKNOWN, np.array([x, (1 - x * x) ** 0.5])))
    assert found.proved is not None and found.dimension == 1 and found.zero == ()
    # An arc of odd order decides; that the fourth power of a residual is nowhere negative is not seen from its Taylor series.
    assert found.kind is kind and found.kind_proved == (kind is not Kind.DEGENERATE)


@pytest.mark.parametrize("place", [0.0, 1.0, IRRATIONAL])
@pytest.mark.parametrize("a", [1, -2, 3])
def test_two_lines_with_a_common_factor_are_two_manifolds(a, place):
    lines = typed(lambda w, p: w[0] ** 2 * (w[0] - a) ** 2 * (w[1] ** 2 + 1))
    for x in (0.0, float(a)):
        found = component(lines, UNKNOWN, np.array([x, place]))
        assert (found.kind, found.dimension, found.exact_dimension) == (Kind.LOCAL_MINIMUM, 1, True)
    between = component(lines, UNKNOWN, np.array([a / 2, 0.0]))
    assert between.kind is Kind.STRICT_SADDLE and between.exact_dimension and between.dimension == 0


@pytest.mark.parametrize("residual", ["r^4", "r^6 + r^4", "2*r^8"])
@pytest.mark.parametrize("widths, dimension", [([1, 1, 1], 1), ([1, 2, 1], 3), ([1, 1, 1, 1], 2), ([2, 1, 1], 1)])
def test_interpolation_is_global_where_the_loss_is_flat_at_zero(residual, widths, dimension):
    inputs = [[1, 2], [3, 4]] if widths[0] == 2 else [[2]]
    targets = [[5], [11]] if widths[0] == 2 else [[1]]
    problem = read(
        {
            "architecture": {"family": "linear", "widths": widths},
            "data": {"inputs": inputs, "targets": targets},
            "loss": {"residual": residual},
        }
    )
    layers = len(widths) - 1
    point = np.array([1.0, 2.0, 1.0]) if widths[0] == 2 else np.ones(problem.dimension)
    if widths == [1, 2, 1]:
        point[0] = -0.5
    elif widths[0] == 1:
        point[0] = 0.5
    assert layers >= 2
    found = component(loss(problem), knowledge(problem), point)
    assert found.kind is Kind.GLOBAL_MINIMUM and found.kind_proved and found.dimension == dimension and not found.exact_dimension


def test_one_factor_serves_several_entries():
    x, y = fmpq_mpoly_ctx.get(("x", "y"), "degrevlex").gens()
    entries = [6 * x * (x + y - 1) ** 2, y * (x + y - 1), (x + y - 1) * (y - 2)]
    chosen = vanishing_factors([(entry, factors_of(entry)) for entry in entries], np.array([0.0, 1.0]))
    [(factor, cofactors)] = chosen
    assert factor == x + y - 1 and [factor * h for h in cofactors] == entries
    assert vanishing_factors([(entry, factors_of(entry)) for entry in entries], np.array([0.5, 1.0])) is None
    several = vanishing_factors([(entry, factors_of(entry)) for entry in [x * (y - 1), y * x, (y - 1) ** 2]], np.array([0.0, 1.0]))
    assert [f for f, _ in several] == [y - 1, x] and several[0][1] == (x, y - 1) and several[1][1] == (y,)
    assert all(isinstance(c, fmpq) for _, hs in several for h in hs for c in h.coeffs())


def test_a_factor_that_does_not_vanish_at_the_point_gives_no_dimension():
    """At the origin of x²(y − 1)²(y² + 1): the line y = 1 does not pass there, the line x = 0 does."""
    lines = typed(lambda w, p: w[0] ** 2 * (w[1] - 1) ** 2 * (w[1] ** 2 + 1))
    found = component(lines, UNKNOWN, np.array([0.0, 0.0]))
    x, y = fmpq_mpoly_ctx.get(("x", "y"), "degrevlex").gens()
    for factor, holds in ((y - 1, False), (x, True)):
        system = LocalSystem(lines, Subspace(2), factors=((factor, tuple(slope / factor for slope in gradient(lines))),))
        assert hold_at(system, found.proved, found.rational) == holds
        # Without exact coordinates it is the other factor that is not zero.
        assert hold_at(system, found.proved, None) == holds
