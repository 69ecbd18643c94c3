"""Ranks, profiles, inverses and lifted solutions against Gaussian elimination over ℚ and modulo primes in Python's integers."""

import random
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from critscape.algebra.certificates.modular_elimination import eliminated, inverse, lifted, reconstructed
from critscape.algebra.certificates.plain_bound import is_prime

PRIMES = [2, 3, 7, 65537, 2**31 - 1, 2**61 - 1]


def greedy(rows, width, lead, prime):
    """The rows that are independent of those above them in the first columns, one row at a time."""
    pivots, found = [], []
    for row in rows:
        row = [row.get(j, 0) % prime for j in range(width)]
        for column, pivot in pivots:
            row = [(a - row[column] * b) % prime for a, b in zip(row, pivot)]
        column = next((j for j in range(lead) if row[j]), None)
        found.append(column is not None)
        if column is not None:
            scale = pow(row[column], -1, prime)
            row = [a * scale % prime for a in row]
            pivots = [(k, [(a - pivot[column] * b) % prime for a, b in zip(pivot, row)]) for k, pivot in pivots] + [(column, row)]
    return found


def sparse_rows(draw, number, width, size):
    """Random rows, many of them combinations of earlier ones."""
    rows = []
    for _ in range(number):
        if len(rows) > 1 and draw.random() < 0.4:
            one, other = draw.sample(rows, 2)
            a, b = draw.randint(-3, 3), draw.randint(-3, 3)
            rows.append({j: a * one.get(j, 0) + b * other.get(j, 0) for j in {*one, *other}})
        else:
            rows.append({draw.randrange(width): draw.randint(-size, size) for _ in range(draw.randint(0, 4))})
    return rows


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(PRIMES))
def test_the_profile_is_that_of_one_row_after_the_other(seed, prime):
    draw = random.Random(seed)
    width = draw.randint(1, 9)
    lead = draw.randint(1, width)
    rows = sparse_rows(draw, draw.randint(0, 12), width, 10**12)
    found = list(eliminated(rows, width, lead, prime, tags=min(len(rows), lead)))
    assert [new for new, _ in found] == greedy(rows, width, lead, prime)
    assert sum(new for new, _ in eliminated(rows, width, width, prime)) == sum(greedy(rows, width, width, prime))
    basis = [row for row, (new, _) in zip(rows, found) if new]
    for row, (new, rest) in zip(rows, found):
        if not new:
            weights = [int(tag) for tag in rest[width:]]
            assert not any(rest[:lead])
            for j in range(width):
                assert (row.get(j, 0) + sum(w * b.get(j, 0) for w, b in zip(weights, basis)) - int(rest[j])) % prime == 0


def test_more_rows_than_are_taken_at_once():
    draw = random.Random(5)
    rows = sparse_rows(draw, 700, 90, 50)
    assert [new for new, _ in eliminated(rows, 90, 70, 2**31 - 1)] == greedy(rows, 90, 70, 2**31 - 1)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(PRIMES[3:]))
def test_solutions_over_the_rationals_are_found(seed, prime):
    draw = random.Random(seed)
    size = draw.randint(1, 6)
    matrix = np.array([[draw.randint(-(10**12), 10**12) for _ in range(size)] for _ in range(size)], dtype=object)
    right = np.array([draw.randint(-(10**12), 10**12) for _ in range(size)], dtype=object)
    if sympy.Matrix(matrix).det() % prime == 0:
        return
    back = inverse(matrix, prime).astype(object)
    assert ((back @ matrix - np.eye(size, dtype=int)) % prime == 0).all()
    solution = [Fraction(int(x.p), int(x.q)) for x in sympy.Matrix(matrix).LUsolve(sympy.Matrix(right))]
    candidates = list(lifted(matrix, right, prime)) if seed % 20 == 0 else lifted(matrix, right, prime)
    assert any(found == solution for found in candidates)


@settings(max_examples=200, deadline=None)
@given(st.fractions(-30, 30, max_denominator=1000))
def test_a_fraction_is_found_from_its_residue(value):
    modulus = 2**31 - 1
    residue = value.numerator * pow(value.denominator, -1, modulus) % modulus
    assert reconstructed(residue, modulus) == value


def test_primes():
    pseudoprimes = [2047, 3215031751, 3825123056546413051, 341, 561, 65537**2, 2**63 - 1]
    numbers = [*range(-2, 2000), *pseudoprimes, 2**31 - 1, 2**61 - 1, 2**63 - 25, *(2**62 + k for k in range(200))]
    assert [n for n in numbers if is_prime(n)] == [n for n in numbers if n > 1 and sympy.isprime(n)]
    assert not is_prime(2**89 - 1)


@pytest.mark.parametrize("prime", PRIMES)
def test_nothing_is_eliminated_from_nothing(prime):
    assert list(eliminated([], 3, 3, prime)) == [] and not any(new for new, _ in eliminated([{}, {}], 2, 2, prime))
