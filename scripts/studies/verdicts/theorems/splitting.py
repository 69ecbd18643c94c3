"""Splitting a unit of a proved minimum makes local minima of the wider network (Petzka and Sminchisescu, JMLR 22, 2021).

At a minimum with positive definite Hessian let a hidden unit have the matrices B (definite) and D = 0. The points of equal loss at which
it is doubled, with shares λ and 1 − λ of its outgoing weights, are local minima for 0 < λ < 1 if B ≻ 0 and for λ < 0 and λ > 1 if B ≺ 0;
for the others the Hessian has a negative eigenvalue.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from critscape.algebra.activations.polynomial import Polynomial
from critscape.algebra.critical.levels import Level
from critscape.algebra.splitting.copies import Split
from critscape.algebra.splitting.inertia import Inertia
from critscape.algebra.splitting.verdict import Kind
from critscape.algebra.splitting.verdict import Verdict as SplitVerdict
from critscape.problems.criteria.feed_forward import FAMILIES, feed_forward, training
from critscape.problems.input.bad_input import BadInput
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.splitting.place import Origin
from critscape.scripts.studies.splitting.run import Splitting, split
from critscape.scripts.studies.verdicts.verdict import Claim, Conclusion, Exhibit, Hypothesis, Outcome, Progress, Source, Verdict

CLAIM = Claim(
    "where B is definite and D = 0 the points with shares λ and 1 − λ are local minima for 0 < λ < 1 (B ≻ 0) or λ < 0 and λ > 1 (B ≺ 0), "
    "and saddles for the other λ",
    r"where $B$ is definite and $D = 0$ the points with shares $\lambda$ and $1-\lambda$ are local minima for $0 < \lambda < 1$ "
    r"($B \succ 0$) or $\lambda < 0$ and $\lambda > 1$ ($B \prec 0$), and saddles for the other $\lambda$",
)
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
    def verdict(problem: Problem | Regression, options: Options, progress: Progress) -> Verdict:
        network = feed_forward(problem.network)
        units = [(layer, unit) for layer in range(1, network.depth) for unit in range(network.widths[layer])]
        half = (Fraction(1, 2), Fraction(1, 2))
        progress("critical point", len(units))
        try:
            found = [split(problem, (Split(layer, unit, half),), None, Origin.FOUND, options.seed) for layer, unit in units]
        except BadInput as refusal:
            because = (
                f"no minimum was found to split ({refusal.expected}): `critscape verify splitting FILE --seed K` starts elsewhere, "
                "`critscape split FILE` takes --starts and --weights"
            )
            return made((), (), Conclusion(CLAIM, Outcome.UNDECIDED, None, because), ())
        rows = [row for one in found for row in rows_of(one)]
        return made(hypotheses(found), tuple(Exhibit(row.cells) for row in rows), concluded(found, rows), covers(found))


def made(hypotheses: tuple[Hypothesis, ...], exhibits: tuple[Exhibit, ...], conclusion: Conclusion, covered: tuple[str, ...]) -> Verdict:
    """The verdict of this theorem."""
    uncovered = ("other minima of the network: one was taken, the lowest that was found", "more than two copies, several units at once")
    return Verdict(
        NeuronSplitting.name, NeuronSplitting.summary, NeuronSplitting.source, hypotheses, conclusion, exhibits, covered, uncovered
    )


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


def regular(one: Splitting) -> bool:
    """Whether the Hessian of the network that is split is positive definite, proved."""
    inertia = one.point.inertia
    return inertia is not None and not inertia.negative and not inertia.zero


def definite(one: Splitting) -> int:
    """The sign of B where it is definite and D = 0 without a ridge; else 0."""
    (matrices,) = one.matrices
    if matrices.ridged or not matrices.vanishing.zero or matrices.inertia is None:
        return 0
    return matrices.inertia.definite or 0


def rows_of(one: Splitting) -> list[Row]:
    """The regions of λ of one unit beside what the theorem says."""
    (place,) = one.plan
    sign = definite(one) if regular(one) else 0
    rows = []
    for region, verdict in one.line or (("λ = 1/2", one.verdict),):
        expected = None
        if sign and region not in ("λ = 0", "λ = 1"):
            inside = region == "0 < λ < 1"
            expected = MINIMAL if inside == (sign > 0) else SADDLES
        cells = {
            "unit": f"{place.unit + 1} of layer {place.layer}",
            "λ": region,
            "kind": verdict.kind.value,
            "theorem": "–" if expected is None else "local minimum" if expected is MINIMAL else "saddle",
            "inertia": listed(verdict.inertia),
            "level": "–" if verdict.kind is Kind.OPEN else Level.PROVED.value,
        }
        rows.append(Row(region, verdict, expected, cells))
    return rows


def listed(inertia: Inertia | None) -> str:
    """An inertia as (positive, negative, zero)."""
    return "–" if inertia is None else f"({', '.join(map(str, inertia))})"


def hypotheses(found: list[Splitting]) -> tuple[Hypothesis, ...]:
    """Those on the minimum, and whether some unit satisfies the others."""
    ridged = sum(one.matrices[0].ridged for one in found)
    able = sum(bool(definite(one)) for one in found)
    vanish = sum(bool(one.matrices[0].vanishing.zero) for one in found)
    return (
        Hypothesis(
            "positive definite Hessian",
            regular(found[0]),
            f"inertia {listed(found[0].point.inertia)} at the minimum, {found[0].origin.value}",
        ),
        Hypothesis("no ridge around the unit", not ridged, f"{ridged} of {len(found)} units have one"),
        Hypothesis("D = 0 for some unit", bool(vanish), f"{vanish} of {len(found)} units, by structure or exactly"),
        Hypothesis(
            "B definite for some unit", bool(able), f"{able} of {len(found)} units have it beside D = 0, decided exactly or in balls"
        ),
    )


def concluded(found: list[Splitting], rows: list[Row]) -> Conclusion:
    """Whether every region is what the theorem says."""
    wrong = next((row for row in rows if row.agrees is False), None)
    if wrong is not None:
        because = f"unit {wrong.cells['unit']}, {wrong.region}: the point is a {wrong.verdict.kind.value}, proved"
        return Conclusion(CLAIM, Outcome.FAILS, Level.PROVED, because)
    said = [row for row in rows if row.expected is not None]
    open_ = [row for row in said if row.agrees is None]
    if open_:
        because = f"unit {open_[0].cells['unit']}, {open_[0].region}: {open_[0].verdict.because}"
        return Conclusion(CLAIM, Outcome.UNDECIDED, None, because)
    if not said:
        reason = "no unit satisfies the hypotheses, so the theorem says nothing of these points; `critscape split` says what they are"
        return Conclusion(CLAIM, Outcome.UNDECIDED, None, reason)
    minima = sum(row.expected is MINIMAL for row in said)
    below = sum(bool(one.way and one.way.below) for one in found)
    out = f"; from {below} of {len(found)} units a path of non-increasing loss leads below" if below else ""
    because = f"{len(said)} regions of λ are as the theorem says, {minima} of them local minima{out}"
    return Conclusion(CLAIM, Outcome.HOLDS, Level.PROVED, because)


def covers(found: list[Splitting]) -> tuple[str, ...]:
    """What was split."""
    return (f"one minimum of the network ({found[0].origin.value}), each of its {len(found)} hidden units, all λ",)
