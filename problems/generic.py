"""Continuation from a generic complex member of a problem's family to the problem itself, in units in which both have size one.

The number of critical points of a generic member depends on the network and, while they are few, on the number of samples. From
some number of samples on, the moments (μ, ν) fill their whole space; then all data sets belong to one linear family and the
path is straight in (μ, ν, λ). With fewer samples the path moves the samples themselves, so that it stays in their family
(DESIGN, section 4, "Data enter linearly").
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import flint
import numpy as np
from numpy.polynomial import Polynomial

from algebra.loss import exact
from problems.network import Network, matrices
from problems.problem import Problem
from problems.squared_loss import family, moment_exponents, parameters


@dataclass(frozen=True)
class Continuation:
    """The way from a generic member to one problem, in natural units: w = ``units``·u, shape (n,).

    ``inputs`` (m, d_x), ``targets`` (m, d_y) and ``ridge`` (n,) are the problem's data in these units; ``input_size`` and
    ``target_size`` are the units of x and y.
    """

    network: Network
    units: np.ndarray
    input_size: float
    target_size: float
    inputs: np.ndarray
    targets: np.ndarray
    ridge: np.ndarray

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
        return np.array([*mu, *nu, y * y, *((y / self.units) ** 2)])

    @property
    def tilt_units(self) -> np.ndarray:
        """The units of the tilt (n,)."""
        return self.target_size**2 / self.units

    @property
    def space(self) -> DataSpace:
        """The space of the data of this shape."""
        return DataSpace(self.network, self.samples)

    def curve(self, rng: np.random.Generator | None) -> np.ndarray:
        """Coefficients of p(t) = Σ_k p_k t^k, shape (K + 1, q): the generic member at t = 1, the problem at t = 0.

        A generator bends the path by t(1 − t) times random complex amounts; None leaves it straight.
        """
        return self.space.curve(_bent(self.space.place(self.inputs, self.targets, self.ridge), self.space.generic(), rng))


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
        weights = sum(block.size for block in self.network.blocks)
        ridge = np.exp(0.5 * rng.standard_normal(weights) + 1j * rng.uniform(-np.pi, np.pi, weights))
        return self.place(inputs, targets, ridge)

    def curve(self, places: np.ndarray) -> np.ndarray:
        """p(d(t)) = Σ_k p_k t^k as (K′ + 1, q) along d(t) = Σ_k ``places[k]`` t^k, shape (K + 1, D)."""
        if self.full:
            return places
        inputs, outputs = self.samples * self.network.inputs, self.samples * self.network.outputs
        moving = _polynomials(places)
        data = moving[:inputs].reshape(self.samples, -1), moving[inputs : inputs + outputs].reshape(self.samples, -1)
        columns = [entry.coef for entry in parameters(self.network, *data, moving[inputs + outputs :])]
        curve = np.zeros((max(map(len, columns)), len(columns)), dtype=complex)
        for k, column in enumerate(columns):
            curve[: len(column), k] = column
        return curve


def continuation(problem: Problem) -> Continuation:
    """The continuation for a problem, in units that make inputs, targets and the ridge of each block about one.

    With w = a_b u on block b, x̃ = s x, ỹ = r y and ∏ a_b^{e_b} = s^δ / r, where f has degree e_b in block b and δ in x, the loss is
    r⁻² times the same network's loss at x̃, ỹ and λ̃ = r² a_b² λ. Families that are not homogeneous in this sense keep their units.
    """
    network = problem.network
    inputs, targets = compressed(problem)
    ridge = np.array([float(strength) for strength in problem.ridge])
    sizes = [block.size for block in network.blocks]
    logs = block_units(problem, _size(inputs), _size(targets), ridge)
    if logs is None:
        return Continuation(network, np.ones(len(ridge)), 1.0, 1.0, inputs, targets, ridge)
    units = np.repeat(np.exp(logs), sizes)
    x, y = _size(inputs), _size(targets)
    return Continuation(network, units, x, y, inputs / x, targets / y, ridge * (units / y) ** 2)


def compressed(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and targets in double precision, with as few samples as the rank of the inputs where f is linear in x.

    X = U S Vᵀ and Y give the same XᵀX and XᵀY as the r samples S Vᵀ with targets UᵀY: rank-deficient data are generic again as
    data of r samples, and no path is wasted on them (DESIGN, section 4).
    """
    inputs, targets = (np.array(rows, dtype=float) for rows in (problem.inputs, problem.targets))
    if any(sum(alpha) != 1 for alpha in problem.network.exponents):
        return inputs, targets
    rank = flint.fmpq_mat([[exact(x) for x in row] for row in problem.inputs]).rank()
    if rank in (0, len(inputs)) or rank == problem.network.inputs:
        return inputs, targets
    left, sizes, right = np.linalg.svd(inputs, full_matrices=False)
    return sizes[:rank, None] * right[:rank], left[:, :rank].T @ targets


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


def _bent(end: np.ndarray, start: np.ndarray, rng: np.random.Generator | None) -> np.ndarray:
    """Coefficients in t of end + t (start − end), plus t(1 − t) times random complex amounts when a generator is given."""
    if rng is None:
        return np.array([end, start - end])
    bend = (np.abs(start) + np.abs(end)) * (rng.standard_normal(end.shape) + 1j * rng.standard_normal(end.shape)) / 2
    return np.array([end, start - end + bend, -bend])


def _polynomials(coefficients: np.ndarray) -> np.ndarray:
    """The columns of ``coefficients`` (K + 1, D) as an array (D,) of polynomials in t."""
    result = np.empty(coefficients.shape[1], dtype=object)
    result[:] = [Polynomial(column) for column in coefficients.T]
    return result


def _size(values: np.ndarray) -> float:
    """The root mean square of the entries, or 1 when all are zero."""
    return float(np.sqrt(np.mean(values**2))) or 1.0
