"""What holds for every family, on the examples of its schema: engines agree, files come back, every entry of f is used."""

import random

import pytest

from critscape.algebra.certificates.certificate import certificate
from critscape.algebra.certificates.checker import first_failure
from critscape.algebra.certificates.claims import read_claims
from critscape.algebra.elimination import msolve
from critscape.algebra.phcpack import engine as phcpy_engine
from critscape.problems.files.problem_file import document, read
from critscape.problems.networks.network import matrices, variables
from critscape.problems.networks.reading import FAMILIES
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.descriptions.problem import describe
from critscape.scripts.studies.options import Options

MOST_PATHS = 2000
EXAMPLES = [pytest.param(name, example, id=str(example)) for name, family in FAMILIES.items() for example in family.schema["examples"]]


def example_problem(name, example):
    """The typed loss, or a random problem with as many samples as make its critical set finite."""
    network = FAMILIES[name].from_document(example)
    return random_problem(network, 3, 11) if network.outputs else read({"architecture": example})


def counts(problem, engine):
    result = solve(problem, Options(engine=engine, max_paths=MOST_PATHS)).document
    assert result["status"] == "complete", result.get("reason")
    return result["counts"]


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_examples_are_written_back_and_described(name, example):
    problem = example_problem(name, example)
    assert read(document(problem)) == problem
    names = variables(problem.network)
    assert len(set(names)) == len(names) == problem.dimension == loss(problem).dimension
    rows = problem.network.coefficients(matrices(problem.network, random.Random(1).sample(range(100, 999), problem.dimension)))
    assert len(rows) == problem.network.outputs and all(len(row) == len(problem.network.exponents) for row in rows)
    # A monomial that no output has would only cost time.
    assert all(any(column) for column in zip(*rows))
    assert describe(problem)["title"] == problem.network.title


@pytest.mark.skipif(not msolve.available(), reason=msolve.HOW_TO_INSTALL)
@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_the_batch_engine_agrees_with_elimination(name, example):
    problem = example_problem(name, example)
    assert counts(problem, "batch") == counts(problem, "exact")


@pytest.mark.phcpy
@pytest.mark.slow
@pytest.mark.skipif(not phcpy_engine.available(), reason=phcpy_engine.HOW_TO_INSTALL)
@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_the_batch_engine_agrees_with_phcpack(name, example):
    problem = example_problem(name, example)
    assert counts(problem, "batch") == counts(problem, "phcpy")


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_certificates_are_proved(name, example):
    problem = example_problem(name, example)
    critical = solve(problem, Options(engine="batch", max_paths=MOST_PATHS)).critical
    made = certificate(critical.enumeration.points, critical.real, document(problem), critical.proof)
    assert first_failure(loss(problem), read_claims(made, problem.dimension)) is None
