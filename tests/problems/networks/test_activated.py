"""Networks that are not polynomial: problems of their own, which what asks for a polynomial refuses in one line."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from critscape.problems.files.problem_file import document, read, read_any
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks import reading
from critscape.problems.networks.network import Block
from critscape.problems.problem.regression import Regression
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.solution import solution


@dataclass(frozen=True)
class Made:
    """A family made for the test."""

    family: ClassVar[str] = "made"
    schema: ClassVar[dict] = {"type": "object", "properties": {"family": {"const": "made"}}, "additionalProperties": False}
    inputs: ClassVar[int] = 2
    outputs: ClassVar[int] = 1
    title: ClassVar[str] = "made 2"
    units: ClassVar[str] = "1"
    blocks: ClassVar[tuple] = (Block("W", 1, 2), Block("v", 1, 1))

    @classmethod
    def from_document(cls, document):
        return cls()

    def document(self):
        return {"family": "made"}


CONTENT = {"architecture": {"family": "made"}, "data": {"inputs": [[1, "1/2"], [0, 3]], "targets": [[1], [2]]}, "ridge": "1/7"}


@pytest.fixture
def made(monkeypatch):
    monkeypatch.setitem(reading.ACTIVATED, "made", Made)
    names = {"enum": [*reading.KNOWN, "made"], "description": "a family"}
    monkeypatch.setitem(reading.ARCHITECTURE, "properties", {"family": names})


def test_a_regression_comes_back_from_its_document(made):
    problem = read_any(CONTENT)
    assert isinstance(problem, Regression) and (problem.samples, problem.dimension) == (2, 3)
    assert read_any(document(problem)) == problem and repr(problem) == "<made 2, 2 samples: 3 weights>"


def test_what_asks_for_a_polynomial_refuses_it_in_one_line(made):
    with pytest.raises(BadInput, match="architecture.family: expected a family that is polynomial"):
        read(CONTENT)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"loss": {"residual": "r^4"}}, "loss"),
        ({"data": {"inputs": [[1]], "targets": [[1]]}}, "data.inputs"),
        ({"data": {"inputs": [[1, 2]]}}, "data.targets"),
        (
            {"data": {"population": {"inputs": "gaussian", "teacher": {"architecture": {"family": "made"}, "weights": []}}}},
            "data.population",
        ),
        ({"ridge": [1]}, "ridge"),
        ({"ridge": -1}, "ridge"),
    ],
)
def test_bad_input_names_its_field(made, changed, field):
    with pytest.raises(BadInput, match=field):
        read_any({**CONTENT, **changed})


def test_without_data_it_is_refused(made):
    with pytest.raises(BadInput, match="data"):
        read_any({name: entry for name, entry in CONTENT.items() if name != "data"})


def test_an_engine_is_no_option_of_it(made):
    with pytest.raises(BadInput, match="--engine"):
        solution(read_any(CONTENT), Options(engine="batch"))
