"""Exact numbers of any size: scaling is the tool's work, and a hopeless span is said, not refused."""

import pytest

from critscape.algebra.elimination import msolve
from critscape.problems.files.problem_file import read
from critscape.problems.problem.problem import beyond_double_precision
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

TWO_TO_100 = 2**100


def typed(written):
    return read({"architecture": {"family": "polynomial", "variables": ["x", "y"], "loss": written}})


def chain(x, y, *ridge):
    data = {"inputs": [[x]], "targets": [[y]]}
    return read({"architecture": {"family": "linear", "widths": [1, 1, 1]}, "data": data, "ridge": list(ridge)})


WELLS = (3, 3, {"0": 2, "1": 1})


@pytest.mark.skipif(not msolve.available(), reason=msolve.HOW_TO_INSTALL)
@pytest.mark.parametrize(
    ("problem", "found"),
    [
        (typed(f"(x+{TWO_TO_100})^2/2 + (y+{TWO_TO_100})^2/2"), (1, 1, {"0": 1})),
        (typed(f"x^4 - 2*{10**300}*x^2 + y^2"), WELLS),
        (typed(f"x^4 - 2*{10**400}*x^2 + y^2"), WELLS),
        (typed(f"x^4/{10**90} - x^2*{10**90} + y^2/{10**200}"), WELLS),
        (typed(f"((x+{TWO_TO_100})^2-1)^2 + (y-x)^2"), WELLS),
        (chain("1e40", "1e40", "1e-3", "1e-3"), (5, 3, {"0": 2, "1": 1})),
        (chain("1e-60", "1e60", 1, 2), (5, 1, {"0": 1})),
    ],
)
def test_large_and_small_numbers_are_solved(problem, found):
    result = solve(problem, Options()).document
    counts = result["counts"]
    assert result["status"] == "complete" and (counts["complex"], counts["real"], counts["by_index"]) == found


def test_a_hopeless_span_is_incomplete_with_the_reason(monkeypatch):
    problem = chain("1e350", "1e-350", "1/2", "1/3")
    assert beyond_double_precision(problem)
    result = solve(problem, Options(engine="batch")).document
    assert result["status"] == "incomplete" and "double precision" in result["reason"] and result["counts"]["spurious_minima"] is None
    monkeypatch.setattr(msolve, "available", lambda: False)
    assert "pip install" in solve(problem, Options()).document["reason"]
