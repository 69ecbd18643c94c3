"""Hilbert functions modulo a prime: known ones, and those that ranks of all multiples give."""

from functools import reduce
from itertools import combinations_with_replacement, islice, zip_longest
from math import comb

import flint
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from critscape.algebra.bounds import hilbert_function as with_flint
from critscape.algebra.bounds.hilbert_function import hilbert_function
from critscape.algebra.bounds.packed_polynomials import exponents_of, packed
from critscape.algebra.bounds.proof import Unproved
from critscape.algebra.certificates import plain_hilbert_function as plain

MERSENNE = 2**31 - 1


def both(forms, n, most, masks=(), prime=MERSENNE):
    """The dimensions that the two implementations find, up to a degree; they are the same."""
    found = list(islice(hilbert_function([{packed(m): c for m, c in form.items()} for form in forms], n, masks, prime), most + 1))
    signs = [sum(odd << i for i, odd in enumerate(exponents_of(mask, n))) for mask in masks]
    assert found == plain.hilbert_function(forms, n, most, signs, prime)
    return found


def monomials(n, degree):
    return [tuple(choice.count(i) for i in range(n)) for choice in combinations_with_replacement(range(n), degree)] if degree >= 0 else []


def by_ranks(forms, n, most, prime):
    """The same from the rank of all multiples of each degree."""
    found = []
    for degree in range(most + 1):
        place = {m: j for j, m in enumerate(monomials(n, degree))}
        rows = [
            {tuple(a + b for a, b in zip(m, factor)): c for m, c in form.items()}
            for form in forms
            for factor in monomials(n, degree - sum(next(iter(form))))
        ]
        matrix = flint.nmod_mat(len(rows), len(place), prime)
        for i, row in enumerate(rows):
            for m, c in row.items():
                matrix[i, place[m]] = c
        found.append(len(place) - matrix.rank())
        if not found[-1]:
            break
    return found


@st.composite
def ideals(draw):
    n = draw(st.integers(1, 4))
    degrees = draw(st.lists(st.integers(0 if draw(st.booleans()) else 1, 3), min_size=1, max_size=n + 2))
    forms = [
        draw(st.dictionaries(st.sampled_from(monomials(n, d)), st.integers(-9, 9).filter(bool), min_size=1, max_size=5)) for d in degrees
    ]
    return n, forms


@given(ideals(), st.sampled_from([2, 3, 7, 65521, MERSENNE, 2**61 - 1]))
@settings(max_examples=100, deadline=None)
def test_it_is_what_the_ranks_of_all_multiples_give(ideal, prime):
    n, forms = ideal
    assert both(forms, n, 5, prime=prime) == by_ranks(forms, n, 5, prime)


@given(ideals())
@settings(max_examples=40, deadline=None)
def test_an_unlucky_prime_only_makes_it_larger(ideal):
    n, forms = ideal
    good, bad = both(forms, n, 5), both(forms, n, 5, prime=2)
    assert all(fewer <= more for fewer, more in zip_longest(good, bad, fillvalue=0))


@pytest.mark.parametrize("degrees", [(2, 2, 2, 2), (1, 2, 3), (3, 3), (4,), (2, 3, 4)], ids=str)
def test_a_complete_intersection(degrees):
    # Powers of generic linear forms: Π (1 + t + … + t^(d−1)).
    n = len(degrees)
    wanted = reduce(lambda series, d: [sum(series[max(0, k - d + 1) : k + 1]) for k in range(len(series) + d - 1)], degrees, [1])
    forms = [power([(3 * i + 2) ** j % 11 + (i == j) for j in range(n)], d) for i, d in enumerate(degrees)]
    assert both(forms, n, sum(degrees)) == [*wanted, 0]


def power(coefficients, degree):
    """A power of a linear form."""
    total = {(0,) * len(coefficients): 1}
    for _ in range(degree):
        product = {}
        for m, c in total.items():
            for i, a in enumerate(coefficients):
                raised = (*m[:i], m[i] + 1, *m[i + 1 :])
                product[raised] = product.get(raised, 0) + a * c
        total = {m: c for m, c in product.items() if c}
    return total


@pytest.mark.parametrize("masks", [(), (packed((1, 1, 0)),), (packed((1, 1, 0)), packed((0, 0, 1)))], ids=len)
def test_blocks_by_parity_change_nothing(masks):
    # Even in x and y together, and in z.
    forms = [{(2, 0, 0): 3, (1, 1, 0): -1, (0, 0, 2): 5}, {(0, 3, 0): 1, (2, 1, 0): 4, (0, 1, 2): 7}, {(0, 0, 4): 1, (2, 2, 0): 2}]
    assert both(forms, 3, 9, masks) == [1, 3, 5, 6, 5, 3, 1, 0]


def test_without_forms_all_monomials_are_left():
    assert both([], 3, 6) == [comb(d + 2, 2) for d in range(7)]


def test_a_constant_leaves_nothing_unless_it_vanishes_modulo_the_prime():
    assert both([{(0, 0): 7}], 2, 3) == [0]
    assert both([{(0, 0): 7}], 2, 3, prime=7) == [1, 2, 3, 4]


@pytest.mark.parametrize("limit", ["LARGEST_BORDER", "MOST_RELATIONS"])
def test_too_many_forms_are_refused(limit, monkeypatch):
    monkeypatch.setattr(with_flint, limit, 20)
    monkeypatch.setattr(plain, limit, 20)
    for attempt in (lambda: list(islice(hilbert_function([], 5, (), MERSENNE), 9)), lambda: plain.hilbert_function([], 5, 9, (), MERSENNE)):
        with pytest.raises(Unproved, match="the forms of degree . are too many"):
            attempt()
