"""Closed forms: what is printed is read back by a parser of its own and compared with the certified points to 50 digits."""

import re
from fractions import Fraction
from itertools import product

import flint
import mpmath
import numpy as np
import pytest
from flint import arb, fmpq_poly, fmpz_poly
from flint.types._gr import gr_real_qqbar_ctx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import critscape.algebra.points.closed_form as closed_form_module
from critscape.algebra.critical.enumeration import union
from critscape.algebra.points.certification import CertifiedPoint, certify, loss_value, newton
from critscape.algebra.points.classification import classify
from critscape.algebra.points.closed_form import FieldPoint, closed_forms, is_critical, minimal_polynomial
from critscape.algebra.points.radicals import NotSimplified, rational, real_root, root
from critscape.algebra.polynomial.evaluation import float_derivatives
from critscape.algebra.polynomial.loss import Family, Loss, gradient, terms
from critscape.problems.criteria.squared import least_squares
from critscape.problems.files.problem_file import read as read_problem
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.problem.problem import loss
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

DIGITS = 50
PROPERTY = settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
SMALL = st.integers(1, 6)
SIGNED = st.fractions(-4, 4, max_denominator=4)


class Reader:
    """Evaluates what ``text`` and ``latex`` print, with mpmath, by recursive descent."""

    TOKENS = re.compile(r"\\sqrt\[(\d+)\]|\\sqrt|\\frac|\\left\(|\\right\)|[⁰¹²³⁴⁵⁶⁷⁸⁹]+√|\d+|[-+/·√∛∜(){}]")

    def __init__(self, written):
        self.tokens = [match.group() for match in self.TOKENS.finditer(written)]
        assert "".join(self.tokens) == written.replace(" ", "")
        self.position = 0

    def peek(self):
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def take(self):
        self.position += 1
        return self.tokens[self.position - 1]

    def whole(self):
        value = self.sum()
        assert not self.peek()
        return value

    def sum(self):
        value = self.signed()
        while self.peek() in ("+", "-"):
            value += self.signed()
        return value

    def signed(self):
        sign = -1 if self.peek() == "-" else 1
        if self.peek() in ("+", "-"):
            self.take()
        return sign * self.product()

    def product(self):
        value = self.factor()
        while self.peek() not in ("", "+", "-", ")", "}", r"\right)"):
            if self.peek() == "/":
                self.take()
                value /= self.factor()
            else:
                if self.peek() == "·":
                    self.take()
                value *= self.factor()
        return value

    def factor(self):
        token = self.take()
        if token.isdecimal():
            return mpmath.mpf(token)
        if token in ("(", "{", r"\left("):
            value = self.sum()
            assert self.take() in (")", "}", r"\right)")
            return value
        if token == r"\frac":
            return self.factor() / self.factor()
        order = token[:-1].translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")) if token.endswith("√") else ""
        order = order or {"∛": 3, "∜": 4}.get(token) or (re.findall(r"\d+", token) or [2])[0]
        return mpmath.root(self.factor(), int(order))


def read(written):
    with mpmath.workdps(2 * DIGITS):
        return Reader(written).whole()


def decimals(ball):
    return mpmath.mpf(ball.mid().str(2 * DIGITS, radius=False))


def assert_prints(radical, ball):
    """Both printed forms have the value of an enclosure, to 50 digits."""
    assert radical.text == radical.text.strip() and len(radical.text) <= 80
    for written in (radical.text, radical.latex):
        with mpmath.workdps(2 * DIGITS):
            assert abs(read(written) - decimals(ball)) <= mpmath.mpf(10) ** -DIGITS * (1 + abs(decimals(ball)))


def real_points(of, starts):
    """Certified real critical points that Newton's method reaches from the starts, classified."""
    found = []
    for start in starts:
        point = np.array(start, dtype=complex)
        for _ in range(60):
            slope, hessian = float_derivatives(of, point)
            if not np.isfinite(hessian).all() or np.linalg.matrix_rank(hessian) < len(point):
                break
            point = point - np.linalg.solve(hessian, slope)
        certified = certify(of, point) if np.isfinite(point).all() else None
        if isinstance(certified, CertifiedPoint) and certified.real:
            found.append(certified)
    return classify(of, union([], found))


def random_starts(dimension, count=40):
    return np.random.default_rng(0).normal(scale=1.5, size=(count, dimension))


def polynomial_loss(*slope):
    """L in one variable whose derivative has the coefficients ``slope``, constant term first."""
    values = tuple(Fraction(c) / (k + 1) for k, c in enumerate(slope))
    names = tuple(f"c{k}" for k in range(len(values)))
    return Loss(Family(("x",), names, lambda w, p: sum((c * w[0] ** (k + 1) for k, c in enumerate(p)), 0 * w[0])), values)


def network_loss(network, inputs, targets, *ridge):
    weights = sum(block.size for block in network.blocks)
    ridge = ridge if len(ridge) > 1 else ridge * weights
    return loss(least_squares(network, _rows(inputs), _rows(targets), tuple(map(Fraction, ridge))))


def _rows(samples):
    return tuple(tuple(map(Fraction, sample)) for sample in samples)


def assert_forms_are_right(of, points, forms):
    """Every closed form has the coordinates and the loss of its own certified point, to 50 digits."""
    with flint.ctx.workprec(512):
        for point, form in zip(points, forms, strict=True):
            if form is None:
                continue
            refined = newton(of, point.point.ball)
            assert len(form.coordinates) == of.dimension
            for radical, ball, fine in zip(form.coordinates, point.point.ball, refined, strict=True):
                assert ball.real.overlaps(radical.ball())
                assert_prints(radical, fine.real)
            assert point.loss.overlaps(form.loss.ball())
            assert_prints(form.loss, loss_value(of, CertifiedPoint(refined, refined, arb(0), True, 512)))


def texts(forms):
    return [form and (form.loss.text, *(radical.text for radical in form.coordinates)) for form in forms]


SPURIOUS_ORIGIN = network_loss(Linear((1, 1, 1, 1)), [[1]], [["5/4"]], "1/4")


def test_the_spurious_origin_in_closed_form():
    starts = [[size * s for s in signs] for size in (0, 0.2, 1) for signs in product((1, -1), repeat=3)]
    points = real_points(SPURIOUS_ORIGIN, starts)
    forms = closed_forms(SPURIOUS_ORIGIN, points)
    assert len(points) == 9
    assert_forms_are_right(SPURIOUS_ORIGIN, points, forms)
    printed = texts(forms)
    even = [signs for signs in product(("", "-"), repeat=3) if signs.count("-") % 2 == 0]
    assert sorted(printed[:4]) == sorted(("13/32", *(sign + "1" for sign in signs)) for signs in even)
    assert printed[4] == ("25/32", "0", "0", "0")
    size, saddle = "(∛(55 + 3√393) - ∛(3√393 - 55) - 2)/6", "(12 + ∛(78786 + 3930√393) + ∛(78786 - 3930√393))/96"
    assert sorted(printed[5:]) == sorted((saddle, *(sign + size for sign in signs)) for signs in even)


def test_nested_square_roots_and_their_latex():
    chain = network_loss(Linear((1, 1, 1)), [[1]], [[2]], "1/2", "1/3")
    points = real_points(chain, random_starts(2))
    forms = closed_forms(chain, points)
    assert_forms_are_right(chain, points, forms)
    assert texts(forms) == [
        ("(4√6 - 1)/12", "-√(6√6 - 3)/3", "-√(4√6 - 2)/2"),
        ("(4√6 - 1)/12", "√(6√6 - 3)/3", "√(4√6 - 2)/2"),
        ("2", "0", "0"),
    ]
    assert forms[1].coordinates[0].latex == r"\frac{\sqrt{6\sqrt{6} - 3}}{3}" and forms[0].loss.latex == r"\frac{4\sqrt{6} - 1}{12}"


def test_a_coordinate_in_a_cubic_field_times_a_square_root():
    chain = network_loss(Linear((1, 1, 1, 1)), [[1]], [["5/4"]], "1/4", "1/2", "1/8")
    points = real_points(chain, [[0.2, 0.14, 0.28], [1, 0.7, 1.4]])
    forms = closed_forms(chain, points)
    assert_forms_are_right(chain, points, forms)
    assert [form.coordinates[1].text for form in forms] == ["√2/2", "√2·(∛(55 + 3√393) - ∛(3√393 - 55) - 2)/12"]
    cubic = r"\sqrt[3]{55 + 3\sqrt{393}} - \sqrt[3]{3\sqrt{393} - 55} - 2"
    assert forms[1].coordinates[2].latex == rf"\frac{{\sqrt{{2}}\left({cubic}\right)}}{{6}}"


def test_several_outputs():
    network = network_loss(Linear((2, 1, 2)), [[1, 2]], [[2, 3]], 1)
    points = real_points(network, random_starts(4))
    forms = closed_forms(network, points)
    assert_forms_are_right(network, points, forms)
    assert texts(forms)[1] == ("(2√65 - 1)/10", "√(√65 - 1)/5", "2√(√65 - 1)/5", "2√(65√65 - 65)/65", "3√(65√65 - 65)/65")


def exactly(radical, field):
    """A radical expression as an exact real algebraic number."""
    total = field(0)
    for c, roots in radical.terms:
        value = field(c.numerator) / field(c.denominator)
        for factor in roots:
            inner = exactly(factor.radicand, field)
            value *= inner if factor.degree == 1 else inner.sqrt() if factor.degree == 2 else inner ** (field(1) / factor.degree)
        total += value
    return total


@pytest.mark.parametrize(
    "of, start",
    [
        (network_loss(Linear((1, 1, 1)), [[1]], [[2]], "1/2", "1/3"), [1, 1.2]),
        (network_loss(Linear((2, 1, 2)), [[1, 2]], [[2, 3]], 1), [0.5, 1, 0.7, 1]),
        (SPURIOUS_ORIGIN, [0.2, 0.2, 0.2]),
    ],
)
def test_the_gradient_vanishes_in_the_field_of_real_algebraic_numbers(of, start):
    (form,) = closed_forms(of, real_points(of, [start]))
    field = gr_real_qqbar_ctx.new()
    coordinates = [exactly(radical, field) for radical in form.coordinates]
    for slope in gradient(of):
        total = field(0)
        for exponents, c in terms(slope).items():
            term = field(c.numerator) / field(c.denominator)
            for value, exponent in zip(coordinates, exponents):
                term *= value**exponent
            total += term
        assert total == 0 and total + field(1) != 0


def test_equal_losses_of_unlike_points_are_seen_to_be_equal():
    # x = 1, y = 2, ridge (2, 1): a tie that no symmetry explains.
    trained = network_loss(Quadratic(1, 1, None), [[1]], [[2]], 2, 1)
    points = real_points(trained, random_starts(2))
    forms = closed_forms(trained, points)
    assert_forms_are_right(trained, points, forms)
    assert texts(forms[:3]) == [("2", "-1", "1"), ("2", "0", "0"), ("2", "1", "1")]
    assert forms[0].loss == forms[1].loss != forms[3].loss


@pytest.mark.parametrize(
    "slope, why",
    [
        ((1, -3, 0, 1), "casus irreducibilis: x³ − 3x + 1 has three real roots"),
        ((-1, -1, 0, 0, 0, 1), "x⁵ − x − 1 is not solvable"),
        ((-2, 4, 0, 0, 1), "the resolvent of x⁴ + 4x − 2 is irreducible"),
        ((-(10**13 + 37), 10**13 + 51), "thirteen digits"),
        ((-2 * (10**13 + 37), 0, 10**13 + 37), "thirteen digits in the loss at √2"),
        ((-(10**30 + 57), 0, 1), "thirty digits under the root"),
        ((-3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1), "degree 14"),
    ],
)
def test_no_closed_form_without_modest_real_radicals(slope, why):
    of = polynomial_loss(*slope)
    roots = [r.real for r in np.roots(slope[::-1]) if abs(r.imag) < 1e-9]
    points = real_points(of, [[r] for r in roots])
    assert len(points) == len(roots) > 0
    assert closed_forms(of, points) == [None] * len(points), why


def test_larger_problems_are_not_tried(monkeypatch):
    monkeypatch.setattr(closed_form_module, "closed_form", None)
    network = network_loss(Linear((3, 1, 3, 1)), [[1, 1, 1]], [[1]], 1)
    points = real_points(network, [[0] * network.dimension])
    assert closed_forms(network, points) == [None] and closed_forms(network, []) == []
    assert closed_forms(SPURIOUS_ORIGIN, real_points(SPURIOUS_ORIGIN, [[1, 1, 1]]) * 51) == [None] * 51


def test_a_candidate_must_be_critical_exactly_and_lie_in_the_box(monkeypatch):
    well = polynomial_loss(0, -2, 0, 1)  # critical at 0, ±√2
    points = real_points(well, [[1.4]])
    with flint.ctx.workprec(1600):
        two = FieldPoint(fmpz_poly([-2, 0, 1]), (fmpq_poly([0, 1]),), arb(2).sqrt())
        # A convergent of √2 that lies in the box.
        near = FieldPoint(fmpz_poly([0, 1]), (fmpq_poly([flint.fmpq(367296043199, 259717522849)]),), arb(0))
        conjugate = FieldPoint(two.modulus, two.coordinates, -two.generator)
    assert is_critical(well, two) and is_critical(well, conjugate) and not is_critical(well, near)
    monkeypatch.setattr(closed_form_module, "modest", lambda radical: radical is not None)
    for candidate, expected in ((two, [("-1", "√2")]), (near, [None]), (conjugate, [None]), (None, [None])):
        monkeypatch.setattr(closed_form_module, "field_point", lambda values, found=candidate: found)
        assert texts(closed_forms(well, points)) == expected


def test_a_minimal_polynomial_of_an_element_of_a_subfield():
    # t³ − 9t = 2√2 for t = √2 + √3.
    modulus = fmpz_poly([1, 0, -10, 0, 1])
    assert minimal_polynomial(fmpq_poly([0, -9, 0, 1]), modulus) == fmpz_poly([-8, 0, 1])
    assert minimal_polynomial(fmpq_poly([7]), modulus) == fmpz_poly([-7, 1])


def test_roots_are_canonical():
    assert [root(2, rational(Fraction(*v))).text for v in ((8, 1), (1, 8), (9, 4), (0, 1))] == ["2√2", "√2/4", "3/2", "0"]
    assert root(4, rational(4)) == root(2, rational(2)) and root(2, root(2, rational(2))).text == "∜2"
    assert root(3, root(2, rational(10))).text == "⁶√10" and root(3, rational(-16)).text == "-2∛2"
    assert root(2, rational(3) - root(2, rational(8))).text == "√2 - 1"
    assert root(2, rational(8) + root(2, rational(48))).text == "√2 + √6"
    assert (root(2, rational(2)) * (rational(1) - root(3, rational(5)))).text == "-√2·(∛5 - 1)"


def test_roots_of_negative_and_of_undecided_numbers_are_refused():
    with pytest.raises(ValueError, match="negative"):
        root(2, rational(-1))
    nothing = root(3, rational(2) + root(2, rational(5))) + root(3, rational(2) - root(2, rational(5))) - rational(1)
    assert nothing.terms
    with pytest.raises(NotSimplified):
        root(2, nothing)


def real_roots(polynomial):
    return [z.real for z, _ in polynomial.complex_roots() if z.imag.contains(0)]


@given(st.tuples(*[st.integers(-9, 9)] * 3), st.integers(1, 4), st.sampled_from([1, 2]))
@PROPERTY
def test_cubics_and_cubics_in_squares(lower, leading, power):
    with flint.ctx.workprec(512):
        cubic = fmpz_poly([*lower, leading])
        for factor, _ in cubic.inflate(power).factor()[1]:
            found = real_roots(factor)
            for enclosure in found:
                solution = real_root(factor, enclosure)
                # Casus irreducibilis, in x or in x²: then nothing else is None.
                assert (solution is None) == (factor.degree() > 2 and len(real_roots(_deflated(factor))) == 3)
                if solution is not None:
                    assert solution.ball().overlaps(enclosure)
                    if len(solution.text) <= 80:
                        assert_prints(solution, enclosure)


def _deflated(polynomial):
    return polynomial.deflation()[0] if polynomial.deflation()[1] == 2 else polynomial


@given(st.integers(-3, 3), SIGNED, st.sampled_from([2, 3, 5, 6, 7]), SIGNED, SIGNED)
@PROPERTY
def test_quartics_over_quadratic_fields(a, b, d, e, f):
    # (x − a − b√d)² = e + f√d, times its conjugate.
    even = fmpq_poly([a * a + _exact(b * b * d - e), -2 * a, 1])
    odd = fmpq_poly([_exact(2 * a * b - f), _exact(-2 * b)])
    with flint.ctx.workprec(512):
        for factor, _ in (even * even - d * odd * odd).numer().factor()[1]:
            for enclosure in real_roots(factor):
                solution = real_root(factor, enclosure)
                assert solution.ball().overlaps(enclosure)
                if len(solution.text) <= 80:
                    assert_prints(solution, enclosure)


def _exact(value):
    return flint.fmpq(value.numerator, value.denominator)


@given(SMALL, SMALL, SMALL, SMALL, SMALL)
@PROPERTY
def test_width_one_chains_always_have_closed_forms(x, y, z, first, second):
    chain = network_loss(Linear((1, 1, 1)), [[x], [1]], [[y], [z]], Fraction(first, 6), Fraction(second, 6))
    points = real_points(chain, random_starts(2, 15))
    forms = closed_forms(chain, points)
    assert points and None not in forms
    assert_forms_are_right(chain, points, forms)


@given(SMALL, SMALL, st.integers(-6, 6), st.integers(-6, 6), SMALL)
@PROPERTY
def test_one_quadratic_unit_always_has_closed_forms(x, z, y, v, ridge):
    unit = network_loss(Quadratic(1, 1, (Fraction(1),)), [[x], [Fraction(z, 2)]], [[y], [Fraction(v, 3)]], Fraction(ridge, 7))
    points = real_points(unit, random_starts(1, 10))
    forms = closed_forms(unit, points)
    assert points and None not in forms
    assert_forms_are_right(unit, points, forms)


NETWORKS = [Linear((1, 1, 1, 1)), Linear((2, 1, 1)), Linear((1, 2, 1)), Linear((2, 1, 2)), Quadratic(1, 1, None)]


@given(st.sampled_from(NETWORKS), st.data())
@PROPERTY
def test_whatever_is_printed_is_the_certified_point(network, data):
    weights = sum(block.size for block in network.blocks)
    inputs, targets = ([[data.draw(SIGNED) for _ in range(width)]] for width in (network.inputs, network.outputs))
    of = network_loss(network, inputs, targets, *(Fraction(data.draw(SMALL), 4) for _ in range(weights)))
    points = real_points(of, [[0] * weights, *random_starts(weights, 10)])
    forms = closed_forms(of, points)
    assert_forms_are_right(of, points, forms)
    # With a ridge the origin is critical, and everything about it is rational.
    origins = [form for point, form in zip(points, forms) if all(z.contains(0) for z in point.point.ball)]
    assert all(form is not None and {radical.text for radical in form.coordinates} == {"0"} for form in origins)


def test_a_tie_that_no_symmetry_explains_is_decided_by_equal_closed_forms():
    architecture = {"family": "quadratic", "inputs": 1, "units": 1, "output": "trained", "norm_regressor": False}
    problem = read_problem({"architecture": architecture, "data": {"inputs": [[1]], "targets": [[2]]}, "ridge": [[[2]], [[1]]]})
    minima = [point for point in solve(problem, Options(engine="batch")).document["critical_points"] if point["index"] == 0]
    assert {tuple(point["closed_form"]["point"]) for point in minima} == {("-1", "1"), ("1", "1"), ("0", "0")}
    assert {(point["kind"], point["closed_form"]["loss"]) for point in minima} == {("global minimum", "2")}


def test_the_order_of_a_root_does_not_look_like_a_power():
    assert root(6, rational(3)).scaled(2).text == "2·⁶√3"
    assert (root(2, rational(2)) * root(5, rational(3))).text == "√2·⁵√3"
    assert root(2, rational(3)).scaled(2).text == "2√3"
