"""Other proofs of an upper bound: accepted for what they prove, refused with their reason, within little memory."""

import copy
import json
import random
import subprocess
import sys

import pytest

from critscape.algebra.bounds.macaulay import proved_bound
from critscape.algebra.bounds.proof import Unproved
from critscape.algebra.certificates import plain_bound
from critscape.algebra.certificates.claims import read_claims
from critscape.algebra.elimination import msolve
from critscape.problems.files.plain_loss import plain_loss
from critscape.problems.files.problem_file import document, read
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.problem.problem import Problem, loss
from critscape.problems.recipes.random_data import random_problem
from tests.algebra.certificates.issued import CHAIN, NARROW, TRAINED, claims, issued, plain_refusal, refusal
from tests.algebra.certificates.mutations import another_problem, changed_problem, dropped_ridge

CHECKS = [pytest.param(refusal, id="flint"), pytest.param(plain_refusal, id="mpmath")]


def replaced_prime(claim, draw):
    claim["prime"] = draw.choice((2, 3, 5, 7, 11, 13, 101, 65537, 1073741789, 2**61 - 1, 2**63 - 25))


def moved_degree(claim, draw):
    claim["degree"] = draw.choice([s for s in range(claim["degree"] + 3) if s != claim["degree"]])


def dropped_fall(claim, draw):
    del claim["falls"][draw.randrange(len(claim["falls"]))]


def reordered_falls(claim, draw):
    """The degree falls the other way round, one of them twice, or a second one that is not there in front of the first."""
    falls = claim["falls"]
    falls.insert(0, falls[-1] if draw.random() < 0.5 else [falls[-1][0] + 1, falls[-1][1] + 1])
    if draw.random() < 0.5:
        falls.pop()


def invented_fall(claim, draw):
    claim["falls"].insert(draw.randrange(len(claim["falls"]) + 1), [draw.randint(0, 7), draw.randint(0, 7)])


def changed_fall(claim, draw):
    pair = draw.choice(claim["falls"])
    place = draw.randrange(2)
    pair[place] = max(0, pair[place] + draw.choice((-2, -1, 1)))


OTHER_PROOFS = [replaced_prime, moved_degree, dropped_fall, reordered_falls, invented_fall, changed_fall]


def proved_number(content):
    """What the prime, the degree falls and the degree of a certificate prove; None when it is nothing. Both checkers say the same."""
    problem = read(content["problem"])
    claim = read_claims(content, problem.dimension).upper_bound
    found = []
    for prove, exact in ((proved_bound, loss(problem)), (plain_bound.proved_bound, plain_loss(content["problem"], 40).polynomial)):
        try:
            found.append((prove(exact, claim), None))
        except Unproved as error:
            found.append((None, str(error)))
    assert found[0] == found[1]
    return found[0][0]


@pytest.mark.parametrize("problem", [CHAIN, NARROW, TRAINED], ids=lambda problem: problem.network.title)
@pytest.mark.parametrize("mutate", OTHER_PROOFS, ids=lambda mutate: mutate.__name__)
def test_another_proof_is_accepted_only_of_the_same_number(mutate, problem):
    for seed in range(12):
        content = copy.deepcopy(issued(problem)[0])
        claim, number_of_points = content["upper_bound"], len(content["points"])
        mutate(claim, random.Random(seed))
        found = proved_number(content)
        # So many boxes are proved: nothing proves fewer.
        assert found is None or found >= number_of_points
        # The bound as it was, one fewer, one more.
        for bound in (claim["bound"], claim["bound"] - 1, claim["bound"] + 1):
            claim["bound"] = bound
            assert (refusal(alone(content)) is None) is (found == bound)


def alone(content):
    """The upper bound of a certificate without its points."""
    return {**content, "points": [], "counts": claims()["counts"]}


@pytest.mark.parametrize("refused", CHECKS)
@pytest.mark.parametrize("problem", [CHAIN, NARROW, TRAINED], ids=lambda problem: problem.network.title)
@pytest.mark.parametrize("change", [{"prime": 2**61 - 1}, {"prime": 65537}, {"degree": 1}, {"falls": [[8, 2]]}], ids=str)
def test_another_proof_of_the_same_number_is_as_good(problem, change, refused):
    content = copy.deepcopy(issued(problem)[0])
    claim = content["upper_bound"]
    # One degree more, or other multiples that fall to the same quadrics: the claim, exactly so many, is the same.
    claim.update({**change, "degree": claim["degree"] + change.get("degree", 0)})
    if "falls" in change:
        claim["falls"] = change["falls"] + issued(problem)[0]["upper_bound"]["falls"][1:]
    assert refused(content) is None


@pytest.mark.parametrize("refused", CHECKS)
@pytest.mark.parametrize(("change", "message"), [
    ({"prime": 2**31 - 3}, "not a prime"),
    ({"prime": 4}, "not a prime"),
    ({"falls": []}, "leading forms"),
    ({"degree": 0}, "leading forms"),
    ({"falls": [[2, 1]]}, "fall to degree 1"),
    ({"falls": [[6, 2], [6, 2]]}, "fall to degree 2"),
    ({"falls": [[5, 10**8]]}, "fall to degree 100000000"),
])  # fmt: skip
def test_a_proof_of_nothing_is_refused_with_its_reason(change, message, refused):
    content = copy.deepcopy(issued(CHAIN)[0])
    content["upper_bound"].update(change)
    assert refused(content).startswith("upper_bound: ") and message in refused(content)


@pytest.mark.skipif(not msolve.available(), reason=msolve.HOW_TO_INSTALL)
@pytest.mark.parametrize("problem", [CHAIN, NARROW], ids=lambda problem: problem.network.title)
def test_the_bound_alone_under_a_changed_problem_is_accepted_only_where_it_holds(problem):
    """Without boxes, the bound is all that can fail. For generic data it holds still: the claim is then another one, and true."""
    outcomes = []
    for seed, mutate in enumerate([changed_problem] * 8 + [dropped_ridge] * 6 + [another_problem] * 4 + [no_signal] * 2):
        content = alone(copy.deepcopy(issued(problem)[0]))
        mutate(content, random.Random(seed))
        try:
            exact = loss(read(content["problem"]))
        except BadInput:
            assert refusal(content) is not None
            continue
        try:
            most = msolve.quotient_dimension(exact, msolve.PRIMES[0], 60)[0]
        except msolve.PositiveDimension:
            most = None
        accepted = refusal(content) is None
        assert not accepted or (most is not None and most <= content["upper_bound"]["bound"])
        outcomes.append((accepted, most))
    assert {accepted for accepted, _ in outcomes} == {True, False}


def no_signal(content, draw):
    """All targets zero, or no ridge at all."""
    if draw.random() < 0.5:
        content["problem"]["data"]["targets"] = [["0"] * len(target) for target in content["problem"]["data"]["targets"]]
    else:
        content["problem"]["ridge"] = [[["0"] * len(row) for row in block] for block in content["problem"]["ridge"]]


CLAIM = {"bound": 17, "prime": 2147483647, "falls": [[6, 2]], "degree": 5}
TOO_MUCH = [
    {"degree": 10**8},
    {"degree": 250},
    {"falls": [[10**8, 2]]},
    {"falls": [[4, 2]] * 10**5},
    {"falls": [[255, 3]] * 41},
    {"falls": [[200, 199]]},
    {"bound": 10**8, "degree": 999_999_999},
]
LITTLE_MEMORY = """
import json, resource, sys
from critscape.algebra.certificates import checker, mpmath_checker
from critscape.algebra.certificates.claims import read_claims
from critscape.problems.problem.problem import loss
from critscape.problems.files.plain_loss import plain_loss
from critscape.problems.files.problem_file import read
resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))
for content in json.load(sys.stdin):
    problem = read(content["problem"])
    claims = read_claims(content, problem.dimension)
    print(checker.first_failure(loss(problem), claims))
    print(mpmath_checker.first_failure(plain_loss(content["problem"], 40).polynomial, claims))
"""


@pytest.mark.parametrize(
    ("problem", "changes"),
    [
        (CHAIN, TOO_MUCH),
        (NARROW, TOO_MUCH),
        # No multiple of a generator is of degree 22, but half a billion monomials are.
        (random_problem(Linear((1,) * 13), 1, 3), [{"falls": [], "degree": 22}, {"falls": [[22, 2]]}]),
        # In one variable few monomials are of degree 300, but exponents end at 255.
        (random_problem(Linear((1, 1)), 3, 1), [{"falls": [], "degree": 300}, {"falls": [[300, 0]]}]),
        pytest.param(random_problem(Quadratic(24, 1, None), 1, 3), [{"falls": [[5, 4]]}], marks=pytest.mark.slow),
    ],
    ids=lambda value: value.network.title if isinstance(value, Problem) else "",
)  # fmt: skip
def test_a_proof_that_takes_too_much_is_refused_within_little_memory(problem, changes):
    contents = [{**claims(), "problem": document(problem), "upper_bound": {**CLAIM, **change}} for change in changes]
    done = subprocess.run(
        [sys.executable, "-c", LITTLE_MEMORY],
        check=False,
        input=json.dumps(contents),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 2 * len(changes)
    assert all(line.startswith("upper_bound: ") for line in done.stdout.splitlines())
