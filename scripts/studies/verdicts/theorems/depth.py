"""Depth adds no spurious minima to linear networks (Zhang, arXiv 1901.09827).

Let p be the least hidden width, of several towers the sum of these, M the end-to-end matrix, and ℓ convex and differentiable. At a
local minimum of ℓ(M(w)) with rank M < p the gradient G = ∇ℓ(M) is zero, so it is global; at one with rank M = p the weights map onto a
neighbourhood of M among the matrices of rank p, so M is a local minimum of the problem with one hidden layer of width p. In either
case depth has added nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import ClassVar

from flint import arb

from critscape.algebra.critical.levels import Level
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.towers import Towers
from critscape.problems.networks.network import Network, weight_count
from critscape.problems.problem.problem import Problem, loss
from critscape.problems.problem.regression import Regression
from critscape.scripts.studies.verdicts.extent import Extent
from critscape.scripts.studies.verdicts.function_gradient import convex_error, errors, gradient_vanishes, zero_ridge
from critscape.scripts.studies.verdicts.instance import Instance
from critscape.scripts.studies.verdicts.lower_points import lower_point
from critscape.scripts.studies.verdicts.remedies import other_choices
from critscape.scripts.studies.verdicts.stationary import Enumerated, Missing, Stationary, counterexample, end_to_end, rank
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

WORDS = (
    "every spurious local minimum has an end-to-end matrix of the largest rank p that the widths allow, which is a local minimum of "
    "the problem with one hidden layer of width p: depth adds no spurious minimum"
)
CLAIM = Claim(WORDS, WORDS)


@dataclass(frozen=True)
class Depth:
    """Depth adds no spurious minima to linear networks."""

    name: ClassVar[str] = "depth"
    summary: ClassVar[str] = "deep and multi-tower linear networks have no spurious minima that the two-layer problem does not have"
    source: ClassVar[Source] = Source(
        "L. Zhang, Depth creates no more spurious local minima, arXiv:1901.09827",
        "@misc{zhang2019depth,\n  author = {Zhang, Li},\n  title = {Depth creates no more spurious local minima},\n  year = {2019},\n"
        "  eprint = {1901.09827},\n  archivePrefix = {arXiv}\n}\n",
    )

    @staticmethod
    def inapplicable(problem: Problem | Regression) -> str | None:
        network = problem.network
        if isinstance(problem, Regression) or not isinstance(network, Linear | Towers):
            return f"it is about linear networks and towers of them, not the family {network.family}"
        if not hidden(network):
            return "it is about networks with a hidden layer"
        return None

    @staticmethod
    def verdict(instance: Instance, progress: Progress) -> Verdict:
        problem: Problem = instance.problem
        p = bottleneck(problem.network)
        progress("the network", 0)
        found = instance.critical_points
        reference = None
        if found.spurious and not shallow(problem.network):
            progress("the problem with one hidden layer", 0)
            reference = Instance(two_layers(problem), instance.options).critical_points
        judged = [judge(problem, p, point, reference) for point in found.minima]
        conclusion, wrong = concluded(found, judged, reference, shallow(problem.network))
        return Verdict(
            Depth.name,
            Depth.summary,
            Depth.source,
            (
                Hypothesis(
                    "linear network", True, f"{problem.network.title}: {bottleneck_text(problem.network)}", "the network is not linear"
                ),
                convex_error(problem),
                zero_ridge(problem),
            ),
            conclusion,
            tuple(Exhibit(entry.cells) for entry in judged),
            covers(found, reference),
            ("other data, other widths", "local minima in pieces of the critical set that no enumeration reached"),
            None if wrong is None else counterexample(wrong.point, wrong.cells),
            lower=lower_point(loss(problem), found),
            complete=found.coverage.complete,
        )


@dataclass(frozen=True)
class Judged:
    """A local minimum with rank and gradient: ``allowed`` by the claim, False: a proved counterexample, None: not decided."""

    point: Stationary
    allowed: bool | None
    level: Level
    cells: dict[str, str]


def hidden(network: Network) -> bool:
    """Whether every path from input to output has a hidden layer."""
    parts = network.parts if isinstance(network, Towers) else (network,)
    return all(len(part.widths) > 2 for part in parts)  # type: ignore[attr-defined]


def shallow(network: Network) -> bool:
    """Whether the network is the two-layer one itself."""
    return isinstance(network, Linear) and len(network.widths) == 3


def bottleneck(network: Network) -> int:
    """p: the least hidden width, summed over towers, but at most the numbers of inputs and outputs."""
    return min(sum(least_widths(network)), network.inputs, network.outputs)


def least_widths(network: Network) -> list[int]:
    """The least hidden width of each tower; of a network without towers one number."""
    parts = network.parts if isinstance(network, Towers) else (network,)
    return [min(part.widths[1:-1]) for part in parts]  # type: ignore[attr-defined]


def bottleneck_text(network: Network) -> str:
    """How p arises.

    >>> bottleneck_text(Linear((2, 3, 1, 2))), bottleneck_text(Towers(((2, 2, 2), (2, 3, 1, 2))))
    ('p = min(1, 2, 2) = 1, of the least hidden width, the inputs and the outputs', 'p = min(2 + 1, 2, 2) = 2, of the sum of the least \
hidden widths of the towers, the inputs and the outputs')
    """
    widths = least_widths(network)
    least = "the sum of the least hidden widths of the towers" if isinstance(network, Towers) else "the least hidden width"
    sizes = ", ".join([" + ".join(map(str, widths)), str(network.inputs), str(network.outputs)])
    return f"p = min({sizes}) = {bottleneck(network)}, of {least}, the inputs and the outputs"


def two_layers(problem: Problem) -> Problem:
    """The same data and loss with one hidden layer of width p, without ridge."""
    network = Linear((problem.network.inputs, bottleneck(problem.network), problem.network.outputs))
    return replace(problem, network=network, ridge=(Fraction(0),) * weight_count(network))


def judge(problem: Problem, p: int, point: Stationary, reference: Enumerated | None) -> Judged:
    """Rank and gradient in function space of a minimum, and whether the claim allows it."""
    least, most = rank(problem.network, point)
    most = min(most, p)
    vanishes = gradient_vanishes(errors(problem), point)
    spurious = point.kind == "spurious local minimum"
    partner = None if reference is None else match(problem, point, reference)
    allowed: bool | None = True
    level = point.level
    if spurious:
        # Where the error is not convex its gradient may vanish at a spurious minimum.
        if most < p or not_critical(problem, point):
            allowed = False if most < p or vanishes is False else None
        elif least < p:
            allowed = None
        elif not shallow(problem.network):
            allowed = True if partner is not None else None
            level = level if partner is None else weakest([level, partner.level])
    cells = {
        "loss": point.text,
        "kind": point.kind,
        "rank M": str(least) if least == most else f"{least} to {most}",
        "∇ℓ(M)": {True: "0", False: "not 0", None: "–"}[vanishes],
        "two layers": "–" if reference is None or not spurious else "no such minimum found" if partner is None else partner.kind,
        "level": point.level_text,
    }
    return Judged(point, allowed, level, cells)


def not_critical(problem: Problem, point: Stationary) -> bool:
    """Whether M is proved to be no critical point of the problem with one hidden layer: the error changes along a tangent of rank p.

    The derivatives of the error by the weights are such tangents; at a critical point with a ridge they are −λ_j w_j.
    """
    if point.weights is None or not any(problem.ridge):
        return False
    return any(strength and not weight.contains(0) for strength, weight in zip(problem.ridge, point.weights))


def match(problem: Problem, point: Stationary, reference: Enumerated) -> Stationary | None:
    """A spurious minimum of the two-layer problem of equal loss whose end-to-end matrix may be the same."""
    if point.weights is None:
        return None
    own = end_to_end(problem.network, point.weights)
    for other in reference.spurious:
        if other.weights is None or not other.loss.overlaps(point.loss):
            continue
        matrix = end_to_end(reference.answer.problem.network, other.weights)
        if all((arb(0) + a).overlaps(arb(0) + b) for row, others in zip(own, matrix) for a, b in zip(row, others)):
            return other
    return next((other for other in reference.spurious if other.loss.overlaps(point.loss)), None)


def concluded(found: Enumerated, judged: list[Judged], reference: Enumerated | None, itself: bool) -> tuple[Conclusion, Judged | None]:
    """The conclusion, and the counterexample if it fails."""
    wrong = next((entry for entry in judged if entry.allowed is False), None)
    if wrong is not None:
        # Where the gradient vanishes the matrix may well be a local minimum of the two-layer problem.
        against = "and no local minimum of the two-layer problem" if wrong.cells["∇ℓ(M)"] == "not 0" else "and not of the largest"
        because = (
            f"at loss {wrong.point.text} there is a spurious local minimum, proved, whose end-to-end matrix is "
            f"of rank {wrong.cells['rank M']} {against}"
        )
        return Conclusion(CLAIM, Outcome.FAILS, wrong.level, because), wrong
    missing = found.missing
    if missing is None and reference is not None and reference.missing is not None:
        missing = replace(reference.missing, because=f"the problem with one hidden layer: {reference.missing.because}")
    open_ = [entry for entry in judged if entry.allowed is None]
    if missing is None and open_:
        listed = ", ".join(dict.fromkeys(entry.point.text for entry in open_))
        because = (
            f"of the spurious minimum at loss {listed} neither the rank nor a minimum of the two-layer problem with its loss is proved"
        )
        missing = Missing(because, other_choices(found.answer))
    if missing is not None:
        return Conclusion(CLAIM, Outcome.UNDECIDED, None, missing.because, missing.next(Depth.name)), None
    coverage = found.coverage.level
    assert coverage is not None  # Else something was missing.
    level = weakest([coverage, *(entry.level for entry in judged)])
    spurious = [entry for entry in judged if entry.point in found.spurious]
    if not spurious:
        if not judged:
            because = "no local minimum was found at all, so none is spurious"
            return Conclusion(CLAIM, Outcome.HOLDS, level, because, extent=Extent.VACUOUS), None
        because = "there is no spurious local minimum: each one that was found is global"
        return Conclusion(CLAIM, Outcome.HOLDS, level, because), None
    losses = ", ".join(dict.fromkeys(entry.point.text for entry in spurious))
    if itself:
        because = (
            f"spurious local minima at loss {losses} have full rank {spurious[0].cells['rank M']}: this is the two-layer problem itself"
        )
    else:
        because = f"spurious local minima at loss {losses}: the two-layer problem has them, and depth adds none"
    return Conclusion(CLAIM, Outcome.HOLDS, level, because), None


def covers(found: Enumerated, reference: Enumerated | None) -> tuple[str, ...]:
    """What was enumerated."""
    return (
        found.covered("this network on these data"),
        *(() if reference is None else (reference.covered("the problem with one hidden layer"),)),
    )
