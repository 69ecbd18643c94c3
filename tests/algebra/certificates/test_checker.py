"""The checkers of certificates, in FLINT's and in mpmath's arithmetic: what holds is proved again, what does not is named."""

import copy
import subprocess
import sys
from fractions import Fraction

import pytest
from flint import acb, arb
from mpmath import iv

from critscape.algebra.certificates import certificate as writer
from critscape.algebra.certificates import checker, mpmath_checker
from critscape.algebra.certificates import claims as reader
from critscape.algebra.certificates.claims import Malformed, read_claims
from critscape.algebra.certificates.rectangles import Rectangle, around
from critscape.algebra.polynomial.loss import Family, Loss
from critscape.algebra.polynomial.rational_polynomial import generators
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.recipes.random_data import random_problem
from tests.algebra.certificates.issued import (
    CHAIN,
    NARROW,
    ONE,
    QUARTIC,
    SOLVED,
    THRESHOLD,
    claims,
    issued,
    number,
    plain_refusal,
    refusal,
    text,
)  # fmt: skip
from tests.algebra.certificates.mutations import recounted
from tests.algebra.certificates.test_proofs_of_bounds import CLAIM


@pytest.fixture(params=["flint", "mpmath"])
def failing(request):
    """The first failure of a certificate for a loss."""

    def first(loss, content):
        found = read_claims(content, loss.dimension)
        if request.param == "flint":
            return checker.first_failure(loss, found)
        return mpmath_checker.first_failure(loss.family.formula(generators(loss.dimension), loss.values), found)

    return first


@pytest.fixture(params=[refusal, plain_refusal], ids=["flint", "mpmath"])
def refused(request):
    """Why a certificate of a problem is refused, or None."""
    return request.param


def constant_loss(variables, formula):
    return Loss(Family(tuple(variables), ("p",), formula), (ONE,))


DOUBLE_WELL = constant_loss("x", lambda w, p: w[0] ** 4 / 4 - p[0] * w[0] ** 2 / 2)  # critical at −1, 0, 1; L = −1/4, 0, −1/4
NEGATIVE, POSITIVE = (([[f"{sign}*2^0", "0*2^0"]], "1*2^-10", True, 0, ["-257*2^-10", "-255*2^-10"], False) for sign in (-1, 1))
MIDDLE = ([["0*2^0", "0*2^0"]], "1*2^-10", True, 1, ["-1*2^-10", "1*2^-10"], None)
TURNED = constant_loss("x", lambda w, p: w[0] ** 3 / 3 + p[0] * w[0])  # critical at ±i
UPPER, LOWER = (([["0*2^0", f"{sign}*2^0"]], "1*2^-8", False, None, None, None) for sign in (1, -1))
TILTED = constant_loss("x", lambda w, p: w[0] ** 4 / 4 - p[0] * w[0] ** 2 / 2 + w[0] ** 3 / 12)  # critical at 0, (−1 ± √65)/8


def test_a_certificate_written_by_hand_is_proved(failing):
    assert failing(DOUBLE_WELL, claims(NEGATIVE, MIDDLE, POSITIVE)) is None


def test_a_zero_off_the_real_line_is_proved_so(failing):
    assert failing(TURNED, claims(UPPER, LOWER)) is None
    assert "non-real" in failing(DOUBLE_WELL, claims((MIDDLE[0], "1*2^-8", False, None, None, None)))


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
def test_the_first_claim_that_fails_is_named(changed, expected, failing):
    failure = failing(DOUBLE_WELL, claims(POSITIVE, MIDDLE, changed))
    assert failure.startswith("points[") and "points[2]" in failure and expected in failure


@pytest.mark.parametrize("extra", [(1, None, None), (None, ["-1*2^0", "1*2^0"], None), (None, None, False)])
def test_nothing_more_can_be_claimed_of_a_point_that_is_not_real(extra, failing):
    failure = failing(TURNED, claims(LOWER, (*UPPER[:3], *extra), counts=claims(UPPER, LOWER)["counts"]))
    assert failure.startswith("points[1]: an index or a loss is claimed")


@pytest.mark.parametrize("gap", [(None, MIDDLE[4], None), (1, None, None), (1, MIDDLE[4], False)])
def test_a_real_point_needs_its_claims(gap, failing):
    failure = failing(DOUBLE_WELL, claims((*MIDDLE[:3], *gap), counts=claims(MIDDLE)["counts"]))
    assert failure.startswith("points[0]: a real point needs")


def test_the_loss_is_that_of_the_zero_and_not_of_the_centre(failing):
    centre = 1 + Fraction(1, 2**12)
    value, room = centre**4 / 4 - centre**2 / 2, Fraction(1, 2**60)
    for lower, upper, proved in ((value - room, value + room, False), (Fraction(-1, 4) - room, value + room, False),
                                 (Fraction(-257, 1024), Fraction(-255, 1024), True)):  # fmt: skip
        point = ([[text(centre), "0*2^0"]], "1*2^-10", True, 0, [text(lower), text(upper)], False)
        failure = failing(DOUBLE_WELL, claims(point))
        assert (failure is None) is proved and (proved or "loss" in failure)


def test_a_higher_minimum_is_not_global(failing):
    middles = [Fraction(round((-1 + sign * 65**0.5) / 8 * 2**40), 2**40) for sign in (1, -1)]
    values = [x**4 / 4 - x**2 / 2 + x**3 / 12 for x in middles]
    room = Fraction(1, 2**30)
    bounds = [[text(Fraction(int((value + side * room) * 2**40), 2**40)) for side in (-1, 1)] for value in values]
    higher, lower = (
        ([[text(x), "0*2^0"]], "1*2^-20", True, 0, enclosure, value == max(values)) for x, value, enclosure in zip(middles, values, bounds)
    )
    higher, lower = (higher, lower) if higher[5] else (lower, higher)
    assert failing(TILTED, claims(higher, MIDDLE, lower)) is None
    vague = (*lower[:4], ["-1*2^0", "1*2^0"], False)
    assert "points[0]: not_global" in failing(TILTED, claims(higher, MIDDLE, vague))


BALLS = {
    "flint": (checker.coinciding, lambda x, y, radius: acb(arb(x, radius), arb(y, radius * (y == 0)))),
    "mpmath": (
        mpmath_checker.coinciding,
        lambda x, y, radius: Rectangle(
            around((Fraction(x), Fraction(0)), Fraction(radius)).real, iv.mpf(y) + radius * (y == 0) * iv.mpf([-1, 1])
        ),
    ),
}


@pytest.mark.parametrize("arithmetic", BALLS)
def test_enclosures_that_share_a_projection_are_compared_in_full(arithmetic):
    coinciding, ball = BALLS[arithmetic]
    wide, zero, one, two = ball(0, 0, 1), ball(0, 0, 0), ball(1, 0, 0), ball(2, 0, 0)
    assert coinciding([(wide, zero), (wide, one), (wide, two)]) is None
    assert coinciding([(wide, zero), (wide, one), (one, one)]) == (1, 2)
    # The first projection reaches past the second to the third.
    assert coinciding([(ball(0, 0, 10), zero), (ball(-9, 0, 0), one), (ball(9, 0, 0), zero)]) == (0, 2)
    assert coinciding([(zero, ball(0, 1, 0)), (zero, ball(0, 2, 0))]) is None
    assert coinciding([]) is None


# The check of 225 points in mpmath's arithmetic is among the slow tests of mutations.
CHECKED = [
    (problem, refused) for problem in SOLVED for refused in (refusal, plain_refusal) if (problem, refused) != (SOLVED[4], plain_refusal)
]


@pytest.mark.parametrize(
    ("problem", "refused"), CHECKED, ids=lambda value: getattr(value, "__name__", None) or f"{value.network.title}-{value.samples}"
)
def test_what_the_solver_certifies_is_proved_again(problem, refused):
    content, result = issued(problem)
    counts = result["counts"]
    assert refused(content) is None
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


def test_another_box_around_the_same_zero_is_as_good(refused):
    content = copy.deepcopy(issued(NARROW)[0])
    for point in content["points"]:
        radius = number(point["radius"])
        point["radius"] = text(radius * 16)
        point["centre"][1][0] = text(number(point["centre"][1][0]) + radius)
    assert refused(content) is None


@pytest.mark.parametrize(("problem", "certified"), [(THRESHOLD, 2), (QUARTIC, 0)], ids=["threshold", "quartic"])
def test_a_triple_point_is_not_claimed_and_cannot_be(problem, certified, refused):
    # The origin is a triple critical point of both.
    content, result = issued(problem)
    assert (content["counts"]["complex_at_least"], result["counts"]["degenerate"]) == (certified, 1)
    assert all(any(abs(number(part)) > Fraction(1, 100) for pair in p["centre"] for part in pair) for p in content["points"])
    assert refused(content) is None
    for exponent in (0, -5, -20, -64, -200, -3000):
        for index in (0, 1):
            forged = copy.deepcopy(content)
            forged["points"].append(
                {"centre": [["0*2^0", "0*2^0"]] * problem.dimension, "radius": f"1*2^{exponent}", "real": True, "index": index,
                 "loss": ["0*2^0", "1*2^9"], "not_global": False if index == 0 else None}
            )  # fmt: skip
            recounted(forged)
            assert "Krawczyk" in refused(forged)


@pytest.mark.parametrize("network", [Linear((2, 2, 2)), Quadratic(1, 1, None)], ids=lambda network: network.title)
def test_without_a_ridge_nothing_is_claimed(network, refused):
    weights = sum(block.size for block in network.blocks)
    content, result = issued(random_problem(network, 3, 2, ridge=(Fraction(0),) * weights))
    assert (result["status"], content["points"], content["counts"]["complex_at_least"]) == ("not-finite", [], 0)
    assert refused(content) is None


def test_the_bound_of_another_problem_is_not_proved_by_it(refused):
    content = copy.deepcopy(issued(CHAIN)[0])
    content["upper_bound"] = copy.deepcopy(issued(NARROW)[0]["upper_bound"])
    assert "upper_bound" in refused(content)


def test_no_bound_holds_where_the_critical_set_is_not_finite(refused):
    problem = random_problem(Linear((1, 1, 1)), 3, 2, ridge=(Fraction(0),) * 2)
    content = copy.deepcopy(issued(problem)[0])
    for degree in range(8):
        for falls in ([], [[4, 2]], [[6, 2]]):
            content["upper_bound"] = {"bound": 5, "prime": 2147483647, "falls": falls, "degree": degree}
            assert refused(content).startswith("upper_bound: ")


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
        "critscape.algebra.bounds.budget",
        "critscape.algebra.bounds.hilbert_function",
        "critscape.algebra.bounds.macaulay",
        "critscape.algebra.bounds.packed_polynomials",
        "critscape.algebra.bounds.proof",
        "critscape.algebra.certificates.box_claims",
        "critscape.algebra.certificates.checker",
        "critscape.algebra.certificates.claims",
        "critscape.algebra.certificates.component_claims",
        "critscape.algebra.certificates.intervals",
        "critscape.algebra.certificates.layered",
        "critscape.algebra.certificates.split_claims",
        "critscape.algebra.symmetry.finite",
    ]
    # The two sides of the format are written separately and agree.
    assert writer.FORMAT == reader.FORMAT
