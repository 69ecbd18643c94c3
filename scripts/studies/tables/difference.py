"""Why a value differs from the published one, as far as that is known."""

from __future__ import annotations

from collections import Counter
from math import prod

CHANCE = 0.01
"""Differences of two sample maxima that are less probable than this are not called chance."""


def of_count(name: str, ours: int, published: int, modulus: int) -> str | None:
    """One sentence on a difference in a count or a bound that has one value for generic data; None where no reason is known.

    N_C ≡ 1 modulo ``modulus`` (:func:`critscape.problems.networks.closed_counts.modulus`).

    >>> of_count("N_C", 17, 16, 2)
    'published 16, but N_C is odd (Euler sum): points were lost there, the origin if only one'
    """
    if name == "N_C" and published < ours and published % modulus != 1:
        return f"published {published:,}, but {lost('N_C', published, modulus)}"
    return None


def of_maximum(seen: Counter, published: int, modulus: int, bound: int | None, missing: int) -> str | None:
    """Why the largest N_R of ``seen`` (N_R: number of draws) differs from a published one; None when they agree.

    Both are maxima over samples, which are thought of as equally large. N_R ≡ 1 modulo ``modulus``; ``bound`` is the largest
    N_R that a theorem allows, if there is one; ``missing`` draws are not among ``seen``.

    >>> of_maximum(Counter({1: 97, 9: 3}), 8, 4, 9, 0)
    'published 8, but N_R is 1 modulo 4 (sign flips of hidden units): points were lost there, the origin if only one'
    >>> of_maximum(Counter({1: 99, 5: 1}), 9, 2, 9, 0)
    'published 9: both are maxima over a sample; none of our 100 draws has as many'
    """
    ours, draws = max(seen), sum(seen.values())
    if ours == published:
        return None
    # The least number that is at least the published one and possible.
    least = published + (1 - published) % modulus
    sentences = []
    if least > published:
        sentences.append(lost("N_R", published, modulus))
    if bound is not None and published > bound:
        sentences.append(f"a theorem allows {bound} at most: points were counted twice there")
    elif ours > least:
        more = sum(number for value, number in seen.items() if value > least)
        verb = "has" if more == 1 else "have"
        sentences.append(f"both are maxima over a sample; {more} of our {draws} draws {verb} more than {least}")
        chance = chance_of_none(more, draws)
        if chance < CHANCE:
            sentences.append(
                f"by chance alone this happens once in {float(f'{1 / chance:.1g}'):,.0f} pairs of such samples: "
                "the published runs lost real points, or drew their data otherwise"
            )
    elif ours < least:
        gap = f" ({missing} are missing)" if missing else ""
        sentences.append(f"both are maxima over a sample; none of our {draws} draws{gap} has as many")
    link = ", but " if least > published else ": "
    return f"published {published}{link}" + "; ".join(sentences)


def lost(name: str, published: int, modulus: int) -> str:
    """What follows from a number of points that cannot be."""
    residue = "odd (Euler sum)" if modulus == 2 else f"1 modulo {modulus} (sign flips of hidden units)"
    alone = published % modulus == 0
    fate = "lost there, the origin if only one" if alone else "lost or miscounted there, and not only the origin"
    return f"{name} is {residue}: points were {fate}"


def chance_of_none(top: int, draws: int) -> float:
    """The probability that the ``top`` largest of two samples of ``draws`` each all lie in the first.

    >>> chance_of_none(1, 100), round(chance_of_none(2, 100), 3)
    (0.5, 0.249)
    """
    return prod((draws - i) / (2 * draws - i) for i in range(top))
