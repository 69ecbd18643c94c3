"""Sets of certified points: same zeros are found whatever encloses them, different ones are told apart however close they are."""

from dataclasses import replace
from fractions import Fraction

import flint
import numpy as np
import pytest
from flint import acb, arb

from critscape.algebra.points.certification import CertifiedPoint, certify, krawczyk, same_zero
from critscape.algebra.points.certified_sets import CertifiedSet, Rounded, conjugated, images, located, moved, union
from critscape.algebra.points.classification import classify
from critscape.algebra.polynomial.loss import Family, Loss
from critscape.algebra.symmetry.finite import elements, symmetry_group

WELLS = Family(("x",), ("e",), lambda w, p: w[0] ** 4 / 4 - p[0] * w[0] ** 2 / 2)
"""Critical at 0 and ±√e."""
PAIR = Family(("x", "y"), ("e",), lambda w, p: (w[0] * w[1] - 1) ** 2 / 2 + p[0] * (w[0] ** 2 + w[1] ** 2) / 2)
"""Critical at 0, at x = y = ±√(1 − e) and at x = −y = ±√(−1 − e); ill-conditioned for small e, along the hyperbola xy = 1 − e."""


def points_of(family, value, starts):
    found = [certify(Loss(family, (Fraction(value),)), start) for start in starts]
    assert all(isinstance(point, CertifiedPoint) for point in found)
    return found


def around(loss, centre, precision=256):
    """The zero certified in a box around the given exact centre."""
    with flint.ctx.workprec(precision):
        point = krawczyk(loss, [acb(z) for z in centre])
    assert isinstance(point, CertifiedPoint)
    return point


def test_points_are_located_among_others():
    minus, zero, plus = points_of(WELLS, 1, [[-1.1], [0.1], [1.1]])
    again = points_of(WELLS, 1, [[1 + 1e-6j], [-1e-3j]])
    assert located(again, [minus, zero, plus]) == [2, 1]
    assert located([plus, minus], [zero, minus]) == [None, 1]
    assert located([plus], [minus, plus, plus]) == [1]
    assert located([], [plus]) == [] and located([plus], []) == [None]


def test_unions_hold_each_zero_once_and_keep_what_was_there():
    minus, zero, plus = points_of(WELLS, 1, [[-1.1], [0.1], [1.1]])
    twin = points_of(WELLS, 1, [[1 - 1e-7j]])[0]
    whole = union([minus, plus], [twin, zero, zero, minus])
    assert len(whole) == 3 and whole[0] is minus and whole[1] is plus and whole[2] is zero
    assert list(union([], [plus, twin])) == list(union([plus], [])) == [plus] and not union([], [])


# Boxes of 256 bits have the radius 2⁻⁶⁴.
OFFSETS = {"0": acb(0), "2^-66": acb(2) ** -66, "i 2^-66": acb(0, 1) * acb(2) ** -66, "-2^-65": -(acb(2) ** -65)}


def displaced_by(offset):
    """The zero 1 of WELLS certified in a box around 1 + offset."""
    with flint.ctx.workprec(256):
        centre = acb(1) + offset
    return around(Loss(WELLS, (Fraction(1),)), [centre])


@pytest.mark.parametrize("offset", [offset for name, offset in OFFSETS.items() if name != "0"], ids=list(OFFSETS)[1:])
def test_an_enclosure_holds_the_zero_wherever_the_centre_is(offset):
    point = displaced_by(offset)
    assert point.real and point.ball[0].contains(1)


@pytest.mark.parametrize("precision", [256, 512])
@pytest.mark.parametrize("offset", OFFSETS.values(), ids=OFFSETS)
def test_enclosures_around_different_centres_are_of_one_zero(offset, precision):
    displaced, centred = displaced_by(offset), around(Loss(WELLS, (Fraction(1),)), [acb(1)], precision)
    assert centred.real and centred.ball[0].contains(1)
    assert same_zero(centred, displaced) and same_zero(displaced, centred)
    assert len(union([], [centred, displaced])) == 1
    assert located([displaced], points_of(WELLS, 1, [[-1], [1]])) == [1]


@pytest.mark.parametrize("value", ["1e-20", "1e-24", "1e-40"])
def test_zeros_within_the_tolerance_of_doubles_are_told_apart(value):
    # ±√e and 0 coincide for double precision (critscape.algebra.symmetry.coincidence), not for the certificates.
    size = float(Fraction(value)) ** 0.5
    three = points_of(WELLS, value, [[0], [size], [-size]])
    assert len(union([], three)) == 3
    assert located(three, three) == [0, 1, 2]
    assert located(three, three[::-1]) == [2, 1, 0]
    assert located([three[2]], three[:2]) == [None]


@pytest.mark.parametrize("value", ["1e-6", "1e-10", "1e-14"])
def test_ill_conditioned_points_from_different_approximations_are_one(value):
    # The Hessian at x = y has the eigenvalues 2e and 2 − 2e: approximations spread along the hyperbola, within √e, where
    # Newton's method converges at once.
    e = float(Fraction(value))
    root, spread = (1 - e) ** 0.5, 1e-2 * e**0.5
    starts = [[root * (1 + s), root / (1 + s)] for s in (0, spread, -spread, 1j * spread)]
    assert len(union([], points_of(PAIR, value, starts))) == 1
    imaginary = (1 + e) ** 0.5
    others = points_of(PAIR, value, [[0, 0], [-root, -root], [1j * imaginary, -1j * imaginary], [-1j * imaginary, 1j * imaginary]])
    everything = union(points_of(PAIR, value, starts[:1]), others)
    assert len(everything) == 5 and [point.real for point in everything] == [True, True, True, False, False]
    assert located(points_of(PAIR, value, starts[1:]), everything) == [0, 0, 0]


def test_an_overlap_that_decides_nothing_is_an_error():
    (point,) = points_of(WELLS, 1, [[1]])
    # No such point is ever made: an enclosure wider than the box in which the zero is alone.
    wide = replace(point, ball=(acb(arb(1, 0.5)),))
    with pytest.raises(ArithmeticError, match="overlap"):
        same_zero(point, wide)


def test_images_under_symmetries_and_conjugation_are_certified_zeros():
    loss = Loss(PAIR, (Fraction(1, 3),))
    root, imaginary = (2 / 3) ** 0.5, (4 / 3) ** 0.5
    starts = [[0, 0], [root, root], [-root, -root], [1j * imaginary, -1j * imaginary], [-1j * imaginary, 1j * imaginary]]
    points = points_of(PAIR, "1/3", starts)
    group = symmetry_group(loss)
    assert group.order == 4  # (x, y) → (y, x), (−x, −y)
    permutations = []
    for generator in group.generators:
        images = [moved(generator, point) for point in points]
        permutations.append(located(images, points))
        assert sorted(permutations[-1]) == [0, 1, 2, 3, 4] and permutations[-1][0] == 0
        for image, point in zip(images, points):
            assert image.real == point.real and image.midpoint == tuple(generator(point.midpoint))
            # The image's box isolates it as well: the zero that Newton's method finds from there is in it.
            assert same_zero(image, certify(loss, image.midpoint))
    assert any(permutation != [0, 1, 2, 3, 4] for permutation in permutations)
    assert located([conjugated(point) for point in points], points) == [0, 1, 2, 4, 3]
    assert located([conjugated(conjugated(point)) for point in points], points) == [0, 1, 2, 3, 4]


def test_precision_of_images_does_not_depend_on_the_working_precision():
    (point,) = points_of(WELLS, "1/3", [[0.57]])
    flip = symmetry_group(Loss(WELLS, (Fraction(1, 3),))).generators[0]
    with flint.ctx.workprec(20):
        image, mirrored = moved(flip, point), conjugated(point)
    # A ball that was rounded to 20 bits would not hold 30 digits.
    assert image.ball[0].real.rad() < arb("1e-30") and mirrored.ball[0].real.rad() < arb("1e-30")
    assert same_zero(moved(flip, image), point) and same_zero(mirrored, point)


def enclosures(points):
    """Midpoints and radii of the coordinates of points: balls that are not exact equal nothing."""
    return [[(part.mid(), part.rad()) for z in point.ball for part in (z.real, z.imag)] for point in points]


def test_images_of_representatives_are_those_that_are_made_one_by_one():
    loss = Loss(PAIR, (Fraction(1, 3),))
    root, imaginary = (2 / 3) ** 0.5, (4 / 3) ** 0.5
    origin, real, other = points_of(PAIR, "1/3", [[0, 0], [root, root], [1j * imaginary, -1j * imaginary]])
    one, *rest = elements(symmetry_group(loss), 2)
    orbits = [(one,), (one, rest[0]), tuple(rest), (rest[-1],)]
    owners = [origin, real, other, real]
    whole = CertifiedSet.orbits(owners, orbits)
    plain = [moved(element, point) for point, some in zip(owners, orbits) for element in some]
    assert enclosures(whole) == enclosures(plain) and len(whole) == len(plain) == 7
    assert whole[3] is whole[3] and whole[-1] is whole[6]
    for name, values in vars(whole.rounded).items():
        assert np.array_equal(values, getattr(Rounded.of(plain), name)), name
    assert whole.real.tolist() == [point.real for point in plain]
    # The type of an image is that of its representative.
    typed, alone = classify(loss, whole), classify(loss, plain)
    assert enclosures([t.point for t in typed]) == enclosures([t.point for t in alone]) and all(t.point in list(whole) for t in typed)
    assert [(t.index, t.kind) for t in typed] == [(t.index, t.kind) for t in alone]
    assert all(t.loss.overlaps(a.loss) and t.eigenvalue == pytest.approx(a.eigenvalue) for t, a in zip(typed, alone))
    # Slices, unions and images of such sets are those of the same points in a list.
    assert enclosures(whole[2:]) == enclosures(plain[2:])
    for head, tail in ((whole, plain), (whole[2:4], plain[:3]), (plain[4:], whole)):
        as_lists = union(list(head[:0]), [*head, *tail])
        assert [point.midpoint for point in union(union([], head), tail)] == [point.midpoint for point in as_lists]
    once = union([], whole)
    assert len(once) == 5 and [images(g, once) for g in rest] == [images(g, list(once)) for g in rest]
    assert all(sorted(images(g, once)) == [0, 1, 2, 3, 4] for g in rest)
