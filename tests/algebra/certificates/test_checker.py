"""The checker of certificates: what holds is proved again, and no changed claim passes."""

import copy
import json
import random
import subprocess
import sys
from fractions import Fraction
from functools import lru_cache

import pytest
from flint import acb, arb

from critscape.algebra.bounds.macaulay import proved_bound
from critscape.algebra.bounds.proof import Unproved
from critscape.algebra.certificates import certificate as writer
from critscape.algebra.certificates import claims as reader
from critscape.algebra.certificates.certificate import certificate
from critscape.algebra.certificates.checker import coinciding, first_failure
from critscape.algebra.certificates.claims import FORMAT, Malformed, read_claims
from critscape.algebra.elimination import msolve
from critscape.algebra.polynomial.loss import Family, Loss
from critscape.problems.criteria.squared import least_squares
from critscape.problems.files.problem_file import document, read
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.problem.problem import Problem, loss
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

ONE = Fraction(1)


@lru_cache(maxsize=None)
def issued(problem, prove=False):
    """The certificate of a solved problem (not to be changed) and its result document.

    Without ``prove``, 225 points get no upper bound, as it takes ten seconds.
    """
    answer = solve(problem, Options(engine="batch", prove=prove))
    result, critical = answer.document, answer.critical
    return certificate(critical.enumeration.points, critical.real, document(problem), critical.proof), result


def refusal(content):
    """Why a parsed certificate is not accepted, or None."""
    try:
        problem = read(content["problem"])
        return first_failure(loss(problem), read_claims(content, problem.dimension))
    except (BadInput, Malformed) as error:
        return str(error)


def number(text):
    """The exact value of ``m*2^e``."""
    mantissa, exponent = text.split("*2^")
    return int(mantissa) * Fraction(2) ** int(exponent)


def text(value):
    """A dyadic fraction as ``m*2^e``."""
    assert value.denominator & (value.denominator - 1) == 0
    return f"{value.numerator}*2^-{value.denominator.bit_length() - 1}"


def constant_loss(variables, formula):
    return Loss(Family(tuple(variables), ("p",), formula), (ONE,))


def claims(*points, counts=None):
    """A certificate written by hand: points as (centre, radius, real, index, loss, not_global)."""
    names = ("centre", "radius", "real", "index", "loss", "not_global")
    entries = [dict(zip(names, point)) for point in points]
    indices = [entry["index"] for entry in entries if entry["real"]]
    counts = counts or {
        "complex_at_least": len(entries),
        "real_at_least": len(indices),
        "by_index_at_least": {str(index): indices.count(index) for index in set(indices)},
    }
    return {"format": FORMAT, "problem": {}, "counts": counts, "upper_bound": None, "points": entries}


CHAIN = least_squares(Linear((1, 1, 1, 1)), ((ONE,),), ((Fraction(5, 4),),), (Fraction(1, 4),) * 3)
THRESHOLD = least_squares(Linear((1, 1, 1)), ((ONE,),), ((ONE,),), (ONE, ONE))
QUARTIC = least_squares(Quadratic(1, 1, (ONE,)), ((ONE,),), ((Fraction(1, 2),),), (ONE,))
CLOSE = least_squares(Linear((1, 1, 1)), ((1 + Fraction(1, 10**12),),), ((ONE,),), (ONE, ONE))
NARROW, TRAINED = random_problem(Linear((2, 1, 2)), 3, 5), random_problem(Quadratic(1, 2, None), 3, 4)

DOUBLE_WELL = constant_loss("x", lambda w, p: w[0] ** 4 / 4 - p[0] * w[0] ** 2 / 2)  # critical at −1, 0, 1; L = −1/4, 0, −1/4
NEGATIVE, POSITIVE = (([[f"{sign}*2^0", "0*2^0"]], "1*2^-10", True, 0, ["-257*2^-10", "-255*2^-10"], False) for sign in (-1, 1))
MIDDLE = ([["0*2^0", "0*2^0"]], "1*2^-10", True, 1, ["-1*2^-10", "1*2^-10"], None)
TURNED = constant_loss("x", lambda w, p: w[0] ** 3 / 3 + p[0] * w[0])  # critical at ±i
UPPER, LOWER = (([["0*2^0", f"{sign}*2^0"]], "1*2^-8", False, None, None, None) for sign in (1, -1))
TILTED = constant_loss("x", lambda w, p: w[0] ** 4 / 4 - p[0] * w[0] ** 2 / 2 + w[0] ** 3 / 12)  # critical at 0, (−1 ± √65)/8


def test_a_certificate_written_by_hand_is_proved():
    assert first_failure(DOUBLE_WELL, read_claims(claims(NEGATIVE, MIDDLE, POSITIVE), 1)) is None


def test_a_zero_off_the_real_line_is_proved_so():
    assert first_failure(TURNED, read_claims(claims(UPPER, LOWER), 1)) is None
    assert "non-real" in first_failure(DOUBLE_WELL, read_claims(claims((MIDDLE[0], "1*2^-8", False, None, None, None)), 1))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ((NEGATIVE[0], "1*2^0", *NEGATIVE[2:]), "Krawczyk"),  # the box touches the zero at 0
        ((NEGATIVE[0], "0*2^0", *NEGATIVE[2:]), "radius"),
        (([["-1*2^0", "1*2^-20"]], *NEGATIVE[1:]), "symmetric"),
        ((*NEGATIVE[:3], 1, NEGATIVE[4], None), "index is 0, not 1"),
        ((*NEGATIVE[:4], ["-255*2^-10", "-257*2^-10"], False), "loss"),
        ((*NEGATIVE[:5], True), "not_global"),
        ((*NEGATIVE[:5], None), "whether it is not global"),
        (POSITIVE, "distinct"),
    ],
)
def test_the_first_claim_that_fails_is_named(changed, expected):
    failure = first_failure(DOUBLE_WELL, read_claims(claims(POSITIVE, MIDDLE, changed), 1))
    assert failure.startswith("points[") and "points[2]" in failure and expected in failure


@pytest.mark.parametrize("extra", [(1, None, None), (None, ["-1*2^0", "1*2^0"], None), (None, None, False)])
def test_nothing_more_can_be_claimed_of_a_point_that_is_not_real(extra):
    failure = first_failure(TURNED, read_claims(claims(LOWER, (*UPPER[:3], *extra), counts=claims(UPPER, LOWER)["counts"]), 1))
    assert failure.startswith("points[1]: an index or a loss is claimed")


@pytest.mark.parametrize("gap", [(None, MIDDLE[4], None), (1, None, None), (1, MIDDLE[4], False)])
def test_a_real_point_needs_its_claims(gap):
    failure = first_failure(DOUBLE_WELL, read_claims(claims((*MIDDLE[:3], *gap), counts=claims(MIDDLE)["counts"]), 1))
    assert failure.startswith("points[0]: a real point needs")


def test_the_loss_is_that_of_the_zero_and_not_of_the_centre():
    centre = 1 + Fraction(1, 2**12)
    value, room = centre**4 / 4 - centre**2 / 2, Fraction(1, 2**60)
    for lower, upper, proved in ((value - room, value + room, False), (Fraction(-1, 4) - room, value + room, False),
                                 (Fraction(-257, 1024), Fraction(-255, 1024), True)):  # fmt: skip
        point = ([[text(centre), "0*2^0"]], "1*2^-10", True, 0, [text(lower), text(upper)], False)
        failure = first_failure(DOUBLE_WELL, read_claims(claims(point), 1))
        assert (failure is None) is proved and (proved or "loss" in failure)


def test_a_higher_minimum_is_not_global():
    middles = [Fraction(round((-1 + sign * 65**0.5) / 8 * 2**40), 2**40) for sign in (1, -1)]
    values = [x**4 / 4 - x**2 / 2 + x**3 / 12 for x in middles]
    room = Fraction(1, 2**30)
    bounds = [[text(Fraction(int((value + side * room) * 2**40), 2**40)) for side in (-1, 1)] for value in values]
    higher, lower = (
        ([[text(x), "0*2^0"]], "1*2^-20", True, 0, enclosure, value == max(values)) for x, value, enclosure in zip(middles, values, bounds)
    )
    higher, lower = (higher, lower) if higher[5] else (lower, higher)
    assert first_failure(TILTED, read_claims(claims(higher, MIDDLE, lower), 1)) is None
    vague = (*lower[:4], ["-1*2^0", "1*2^0"], False)
    assert "points[0]: not_global" in first_failure(TILTED, read_claims(claims(higher, MIDDLE, vague), 1))


def test_enclosures_that_share_a_projection_are_compared_in_full():
    wide = acb(arb(0, 1), arb(0, 1))
    assert coinciding([(wide, acb(0)), (wide, acb(1)), (wide, acb(2))]) is None
    assert coinciding([(wide, acb(0)), (wide, acb(1)), (acb(1), acb(1))]) == (1, 2)
    # The first projection reaches past the second to the third.
    assert coinciding([(acb(arb(0, 10)), acb(0)), (acb(-9), acb(1)), (acb(9), acb(0))]) == (0, 2)
    assert coinciding([]) is None


SOLVED = [CHAIN, NARROW, TRAINED, CLOSE, random_problem(Linear((2, 2, 2)), 5, 7), random_problem(Linear((1, 1)), 3, 1)]


@pytest.mark.parametrize("problem", SOLVED, ids=lambda problem: f"{problem.network.title}-{problem.samples}")
def test_what_the_solver_certifies_is_proved_again(problem):
    content, result = issued(problem)
    counts = result["counts"]
    assert refusal(content) is None
    assert content["counts"] == {
        "complex_at_least": counts["complex"], "real_at_least": counts["real"], "by_index_at_least": counts["by_index"],
    }  # fmt: skip
    assert sum(point["not_global"] is True for point in content["points"]) == counts["spurious_minima"]
    if result["levels"]["complex"] == "proved" and content["upper_bound"]:
        assert content["upper_bound"]["bound"] == counts["complex"]


def test_the_losses_of_the_chain_lie_in_their_enclosures():
    content, _ = issued(CHAIN)
    minima = [entry for entry in content["points"] if entry["index"] == 0]
    exact = [Fraction(13, 32)] * 4 + [Fraction(25, 32)]
    for entry, value in zip(minima, exact):
        lower, upper = map(number, entry["loss"])
        assert lower <= value <= upper and upper - lower < Fraction(1, 10**30)
    assert [entry["not_global"] for entry in minima] == [False] * 4 + [True]


def recounted(content):
    """The same points with the counts that belong to them, as a careful forger would write them."""
    indices = [point["index"] for point in content["points"] if point["real"]]
    content["counts"] = {
        "complex_at_least": len(content["points"]),
        "real_at_least": len(indices),
        "by_index_at_least": {str(index): indices.count(index) for index in sorted({i for i in indices if i is not None})},
    }


def shifted_box(content, draw):
    """A box away from its zero: by 2 to 2^60 radii along one axis."""
    point = draw.choice(content["points"])
    pair = draw.choice(point["centre"])
    part = 0 if point["real"] else draw.randrange(2)
    by = number(point["radius"]) * 2 ** draw.randint(1, 60)
    pair[part] = text(number(pair[part]) + draw.choice((-1, 1)) * by)


def widened_box(content, draw):
    """A box so wide that it holds other zeros, or none can be proved alone in it."""
    point = draw.choice(content["points"])
    point["radius"] = text(number(point["radius"]) * 2 ** draw.randint(68, 120))


def narrowed_box(content, draw):
    """A box too narrow for the distance from its centre to the zero, or of no or negative size."""
    point = draw.choice([p for p in content["points"] if any(part != "0*2^0" for pair in p["centre"] for part in pair)])
    point["radius"] = draw.choice(("0*2^0", "-1*2^-60", text(number(point["radius"]) / 2 ** draw.randint(2000, 4000))))


def changed_index(content, draw):
    point = draw.choice([point for point in content["points"] if point["real"]])
    index = draw.choice([i for i in range(len(point["centre"]) + 2) if i != point["index"]])
    point["index"], point["not_global"] = index, False if index == 0 else None
    if draw.random() < 0.5:
        recounted(content)


def flipped_reality(content, draw):
    point = draw.choice(content["points"])
    point["real"] = not point["real"]
    blank = {"index": None, "loss": None, "not_global": None}
    point.update({"index": 1, "loss": ["-1*2^90", "1*2^90"], "not_global": None} if point["real"] else blank)
    if point["real"] and draw.random() < 0.5:
        point["centre"] = [[pair[0], "0*2^0"] for pair in point["centre"]]
    recounted(content)


def changed_problem(content, draw):
    """One number of the problem changed or set to zero, or one sample or ridge entry left out."""
    problem = content["problem"]
    lists = [sample for part in ("inputs", "targets") for sample in problem["data"][part]]
    lists += [row for block in problem["ridge"] for row in block]
    chosen = draw.choice(lists)
    place = draw.randrange(len(chosen))
    kind = draw.randrange(4)
    if kind == 0 and len(problem["data"]["inputs"]) > 1:
        sample = draw.randrange(len(problem["data"]["inputs"]))
        del problem["data"]["inputs"][sample], problem["data"]["targets"][sample]
    elif kind == 1:
        del chosen[place]
    elif kind == 2 and Fraction(chosen[place]):
        chosen[place] = 0
    else:
        chosen[place] = str(Fraction(chosen[place]) + Fraction(1, 10 ** draw.randint(0, 25)))


def missing_ridge(content, draw):
    content["problem"].pop(draw.choice(("ridge", "data", "architecture")))


def duplicated_box(content, draw):
    """One zero listed twice, in boxes that need not be the same, with the counts that belong to it."""
    point = copy.deepcopy(draw.choice(content["points"]))
    by = number(point["radius"]) / 2 ** draw.randint(2, 50) * draw.randint(0, 1)
    point["centre"][0][0] = text(number(point["centre"][0][0]) + by)
    content["points"].insert(draw.randrange(len(content["points"]) + 1), point)
    recounted(content)


def replaced_box(content, draw):
    """One point in place of another, counts unchanged."""
    one, other = draw.sample([k for k, point in enumerate(content["points"])], 2)
    content["points"][one] = copy.deepcopy(content["points"][other])


def dropped_box(content, draw):
    del content["points"][draw.randrange(len(content["points"]))]


def changed_count(content, draw):
    counts = content["counts"]
    name = draw.choice(list(counts))
    if name == "by_index_at_least":
        counts, name = counts[name], draw.choice([*counts[name], "7"])
    counts[name] = max(0, counts.get(name, 0) + draw.choice((-1, 1, 2, 1000))) if name in counts else draw.randint(0, 3)


def changed_loss(content, draw):
    """An enclosure moved by more than its width, turned around, or exchanged with that of a point with another loss."""
    real = [point for point in content["points"] if point["real"]]
    point = draw.choice(real)
    lower, upper = map(number, point["loss"])
    kind = draw.randrange(3)
    others = [other for other in real if number(other["loss"][0]) > upper or number(other["loss"][1]) < lower]
    if kind == 0 and others:
        other = draw.choice(others)
        point["loss"], other["loss"] = other["loss"], point["loss"]
    elif kind == 1:
        point["loss"] = [text(upper), text(lower)]
    else:
        by = draw.choice((-1, 1)) * (upper - lower) * 2 ** draw.randint(0, 90)
        point["loss"] = [text(lower + by), text(upper + by)]


def changed_minimum(content, draw):
    point = draw.choice([point for point in content["points"] if point["index"] == 0])
    point["not_global"] = draw.choice((not point["not_global"], None))


def changed_bound(content, draw):
    """Another number of points at most."""
    claim = content["upper_bound"]
    claim["bound"] = draw.choice([k for k in (0, 1, claim["bound"] - 1, claim["bound"] + 1, claim["bound"] * 2) if k != claim["bound"]])


def changed_proof(content, draw):
    """A smaller bound, with another proof: another prime, degree or number of degree falls."""
    claim = content["upper_bound"]
    claim["bound"] -= draw.randint(1, claim["bound"])
    kind = draw.randrange(5)
    if kind == 0:
        claim["prime"] = draw.choice((2, 3, 5, 7, 11, 101, 65537, 2**61 - 1))
    elif kind == 1:
        claim["degree"] = draw.randint(0, claim["degree"] + 1)
    elif kind == 2 and claim["falls"]:
        claim["falls"].pop(draw.randrange(len(claim["falls"])))
    elif kind == 3:
        claim["falls"].append([draw.randint(2, 5), draw.randint(0, 4)])
    else:
        claim["prime"] = draw.choice((0, 1, 4, 2147483649, 2**62))


def fewer_points_in_all(content, draw):
    """A point left out, and the bound with it: exactly one fewer."""
    content["points"].pop(draw.randrange(len(content["points"])))
    content["upper_bound"]["bound"] -= 1
    recounted(content)


def composite_modulus(content, draw):
    """A composite number in place of the prime, strong pseudoprimes among them (OEIS A014233); the bound is kept."""
    content["upper_bound"]["prime"] = draw.choice((4, 9, 2047, 3215031751, 3825123056546413051, 65537**2, 2**31 - 3, 2**63 - 1))


def another_problem(content, draw):
    """The whole certificate put under other random data of the same architecture."""
    problem = read(content["problem"])
    content["problem"] = document(random_problem(problem.network, draw.randint(1, 4), draw.randint(100, 10**6)))


def dropped_ridge(content, draw):
    """One entry of the ridge set to zero, or all of it."""
    rows = [row for block in content["problem"]["ridge"] for row in block]
    for row in rows if draw.random() < 0.3 else [draw.choice(rows)]:
        row[draw.randrange(len(row))] = 0


BOUND_MUTATIONS = [changed_bound, changed_proof, fewer_points_in_all, composite_modulus]
BOX_MUTATIONS = [
    another_problem, dropped_ridge, shifted_box, widened_box, narrowed_box, changed_index, flipped_reality, changed_problem, missing_ridge, duplicated_box,
    replaced_box, dropped_box, changed_count, changed_loss, changed_minimum,
]  # fmt: skip


def accepted_mutations(mutate, problem, draws, prove=False):
    """The draws whose mutation of a valid certificate is accepted."""
    accepted = []
    for seed in range(draws):
        content = copy.deepcopy(issued(problem, prove)[0])
        mutate(content, random.Random(seed))
        assert content != issued(problem, prove)[0]
        if refusal(content) is None:
            accepted.append(seed)
    return accepted


@pytest.mark.parametrize("problem", [CHAIN, NARROW, TRAINED], ids=lambda problem: problem.network.title)
@pytest.mark.parametrize("mutate", [*BOUND_MUTATIONS, *BOX_MUTATIONS], ids=lambda mutate: mutate.__name__)
def test_no_mutation_that_changes_a_claim_is_accepted(mutate, problem):
    assert accepted_mutations(mutate, problem, 8) == []


@pytest.mark.slow
@pytest.mark.parametrize("mutate", BOX_MUTATIONS, ids=lambda mutate: mutate.__name__)
def test_no_mutation_of_225_points_is_accepted(mutate):
    assert accepted_mutations(mutate, SOLVED[4], 60) == []


@pytest.mark.slow
@pytest.mark.parametrize("mutate", BOUND_MUTATIONS, ids=lambda mutate: mutate.__name__)
def test_no_mutation_of_the_bound_225_is_accepted(mutate):
    assert refusal(issued(SOLVED[4], True)[0]) is None
    assert accepted_mutations(mutate, SOLVED[4], 3, True) == []


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
    """What the prime, the degree falls and the degree of a certificate prove; None when it is nothing."""
    problem = read(content["problem"])
    try:
        return proved_bound(loss(problem), read_claims(content, problem.dimension).upper_bound)
    except Unproved:
        return None


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


@pytest.mark.parametrize("problem", [CHAIN, NARROW, TRAINED], ids=lambda problem: problem.network.title)
@pytest.mark.parametrize("change", [{"prime": 2**61 - 1}, {"prime": 65537}, {"degree": 1}, {"falls": [[8, 2]]}], ids=str)
def test_another_proof_of_the_same_number_is_as_good(problem, change):
    content = copy.deepcopy(issued(problem)[0])
    claim = content["upper_bound"]
    # One degree more, or other multiples that fall to the same quadrics: the claim, exactly so many, is the same.
    claim.update({**change, "degree": claim["degree"] + change.get("degree", 0)})
    if "falls" in change:
        claim["falls"] = change["falls"] + issued(problem)[0]["upper_bound"]["falls"][1:]
    assert refusal(content) is None


@pytest.mark.parametrize(("change", "message"), [
    ({"prime": 2**31 - 3}, "not a prime"),
    ({"prime": 4}, "not a prime"),
    ({"falls": []}, "leading forms"),
    ({"degree": 0}, "leading forms"),
    ({"falls": [[2, 1]]}, "fall to degree 1"),
    ({"falls": [[6, 2], [6, 2]]}, "fall to degree 2"),
    ({"falls": [[5, 10**8]]}, "fall to degree 100000000"),
])  # fmt: skip
def test_a_proof_of_nothing_is_refused_with_its_reason(change, message):
    content = copy.deepcopy(issued(CHAIN)[0])
    content["upper_bound"].update(change)
    assert refusal(content).startswith("upper_bound: ") and message in refusal(content)


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
from critscape.algebra.certificates.checker import first_failure
from critscape.algebra.certificates.claims import read_claims
from critscape.problems.problem.problem import loss
from critscape.problems.files.problem_file import read
resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))
for content in json.load(sys.stdin):
    problem = read(content["problem"])
    print(first_failure(loss(problem), read_claims(content, problem.dimension)))
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
        (random_problem(Quadratic(24, 1, None), 1, 3), [{"falls": [[5, 4]]}]),
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
    assert len(done.stdout.splitlines()) == len(changes)
    assert all(line.startswith("upper_bound: ") for line in done.stdout.splitlines())


def test_another_box_around_the_same_zero_is_as_good():
    content = copy.deepcopy(issued(NARROW)[0])
    for point in content["points"]:
        radius = number(point["radius"])
        point["radius"] = text(radius * 16)
        point["centre"][1][0] = text(number(point["centre"][1][0]) + radius)
    assert refusal(content) is None


@pytest.mark.parametrize(("problem", "certified"), [(THRESHOLD, 2), (QUARTIC, 0)], ids=["threshold", "quartic"])
def test_a_triple_point_is_not_claimed_and_cannot_be(problem, certified):
    # The origin is a triple critical point of both.
    content, result = issued(problem)
    assert (content["counts"]["complex_at_least"], result["counts"]["degenerate"]) == (certified, 1)
    assert all(any(abs(number(part)) > Fraction(1, 100) for pair in p["centre"] for part in pair) for p in content["points"])
    assert refusal(content) is None
    for exponent in (0, -5, -20, -64, -200, -3000):
        for index in (0, 1):
            forged = copy.deepcopy(content)
            forged["points"].append(
                {"centre": [["0*2^0", "0*2^0"]] * problem.dimension, "radius": f"1*2^{exponent}", "real": True, "index": index,
                 "loss": ["0*2^0", "1*2^9"], "not_global": False if index == 0 else None}
            )  # fmt: skip
            recounted(forged)
            assert "Krawczyk" in refusal(forged)


@pytest.mark.parametrize("network", [Linear((2, 2, 2)), Quadratic(1, 1, None)], ids=lambda network: network.title)
def test_without_a_ridge_nothing_is_claimed(network):
    weights = sum(block.size for block in network.blocks)
    content, result = issued(random_problem(network, 3, 2, ridge=(Fraction(0),) * weights))
    assert (result["status"], content["points"], content["counts"]["complex_at_least"]) == ("not-finite", [], 0)
    assert refusal(content) is None


def test_the_bound_of_another_problem_is_not_proved_by_it():
    content = copy.deepcopy(issued(CHAIN)[0])
    content["upper_bound"] = copy.deepcopy(issued(NARROW)[0]["upper_bound"])
    assert "upper_bound" in refusal(content)


def test_no_bound_holds_where_the_critical_set_is_not_finite():
    problem = random_problem(Linear((1, 1, 1)), 3, 2, ridge=(Fraction(0),) * 2)
    content = copy.deepcopy(issued(problem)[0])
    for degree in range(8):
        for falls in ([], [[4, 2]], [[6, 2]]):
            content["upper_bound"] = {"bound": 5, "prime": 2147483647, "falls": falls, "degree": degree}
            assert refusal(content).startswith("upper_bound: ")


MALFORMED = [
    (lambda c: c.pop("upper_bound"), "upper_bound"),
    (lambda c: c.update(upper_bound=17), "upper_bound"),
    (lambda c: c.update(upper_bound={**CLAIM, "bound": True}), "upper_bound.bound"),
    (lambda c: c.update(upper_bound={**CLAIM, "bound": -1}), "upper_bound.bound"),
    (lambda c: c.update(upper_bound={**CLAIM, "degree": 10**12}), "upper_bound.degree"),
    (lambda c: c.update(upper_bound={**CLAIM, "prime": 2**64}), "upper_bound.prime"),
    (lambda c: c.update(upper_bound={**CLAIM, "prime": "7"}), "upper_bound.prime"),
    (lambda c: c.update(upper_bound={**CLAIM, "prime": 2**63}), "upper_bound.prime"),
    (lambda c: c.update(upper_bound={**CLAIM, "prime": True}), "upper_bound.prime"),
    (lambda c: c.update(upper_bound={**CLAIM, "prime": -7}), "upper_bound.prime"),
    (lambda c: c.update(upper_bound={**CLAIM, "prime": 1}), "upper_bound.prime"),
    (lambda c: c.update(upper_bound={**CLAIM, "bound": 17.0}), "upper_bound.bound"),
    (lambda c: c.update(upper_bound={**CLAIM, "bound": None}), "upper_bound.bound"),
    (lambda c: c.update(upper_bound={**CLAIM, "degree": -1}), "upper_bound.degree"),
    (lambda c: c.update(upper_bound={**CLAIM, "degree": True}), "upper_bound.degree"),
    (lambda c: c.update(upper_bound={**CLAIM, "degree": "5"}), "upper_bound.degree"),
    (lambda c: c.update(upper_bound={k: v for k, v in CLAIM.items() if k != "degree"}), "upper_bound.degree"),
    (lambda c: c.update(upper_bound={**CLAIM, "proved": True}), "upper_bound.proved"),
    (lambda c: c.update(upper_bound=[CLAIM]), "upper_bound"),
    (lambda c: c.update(upper_bound=False), "upper_bound"),
    (lambda c: c.update(upper_bound={**CLAIM, "falls": None}), "upper_bound.falls"),
    (lambda c: c.update(upper_bound={**CLAIM, "falls": {"6": 2}}), "upper_bound.falls"),
    (lambda c: c.update(upper_bound={**CLAIM, "falls": [[6, 2, 1]]}), "upper_bound.falls"),
    (lambda c: c.update(upper_bound={**CLAIM, "falls": [[6, 2], [True, 2]]}), "upper_bound.falls[1]"),
    (lambda c: c.update(upper_bound={**CLAIM, "falls": [[6, -2]]}), "upper_bound.falls[0]"),
    (lambda c: c.update(upper_bound={**CLAIM, "falls": [[10**12, 2]]}), "upper_bound.falls[0]"),
    (lambda c: c.update(upper_bound={**CLAIM, "falls": [[6]]}), "upper_bound.falls"),
    (lambda c: c.update(upper_bound={**CLAIM, "falls": [[6, 2.5]]}), "upper_bound.falls[0]"),
    (lambda c: c.pop("points"), "points"),
    (lambda c: c.update(format="critscape certificate 0"), "format"),
    (lambda c: c.update(proved=True), "proved"),
    (lambda c: c["counts"].pop("real_at_least"), "counts.real_at_least"),
    (lambda c: c["counts"].update(complex_at_least=True), "counts.complex_at_least"),
    (lambda c: c["counts"].update(by_index_at_least={"-1": 1}), "counts.by_index_at_least"),
    (lambda c: c["points"].append([]), "points[3]"),
    (lambda c: c["points"][1].pop("radius"), "points[1].radius"),
    (lambda c: c["points"][1].update(radius=0.25), "points[1].radius"),
    (lambda c: c["points"][1].update(radius="1*2^9999999"), "points[1].radius"),
    (lambda c: c["points"][1].update(radius="nan"), "points[1].radius"),
    (lambda c: c["points"][1].update(real=1), "points[1].real"),
    (lambda c: c["points"][1].update(index=-1), "points[1].index"),
    (lambda c: c["points"][1].update(not_global="no"), "points[1].not_global"),
    (lambda c: c["points"][1].update(loss=["1*2^0"]), "points[1].loss"),
    (lambda c: c["points"][1].update(centre=[]), "points[1].centre"),
    (lambda c: c["points"][1]["centre"].append(["0*2^0", "0*2^0"]), "points[1].centre"),
    (lambda c: c["points"][1]["centre"][0].pop(), "points[1].centre[0]"),
    (lambda c: c["points"][1]["centre"][0].__setitem__(1, "1/2"), "points[1].centre[0][1]"),
]


@pytest.mark.parametrize(("change", "field"), MALFORMED)
def test_a_malformed_certificate_names_the_field(change, field):
    content = copy.deepcopy(claims(NEGATIVE, MIDDLE, POSITIVE))
    change(content)
    with pytest.raises(Malformed, match="expected") as raised:
        read_claims(content, 1)
    assert field in str(raised.value).split(": expected")[0]


def test_the_checker_is_independent_of_the_solver():
    program = (
        "import sys; import critscape.algebra.certificates.checker, critscape.problems.files.problem_file, critscape.scripts.check; "
        "print(*sorted(name for name in sys.modules if name.startswith('critscape.algebra.') and name.count('.') == 3))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    # What is known of the exact loss alone is common ground; nothing that finds or proves points is.
    assert [name for name in done.stdout.split() if not name.startswith("critscape.algebra.polynomial.")] == [
        "critscape.algebra.bounds.macaulay",
        "critscape.algebra.bounds.proof",
        "critscape.algebra.certificates.checker",
        "critscape.algebra.certificates.claims",
        "critscape.algebra.symmetry.finite",
    ]
    # The two sides of the format are written separately and agree.
    assert writer.FORMAT == reader.FORMAT
