"""Special problems against elimination: what is drawn, what agrees, and that every kind of difference is seen."""

import json
from collections import Counter
from dataclasses import replace

import pytest

from critscape.algebra.elimination import msolve
from critscape.problems.problem.problem import loss
from critscape.scripts.critscape import main
from critscape.scripts.studies.soak import against_elimination
from critscape.scripts.studies.soak.against_elimination import compared, difference
from critscape.scripts.studies.soak.special import NETWORK, POLYNOMIAL, architectures, special_problem

needs_msolve = pytest.mark.skipif(not msolve.available(), reason=msolve.HOW_TO_INSTALL)


def test_the_problems_are_special_and_a_seed_fixes_them():
    networks = [special_problem(NETWORK, seed) for seed in range(120)]
    assert networks[:20] == [special_problem(NETWORK, seed) for seed in range(20)]
    families = Counter(problem.network.family for problem in networks)
    assert families.keys() == {network.family for network in architectures()} and len(families) > 10
    assert any(0 < problem.ridge.count(0) < problem.dimension for problem in networks)
    assert any(len(set(problem.ridge)) == 1 for problem in networks) and any(not any(problem.ridge) for problem in networks)
    assert any(len(set(problem.inputs)) < problem.samples for problem in networks)
    assert any(not any(row) for problem in networks for row in problem.inputs)
    polynomials = [special_problem(POLYNOMIAL, seed) for seed in range(40)]
    assert {problem.dimension for problem in polynomials} == {1, 2, 3, 4}
    assert all(len(loss(problem).variables) == problem.dimension for problem in polynomials)


@needs_msolve
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", [NETWORK, POLYNOMIAL])
def test_answers_agree_with_elimination(kind, seed):
    found = compared((kind, seed))
    assert found.difference is None and found.status in ("complete", "not-finite", "incomplete")
    assert found.status == "complete" or found.reason


@needs_msolve
def test_every_kind_of_difference_is_seen():
    points = special_problem(POLYNOMIAL, next(k for k in range(99) if compared((POLYNOMIAL, k)).status == "complete"))
    curve = special_problem(NETWORK, next(k for k in range(99) if not any(special_problem(NETWORK, k).ridge)))
    right = against_elimination.solve(points).document["counts"]
    assert difference("complete", right, points) is None
    assert "complex points" in difference("complete", right | {"complex": right["complex"] + 1}, points)
    assert "real points" in difference("complete", right | {"real": right["real"] + 1}, points)
    assert "the answer is not finite" in difference("not-finite", right, points)
    assert difference("incomplete", right, points) is None
    assert difference("not-finite", right, curve) is None
    assert "elimination has dimension" in difference("complete", right, curve)


@needs_msolve
def test_the_command_names_what_differs_and_fails(monkeypatch, capsys):
    right = against_elimination.solve

    def wrong(problem, options):
        answer = right(problem, options)
        if options.seed:
            return answer
        return replace(answer, document=answer.document | {"status": "complete", "counts": {"complex": -1, "real": -1}})

    monkeypatch.setattr(against_elimination, "solve", wrong)
    with pytest.raises(SystemExit) as exit:
        main(["against-elimination", "--networks", "0", "--polynomials", "2", "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    assert exit.value.code == 1 and document["problems"] == 2
    (record,) = document["differences"]
    assert record["seed"] == 0 and record["problem"]["architecture"]["family"] == "polynomial" and "the answer -1" in record["difference"]
    monkeypatch.setattr(against_elimination, "solve", right)
    with pytest.raises(SystemExit) as exit:
        main(["against-elimination", "--networks", "1", "--polynomials", "1"])
    assert exit.value.code == 0 and "differences from elimination: 0" in capsys.readouterr().out
