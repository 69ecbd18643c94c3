"""Evidence that does not apply, and evidence that was tried and shows nothing."""

from critscape.algebra.bounds.proof import Unproved
from critscape.algebra.critical import critical_set
from critscape.algebra.critical.evidence import Evidence
from critscape.problems.networks.families.linear import Linear
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.printing.rendering import render
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options


def test_a_proof_that_was_tried_and_not_found_is_not_shown(monkeypatch):
    def none(*_):
        raise Unproved("too much work")

    monkeypatch.setattr(critical_set, "upper_bound", none)
    result = solve(random_problem(Linear((1, 1, 1)), 2, 1), Options(engine="batch")).document
    name = "N_C at most the degree of the gradient ideal"
    assert result["evidence"][name] == {"holds": None, "measured": "no proof was found: too much work", "tried": True}
    assert f"{name}: not shown (no proof was found: too much work)" in " ".join(render([result], "text").split())
    assert result["levels"]["complex"] == "certified"


def test_only_what_shows_nothing_was_tried_in_vain():
    assert Evidence("parity", True, "", tried=True).document() == {"holds": True, "measured": ""}
    assert Evidence("Euler sum", None, "").document() == {"holds": None, "measured": ""}
