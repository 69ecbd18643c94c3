"""Valleys of random losses of two weights, without ridge, against a cylindrical decomposition of the plane: any difference is a fault.

At several levels between two successive ones of the tree, and below and above all of them, the components of {L < c} are counted, and
those that hold no point of nearly the least loss.
"""

from fractions import Fraction

import numpy as np
import pytest

from critscape.scripts.studies.landscapes.document import landscape_document
from critscape.scripts.studies.landscapes.survey import surveyed
from critscape.scripts.studies.options import Options
from tests.scripts.plane_components import X, Y, components

BETWEEN = (Fraction(1, 777), Fraction(1, 3), Fraction(1001, 2003), Fraction(776, 777))
ABOVE = (Fraction(1, 777), Fraction(1), Fraction(101, 3), Fraction(10**6))

BILINEAR = [(0, 0), (1, 0), (0, 1), (1, 1)]
CONIC = [*BILINEAR, (2, 0), (0, 2)]
CUBIC = [*CONIC, (2, 1), (1, 2)]


def polynomial(rng, monomials, most):
    """A sum of at most so many of the monomials with small coefficients."""
    chosen = rng.choice(len(monomials), int(rng.integers(1, most + 1)), replace=False)
    return sum((int(rng.choice([-3, -2, -1, 1, 2, 3])) * X ** monomials[k][0] * Y ** monomials[k][1] for k in chosen), 0 * X)


def squares(rng, monomials, most, count):
    """Polynomials with the weights of their squares."""
    return [(polynomial(rng, monomials, most), int(rng.integers(1, 9))) for _ in range(count)]


def network(rng, powers):
    """u φ(w x) on two or three samples, φ a sum of powers."""
    samples = [(int(a), int(b)) for a, b in rng.integers(-5, 6, (int(rng.integers(2, 4)), 2))]
    return [(sum((X * (a * Y / 2) ** p for p in powers), 0 * X) - b, 2) for a, b in samples]


FAMILIES = {
    "two bilinear forms": lambda rng: squares(rng, BILINEAR, 3, 2),
    "two conics": lambda rng: squares(rng, CONIC, 3, 2),
    "two cubics": lambda rng: squares(rng, CUBIC, 3, 2),
    "one conic": lambda rng: squares(rng, CONIC, 4, 1),
    "three conics": lambda rng: squares(rng, CONIC, 3, 3),
    "a product and a line": lambda rng: [(polynomial(rng, BILINEAR, 3) * polynomial(rng, BILINEAR, 3), 1), *squares(rng, BILINEAR, 2, 1)],
    "one square": lambda rng: network(rng, (2,)),
    "one unit of degrees 1 and 2": lambda rng: network(rng, (1, 2)),
    "one unit of degrees 2 and 3": lambda rng: network(rng, (2, 3)),
}


def drawn(family, seed):
    """A loss as a polynomial and as text."""
    terms = FAMILIES[family](np.random.default_rng([16, list(FAMILIES).index(family), seed]))
    return sum((p**2 / k for p, k in terms), 0 * X), " + ".join(f"({p})^2/{k}" for p, k in terms)


def landscape(text):
    problem = {"architecture": {"family": "polynomial", "variables": ["x", "y"], "loss": text}}
    return landscape_document(surveyed(problem, Options(engine="batch", max_paths=1000)))


def differences(loss, document):
    """The levels c at which the numbers of components, and of those without a point of nearly the least loss, are not those of a document."""
    level = {entry["number"]: Fraction(entry["loss"]) for entry in document["levels"]}
    steps = [(level[s["from"]], level.get(s["to"]), (s["components"], s["spurious_valleys"])) for s in document["sublevel_sets"]]
    lowest, first, _ = steps[0]
    unit = Fraction(1) if first is None else first - lowest
    deepest = components(loss, lowest + unit / 1000).points()
    found = [] if not components(loss, lowest - Fraction(max(1, abs(lowest)), 10**6)).number else [lowest]
    for low, high, said in steps:
        for share in BETWEEN if high is not None else ABOVE:
            c = low + share * (high - low if high is not None else max(1, abs(low)))
            sets = components(loss, c)
            # The rival's own check.
            assert sets.number == components(loss.compose(Y, X), c).number
            spurious = sets.number - len({sets.holding(point) for point in deepest})
            if (sets.number, spurious) != said:
                found.append((float(c), (sets.number, spurious), said))
    return found


HAND_MADE = {
    # Four valleys at infinity, two on each side.
    "((x*y - 1)*(x*y - 3))^2 + x^2": ((X * Y - 1) * (X * Y - 3)) ** 2 + X**2,
    # Three curves of minima; with a ridge in y the middle one is a spurious minimum.
    "(y*(x^2 - 1) - 1)^2": (Y * (X**2 - 1) - 1) ** 2,
    "(y*(x^2 - 1) - 1)^2 + y^2/100": (Y * (X**2 - 1) - 1) ** 2 + Y**2 / 100,
    "(x*y*(x - y) - 1)^2": (X * Y * (X - Y) - 1) ** 2,
    "(x^2*y - 1)^2 + (x*(x - 2))^2/9": (X**2 * Y - 1) ** 2 + (X * (X - 2)) ** 2 / 9,
    # Infima at infinity of different heights, beside minima.
    "(x*y - 1)^2 + (x*y^2 - 2)^2/5": (X * Y - 1) ** 2 + (X * Y**2 - 2) ** 2 / 5,
    "(x^2*y - 1)^2 + (x*y - 1)^2/3 + x^4": (X**2 * Y - 1) ** 2 + (X * Y - 1) ** 2 / 3 + X**4,
    "(x*(x - 1)*y - 1)^2 + x^2/20": (X * (X - 1) * Y - 1) ** 2 + X**2 / 20,
    "(x^2*y - x - 1)^2 + (x - 1)^2/30": (X**2 * Y - X - 1) ** 2 + (X - 1) ** 2 / 30,
    "(x^2*y - 1)^2 + (x*y - 1)^2/10": (X**2 * Y - 1) ** 2 + (X * Y - 1) ** 2 / 10,
    "(x*y - 1)^2 + (x^2*y - 1)^2 + x^2/50": (X * Y - 1) ** 2 + (X**2 * Y - 1) ** 2 + X**2 / 50,
    # Minima of order four, and one at the cusp of a curve.
    "((x^2 + y^2)*((x - 2)^2 + y^2))^2/10": ((X**2 + Y**2) * ((X - 2) ** 2 + Y**2)) ** 2 / 10,
    "(y^2 - x^3)^2 + (x^2*(y - 1))^2/7": (Y**2 - X**3) ** 2 + (X**2 * (Y - 1)) ** 2 / 7,
    # The line of minima x = 0, and two valleys as low at infinity.
    "(x^4*y^2 - 2*x^2*y)^2 + x^2": (X**4 * Y**2 - 2 * X**2 * Y) ** 2 + X**2,
}


@pytest.mark.slow  # Two seconds for each loss.
@pytest.mark.parametrize("text", HAND_MADE)
def test_valleys_at_infinity_and_beside_curves_of_minima(text):
    document = landscape(text)
    assert document["status"] == "complete" and not differences(HAND_MADE[text], document)


def test_components_by_decomposition():
    hyperbola = (X * Y - 1) ** 2 + X**2
    numbers = [components(hyperbola, Fraction(c, 100)).number for c in (-1, 1, 99, 101, 10**8)]
    assert numbers == [0, 2, 2, 1, 1]
    # Along (t, 1/t³): 2 valleys at infinity, and the line x = 0 between.
    assert [components((X**3 * Y - 1) ** 2 + X**2, Fraction(c, 100)).number for c in (1, 99, 101)] == [2, 2, 1]
    # Four minima, joined in pairs at 1 and all of them at 16.
    assert [components((Y**2 - 1) ** 2 + (X**2 - 4) ** 2, Fraction(c)).number for c in (Fraction(1, 2), 2, 20)] == [4, 2, 1]


@pytest.mark.slow  # Two seconds for each loss.
@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("family", FAMILIES)
def test_no_answer_is_false(family, seed):
    loss, text = drawn(family, seed)
    if any(not loss.derivative(name) for name in ("x", "y")):
        pytest.skip("a loss of one weight")
    document = landscape(text)
    assert document["status"] == "incomplete" or not differences(loss, document)
