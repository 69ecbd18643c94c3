"""The function space as `show` prints it."""

from fractions import Fraction

from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.polynomial_network import PolynomialNetwork
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.networks.reading import network_from
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.printing.description import description_latex, description_text
from critscape.scripts.printing.function_space_description import LONGEST, MOST_LINES, function_space_lines
from critscape.scripts.studies.descriptions.function_space import describe_function_space
from critscape.scripts.studies.descriptions.problem import describe


def test_a_bottleneck():
    described = describe(random_problem(Linear((2, 1, 2)), 2, 1))
    space, text = described["function_space"], description_text(described)
    assert (space["ambient"], space["dimension"], space["expected"], space["defect"]) == (4, 3, 3, 0)
    assert space["rank"]["modulo_prime"] == space["rank"]["rational"] == 3 and space["proved"] and not space["filling"]
    pieces = ("  f2: x1  W1_11*W2_21\n", "dimension 3 (proved), defect 0", "codimension 1", "the 2 × 2 matrices of rank at most 1")
    assert all(piece in text for piece in pieces)
    assert "c_{2,(1,0)} &= w^{(1)}_{11} w^{(2)}_{21}" in description_latex(described)


def test_what_is_thick_only():
    lines = function_space_lines(describe_function_space(Quadratic(2, 2, (Fraction(1),) * 2)))
    assert any("thick" in line and "not everything" in line for line in lines)
    assert lines[-1].endswith("positive semidefinite 2 × 2 matrices")


def test_a_dimension_that_is_only_probable_says_so():
    quartics = PolynomialNetwork((3, 5, 1), (Fraction(0),) * 4 + (Fraction(1),))
    lines = "\n".join(function_space_lines(describe_function_space(quartics)))
    assert "dimension 14 (at least 14: proved; more with probability below 3e-17), defect 1" in lines


def test_long_maps_are_cut_in_the_text_only():
    network = PolynomialNetwork((3, 3, 3, 1), (Fraction(0), Fraction(0), Fraction(1)))
    entry = describe_function_space(network)
    lines = function_space_lines(entry)
    shown = [line for line in lines if line.startswith("  x1^2*x2^2")]
    assert len(shown) == 1 and len(shown[0]) < LONGEST + 40 and shown[0].endswith("terms)")
    longest = max(entry["coefficients"], key=lambda coefficient: coefficient["terms"])
    assert longest["coefficient"].count(" + ") + 1 == longest["terms"] and len(longest["coefficient"]) > LONGEST
    wide = describe_function_space(Linear((6, 1, 6)))
    assert len(wide["coefficients"]) == 36 and any(f"and {36 - MOST_LINES} more" in line for line in function_space_lines(wide))


def test_none_and_too_large():
    typed = network_from({"family": "polynomial", "variables": ["x"], "loss": "x^2"})
    assert describe_function_space(typed) is None
    assert "at most 40" in function_space_lines(describe_function_space(Linear((5, 5, 5))))[0]
