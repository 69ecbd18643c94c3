"""The fields ``loss``, ``data.population`` and the family ``polynomial`` in problem files: what is refused, naming the field."""

import copy
import json
from fractions import Fraction

import pytest

from critscape.problems.criteria.entrywise import Entrywise
from critscape.problems.criteria.population import Population
from critscape.problems.criteria.squared import Squared
from critscape.problems.files.problem_file import document, read
from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.json_file import parse

SAMPLES = {
    "architecture": {"family": "linear", "widths": [2, 1, 2]},
    "data": {"inputs": [[1, 2], [3, 4]], "targets": [[5, 6], [7, 8]]},
    "ridge": 1,
}
WEIGHTED = SAMPLES | {"loss": {"sample_weights": [1, 2], "output_weights": [3, "1/2"]}}
METRICS = SAMPLES | {"loss": {"metrics": [[[2, 1], [1, 2]], [[1, 0], [0, "-1/2"]]]}}
RESIDUAL = SAMPLES | {"loss": {"residual": "r^2/2 + r^4/10", "sample_weights": [1, 2]}}
POPULATION = {
    "architecture": {"family": "linear", "widths": [2, 1, 2]},
    "data": {
        "population": {
            "inputs": "gaussian",
            "covariance": [[2, 1], [1, 1]],
            "teacher": {"architecture": {"family": "linear", "widths": [2, 2]}, "weights": [[[1, 2], [3, 4]]]},
        }
    },
    "ridge": 1,
}
TYPED = {"architecture": {"family": "polynomial", "variables": ["x", "y"], "loss": "x^2 y - y"}, "ridge": [1, 2]}
TEACHER = ["data", "population", "teacher"]


def parsed(content):
    return parse(json.dumps(content), "problem.json")


def changed(content, path, value):
    """The content with one entry replaced, or removed when the value is ``...``."""
    result = copy.deepcopy(content)
    inner = result
    for step in path[:-1]:
        inner = inner[step]
    if value is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return result


@pytest.mark.parametrize(
    ("content", "kind"), [(SAMPLES, Squared), (WEIGHTED, Squared), (METRICS, Squared), (RESIDUAL, Entrywise), (POPULATION, Population)]
)
def test_what_is_read_is_written_back(content, kind):
    problem = read(parsed(content))
    assert isinstance(problem.criterion, kind) and read(parsed(document(problem))) == problem


def test_an_empty_loss_is_the_squared_loss():
    assert read(parsed(SAMPLES | {"loss": {}})) == read(parsed(SAMPLES))


def test_the_covariance_is_the_identity_where_it_is_absent():
    absent = changed(POPULATION, ["data", "population", "covariance"], ...)
    assert read(parsed(absent)) == read(parsed(changed(POPULATION, ["data", "population", "covariance"], [[1, 0], [0, 1]])))


def test_weights_of_a_teacher_are_rows_of_its_blocks():
    assert read(parsed(POPULATION)).criterion.weights == tuple(map(Fraction, (1, 2, 3, 4)))


REFUSED = [
    (SAMPLES, ["loss"], 3, "loss"),
    (SAMPLES, ["loss"], None, "loss"),
    (SAMPLES, ["loss"], "r^4", "loss"),
    (SAMPLES, ["loss"], {"power": 4}, "loss.power"),
    (WEIGHTED, ["loss", "sample_weights"], [1], "loss.sample_weights"),
    (WEIGHTED, ["loss", "sample_weights"], 1, "loss.sample_weights"),
    (WEIGHTED, ["loss", "sample_weights"], [], "loss.sample_weights"),
    (WEIGHTED, ["loss", "sample_weights"], [1, [2]], "loss.sample_weights[1]"),
    (WEIGHTED, ["loss", "sample_weights"], [1, "x"], "loss.sample_weights[1]"),
    (WEIGHTED, ["loss", "sample_weights"], [1, None], "loss.sample_weights[1]"),
    (WEIGHTED, ["loss", "sample_weights"], [0, 0], "loss.sample_weights"),
    (WEIGHTED, ["loss", "output_weights"], [1, 2, 3], "loss.output_weights"),
    (WEIGHTED, ["loss", "output_weights"], [True, 2], "loss.output_weights[0]"),
    (WEIGHTED, ["loss", "output_weights"], [0, 0], "loss.output_weights"),
    (METRICS, ["loss", "metrics"], [[[1, 0], [0, 1]]], "loss.metrics"),
    (METRICS, ["loss", "metrics"], {}, "loss.metrics"),
    (METRICS, ["loss", "metrics", 1], [[1, 2]], "loss.metrics[1]"),
    (METRICS, ["loss", "metrics", 1], [[1, 2], [3, 4]], "loss.metrics[1]"),
    (METRICS, ["loss", "metrics", 1, 0, 1], "x", "loss.metrics[1][0][1]"),
    (METRICS, ["loss", "metrics", 1, 0], 5, "loss.metrics[1][0]"),
    (METRICS, ["loss", "sample_weights"], [1, 2], "loss.sample_weights"),
    (METRICS, ["loss", "output_weights"], [1, 2], "loss.output_weights"),
    (METRICS, ["loss", "residual"], "r^4", "loss.metrics"),
    (METRICS, ["loss", "metrics"], [[[0, 0], [0, 0]]] * 2, "loss.metrics"),
    (RESIDUAL, ["loss", "residual"], 4, "loss.residual"),
    (RESIDUAL, ["loss", "residual"], "", "loss.residual"),
    (RESIDUAL, ["loss", "residual"], "7", "loss.residual"),
    (RESIDUAL, ["loss", "residual"], "r - r", "loss.residual"),
    (RESIDUAL, ["loss", "residual"], "x^4", "loss.residual"),
    (RESIDUAL, ["loss", "residual"], "|r|", "loss.residual"),
    (RESIDUAL, ["loss", "residual"], "r^4 +", "loss.residual"),
    (RESIDUAL, ["loss", "residual"], "r^-2", "loss.residual"),
    (RESIDUAL, ["loss", "residual"], "r^61", "loss.residual"),
    (RESIDUAL, ["loss", "residual"], "exp(r)", "loss.residual"),
    (RESIDUAL, ["loss", "sample_weights"], [1], "loss.sample_weights"),
    (POPULATION, ["loss"], {"residual": "r^4"}, "loss"),
    (POPULATION, ["loss"], {"sample_weights": [1]}, "loss"),
    (POPULATION, ["data", "inputs"], [[1, 2]], "data.inputs"),
    (POPULATION, ["data", "targets"], [[1, 2]], "data.targets"),
    (POPULATION, ["data", "population"], 3, "data.population"),
    (POPULATION, ["data", "population", "inputs"], "uniform", "data.population.inputs"),
    (POPULATION, ["data", "population", "inputs"], ..., "data.population.inputs"),
    (POPULATION, ["data", "population", "samples"], 3, "data.population.samples"),
    (POPULATION, ["data", "population", "covariance"], 1, "data.population.covariance"),
    (POPULATION, ["data", "population", "covariance"], [[1]], "data.population.covariance"),
    (POPULATION, ["data", "population", "covariance"], [[1, 2], [3, 4]], "data.population.covariance"),
    (POPULATION, ["data", "population", "covariance"], [[1, 2], [2, 1]], "data.population.covariance"),
    (POPULATION, ["data", "population", "covariance"], [[-1, 0], [0, 1]], "data.population.covariance"),
    (POPULATION, ["data", "population", "covariance", 0, 1], "x", "data.population.covariance[0][1]"),
    (POPULATION, TEACHER, ..., "data.population.teacher"),
    (POPULATION, TEACHER, [1], "data.population.teacher"),
    (POPULATION, [*TEACHER, "architecture"], ..., "data.population.teacher.architecture"),
    (POPULATION, [*TEACHER, "architecture", "family"], "relu", "data.population.teacher.architecture.family"),
    (POPULATION, [*TEACHER, "architecture", "widths"], [2], "data.population.teacher.architecture.widths"),
    (POPULATION, [*TEACHER, "architecture", "widths"], [2, 1], "data.population.teacher.architecture"),
    (POPULATION, [*TEACHER, "architecture", "widths"], [3, 2], "data.population.teacher.architecture"),
    (POPULATION, [*TEACHER, "architecture"], TYPED["architecture"], "data.population.teacher.architecture"),
    (POPULATION, [*TEACHER, "weights"], ..., "data.population.teacher.weights"),
    (POPULATION, [*TEACHER, "weights"], [], "data.population.teacher.weights"),
    (POPULATION, [*TEACHER, "weights"], 3, "data.population.teacher.weights"),
    (POPULATION, [*TEACHER, "weights"], [3], "data.population.teacher.weights[0]"),
    (POPULATION, [*TEACHER, "weights"], [[[1, 2]]], "data.population.teacher.weights[0]"),
    (POPULATION, [*TEACHER, "weights"], [[[1, 2], [3, "x"]]], "data.population.teacher.weights[0][1][1]"),
    (POPULATION, [*TEACHER, "noise"], 1, "data.population.teacher.noise"),
    (TYPED, ["architecture", "loss"], ..., "architecture.loss"),
    (TYPED, ["architecture", "loss"], 3, "architecture.loss"),
    (TYPED, ["architecture", "loss"], "5", "architecture.loss"),
    (TYPED, ["architecture", "loss"], "x - x", "architecture.loss"),
    (TYPED, ["architecture", "loss"], "z^2", "architecture.loss"),
    (TYPED, ["architecture", "loss"], "x/y", "architecture.loss"),
    (TYPED, ["architecture", "variables"], ..., "architecture.variables"),
    (TYPED, ["architecture", "variables"], [f"x{k}" for k in range(41)], "architecture.variables"),
    (TYPED, ["architecture", "widths"], [1, 2], "architecture.widths"),
    (TYPED, ["data"], SAMPLES["data"], "data"),
    (TYPED, ["loss"], {"residual": "r^4"}, "loss"),
    (TYPED, ["ridge"], [1], "ridge"),
    (TYPED, ["ridge"], [1, -1], "ridge"),
]


@pytest.mark.parametrize(("content", "path", "value", "field"), REFUSED)
def test_bad_content_is_refused_naming_the_field(content, path, value, field):
    with pytest.raises(BadInput) as caught:
        read(parsed(changed(content, path, value)))
    assert caught.value.field == field
    assert "expected" in str(caught.value) and "\n" not in str(caught.value)
