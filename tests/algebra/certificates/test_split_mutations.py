"""Certificates of split units: valid ones are proved in both arithmetics, and every kind of tampering is refused."""

import json
import random
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from jsonschema import Draft202012Validator

import critscape as cs
from critscape.algebra.certificates.claims import Malformed
from critscape.problems.files.documents import schema
from critscape.problems.input.bad_input import BadInput
from critscape.scripts.studies.certificate_check import checked
from critscape.scripts.studies.splitting.certified import certified
from critscape.scripts.studies.splitting.place import AtInfinity
from critscape.scripts.studies.splitting.request import asked, plan_of
from critscape.scripts.studies.splitting.run import split
from tests.algebra.certificates.issued import number, text
from tests.algebra.splitting.nested import NEAR, NESTED

LN_2 = {
    "architecture": {"family": "feed-forward", "widths": [1, 1, 1], "activation": "logistic"},
    "data": {"inputs": [[-1], [1], [2]], "targets": [["13/30"], ["-2/15"], ["57/40"]]},
}
BIASED = {
    "architecture": {"family": "feed-forward", "widths": [1, 1, 1], "activation": "tanh", "biases": True, "output_bias": True},
    "data": {
        "inputs": [[-2], [-1], ["-1/2"], [0], ["1/2"], [1], [2]],
        "targets": [["-3/2"], [-1], [0], ["1/2"], ["3/2"], ["8/5"], [2]],
    },
}
# problem, weights, layer, shares, further splits
CASES = {
    "exact": (LN_2, [[["ln 2"]], [[1]]], 1, "1/2", ()),
    "three copies": (LN_2, [[["ln 2"]], [[1]]], 1, "1,1,-1", ()),
    "nested": (NESTED, NEAR, 1, "1/3", ()),
    "two layers": (NESTED, NEAR, 1, "1/3", ("2,1,3/2",)),
    "ridge": ({**LN_2, "ridge": "1/50"}, [[["7/10"]], [["9/10"]]], 1, "1/4", ()),
    "two outputs": (
        {
            "architecture": {"family": "feed-forward", "widths": [1, 1, 2], "activation": "tanh"},
            "data": {"inputs": [[1], [-1], [2], ["1/2"]], "targets": [[1, 0], [-2, 1], [1, 1], [0, -1]]},
        },
        None,
        1,
        "1/2",
        (),
    ),
    "at infinity": (BIASED, [[["23/25"]], [["7/25"]], [["37/20"]], [["1/6"]]], 1, "1/2", ()),
}
AT_INFINITY = {"at infinity": AtInfinity(1, (Fraction(1),), (Fraction(1),))}


QUICK = ("exact", "ridge", "two outputs")


def with_slow(*quick):
    """The cases, the others marked slow: there are many claims and two arithmetics."""
    return [name if name in quick else pytest.param(name, marks=pytest.mark.slow) for name in CASES]


@cache
def certificate(name):
    """The text of a case's certificate."""
    content, weights, layer, shares, also = CASES[name]
    problem, given, origin = asked(content, weights, None)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "certificate.json"
        certified(
            split(problem, plan_of(problem, layer, 1, shares, also), given, origin, seed=1, starts=5, at_infinity=AT_INFINITY.get(name)),
            path,
        )
        found = json.loads(path.read_text())
    if found["path"] is not None:
        # The start of a path is a path.
        del found["path"]["vertices"][4:]
    return json.dumps(found)


def issued(name):
    return json.loads(certificate(name))


@pytest.mark.parametrize("arithmetic", ["flint", "mpmath"])
@pytest.mark.parametrize("name", with_slow(*QUICK))
def test_what_was_issued_is_proved(name, arithmetic):
    Draft202012Validator(schema("split certificate")).validate(issued(name))
    check = checked(issued(name), arithmetic)
    assert check.proved, check.failure


EXPECTED = {
    "exact": ("local minimum", 1, [3, 0, 1]),
    "three copies": ("strict saddle", 2, [3, 1, 2]),
    "nested": ("local minimum", 1, [7, 0, 1]),
    "two layers": ("local minimum", 3, [8, 0, 3]),
    "ridge": ("local minimum", 0, [4, 0, 0]),
    "two outputs": ("strict saddle", 0, None),
    "at infinity": ("strict saddle", 1, [5, 1, 1]),
}


@pytest.mark.parametrize("name", with_slow(*QUICK))
def test_the_cases_are_of_different_kinds(name):
    wide = issued(name)["wide"]
    assert (wide["kind"], wide["family"], wide["inertia"]) == EXPECTED[name]
    assert (issued(name)["path"] is not None) == (name in ("exact", "three copies", "nested", "at infinity"))


def moved_centre(content, draw):
    place = draw.randrange(len(content["point"]["centre"]))
    by = number(content["point"]["radius"]) * 2 ** draw.randint(1, 30)
    content["point"]["centre"][place] = text(number(content["point"]["centre"][place]) + by)


def widened_box(content, draw):
    content["point"]["radius"] = text(number(content["point"]["radius"]) * 2 ** draw.randint(70, 100))


def vanished_box(content, draw):
    content["point"]["radius"] = draw.choice(("0*2^0", "-1*2^-60"))


def changed_inertia(content, draw):
    positive, negative = content["point"]["inertia"]
    content["point"]["inertia"] = draw.choice(([positive - 1, negative + 1], [positive + 1, negative], [positive - 1, negative]))


def moved_loss(content, draw):
    low, high = map(number, content["point"]["loss"])
    by = (high - low) * 2 * draw.choice((-1, 1))
    content["point"]["loss"] = [text(low + by), text(high + by)]


def changed_kind(content, draw):
    content["wide"]["kind"] = {"local minimum": "strict saddle", "strict saddle": "local minimum"}[content["wide"]["kind"]]


def changed_family(content, draw):
    content["wide"]["family"] += draw.choice((1, 2))


def changed_wide_inertia(content, draw):
    positive, negative, zero = content["wide"]["inertia"] or (5, 0, 0)
    content["wide"]["inertia"] = draw.choice(
        ([positive - 1, negative + 1, zero], [positive - 1, negative, zero + 1], [positive + 1, negative, zero])
    )


def outside_shares(content, draw):
    """Shares for which the kind is another one."""
    shares = content["splits"][0]["shares"]
    inside = all(Fraction(share) > 0 for share in shares)
    rest = ["0/1"] * (len(shares) - 2)
    content["splits"][0]["shares"] = ["3/2", "-1/2", *rest] if inside else [f"1/{len(shares)}"] * len(shares)


def sum_of_shares(content, draw):
    content["splits"][0]["shares"][0] = "7/5"


def claimed_vanishing(content, draw):
    content["splits"][0]["vanishing"] = not content["splits"][0]["vanishing"]


def other_unit(content, draw):
    content["splits"][0]["unit"] = 2


def other_layer(content, draw):
    content["splits"][0]["layer"] += 5


def changed_data(content, draw):
    row = draw.choice(content["problem"]["data"]["targets"])
    row[0] = str(Fraction(str(row[0])) + Fraction(draw.choice((-1, 1)), draw.choice((3, 100, 10**9))))


def changed_activation(content, draw):
    other = {"tanh": "logistic", "logistic": "tanh"}
    content["problem"]["architecture"]["activation"] = other[content["problem"]["architecture"]["activation"]]


def changed_ridge(content, draw):
    ridge = content["problem"]["ridge"][0][0]
    ridge[0] = str(Fraction(str(ridge[0])) + Fraction(1, 10**6))


def dropped_field(content, draw):
    part = draw.choice((content, content["point"], content["wide"], content["splits"][0]))
    part.pop(draw.choice(sorted(set(part) - {"format"})))


def rising_vertex(content, draw):
    """An end of a segment where the loss is higher than at its start, or the same."""
    vertices = content["path"]["vertices"]
    k = draw.randrange(1, len(vertices))
    vertices[k] = vertices[draw.randrange(k)]


def reversed_path(content, draw):
    content["path"]["vertices"].reverse()


def long_arc(content, draw):
    content["path"]["length"] = "40/1"


def no_arc(content, draw):
    content["path"]["length"] = draw.choice(("0/1", "-1/8"))


def no_direction(content, draw):
    content["path"]["direction"] = ["0/1"] * len(content["path"]["direction"])


def inside_leaving(content, draw):
    """Leaving the line where no arc leads down."""
    shares = [Fraction(share) for share in content["path"]["shares"]]
    inside = all(share > 0 for share in shares)
    rest = ["0/1"] * (len(shares) - 2)
    content["path"]["shares"] = ["3/2", "-1/2", *rest] if inside else ["1/2", "1/2", *rest]


EVERYWHERE = (
    moved_centre, widened_box, vanished_box, changed_inertia, moved_loss, changed_kind, changed_family, changed_wide_inertia, sum_of_shares,
    claimed_vanishing, other_unit, other_layer, changed_data, changed_activation, changed_ridge, dropped_field,
)  # fmt: skip
WITH_PATH = (rising_vertex, reversed_path, long_arc, no_arc, no_direction, inside_leaving)


def refused(content, arithmetic):
    try:
        return not checked(content, arithmetic).proved
    except (Malformed, BadInput):
        return True


@pytest.mark.parametrize("mutation", EVERYWHERE, ids=lambda m: m.__name__)
@pytest.mark.parametrize("name", with_slow(*QUICK))
def test_tampering_is_refused(name, mutation):
    draw = random.Random(f"{name} {mutation.__name__}")
    content = issued(name)
    if mutation is changed_kind and name in ("three copies", "two outputs", "at infinity"):
        content["wide"]["inertia"] = content["wide"]["inertia"] or [5, 0, 1]
    mutation(content, draw)
    assert content != issued(name)
    assert refused(content, "flint")


@pytest.mark.parametrize("mutation", WITH_PATH, ids=lambda m: m.__name__)
@pytest.mark.parametrize("name", ["exact", *(pytest.param(name, marks=pytest.mark.slow) for name in ("three copies", "nested"))])
def test_tampering_with_the_path_is_refused(name, mutation):
    content = issued(name)
    mutation(content, random.Random(mutation.__name__))
    assert content != issued(name) and refused(content, "flint")


@pytest.mark.parametrize("name", ["exact", *(pytest.param(name, marks=pytest.mark.slow) for name in ("three copies", "nested"))])
def test_shares_that_change_the_kind_are_refused(name):
    content = issued(name)
    outside_shares(content, None)
    assert refused(content, "flint")


@pytest.mark.parametrize("mutation", [*EVERYWHERE, *WITH_PATH], ids=lambda m: m.__name__)
def test_tampering_is_refused_without_flint(mutation):
    content = issued("exact")
    mutation(content, random.Random(mutation.__name__))
    assert refused(content, "mpmath")


def at_infinity_turned(content, draw):
    content["saturated"]["outgoing"] = ["-1/1"]


def at_infinity_judged_otherwise(content, draw):
    content["saturated"]["minimum"] = False


def at_infinity_in_no_layer(content, draw):
    content["saturated"]["layer"] = draw.choice((0, 2))


def at_infinity_without_a_weight(content, draw):
    content["saturated"][draw.choice(("incoming", "outgoing"))] = []


def at_infinity_without_weights(content, draw):
    """The residuals add up to zero: there is no derivative."""
    content["saturated"]["incoming"] = ["0/1"]


@pytest.mark.parametrize("arithmetic", ["flint", "mpmath"])
@pytest.mark.parametrize(
    "mutation",
    [
        at_infinity_turned, at_infinity_judged_otherwise, at_infinity_in_no_layer, at_infinity_without_a_weight,
        at_infinity_without_weights,
    ],
)  # fmt: skip
def test_tampering_with_a_unit_at_infinity_is_refused(mutation, arithmetic):
    content = issued("at infinity")
    content["path"] = None
    assert content["saturated"]["minimum"] is True and checked(content, arithmetic).proved
    mutation(content, random.Random(1))
    assert refused(content, arithmetic)


def test_that_a_unit_at_infinity_is_no_minimum_is_a_claim_too():
    content = issued("at infinity")
    content["path"] = None
    content["saturated"].update(outgoing=["-2/1"], minimum=False)
    check = cs.check(content)
    assert check and "no local minimum at infinity" in repr(check)


def test_what_no_certificate_carries_is_said(tmp_path):
    for content, weights, shares, said in (
        (LN_2, [[["ln 2"]], [[1]]], "1", "a local minimum or a strict saddle .this is saddle"),
        (
            {**LN_2, "data": {"inputs": [[-1], [1], [2]], "targets": [["1/3"], ["2/3"], ["4/5"]]}},
            [[["ln 2"]], [[1]]],
            "1/2",
            "this is global minimum",
        ),
    ):
        problem, given, origin = asked(content, weights, None)
        with pytest.raises(BadInput, match=said):
            certified(split(problem, plan_of(problem, 1, 1, shares), given, origin), tmp_path / "none.json")
    assert not (tmp_path / "none.json").exists()


def test_the_door_checks_and_reads_it():
    check = cs.check(issued("exact"))
    assert check and check.complex is None and check.real is None and "a local minimum of the wider network" in repr(check)
    document = cs.read(issued("exact"))
    assert "certificate of 1 split units" in str(document) and cs.check(document)
