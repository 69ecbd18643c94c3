"""Problem files: the contract, and everything that must be refused."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from critscape.problems.files.problem_file import document, load, read
from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.json_file import parse
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem

LINEAR = {
    "architecture": {"family": "linear", "widths": [2, 1, 2]},
    "data": {"inputs": [["9/5", -1], [0.5, "3/7"]], "targets": [[1, 2], [3, 4]]},
    "ridge": ["1/2", [[1], [2]]],
}
QUADRATIC = {
    "architecture": {"family": "quadratic", "inputs": 2, "units": 1, "output": "trained", "norm_regressor": True},
    "data": {"inputs": [[1, 2]], "targets": [[3]]},
}


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


def test_ridge_shapes_mean_the_same():
    per_weight = changed(LINEAR, ["ridge"], [[["1/2", "1/2"]], [[1], [2]]])
    assert read(parsed(LINEAR)).ridge == read(parsed(per_weight)).ridge
    assert read(parsed(changed(LINEAR, ["ridge"], ...))).ridge == (0, 0, 0, 0)
    assert read(parsed(changed(LINEAR, ["ridge"], "1/3"))).ridge == read(parsed(changed(LINEAR, ["ridge"], ["1/3", "1/3"]))).ridge


def test_decimals_are_exact_fractions():
    text = '{"architecture": {"family": "linear", "widths": [1, 1]}, "data": {"inputs": [[0.1]], "targets": [[1e-2]]}}'
    problem = read(parse(text, "x"))
    assert (problem.inputs[0][0] * 10, problem.targets[0][0] * 100) == (1, 1)


def test_variables_run_block_by_block_row_by_row():
    assert loss(read(parsed(LINEAR))).variables == ("W1_11", "W1_12", "W2_11", "W2_21")
    assert loss(read(parsed(QUADRATIC))).variables == ("W_11", "W_12", "a_11", "c_11")


REFUSED = [
    (LINEAR, ["architecture"], ..., "architecture"),
    (LINEAR, ["architecture"], 3, "architecture"),
    (LINEAR, ["architecture", "family"], "relu", "architecture.family"),
    (LINEAR, ["architecture", "family"], True, "architecture.family"),
    (LINEAR, ["architecture", "family"], ["linear"], "architecture.family"),
    (LINEAR, ["architecture", "widths"], ..., "architecture.widths"),
    (LINEAR, ["architecture", "widths"], [2], "architecture.widths"),
    (LINEAR, ["architecture", "widths"], [2, 0, 2], "architecture.widths[1]"),
    (LINEAR, ["architecture", "widths"], [2, True, 2], "architecture.widths[1]"),
    (LINEAR, ["architecture", "widths"], [2, 1.5, 2], "architecture.widths[1]"),
    (LINEAR, ["architecture", "widths"], [2, "1", 2], "architecture.widths[1]"),
    (LINEAR, ["architecture", "widths"], "2-1-2", "architecture.widths"),
    (LINEAR, ["architecture", "depth"], 3, "architecture.depth"),
    (LINEAR, ["data"], ..., "data"),
    (LINEAR, ["data", "inputs"], ..., "data.inputs"),
    (LINEAR, ["data", "inputs"], [], "data.inputs"),
    (LINEAR, ["data", "inputs"], [[], []], "data.inputs[0]"),
    (LINEAR, ["data", "targets"], [[1, 2]], "data.targets"),
    (LINEAR, ["data", "inputs", 1], [1], "data.inputs[1]"),
    (LINEAR, ["data", "inputs", 1, 0], "1/0", "data.inputs[1][0]"),
    (LINEAR, ["data", "inputs", 1, 0], True, "data.inputs[1][0]"),
    (LINEAR, ["data", "inputs", 1, 0], None, "data.inputs[1][0]"),
    (LINEAR, ["data", "inputs", 1, 0], "x", "data.inputs[1][0]"),
    (LINEAR, ["data", "weights"], [1], "data.weights"),
    (LINEAR, ["ridge"], -1, "ridge"),
    (LINEAR, ["ridge"], "-1/2", "ridge"),
    (LINEAR, ["ridge"], [1], "ridge"),
    (LINEAR, ["ridge"], [1, [[1, 2], [3, 4]]], "ridge[1][0]"),
    (LINEAR, ["ridge"], [1, [[1]]], "ridge[1]"),
    (LINEAR, ["ridge"], {"W1": 1}, "ridge"),
    (LINEAR, ["lambda"], 1, "lambda"),
    (QUADRATIC, ["architecture", "units"], 0, "architecture.units"),
    (QUADRATIC, ["architecture", "units"], ..., "architecture.units"),
    (QUADRATIC, ["architecture", "output"], "free", "architecture.output"),
    (QUADRATIC, ["architecture", "output"], [1, 2], "architecture.output"),
    (QUADRATIC, ["architecture", "output"], ["a"], "architecture.output[0]"),
    (QUADRATIC, ["architecture", "norm_regressor"], 1, "architecture.norm_regressor"),
    (QUADRATIC, ["data", "targets"], [[1, 2]], "data.targets[0]"),
    (QUADRATIC, ["architecture", "widths"], [2, 1], "architecture.widths"),
]


@pytest.mark.parametrize(("content", "path", "value", "field"), REFUSED)
def test_bad_content_is_refused_naming_the_field(content, path, value, field):
    with pytest.raises(BadInput) as caught:
        read(parsed(changed(content, path, value)))
    assert caught.value.field == field
    assert "expected" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "3", '{"a": NaN}', '{"a": Infinity}', '{"a": 1, "a": 2}', "[" * 100_000, '{"a": ' + "9" * 5000 + "}"],
)
def test_bad_json_is_refused(text):
    with pytest.raises(BadInput, match="expected"):
        read(parse(text, "problem.json"))


def test_unreadable_files_are_refused(tmp_path):
    for path in (tmp_path / "missing.json", tmp_path):
        with pytest.raises(BadInput, match="expected a readable problem file"):
            load(path)
    binary = tmp_path / "binary.json"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="UTF-8"):
        load(binary)


NETWORKS = st.one_of(
    st.lists(st.integers(1, 3), min_size=2, max_size=4).map(lambda widths: Linear(tuple(widths))),
    st.builds(
        Quadratic,
        inputs=st.integers(1, 3),
        hidden=st.just(2),
        output=st.one_of(st.none(), st.tuples(st.fractions(-5, 5, max_denominator=9), st.fractions(-5, 5, max_denominator=9))),
        norm_regressor=st.booleans(),
    ),
)


@given(NETWORKS, st.integers(1, 4), st.integers(0, 10**6))
@settings(deadline=None, max_examples=60)
def test_written_problems_read_back(network, samples, seed):
    problem = random_problem(network, samples, seed)
    assert read(parsed(document(problem))) == problem
