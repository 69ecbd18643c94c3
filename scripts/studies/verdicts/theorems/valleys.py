"""Wide networks with one hidden layer have no spurious valleys (Venturi, Bandeira and Bruna, JMLR 20, 2019).

For a convex loss without a ridge no component of a sublevel set is without a global minimum if the number p of hidden units is at least
the intrinsic dimension of the network on the data, dim span{x ↦ φ(w·x)} on the inputs (Theorem 5); linear networks of any depth have
none for the squared loss (Theorem 11), and squares x ↦ (w·x)² none with p ≥ 2d + 1 (Theorem 10).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from critscape.algebra.critical.levels import Level
from critscape.algebra.landscape.landscape import NotApplicable
from critscape.problems.files.problem_file import document
from critscape.problems.networks.families.linear import Linear
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression
from critscape.problems.spaces.valley_theorems import IntrinsicDimension, hidden_layer, intrinsic_dimension, no_spurious_valley
from critscape.scripts.studies.engines import TooLarge
from critscape.scripts.studies.landscapes.document import landscape_document
from critscape.scripts.studies.landscapes.survey import surveyed
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.verdicts.function_gradient import convex_error, no_ridge, unregularised
from critscape.scripts.studies.verdicts.stationary import printed
from critscape.scripts.studies.verdicts.trapped import Trapped, trapped
from critscape.scripts.studies.verdicts.verdict import Claim, Conclusion, Exhibit, Hypothesis, Outcome, Progress, Source, Verdict

CLAIM = Claim(
    "no component of a sublevel set {L ≤ c} is without a global minimum: there is no spurious valley",
    r"no component of a sublevel set $\{L \le c\}$ is without a global minimum: there is no spurious valley",
)


@dataclass(frozen=True)
class Valleys:
    """Wide networks with one hidden layer, and linear ones, have no spurious valleys."""

    name: ClassVar[str] = "valleys"
    summary: ClassVar[str] = "networks as wide as their intrinsic dimension on the data, and linear ones, have no spurious valleys"
    source: ClassVar[Source] = Source(
        "L. Venturi, A. Bandeira and J. Bruna, Spurious valleys in one-hidden-layer neural network optimization landscapes, JMLR 20, 2019",
        "@article{venturi2019spurious,\n  author = {Venturi, Luca and Bandeira, Afonso S. and Bruna, Joan},\n"
        "  title = {Spurious valleys in one-hidden-layer neural network optimization landscapes},\n"
        "  journal = {Journal of Machine Learning Research},\n  volume = {20},\n  number = {133},\n  year = {2019}\n}\n",
    )

    @staticmethod
    def inapplicable(problem: Problem | Regression) -> str | None:
        if isinstance(problem, Regression):
            return f"it is about losses without a ridge, whose valleys are those of polynomial losses here, not of the family {problem.network.family}"
        if isinstance(problem.network, Linear) or (hidden_layer(problem) is not None and problem.samples):
            return None
        return "it is about networks with one hidden layer of trained units on samples, and linear networks"

    @staticmethod
    def verdict(problem: Problem, options: Options, progress: Progress) -> Verdict:
        held = trapped(problem)
        progress("valleys", 0)
        try:
            found = landscape_document(surveyed(document(problem), options))
        except (NotApplicable, TooLarge) as refusal:
            if isinstance(refusal, TooLarge) and held is None:
                raise
            found = {"status": "incomplete", "reason": str(refusal), "spurious_valleys_exist": None, "valleys": [], "level": None}
        return Verdict(
            Valleys.name,
            Valleys.summary,
            Valleys.source,
            (width(problem), convex_error(problem), no_ridge(problem)),
            concluded(found) if held is None else refuted(found, held),
            tuple(exhibit(row) for row in found["valleys"]),
            (covered(found), *(() if held is None else (f"proved without an enumeration: {held.sentence}",))),
            ("other data, other widths", "which valley descent enters: `critscape basins` counts that"),
            None if held is None else {"infimum": str(held.valley.infimum), "point": [str(weight) for weight in held.valley.weights]},
        )


def width(problem: Problem) -> Hypothesis:
    """The hypothesis on the number of units, whatever the loss is."""
    theorem = no_spurious_valley(unregularised(problem))
    dimension = intrinsic_dimension(problem)
    name = "enough hidden units"
    if isinstance(problem.network, Linear):
        return Hypothesis("linear network, or enough hidden units", True, "linear networks of any depth and widths")
    assert isinstance(dimension, IntrinsicDimension)  # What has none is refused.
    said = f"hidden units: {dimension.width}, intrinsic dimension on the data: {dimension.dimension}"
    wide = dimension.width >= dimension.dimension
    if not wide and theorem is not None:
        return Hypothesis(name, True, f"{said}; {theorem.because}")
    return Hypothesis(name, wide, said)


def concluded(found: dict) -> Conclusion:
    """The conclusion from a landscape document; where its valleys do not check the theorem, it is the theorem's own and says so."""
    level = found["level"] and Level(found["level"])
    exists, listed, theorem = found["spurious_valleys_exist"], found["valleys"], found.get("theorem")
    complete = found["status"] == "complete"
    spurious = [row for row in listed if row.get("spurious")]
    if complete and spurious:
        row = spurious[0]
        barrier = f", barrier {printed(row['barrier'])}" if row.get("barrier") else ""
        because = f"there is a spurious valley with infimum {printed(row['infimum'])}{barrier}: it holds no global minimum"
        return Conclusion(CLAIM, Outcome.FAILS, level, because)
    if complete and exists is False and listed:
        # The theorem is what makes the level "proved": the enumeration alone is certified.
        enumerated = Level.CERTIFIED if theorem else level
        number = sum(row.get("copies", 1) for row in listed)
        return Conclusion(CLAIM, Outcome.HOLDS, enumerated, f"{number} valley{'s' if number > 1 else ''}, none of them spurious")
    if exists is False and theorem:
        unchecked = f"the rows below are provisional ({found['reason']})" if listed else unlisted(found)
        because = (
            f"{theorem['because']}: by the theorem itself, whose hypotheses hold exactly; no enumeration checks it here, as {unchecked}"
        )
        return Conclusion(CLAIM, Outcome.HOLDS, Level.PROVED, because)
    if complete:
        return Conclusion(CLAIM, Outcome.UNDECIDED, None, unlisted(found))
    because = found.get("reason", "the landscape is not complete")
    if listed:
        because = (
            f"the limits of the valleys as an additional ridge tends to zero are not settled, and the rows below are provisional ({because}); "
            "another --seed takes other centres of that ridge"
        )
    return Conclusion(CLAIM, Outcome.UNDECIDED, None, because)


def unlisted(found: dict) -> str:
    """Why no valley is listed."""
    return found.get("unlisted") or found.get("reason") or "the valleys of these data were not enumerated"


def refuted(found: dict, held: Trapped) -> Conclusion:
    """The conclusion where a spurious valley is proved; an enumeration that says otherwise leaves it open."""
    if found["spurious_valleys_exist"] is False:
        because = f"the enumeration has no spurious valley, and {held.sentence}: please report this problem"
        return Conclusion(CLAIM, Outcome.UNDECIDED, None, because)
    return Conclusion(CLAIM, Outcome.FAILS, Level.PROVED, held.sentence)


def exhibit(row: dict) -> Exhibit:
    """One row of valleys."""
    attained = row.get("attained")
    return Exhibit(
        {
            "infimum": printed(row["infimum"]),
            "attained": {True: "yes", False: "no, at infinity", None: "–"}[attained],
            "barrier": printed(row["barrier"]) if row.get("barrier") is not None else "–",
            "spurious": {True: "yes", False: "no", None: "–"}[row.get("spurious")],
            "copies": str(row.get("copies", "–")),
            "level": row.get("level") or "–",
        }
    )


def covered(found: dict) -> str:
    """What was enumerated."""
    if not found["valleys"]:
        return "this network on these data; its valleys were not enumerated"
    if found.get("centres"):
        return f"this network on these data: merge trees of regularised losses from {found['centres']} centres and their limits"
    return "this network on these data: the merge tree of all critical points"
