"""Limits of merge trees: bottoms and barriers against minimax paths in random graphs."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from critscape.algebra.landscape.limit_tree import barriers_between, limit_tree
from critscape.algebra.landscape.merge_tree import Join


@st.composite
def graphs(draw):
    """Levels of up to six minima, and saddles that are no lower than what they join: a spanning tree and more."""
    count = draw(st.integers(1, 6))
    births = {k: draw(st.integers(0, 4)) for k in range(count)}
    pairs = [(draw(st.integers(0, k - 1)), k) for k in range(1, count)]
    pairs += [(draw(st.integers(0, count - 1)), draw(st.integers(0, count - 1))) for _ in range(draw(st.integers(0, 4)))]
    joins = [Join(count + s, max(births[a], births[b]) + draw(st.integers(0, 3)), (a, b)) for s, (a, b) in enumerate(pairs)]
    return births, joins


def minimax(births, joins):
    """The least highest level on a way between two minima, by Floyd and Warshall."""
    level = {(a, b): births[a] if a == b else 99 for a, b in product(births, repeat=2)}
    for join in joins:
        a, b = join.minima
        if a != b:
            level[a, b] = level[b, a] = min(level[a, b], join.rank)
    for k, a, b in product(births, repeat=3):
        level[a, b] = min(level[a, b], max(level[a, k], level[k, b]))
    return level


@given(graphs())
def test_bottoms_and_barriers_are_those_of_minimax_paths(graph):
    births, joins = graph
    level, found = minimax(births, joins), limit_tree(births, joins)
    # A minimum lies in the valley of another one, as low or lower, that it is joined to at its own level.
    kept = {a for a in births if not any(b != a and level[a, b] == births[a] and (births[b], b) < (births[a], a) for b in births)}
    assert len(found.members) == len(kept) and sorted(m for each in found.members.values() for m in each) == sorted(births)
    assert sorted(births[b] for b in found.members) == sorted(births[a] for a in kept)
    for bottom, members in found.members.items():
        assert all(level[bottom, m] == births[m] for m in members)
        others = [level[bottom, b] for b in found.members if b != bottom and births[b] <= births[bottom]]
        barrier = found.barrier(bottom)
        assert (None if barrier is None else barrier[0]) == min(others, default=None)
    assert {c.minima[0] for c in found.tree.components if not c.children} == set(found.members)
    lowest = min(births.values())
    spurious = {v.deepest for v in found.tree.valleys}
    assert all(births[m] > lowest for deepest in spurious for m in deepest)


@given(graphs())
def test_barriers_between_all_pairs(graph):
    births, joins = graph
    level = minimax(births, joins)
    found = barriers_between(births, [(j.rank, j.minima) for j in joins])
    assert found == {(a, b): level[a, b] for a, b in product(births, repeat=2) if a < b}
