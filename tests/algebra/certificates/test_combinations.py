"""Proofs of upper bounds that say how elements of the ideal are combined: what they prove, and what they cannot get away with."""

import copy
import json
import random
from functools import cache

import pytest

from critscape.algebra.bounds import macaulay
from critscape.algebra.bounds import upper_bound as searched
from critscape.algebra.bounds.macaulay import generators, parity_masks
from critscape.algebra.certificates import plain_bound
from critscape.problems.problem.problem import loss
from tests.algebra.certificates.issued import CHAIN, NARROW, TRAINED, issued, plain_refusal, refusal
from tests.algebra.certificates.test_proofs_of_bounds import CHECKS, alone, proved_number

PROBLEMS = [CHAIN, NARROW, TRAINED]


@cache
def explicit(problem):
    """The certificate of a solved problem (not to be changed), its upper bound by combinations."""
    content = copy.deepcopy(issued(problem)[0])
    exact = loss(problem)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searched, "LARGEST_REPEATED", 0)
        proof = searched.search(generators(exact), exact.dimension, parity_masks(exact), content["upper_bound"]["bound"])
    content["upper_bound"] = json.loads(json.dumps(proof.document()))
    return content


def changed_coefficient(combinations, draw):
    term = draw.choice(draw.choice(combinations))
    term[2] = hex(int(term[2], 16) + draw.choice((-1, 1)) * 2 ** draw.randint(0, 40))


def changed_exponent(combinations, draw):
    exponents = draw.choice(draw.choice(combinations))[1]
    place = draw.randrange(len(exponents))
    exponents[place] = draw.choice([k for k in range(4) if k != exponents[place]])


def changed_generator(combinations, draw):
    term = draw.choice(draw.choice(combinations))
    term[0] = draw.choice([k for k in range(12) if k != term[0]])


def dropped_term(combinations, draw):
    combination = draw.choice(combinations)
    del combination[draw.randrange(len(combination))]


def dropped_combination(combinations, draw):
    del combinations[draw.randrange(len(combinations))]


def reordered(combinations, draw):
    """In another order, one of them twice."""
    combinations.append(draw.choice(combinations))
    draw.shuffle(combinations)


def invented(combinations, draw):
    """A variable times an element that is there."""
    n = len(combinations[0][0][1])
    exponents = [0] * n
    exponents[draw.randrange(n)] = 1
    combinations.append([[draw.randrange(n), exponents, hex(draw.randint(1, 9))]])


MUTATIONS = [changed_coefficient, changed_exponent, changed_generator, dropped_term, dropped_combination, reordered, invented]


@pytest.mark.parametrize("refused", CHECKS)
@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.network.title)
def test_combinations_prove_what_degree_falls_prove(problem, refused):
    content = explicit(problem)
    assert content["upper_bound"]["combinations"] and not content["upper_bound"]["falls"]
    assert content["upper_bound"]["bound"] == issued(problem)[0]["upper_bound"]["bound"]
    assert refused(content) is None


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.network.title)
@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda mutate: mutate.__name__)
def test_other_combinations_are_accepted_only_for_the_number_that_they_prove(mutate, problem):
    for seed in range(3):
        content = copy.deepcopy(explicit(problem))
        claim, number_of_points = content["upper_bound"], len(content["points"])
        mutate(claim["combinations"], random.Random(seed))
        found = proved_number(content)
        # Whatever is combined of elements of the ideal is one: so many boxes are proved, and nothing proves fewer.
        assert found is None or found >= number_of_points
        for bound in (claim["bound"], claim["bound"] - 1):
            claim["bound"] = bound
            assert (refusal(alone(content)) is None) is (found == bound)


@pytest.mark.parametrize("refused", CHECKS)
@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.network.title)
def test_without_what_matters_nothing_is_proved(problem, refused):
    content = copy.deepcopy(explicit(problem))
    content["upper_bound"]["combinations"] = []
    assert "leading forms" in refused(content)


NOTHING, X = [0, 0, 0], [1, 0, 0]


@pytest.mark.parametrize("refused", CHECKS)
@pytest.mark.parametrize(("combination", "message"), [
    ([[3, NOTHING, "0x1"]], "none of what is known"),
    ([[0, [0, 0], "0x1"]], "none of what is known"),
    ([[0, [0, 0, 10**8], "0x1"]], "too large"),
    ([[0, [0, 0, 251], "0x1"]], "too large"),
    ([], "is zero or"),
    ([[0, NOTHING, "0x0"]], "is zero or"),
    ([[0, X, "0x1"], [0, X, "-0x1"]], "is zero or"),
    ([[0, NOTHING, "0x1"], [0, X, "0x1"]], "different parities"),
    ([[-1, NOTHING, "0x1"]], "combinations[0][0][0]: "),
    ([[0, [0, 0, -1], "0x1"]], "combinations[0][0][1]: "),
    ([[0, [0, 0, 0.0], "0x1"]], "combinations[0][0][1]: "),
    ([[0, NOTHING, "7"]], "combinations[0][0][2]: "),
    ([[0, NOTHING, 7]], "combinations[0][0][2]: "),
    ([[0, NOTHING, "0x"]], "combinations[0][0][2]: "),
    ([[0, NOTHING]], "combinations[0][0]: "),
    ([[0, None, "0x1"]], "combinations[0][0]: "),
    (None, "combinations: "),
])  # fmt: skip
def test_a_combination_of_nothing_is_refused_with_its_reason(combination, message, refused):
    content = copy.deepcopy(explicit(CHAIN))
    content["upper_bound"]["combinations"].insert(0, combination)
    assert refused(content).startswith("upper_bound") and message in refused(content)


@pytest.mark.parametrize("refused", CHECKS)
@pytest.mark.parametrize("grow", ["long", "many"])
def test_combinations_that_take_much_memory_are_refused(grow, refused, monkeypatch):
    monkeypatch.setattr(macaulay, "MOST_WORDS", 4000)
    monkeypatch.setattr(plain_bound, "MOST_WORDS", 4000)
    content = copy.deepcopy(explicit(CHAIN))
    assert refused(content) is None
    content["upper_bound"]["combinations"] += [[[0, NOTHING, "0x" + 64_000 * "1"]]] if grow == "long" else 4000 * [[[0, NOTHING, "0x1"]]]
    assert refused(content) == "upper_bound: a combination is too large"


def test_both_arithmetics_refuse_for_the_same_reason():
    content = copy.deepcopy(explicit(CHAIN))
    content["upper_bound"]["combinations"][0][0][0] = 99
    assert refusal(content) == plain_refusal(content)
