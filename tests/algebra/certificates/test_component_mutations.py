"""No changed claim of a certificate of components passes, in whatever arithmetic it is checked."""

import random

import pytest

from tests.algebra.certificates.component_mutations import MUTATIONS
from tests.algebra.certificates.issued_components import AT_POINTS, SOLVED, issued, plain_refusal, refusal

pytestmark = pytest.mark.usefixtures("answers_once")

CASES = [*SOLVED, *AT_POINTS]
CHECKS = {"flint": refusal, "mpmath": plain_refusal}


def accepted(mutate, case, draws, refused):
    """The draws whose mutation is accepted, and how many draws there were something to change in."""
    found, changed = [], 0
    for seed in range(draws):
        content = issued(case)
        if not mutate(content, random.Random(seed)) or content == issued(case):
            continue
        changed += 1
        if refused(content) is None:
            found.append(seed)
    return found, changed


@pytest.mark.parametrize("arithmetic", CHECKS)
@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda mutate: mutate.__name__)
def test_no_mutation_that_changes_a_claim_is_accepted(mutate, arithmetic):
    total = 0
    for case in CASES:
        found, changed = accepted(mutate, case, 3 if arithmetic == "flint" else 2, CHECKS[arithmetic])
        assert found == [], case
        total += changed
    assert total, "nothing was changed"


@pytest.mark.slow
@pytest.mark.parametrize("arithmetic", CHECKS)
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda mutate: mutate.__name__)
def test_no_mutation_of_many_is_accepted(mutate, case, arithmetic):
    assert accepted(mutate, case, 100 if arithmetic == "flint" else 20, CHECKS[arithmetic])[0] == []
