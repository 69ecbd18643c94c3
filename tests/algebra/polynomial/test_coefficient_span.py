"""Families without one scale: their trace tests are not believed."""

from fractions import Fraction

import pytest

from critscape.algebra.polynomial.coefficient_span import WIDEST, coefficient_span
from critscape.problems.networks.families.masked import Masked
from critscape.problems.networks.families.polynomial_network import PolynomialNetwork
from critscape.problems.networks.reading import FAMILIES
from critscape.problems.objectives.squared_loss import family
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.studies import answer as answering
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.ensembles.draw import in_doubles
from critscape.scripts.studies.options import Options

TINY = Masked.from_document({"family": "masked", "widths": [2, 2, 1], "fixed": [[[1, "1/1000000"], [None, None]], [[None, None]]]})


def spans():
    for family_class in FAMILIES.values():
        for example in family_class.schema["examples"]:
            network = family_class.from_document(example).normal_form()[0]
            if network.outputs:
                yield pytest.param(network, id=network.title)


@pytest.mark.parametrize("network", list(spans()))
def test_networks_that_people_write_down_have_one_scale(network):
    assert coefficient_span(family(network)) < WIDEST / 100


def test_an_activation_is_stretched_to_one_scale():
    small = PolynomialNetwork((1, 1, 1), (Fraction(0), Fraction(1), Fraction(1, 100000)))
    assert coefficient_span(family(small)) > 1e9 and coefficient_span(family(small.normal_form()[0])) < 100
    result = solve(random_problem(small, 3, 1), Options(engine="batch")).document
    assert (result["status"], result["counts"]["complex"], result["levels"]["complex"]) == ("complete", 9, "proved")


def test_without_one_scale_the_trace_test_completes_nothing(monkeypatch):
    assert coefficient_span(family(TINY.normal_form()[0])) > WIDEST
    problem = random_problem(TINY, 2, 4)
    monkeypatch.setattr(answering, "bounded", lambda loss, critical, seconds: critical)
    result = solve(problem, Options(engine="batch")).document
    assert result["status"] == "incomplete" and "span a factor" in result["reason"]
    assert in_doubles(problem, 0, 20000).doubts == ("the generic member may have more solutions",)
