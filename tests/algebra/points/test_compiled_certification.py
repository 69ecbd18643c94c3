"""Zeros proved by a compiled kernel: exact zeros lie in their enclosures and alone in their boxes, however close others are."""

from fractions import Fraction
from itertools import product

import flint
import numpy as np
import pytest
from flint import acb, arb, fmpq

from critscape.algebra.kernels.polydiscs import NOT_REAL, OPEN, proved_zeros
from critscape.algebra.points import compiled_certification
from critscape.algebra.points.certification import CertifiedPoint, Undecided, certify, same_zero
from critscape.algebra.points.compiled_certification import certify_all
from critscape.algebra.polynomial.loss import Family, Loss
from critscape.algebra.polynomial.straight_line import programs


@pytest.fixture(autouse=True)
def small_sets_by_the_kernel_too(monkeypatch):
    monkeypatch.setattr(compiled_certification, "FEW", 0)


def mixed(quadratics, matrix):
    """A loss whose gradient vanishes exactly at matrix·v, v_i = a ± bi or c for (a, b², c) in ``quadratics``: L = Σ ℓ_i((matrix⁻¹w)_i).

    ℓ_i′(v) = ((v − a)² + b²)(v − c); with b² < 0 all three zeros are real.
    """
    inverse = flint.fmpq_mat([[fmpq(v.numerator, v.denominator) for v in row] for row in matrix]).inv()
    n, flat = len(quadratics), [Fraction(int(v.p), int(v.q)) for v in inverse.entries()]

    def formula(w, p):
        total = 0
        for i in range(n):
            v = sum(p[i * n + j] * w[j] for j in range(n))
            a, b, c = p[n * n + 3 * i : n * n + 3 * i + 3]
            # ∫ (v² − 2av + d)(v − c), d = a² + b².
            d = a * a + b
            total = total + v**4 / 4 - (2 * a + c) * v**3 / 3 + (d + 2 * a * c) * v**2 / 2 - d * c * v
        return total

    values = (*flat, *(value for quadratic in quadratics for value in quadratic))
    names = tuple(f"p{k}" for k in range(len(values)))
    return Loss(Family(tuple(f"w{i}" for i in range(n)), names, formula), values)


def zeros(quadratics, matrix):
    """All critical points in balls, at the working precision."""
    found = []
    for choice in product(range(3), repeat=len(quadratics)):
        v = []
        for k, (a, b, c) in zip(choice, quadratics):
            root = acb(fmpq(-b.numerator, b.denominator)).sqrt()
            centre = acb(fmpq(a.numerator, a.denominator))
            v.append([centre + root, centre - root, acb(fmpq(c.numerator, c.denominator))][k])
        found.append([sum((acb(fmpq(m.numerator, m.denominator)) * x for m, x in zip(row, v)), acb(0)) for row in matrix])
    return found


def random_case(rng, n, gap=None):
    def number():
        return Fraction(int(rng.integers(-60, 60)), int(rng.integers(1, 12)))

    quadratics = []
    for _ in range(n):
        a, b, c = number(), abs(number()) + Fraction(1, 9), number()
        quadratics.append((a, b if rng.integers(2) else -b, c + Fraction(1, 17)))
    if gap is not None:
        # Two zeros at distance 2·gap, around 0 for little to cancel.
        quadratics = [(Fraction(0), -(gap**2), Fraction(3, 2)), (Fraction(1, 3), Fraction(1, 5), Fraction(-1))]
    while True:
        matrix = [[Fraction(int(rng.integers(-6, 7)), int(rng.integers(1, 5))) for _ in range(n)] for _ in range(n)]
        if flint.fmpq_mat([[fmpq(v.numerator, v.denominator) for v in row] for row in matrix]).det() != 0:
            return quadratics, matrix


def judged(loss, exact, noise):
    """Every proved box holds exactly one of the exact zeros, within ``reach``; how many of the starts, with noise, were proved."""
    rng, starts = np.random.default_rng(1), np.array([[complex(z) for z in zero] for zero in exact])
    starts = starts + noise * (rng.standard_normal(starts.shape) + 1j * rng.standard_normal(starts.shape))
    found = proved_zeros(programs(loss.family), loss.values, starts)
    proved = 0
    for k, verdict in enumerate(found.verdict.tolist()):
        if verdict == OPEN:
            continue
        proved += 1
        centre = compiled_certification.centre(found, k)
        half, inside = arb(float(found.isolation[k])), []
        for zero in exact:
            offsets = [z - c for z, c in zip(zero, centre)]
            if all(abs(d.real) <= half and abs(d.imag) <= half for d in offsets):
                inside.append(zero)
                assert all(abs(d).lower() <= arb(reach) for d, reach in zip(offsets, found.reach[k].tolist()))
        assert len(inside) == 1
        if verdict == NOT_REAL:
            assert any(not z.imag.contains(0) for z in inside[0])
    return proved, found


@pytest.mark.parametrize("seed", range(9))
def test_exact_zeros_lie_in_their_enclosures(seed):
    rng = np.random.default_rng(seed)
    quadratics, matrix = random_case(rng, 1 + seed % 3)
    with flint.ctx.workprec(400):
        exact = zeros(quadratics, matrix)
        proved, found = judged(mixed(quadratics, matrix), exact, 1e-9)
        assert proved == len(exact)
        real = [all(z.imag.contains(0) for z in zero) for zero in exact]
    assert ((found.verdict == NOT_REAL) == ~np.array(real)).all()


@pytest.mark.parametrize("bits", [8, 20, 32, *range(36, 48), 60, 120])
def test_of_two_zeros_that_are_close_no_box_holds_both(bits):
    rng = np.random.default_rng(bits)
    quadratics, matrix = random_case(rng, 2, Fraction(1, 2**bits))
    with flint.ctx.workprec(600):
        proved, _ = judged(mixed(quadratics, matrix), zeros(quadratics, matrix), 0.0)
    # Those that are not doubled are proved whatever happens; the pairs as long as they are wider than the smallest box.
    assert proved >= 3 and (proved == 9 or bits > 20)


@pytest.mark.parametrize("bits", range(20, 44))
def test_boxes_that_are_large_beside_the_distance_of_two_zeros_do_not_hold_both(bits):
    # The second weight is large, so the first box that is tried is wider than the pair of zeros of the first weight.
    quadratics = [(Fraction(0), -Fraction(1, 2**24), Fraction(3, 2)), (Fraction(1, 3), Fraction(1, 5), Fraction(-1))]
    with flint.ctx.workprec(600):
        matrix = [[Fraction(1), Fraction(0)], [Fraction(0), Fraction(2**bits)]]
        proved, _ = judged(mixed(quadratics, matrix), zeros(quadratics, matrix), 0.0)
    assert proved == 9 or bits > 30


def test_degenerate_zeros_and_whole_curves_are_left_open():
    quartic = Loss(Family(("x", "y"), ("p",), lambda w, p: p[0] * w[0] ** 4 + w[1] ** 2), (Fraction(1),))
    circle = Loss(Family(("x", "y"), ("p",), lambda w, p: (w[0] ** 2 + w[1] ** 2 - p[0]) ** 2), (Fraction(1),))
    for loss, start in ((quartic, [1e-4, 0]), (quartic, [0, 0]), (circle, [0.6, 0.8]), (circle, [0.6j, 1.1])):
        assert proved_zeros(programs(loss.family), loss.values, np.array([start], dtype=complex)).verdict.tolist() == [OPEN]
        assert isinstance(certify_all(loss, np.array([start], dtype=complex))[0], Undecided)


def test_starts_that_are_no_numbers_or_far_from_all_zeros_are_left_open():
    loss = Loss(Family(("x",), ("p",), lambda w, p: w[0] ** 3 / 3 + p[0] * w[0]), (Fraction(1),))
    starts = np.array([[np.nan], [np.inf], [1e200], [0.0]], dtype=complex)
    assert proved_zeros(programs(loss.family), loss.values, starts).verdict.tolist() == [OPEN] * 4


@pytest.mark.parametrize("seed", range(3))
def test_many_at_once_are_what_they_are_one_by_one(seed):
    rng = np.random.default_rng(seed)
    quadratics, matrix = random_case(rng, 2)
    loss = mixed(quadratics, matrix)
    starts = np.array([[complex(z) for z in zero] for zero in zeros(quadratics, matrix)]) + 1e-9
    one_by_one = [certify(loss, start) for start in starts]
    together = certify_all(loss, starts)
    for single, point in zip(one_by_one, together):
        assert isinstance(single, CertifiedPoint) and isinstance(point, CertifiedPoint)
        assert single.real == point.real and same_zero(single, point) and same_zero(point, single)
        # Real points have all the digits that ball arithmetic gives.
        assert not point.real or point.precision == single.precision


def test_known_zeros_are_not_proved_again(monkeypatch):
    quadratics, matrix = random_case(np.random.default_rng(5), 2)
    loss = mixed(quadratics, matrix)
    starts = np.array([[complex(z) for z in zero] for zero in zeros(quadratics, matrix)])
    known = certify_all(loss, starts)
    done = []
    assert certify_all(loss, starts[::-1] + 1e-10, known, done.append) == known[::-1] and done == [len(starts)]

    def refused(*_):
        raise AssertionError("proved again")

    monkeypatch.setattr(compiled_certification, "certify", refused)
    assert all(one is other for one, other in zip(certify_all(loss, starts, known), known))
    # A known zero within the tolerance of double precision, but not in the box, is another one.
    with pytest.raises(AssertionError, match="proved again"):
        certify_all(loss, starts, [point for point in known if not point.real])


def test_parameters_beyond_double_precision_are_certified_by_balls():
    loss = Loss(Family(("x",), ("p",), lambda w, p: (w[0] - 1) ** 2 * p[0] / 2), (Fraction(10**400),))
    (point,) = certify_all(loss, np.array([[1.0 + 0j]]))
    assert isinstance(point, CertifiedPoint) and point.ball[0].contains(1)
