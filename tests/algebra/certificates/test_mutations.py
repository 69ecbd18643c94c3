"""No changed claim passes, in whatever arithmetic it is checked."""

import copy
import random

import pytest

from tests.algebra.certificates.issued import CHAIN, NARROW, SOLVED, TRAINED, issued, plain_refusal, refusal
from tests.algebra.certificates.mutations import BOUND_MUTATIONS, BOX_MUTATIONS

SMALL = [CHAIN, NARROW, TRAINED]


def name(value):
    return getattr(value, "__name__", None) or value.network.title


def accepted_mutations(mutate, problem, draws, refused, prove=False):
    """The draws whose mutation of a valid certificate is accepted."""
    accepted = []
    for seed in range(draws):
        content = copy.deepcopy(issued(problem, prove)[0])
        mutate(content, random.Random(seed))
        assert content != issued(problem, prove)[0]
        if refused(content) is None:
            accepted.append(seed)
    return accepted


@pytest.mark.parametrize("problem", SMALL, ids=name)
@pytest.mark.parametrize("mutate", [*BOUND_MUTATIONS, *BOX_MUTATIONS], ids=name)
def test_no_mutation_that_changes_a_claim_is_accepted(mutate, problem):
    assert accepted_mutations(mutate, problem, 8, refusal) == []


@pytest.mark.parametrize("mutate", [*BOUND_MUTATIONS, *BOX_MUTATIONS], ids=name)
def test_no_mutation_is_accepted_in_the_arithmetic_of_mpmath(mutate):
    assert accepted_mutations(mutate, CHAIN, 2, plain_refusal) == []


@pytest.mark.slow
@pytest.mark.parametrize("problem", SMALL, ids=name)
@pytest.mark.parametrize("mutate", [*BOUND_MUTATIONS, *BOX_MUTATIONS], ids=name)
def test_no_mutation_of_any_is_accepted_in_the_arithmetic_of_mpmath(mutate, problem):
    assert accepted_mutations(mutate, problem, 8, plain_refusal) == []


# The check of 225 points takes ten seconds in mpmath's arithmetic.
@pytest.mark.slow
@pytest.mark.parametrize(("refused", "draws"), [(refusal, 60), (plain_refusal, 3)], ids=["flint", "mpmath"])
@pytest.mark.parametrize("mutate", BOX_MUTATIONS, ids=name)
def test_no_mutation_of_225_points_is_accepted(mutate, refused, draws):
    assert accepted_mutations(mutate, SOLVED[4], draws, refused) == []


@pytest.mark.slow
@pytest.mark.parametrize(("refused", "draws"), [(refusal, 3), (plain_refusal, 1)], ids=["flint", "mpmath"])
@pytest.mark.parametrize("mutate", BOUND_MUTATIONS, ids=name)
def test_no_mutation_of_the_bound_225_is_accepted(mutate, refused, draws):
    assert refused(issued(SOLVED[4], True)[0]) is None
    assert accepted_mutations(mutate, SOLVED[4], draws, refused, True) == []
