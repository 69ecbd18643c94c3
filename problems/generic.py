"""Continuation from a generic complex member of a problem's family to the problem itself, in units in which both have size one.

The number of critical points of a generic member depends on the network and, while they are few, on the number of samples. From
some number of samples on, the moments (μ, ν) fill their whole space; then all data sets belong to one linear family and the
path is straight in (μ, ν, λ). With fewer samples the path moves the samples themselves, so that it stays in their family
(DESIGN, section 4, "Data enter linearly").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain

import flint
import numpy as np
from flint import acb, acb_mat, acb_poly
from numpy.polynomial import Polynomial

from algebra.evaluation import generic_vector
from algebra.loss import Loss, exact
from problems.network import Network, matrices, weight_count
from problems.problem import Problem, loss
from problems.squared_loss import family, moment_exponents, parameters

DATA_BITS = 128
"""Precision in which data are reduced to their rank before they are rounded."""


@dataclass(frozen=True)
class Continuation:
    """The way from a generic member to one problem in its normal form, in natural units: v = ``loss_units``·u, shape (n,).

    v are the weights of the normal form ``problem`` and w = ``scales``·v (complex) those of the problem itself. ``inputs``
    (m, d_x), ``targets`` (m, d_y) and ``ridge`` (n,) are the data of the normal form in these units; ``input_size`` and
    ``target_size`` are the units of x and y.
    """

    problem: Problem
    scales: np.ndarray
    loss_units: np.ndarray
    input_size: float
    target_size: float
    inputs: np.ndarray
    targets: np.ndarray
    ridge: np.ndarray

    @property
    def loss(self) -> Loss:
        """The loss of the normal form."""
        return loss(self.problem)

    @property
    def units(self) -> np.ndarray:
        """The units of the problem's own weights: w = units·u, complex."""
        return self.loss_units * self.scales

    @property
    def network(self) -> Network:
        return self.problem.network

    @property
    def samples(self) -> int:
        """The number of samples of the generic member."""
        return min(len(self.inputs), filling(self.network))

    @property
    def parameter_units(self) -> np.ndarray:
        """The units of the parameters (q,): p = parameter_units·p̃."""
        x, y = self.input_size, self.target_size
        mu = [x ** sum(gamma) for gamma in moment_exponents(self.network)]
        nu = [x ** sum(alpha) * y for _ in range(self.network.outputs) for alpha in self.network.exponents]
        return np.array([*mu, *nu, y * y, *((y / self.loss_units) ** 2)])

    @property
    def tilt_units(self) -> np.ndarray:
        """The units of the tilt (n,)."""
        return self.target_size**2 / self.loss_units

    @property
    def space(self) -> DataSpace:
        """The space of the data of this shape."""
        return DataSpace(self.network, self.samples)

    def places(self, rng: np.random.Generator | None) -> np.ndarray:
        """Coefficients of d(t) = Σ_k d_k t^k, shape (K + 1, D): the generic member at t = 1, the problem at t = 0.

        A generator bends the segment by t(1 − t) times random complex amounts; None leaves it straight.
        """
        end, start = self.space.place(self.inputs, self.targets, self.ridge), self.space.generic()
        if rng is None:
            return np.array([end, start - end])
        bend = (np.abs(start) + np.abs(end)) * generic_vector(rng, len(end)) / np.sqrt(2)
        return np.array([end, start - end + bend, -bend])

    def curve(self, places: np.ndarray) -> np.ndarray:
        """p(d(t)) = Σ_k p_k t^k along d(t) = Σ_k ``places[k]`` t^k, shape (K + 1, q)."""
        return self.space.curve(places)

    def exact_curve(self, places: np.ndarray) -> list[list[acb]]:
        """``curve`` in the problem's own units at FLINT's working precision, with exactly the problem's data at t = 0."""
        inputs, targets = exact_data(self.problem)
        ridge = [acb(exact(strength)) for strength in self.problem.ridge]
        x, y = acb(self.input_size), acb(self.target_size)
        if self.space.full:
            end = [acb(value) for value in parameters(self.network, inputs, targets, ridge)]
            scale = [acb(unit) for unit in self.parameter_units]
        else:
            end = [*chain.from_iterable(inputs), *chain.from_iterable(targets), *ridge]
            ridge_units = [(y / acb(unit)) ** 2 for unit in self.loss_units]
            scale = [x] * (len(inputs) * self.network.inputs) + [y] * (len(targets) * self.network.outputs) + ridge_units
        columns = [
            acb_poly([last, *(acb(complex(value)) * unit for value in column)]) for last, unit, column in zip(end, scale, places[1:].T)
        ]
        entries = columns if self.space.full else [acb_poly(entry) for entry in self.space.parameters(columns)]
        return [[entry[k] for entry in entries] for k in range(max(entry.degree() for entry in entries) + 1)]


@dataclass(frozen=True)
class DataSpace:
    """The :class:`algebra.parameter_space.ParameterSpace` of all data sets of ``samples`` samples with their ridges.

    A place is (X, Y, λ), flat; or, when the moments fill their space, (μ, ν, σ, λ).
    """

    network: Network
    samples: int

    @property
    def full(self) -> bool:
        """Whether the moments of this many samples fill their space."""
        return self.samples >= filling(self.network)

    def place(self, inputs: np.ndarray, targets: np.ndarray, ridge: np.ndarray) -> np.ndarray:
        """The place (D,) of a data set: ``inputs`` (m, d_x), ``targets`` (m, d_y), ``ridge`` (n,)."""
        if self.full:
            return np.array(parameters(self.network, inputs, targets, ridge), dtype=complex)
        return np.concatenate([np.ravel(inputs), np.ravel(targets), ridge]).astype(complex)

    def generic(self) -> np.ndarray:
        """The place of the generic member, fixed by the network and the number of samples alone."""
        return self.draw(np.random.default_rng([self.samples, self.network.inputs, self.network.outputs]))

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """Complex Gaussian inputs and targets and a complex ridge near one."""
        inputs, targets = (
            (rng.standard_normal((self.samples, width)) + 1j * rng.standard_normal((self.samples, width))) / np.sqrt(2)
            for width in (self.network.inputs, self.network.outputs)
        )
        weights = weight_count(self.network)
        ridge = np.exp(0.5 * rng.standard_normal(weights) + 1j * rng.uniform(-np.pi, np.pi, weights))
        return self.place(inputs, targets, ridge)

    def curve(self, places: np.ndarray) -> np.ndarray:
        """p(d(t)) = Σ_k p_k t^k as (K′ + 1, q) along d(t) = Σ_k ``places[k]`` t^k, shape (K + 1, D)."""
        if self.full:
            return places
        columns = [entry.coef for entry in self.parameters([Polynomial(column) for column in places.T])]
        curve = np.zeros((max(map(len, columns)), len(columns)), dtype=complex)
        for k, column in enumerate(columns):
            curve[: len(column), k] = column
        return curve

    def parameters(self, place: Sequence) -> tuple:
        """The parameters (q,) at a place (X, Y, λ), flat, over any ring."""
        columns, rest = iter(place), self.samples * (self.network.inputs + self.network.outputs)
        inputs, targets = (
            [[next(columns) for _ in range(width)] for _ in range(self.samples)] for width in (self.network.inputs, self.network.outputs)
        )
        return parameters(self.network, inputs, targets, place[rest:])


def continuation(problem: Problem) -> Continuation:
    """The continuation for a problem, in units that make inputs, targets and the ridge of each block about one.

    With w = a_b u on block b, x̃ = s x, ỹ = r y and ∏ a_b^{e_b} = s^δ / r, where f has degree e_b in block b and δ in x, the loss is
    r⁻² times the same network's loss at x̃, ỹ and λ̃ = r² a_b² λ. Families that are not homogeneous in this sense keep their units.
    """
    problem, scales = normal_form(problem)
    network = problem.network
    inputs, targets = compressed(problem)
    ridge = np.array([float(strength) for strength in problem.ridge])
    sizes = [block.size for block in network.blocks]
    logs = block_units(problem, _size(inputs), _size(targets), ridge)
    if logs is None:
        return Continuation(problem, scales, np.ones(len(ridge)), 1.0, 1.0, inputs, targets, ridge)
    units = np.repeat(np.exp(logs), sizes)
    x, y = _size(inputs), _size(targets)
    return Continuation(problem, scales, units, x, y, inputs / x, targets / y, ridge * (units / y) ** 2)


def normal_form(problem: Problem) -> tuple[Problem, np.ndarray]:
    """The problem for the network's normal form, v_j = √s_j w_j, and w/v = 1/√s_j (complex): λ_j w_j² = (λ_j/s_j) v_j².

    The ridge of the normal form may be negative: it is a member of the complex family.
    """
    network, squares = problem.network.normal_form()
    ridge = tuple(strength / s for strength, s in zip(problem.ridge, squares))
    return replace(problem, network=network, ridge=ridge), 1 / np.sqrt(np.array([complex(s) for s in squares]))


def compressed(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    """``exact_data`` in double precision: inputs (r, d_x) and targets (r, d_y)."""
    with flint.ctx.workprec(DATA_BITS):
        return tuple(np.array([[float(value.real.mid()) for value in row] for row in rows]) for rows in exact_data(problem))


def exact_data(problem: Problem) -> tuple[list[list[acb]], list[list[acb]]]:
    """Inputs and targets at FLINT's working precision, with as few samples as the rank of the inputs where f is linear in x.

    With XᵀX = Σ_k d_k l_k l_kᵀ (LDLᵀ over ℚ, r terms) the r samples √d_k l_k, and targets that keep XᵀY, give the same loss up to
    a constant: rank-deficient data are generic again as data of r samples, and no path is wasted on them (DESIGN, section 4).
    """
    samples, targets = (flint.fmpq_mat([[exact(x) for x in row] for row in rows]) for rows in (problem.inputs, problem.targets))
    rank = samples.rank()
    if any(sum(alpha) != 1 for alpha in problem.network.exponents) or rank in (0, samples.nrows(), problem.network.inputs):
        return tuple([[acb(value) for value in row] for row in matrix.tolist()] for matrix in (samples, targets))
    rows = []
    rest = samples.transpose() * samples
    for _ in range(rank):
        k = max(range(rest.nrows()), key=lambda k: rest[k, k])
        pivot = rest[k, k]
        column = flint.fmpq_mat([[rest[i, k] / pivot] for i in range(rest.nrows())])
        rows.append([acb(pivot).sqrt() * acb(entry) for entry in column.entries()])
        rest -= column * column.transpose() * pivot
    inputs = acb_mat(rows)
    products = acb_mat([[acb(value) for value in row] for row in (samples.transpose() * targets).tolist()])
    # Ỹ with X̃ᵀỸ = XᵀY.
    return rows, (inputs * inputs.transpose()).solve(inputs * products).tolist()


def block_units(problem: Problem, input_size: float, target_size: float, ridge: np.ndarray) -> np.ndarray | None:
    """log a_b for each block: λ̃ is made alike over the blocks as far as the homogeneity of f allows; None if it is not homogeneous."""
    network = problem.network
    degrees = block_degrees(network)
    if not degrees:
        return None
    target = np.log(target_size) - sum(network.exponents[0]) * np.log(input_size)
    mean = [
        float(np.log(rows[rows > 0]).mean()) if (rows > 0).any() else None
        for rows in (np.array(block).ravel() for block in matrices(network, ridge))
    ]
    known = [value for value in mean if value is not None]
    level = float(np.mean(known)) if known else 0.0
    wished = np.array([-(value if value is not None else level) / 2 for value in mean])
    # The smallest change of the wish log a_b = −½ log λ_b that meets degrees·log a = target.
    constraints = np.array(degrees, dtype=float)
    shift = np.linalg.lstsq(constraints, target - constraints @ wished, rcond=None)[0]
    logs = wished + shift
    return logs if np.allclose(constraints @ logs, target) else None


@lru_cache(maxsize=64)
def block_degrees(network: Network) -> tuple[tuple[int, ...], ...] | None:
    """The distinct degrees in each block of the monomials of c_α(w); None when the features x^α differ in degree, () when f is zero."""
    if len({sum(alpha) for alpha in network.exponents}) > 1:
        return None
    names = family(network).variables
    ring = flint.fmpq_mpoly_ctx.get(names, "degrevlex")
    blocks = np.repeat(np.arange(len(network.blocks)), [block.size for block in network.blocks])
    found = set()
    for row in network.coefficients(matrices(network, ring.gens())):
        for entry in row:
            for exponents in (ring.constant(1) * entry).to_dict():
                degrees = [0] * len(network.blocks)
                for exponent, block in zip(exponents, blocks):
                    degrees[block] += int(exponent)
                found.add(tuple(degrees))
    return tuple(sorted(found))


@lru_cache(maxsize=64)
def filling(network: Network) -> int:
    """The least number of samples whose moments (μ, ν) fill their space: the Jacobian of (X, Y) ↦ (μ, ν) has full rank."""
    draw = np.random.default_rng(0)
    moments, features = moment_exponents(network), network.exponents
    wanted = len(moments) + network.outputs * len(features)
    samples = 0
    columns = np.empty((wanted, 0))
    while True:
        samples += 1
        x, y = draw.standard_normal(network.inputs), draw.standard_normal(network.outputs)
        by_input = np.array(
            [_partials(gamma, x) for gamma in moments]
            + [y[o] * _partials(alpha, x) for o in range(network.outputs) for alpha in features]
        )
        powers = np.array([np.prod(x ** np.array(alpha)) for alpha in features])
        by_target = np.zeros((wanted, network.outputs))
        for o in range(network.outputs):
            by_target[len(moments) + o * len(features) : len(moments) + (o + 1) * len(features), o] = powers
        columns = np.hstack([columns, by_input, by_target])
        if columns.shape[1] >= wanted and np.linalg.matrix_rank(columns) == wanted:
            return samples


def _partials(exponents: tuple[int, ...], x: np.ndarray) -> np.ndarray:
    """The gradient of x^exponents at x."""
    powers = np.array(exponents)
    return np.array([k * np.prod(x ** (powers - (np.arange(len(x)) == i))) if k else 0.0 for i, k in enumerate(exponents)])


def _size(values: np.ndarray) -> float:
    """The root mean square of the entries, or 1 when all are zero."""
    return float(np.sqrt(np.mean(values**2))) or 1.0
