"""Straight-line programs for the gradient, the Hessian and the parameter derivative of a family of losses.

The formula of a family is traced once on symbolic inputs. Values are *linear combinations of monomials* over atoms; an atom is
an input or a sum that some product needed as a factor, stored once (hash-consed) and up to a constant. So equal terms merge,
constants fold, and the factored shape of the formula survives. The gradient is the reverse sweep over the atoms (Griewank and
Walther, "Evaluating Derivatives", 2008, chapter 3), the Hessian its forward derivative; `critscape.algebra.polynomial.common_terms` turns the
results into few binary operations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import lru_cache
from typing import Any

import flint
import numpy as np

from critscape.algebra.polynomial.common_terms import ADD, MULTIPLY, Monomial, Terms, operations
from critscape.algebra.polynomial.loss import Family, symmetric

OFTEN = 32
"""Evaluations after which a program is turned into a Python function, which takes as long as a hundred evaluations."""
LONGEST = 20_000
"""Operations of the longest program that is turned into one."""


@dataclass(frozen=True)
class Program:
    """Binary operations on a file of registers.

    The first ``inputs`` registers hold the inputs, the next ones ``constants``; operation k writes
    ``left[k] (opcode[k]) right[k]`` into ``target[k]``, which is never a register that it reads. ``outputs`` are registers.
    All arrays are int64, ``registers`` is the size of the file.
    """

    inputs: int
    constants: tuple[Fraction, ...]
    opcode: np.ndarray
    left: np.ndarray
    right: np.ndarray
    target: np.ndarray
    outputs: np.ndarray
    registers: int

    def __len__(self) -> int:
        return len(self.opcode)

    def __getstate__(self) -> dict[str, Any]:
        # What is remembered on it is made again where it is needed.
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True)
class Programs:
    """What a tracker evaluates, for n weights w and q parameters p.

    ``gradient`` : (w, p) ↦ ∂L/∂w_i, n outputs.
    ``gradient_hessian`` : (w, p) ↦ the gradient, then the upper Hessian ∂²L/∂w_i∂w_j, i ≤ j, row by row.
    ``rate`` : (w, p, ṗ) ↦ Σ_k ∂²L/∂w_i∂p_k ṗ_k, n outputs.
    """

    gradient: Program
    gradient_hessian: Program
    rate: Program


@lru_cache(maxsize=64)
def programs(family: Family) -> Programs:
    """The straight-line programs of a family (traced and compiled once).

    >>> square = Family(("x",), ("a",), lambda w, p: (w[0] - p[0]) ** 2 / 2)
    >>> evaluate(programs(square).gradient_hessian, (Fraction(5),), (Fraction(3),))
    [Fraction(2, 1), 1]
    """
    n, q = len(family.variables), len(family.parameters)
    trace = Trace(n + 2 * q)
    inputs = [Traced(trace, {(k,): Fraction(1)}) for k in range(n + 2 * q)]
    loss = family.formula(inputs[:n], inputs[n : n + q])
    slopes = trace.gradient(loss.terms if isinstance(loss, Traced) else {}, n)
    weight_seeds: list[dict[int, dict[tuple[int, ...], Fraction]]] = [{i: {(): Fraction(1)}} for i in range(n)]
    upper = [trace.derivative(slopes[i], j, weight_seeds[j]) for i in range(n) for j in range(i, n)]
    parameter_seeds: dict[int, dict[tuple[int, ...], Fraction]] = {n + k: {(n + q + k,): Fraction(1)} for k in range(q)}
    rates = [trace.derivative(slope, n, parameter_seeds) for slope in slopes]
    return Programs(
        gradient=_compiled(trace, n + q, slopes),
        gradient_hessian=_compiled(trace, n + q, slopes + upper),
        rate=_compiled(trace, n + 2 * q, rates),
    )


@lru_cache(maxsize=64)
def triangle(n: int) -> np.ndarray:
    """Where entry (i, j) of the Hessian stands in its upper triangle as `Programs.gradient_hessian` lists it, (n, n) integers.

    >>> triangle(2)
    array([[0, 1],
           [1, 2]])
    """
    places = np.array(symmetric(range(n * (n + 1) // 2), n), dtype=np.int64).reshape(n, n)
    places.setflags(write=False)
    return places


def evaluate(program: Program, *inputs: Sequence[Any]) -> list[Any]:
    """The outputs of ``program`` on the concatenated ``inputs``, in whatever ring these live (balls, mpmath, Fraction, arrays).

    Raises ValueError when the number of inputs is wrong. Outputs that are constants come back as Python numbers.
    """
    values = [value for group in inputs for value in group]
    if len(values) != program.inputs:
        raise ValueError(f"the program takes {program.inputs} inputs, not {len(values)}")
    registers = values + _constants(program, values)
    function = _function(program)
    if function is not None:
        return function(registers)
    registers += [None] * (program.registers - len(registers))
    for opcode, left, right, target in _instructions(program):
        if opcode == MULTIPLY:
            registers[target] = registers[left] * registers[right]
        elif opcode == ADD:
            registers[target] = registers[left] + registers[right]
        else:
            registers[target] = registers[left] - registers[right]
    return [registers[k] for k in program.outputs]


def _function(program: Program) -> Callable[[list[Any]], list[Any]] | None:
    """The same operations as a Python function of inputs and constants, remembered on the program; None for one that is seldom evaluated."""
    remembered = program.__dict__
    if "function" not in remembered:
        remembered["evaluations"] = remembered.get("evaluations", 0) + 1
        if remembered["evaluations"] <= OFTEN or len(program) > LONGEST:
            return None
        signs = {MULTIPLY: "*", ADD: "+"}
        lines = [f"r{target} = r{left} {signs.get(opcode, '-')} r{right}" for opcode, left, right, target in _instructions(program)]
        given = "".join(f"r{k}, " for k in range(program.inputs + len(program.constants)))
        source = "\n    ".join(
            [f"def function(given):\n    [{given}] = given", *lines, f"return [{', '.join(f'r{k}' for k in program.outputs)}]"]
        )
        space: dict[str, Any] = {}
        exec(source, space)
        remembered["function"] = space["function"]
    return remembered["function"]


def _instructions(program: Program) -> list[tuple[int, int, int, int]]:
    """The operations as Python integers, remembered on the (otherwise immutable) program."""
    if "listed" not in program.__dict__:
        columns = (program.opcode, program.left, program.right, program.target)
        program.__dict__["listed"] = list(zip(*(column.tolist() for column in columns)))
    return program.__dict__["listed"]


KINDS = {float: "float", complex: "complex"}
"""Kinds of inputs for which constants are remembered, by the name under which they are."""


def _constants(program: Program, values: Sequence[Any]) -> list[Any]:
    """The constants of a program for inputs ``values``; those for double precision, balls and fractions are remembered on the program."""
    kind = type(values[0] if values else None)
    if kind is flint.acb or kind is flint.arb:
        return _ball_constants(program, kind)
    known = program.__dict__.get(KINDS.get(kind, ""))
    if known is not None:
        return known
    sample = next((value for value in values if not isinstance(value, (int, Fraction))), None)
    if isinstance(sample, np.ndarray) and sample.dtype in (np.float64, np.complex128):
        sample = 0.0
    kind = type(sample)
    name = "flint" if kind.__module__.startswith("flint") else kind.__name__
    if name not in ("float", "complex", "flint", "NoneType"):
        return [_embedded(constant, sample) for constant in program.constants]
    if name not in program.__dict__:
        # Not by the sample itself, which may be infinite.
        neutral = kind(0) if kind in (float, complex) else sample
        program.__dict__[name] = [_embedded(constant, neutral) for constant in program.constants]
    return program.__dict__[name]


def _ball_constants(program: Program, ball: type) -> list[Any]:
    """Fractions rounded to balls of FLINT's working precision, which each product with one would do again."""
    known, precision = program.__dict__.setdefault("balls", {}), flint.ctx.prec
    if (ball, precision) not in known:
        constants = [_embedded(constant, ball(0)) for constant in program.constants]
        known[ball, precision] = [c if isinstance(c, int) else ball(c) for c in constants]
    return known[ball, precision]


def _embedded(constant: Fraction, sample: Any) -> Any:
    """A rational constant as something that ``sample`` multiplies with; None: whole numbers and fractions."""
    if constant.denominator == 1:
        return int(constant)
    if sample is None:
        return constant
    if type(sample).__module__.startswith("flint"):
        return flint.fmpq(constant.numerator, constant.denominator)
    return (0 * sample + constant.numerator) / constant.denominator


def _compiled(trace: Trace, inputs: int, outputs: list[Terms]) -> Program:
    """Lower to operations, then assign registers: a register is free again after the last use of its value."""
    constants, steps, results = operations(outputs, trace.sums, trace.factor, inputs)
    fixed = inputs + len(constants)
    last = {operand: k for k, (_, a, b) in enumerate(steps) for operand in (a, b)}
    last.update((value, len(steps)) for value in results)
    place = {value: value for value in range(fixed)}
    free: list[int] = []
    size = fixed
    code = np.empty((4, len(steps)), dtype=np.int64)
    for k, (opcode, a, b) in enumerate(steps):
        if not free:
            free.append(size)
            size += 1
        place[fixed + k] = free.pop()
        code[:, k] = opcode, place[a], place[b], place[fixed + k]
        # Freed only now, so that a target never aliases an operand: the lane kernel may then vectorise without checks.
        free.extend(place[value] for value in {a, b} if value >= fixed and last[value] == k)
    opcodes, lefts, rights, targets = code
    return Program(inputs, constants, opcodes, lefts, rights, targets, np.array([place[value] for value in results], dtype=np.int64), size)


class Trace:
    """The atoms of one family: ``sums[atom]`` are the terms of a sum atom; atoms below ``inputs`` are inputs."""

    def __init__(self, inputs: int):
        self.sums: dict[int, Terms] = {}
        self._next = inputs
        self._known: dict[tuple, int] = {}
        self._derivatives: dict[tuple[int, int], Terms] = {}

    def factor(self, terms: Terms) -> tuple[Monomial, Fraction]:
        """``terms`` (not empty) as one monomial times a constant; a proper sum becomes an atom with leading coefficient 1."""
        if len(terms) == 1:
            return next(iter(terms.items()))
        ordered = sorted(terms.items())
        content = ordered[0][1]
        key = tuple((monomial, coefficient / content) for monomial, coefficient in ordered)
        atom = self._known.get(key)
        if atom is None:
            atom = self._known[key] = self._next
            self.sums[atom] = dict(key)
            self._next += 1
        return (atom,), content

    def product(self, first: Terms, second: Terms) -> Terms:
        if not first or not second:
            return {}
        for one, other in ((first, second), (second, first)):
            if len(one) == 1 and () in one:
                return {monomial: one[()] * coefficient for monomial, coefficient in other.items()}
        (left, a), (right, b) = self.factor(first), self.factor(second)
        return {tuple(sorted(left + right)): a * b}

    def total(self, parts: Iterable[Terms]) -> Terms:
        """The sum, with lone sum atoms spelled out so that equal terms meet."""
        result: Terms = {}
        stack = list(parts)
        while stack:
            for monomial, coefficient in stack.pop().items():
                if len(monomial) == 1 and monomial[0] in self.sums:
                    stack.append({inner: coefficient * c for inner, c in self.sums[monomial[0]].items()})
                else:
                    result[monomial] = result.get(monomial, 0) + coefficient
        return {monomial: coefficient for monomial, coefficient in result.items() if coefficient}

    def gradient(self, loss: Terms, n: int) -> list[Terms]:
        """The derivatives with respect to inputs 0, …, n − 1: one reverse sweep."""
        pending: dict[int, list[Terms]] = {}
        slopes: list[Terms] = [{} for _ in range(n)]

        def push(terms: Terms, weight: Terms) -> None:
            for atom, partial in _partials(terms):
                pending.setdefault(atom, []).append(self.product(weight, partial))

        push(loss, {(): Fraction(1)})
        while pending:
            # An atom's parts have smaller numbers than itself, so the largest pending atom is complete.
            atom = max(pending)
            adjoint = self.total(pending.pop(atom))
            if atom in self.sums:
                push(self.sums[atom], adjoint)
            elif atom < n:
                slopes[atom] = adjoint
        return slopes

    def derivative(self, terms: Terms, direction: int, seeds: dict[int, Terms]) -> Terms:
        """The directional derivative; ``seeds`` maps inputs to their rates, ``direction`` is the name of these seeds."""
        parts = []
        for atom, partial in _partials(terms):
            if atom not in self.sums:
                rate = seeds.get(atom, {})
            elif (atom, direction) in self._derivatives:
                rate = self._derivatives[atom, direction]
            else:
                rate = self._derivatives[atom, direction] = self.derivative(self.sums[atom], direction, seeds)
            parts.append(self.product(partial, rate))
        return self.total(parts)


def _partials(terms: Terms) -> list[tuple[int, Terms]]:
    """The partial derivative of every monomial with respect to each of its atoms."""
    found = []
    for monomial, coefficient in terms.items():
        for atom in set(monomial):
            k = monomial.index(atom)
            found.append((atom, {monomial[:k] + monomial[k + 1 :]: coefficient * monomial.count(atom)}))
    return found


class Traced:
    """A value of the formula while it is traced: arithmetic on it records terms."""

    __slots__ = ("terms", "trace")

    def __init__(self, trace: Trace, terms: Terms):
        self.trace = trace
        self.terms = terms

    def _with(self, other: Any, combine: Callable[[Terms, Terms], Terms]) -> Any:
        if isinstance(other, Traced):
            return Traced(self.trace, combine(self.terms, other.terms))
        if isinstance(other, (int, Fraction)):
            return Traced(self.trace, combine(self.terms, {(): Fraction(other)} if other else {}))
        return NotImplemented

    def __add__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: self.trace.total((a, b)))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: self.trace.total((a, _scaled(b, -1))))

    def __rsub__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: self.trace.total((_scaled(a, -1), b)))

    def __mul__(self, other: Any) -> Any:
        return self._with(other, self.trace.product)

    __rmul__ = __mul__

    def __neg__(self) -> Traced:
        return Traced(self.trace, _scaled(self.terms, -1))

    def __pos__(self) -> Traced:
        return self

    def __truediv__(self, other: Any) -> Any:
        if not isinstance(other, (int, Fraction)):
            return NotImplemented
        return Traced(self.trace, _scaled(self.terms, Fraction(1) / other))

    def __pow__(self, exponent: int) -> Any:
        if not isinstance(exponent, int) or exponent < 0:
            return NotImplemented
        if exponent == 0 or not self.terms:
            return Traced(self.trace, {} if exponent else {(): Fraction(1)})
        monomial, coefficient = self.trace.factor(self.terms)
        return Traced(self.trace, {tuple(sorted(monomial * exponent)): coefficient**exponent})


def _scaled(terms: Terms, factor: Fraction | int) -> Terms:
    return {monomial: coefficient * factor for monomial, coefficient in terms.items()}
