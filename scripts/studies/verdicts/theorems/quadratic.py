"""Quadratic networks with the norm regressor have no spurious minima (Kazemipour, Larsen and Druckmann, arXiv 2001.00098).

f(x) = Σ_j u_j (w_j·x)² + c‖x‖² with squared errors, R = Σ_i r_i x_i x_iᵀ. At a critical point u_j R w_j = 0, w_jᵀ R w_j = 0 and, by the norm
regressor, tr R = 0. R = 0 says that the gradient of a convex error in function space vanishes: such a point is global. With at least
d − 1 units no local minimum has R ≠ 0 (d units in the paper): either a unit is free to take a direction in which R is negative, or the
w_j span all of them; the way down may be of order four.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from critscape.algebra.components.component import Kind
from critscape.algebra.critical.levels import Level
from critscape.problems.criteria.squared import Squared
from critscape.problems.networks.families.deep_quadratic import DeepQuadratic
from critscape.problems.networks.families.quadratic import Quadratic as Network
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.verdicts.function_gradient import convex_error, errors, gradient_vanishes, no_ridge
from critscape.scripts.studies.verdicts.stationary import Enumerated, Stationary, counterexample, enumerated
from critscape.scripts.studies.verdicts.verdict import Claim, Conclusion, Exhibit, Hypothesis, Outcome, Progress, Source, Verdict, weakest

CLAIM = Claim(
    "every local minimum has R = Σ r_i x_i x_iᵀ = 0 and is global: from every other critical point the loss descends",
    r"every local minimum has $R = \sum_i r_i x_i x_i^{\mathsf T} = 0$ and is global: from every other critical point the "
    r"loss descends",
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
        if isinstance(problem, Regression):
            return f"it is about quadratic networks, not the family {problem.network.family}"
        if isinstance(problem.network, DeepQuadratic):
            return "of deep quadratic networks its hypotheses are not checked here yet; `critscape solve` lists their components"
        if not isinstance(problem.network, Network):
            return f"it is about quadratic networks, not the family {problem.network.family}"
        if not isinstance(problem.criterion, Squared):
            return "it is about squared errors"
        return None

    @staticmethod
    def verdict(problem: Problem, options: Options, progress: Progress) -> Verdict:
        found = enumerated(problem, options)
        space = errors(problem)
        rows = [Row(point, gradient_vanishes(space, point)) for point in found.points]
        conclusion, wrong = concluded(found, rows)
        return Verdict(
            Quadratic.name,
            Quadratic.summary,
            Quadratic.source,
            hypotheses(problem),
            conclusion,
            tuple(Exhibit(row.cells) for row in rows),
            (f"this network on these data: {found.coverage.sentence}",),
            ("other data, other numbers of units", "which minimum descent reaches: `critscape basins` counts that"),
            None if wrong is None else counterexample(wrong.point, wrong.cells),
        )


def hypotheses(problem: Problem) -> tuple[Hypothesis, ...]:
    """Those of the paper, the number of units as it was derived here: d − 1."""
    network: Any = problem.network
    d, k = network.inputs, network.hidden
    return (
        Hypothesis("norm regressor", network.norm_regressor, f"c‖x‖² is {'' if network.norm_regressor else 'not '}part of the network"),
        Hypothesis("outer weights trained", network.output is None, "u_j are weights" if network.output is None else "u_j are fixed"),
        Hypothesis("k ≥ d − 1", k >= d - 1, f"{k} units, {d} inputs" + (" (the paper asks for k ≥ d)" if k == d - 1 else "")),
        convex_error(problem),
        no_ridge(problem),
    )


@dataclass(frozen=True)
class Row:
    """A critical point and whether R = 0 there (None: not decided)."""

    point: Stationary
    flat: bool | None

    @property
    def escape(self) -> str:
        """The order of a descending arc that is known."""
        if self.point.kind in (Kind.STRICT_SADDLE.value, Kind.MAXIMUM.value):
            return "2"
        descent = self.point.row.get("descent")
        return str(descent["order"]) if descent else "–"

    @property
    def cells(self) -> dict[str, str]:
        flat = {True: "0", False: "not 0", None: "–"}[self.flat]
        return {
            "loss": self.point.text,
            "kind": self.point.kind,
            "R": flat,
            "escape of order": self.escape,
            "dimension": self.point.dimension_text,
            "level": self.point.level.value,
        }


def concluded(found: Enumerated, rows: list[Row]) -> tuple[Conclusion, Row | None]:
    """The conclusion, and the counterexample if it fails."""
    wrong = next((row for row in rows if row.point.kind == Kind.SPURIOUS_MINIMUM.value and row.point.level is Level.PROVED), None)
    if wrong is not None:
        because = f"there is a spurious local minimum at loss {wrong.point.text}, proved" + (", with R ≠ 0" if wrong.flat is False else "")
        return Conclusion(CLAIM, Outcome.FAILS, Level.PROVED, because), wrong
    if found.missing is not None:
        return Conclusion(CLAIM, Outcome.UNDECIDED, None, found.missing), None
    coverage = found.coverage.level
    assert coverage is not None  # Else something was missing.
    open_ = [row for row in rows if row.point.minimal and not row.flat]
    level = weakest([coverage, *(row.point.level for row in rows)])
    if open_:
        if any(row.flat is False for row in open_):
            because = f"the local minimum at loss {open_[0].point.text} has R ≠ 0: that it is global is {level.value}, but not by R"
        else:
            because = f"whether R = 0 at the local minimum of loss {open_[0].point.text} is not decided"
        return Conclusion(CLAIM, Outcome.UNDECIDED, None, because), None
    number = sum(row.point.minimal for row in rows)
    saddles = [row for row in rows if not row.point.minimal]
    fourth = sum(row.escape not in ("2", "–") for row in saddles)
    because = f"{number} row(s) of local minima, all with R = 0; from all {len(saddles)} others the loss descends" + (
        f", from {fourth} of them to higher order" if fourth else ""
    )
    return Conclusion(CLAIM, Outcome.HOLDS, level, because), None
