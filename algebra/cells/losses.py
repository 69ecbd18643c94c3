"""Which losses of stationary sets are equal, and so which local minima are global.

Losses that balls do not tell apart are compared exactly. They are equal where they are the same rational number, or where the convex
functions G of the two supports are one: G depends on N⁻¹Qᵀy and the maps N⁻¹K_j through inner products alone, so it is the same where an
isometry of the spaces that these generate carries one set of kernels to the other, as permutations and signs of the samples do.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import flint
from flint import arb, fmpq_mat

from critscape.algebra.cells.faces import Kernel
from critscape.algebra.cells.one_layer import Residuals
from critscape.algebra.cells.solution import Solution, solve
from critscape.algebra.cells.stationary import Stationary

PRECISION = 3000
"""Bits at which losses that are not proved to be equal are compared: they give about 400 digits."""


def ranks(solutions: Sequence[Solution]) -> list[int | None]:
    """The place of each solution's loss among the different losses, from 0 for the least.

    From the first pair on that is neither proved to be equal nor told apart the places are None.
    """
    order = sorted(range(len(solutions)), key=lambda place: float(solutions[place].loss.mid()))
    places: list[int | None] = [None] * len(solutions)
    for position, place in enumerate(order):
        if position == 0:
            places[place] = 0
            continue
        # Losses are compared with all that balls leave open before them, not with their neighbours alone.
        rank = places[order[position - 1]]
        if rank is None:
            break
        close = [other for other in order[:position] if not solutions[other].loss < solutions[place].loss]
        verdicts = [compared(solutions[other], solutions[place]) for other in close]
        if None in verdicts or any(value > 0 for value in verdicts if value is not None):
            break
        places[place] = rank if 0 in verdicts else rank + 1
    return places


def compared(first: Solution, second: Solution) -> int | None:
    """−1, 0 or 1 as the first loss is less than the second, equal or greater; None where this is open."""
    if first.exact_loss is not None and second.exact_loss is not None:
        return (first.exact_loss > second.exact_loss) - (first.exact_loss < second.exact_loss)
    if first.loss < second.loss:
        return -1
    if first.loss > second.loss:
        return 1
    if alike(first.space, first.kernels, second.kernels):
        return 0
    with flint.ctx.workprec(PRECISION):
        narrow = [solve(each.space, each.kernels, [float(value.mid()) for value in each.strengths]) for each in (first, second)]
        low, high = narrow
        if isinstance(low, Solution) and isinstance(high, Solution):
            return -1 if low.loss < high.loss else 1 if low.loss > high.loss else None
    return None


def alike(space: Residuals, kernels: Sequence[Kernel], others: Sequence[Kernel]) -> bool:
    """Whether some order of the other kernels makes G the same function of the strengths."""
    if len(kernels) != len(others):
        return False
    inverse = space.metric.inv()
    start = inverse * space.target
    maps = [inverse * kernel.matrix for kernel in kernels]
    words = spanning_words(start, maps)
    measured = gram(space, start, maps, words)
    return any(
        gram(space, start, [inverse * other.matrix for other in order], words) == measured for order in permutations(others)
    )  # The words span a closed space for both, since the lengths of their images agree as well.


Word = tuple[int, ...]


def spanning_words(start: fmpq_mat, maps: Sequence[fmpq_mat]) -> list[Word]:
    """Words in the maps whose images of ``start`` are a basis of the least closed space that holds it."""
    words: list[Word] = []
    vectors: list[fmpq_mat] = []
    frontier: list[Word] = [()]
    while frontier:
        word = frontier.pop(0)
        vector = image(word, start, maps)
        q = vector.nrows()
        matrix = fmpq_mat(q, len(vectors) + 1, [each[i, 0] for i in range(q) for each in (*vectors, vector)])
        if matrix.rank() > len(vectors):
            words.append(word)
            vectors.append(vector)
            frontier += [(*word, letter) for letter in range(len(maps))]
    return words


def image(word: Word, vector: fmpq_mat, maps: Sequence[fmpq_mat]) -> fmpq_mat:
    """The maps of a word applied in turn."""
    for letter in word:
        vector = maps[letter] * vector
    return vector


def gram(space: Residuals, start: fmpq_mat, maps: Sequence[fmpq_mat], words: Sequence[Word]) -> list:
    """All inner products in N of the words' vectors with each other and with their images, and of images with each other."""
    vectors = [image(word, start, maps) for word in words]
    every = vectors + [matrix * vector for vector in vectors for matrix in maps]
    q = space.size
    columns = fmpq_mat(q, len(every), [each[i, 0] for i in range(q) for each in every])
    return (columns.transpose() * (space.metric * columns)).entries()


def global_minima(sets: Sequence[Stationary]) -> list[bool | None]:
    """Whether each set has the least loss of all stationary sets, which is the least of the loss; None where this is open."""
    solutions = list({id(row.solution): row.solution for row in sets}.values())
    places = dict(zip(map(id, solutions), ranks(solutions)))
    low: arb | None = min((solution.loss for solution in solutions), key=lambda loss: float(loss.mid()), default=None)
    return [
        places[id(row.solution)] == 0
        if places[id(row.solution)] is not None
        else False
        if low is not None and low < row.solution.loss
        else None
        for row in sets
    ]
