"""Components of critical sets that are not finite, in Python: the rows of the document with their numbers, certified and shown."""

import mpmath
import numpy as np
import pytest
import sympy

import critscape as cs


@pytest.fixture(scope="module")
def problem():
    """A bottleneck with irrational critical values."""
    return cs.linear(widths=(2, 1, 2), inputs=[[1, 2], [3, "1/2"], [0, 1]], targets=[[1, 1], [2, -1], [0, 3]])


@pytest.fixture(scope="module")
def issued(problem, tmp_path_factory):
    path = tmp_path_factory.mktemp("components") / "certificate.json"
    return cs.solve(problem, certificate=path), path


def test_rows_have_the_numbers_of_the_document(issued):
    answer, _ = issued
    assert answer.status == "not-finite" and len(answer.components) == 3
    least, saddle, origin = answer.components
    assert [(row.kind, row.dimension, row.exact_dimension, row.inertia, row.exact_inertia) for row in answer.components] == [
        ("global minimum", 1, True, (3, 0, 1), True),
        ("strict saddle", 1, True, (2, 1, 1), True),
        ("strict saddle", 0, True, (2, 2, 0), True),
    ]
    assert least.inertia.positive == 3 and all(row.level == "proved" for row in answer.components)
    assert sympy.simplify(least.exact_loss + saddle.exact_loss - sympy.Rational(3205, 322)) == 0
    assert origin.loss == 8 and least.loss == pytest.approx(float(least.exact_loss), abs=1e-15)
    assert repr(origin) == "<strict saddle, dimension 0, inertia (2, 2, 0), loss 8>"
    assert sum(row.paths[0] for row in answer.components) == answer.document["account"]["finite"]


def test_representatives_are_critical_to_every_known_digit(issued, problem):
    answer, _ = issued
    slopes = sympy.lambdify(sympy.symbols("W1_11 W1_12 W2_11 W2_21", real=True), list(cs.gradient(problem)), "mpmath")
    for row, exact in zip(answer.components, answer.mp.components):
        W1, W2 = row.representative
        assert (W1.shape, W2.shape) == ((1, 2), (2, 1)) and exact.mp == exact and row.mp == exact
        residuals = np.array(problem.inputs, dtype=float) @ (W2 @ W1).T - np.array(problem.targets, dtype=float)
        assert np.square(residuals).sum() / 2 == pytest.approx(row.loss, rel=1e-12)
        with mpmath.workdps(60):
            assert max(map(abs, slopes(*(entry for block in exact.representative for entry in block.ravel())))) < mpmath.mpf(10) ** -40


@pytest.mark.parametrize("arithmetic", ["flint", "mpmath"])
def test_their_certificate_is_proved(issued, arithmetic):
    answer, path = issued
    check = cs.check(path, arithmetic=arithmetic)
    assert check and (check.complex, check.real, check.by_index) == (None, None, None)
    for claimed, row in zip(check.components, answer.components, strict=True):
        assert claimed.inertia == row.inertia and claimed.dimension == row.dimension
        assert claimed.loss[0] <= claimed.loss[1] and float(claimed.loss[0]) == pytest.approx(row.loss, rel=1e-12)
    read = cs.read(path)
    assert (read.kind, read.status, str(read)) == (
        "component certificate",
        "incomplete",
        "linear 2-1-2, 3 samples: certificate of 3 components",
    )
    with pytest.raises(cs.BadInput, match="style: expected json or text"):
        read.render("csv")


def test_prompts_and_cells_show_the_table(issued):
    answer, _ = issued
    for text in (str(answer), answer._repr_html_()):
        assert "(3205 - 3√18701)/644" in text or "(3205 − 3√18701)/644" in text
        assert "3, 0, 1" in text and "global minimum" in text
    assert type(answer)(answer.document).components == answer.components
    hostile = {**answer.document, "components": [{**answer.document["components"][0], "kind": "<script>"}]}
    assert "<script>" not in type(answer)(hostile)._repr_html_()


def test_they_can_be_left_out(problem):
    without = cs.solve(problem, components=False)
    assert without.status == "not-finite" and without.components is None and "component" not in str(without)
    assert cs.solve(cs.linear(widths=(1, 1, 1), inputs=[1], targets=[1], ridge=1)).components is None
