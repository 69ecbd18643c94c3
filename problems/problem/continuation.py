"""Continuation from a generic complex member of a problem's family to the problem itself, in units in which both have size one.

The number of critical points of a generic member depends on the network and, while they are few, on the number of samples. From
some number of samples on, the moments (μ, ν) fill their whole space; then all data sets belong to one linear family and the
path is straight in (μ, ν, λ). With fewer samples the path moves the samples themselves, so that it stays in their family. :mod:`problems.objectives` has these families and those of other losses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import flint
import numpy as np
from flint import acb, acb_poly

from critscape.algebra.polynomial.evaluation import generic_vector
from critscape.algebra.polynomial.loss import Family, Loss
from critscape.problems.objectives.objective import Objective, Units
from critscape.problems.problem.problem import Problem, loss

DATA_BITS = 128
"""Precision in which data are brought to their natural units before they are rounded."""
DECADES, MOST_DECADES = 4, 6
"""Decades of t in which an entry of the data falls where it falls by more than six: trackers look for ends from t = 10^−6 on."""


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
    def family(self) -> Family:
        """The family that this loss belongs to."""
        return self.problem.criterion.family(self.problem)

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

    @property
    def steep(self) -> bool:
        """Whether some entry falls by so many decades that a way is taken slowly (:func:`slowed`)."""
        return len(slowed(self.places(None))) > 2

    def places(self, rng: np.random.Generator | None, slow: bool = False) -> np.ndarray:
        """Coefficients of d(t) = Σ_k d_k t^k, shape (K + 1, D): the generic member at t = 1, the problem at t = 0.

        A generator bends the segment by t(1 − t) times random complex amounts; None leaves it straight. ``slow`` takes it at the pace of
        :func:`slowed`.
        """
        start = generic(self.objective)
        if rng is None:
            return np.array([self.end, start - self.end])
        bend = (np.abs(start) + np.abs(self.end)) * generic_vector(rng, len(start)) / np.sqrt(2)
        places = np.array([self.end, start - self.end + bend, -bend])
        return slowed(places) if slow else places

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


def slowed(places: np.ndarray) -> np.ndarray:
    """d(t^k) for d(t) = Σ_j ``places[j]`` t^j, shape (kJ + 1, D), with the least k that leaves few decades of t to the smallest entry of d(0).

    Along a straight segment an entry that falls by D decades does so where t does: all that it brings about happens for t near 10^−D, on as
    many steps for each decade, and where D is large closer to t = 0 than a tracker takes for the end itself. With t^k it is D/k decades.

    >>> slowed(np.array([[1.0, 1e-9], [1.0, 1.0]])).tolist()
    [[1.0, 1e-09], [0.0, 0.0], [0.0, 0.0], [1.0, 1.0]]
    """
    end, start = np.abs(places[0]), np.abs(places.sum(axis=0))
    falls = (end > 0) & (start > end)
    decades = float(np.log10(start[falls] / end[falls]).max(initial=0.0))
    power = int(np.ceil(decades / DECADES)) if decades > MOST_DECADES else 1
    raised = np.zeros((power * (len(places) - 1) + 1, places.shape[1]), dtype=places.dtype)
    raised[::power] = places
    return raised


@lru_cache(maxsize=64)
def generic(objective: Objective) -> np.ndarray:
    """The place (D,) of the generic member, computed once: every way begins there."""
    place = objective.generic()
    place.setflags(write=False)
    return place


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
    if all(s == 1 for s in squares) and network is problem.network:
        return problem, np.ones(len(squares), dtype=complex)
    ridge = tuple(strength / s for strength, s in zip(problem.ridge, squares))
    return replace(problem, network=network, ridge=ridge), 1 / np.sqrt(np.array([complex(s) for s in squares]))
