"""Answers in Python: the numbers of the result document, with all digits, in the shapes of the network."""

import json
from decimal import Decimal

import mpmath
import numpy as np
import pytest
import sympy

import critscape as cs
from critscape.digits import Arithmetic
from critscape.problems.input.radical import radical
from critscape.scripts.printing.rendering import render


@pytest.fixture(scope="module")
def problem():
    return cs.linear(widths=(1, 1, 1, 1), inputs=[1], targets=["5/4"], ridge="1/4")


@pytest.fixture(scope="module")
def answer(problem):
    return cs.solve(problem)


@pytest.fixture(scope="module")
def wide():
    """Two weight matrices that are not square."""
    return cs.solve(cs.linear(widths=(2, 1, 2), inputs=[[1, 2], [3, "1/2"]], targets=[[1, 0], ["-1/2", 2]], ridge="1/3"))


def test_counts_levels_and_evidence_are_those_of_the_document(answer):
    document = answer.document
    assert answer.status == document["status"] == "complete" and answer.reason is None
    assert answer.counts == {**document["counts"], "by_index": {0: 5, 1: 4}}
    assert answer.counts["complex"] == 17 and set(answer.levels.values()) == {"proved"}
    assert all(entry["holds"] is not False for entry in answer.evidence.values()) and "Euler sum" in answer.evidence


def test_real_points_have_their_weights_loss_index_and_kind(answer):
    assert [(point.index, point.kind) for point in answer.real[:6:4]] == [(0, "global minimum"), (0, "spurious local minimum")]
    W1, W2, W3 = answer.real[0].weights
    assert W1.shape == (1, 1) and (W1 @ W2 @ W3).item() == pytest.approx(1, abs=1e-15)
    assert np.array([[0]]) == answer.real[4].weights.W2 and answer.real[4].loss == 25 / 32
    assert answer.real[4].global_minimum is False and answer.real[0].global_minimum is True
    assert len({point.orbit for point in answer.real}) == 3 and all(point.certified for point in answer.real)


def test_blocks_have_the_shapes_of_the_network_and_make_its_function(wide):
    for point in wide.real:
        W1, W2 = point.weights
        assert (W1.shape, W2.shape) == ((1, 2), (2, 1))
        residuals = wide.problem.inputs @ (W2 @ W1).T.astype(float) - np.array(wide.problem.targets, dtype=float)
        loss = (residuals.astype(float) ** 2).sum() / 2 + ((W1**2).sum() + (W2**2).sum()) / 6
        assert loss == pytest.approx(point.loss, rel=1e-12)


def test_points_are_all_complex_critical_points(answer, problem):
    points = answer.points
    assert points.shape == (17, 3) and points.dtype == np.complex128
    slopes = sympy.lambdify(sympy.symbols("W1_11 W2_11 W3_11", real=True), list(cs.gradient(problem)), "numpy")
    assert np.abs(np.array(slopes(*points.T))).max() < 1e-14
    assert len({tuple(np.round(row, 9)) for row in points}) == 17
    assert sum(np.abs(points.imag).max(axis=1) < 1e-12) == answer.counts["real"]


def test_every_known_digit_is_there_in_mpmath(answer, problem):
    symbols = sympy.symbols("W1_11 W2_11 W3_11", real=True)
    slopes = sympy.lambdify(symbols, list(cs.gradient(problem)), "mpmath")
    with mpmath.workdps(60):
        rows = [slopes(*row) for row in answer.mp.points]
        assert max(abs(slope) for row in rows for slope in row) < mpmath.mpf(10) ** -50
    for point, entry in zip(answer.mp.real, answer.document["critical_points"]):
        assert all(isinstance(number, mpmath.mpf) for number in (point.loss, *(weight.item() for weight in point.weights)))
        digits = len(entry["loss"])
        assert Decimal(mpmath.nstr(point.loss, digits)) == Decimal(entry["loss"])
    assert answer.mp.real[5].mp == answer.real[5].mp and answer.real[5].loss == float(answer.mp.real[5].loss)


def test_numbers_do_not_depend_on_the_working_precision():
    text = "0.123456789012345678901234567890123456789012345678901234567"
    with mpmath.workdps(3):
        narrow = Arithmetic(True).real(text)
    with mpmath.workdps(60):
        assert abs(narrow - mpmath.mpf(text)) < mpmath.mpf(10) ** -57


def test_closed_forms_are_critical_points_exactly(answer, problem):
    symbols = sympy.symbols("W1_11 W2_11 W3_11", real=True)
    loss, slopes = cs.sympy_loss(problem), cs.gradient(problem)
    for point in (answer.real[0], answer.real[4], answer.real[5]):
        form = point.closed_form
        place = dict(zip(symbols, (weight.item() for weight in form.weights)))
        assert abs((loss.subs(place) - form.loss).evalf(60)) < 1e-50
        assert max(abs(slope.subs(place).evalf(60)) for slope in slopes) < 1e-50
        assert abs(form.loss.evalf(40) - sympy.Float(answer.mp.real[answer.real.index(point)].loss)) < 1e-15
    assert answer.real[4].closed_form.loss == sympy.Rational(25, 32) and "√393" in answer.real[5].closed_form.text
    assert answer.real[5].closed_form.latex.startswith("\\frac")


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("-3/4", "-3/4"), ("√2∛3", "sqrt(2)*cbrt(3)"), ("2·⁵√(3 + √2)/7", "2*root(3 + sqrt(2), 5)/7"), ("-(√5 - 1)·(1 + √2)/2", "-(sqrt(5)-1)*(1+sqrt(2))/2"),
     ("√(2 + ∜5)", "sqrt(2 + root(5, 4))")],
)  # fmt: skip
def test_radicals_are_read_as_they_are_printed(text, value):
    assert sympy.simplify(radical(text) - sympy.sympify(value)) == 0


@pytest.mark.parametrize("text", ["", "1/0", "√", "(1", "1)", "x", "__import__('os')", "1 2 +", "√-2", "2**9", "(" * 5000])
def test_what_is_no_radical_is_refused(text):
    with pytest.raises(cs.BadInput, match="closed_form"):
        radical(text)


def test_what_masks_fix_is_filled_in():
    fixed = [[[None, 0], [0, None]], [[2, "1/2"]]]
    answer = cs.solve(cs.masked(widths=(2, 2, 1), fixed=fixed, inputs=[[1, 2]], targets=[1], ridge=[[[1, None], [None, 1]]]))
    W1, W2 = answer.real[0].weights
    assert W1[0, 1] == W1[1, 0] == 0 and (W2 == [[2, 0.5]]).all()
    assert answer.mp.real[0].weights.W2[0, 1] == 0.5


def test_variables_of_a_typed_polynomial_are_numbers():
    answer = cs.solve(cs.polynomial(variables=["x", "lambda"], loss="(x^2 - 1)^2/4 + lambda^2"))
    assert answer.real[0].weights.x.shape == () and answer.counts["local_minima"] == 2 and len(answer.real[0].weights) == 2


def test_what_nobody_decided_is_none():
    curve = cs.solve(cs.linear(widths=(1, 1, 1), inputs=[1], targets=[1]))
    assert curve.status == "not-finite" and "ridge is zero" in curve.reason
    assert curve.points is None and all(number is None for number in curve.counts.values())
    degenerate = cs.solve(cs.linear(widths=(1, 1, 1), inputs=[1], targets=[1], ridge=1), engine="batch")
    assert degenerate.status == "incomplete" and degenerate.counts["spurious_minima"] is None
    (point,) = degenerate.real
    assert (point.index, point.loss, point.closed_form, point.certified) == (None, None, None, False)
    assert degenerate.points.shape == (3, 2) and "–" in str(degenerate) and "–" in degenerate._repr_html_()


def test_an_answer_prints_itself_in_a_few_lines(answer):
    lines = str(answer).splitlines()
    assert repr(answer) == str(answer) and len(lines) < 10 and max(map(len, lines)) < 80
    assert lines[0] == "linear 1-1-1-1, 1 sample: complete" and "17" in lines[1]
    assert repr(answer.real[4]) == "<spurious local minimum, index 0, loss 0.78125>"


def test_a_lower_bound_is_said_to_be_one(answer):
    open_one = type(answer)({**answer.document, "counts": {**answer.document["counts"], "global_minima": None}})
    assert "≥ 1  proved" in str(open_one) and "≥" in open_one._repr_html_()
    assert "≥" not in str(answer) + answer._repr_html_().partition("<details>")[0]


def test_html_escapes_what_a_document_holds(answer):
    html = answer._repr_html_()
    assert html.count("<tr>") > 4 and "N" in html and "1-1-1-1" in html
    document = json.loads(json.dumps(answer.document))
    document["critical_points"][0]["kind"] = document["status"] = "complete"
    document["reason"] = "<script>alert(1)</script>"
    assert "<script>" not in type(answer)(document)._repr_html_()


def test_an_answer_is_saved_in_every_format(answer, tmp_path):
    for ending, style in ((".json", "json"), (".csv", "csv"), (".md", "markdown"), (".tex", "latex"), (".txt", "text")):
        answer.save(tmp_path / f"answer{ending}")
        written = (tmp_path / f"answer{ending}").read_text(encoding="utf-8")
        assert written == render([answer.document], style) == answer.render(style)
    with pytest.raises(cs.BadInput, match=r"^path: expected a file name that ends in \.json"):
        answer.save(tmp_path / "answer.docx")
    with pytest.raises(cs.BadInput, match="^style: expected one of json"):
        answer.render("docx")
    assert len(list(tmp_path.iterdir())) == 5


def test_a_file_that_lists_real_points_alone_has_no_array_of_all(answer):
    document = {**answer.document, "critical_points": [p for p in answer.document["critical_points"] if p["real"]]}
    with pytest.raises(cs.BadInput, match=r"points: expected a result that lists all 17 critical points.*\(9 listed\)"):
        type(answer)(document).points


def test_solving_tells_nothing_unless_asked(problem, capfd):
    cs.solve(problem)
    assert capfd.readouterr() == ("", "")
    cs.solve(problem, progress=True)
    told = capfd.readouterr()
    assert told.out == "" and "root counts" in told.err


@pytest.mark.parametrize(
    ("options", "message"),
    [({"engine": "bertini"}, "engine: expected one of auto, batch, phcpy, exact, got 'bertini'"), ({"seed": -1}, "seed: expected a whole number that is not negative, got -1"),
     ({"jobs": 0}, "jobs: expected a positive integer, got 0"), ({"max_paths": 1.5}, "max_paths: expected a positive integer, got 1.5")],
)  # fmt: skip
def test_an_option_out_of_range_is_named(problem, options, message):
    with pytest.raises(cs.BadInput) as refused:
        cs.solve(problem, **options)
    assert str(refused.value) == message


def test_what_is_too_large_is_refused_before_any_work():
    with pytest.raises(cs.TooLarge, match="at most 40 weights, got 50"):
        cs.solve(cs.linear(widths=(5, 5, 5), inputs=np.eye(5), targets=np.eye(5), ridge=1))


def test_seeds_fix_every_digit(problem, answer):
    again = cs.solve(cs.document(problem), jobs=2)
    assert again.document["critical_points"] == answer.document["critical_points"] and (again.points == answer.points).all()
