"""The loss that is expanded without FLINT is the one that solvers use, for every family and criterion; bad input is refused alike."""

import copy
import json
import random
import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from critscape.algebra.polynomial.loss import polynomial, terms
from critscape.problems.criteria.definiteness import Definiteness, definiteness
from critscape.problems.files.plain_loss import plain_loss, semidefinite
from critscape.problems.files.problem_file import document, read
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.network import weight_count
from critscape.problems.networks.reading import FAMILIES
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem

EXAMPLES = [pytest.param(name, example, id=str(example)) for name, family in FAMILIES.items() for example in family.schema["examples"]]
MOST = 40


def same(content):
    """Both expansions of a problem, which must be equal."""
    problem = read(content)
    found = plain_loss(content, MOST)
    assert found.polynomial.variables == problem.dimension
    assert found.polynomial.terms() == terms(polynomial(loss(problem)))
    return found.polynomial


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_every_family(name, example):
    network = FAMILIES[name].from_document(example)
    content = document(random_problem(network, 3, 11)) if network.outputs else {"architecture": example, "ridge": "1/3"}
    assert same(content)


LINEAR = document(random_problem(Linear((2, 1, 2)), 3, 5))
TEACHER = {
    "inputs": "gaussian",
    "covariance": [["2", "1/2"], ["1/2", 1]],
    "teacher": {"architecture": {"family": "quadratic", "inputs": 2, "units": 1, "output": "fixed"}, "weights": [[[1, "-2/3"]]]},
}
CRITERIA = {
    "squared": LINEAR,
    "weights": LINEAR | {"loss": {"sample_weights": [1, "-1/2", 3], "output_weights": ["2/3", 0]}},
    "metrics": LINEAR | {"loss": {"metrics": [[[1, "1/2"], ["1/2", 2]], [[0, 1], [1, 0]], [[3, 0], [0, "1/7"]]]}},
    "residual": LINEAR | {"loss": {"residual": "r^4/10 - r^3/3 + r^2/2 + 5", "sample_weights": [1, 2, "1/9"]}},
    "residual with a weight": LINEAR | {"loss": {"residual": "r^2", "output_weights": [0, 1]}},
    "population": {
        "architecture": {"family": "quadratic", "inputs": 2, "units": 2, "output": "trained", "norm_regressor": True},
        "data": {"population": TEACHER},
        "ridge": "1/5",
    },
    "typed": {"architecture": {"family": "polynomial", "variables": ["x", "y"], "loss": "(x^2 - 1)^2/4 + x y/3 + y^2"}, "ridge": [1, 0]},
    "no ridge": {name: value for name, value in LINEAR.items() if name != "ridge"},
    "targets that are the inputs": {
        "architecture": {"family": "autoencoder", "inputs": 2, "hidden": 1, "tied": True},
        "data": {"inputs": [[1, 2], ["1/3", -1]]},
    },
}


@pytest.mark.parametrize("name", CRITERIA)
def test_every_criterion(name):
    assert same(CRITERIA[name])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_random_data_and_weights(seed):
    draw = random.Random(seed)
    name = draw.choice(sorted(set(FAMILIES) - {"polynomial"}))
    network = FAMILIES[name].from_document(draw.choice(FAMILIES[name].schema["examples"]))
    samples = draw.randint(1, 3)
    content = document(random_problem(network, samples, seed))
    weights = {"sample_weights": [str(Fraction(draw.randint(-3, 9), 4) or 1) for _ in range(samples)]}
    content["loss"] = draw.choice([weights, {"residual": "r^2/2 - r/3"}, {"residual": "r^3 + r", **weights}, {}])
    same(content)


def broken(change):
    content = copy.deepcopy(LINEAR)
    change(content)
    return content


BAD = [
    lambda c: c.pop("data"),
    lambda c: c.pop("architecture"),
    lambda c: c.update(extra=1),
    lambda c: c["data"].pop("targets"),
    lambda c: c["data"]["inputs"].pop(),
    lambda c: c["data"]["inputs"][0].pop(),
    lambda c: c["data"]["inputs"][0].__setitem__(0, "x"),
    lambda c: c.update(ridge=-1),
    lambda c: c.update(ridge=[1]),
    lambda c: c.update(loss={"sample_weights": [0, 0, 0]}),
    lambda c: c.update(loss={"sample_weights": [1]}),
    lambda c: c.update(loss={"metrics": [[[1, 2], [3, 4]]] * 3}),
    lambda c: c.update(loss={"metrics": [[[1, 2], [2, 4]]] * 3, "residual": "r^2"}),
    lambda c: c.update(loss={"metrics": [[[1, 2], [2, 4]]] * 3, "sample_weights": [1, 1, 1]}),
    lambda c: c.update(loss={"residual": "7"}),
    lambda c: c.update(loss={"residual": "s^2"}),
    lambda c: c.update(data={"population": TEACHER}),
    lambda c: c["data"].update(population=TEACHER),
    lambda c: c.update(architecture={"family": "polynomial", "variables": ["x"], "loss": "x^2"}),
]


@pytest.mark.parametrize("change", BAD)
def test_what_one_reader_refuses_the_other_refuses(change):
    for reader in (read, lambda content: plain_loss(content, MOST)):
        with pytest.raises(BadInput, match="expected"):
            reader(broken(change))


def test_a_covariance_must_be_one():
    content = CRITERIA["population"] | {"data": {"population": {**TEACHER, "covariance": [[1, 2], [2, 1]]}}}
    for reader in (read, lambda content: plain_loss(content, MOST)):
        with pytest.raises(BadInput, match="semidefinite"):
            reader(content)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.fractions(-2, 2, max_denominator=3), min_size=6, max_size=6), st.integers(0, 2))
def test_semidefinite_is_what_the_characteristic_polynomial_says(entries, singular):
    rest = iter(entries)
    upper = {(i, j): next(rest) for i in range(3) for j in range(i, 3)}
    matrix = tuple(tuple(upper[min(i, j), max(i, j)] * (i >= singular and j >= singular) for j in range(3)) for i in range(3))
    gram = tuple(tuple(sum(a * b for a, b in zip(row, column)) for column in matrix) for row in matrix)
    for each in (matrix, gram):
        assert semidefinite(each) is (definiteness(each) is not Definiteness.OTHER)
    assert semidefinite(gram)


def test_too_many_weights_are_refused():
    network = Linear((7, 7))
    assert weight_count(network) == 49
    with pytest.raises(BadInput, match="at most 40 weights"):
        plain_loss(document(random_problem(network, 1, 1)), MOST)


def test_nothing_of_flint_is_loaded():
    program = (
        "import json, sys; from critscape.problems.files.plain_loss import plain_loss; "
        "[plain_loss(content, 40) for content in json.load(sys.stdin)]; "
        "print([name for name in sys.modules if 'flint' in name])"
    )
    contents = [
        *CRITERIA.values(),
        *(
            document(random_problem(family.from_document(family.schema["examples"][0]), 2, 3))
            for family in FAMILIES.values()
            if family.family != "polynomial"
        ),
    ]
    done = subprocess.run([sys.executable, "-c", program], input=json.dumps(contents), capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
