"""Splitting a unit of a proved minimum makes local minima of the wider network (Petzka and Sminchisescu, JMLR 22, 2021).

At a minimum with positive definite Hessian let a hidden unit have the matrices B (definite) and D = 0. The points of equal loss at which
it is doubled, with shares λ and 1 − λ of its outgoing weights, are local minima for 0 < λ < 1 if B ≻ 0 and for λ < 0 and λ > 1 if B ≺ 0;
for the others the Hessian has a negative eigenvalue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

import flint

from critscape.algebra.activations.polynomial import Polynomial
from critscape.algebra.critical.levels import Level
from critscape.algebra.splitting.copies import Split
from critscape.algebra.splitting.descent import End, NoMinimum, ended
from critscape.algebra.splitting.inertia import Inertia
from critscape.algebra.splitting.verdict import Kind
from critscape.algebra.splitting.verdict import Verdict as SplitVerdict
from critscape.problems.criteria.feed_forward import FAMILIES, feed_forward, training
from critscape.problems.input.bad_input import BadInput
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression
from critscape.scripts.studies.splitting.document import entry, number
from critscape.scripts.studies.splitting.place import NoRegularMinimum, Origin
from critscape.scripts.studies.splitting.run import Splitting, each_split
from critscape.scripts.studies.verdicts.instance import Instance
from critscape.scripts.studies.verdicts.remedies import Remedy, again
from critscape.scripts.studies.verdicts.verdict import Claim, Conclusion, Exhibit, Hypothesis, Outcome, Progress, Source, Verdict

CLAIM = Claim(
    "let a hidden unit have inputs a (with 1 for a bias), pre-activation n and outgoing weights v_k to pre-activations n_k, and, in sums "
    "over the samples, B_ij = Σ Σ_k ∂ℓ/∂n_k v_k σ″(n) a_i a_j and D_ik = Σ ∂ℓ/∂n_k σ′(n) a_i; where B is definite and D = 0 the points "
    "with shares λ and 1 − λ are local minima for 0 < λ < 1 (B ≻ 0) or λ < 0 and λ > 1 (B ≺ 0), and saddles for the other λ but 0 and 1",
    r"let a hidden unit have inputs $a$ (with 1 for a bias), pre-activation $n$ and outgoing weights $v_k$ to pre-activations $n_k$, and, in "
    r"sums over the samples, $B_{ij} = \sum\sum_k \partial\ell/\partial n_k\, v_k\, \sigma''(n)\, a_i a_j$ and $D_{ik} = \sum "
    r"\partial\ell/\partial n_k\, \sigma'(n)\, a_i$; where $B$ is definite and $D = 0$ the points with shares $\lambda$ and "
    r"$1-\lambda$ are local minima for $0 < \lambda < 1$ ($B \succ 0$) or $\lambda < 0$ and $\lambda > 1$ ($B \prec 0$), and saddles "
    r"for the other $\lambda$ but 0 and 1",
)
RIDGED = Remedy(
    instead="the problem without a ridge on the incoming and outgoing weights of some hidden unit; `critscape split PROBLEM.json` says what the "
    "copies of units with a ridge are, at other points too (--weights)"
)
OTHER_DATA = "other data, of which the network does not fit all samples exactly"
FINITE = "with a ridge on every weight, 1/100 say, minima are finite, and `critscape split PROBLEM.json` says what the copies of the units of one are"
WITHIN = "a minimum for data that a network of these widths nearly fits: targets close to its outputs on these inputs, for more samples than weights"
SPURIOUS = "spurious local minimum"
MINIMAL = (Kind.MINIMUM, Kind.GLOBAL_MINIMUM)
SADDLES = (Kind.STRICT_SADDLE, Kind.SADDLE)


@dataclass(frozen=True)
class NeuronSplitting:
    """Splitting a unit of a proved minimum makes local minima of the wider network."""

    name: ClassVar[str] = "splitting"
    summary: ClassVar[str] = "hidden units of a minimum split into copies give local minima of wider networks"
    source: ClassVar[Source] = Source(
        "H. Petzka and C. Sminchisescu, Non-attracting regions of local minima in deep and wide neural networks, JMLR 22, 2021",
        "@article{petzka2021non,\n  author = {Petzka, Henning and Sminchisescu, Cristian},\n"
        "  title = {Non-attracting regions of local minima in deep and wide neural networks},\n"
        "  journal = {Journal of Machine Learning Research},\n  volume = {22},\n  number = {143},\n  year = {2021}\n}\n",
    )

    @staticmethod
    def inapplicable(problem: Problem | Regression) -> str | None:
        try:
            network = feed_forward(problem.network)
            training(problem)
        except BadInput:
            return "it is about squared errors of feed-forward networks: " + ", ".join(FAMILIES)
        if network.depth < 2:
            return "it is about networks with a hidden layer"
        # w → c w, v → v/c^k for a unit σ(t) = a t^k moves every minimum but w = v = 0, where the Hessian is indefinite or zero.
        if isinstance(network.activation, Polynomial) and sum(map(bool, network.activation.coefficients)) == 1:
            return (
                "a unit with a homogeneous activation can be rescaled against its outgoing weights: without a ridge around it no minimum has a "
                "positive definite Hessian, and a ridge around it is outside the hypotheses; `critscape split` takes single points"
            )
        return None

    @staticmethod
    def verdict(instance: Instance, progress: Progress) -> Verdict:
        problem, seed = instance.problem, instance.options.seed
        network = feed_forward(problem.network)
        half = (Fraction(1, 2), Fraction(1, 2))
        plans = [(Split(layer, unit, half),) for layer in range(1, network.depth) for unit in range(network.widths[layer])]
        progress("critical point", len(plans))
        try:
            found = each_split(problem, plans, None, Origin.FOUND, seed)
        except NoRegularMinimum as refusal:
            return made((), (), without_minimum(problem, refusal.found, seed), (), None)
        except BadInput as refusal:
            because = f"no unit was split; expected {refusal.expected}"
            return made((), (), Conclusion(CLAIM, Outcome.UNDECIDED, None, because, "a problem of which this is so"), (), None)
        rows = [row for one in found for row in rows_of(one)]
        exhibits = tuple(Exhibit(row.cells) for row in rows)
        return made(hypotheses(found), exhibits, concluded(found, rows, seed), covers(found), minimum(found[0]))


def without_minimum(problem: Problem | Regression, found: NoMinimum, seed: int) -> Conclusion:
    """No conclusion, as descent found no minimum to split at; other starts are proposed only where some run ended at a point."""
    because = (
        f"{len(found.runs)} descents from random starts ended in no local minimum with a positive definite Hessian, so no unit was split: "
        f"{ended(found.runs)}"
    )
    advice = f"{another_minimum(seed)}; else other data"
    if found.all(End.FITTED):
        advice = f"other seeds are not likely to help; what may be decided is {OTHER_DATA}"
    elif found.all(End.AWAY, End.FITTED) and not all(problem.ridge):
        advice = (
            f"as no run ended at a point with another loss, other seeds are not likely to help; {FINITE}. Of units with a ridge this theorem claims nothing; it "
            f"speaks at {WITHIN}"
        )
    return Conclusion(CLAIM, Outcome.UNDECIDED, None, because, advice + interpolating(problem))


def made(
    hypotheses: tuple[Hypothesis, ...],
    exhibits: tuple[Exhibit, ...],
    conclusion: Conclusion,
    covered: tuple[str, ...],
    split_at: dict | None,
) -> Verdict:
    """The verdict of this theorem."""
    uncovered = (
        "other minima of the network",
        "more than two copies, several units at once",
        "minima of the wider network that are no copies",
    )
    return Verdict(
        NeuronSplitting.name,
        NeuronSplitting.summary,
        NeuronSplitting.source,
        hypotheses,
        conclusion,
        exhibits,
        covered,
        uncovered,
        minimum=split_at,
    )


def minimum(one: Splitting) -> dict:
    """The minimum whose units were split: its loss (null where balls do not tell it from zero) and its weights."""
    point = one.point
    with flint.ctx.workprec(point.precision):
        return {"loss": 0 if point.interpolates else entry(point.at.value), "point": [number(w) for w in point.weights]}


@dataclass(frozen=True)
class Row:
    """One region of λ for one unit: what it is, and what the theorem says it is (None: nothing)."""

    region: str
    verdict: SplitVerdict
    expected: tuple[Kind, ...] | None
    cells: dict[str, str]

    @property
    def agrees(self) -> bool | None:
        """Whether both agree; None where one of them says nothing."""
        if self.expected is None or self.verdict.kind is Kind.OPEN:
            return None
        return self.verdict.kind in self.expected


def regular(one: Splitting) -> bool | None:
    """Whether the Hessian of the network that is split is positive definite; None where that is not decided."""
    inertia = one.point.inertia
    return None if inertia is None else inertia.definite == 1


def definite(one: Splitting) -> int | None:
    """The sign of B where it is definite and D = 0 without a ridge, 0 where one of these is not so; None where that is not decided."""
    (matrices,) = one.matrices
    if matrices.ridged or matrices.vanishing.zero is False or (matrices.inertia is not None and not matrices.inertia.definite):
        return 0
    return None if matrices.vanishing.zero is None or matrices.inertia is None else matrices.inertia.definite


def rows_of(one: Splitting) -> list[Row]:
    """The regions of λ of one unit beside what the theorem says."""
    (place,) = one.plan
    sign = (definite(one) or 0) if regular(one) else 0
    rows = []
    for region, verdict in one.line or (("λ = 1/2", one.verdict),):
        expected = None
        if sign and region not in ("λ = 0", "λ = 1"):
            inside = region == "0 < λ < 1"
            expected = MINIMAL if inside == (sign > 0) else SADDLES
        cells = {
            "unit": f"{place.unit + 1} of layer {place.layer}",
            "λ": region,
            "kind": SPURIOUS if verdict.kind is Kind.MINIMUM and leaves(one) else verdict.kind.value,
            "theorem": "–" if expected is None else "local minimum" if expected is MINIMAL else "saddle",
            "inertia of ∇²L": listed(verdict.inertia),
            "level": "–" if verdict.kind is Kind.OPEN else Level.PROVED.value,
        }
        rows.append(Row(region, verdict, expected, cells))
    return rows


def leaves(one: Splitting) -> bool:
    """Whether a path along which the loss never rises leads from the doubled unit's points of equal loss strictly below them."""
    return bool(one.way and one.way.below)


def listed(inertia: Inertia | None) -> str:
    """An inertia as (positive, negative, zero)."""
    return "–" if inertia is None else f"({', '.join(map(str, inertia))})"


def hypotheses(found: list[Splitting]) -> tuple[Hypothesis, ...]:
    """Those on the minimum, and whether some unit satisfies the others."""
    free = [not one.matrices[0].ridged for one in found]
    vanish = [one.matrices[0].vanishing.zero for one in found]
    able = [None if (sign := definite(one)) is None else bool(sign) for one in found]
    return (
        Hypothesis(
            "positive definite Hessian",
            regular(found[0]),
            f"inertia {listed(found[0].point.inertia)} (positive, negative, zero) at the minimum",
            "the Hessian is not positive definite",
        ),
        Hypothesis("zero ridge around some unit", any(free), f"so for {counted(free)}", "every unit has a ridge"),
        Hypothesis("D = 0 for some unit", some(vanish), f"so for {counted(vanish)}, by structure or exactly", "D ≠ 0 for every unit"),
        Hypothesis(
            "B definite and D = 0 for some unit without ridge",
            some(able),
            f"so for {counted(able)}, exactly or in ball arithmetic: {'; '.join(map(signs, found))}",
            "no unit without ridge has B definite and D = 0",
        ),
    )


def signs(one: Splitting) -> str:
    """B and D of a unit in words."""
    (place,), (matrices,) = one.plan, one.matrices
    zero = {True: "D = 0", False: "D ≠ 0", None: "whether D = 0 is not decided"}[matrices.vanishing.zero]
    sign = "the signs of its eigenvalues are not decided"
    if matrices.inertia is not None:
        word = {1: "B ≻ 0", -1: "B ≺ 0"}.get(matrices.inertia.definite, "B is not definite")
        sign = f"{word}, with {listed(matrices.inertia)} eigenvalues (positive, negative, zero)"
    return f"unit {place.unit + 1} of layer {place.layer}: {sign}, {zero}"


def some(answers: Sequence[bool | None]) -> bool | None:
    """Whether it is so for one of several; None where that is not decided."""
    return True if any(answers) else None if None in answers else False


def counted(answers: Sequence[bool | None]) -> str:
    """For how many of several it is so, and how many are not decided."""
    open_ = answers.count(None)
    return f"{answers.count(True)} of {len(answers)} units" + (f", not decided for {open_}" if open_ else "")


def concluded(found: list[Splitting], rows: list[Row], seed: int) -> Conclusion:
    """Whether every region is what the theorem says."""
    wrong = next((row for row in rows if row.agrees is False), None)
    if wrong is not None:
        because = (
            f"with unit {wrong.cells['unit']} doubled, {wrong.region}, the point is a {wrong.verdict.kind.value}, proved, and the theorem says: "
            f"{wrong.cells['theorem']}"
        )
        return Conclusion(CLAIM, Outcome.FAILS, Level.PROVED, because)
    said = [row for row in rows if row.expected is not None]
    open_ = [row for row in said if row.agrees is None]
    if open_:
        because = f"with unit {open_[0].cells['unit']} doubled, {open_[0].region}, the point is not decided: {open_[0].verdict.because}"
        return Conclusion(CLAIM, Outcome.UNDECIDED, None, because, another_minimum(seed))
    if not said and all(one.matrices[0].ridged for one in found):
        because = (
            "nothing is claimed of this problem: every hidden unit has a ridge, and the theorem is about units without one, at whatever minimum; "
            "what the copies are is in the rows"
        )
        return Conclusion(CLAIM, Outcome.UNDECIDED, None, because, RIDGED.text(NeuronSplitting.name))
    if not said and found[0].point.at.value.contains(0):
        zero = "0" if found[0].point.interpolates else "not told from 0"
        because = (
            f"the loss at the minimum that was taken is {zero}: where it is 0 all residuals vanish, so that B = 0, and the theorem says nothing of the "
            "copies, which are global minima"
        )
        return Conclusion(CLAIM, Outcome.UNDECIDED, None, because, f"{OTHER_DATA}; {another_minimum(seed)}")
    if not said:
        because = "at the minimum that was taken no unit is known to satisfy the hypotheses, so the theorem says nothing of its copies; what they are is in the rows"
        return Conclusion(CLAIM, Outcome.UNDECIDED, None, because, another_minimum(seed))
    units = len({row.cells["unit"] for row in said})
    minima = sum(row.expected is MINIMAL for row in said)
    below = {row.cells["unit"] for row in rows if row.cells["kind"] == SPURIOUS and row.expected is MINIMAL}
    because = (
        f"the hypotheses hold for {units} of {len(found)} units; when such a unit is doubled the points are what the theorem says on every "
        f"interval of λ, local minima on {minima} and saddles on {len(said) - minima}"
    )
    if below:
        because += (
            f". The local minima of {len(below)} of the {len(found)} doubled units are spurious: a path along which the loss never rises "
            "leads strictly below them"
        )
    return Conclusion(CLAIM, Outcome.HOLDS, Level.PROVED, because)


def another_minimum(seed: int) -> str:
    """What to try where this minimum decides nothing."""
    return (
        f"{again(NeuronSplitting.name, f'--seed {seed + 1}')} at the minimum that other starts give; `critscape split PROBLEM.json --weights "
        "WEIGHTS.json` takes a point of your own"
    )


def interpolating(problem: Problem | Regression) -> str:
    """Why there may be no such minimum where there are fewer residuals than weights."""
    weights, residuals = problem.dimension, problem.samples * problem.network.outputs
    if weights <= residuals or any(problem.ridge):
        return ""
    return (
        f": more samples, or fewer units, as with residuals fewer ({residuals}) than weights ({weights}) no minimum at which all of them vanish has "
        "a positive definite Hessian"
    )


def covers(found: list[Splitting]) -> tuple[str, ...]:
    """What was split."""
    ridged = [one.matrices[0].ridged for one in found]
    shares = "λ = 1/2 alone" if all(ridged) else "every real λ" + (", λ = 1/2 alone for units with a ridge" if any(ridged) else "")
    units = "its hidden unit" if len(found) == 1 else f"each of its {len(found)} hidden units"
    return (
        f"one minimum of the network ({found[0].origin.value}): {units} doubled, with shares λ and 1 − λ, {shares}",
        "rows of which the theorem says nothing: these rest on critscape's own proof (docs/splitting.md)",
    )
