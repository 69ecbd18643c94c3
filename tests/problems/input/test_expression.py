"""Polynomials as text: random expressions against SymPy, hostile texts, and what the printer writes."""

import random
from fractions import Fraction

import pytest
import sympy
from hypothesis import example, given, settings
from hypothesis import strategies as st

from critscape.problems.files.problem_file import read
from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.expression import LARGEST_DEGREE, MOST_CHARACTERS, MOST_NESTED, expression, sum_of_squares, text, univariate

NAMES = ("x", "y2", "alpha_1")
SYMBOLS = dict(zip(NAMES, sympy.symbols(" ".join(NAMES))))

NUMBERS = st.one_of(
    st.integers(0, 40).map(lambda n: (str(n), sympy.Integer(n))),
    st.tuples(st.integers(0, 20), st.integers(0, 99)).map(lambda t: (f"{t[0]}.{t[1]:02}", t[0] + sympy.Rational(t[1], 100))),
    st.integers(1, 9).map(lambda n: (f".{n}", sympy.Rational(n, 10))),
)
LEAVES = st.one_of(st.tuples(st.just("number"), NUMBERS), st.tuples(st.just("name"), st.sampled_from(NAMES)))
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["+", "-", "*"]), inner, inner),
        st.tuples(st.just("/"), inner, st.integers(1, 30)),
        st.tuples(st.just("^"), inner, st.integers(0, 3)),
        st.tuples(st.just("negate"), inner),
    ),
    max_leaves=10,
)


def meaning(tree):
    """The tree as a SymPy expression."""
    kind, *parts = tree
    if kind == "number":
        return parts[0][1]
    if kind == "name":
        return SYMBOLS[parts[0]]
    left = meaning(parts[0])
    if kind == "negate":
        return -left
    if kind == "/":
        return left / sympy.Integer(parts[1])
    if kind == "^":
        return left ** parts[1]
    right = meaning(parts[1])
    return left + right if kind == "+" else left - right if kind == "-" else left * right


LEVELS = {"+": 0, "-": 0, "*": 1, "/": 1, "negate": 1, "^": 3, "number": 4, "name": 4}


def printed(tree, draw, least=0):
    """The tree as text: parentheses only where they are needed or by chance, spaces, ``**`` and products without a sign by chance."""
    kind, *parts = tree
    level = LEVELS[kind]

    def space():
        return draw.choice(["", "", " ", "  ", "\n", "\t"])

    if kind in ("number", "name"):
        found = parts[0][0] if kind == "number" else parts[0]
    elif kind == "negate":
        found = f"-{space()}{printed(parts[0], draw, 2)}"
    elif kind == "^":
        found = f"{printed(parts[0], draw, 4)}{space()}{draw.choice(['^', '**'])}{space()}{parts[1]}"
    elif kind == "/":
        found = f"{printed(parts[0], draw, 1)}{space()}/{space()}{parts[1]}"
    else:
        left, right = printed(parts[0], draw, level), printed(parts[1], draw, level + 1)
        # Only a name or a parenthesis may follow what it is multiplied with; a blank keeps two names or numbers apart.
        silent = kind == "*" and right[0] not in "-0123456789." and draw.random() < 0.5
        found = f"{left} {right}" if silent else f"{left}{space()}{kind}{space()}{right}"
    return f"({space()}{found}{space()})" if level < least or draw.random() < 0.15 else found


@settings(max_examples=400, deadline=None)
@given(TREES, st.integers(0, 10**6))
@example(("-", ("name", "x"), ("-", ("name", "x"), ("number", ("1", sympy.Integer(1))))), 0)
@example(("^", ("negate", ("name", "x")), 2), 0)
@example(("negate", ("^", ("name", "x"), 2)), 0)
@example(("/", ("*", ("number", ("2", sympy.Integer(2))), ("name", "x")), 3), 0)
def test_expressions_mean_what_sympy_says(tree, seed):
    written = printed(tree, random.Random(seed))
    try:
        found = expression(written, NAMES, "loss").terms()
    except BadInput as error:
        # Only the bounds may refuse what is well formed.
        assert "at most" in str(error)
        return
    expected = sympy.Poly(meaning(tree), *SYMBOLS.values(), domain="QQ")
    assert found == {alpha: Fraction(int(c.p), int(c.q)) for alpha, c in expected.terms() if c}


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("-x^2", "0 - x*x"), ("2 x^2 y2", "2*x^2*y2"), ("x/2 y2", "x*y2/2"), ("x^2/2/3", "x^2/6"), ("2(x + 1)(x - 1)", "2*x^2 - 2"),
        ("--x", "x"), ("+x", "x"), ("x - -1", "x + 1"), ("2*-x", "-2*x"), ("x**2", "x^2"), ("1/3 x", "x/3"), ("x/(2 + 1)", "x/3"),
        ("x ^ 0", "1"), ("0.1x", "x/10"), (".5 x + 5.", "x/2 + 5"), ("(x)", "x"), ("x y2", "y2*x"), ("x^2^1", None), ("x^-1", None),
    ],
)  # fmt: skip
def test_readings(written, same):
    if same is None:
        with pytest.raises(BadInput):
            expression(written, NAMES, "loss")
    else:
        assert expression(written, NAMES, "loss") == expression(same, NAMES, "loss")


HOSTILE = {
    "empty": "", "blank": " \n ", "NUL": "x\0", "NUL alone": "\0", "code": "__import__('os').system('true')", "attribute": "x.__class__",
    "call": "exp(x)", "unicode digits": "x^٣", "superscript": "x²", "unicode minus": "x − 1", "fullwidth": "ｘ + 1", "unicode name": "é",
    "unicode space": "x\u00a0+ 1", "byte order mark": "\ufeffx", "surrogate": "x\ud800", "right-to-left": "\u202ex", "emoji": "x + 🙂",
    "comparison": "x < 1", "assignment": "x = 1", "semicolon": "x; y2", "string": "'x'", "brackets": "x[0]", "braces": "{x}",
    "backslash": "x\\", "comment": "x # y2", "complex": "1j x", "scientific": "1e5 x^", "infinity": "inf", "nan": "nan x",
    "division by a variable": "1/x", "division by zero": "x/0", "division by nothing": "x/(x - x)", "negative power": "x^-2",
    "power of a power": "x^2^3", "fractional power": "x^0.5", "symbolic power": "2^x", "open": "(x", "closed": "x)", "two signs": "x */ y2",
    "unknown": "z", "number after a name": "x 2", "two numbers": "2 3", "huge power": "x^999999999999", "power beyond": "x^61",
    "long power": "2^" + "9" * 5000, "towers of powers": "((((((x^60)^60)^60)^60)^60)^60)", "deep": "(" * 1000 + "x" + ")" * 1000,
    "deep without an end": "(" * 15_000, "deepest": "(" * 100_000, "million": "x+" * 500_000, "million digits": "9" * 1_000_000,
    "many digits": "9" * 15_000 + " x", "many decimals": "0." + "1" * 15_000, "wide": "(x + y2 + alpha_1 + 1)^60", "high": "(x + 1)^60 (y2 + 1)^60",
    "wide product": "*".join(["(x + y2 + alpha_1 + 1)^20"] * 4), "large coefficients": "((9999999999 x)^60)^2", "repeated squares": "(" * 40 + "99" + "^60)" * 40,
    "signs": "-" * 19_000, "signs and a bracket": "-" * 15_000 + "(", "fractions": "/".join(["x", *["7"] * 9000]),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_refused_in_one_line(name):
    with pytest.raises(BadInput, match="loss: expected") as caught:
        expression(HOSTILE[name], NAMES, "loss")
    assert caught.value.field == "loss" and "\n" not in str(caught.value) and len(str(caught.value)) < 400


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=30), st.text("x2y(+-*/^. )", max_size=40), st.text("x1^()+", min_size=20, max_size=200)))
def test_any_text_is_a_polynomial_or_bad_input(written):
    try:
        found = expression(written, NAMES, "loss")
    except BadInput as error:
        assert "\n" not in str(error)
    else:
        assert found.degree <= LARGEST_DEGREE


@pytest.mark.parametrize(
    "written",
    [
        "+".join(["x"] * 9000),
        "-" * 9000 + "x",
        "*".join(["1"] * 9000),
        "(" * MOST_NESTED + "x" + ")" * MOST_NESTED,
        "x" + " " * (MOST_CHARACTERS - 1),
    ],
    ids=["sum", "signs", "product", "parentheses", "blanks"],
)
def test_long_texts_within_the_bounds_are_read(written):
    assert expression(written, NAMES, "loss").degree <= 1


FRACTIONS = st.fractions(-50, 50, max_denominator=30)


@settings(max_examples=100, deadline=None)
@given(st.lists(FRACTIONS, min_size=1, max_size=9))
def test_printed_polynomials_read_back(coefficients):
    while len(coefficients) > 1 and not coefficients[-1]:
        coefficients = coefficients[:-1]
    assert univariate(text(coefficients, "r"), "r", "loss.residual") == tuple(coefficients)


@pytest.mark.parametrize("names", [["x", "x"], ["x y"], ["1x"], [""], ["x\n"], ["é"], [], "x", [1], ["x" * 21], ["_x"], ["x'"]])
def test_names_of_variables_are_checked(names):
    with pytest.raises(BadInput) as caught:
        read({"architecture": {"family": "polynomial", "variables": names, "loss": "x"}})
    assert caught.value.field.startswith("architecture.variables")


@pytest.mark.parametrize(
    ("written", "squares"),
    [
        ("x^2 y^2/2 + 3", 1),
        ("3 x^2 (y - 1)^4 + x^4", 2),
        ("(x - 1)^2 (x + 2)^2 + (x y)^2", 2),
        ("x^2 y", 0),
        ("-x^2 y^2", 0),
        ("x^3 y^2", 0),
    ],
)
def test_products_of_even_powers_are_squares(written, squares):
    found, rest = sum_of_squares(written, ("x", "y"))
    assert len(found) == squares and (rest.degree > 0) == (squares == 0)
    total = rest
    for square in found:
        total = total + square.base**square.exponent * square.factor
    assert total.terms() == expression(written, ("x", "y"), "loss").terms()
