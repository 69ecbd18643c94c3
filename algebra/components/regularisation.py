"""The regularised losses L_ε(v) = L(v) + ε·½ Σ_j Λ_j (v_j − c_j)², and the homotopy ε → 0 along a complex ray.

Inside a family with ridge, L_ε is the member with the ridges λ_j + εΛ_j and the tilt −εΛ_j c_j: its start set serves. The ray is
complex because on the real one critical points of L_ε may meet (the discriminant is a hypersurface, of real codimension two in ℂ).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np
from flint import acb

from critscape.algebra.critical.enumeration import Continuation
from critscape.algebra.polynomial.loss import Loss, exact
from critscape.algebra.symmetry.finite import SignedPermutation, elements, symmetry_group
from critscape.algebra.tracking.exact_end import ExactEnd
from critscape.algebra.tracking.homotopy import Homotopy

STRENGTHS = (0.5, 1.5)
"""The Λ_j are drawn between these, in natural units."""
FIRST = 1.0
"""|ε₀|, in natural units."""


class Way(Continuation, Protocol):
    """The way from a generic member to L_{ε₀} in natural units: the ridges of its ``loss`` are the last n parameters."""

    @property
    def end(self) -> np.ndarray: ...


@dataclass(frozen=True)
class Regularisation:
    """Λ (n,), c (n,) and ε₀ in natural units, for weights w; real but for ε₀."""

    strengths: np.ndarray
    centre: np.ndarray
    first: complex

    @property
    def centred(self) -> bool:
        """Whether c = 0, so that sign changes of weights that leave L unchanged leave L_ε unchanged."""
        return not self.centre.any()


def regularisations(rng: np.random.Generator, n: int, generic: int) -> list[Regularisation]:
    """One with c = 0, then as many ``generic`` ones, all with Λ and c of a few binary digits (rational, exact in double precision)."""

    def short(values: np.ndarray) -> np.ndarray:
        return np.round(values * 1024) / 1024

    found, orthant = [], np.ones(n)
    for k in range(generic + 1):
        strengths = short(rng.uniform(*STRENGTHS, n))
        # Every other one lies in the opposite orthant: a piece that is not closed, such as a half line, may be seen from one side only.
        orthant = rng.choice((-1.0, 1.0), n) if k < 2 or k % 2 else -orthant
        centre = short(rng.uniform(0.5, 1.5, n) * orthant) if k else np.zeros(n)
        found.append(Regularisation(strengths, centre, FIRST * np.exp(1j * rng.uniform(0.3, 1.2) * rng.choice((-1, 1)))))
    return found


def in_normal_form(regularisation: Regularisation, way: Way) -> tuple[np.ndarray, np.ndarray]:
    """ε₀Λ and c for the weights v of the normal form in natural units: w = s·v with s = units / loss_units."""
    s = way.units / way.loss_units
    return regularisation.first * regularisation.strengths * s**2, regularisation.centre / s


def symmetries(way: Way) -> tuple[SignedPermutation, ...]:
    """The signed permutations, the identity first, that leave L + ε·½ Σ_j Λ_j v_j² unchanged for all ε and Λ."""
    n = len(way.units)
    generic = [Fraction(7919 + 2 * k * k, 7907) for k in range(n)]
    values = (*way.loss.values[:-n], *(value + g for value, g in zip(way.loss.values[-n:], generic)))
    return elements(symmetry_group(Loss(way.loss.family, values)), n)


def shrinking(regularisation: Regularisation, way: Way) -> Homotopy:
    """∇L_ε(u) = 0 in natural units for ε = t·ε₀, t from 1 to 0."""
    strengths, centre = in_normal_form(regularisation, way)
    # The ridge of ``way.end`` is that of L_{ε₀}.
    place = way.end.copy()
    place[-len(strengths) :] -= strengths
    parameters = np.zeros((2, len(way.loss.values)), dtype=complex)
    parameters[0] = way.curve(place[None, :])[0]
    parameters[1, -len(strengths) :] = strengths
    return Homotopy(way.loss.family, parameters, np.array([0 * centre, -strengths * centre]))


def exactly_shrinking(regularisation: Regularisation, way: Way) -> ExactEnd:
    """The same in the units of the normal form, with exactly L at t = 0."""
    strengths, centre = in_normal_form(regularisation, way)
    ridge = strengths * way.tilt_units / way.loss_units

    def curve() -> list[list[acb]]:
        zero = [acb(0)] * (len(way.loss.values) - len(ridge))
        return [[acb(exact(value)) for value in way.loss.values], [*zero, *(acb(complex(z)) for z in ridge)]]

    return ExactEnd(way.loss, curve, np.array([0 * centre, -strengths * centre * way.tilt_units]))
