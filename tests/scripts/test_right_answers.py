"""Inputs that were once answered wrongly or not at all, with their right answers: empty sets, equal losses, degenerate points, scales, minima
of losses that are not coercive.
"""

import json

import pytest
from click.testing import CliRunner

from critscape.algebra.elimination import msolve
from critscape.algebra.phcpack import engine as phcpy_engine
from critscape.problems.files.problem_file import read
from critscape.scripts.critscape import critscape
from critscape.scripts.studies.answer import solve

pytestmark = [pytest.mark.usefixtures("answers_once"), pytest.mark.skipif(not msolve.available(), reason=msolve.HOW_TO_INSTALL)]


def typed(formula, *variables):
    return {"architecture": {"family": "polynomial", "variables": list(variables), "loss": formula}}


def chain(data, target, *ridge):
    architecture = {"family": "linear", "widths": [1, 1, 1]}
    return {"architecture": architecture, "data": {"inputs": [[data]], "targets": [[target]]}, "ridge": list(ridge)}


CASES = {
    "coercive-leading-form": (
        typed("(x^2-4)^2/8+(y-x^2/3)^2+x/3", "x", "y"),
        {"status": "complete"},
    ),
    "distance-to-heart": (
        typed("(x-1/3)^2+(y-1/5)^2+(z-1/7)^2+m*((x^2+36*y^2/25+z^2-1)^3-x^2*z^3-18*y^2*z^3/125)", "x", "y", "z", "m"),
        {"complex": 34, "real": 6, "status": "complete"},
    ),
    "empty-linear-residual": (
        {"architecture": {"family": "linear", "widths": [1, 1]}, "data": {"inputs": [[1]], "targets": [[2]]}, "loss": {"residual": "r"}},
        {"complex": 0, "real": 0, "status": "complete"},
    ),
    "empty-plane": (
        typed("x + y^2", "x", "y"),
        {"complex": 0, "real": 0, "status": "complete"},
    ),
    "empty-singular-hessian": (
        typed("x*(1+z*0) + x*y*0 + (y-z)^2 + (y - z)^3 + y", "x", "y", "z"),
        {"complex": 0, "real": 0, "status": "complete"},
    ),
    "empty-sloped": (
        typed("(x^2-1)^2 + 2*y^2 + z", "x", "y", "z"),
        {"complex": 0, "real": 0, "status": "complete"},
    ),
    "extreme-scales": (
        chain("1e30", "1e-30", "1e-30", "1e-30"),
        {"complex": 5, "real": 3, "by_index": {"0": 2, "1": 1}, "status": "complete"},
    ),
    "four-cusps": (
        typed("(x^2+y^2-1)^3+27*x^2*y^2", "x", "y"),
        {"complex": 13, "real": 5, "degenerate": 4, "status": "complete"},
    ),
    "four-equal-minima": (
        typed("(x^2+y-11)^2+(x+y^2-7)^2", "x", "y"),
        {"complex": 9, "real": 9, "by_index": {"0": 4, "1": 4, "2": 1}, "global_minima": 4, "spurious_minima": 0, "status": "complete"},
    ),
    "large-numbers": (
        typed("(x+1267650600228229401496703205376)^2/2+(y+1267650600228229401496703205376)^2/2", "x", "y"),
        {"complex": 1, "real": 1, "by_index": {"0": 1}, "status": "complete"},
    ),
    "nearly-a-pitchfork": (
        chain(1, "1.0000000000000000000000001", 1, 1),
        {"complex": 5, "real": 3, "status": "complete"},
    ),
    "not-coercive-two-minima": (
        typed("(x^2-1)^2/4+x/10+(x*y-1)^2", "x", "y"),
        {"local_minima": 2, "spurious_minima": 1, "status": "complete"},
    ),
    "one-variable-mixed-volume": (
        typed("x^4/4 - x^2/2 + x/3", "x"),
        {"complex": 3, "mixed_volume": 3, "status": "complete"},
    ),
    "quadratic-no-ridge": (
        {
            "architecture": {"family": "quadratic", "inputs": 2, "units": 1, "output": "fixed", "norm_regressor": False},
            "data": {"inputs": [["-32/5", "-1/3"], [4, "-9/4"], [-3, "-13/10"]], "targets": [[20], [11], ["27/5"]]},
            "ridge": [[[0, 0]]],
        },
        {"complex": 9, "real": 9, "local_minima": 4, "global_minima": 2, "spurious_minima": 2},
    ),
    "rosenbrock": (
        typed("100*(y-x^2)^2+(1-x)^2", "x", "y"),
        {"complex": 1, "real": 1, "by_index": {"0": 1}, "global_minima": 1, "spurious_minima": 0, "status": "complete"},
    ),
}
LANDSCAPES = ("coercive-leading-form", "rosenbrock", "four-equal-minima")


@pytest.mark.parametrize("name", CASES)
def test_the_answer_is_the_right_one(name):
    content, right = CASES[name]
    document = solve(read(content)).document
    known = {"status": document["status"], **document["counts"], "mixed_volume": document["bounds"].get("mixed volume")}
    if not phcpy_engine.available():
        right = {field: value for field, value in right.items() if field != "mixed_volume"}
    assert {field: known[field] for field in right} == right, document.get("reason")
    levels = document["levels"]
    assert all((value is None) == (levels[field] is None) for field, value in document["counts"].items())


@pytest.mark.parametrize("name", LANDSCAPES)
def test_landscapes_are_answered(name, tmp_path):
    problem = tmp_path / "problem.json"
    problem.write_text(json.dumps(CASES[name][0]))
    result = CliRunner().invoke(critscape, ["landscape", str(problem), "--format", "json"], standalone_mode=False)
    assert result.return_value == 0, result.output
    assert json.loads(result.stdout)["spurious_valleys_exist"] is (name == "coercive-leading-form")
