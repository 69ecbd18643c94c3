"""Merge trees of sublevel sets: made-up trees, invariants of random ones."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from critscape.algebra.landscape.merge_tree import Join, SpuriousValley, merge_tree


def test_saddles_of_one_level_join_at_once():
    tree = merge_tree({0: 0, 1: 0, 2: 1, 3: 1}, [Join(4, 2, (0, 2)), Join(5, 2, (2, 3)), Join(6, 2, (1, 3))])
    assert [(c.birth, c.merge) for c in tree.components] == [(0, 2), (0, 2), (1, 2), (1, 2), (2, None)]
    assert tree.components[-1].children == (0, 1, 2, 3) and tree.components[-1].saddles == (4, 5, 6)
    assert [(c.components, c.spurious) for c in tree.counts] == [(2, 0), (4, 2), (1, 0)]


def test_a_saddle_that_joins_a_component_with_itself_changes_nothing():
    joins = [Join(2, 2, (0, 1)), Join(3, 3, (0, 1)), Join(4, 4, (1, 1))]
    tree = merge_tree({0: 0, 1: 1}, joins)
    assert tree == merge_tree({0: 0, 1: 1}, joins[:1])


def test_equal_minima_that_meet_below_their_way_out_are_one_valley_with_one_barrier():
    # Two equal spurious minima meet at rank 2 and reach the global one at rank 3.
    tree = merge_tree({0: 0, 1: 1, 2: 1}, [Join(3, 2, (1, 2)), Join(4, 3, (0, 1))])
    assert [(b.minimum, b.rank, b.saddles) for b in tree.barriers] == [(1, 3, (4,)), (2, 3, (4,))]
    assert tree.valleys == (SpuriousValley(1, 3, (1, 2), (1, 2), (4,)),)
    assert [(c.rank, c.components, c.spurious) for c in tree.counts] == [(0, 1, 0), (1, 3, 2), (2, 2, 1), (3, 1, 0)]


def test_minima_that_are_never_joined_leave_several_roots():
    tree = merge_tree({0: 0, 1: 1}, [])
    assert tree.roots == (0, 1) and tree.barriers == ()
    assert tree.valleys == (SpuriousValley(1, None, (1,), (1,), ()),)


def test_a_saddle_below_its_minimum_is_refused():
    with pytest.raises(ValueError, match="not minima below it"):
        merge_tree({0: 0, 1: 2}, [Join(2, 1, (0, 1))])


@st.composite
def landscapes(draw):
    """Minima at ranks 0, 1, … and saddles above all of them, with repeated levels."""
    number = draw(st.integers(1, 7))
    births = {k: draw(st.integers(0, 3)) for k in range(number)}
    ends = st.tuples(st.integers(0, number - 1), st.integers(0, number - 1))
    return births, [Join(100 + k, draw(st.integers(4, 8)), draw(ends)) for k in range(draw(st.integers(0, 9)))]


def components_at(births, joins, rank):
    """The components of {L ≤ c} by flooding: independent of the tree."""
    left, found = {m for m, birth in births.items() if birth <= rank}, []
    while left:
        grown = {left.pop()}
        while True:
            more = {m for join in joins if join.rank <= rank and grown & set(join.minima) for m in join.minima} - grown
            if not more:
                break
            grown |= more
        left -= grown
        found.append(tuple(sorted(grown)))
    return sorted(found)


@settings(max_examples=200, deadline=None)
@given(landscapes())
def test_every_level_agrees_with_flooding(case):
    births, joins = case
    tree, lowest = merge_tree(births, joins), min(births.values())
    for rank in range(9):
        flooded = components_at(births, joins, rank)
        present = [c for c in tree.components if c.birth <= rank and (c.merge is None or rank < c.merge)]
        assert sorted(c.minima for c in present) == flooded
        counted = [count for count in tree.counts if count.rank <= rank]
        spurious = sum(all(births[m] > lowest for m in component) for component in flooded)
        assert ((counted[-1].components, counted[-1].spurious) if counted else (0, 0)) == (len(flooded), spurious)
        valleys = [valley for valley in tree.valleys if valley.birth <= rank and (valley.merge is None or rank < valley.merge)]
        caught = {m for component in flooded if all(births[m] > lowest for m in component) for m in component}
        assert caught == {m for valley in valleys for m in valley.minima if births[m] <= rank}
    for minimum, birth in births.items():
        around = {r: [m for c in components_at(births, joins, r) if minimum in c for m in c] for r in range(9)}
        reached = [r for r in range(9) if any(births[m] < birth for m in around[r])]
        barriers = [barrier.rank for barrier in tree.barriers if barrier.minimum == minimum]
        assert barriers == reached[:1]
