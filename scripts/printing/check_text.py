"""What ``critscape check`` says."""

from __future__ import annotations

from critscape.algebra.certificates.box_claims import BoxClaims
from critscape.algebra.certificates.claims import Claims
from critscape.algebra.certificates.component_claims import (
    CLOSED_FORM,
    CURVATURE,
    DEGENERATE,
    FUNCTION_SPACE,
    GLOBAL,
    KINDS,
    LOCAL,
    MAXIMUM,
    NON_STRICT,
    SPURIOUS,
    STRICT,
    ComponentClaims,
)
from critscape.algebra.certificates.split_claims import ClaimedSaturated, SplitClaims
from critscape.scripts.studies.certificate_check import ARITHMETICS, Check
from critscape.scripts.studies.tally import tally


def check_text(check: Check) -> str:
    """What is proved, in a few lines; or the first claim that is not."""
    claims = check.claims
    if check.failure is not None:
        return f"not proved: {check.failure}"
    if isinstance(claims, ComponentClaims):
        return components_checked(check.title, claims) + f"\n  {check.seconds:.1f} s, {ARITHMETICS[check.arithmetic]}"
    if isinstance(claims, SplitClaims):
        return split_checked(check.title, claims) + f"\n  {check.seconds:.1f} s, {ARITHMETICS[check.arithmetic]}"
    if isinstance(claims, BoxClaims):
        return boxes_checked(check.title, claims) + f"\n  {check.seconds:.1f} s, {ARITHMETICS[check.arithmetic]}"
    minima = [point.not_global for point in claims.points if point.index == 0]
    indices = tally(claims.by_index_at_least)
    least = "at least " if claims.upper_bound is None else ""
    return (
        f"{check.title}: every claim is proved\n"
        f"  {how_many(claims)} distinct complex critical points, all simple\n"
        f"  {claims.real_at_least} of them real" + (f", by index {indices}" if indices else "") + "\n"
        f"  {least}{len(minima)} local minim{'um' if len(minima) == 1 else 'a'}, {sum(map(bool, minima))} proved not to be global; "
        "that others are global is not claimed\n"
        + ("" if claims.upper_bound else "  nothing is claimed of further points; degenerate ones are never listed\n")
        + f"  {check.seconds:.1f} s, {ARITHMETICS[check.arithmetic]}"
    )


def boxes_checked(title: str, claims: BoxClaims) -> str:
    """What is proved of logistic or tanh units, in a few lines."""
    judged = [point.global_minimum for point in claims.points if point.index == 0]
    least = "at least " if claims.cover is None else "exactly "
    minima = f"{least}{len(judged)} local minim{'um' if len(judged) == 1 else 'a'}"
    found = [f"{number} {words}" for number, words in ((judged.count(True), "global"), (judged.count(False), "not global")) if number]
    lines = [
        f"{title}: every claim is proved",
        f"  {least}{claims.real} real critical point{'s' * (claims.real != 1)}, all simple, by index {tally(claims.by_index)}",
        f"  {minima}" + (f": {', '.join(found)}" if found else ""),
    ]
    if claims.cover is None:
        lines.append("  nothing is claimed of further points")
    else:
        cells = sum(not isinstance(entry, tuple) for entry in claims.cover.tree)
        lines.append(
            f"  there are no others: {cells:,} cell{' covers' if cells == 1 else 's cover'} all weights that critical points can have"
        )
    return "\n".join(lines)


def split_checked(title: str, claims: SplitClaims) -> str:
    """What is proved of split units, in a few lines."""
    units = [f"unit {split.unit} of layer {split.layer} into shares {', '.join(map(str, split.shares))}" for split in claims.splits]
    positive, negative = claims.inertia
    lines = [
        f"{title}: every claim is proved",
        f"  a critical point whose Hessian has {positive} positive and {negative} negative eigenvalues",
        *(f"  {unit}" for unit in units),
        f"  a {claims.kind} of the wider network",
        *([f"  in {claims.family} dimensions of critical points of equal loss"] if claims.family else []),
        *(
            [f"  a path out on which the loss falls, along equal loss, an arc and {len(claims.path.vertices)} segments"]
            if claims.path
            else []
        ),
        *([f"  {at_infinity(claims.saturated)}"] if claims.saturated else []),
        "  nothing is claimed of other critical points",
    ]
    return "\n".join(lines)


def at_infinity(unit: ClaimedSaturated) -> str:
    """What is proved of a unit with an infinite bias."""
    incoming, outgoing = (", ".join(map(str, weights)) for weights in (unit.incoming, unit.outgoing))
    judged = "a local minimum at infinity" if unit.minimum else "no local minimum at infinity"
    return f"one more unit of layer {unit.layer} with an infinite bias (incoming {incoming}, outgoing {outgoing}): {judged}"


def components_checked(title: str, claims: ComponentClaims) -> str:
    """What is proved of components, in a few lines."""
    listed = claims.components
    numbers = [(kind, sum(claim.kind == kind for claim in listed)) for kind in KINDS]
    spoken = [f"{number} {WORDS[kind][number > 1]}" for kind, number in numbers if number]
    exact = sum(claim.exact_dimension for claim in listed)
    lines = [
        f"{title}: every claim is proved",
        f"  {len(listed)} critical points, each with its loss and inertia",
        f"  the dimension of the critical set there: exact for {exact}, at least for {len(listed) - exact}",
        *([f"  {', '.join(spoken)}"] if spoken else []),
        *(
            [f"  global by {', '.join(REASONS[reason] for reason in dict.fromkeys(reasons))}"]
            if (reasons := [claim.global_by for claim in listed if claim.global_by])
            else []
        ),
        *(["  whether the local minima are global is not claimed"] if any(claim.kind == LOCAL for claim in listed) else []),
        "  nothing is claimed of components that are not listed, nor that two listed",
        "  ones differ",
    ]
    return "\n".join(lines)


REASONS = {
    FUNCTION_SPACE: "convexity in function space",
    CURVATURE: "a convex bound from below",
    CLOSED_FORM: "Eckart and Young's theorem",
}
"""What a global minimum rests on."""
WORDS = {
    GLOBAL: (GLOBAL, "global minima"),
    SPURIOUS: (SPURIOUS, "spurious local minima"),
    LOCAL: (LOCAL, "local minima"),
    MAXIMUM: (MAXIMUM, "local maxima"),
    STRICT: (STRICT, "strict saddles"),
    NON_STRICT: (NON_STRICT, "non-strict saddles"),
    DEGENERATE: ("point of which no kind is claimed", "points of which no kind is claimed"),
}
"""A kind of one point, and of several."""


def how_many(claims: Claims) -> str:
    """The number of points that is proved, as words.

    >>> from critscape.algebra.bounds.proof import UpperBound
    >>> how_many(Claims((), UpperBound(17, 7, (), 2), 17, 3, {})), how_many(Claims((), None, 17, 3, {}))
    ('exactly 17', 'at least 17')
    """
    least = claims.complex_at_least
    if claims.upper_bound is None:
        return f"at least {least}"
    most = claims.upper_bound.bound
    return f"exactly {least}" if least == most else f"at least {least} and at most {most}"
