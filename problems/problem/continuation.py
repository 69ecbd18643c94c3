"""Continuation from a generic complex member of a problem's family to the problem itself, in units in which both have size one.

The number of critical points of a generic member depends on the network and, while they are few, on the number of samples. From
some number of samples on, the moments (μ, ν) fill their whole space; then all data sets belong to one linear family and the
path is straight in (μ, ν, λ). With fewer samples the path moves the samples themselves, so that it stays in their family. :mod:`problems.objectives` has these families and those of other losses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import flint
import numpy as np
from flint import acb, acb_poly

from critscape.algebra.polynomial.evaluation import generic_vector
from critscape.algebra.polynomial.loss import Loss
from critscape.problems.objectives.objective import Objective, Units
from critscape.problems.problem.problem import Problem, loss

DATA_BITS = 128
"""Precision in which data are brought to their natural units before they are rounded."""


@dataclass(frozen=True)
class Continuation:
    """The way from a generic member to one problem in its normal form, in natural units: v = ``loss_units``·u, shape (n,).

    v are the weights of the normal form ``problem`` and w = ``scales``·v (complex) those of the problem itself. ``end`` (D,) is
    the place of the normal form in the space of ``objective``, in ``natural`` units.
    """

    problem: Problem
    scales: np.ndarray
    natural: Units
    objective: Objective
    end: np.ndarray

    @property
    def loss(self) -> Loss:
        """The loss of the normal form."""
        return loss(self.problem)

    @property
    def loss_units(self) -> np.ndarray:
        """The units of the normal form's weights (n,)."""
        return self.natural.weights

    @property
    def units(self) -> np.ndarray:
        """The units of the problem's own weights: w = units·u, complex."""
        return self.loss_units * self.scales

    @property
    def tilt_units(self) -> np.ndarray:
        """The units of the tilt (n,)."""
        return self.natural.loss / self.loss_units

    def places(self, rng: np.random.Generator | None) -> np.ndarray:
        """Coefficients of d(t) = Σ_k d_k t^k, shape (K + 1, D): the generic member at t = 1, the problem at t = 0.

        A generator bends the segment by t(1 − t) times random complex amounts; None leaves it straight.
        """
        start = self.objective.generic()
        if rng is None:
            return np.array([self.end, start - self.end])
        bend = (np.abs(start) + np.abs(self.end)) * generic_vector(rng, len(start)) / np.sqrt(2)
        return np.array([self.end, start - self.end + bend, -bend])

    def curve(self, places: np.ndarray) -> np.ndarray:
        """p(d(t)) = Σ_k p_k t^k along d(t) = Σ_k ``places[k]`` t^k, shape (K + 1, q)."""
        return self.objective.curve(places)

    def exact_curve(self, places: np.ndarray) -> list[list[acb]]:
        """``curve`` in the problem's own units at FLINT's working precision, with exactly the problem's data at t = 0."""
        end = self.problem.criterion.place(self.problem)
        columns = [
            acb_poly([last, *(acb(complex(value)) * acb(unit) for value in column)])
            for last, unit, column in zip(end, self.objective.units(self.natural).tolist(), places[1:].T)
        ]
        entries = [acb_poly(entry) for entry in self.objective.parameters(columns)]
        return [[entry[k] for entry in entries] for k in range(max(entry.degree() for entry in entries) + 1)]


def continuation(problem: Problem) -> Continuation:
    """The continuation for a problem, in the natural units of its normal form."""
    problem, scales = normal_form(problem)
    criterion = problem.criterion
    objective, natural = criterion.objective(problem), criterion.units(problem)
    with flint.ctx.workprec(DATA_BITS):
        end = [complex((value / acb(unit)).mid()) for value, unit in zip(criterion.place(problem), objective.units(natural).tolist())]
    return Continuation(problem, scales, natural, objective, np.array(end, dtype=complex))


def normal_form(problem: Problem) -> tuple[Problem, np.ndarray]:
    """The problem for the network's normal form, v_j = √s_j w_j, and w/v = 1/√s_j (complex): λ_j w_j² = (λ_j/s_j) v_j².

    The ridge of the normal form may be negative: it is a member of the complex family.
    """
    network, squares = problem.network.normal_form()
    ridge = tuple(strength / s for strength, s in zip(problem.ridge, squares))
    return replace(problem, network=network, ridge=ridge), 1 / np.sqrt(np.array([complex(s) for s in squares]))
