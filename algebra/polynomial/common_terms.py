"""From linear combinations of monomials to few binary operations: common-subexpression elimination.

Three greedy passes, each of which shares what occurs at least twice: common factors within a sum (ab + ac = a(b + c)), pairs of
factors among all monomials (which also gives powers by repeated squaring), and pairs of terms among all sums.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from fractions import Fraction
from math import gcd
from typing import Any

Monomial = tuple[int, ...]
Terms = dict[Monomial, Fraction]
Factor = Callable[[Terms], tuple[Monomial, Fraction]]

ADD, SUBTRACT, MULTIPLY = range(3)


def operations(
    outputs: Sequence[Terms], sums: dict[int, Terms], factor: Factor, inputs: int
) -> tuple[tuple[Fraction, ...], list[tuple[int, int, int]], list[int]]:
    """The constants, the operations (opcode, left, right) and the value numbers of ``outputs``.

    ``sums`` defines the atoms that are not inputs, ``factor`` makes new ones (see `straight_line.Trace.factor`). Values are
    numbered: the ``inputs``, then the constants, then the result of every operation in turn.
    """
    definitions: dict[Hashable, Terms] = {("output", k): factored(terms, factor) for k, terms in enumerate(outputs)}
    waiting = list(definitions)
    while waiting:
        for monomial in definitions[waiting.pop()]:
            for atom in monomial:
                if atom in sums and atom not in definitions:
                    definitions[atom] = factored(sums[atom], factor)
                    waiting.append(atom)
    emission = _Emission(inputs, definitions)
    results = [emission.sum_value(("output", k)) for k in range(len(outputs))]
    return emission.numbered(results)


def factored(terms: Terms, factor: Factor) -> Terms:
    """The same sum with its most frequent factors pulled out.

    >>> from critscape.algebra.polynomial.straight_line import Trace
    >>> trace = Trace(3)
    >>> factored({(0, 1): Fraction(1), (0, 2): Fraction(1)}, trace.factor)
    {(0, 3): Fraction(1, 1)}
    >>> trace.sums
    {3: {(1,): Fraction(1, 1), (2,): Fraction(1, 1)}}
    """
    terms = dict(terms)
    while True:
        counts = Counter(atom for monomial in terms for atom in set(monomial))
        atom, count = max(counts.items(), key=lambda item: (item[1], -item[0]), default=(0, 0))
        if count < 2:
            return terms
        inside = {}
        for monomial in [monomial for monomial in terms if atom in monomial]:
            k = monomial.index(atom)
            inside[monomial[:k] + monomial[k + 1 :]] = terms.pop(monomial)
        rest, content = factor(inside)
        monomial = tuple(sorted((atom, *rest)))
        coefficient = terms.pop(monomial, Fraction(0)) + content
        if coefficient:
            terms[monomial] = coefficient


def shared_pairs(bags: Sequence[list], pair: Callable[[Any, Any], tuple], replace: Callable[[tuple, Any, Any], Any]) -> None:
    """Replace the most frequent pair of items in all ``bags`` (in place), again and again, while one occurs twice.

    ``pair(a, b)`` is the kind of a pair, the same for (b, a); ``replace(kind, a, b)`` the item that stands for it.
    """

    def kinds(bag: list) -> Counter:
        return Counter(pair(a, b) for k, a in enumerate(bag) for b in bag[k + 1 :])

    where: dict[tuple, set[int]] = {}
    counts: Counter = Counter()
    for index, bag in enumerate(bags):
        found = kinds(bag)
        counts.update(found)
        for kind in found:
            where.setdefault(kind, set()).add(index)
    while counts:
        best, count = max(counts.items(), key=lambda item: item[1])
        if count < 2:
            return
        merged = False
        for index in sorted(where[best]):
            bag = bags[index]
            before = kinds(bag)
            while True:
                at = next(((i, j) for j in range(len(bag)) for i in range(j) if pair(bag[i], bag[j]) == best), None)
                if at is None:
                    break
                b, a = bag.pop(at[1]), bag.pop(at[0])
                bag.append(replace(best, a, b))
                merged = True
            after = kinds(bag)
            counts.subtract(before)
            counts.update(after)
            for kind in before.keys() - after.keys():
                where[kind].discard(index)
            for kind in after.keys() - before.keys():
                where.setdefault(kind, set()).add(index)
        if not merged:
            del counts[best]


class _Emission:
    """Emits hash-consed operations. An operand is a value number (inputs first, then results) or a constant (a pair with None)."""

    def __init__(self, inputs: int, definitions: dict[Hashable, Terms]):
        self.inputs = inputs
        self.steps: dict[tuple[int, Any, Any], int] = {}
        self.done: dict[Hashable, Any] = {}
        # Negative items of products stand for shared pairs of factors.
        self.pair_of: dict[tuple, int] = {}
        monomials = list({monomial for terms in definitions.values() for monomial in terms})
        monomials.sort()
        bags = [list(monomial) for monomial in monomials]
        shared_pairs(bags, lambda a, b: (a, b) if a <= b else (b, a), lambda kind, a, b: self._token(kind))
        self.products = dict(zip(monomials, bags))
        # Terms of sums are (token, coefficient); a token stands for a monomial or, if the key is (token, token, ratio), a pair.
        self.totals = {
            name: [(self._token(monomial), coefficient) for monomial, coefficient in terms.items()] for name, terms in definitions.items()
        }
        shared_pairs(list(self.totals.values()), _term_pair, lambda kind, a, b: (self._token(kind), min(a, b)[1]))
        self.meaning = {token: kind for kind, token in self.pair_of.items()}

    def _token(self, kind: tuple) -> int:
        return self.pair_of.setdefault(kind, -1 - len(self.pair_of))

    def operation(self, opcode: int, left: Any, right: Any) -> int:
        if opcode != SUBTRACT and (isinstance(left, int), left) > (isinstance(right, int), right):
            left, right = right, left
        return self.steps.setdefault((opcode, left, right), self.inputs + len(self.steps))

    def sum_value(self, name: Hashable) -> Any:
        """The value of an atom or of an output."""
        if name not in self.totals:
            return name
        if name not in self.done:
            self.done[name] = self._chain([(self._term_value(token), c) for token, c in self.totals[name]])
        return self.done[name]

    def _term_value(self, token: int) -> Any:
        if token not in self.done:
            kind = self.meaning[token]
            if kind and isinstance(kind[-1], tuple):
                first, second, ratio = kind
                self.done[token] = self._chain([(self._term_value(first), Fraction(1)), (self._term_value(second), Fraction(*ratio))])
            else:
                self.done[token] = self._product_value(self.products[kind])
        return self.done[token]

    def _product_value(self, items: list[int]) -> Any:
        values = []
        for item in items:
            if item < 0 and item not in self.done:
                self.done[item] = self._product_value(list(self.meaning[item]))
            values.append(self.done[item] if item < 0 else self.sum_value(item))
        if not values:
            return _constant(1)
        result = values[0]
        for value in values[1:]:
            result = self.operation(MULTIPLY, result, value)
        return result

    def _chain(self, terms: list[tuple[Any, Fraction]]) -> Any:
        """Σ coefficient · value, a term with a plus sign first if there is one."""
        result = None
        for value, coefficient in sorted(terms, key=lambda term: term[1] < 0):
            size = abs(coefficient)
            if isinstance(value, tuple):
                value = _constant(value[1] * size)
            elif size == 2:
                value = self.operation(ADD, value, value)
            elif size != 1:
                value = self.operation(MULTIPLY, _constant(size), value)
            if coefficient > 0:
                result = value if result is None else self.operation(ADD, result, value)
            else:
                result = self.operation(SUBTRACT, _constant(0) if result is None else result, value)
        return _constant(0) if result is None else result

    def numbered(self, results: list[Any]) -> tuple[tuple[Fraction, ...], list[tuple[int, int, int]], list[int]]:
        operands = [operand for step in self.steps for operand in step[1:]] + results
        constants = sorted({operand for operand in operands if isinstance(operand, tuple)}, key=lambda pair: pair[1])
        place: dict[Any, int] = {value: value for value in range(self.inputs)}
        place.update((constant, self.inputs + k) for k, constant in enumerate(constants))
        steps: list[tuple[int, int, int]] = []
        for (opcode, left, right), value in self._grouped():
            place[value] = self.inputs + len(constants) + len(steps)
            steps.append((opcode, place[left], place[right]))
        return tuple(value for _, value in constants), steps, [place[result] for result in results]

    def _grouped(self) -> list[tuple[tuple[int, Any, Any], int]]:
        """The steps in an order with long runs of equal opcodes, which an interpreter's branch prediction likes (twice as fast)."""
        ordered: list[tuple[tuple[int, Any, Any], int]] = []
        waiting = list(self.steps.items())
        unknown = set(self.steps.values())
        while waiting:
            ready = Counter(step[0] for step, _ in waiting if unknown.isdisjoint(step[1:]))
            opcode, later = max(ready, key=ready.__getitem__), []
            for step, value in waiting:
                if step[0] == opcode and unknown.isdisjoint(step[1:]):
                    ordered.append((step, value))
                    unknown.discard(value)
                else:
                    later.append((step, value))
            waiting = later
        return ordered


def _constant(value: Fraction | int) -> tuple[None, Fraction]:
    """A constant as an operand, never equal to a value number."""
    return None, Fraction(value)


def _term_pair(first: tuple[int, Fraction], second: tuple[int, Fraction]) -> tuple[int, int, tuple[int, int]]:
    """Both tokens and the ratio of the coefficients, as two integers: fractions take five times as long to divide and to hash."""
    if second[0] < first[0]:
        first, second = second, first
    p, q = first[1].as_integer_ratio()
    r, s = second[1].as_integer_ratio()
    numerator, denominator = r * q, s * p
    common = gcd(numerator, denominator) if denominator > 0 else -gcd(numerator, denominator)
    return first[0], second[0], (numerator // common, denominator // common)
