"""The critical points of linear networks with squared errors in closed form.

With σ_1 ≥ … ≥ σ_q > 0 the eigenvalues of YX†XYᵀ that are not zero, the critical values are ½(‖Y‖² − Σ_{k ∈ S} σ_k), S a set of
at most p of them, p the least width; MX has rank |S| there, M the end-to-end matrix. Only the largest S, {1, …, min(p, q)}, gives local
minima, and they are global (Baldi and Hornik, Neural Networks 2, 1989, for one hidden layer; Zhou and Liang, arXiv 1710.11205,
Theorems 1 to 3, for any data and depth). With one hidden layer all others are strict saddles; with more there are non-strict ones,
but only where S = {1, …, r}, r < p (Achour, Malgouyres and Gerchinovitz, JMLR 25, 2024, Theorem 7). Of ReLU networks with one hidden
layer Zhou and Liang show that local minima need not be global (``relu_minima``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar

import flint
from flint import arb, fmpq, fmpq_mat

from critscape.algebra.components.component import Kind
from critscape.algebra.critical.levels import Level
from critscape.algebra.polynomial.loss import exact
from critscape.problems.criteria.squared import Squared, weighting_of
from critscape.problems.networks.activated.piecewise_linear import PiecewiseLinear
from critscape.problems.networks.families.linear import Linear
from critscape.problems.problem.problem import Problem, loss
from critscape.problems.problem.regression import Regression
from critscape.problems.spaces.linear_values import BITS, eigenvalues, expanded, explained
from critscape.scripts.studies.verdicts import relu_minima
from critscape.scripts.studies.verdicts.function_gradient import zero_ridge
from critscape.scripts.studies.verdicts.instance import Instance
from critscape.scripts.studies.verdicts.lower_points import lower_point
from critscape.scripts.studies.verdicts.remedies import Remedy, other_choices
from critscape.scripts.studies.verdicts.stationary import Enumerated, Missing, Stationary, counterexample, rank
from critscape.scripts.studies.verdicts.verdict import Claim, Conclusion, Exhibit, Hypothesis, Outcome, Progress, Source, Verdict, weakest

CLAIM = Claim(
    "with the inputs as columns of X, the targets as columns of Y, X† the pseudoinverse of X and p the least width the critical values are "
    "the ½(‖Y‖² − Σ_{k ∈ S} σ_k), S at most p of the eigenvalues σ_k > 0 of YX†XYᵀ, with MX of rank |S|, M the end-to-end matrix; the least is the "
    "global minimum and there is no other local minimum",
    r"with the inputs as columns of $X$, the targets as columns of $Y$, $X^{\dagger}$ the pseudoinverse of $X$ and $p$ the least width the "
    r"critical values are the $\tfrac12\bigl(\|Y\|^2 - \sum_{k\in S}\sigma_k\bigr)$, $S$ at most $p$ of the eigenvalues "
    r"$\sigma_k > 0$ of $YX^{\dagger}XY^{\mathsf T}$, with $MX$ of rank $|S|$, $M$ the end-to-end matrix; the least is the global minimum "
    r"and there is no other local minimum",
)


UNMATCHED = "the closed form is for errors of equal weight, so no critical value is matched with an S"
TOO_CLOSE = Remedy(instead="the network on data whose eigenvalues σ_k, and sums of them, lie farther apart")
FALLING = (Kind.STRICT_SADDLE.value, Kind.NON_STRICT_SADDLE.value, Kind.MAXIMUM.value, Kind.SPURIOUS_MINIMUM.value)
"""What L has lower values than, proved."""


@dataclass(frozen=True)
class Forms:
    """Critical points of linear networks with squared errors have closed forms."""

    name: ClassVar[str] = "forms"
    summary: ClassVar[str] = "critical points of linear networks with squared errors have closed forms, and their minima are global"
    source: ClassVar[Source] = Source(
        f"P. Baldi and K. Hornik, Neural Networks 2, 1989; {relu_minima.PAPER}; E. M. Achour, F. Malgouyres and S. Gerchinovitz, "
        "JMLR 25, 2024",
        "@article{baldi1989neural,\n  author = {Baldi, Pierre and Hornik, Kurt},\n  title = {Neural networks and principal component "
        "analysis: learning from examples without local minima},\n  journal = {Neural Networks},\n  volume = {2},\n  year = {1989}\n}\n\n"
        f"{relu_minima.SOURCE.bibtex}\n"
        "@article{achour2024loss,\n  author = {Achour, El Mehdi and Malgouyres, Fran{\\c c}ois and Gerchinovitz, S{\\'e}bastien},\n"
        "  title = {The loss landscape of deep linear neural networks: a second-order analysis},\n"
        "  journal = {Journal of Machine Learning Research},\n  volume = {25},\n  year = {2024}\n}\n",
    )

    @staticmethod
    def inapplicable(problem: Problem | Regression) -> str | None:
        if isinstance(problem.network, PiecewiseLinear):
            return None
        if isinstance(problem, Regression) or not isinstance(problem.network, Linear) or len(problem.network.widths) < 3:
            return f"it is about linear networks with a hidden layer and ReLU networks with one, not {problem.network.title}"
        if not isinstance(problem.criterion, Squared):
            return "it is about squared errors"
        return None

    @staticmethod
    def verdict(instance: Instance, progress: Progress) -> Verdict:
        problem: Problem | Regression = instance.problem
        if isinstance(problem, Regression):
            return relu_minima.relu_verdict(Forms.name, problem, instance.options)
        values = predicted(problem)
        found = instance.critical_points
        plain = equal_weight(problem)
        rows = [placed(problem, point, values, plain) for point in found.points]
        if plain:
            conclusion, wrong = concluded(found, rows, values, len(problem.network.widths) == 3)  # type: ignore[attr-defined]
        else:
            conclusion, wrong = weighted_concluded(rows, values)
        compared = f"{len(values)} critical values in closed form, each looked for" if plain else UNMATCHED
        return Verdict(
            Forms.name,
            Forms.summary,
            Forms.source,
            (
                Hypothesis(
                    "linear network",
                    True,
                    f"{problem.network.title}: least width p = {min(problem.network.widths)}",  # type: ignore[attr-defined]
                    "the network is not linear",
                ),
                plain_squares(problem),
                zero_ridge(problem),
            ),
            conclusion,
            tuple(Exhibit(row.cells) for row in rows),
            (found.covered("this network on these data"), compared),
            (
                "other data, other widths",
                "that the points of each value are all of the form of the paper: values, ranks and kinds were compared",
                *open_ranks(rows),
            ),
            None if wrong is None else counterexample(wrong.point, wrong.cells),
            lower=lower_point(loss(problem), found),
            complete=found.coverage.complete,
        )


@dataclass(frozen=True)
class Value:
    """A critical value in closed form with the sets S (of positions from 1) that give it."""

    loss: arb
    sets: tuple[tuple[int, ...], ...]

    @property
    def ranks(self) -> set[int]:
        return {len(s) for s in self.sets}

    @property
    def text(self) -> str:
        return " or ".join("{" + ", ".join(map(str, s)) + "}" if s else "∅" for s in self.sets)


@dataclass(frozen=True)
class Placed:
    """A critical point with the values that its loss may be (one where that is decided) and bounds for the rank of its matrix on the data."""

    point: Stationary
    values: tuple[Value, ...]
    rank: tuple[int, int]
    cells: dict[str, str]


def plain_squares(problem: Problem) -> Hypothesis:
    """The hypothesis that the errors are squared with weight one."""
    plain = equal_weight(problem)
    weighting = weighting_of(problem)
    because = "½ Σ ‖f(x) − y‖²"
    if not plain:
        because = f"squared errors with {'a metric of each sample' if weighting.metrics else 'weights of samples or outputs'}"
    return Hypothesis("squared errors of equal weight", plain, because, "the errors are weighted")


def equal_weight(problem: Problem) -> bool:
    """Whether the error is ½ Σ ‖f(x) − y‖²: all weights are one and all metrics the identity."""
    weighting = weighting_of(problem)
    units = all(entry == (o == p) for matrix in weighting.metrics for o, row in enumerate(matrix) for p, entry in enumerate(row))
    return units and all(weight == 1 for weight in (*weighting.samples, *weighting.outputs))


def predicted(problem: Problem) -> tuple[Value, ...]:
    """The critical values, the least first, those that coincide exactly or cannot be told apart in balls once.

    Eigenvalues of equal size give equal sets; sets whose sums overlap are taken together.
    """
    inputs, targets = (fmpq_mat([[exact(v) for v in row] for row in rows]) for rows in (problem.inputs, problem.targets))
    with flint.ctx.workprec(BITS):
        positive = [sigma for sigma in expanded(eigenvalues(explained(inputs, targets))) if sigma > 0]
        total = sum((v * v for v in targets.entries()), fmpq(0))
        most = min(*problem.network.widths, len(positive))  # type: ignore[attr-defined]
        values: list[Value] = []
        for size in range(most, -1, -1):
            for chosen in combinations(range(len(positive)), size):
                height = (arb(total) - sum((positive[k] for k in chosen), arb(0))) / 2
                named = tuple(k + 1 for k in chosen)
                same = next((k for k, other in enumerate(values) if other.loss.overlaps(height)), None)
                if same is None:
                    values.append(Value(height, (named,)))
                else:
                    values[same] = Value(values[same].loss.union(height), (*values[same].sets, named))
    return tuple(sorted(values, key=lambda value: float(value.loss.mid())))


def placed(problem: Problem, point: Stationary, values: tuple[Value, ...], plain: bool) -> Placed:
    """A critical point beside the values in closed form; of errors that are not ``plain`` no S is named."""
    near = tuple(value for value in values if value.loss.overlaps(point.loss))
    bounds = rank(problem.network, point, problem.inputs)
    cells = {
        "loss": point.text,
        "kind": point.kind,
        "S": "–" if not plain else near[0].text if len(near) == 1 else "no S" if not near else "–",
        "rank MX": str(bounds[0]) if bounds[0] == bounds[1] else f"{bounds[0]} to {bounds[1]}",
        "dimension": point.dimension_text,
        "level": point.level_text,
    }
    return Placed(point, near, bounds, cells)


def open_ranks(rows: Sequence[Placed]) -> tuple[str, ...]:
    """What bounds of ranks that do not meet leave open."""
    number = sum(row.rank[0] < row.rank[1] for row in rows)
    if not number:
        return ()
    return (f"that MX has rank |S| in {number} row{'s' * (number > 1)} where only bounds of its rank are known",)


def contradiction(row: Placed, values: tuple[Value, ...], shallow: bool) -> str | None:
    """What a proved critical point says against the claim; None if nothing."""
    if row.point.level is Level.NUMERICAL:
        return None
    at = f"at loss {row.point.text} there is a critical point, proved"
    if not row.values:
        return f"{at}, and no set S gives this value"
    if len(row.values) > 1:
        return None
    (value,) = row.values
    if row.rank[0] > max(value.ranks) or row.rank[1] < min(value.ranks):
        return f"{at}, with MX of rank {row.cells['rank MX']} where S = {value.text}"
    proved = row.point.level is Level.PROVED
    if proved and row.point.minimal and value is not values[0]:
        return f"{at}, and it is a {row.point.kind} above the least value"
    if proved and value is values[0] and row.point.kind in FALLING:
        return f"{at}, and it is a {row.point.kind}: the least value is not the least of the loss"
    if proved and shallow and row.point.kind == Kind.NON_STRICT_SADDLE.value:
        return f"{at}, and it is a non-strict saddle of a network with one hidden layer"
    tops = any(s == tuple(range(1, len(s) + 1)) for s in value.sets)
    if proved and row.point.kind == Kind.NON_STRICT_SADDLE.value and not tops:
        return f"{at}, and it is a non-strict saddle though S = {value.text} is not {{1, …, r}}"
    return None


def weighted_concluded(rows: list[Placed], values: tuple[Value, ...]) -> tuple[Conclusion, Placed | None]:
    """The conclusion where errors are weighted: a value that is none of the closed form, or one below its least, is a counterexample; that
    values are equal says nothing.
    """
    for row in rows:
        at = f"{UNMATCHED}; at loss {row.point.text} there is a critical point, proved"
        if row.point.level is Level.NUMERICAL:
            continue
        if not row.values:
            return Conclusion(CLAIM, Outcome.FAILS, Level.PROVED, f"{at}, and the closed form does not have this value"), row
        if row.point.level is not Level.PROVED:
            continue
        if row.point.kind == Kind.SPURIOUS_MINIMUM.value:
            return Conclusion(CLAIM, Outcome.FAILS, Level.PROVED, f"{at}, and it is a {row.point.kind}"), row
        if values[0] in row.values and row.point.kind in FALLING:
            against = f"{at}, and it is a {row.point.kind}: L has values below the least of the closed form"
            return Conclusion(CLAIM, Outcome.FAILS, Level.PROVED, against), row
    advice = (
        "`critscape solve PROBLEM.json` lists the critical points of this loss; without the weights the closed form is that of the loss"
    )
    return Conclusion(CLAIM, Outcome.UNDECIDED, None, UNMATCHED, advice), None


def concluded(found: Enumerated, rows: list[Placed], values: tuple[Value, ...], shallow: bool) -> tuple[Conclusion, Placed | None]:
    """The conclusion, and the counterexample if it fails."""
    for row in rows:
        against = contradiction(row, values, shallow)
        if against is not None:
            return Conclusion(CLAIM, Outcome.FAILS, Level.PROVED, against), row
    missing = found.missing
    unseen = [value for value in values if not any(value in row.values for row in rows)]
    several = [row.point.text for row in rows if len(row.values) > 1]
    if missing is None and unseen:
        listed = ", ".join(f"{float(value.loss.mid()):.6g} (S = {value.text})" for value in unseen)
        missing = Missing(f"no critical point was enumerated at loss {listed}", other_choices(found.answer))
    if missing is None and several:
        missing = Missing(f"which of the values in closed form the loss {several[0]} is cannot be told in ball arithmetic", TOO_CLOSE)
    if missing is not None:
        return Conclusion(CLAIM, Outcome.UNDECIDED, None, missing.because, missing.next(Forms.name)), None
    coverage = found.coverage.level
    assert coverage is not None  # Else something was missing.
    level = weakest([coverage, *(row.point.level for row in rows)])
    strict = sum(row.point.kind == Kind.STRICT_SADDLE.value for row in rows)
    other = sum(row.point.kind == Kind.NON_STRICT_SADDLE.value for row in rows)
    because = (
        f"{'the only value ½(‖Y‖² − Σ_S σ_k) was' if len(values) == 1 else f'all {len(values)} values ½(‖Y‖² − Σ_S σ_k) were'} found and no others: the least is the global "
        f"minimum; strict saddles: {strict} rows, non-strict ones: {other}"
        + (", whose S are the r largest eigenvalues, r < p" if other else "")
    )
    return Conclusion(CLAIM, Outcome.HOLDS, level, because), None
