"""Sparse elimination modulo a prime agrees with FLINT's, and says which rows combine to what is left."""

import random

import flint
import pytest

from critscape.algebra.bounds.modular_matrix import sparse
from critscape.algebra.bounds.packed_polynomials import echelon, modulo
from critscape.algebra.kernels import modular_rows
from critscape.algebra.kernels.modular_rows import TooMany, reduced

LARGEST = 2**31 - 1


def free(operations):
    """No limit."""


def drawn(seed, prime):
    """Rows of which many are combinations of others, their width and the number of columns to eliminate."""
    draw = random.Random(seed)
    width = draw.randrange(1, 30)
    rows: list[dict[int, int]] = []
    for _ in range(draw.randrange(1, 40)):
        if rows and draw.random() < 0.4:
            one, other, factor = draw.choice(rows), draw.choice(rows), draw.randrange(prime)
            rows.append({c: one.get(c, 0) + factor * other.get(c, 0) for c in {*one, *other}})
        else:
            rows.append({draw.randrange(width): draw.randrange(-prime, prime) for _ in range(draw.randrange(6))})
    return rows, width, draw.randrange(width + 1)


@pytest.mark.parametrize("prime", [2, 3, 7, 101, LARGEST])
@pytest.mark.parametrize("seed", range(25))
def test_ranks_pivots_and_combinations(seed, prime):
    rows, width, lead = drawn(seed, prime)
    found = reduced(sparse(rows, range(width), prime), width, lead, prime, free, noted=True)
    assert found.pivots == echelon(modulo(rows, range(lead), prime))[1] and found.rank == len(found.pivots)
    assert modulo([rows[k] for k in found.independent], range(lead), prime).rank() == found.rank
    for k in found.fallen:
        rest = {c: v % prime for c, v in rows[k].items()}
        for row, weight in found.combination(k).items():
            assert row in found.independent
            for c, v in rows[row].items():
                rest[c] = (rest.get(c, 0) - weight * v) % prime
        columns, values = found.remainder(k)
        assert {c: v for c, v in rest.items() if v} == dict(zip(columns.tolist(), values.tolist())) and columns.min() >= lead
    # Whatever neither has a pivot nor is left over is dependent.
    everything = modulo(rows, range(width), prime).rank()
    assert everything == len(reduced(sparse(rows, range(width), prime), width, width, prime, free).pivots)
    left = [dict(zip(*(part.tolist() for part in found.remainder(k)))) for k in found.fallen]
    assert everything == found.rank + modulo(left, range(width), prime).rank()


def test_products_of_the_largest_residues_do_not_overflow():
    # Long sums of (p − 1)², which is nearly 2⁶².
    size, value = 60, LARGEST - 1
    rows = [dict.fromkeys(range(k, size), value) for k in range(size)] + [dict.fromkeys(range(size), value)] * 3
    rows += [{c: (value * (c + 1)) % LARGEST for c in range(size)}]
    found = reduced(sparse(rows[::-1], range(size), LARGEST), size, size, LARGEST, free)
    assert found.rank == size and flint.nmod_mat(size, size, LARGEST).rank() == 0


def test_operations_are_charged_for_and_may_be_forbidden(monkeypatch):
    monkeypatch.setattr(modular_rows, "OPERATIONS_AT_ONCE", 50)
    rows, width = [{c: pow(k + 2, c, LARGEST) for c in range(20)} for k in range(20)], 20
    spent: list[float] = []
    assert reduced(sparse(rows, range(width), LARGEST), width, width, LARGEST, spent.append).rank == 20
    assert len(spent) > 3 and sum(spent) > 20 * 19 * 20 / 6

    def at_most_two(operations):
        if len(spent) > 1:
            raise ValueError("enough")
        spent.append(operations)

    spent.clear()
    with pytest.raises(ValueError, match="enough"):
        reduced(sparse(rows, range(width), LARGEST), width, width, LARGEST, at_most_two)


def test_primes_whose_products_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="below 2\\^31"):
        reduced(sparse([{0: 1}], range(1), 2**61 - 1), 1, 1, 2**61 - 1, free)


def test_rows_that_fill_too_much_memory_are_refused(monkeypatch):
    monkeypatch.setattr(modular_rows, "MOST_KEPT", 10)
    rows = [{c: pow(k + 2, c, LARGEST) for c in range(30)} for k in range(90)]
    monkeypatch.setattr(modular_rows, "FIRST", 0)
    with pytest.raises(TooMany, match="30 columns"):
        reduced(sparse(rows, range(30), LARGEST), 30, 30, LARGEST, free)
