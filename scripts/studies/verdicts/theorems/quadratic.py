"""Quadratic networks with the norm regressor have no spurious minima (Kazemipour, Larsen and Druckmann, arXiv 2001.00098).

f(x) = Σ_j a_j (w_j·x)² + c‖x‖² with squared errors, R = Σ_i r_i x_i x_iᵀ. At a critical point a_j R w_j = 0, w_jᵀ R w_j = 0 and, by the norm
regressor, tr R = 0. R = 0 says that the gradient of a convex error in function space vanishes: such a point is global. With d units
(k ≥ d, the paper's hypothesis) no local minimum has R ≠ 0. Here d − 1 are asked for: that they are enough is critscape's own argument
(docs/theorems.md); the way down may be of order four.

The last layer of a deep quadratic network is such a network in its inputs h_i, whatever the layers before do. So at a local minimum
R = Σ_i r_i h_i h_iᵀ = 0, by the same hypotheses for the last layer: nothing is left to gain from it. It is global where the h_i h_iᵀ are
linearly independent, but need not be: where the layers before are dead h_i = 0 and R = 0 says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from critscape.algebra.components.component import Kind
from critscape.algebra.critical.levels import Level
from critscape.problems.criteria.squared import Squared
from critscape.problems.networks.families.deep_quadratic import DeepQuadratic
from critscape.problems.networks.families.quadratic import Quadratic as Network
from critscape.problems.problem.problem import Problem, loss
from critscape.problems.problem.regression import Regression
from critscape.scripts.studies.verdicts.descents import descents
from critscape.scripts.studies.verdicts.escapes import Escape, escape
from critscape.scripts.studies.verdicts.extent import Extent
from critscape.scripts.studies.verdicts.function_gradient import convex_error, zero_ridge
from critscape.scripts.studies.verdicts.instance import Instance
from critscape.scripts.studies.verdicts.last_residual import LastResidual, last_residual, last_width
from critscape.scripts.studies.verdicts.lower_points import lower_point
from critscape.scripts.studies.verdicts.remedies import other_choices
from critscape.scripts.studies.verdicts.stationary import Enumerated, Missing, Stationary, counterexample
from critscape.scripts.studies.verdicts.verdict import (
    Claim,
    Conclusion,
    Exhibit,
    Hypothesis,
    Outcome,
    Progress,
    Source,
    Verdict,
    weakest,
)

NETWORK = "Σ a_j (w_j·x)² + c‖x‖² (the w_j are the rows of W; without the norm regressor there is no c)"
NETWORK_LATEX = (
    r"$f(x) = \sum_j a_j (w_j \cdot x)^2 + c \|x\|^2$ (the $w_j$ are the rows of $W$; without the norm regressor there is no $c$)"
)
LOSS = "L = ½ Σ s_i (f(x_i) − y_i)² (s_i = 1 where squares are not weighted)"
LOSS_LATEX = r"$L = \frac12 \sum_i s_i (f(x_i) - y_i)^2$ ($s_i = 1$ where squares are not weighted)"
RESIDUALS = "r_i = s_i (f(x_i) − y_i)"
RESIDUALS_LATEX = r"$r_i = s_i (f(x_i) - y_i)$"
CLAIM = Claim(
    f"every local minimum of {LOSS}, f(x) = {NETWORK}, has R = Σ r_i x_i x_iᵀ = 0, {RESIDUALS}, and is global: from every other critical point a curve leads to less loss",
    rf"every local minimum of {LOSS_LATEX}, {NETWORK_LATEX}, has $R = \sum_i r_i x_i x_i^{{\mathsf T}} = 0$, {RESIDUALS_LATEX}, and is global: from every other critical "
    r"point a curve leads to less loss",
)
DEEP_CLAIM = Claim(
    f"every local minimum of {LOSS} has R = Σ r_i h_i h_iᵀ = 0, {RESIDUALS}, h_i the inputs of the last layer: that layer cannot be improved",
    rf"every local minimum of {LOSS_LATEX} has $R = \sum_i r_i h_i h_i^{{\mathsf T}} = 0$, {RESIDUALS_LATEX}, $h_i$ the inputs of the last layer: that "
    r"layer cannot be improved",
)


@dataclass(frozen=True)
class Quadratic:
    """Quadratic networks with the norm regressor have no spurious minima."""

    name: ClassVar[str] = "quadratic"
    summary: ClassVar[str] = "quadratic networks with the norm regressor and enough units have no spurious local minima"
    source: ClassVar[Source] = Source(
        "A. Kazemipour, B. W. Larsen and S. Druckmann, Avoiding spurious local minima in deep quadratic networks, arXiv:2001.00098",
        "@misc{kazemipour2020avoiding,\n  author = {Kazemipour, Abbas and Larsen, Brett W. and Druckmann, Shaul},\n"
        "  title = {Avoiding spurious local minima in deep quadratic networks},\n  year = {2020},\n  eprint = {2001.00098},\n"
        "  archivePrefix = {arXiv}\n}\n",
    )

    @staticmethod
    def inapplicable(problem: Problem | Regression) -> str | None:
        network = problem.network
        if isinstance(problem, Regression) or not isinstance(network, Network | DeepQuadratic):
            return f"it is about quadratic networks, not the family {network.family}"
        if network.outputs > 1:
            return f"it is about networks with one output, and this one has {network.outputs}"
        if not isinstance(problem.criterion, Squared):
            return "it is about squared errors on samples"
        return None

    @staticmethod
    def verdict(instance: Instance, progress: Progress) -> Verdict:
        problem: Problem = instance.problem
        found = instance.critical_points
        polynomial, deep = loss(problem), is_deep(problem)
        if found.points:
            progress("ways down", len(found.points))
        rows = [Row(point, last_residual(problem, point), None if point.minimal else escape(polynomial, point)) for point in found.points]
        conclusion, wrong = (deep_concluded if deep else concluded)(found, rows)
        covered = [found.covered("this network on these data")]
        least = [row.point for row in rows if row.point.kind == Kind.GLOBAL_MINIMUM.value]
        beyond = " beyond these runs" if least else ""
        if least:
            progress("descents", 0)
            losses = [point.loss for point in found.points]
            covered.append(descents(problem.network, polynomial, least[0].loss, losses, instance.options.seed).sentence)
        return Verdict(
            Quadratic.name,
            Quadratic.summary,
            Quadratic.source,
            hypotheses(problem),
            conclusion,
            tuple(Exhibit(row.cells) for row in rows),
            tuple(covered),
            (
                "other data, other numbers of units",
                *by_one_point(found),
                f"which minimum descent reaches{beyond}: `critscape basins` counts that",
            ),
            None if wrong is None else counterexample(wrong.point, wrong.cells),
            escapes=tuple(row.shown for row in rows if row.way is not None),
            lower=lower_point(polynomial, found),
            claimant=claimant(problem),
            complete=found.coverage.complete,
        )


def by_one_point(found: Enumerated) -> tuple[str, ...]:
    """What a row does not say where it stands for a set of critical points."""
    if found.answer.table is None or not found.points:
        return ()
    return (
        "other critical points of a set than the one by which its row stands for it (`critscape solve` says what is known of whole sets)",
        "sets of saddles, and of local minima that are not closed, on which no limit fell: they may have no row",
    )


def is_deep(problem: Problem) -> bool:
    """Whether there are layers before the last one."""
    return isinstance(problem.network, DeepQuadratic) and problem.network.depth > 1


def sizes(network: Any) -> tuple[int, int]:
    """The numbers k of units and d of inputs of the last layer."""
    return network.hidden[-1] if isinstance(network, DeepQuadratic) else network.hidden, last_width(network)


def claimant(problem: Problem) -> str:
    """Whose proof says that the conclusion holds where the hypotheses do."""
    k, d = sizes(problem.network)
    if is_deep(problem):
        return f"the argument of docs/theorems.md for the last layer (k ≥ d − 1, here k = {k} and d = {d})"
    if k >= d:
        return f"the theorem of the source (k ≥ d, here {k} ≥ {d})"
    return f"critscape's own argument (docs/theorems.md: k ≥ d − 1, here {k} ≥ {d - 1}; the source asks for k ≥ d)"


def hypotheses(problem: Problem) -> tuple[Hypothesis, ...]:
    """Those of the paper on the last layer, but for the number of units: d − 1 are enough (docs/theorems.md), and the paper asks for d."""
    network: Any = problem.network
    k, d = sizes(network)
    if isinstance(network, DeepQuadratic):
        trained, norm = True, network.depth in network.norm_layers
    else:
        trained, norm = network.output is None, network.norm_regressor
    where = " of the last layer" if is_deep(problem) else ""
    outer = f"entries of L{network.depth}" if isinstance(network, DeepQuadratic) else "a_j"
    return (
        Hypothesis(
            "norm regressor",
            norm,
            f"the squared norm of the inputs{where} is {'' if norm else 'not '}one of its features",
            "there is no norm regressor",
        ),
        Hypothesis(
            "trained outer weights",
            trained,
            f"the {outer} are weights" if trained else f"the {outer} are fixed",
            "the outer weights are fixed",
        ),
        Hypothesis(
            "at least d − 1 units",
            k >= d - 1,
            f"k = {k}, d = {d} inputs{where}; the paper asks for k ≥ d, which {'holds' if k >= d else 'does not hold'}; that d − 1 units are "
            "enough is critscape's own argument, docs/theorems.md",
            "fewer than d − 1 units",
        ),
        convex_error(problem),
        zero_ridge(problem),
    )


def counted(number: int, noun: str) -> str:
    """A number of things."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


@dataclass(frozen=True)
class Row:
    """A critical point, R there, and a way down (None: none is known, or it is a local minimum)."""

    point: Stationary
    residual: LastResidual
    way: Escape | None

    @property
    def minimum(self) -> bool:
        """Whether it is proved to be a local minimum, whatever is known of others."""
        entry = self.point.row
        inertia = entry.get("inertia")
        if inertia is None:
            return self.point.minimal and self.point.weights is not None
        # Morse–Bott: the dimension of the critical set is the nullity, and no eigenvalue is negative.
        met = entry["dimension_bound"] == entry["inertia_bound"] == "exact" and entry["dimension"] == inertia["zero"]
        return self.point.minimal and (self.point.level is Level.PROVED or (met and not inertia["negative"]))

    @property
    def cells(self) -> dict[str, str]:
        return {
            "loss": self.point.text,
            "kind": self.point.kind,
            "inertia of R": self.residual.text,
            "escape of order": "–" if self.way is None else str(self.way.order),
            "dimension": self.point.dimension_text,
            "level": self.point.level_text,
        }

    @property
    def shown(self) -> dict:
        """The way down with the point that it leaves."""
        assert self.way is not None  # Asked by the caller.
        return {"loss": self.point.text, "point": self.point.row.get("representative") or self.point.row["point"], **self.way.fields}


def concluded(found: Enumerated, rows: list[Row]) -> tuple[Conclusion, Row | None]:
    """The conclusion for one layer, and the counterexample if it fails."""
    wrong = next((row for row in rows if row.point.kind == Kind.SPURIOUS_MINIMUM.value and row.point.level is Level.PROVED), None)
    if wrong is not None:
        because = f"there is a spurious local minimum at loss {wrong.point.text}, proved" + (
            ", with R ≠ 0" if wrong.residual.zero is False else ""
        )
        return Conclusion(CLAIM, Outcome.FAILS, Level.PROVED, because), wrong
    return by_residual(CLAIM, found, rows)


def deep_concluded(found: Enumerated, rows: list[Row]) -> tuple[Conclusion, Row | None]:
    """The conclusion for the last of several layers, and the counterexample if it fails."""
    conclusion, wrong = by_residual(DEEP_CLAIM, found, rows)
    if conclusion.outcome is not Outcome.HOLDS:
        return conclusion, wrong
    spurious = len(found.spurious)
    also = f"; {spurious} of them are spurious: R = 0 does not make a minimum of a deep network global" if spurious else ""
    return Conclusion(DEEP_CLAIM, Outcome.HOLDS, conclusion.level, conclusion.because + also, extent=conclusion.extent), None


def by_residual(claim: Claim, found: Enumerated, rows: list[Row]) -> tuple[Conclusion, Row | None]:
    """Whether R = 0 at every local minimum, and from all other points the loss descends."""
    wrong = next((row for row in rows if row.minimum and row.residual.zero is False), None)
    if wrong is not None:
        because = f"the {wrong.point.kind} at loss {wrong.point.text} has R ≠ 0, proved"
        if wrong.point.kind == Kind.GLOBAL_MINIMUM.value:
            because += ": that R = 0 is what fails of the claim here, not that minima are global"
        return Conclusion(claim, Outcome.FAILS, Level.PROVED, because), wrong
    missing = found.missing
    open_ = [row for row in rows if row.point.minimal and not row.residual.zero]
    if missing is None and open_:
        missing = Missing(f"whether R = 0 at the local minimum of loss {open_[0].point.text} is not decided", other_choices(found.answer))
    if missing is not None:
        return Conclusion(claim, Outcome.UNDECIDED, None, missing.because, missing.next(Quadratic.name)), None
    coverage = found.coverage.level
    assert coverage is not None  # Else something was missing.
    level = weakest([coverage, *(row.point.level for row in rows)])
    number = sum(row.point.minimal for row in rows)
    if not number:
        because = f"no local minimum was found at all; {ways(rows)}"
        return Conclusion(claim, Outcome.HOLDS, level, because, extent=Extent.VACUOUS), None
    return Conclusion(
        claim, Outcome.HOLDS, level, f"{counted(number, 'row')} of local minima, {'all ' * (number > 1)}with R = 0; {ways(rows)}"
    ), None


def ways(rows: list[Row]) -> str:
    """What is shown of the points that are no local minima."""
    others = [row for row in rows if not row.point.minimal]
    if not others:
        return "there are no other critical points"
    second = sum(row.way is not None and row.way.order == 2 for row in others)
    higher = sum(row.way is not None and row.way.order > 2 for row in others)
    rest = "the point of the one other row" if len(others) == 1 else f"the points of all {len(others)} other rows"
    parts = [f"from {rest} the loss descends", f"ways down of order two are exhibited for {second}"]
    if higher:
        parts.append(f"of higher order for {higher}")
    if second + higher < len(others):
        parts.append(f"for {len(others) - second - higher} the descent is known without an arc over ℚ")
    return ", ".join(parts)
