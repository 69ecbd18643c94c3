"""Dimensions of images: monomial maps, pull-backs by linear maps and classical defective cases, all known otherwise."""

import flint
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from critscape.algebra.bounds.polynomial_map import PRIME, PolynomialMap, affine_span, image_dimension, symmetries


def generators(n):
    names = tuple(f"w{i}" for i in range(n))
    return names, flint.fmpq_mpoly_ctx.get(names, "degrevlex").gens()


def monomial_of(w, exponents):
    value = w[0] ** 0
    for generator, power in zip(w, exponents):
        value *= generator**power
    return value


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(st.integers(0, 3), min_size=n, max_size=n), min_size=1, max_size=5)))
def test_the_image_of_a_monomial_map_has_the_rank_of_its_exponents(exponents):
    # The torus that fixes the monomials acts by diagonal fields, so the upper bound is met and the dimension proved.
    names, w = generators(len(exponents[0]))
    found = image_dimension(PolynomialMap(names, tuple(monomial_of(w, row) for row in exponents)))
    rank = flint.fmpz_mat(exponents).rank()
    assert found.modular_rank == found.rank == found.bound == rank
    assert found.orbit == len(names) - rank
    assert found.span == len({tuple(row) for row in exponents if any(row)})


MATRICES = st.tuples(st.integers(1, 3), st.integers(2, 4)).flatmap(
    lambda shape: st.lists(
        st.lists(st.fractions(-2, 2, max_denominator=3), min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0]
    )
)


@settings(max_examples=30, deadline=None)
@given(MATRICES)
def test_functions_of_linear_forms_are_constant_along_their_kernel(matrix):
    # c(w) = g(Mw) with g injective on a neighbourhood of a generic point: the fibres are the cosets of ker M.
    names, w = generators(len(matrix[0]))
    forms = [sum((generator * flint.fmpq(a.numerator, a.denominator) for generator, a in zip(w, row)), w[0] * 0) for row in matrix]
    entries = [form * other / 3 + form**3 + 5 for i, form in enumerate(forms) for other in forms[i:]]
    found = image_dimension(PolynomialMap(names, tuple(entries)))
    rank = flint.fmpq_mat([[flint.fmpq(a.numerator, a.denominator) for a in row] for row in matrix]).rank()
    assert found.modular_rank == found.rank == rank
    assert found.orbit >= len(names) - rank and found.bound >= rank


def test_the_fields_are_symmetries_and_all_of_them():
    # |w|² and the last coordinate: the rotations so(3) of the first four coordinates that fix nothing else.
    names, w = generators(4)
    sphere = PolynomialMap(names, ((w[0] ** 2 + w[1] ** 2 + w[2] ** 2) / 7 + w[3], w[3] * 2 - 1))
    fields = symmetries(sphere)
    assert len(fields) == 3
    for field in fields:
        velocity = field(w)
        for entry in sphere.entries:
            assert sum(entry.derivative(i) * velocity[i] for i in range(4)) == 0
    found = image_dimension(sphere)
    assert (found.orbit, found.rank, found.bound, found.span) == (2, 2, 2, 2)


def test_affine_fields():
    # x − y² is constant along the field (2y, 1), which has a constant part.
    names, (x, y) = generators(2)
    (field,) = symmetries(PolynomialMap(names, (x - y**2, (x - y**2) ** 2)))
    velocity = field((x, y))
    assert velocity[0] == velocity[1] * 2 * y and velocity[1] != 0


def test_ranks_modulo_the_prime_and_over_the_rationals_are_two_things():
    names, (x, y) = generators(2)
    found = image_dimension(PolynomialMap(names, (x * PRIME, y / PRIME)))
    assert (found.modular_rank, found.rank, found.bound) == (1, 2, 2)


def test_constants():
    names, (x, y) = generators(2)
    constant = PolynomialMap(names, (x * 0, x * 0 + 3))
    found = image_dimension(constant)
    assert (found.rank, found.bound, found.span, found.orbit, found.doubt) == (0, 0, 0, 2, 0)
    assert affine_span(PolynomialMap(names, (x + 1, x * 2 - 5, y**2, y**2 + x))) == 2


@pytest.mark.parametrize(
    ("inputs", "degree", "forms", "dimension"),
    # Alexander and Hirschowitz (1995): the four sums of powers whose dimension is not min(forms · inputs, all), one less, …
    [(3, 4, 5, 14), (5, 3, 7, 34), (4, 3, 5, 20), (3, 4, 4, 12), (3, 3, 3, 9), (2, 5, 3, 6)],
)
def test_sums_of_powers_of_linear_forms(inputs, degree, forms, dimension):
    names = tuple(f"w{i}" for i in range(inputs * forms))
    ring = flint.fmpq_mpoly_ctx.get((*names, *(f"x{i}" for i in range(inputs))), "degrevlex")
    w, x = ring.gens()[: len(names)], ring.gens()[len(names) :]
    power_sum = sum(sum(w[inputs * j + i] * x[i] for i in range(inputs)) ** degree for j in range(forms))
    target, collected = flint.fmpq_mpoly_ctx.get(names, "degrevlex"), {}
    for exponents, coefficient in power_sum.to_dict().items():
        exponents = tuple(map(int, exponents))
        collected.setdefault(exponents[len(names) :], {})[exponents[: len(names)]] = coefficient
    found = image_dimension(PolynomialMap(names, tuple(target.from_dict(entry) for entry in collected.values())))
    assert found.modular_rank == found.rank == dimension
    assert found.bound == min(inputs * forms, found.span) and found.orbit == 0
    assert 0 < found.doubt < 1e-15
