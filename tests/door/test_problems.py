"""Problems made in Python are those that problem files describe."""

import json
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import critscape as cs
from critscape.problems.files import problem_file
from critscape.problems.networks.reading import FAMILIES, network_from

FILE = {
    "architecture": {"family": "linear", "widths": [2, 1, 2]},
    "data": {"inputs": [["1/2", "-3"], ["0.25", "7"]], "targets": [[1, "0.1"], ["1e-3", 0]]},
    "ridge": ["1/4", "0.3"],
}
EXAMPLES = [(name, example) for name in sorted(FAMILIES) for example in FAMILIES[name].schema["examples"]]


def test_a_constructor_makes_the_problem_of_the_file():
    made = cs.linear(
        widths=(2, 1, 2), inputs=[(Fraction(1, 2), -3), (0.25, "7")], targets=np.array([[1, 0.1], [1e-3, 0]]), ridge=["1/4", Decimal("0.3")]
    )
    assert made == cs.problem(FILE) == problem_file.read(FILE)


@pytest.mark.parametrize(("name", "architecture"), EXAMPLES, ids=str)
def test_the_constructor_of_every_family_makes_what_its_document_describes(name, architecture):
    network = network_from(architecture)
    rng = np.random.default_rng(1)
    inputs, targets = (rng.integers(-9, 10, (3, count)) for count in (network.inputs, network.outputs))
    fields = {field: value for field, value in architecture.items() if field not in ("family", "inputs")}
    content = {"architecture": architecture}
    if name != "polynomial":
        content["data"] = {"inputs": inputs.tolist(), "targets": targets.tolist()}
        fields |= {"inputs": inputs, "targets": targets}
    assert getattr(cs, name.replace("-", "_"))(**fields) == problem_file.read(content)


@given(st.floats(-1e20, 1e20).filter(lambda x: x == 0 or abs(x) > 1e-20))
@settings(max_examples=50, deadline=None)
def test_a_float_is_the_decimal_that_python_prints(value):
    made = cs.linear(widths=(1, 1), inputs=[value], targets=np.array([value]))
    assert made.inputs == made.targets == ((Fraction(repr(value)),),)


def test_numbers_of_every_kind_are_exact():
    values = [
        1,
        0.1,
        "1/3",
        Fraction(1, 3),
        Decimal("0.2"),
        np.float64(0.1),
        np.float32(0.1),
        np.int8(3),
        sympy.Rational(2, 7),
        sympy.Integer(4),
    ]
    exact = [1, "1/10", "1/3", "1/3", "1/5", "1/10", "1/10", 3, "2/7", 4]
    for data in (values, np.array(values, dtype=object), sympy.Matrix([v for v in values if isinstance(v, (int, sympy.Basic))])):
        made = cs.linear(widths=(1, 1), inputs=data, targets=[0] * len(data))
        known = exact if len(data) == len(values) else [1, "2/7", 4]
        assert [row[0] for row in made.inputs] == [Fraction(value) for value in known]


def test_losses_and_populations_have_parameters():
    residual = cs.linear(widths=(1, 1), inputs=[1, 2], targets=[1, 0], residual="r^2/2 + r^4/10", sample_weights=(1, 2))
    assert cs.document(residual)["loss"] == {"residual": "1/2 r^2 + 1/10 r^4", "sample_weights": [1, 2]}
    teacher = {"architecture": {"family": "quadratic", "inputs": 2, "units": 1}, "weights": [np.array([[1, 0.5]])]}
    population = cs.quadratic(units=1, inputs=2, population={"inputs": "gaussian", "teacher": teacher}, ridge=1)
    assert population.samples == 0 and cs.problem(cs.document(population)) == population


def test_problems_are_saved_and_loaded(tmp_path):
    made = cs.quadratic(units=1, output="trained", inputs=[[1, 2]], targets=[0.3], ridge="1/7")
    cs.save(made, tmp_path / "problem.json")
    assert cs.load(tmp_path / "problem.json") == cs.load(str(tmp_path / "problem.json")) == made == cs.problem(cs.document(made))
    assert json.loads((tmp_path / "problem.json").read_text(encoding="utf-8")) == {"format": "critscape problem 1", **cs.document(made)}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: cs.linear(widths=(2, 2)), "inputs: expected an array with one row per sample (it is missing)"),
        (lambda: cs.quadratic(units=1), "inputs: expected an array with one row per sample (it is missing)"),
        (lambda: cs.linear(widths=(2, 2), inputs=[[1, 2]]), "targets: expected a list of at least one sample (it is missing)"),
        (lambda: cs.linear(widths=(2, 2), inputs=[[1, 2]], targets=[[1]]), "targets[0]: expected a list of 2 numbers (1 entry given)"),
        (lambda: cs.linear(widths=(2, 2), inputs=[1, 2], targets=[[1, 1]]), "inputs[0]: expected a list of 2 numbers (1 entry given)"),
        (lambda: cs.linear(widths=(1, 1), inputs=[float("nan")], targets=[1]), "inputs[0][0]: expected a finite number, got 'NaN'"),
        (lambda: cs.linear(widths=(1, 1), inputs=[1], targets=[1], ridge=-1), "ridge: expected numbers that are not negative, got '-1'"),
        (lambda: cs.linear(inputs=[1], targets=[1]), "widths: expected a list of two or more positive integers, from input to output (it is missing)"),
        (lambda: cs.quadratic(units=0, inputs=[1], targets=[1]), "units: expected a positive integer (at most 1000), got 0"),
        (lambda: cs.linear(widths=(1, 1), inputs=[1], targets=[1], residual="r +"), "residual: expected"),
        (lambda: cs.polynomial(variables=["x"], loss="y"), "loss: expected a polynomial in x"),
        (lambda: cs.problem({"architecture": {"family": "linear", "widths": [1, 1]}}), "data: expected"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_as_the_parameter_is(make, message):
    with pytest.raises(cs.BadInput) as refused:
        make()
    assert str(refused.value).startswith(message) and "\n" not in str(refused.value)


@pytest.mark.parametrize("value", [1j, object(), {1, 2}, print])
def test_what_no_file_holds_is_refused_by_its_type(value):
    with pytest.raises(cs.BadInput, match=f"^ridge: expected numbers.* of type {type(value).__name__} is given"):
        cs.linear(widths=(1, 1), inputs=[1], targets=[1], ridge=value)


def test_an_unknown_parameter_is_a_type_error_that_lists_those_there_are():
    with pytest.raises(TypeError, match=r"linear\(\) has no parameter 'width'; it has widths, inputs, targets"):
        cs.linear(width=(1, 1))


def test_derivatives_are_those_that_sympy_finds():
    W1, W2 = (sympy.Symbol(name, real=True) for name in ("W1_11", "W2_11"))
    problem = cs.linear(widths=(1, 1, 1), inputs=[2], targets=["1/3"], ridge=["1/5", 3])
    loss = (2 * W1 * W2 - sympy.Rational(1, 3)) ** 2 / 2 + W1**2 / 10 + 3 * W2**2 / 2
    assert sympy.expand(cs.sympy_loss(problem) - loss) == 0
    assert (cs.gradient(problem) - sympy.Matrix([loss.diff(W1), loss.diff(W2)])).expand() == sympy.zeros(2, 1)
    assert (cs.hessian(problem) - sympy.hessian(loss, (W1, W2))).expand() == sympy.zeros(2, 2)


@pytest.mark.parametrize("value", [None, 3, [], object()])
def test_what_is_no_problem_is_refused_by_the_name_of_the_parameter(value):
    with pytest.raises(cs.BadInput, match="problem: expected a problem"):
        cs.solve(value)
    with pytest.raises(cs.BadInput, match="problem: expected a problem"):
        cs.sympy_loss(value)
