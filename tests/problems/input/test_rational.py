"""Exact numbers of problem files."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.rational import rational, rational_array, written


@pytest.mark.parametrize(
    ("value", "exact"),
    [
        (3, Fraction(3)),
        ("-31/7", Fraction(-31, 7)),
        ("+4/6", Fraction(2, 3)),
        (Decimal("0.1"), Fraction(1, 10)),
        ("0.1", Fraction(1, 10)),
        (Decimal("1e-3"), Fraction(1, 1000)),
        ("12", Fraction(12)),
        (Decimal("-0.0"), Fraction(0)),
    ],
)
def test_numbers_are_read_exactly(value, exact):
    assert rational(value, "x") == exact


@pytest.mark.parametrize(
    "value",
    [True, False, None, "1/0", "abc", "", "1/2/3", "1 / 2", "nan", "inf", "1/-2", [1], {}, 0.5]
    + [
        Decimal("1e400000000"),
        Decimal("NaN"),
        Decimal("Infinity"),
        "1e400000000",
        "9" * 5000,
        10**4000,
        "١",
    ],
    ids=lambda value: repr(value)[:20],
)
def test_everything_else_is_refused_with_the_field(value):
    with pytest.raises(BadInput, match=r"^data\.inputs\[0\]: expected ") as caught:
        rational(value, "data.inputs[0]")
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 200


@given(st.fractions(-(10**20), 10**20, max_denominator=10**6))
def test_written_numbers_read_back(value):
    assert rational(written(value), "x") == value


def test_a_wrong_shape_names_the_entry():
    with pytest.raises(BadInput, match=r"ridge\[0\]\[1\]: expected a list of 2 numbers \(1 entry given\)"):
        rational_array([[[1, 2], [3]]], (1, 2, 2), "ridge")
