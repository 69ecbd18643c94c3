"""Wide networks with one hidden layer have no spurious valleys (Venturi, Bandeira and Bruna, JMLR 20, 2019).

A valley, a component of a sublevel set, is spurious if inf L over it lies above inf L: where both are attained it holds no global
minimum. For a convex loss without a ridge there is none if the number p of hidden units is at least
the intrinsic dimension of the network on the data, dim span{x ↦ φ(w·x)} on the inputs (Theorem 5); squares x ↦ (w·x)² have none with
p ≥ 2d + 1 (Theorem 10). Linear networks of any depth and widths have none for the *squared* loss (Theorem 11); for another convex loss
they need enough units as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import ClassVar

from flint import arb

from critscape.algebra.certificates.claims import dyadic
from critscape.algebra.critical.levels import Level
from critscape.algebra.landscape.landscape import NotApplicable
from critscape.algebra.polynomial.loss import exact
from critscape.problems.networks.families.linear import Linear
from critscape.problems.problem.problem import Problem, loss
from critscape.problems.problem.regression import Regression
from critscape.problems.spaces.knowledge import knowledge
from critscape.problems.spaces.valley_theorems import hidden_layer, intrinsic_dimension, squared_loss, wide_enough
from critscape.scripts.studies.components_run import GENERIC_CENTRES, obstacle
from critscape.scripts.studies.engines import TooLarge
from critscape.scripts.studies.landscapes.valleys_run import MOST_PATHS_EACH, SPARE_CENTRES
from critscape.scripts.studies.verdicts.extent import Extent
from critscape.scripts.studies.verdicts.function_gradient import convex_error, zero_ridge
from critscape.scripts.studies.verdicts.instance import Instance
from critscape.scripts.studies.verdicts.lower_points import Lower, lower_than
from critscape.scripts.studies.verdicts.remedies import Remedy, within_reach
from critscape.scripts.studies.verdicts.stationary import LONGEST, printed
from critscape.scripts.studies.verdicts.trapped import Trapped, trapped
from critscape.scripts.studies.verdicts.verdict import Claim, Conclusion, Exhibit, Hypothesis, Outcome, Progress, Source, Verdict, weakest

CLAIM = Claim(
    "there is no spurious valley: on each component of a sublevel set {L ≤ c} the infimum of L is that of L everywhere (where both are "
    "attained: each component holds a global minimum)",
    r"there is no spurious valley: on each component of a sublevel set $\{L \le c\}$ the infimum of $L$ is that of $L$ everywhere (where "
    r"both are attained: each component holds a global minimum)",
)


TIES = "ties told apart"
"""The evidence that says whether minima that are joined at infinity at their own level are valleys: a matter of levels, not of centres."""
RIDGED = (
    "the problem with ridges on all weights, different ones such as 1/100, 1/99, …: infima are attained then, at points that are proved, and "
    "levels are compared as exactly as it takes"
)


@dataclass(frozen=True)
class Valleys:
    """Wide networks with one hidden layer, and linear ones with a squared loss, have no spurious valleys."""

    name: ClassVar[str] = "valleys"
    summary: ClassVar[str] = (
        "networks as wide as their intrinsic dimension on the data, and linear ones with a squared loss, have no spurious valleys"
    )
    source: ClassVar[Source] = Source(
        "L. Venturi, A. Bandeira and J. Bruna, Spurious valleys in one-hidden-layer neural network optimization landscapes, JMLR 20, 2019",
        "@article{venturi2019spurious,\n  author = {Venturi, Luca and Bandeira, Afonso S. and Bruna, Joan},\n"
        "  title = {Spurious valleys in one-hidden-layer neural network optimization landscapes},\n"
        "  journal = {Journal of Machine Learning Research},\n  volume = {20},\n  number = {133},\n  year = {2019}\n}\n",
    )

    @staticmethod
    def inapplicable(problem: Problem | Regression) -> str | None:
        if isinstance(problem, Regression):
            return f"valleys are computed of losses that are polynomial in the weights, and those of the family {problem.network.family} are not"
        if isinstance(problem.network, Linear) or (hidden_layer(problem) is not None and problem.samples):
            return None
        return "it is about networks with one hidden layer whose outer weights are trained, on samples, and about linear networks with one tower"

    @staticmethod
    def verdict(instance: Instance, progress: Progress) -> Verdict:
        problem: Problem = instance.problem
        held = trapped(problem)
        if held is not None:
            # What is proved needs no enumeration: its valleys are listed beside the proof where that takes no more than minutes.
            few = min(instance.options.max_paths, MOST_PATHS_EACH)
            instance = Instance(problem, replace(instance.options, max_paths=few))
        progress("valleys", 0)
        try:
            found = instance.landscape
            remedy = unsettled(found, instance.options.seed)
        except (NotApplicable, TooLarge) as refusal:
            if isinstance(refusal, TooLarge) and held is None:
                raise
            remedy = refused(instance)
            found = {"status": "incomplete", "reason": str(refusal), "spurious_valleys_exist": None, "valleys": [], "level": None}
        lower = lower_than_valleys(problem, found) if held is None else lower_than_trapped(problem, held)
        return Verdict(
            Valleys.name,
            Valleys.summary,
            Valleys.source,
            (width(problem), convex_error(problem), zero_ridge(problem)),
            concluded(found, remedy, lower) if held is None else refuted(found, held),
            tuple(exhibit(row, decimals(found), found["status"] == "complete") for row in found["valleys"]),
            (covered(found, obstacle(problem)), *(() if held is None else (f"proved without an enumeration: {held.sentence}",))),
            (
                "other data, other widths",
                "local minima in a valley, joined to lower points at their own level, at which descent may end: `critscape solve` lists them",
                "which valley descent enters: `critscape basins` counts that",
            ),
            bottom(found)
            if held is None
            else {"infimum": str(held.valley.infimum), "point": [str(weight) for weight in held.valley.weights]},
            lower=lower,
        )


def width(problem: Problem) -> Hypothesis:
    """The hypothesis on the number of units and, for linear networks, the square: whether the loss is convex is another one."""
    theorem, dimension = wide_enough(problem), intrinsic_dimension(problem)
    said = "" if dimension is None else f"hidden units: {dimension.width}, intrinsic dimension on the data: {dimension.dimension}"
    if not isinstance(problem.network, Linear):
        assert dimension is not None  # What has none is refused.
        wide = dimension.width >= dimension.dimension
        because = said if wide or theorem is None else f"{said}; {theorem.because}"
        return Hypothesis("enough hidden units", theorem is not None, because, "too few hidden units")
    hidden = len(problem.network.widths) - 2
    if squared_loss(problem):
        because = "a squared loss: of a linear network no depth and no widths are asked for"
    elif theorem is not None:
        because = f"no squared loss; {theorem.because if hidden else 'a linear network without a hidden layer'}"
    elif hidden == 1:
        because = f"no squared loss; {said}, outputs: {problem.network.outputs}"
    else:
        because = f"no squared loss, and {hidden} hidden layers where one is asked for"
    few = "too few hidden units" if hidden == 1 else "more than one hidden layer"
    name = "squared loss of a linear network, or one hidden layer with enough units"
    return Hypothesis(name, theorem is not None, because, f"no squared loss, and {few}")


def refused(instance: Instance) -> Remedy:
    """What to try where there is no landscape: what completes the critical points that it is made of, else another problem."""
    problem: Problem = instance.problem
    if problem.coercive and (missing := instance.critical_points.missing) is not None:
        return missing.remedy
    if obstacle(problem) is not None:
        return within_reach(problem)
    if not knowledge(problem).bounded_below:
        return Remedy(instead="an error that is bounded below (the infima of valleys are compared with the least loss)")
    return Remedy(instead="a network with fewer units")


def unsettled(found: dict, seed: int) -> Remedy:
    """What to try where valleys were enumerated and leave it open whether one is spurious.

    Other seeds take other centres: they help where a check of these fails, not where levels of all centres agree and are not told apart,
    nor where spare centres were tried in vain.
    """
    failing = [name for name, e in found["evidence"].items() if not e["holds"] and name != TIES]
    if not failing:
        return Remedy(instead=RIDGED)
    if found.get("centres", 0) >= GENERIC_CENTRES + SPARE_CENTRES:
        return Remedy(
            instead=f"{RIDGED}; {found['centres']} centres, spare ones included, leave it open, so that other seeds are not likely to help"
        )
    return Remedy(flags=f"--seed {seed + 1}")


def undecided(because: str, remedy: Remedy) -> Conclusion:
    """No conclusion, and what to try."""
    advice = f"{remedy.text(Valleys.name)}; `critscape solve PROBLEM.json` lists critical points without their valleys"
    return Conclusion(CLAIM, Outcome.UNDECIDED, None, because, advice)


def concluded(found: dict, remedy: Remedy, lower: Lower | None = None) -> Conclusion:
    """The conclusion from a landscape document; where its valleys do not check the theorem, it is the theorem's own and says so.

    Of the spurious valleys the one counts that is known best; a ``lower`` point, if there is one, proves that L has less.
    """
    level, digits = found["level"] and Level(found["level"]), decimals(found)
    exists, listed, theorem = found["spurious_valleys_exist"], found["valleys"], found.get("theorem")
    complete = found["status"] == "complete"
    spurious = [row for row in listed if row.get("spurious")]
    if complete and spurious:
        row = min(spurious, key=certainty)
        others = [r for r in listed if r.get("spurious") is False]
        beside = [row] if lower or not others else [row, min(others, key=certainty)]
        level = weakest([Level(each["level"]) for each in beside])
        infimum, barrier = (printed(digits.get(row[name], row[name])) if row.get(name) else None for name in ("infimum", "barrier"))
        until = f", barrier {barrier}" if barrier else ""
        because = f"there is a spurious valley with infimum {infimum}{until}: {READINGS[least_attained(listed)]}"
        if level is Level.NUMERICAL:
            unproved = f"{because}; this is numerical, as the infimum or the barrier is not that of a proved critical point"
            return undecided(unproved, Remedy(instead=RIDGED))
        return Conclusion(CLAIM, Outcome.FAILS, level, because)
    if complete and exists is False and listed:
        # The theorem is what makes the level "proved": the enumeration alone is certified.
        enumerated = Level.CERTIFIED if theorem else level
        number = sum(row.get("copies", 1) for row in listed)
        agrees = ", as the theorem says" if theorem else ""
        return Conclusion(CLAIM, Outcome.HOLDS, enumerated, f"{counted_valleys(number)}{agrees}{unattained(listed)}")
    if exists is False and theorem:
        unchecked = f"the rows below are provisional ({found['reason']})" if listed else unlisted(found)
        because = f"{theorem['because']}; its hypotheses hold exactly, and no enumeration checks it, as {unchecked}"
        return Conclusion(CLAIM, Outcome.HOLDS, Level.PROVED, because, extent=Extent.BY_THEOREM)
    if complete:
        return undecided(unlisted(found), remedy)
    because = found.get("reason", "the landscape is not complete")
    if listed:
        because = f"the limits of the valleys as an additional ridge tends to zero are not settled, and the rows below are provisional ({because})"
    return undecided(because, remedy)


def certainty(row: dict) -> int:
    """The place of the level of a row, the most certain one first."""
    return list(Level).index(Level(row["level"]))


def counted_valleys(number: int) -> str:
    """How many valleys there are where none is spurious."""
    return "the only valley is not spurious" if number == 1 else f"{number} valleys, none of them spurious"


READINGS = {
    True: "its infimum lies above that of L, so it holds no global minimum",
    False: "its infimum lies above that of L, which is not attained: there is no global minimum",
    None: "its infimum lies above that of L; whether L attains its own is not decided",
}
"""What "spurious" says of a valley, for whether inf L is attained (None: not decided)."""


def least_attained(listed: Sequence[dict]) -> bool | None:
    """Whether inf L is attained in a valley that is not spurious, or in each of those of which it is open which are; None: not decided."""
    if any(row.get("attained") for row in listed if row.get("spurious") is False):
        return True
    answers = {row.get("attained") for row in listed if not row.get("spurious")}
    return answers.pop() if len(answers) == 1 else None


def unattained(listed: Sequence[dict]) -> str:
    """Which reading applies where no valley is spurious and inf L is not attained."""
    return "" if least_attained(listed) is not False else ": the infimum of L, which is not attained, is that of each of them"


def unlisted(found: dict) -> str:
    """Why no valley is listed."""
    return found.get("unlisted") or found.get("reason") or "the valleys of these data were not enumerated"


def refuted(found: dict, held: Trapped) -> Conclusion:
    """The conclusion where a spurious valley is proved; an enumeration that says otherwise leaves it open."""
    if found["spurious_valleys_exist"] is False:
        because = f"the enumeration has no spurious valley, and {held.sentence}: one of both is wrong"
        return Conclusion(CLAIM, Outcome.UNDECIDED, None, because, "please report this problem")
    return Conclusion(CLAIM, Outcome.FAILS, Level.PROVED, held.sentence)


def bottom(found: dict) -> dict | None:
    """The lowest point of a spurious valley of a complete landscape document; None where none is known."""
    for row in found.get("minima", ()) if found["status"] == "complete" else ():
        point = row.get("point") or row.get("representative")
        if row["kind"].startswith("spurious") and point is not None:
            (loss,) = (level["loss"] for level in found["levels"] if level["number"] == row["level"])
            return {"infimum": loss, "point": point}
    return None


def lower_than_trapped(problem: Problem, held: Trapped) -> Lower | None:
    """A point lower than a proved valley, and than the loss that its sentence names."""
    return lower_than(loss(problem), (held.lower,), arb(exact(Fraction(held.less))), str(held.valley.infimum))


def lower_than_valleys(problem: Problem, found: dict) -> Lower | None:
    """A point lower than the infima of all spurious valleys that a landscape document encloses; None where there is none of these."""
    levels = {level["number"]: level for level in found.get("levels", ())}
    spurious = [levels[row["level"]] for row in found.get("minima", ()) if row["kind"].startswith("spurious")]
    enclosed = [(dyadic(level["enclosure"][0], "enclosure"), level) for level in spurious if level["enclosure"] is not None]
    if not enclosed:
        return None
    lowest, level = min(enclosed, key=lambda pair: pair[0])
    return lower_than(
        loss(problem),
        (),
        arb(exact(lowest)),
        printed(text if len(text := level.get("closed_form", level["loss"])) <= LONGEST else level["loss"]),
    )


def decimals(found: dict) -> dict[str, str]:
    """The digits of levels whose closed forms are too long to print."""
    closed = {level.get("closed_form", ""): level["loss"] for level in found.get("levels", ())}
    return {text: loss for text, loss in closed.items() if len(text) > LONGEST}


def exhibit(row: dict, digits: dict[str, str], settled: bool) -> Exhibit:
    """One row of valleys; it has no level where the list is not settled."""
    attained = row.get("attained")
    return Exhibit(
        {
            "infimum": printed(digits.get(row["infimum"], row["infimum"])),
            "attained": {True: "yes", False: "no, at infinity", None: "–"}[attained],
            "barrier": printed(digits.get(row["barrier"], row["barrier"])) if row.get("barrier") is not None else "–",
            "spurious": {True: "yes", False: "no", None: "–"}[row.get("spurious")],
            "copies": str(row.get("copies", "–")),
            "level": (settled and row.get("level")) or "–",
        }
    )


def covered(found: dict, unlisted: str | None) -> str:
    """What was enumerated; ``unlisted`` says why valleys of the problem never are."""
    if not found["valleys"]:
        tried = "" if unlisted else " (`critscape landscape PROBLEM.json` tries it)"
        return f"this network on these data; its valleys were not enumerated{tried}"
    if found.get("centres"):
        return f"this network on these data: merge trees of regularised losses from {found['centres']} centres and their limits"
    return "this network on these data: the merge tree of all critical points"
