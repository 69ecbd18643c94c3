"""An independent check of what a certificate says of logistic or tanh units: each claim is proved again, from the file and the network alone.

- *One zero.* Krawczyk's test in a real box of all weights (Krawczyk 1969; Rump 1983); the enclosure of the zero is made narrower by the same
  operator. Zeros are different if their enclosures are disjoint.
- *Index.* The signs of a nearly diagonal congruent of ∇²L over the enclosure.
- *Region.* λ_jt |w_jt| ≤ |v_j| ‖r‖ sup|σ′| ‖x_·t‖ and λ_jt w_jt² ≤ |v_j| ‖r‖ √m sup|tσ′(t)| at critical points, with
  |v_j| ‖r‖ ≤ (3√3/16) ‖y‖²/√λ_j.
- *No others.* The cuts of the tree cover the region; of each cell without a cut nothing is left (:mod:`critscape.algebra.certificates.box_exclusion`), or
  what is left lies in the box of the point that is named. Cells are halved a few times where that fails.
- *Symmetries.* The cells need only cover a fundamental domain: the images of each listed point under exchanges of alike units, and sign changes for
  tanh, are listed too. Images have equal losses.
- *Global minima.* As L is coercive, a minimum is global if those that are not its images have higher losses, and there are no others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction

from mpmath import mp

from critscape.algebra.bounds.proof import Unproved
from critscape.algebra.certificates.box_claims import BoxClaims, BoxPoint, Cover
from critscape.algebra.certificates.box_exclusion import Remains, remains
from critscape.algebra.certificates.component_box import approximate_inverse, dot, has_signs
from critscape.algebra.certificates.hidden_layer import SWING, Derivatives, HiddenLayer, derivatives, hidden_layer
from critscape.algebra.certificates.intervals import Arithmetic, Interval
from critscape.algebra.certificates.layered import Layered

PRECISIONS = (128, 256, 512, 1024, 2048)
"""Bits at which a point is tried, one after the other."""
COVER_BITS = 96
"""Bits at which cells are looked at."""
ROUNDS = 80
"""Times at most that the enclosure of a zero is made narrower."""
NARROWER = Fraction(999, 1000)
"""Once more where it has become narrower by this factor: from a box that barely passes the test convergence is slow at first, then quadratic."""
HALVINGS = 4
"""Times at most that a cell is halved for its proof."""

Progress = Callable[[str, int], None]
Cell = list[tuple[Fraction, Fraction]]


def first_failure(small: Layered, claims: BoxClaims, arithmetic: Arithmetic, progress: Progress) -> str | None:
    """The first claim that could not be proved, as one sentence; None when all are.

    The network has one hidden layer of logistic or tanh units and a positive ridge on every weight.
    """
    try:
        _prove_counts(claims)
        progress("points", len(claims.points))
        zeros = [_prove(small, point, arithmetic, f"points[{k}]") for k, point in enumerate(claims.points)]
        for k, zero in enumerate(zeros):
            for j in range(k):
                if not any(bool(a < b) or bool(a > b) for a, b in zip(zero, zeros[j])):
                    raise Unproved(f"points[{j}] and points[{k}]: the zeros in the two boxes are not proved distinct")
        orbits = list(range(len(zeros)))
        if claims.cover is not None:
            orbits = _orbits(small, claims.points, zeros, arithmetic)
            _prove_cover(small, claims.points, claims.cover, arithmetic, progress)
        _prove_judgements(claims, orbits)
    except Unproved as error:
        return str(error)
    return None


def _prove(small: Layered, point: BoxPoint, arithmetic: Arithmetic, field: str) -> list[Interval]:
    """An enclosure (n) of the zero in the box of a point, once its index and loss are proved.

    Raises
    ------
    Unproved : something is not.
    """
    if not point.radius > 0:
        raise Unproved(f"{field}.radius: the radius of the box is not positive")
    if point.index > small.dimension:
        raise Unproved(f"{field}.index: there are only {small.dimension} eigenvalues")
    failure = ""
    for bits in PRECISIONS:
        with mp.workprec(bits), arithmetic.precision(bits):
            layer = hidden_layer(small, arithmetic)
            try:
                return _proved_zero(layer, point, bits == PRECISIONS[0])
            except Unproved as error:
                failure = str(error)
            except (ValueError, OverflowError, ZeroDivisionError, ArithmeticError):
                failure = "enclosures over the box are not finite"
    raise Unproved(f"{field}: {failure}")


def _proved_zero(layer: HiddenLayer, point: BoxPoint, rough: bool) -> list[Interval]:
    arithmetic, zero, one = layer.arithmetic, layer.zero, layer.one
    n, radius = len(point.centre), layer.number(point.radius)
    centre = [layer.number(x) for x in point.centre]
    values = _at(layer, centre)
    offset = [arithmetic.interval(-point.radius, point.radius)] * n
    inverse = approximate_inverse(_at(layer, [c + d for c, d in zip(centre, offset)]).hessian, arithmetic, rough)
    shift = [dot(row, values.gradient, zero) for row in inverse]
    inside = False
    for _ in range(ROUNDS):
        over = _at(layer, [c + d for c, d in zip(centre, offset)]).hessian
        image = []
        for k, row in enumerate(inverse):
            rest = [(one if j == k else zero) - dot(row, [line[j] for line in over], zero) for j in range(n)]
            image.append(dot(rest, offset, zero) - shift[k])
        if not inside:
            # |K − c| < radius in every coordinate, K linear in the box: this proves ‖1 − YH‖ < 1 as well.
            if not all(bool(abs(d) < radius) for d in image):
                raise Unproved("Krawczyk's test fails: the box is not proved to hold exactly one critical point")
            inside, offset = True, image
            continue
        narrower = [arithmetic.meet(a, b) for a, b in zip(offset, image)]
        cut = [b if d is None else d for b, d in zip(image, narrower)]
        done = not any(_width(layer, b) < _width(layer, a) * NARROWER for a, b in zip(offset, cut))
        offset = cut
        if done:
            break
    found = [c + d for c, d in zip(centre, offset)]
    there = _at(layer, found)
    # Indices are what is claimed of the order of the network's weights: inertia does not depend on it.
    if not has_signs(there.hessian, n - point.index, point.index, arithmetic, rough):
        raise Unproved(f"the index {point.index} is not proved")
    low, high = (layer.number(end) for end in point.loss)
    if not (bool(low <= there.loss) and bool(there.loss <= high)):
        raise Unproved("the loss is not proved to lie in its enclosure")
    return found


def _at(layer: HiddenLayer, weights: Sequence[Interval]) -> Derivatives:
    """Derivatives at weights in the order of the network, rows and columns in that order too."""
    places = [*(a for row in layer.places for a in row), *layer.last]
    found = derivatives(layer, [[weights[a] for a in row] for row in layer.places], [weights[a] for a in layer.last])
    back = {place: k for k, place in enumerate(places)}
    order = [back[a] for a in range(len(places))]
    hessian = [[found.hessian[i][j] for j in order] for i in order]
    return Derivatives(found.loss, [found.gradient[i] for i in order], hessian)


def _width(layer: HiddenLayer, value: Interval) -> Fraction:
    low, high = layer.arithmetic.ends(value)
    return layer.arithmetic.middle(high - low)


def _orbits(small: Layered, points: Sequence[BoxPoint], zeros: Sequence[Sequence[Interval]], arithmetic: Arithmetic) -> list[int]:
    """For each point the least position of its images under the symmetries, all of which are listed.

    Raises
    ------
    Unproved : an image is not proved to be one of the points.
    """
    orbits = list(range(len(points)))
    with arithmetic.precision(max(PRECISIONS)):
        layer = hidden_layer(small, arithmetic)
        own = [[*row, layer.last[j]] for j, row in enumerate(layer.places)]
        moves: list[tuple[list[int], list[int]]] = []
        for i, j in layer.alike:
            image = list(range(small.dimension))
            for a, b in zip(own[i], own[j]):
                image[a], image[b] = b, a
            moves.append((image, []))
        moves += [(list(range(small.dimension)), places) for places in own] if layer.tanh else []
        for k, zero in enumerate(zeros):
            for image, flipped in moves:
                moved = [-zero[a] if a in flipped else zero[a] for a in image]
                place = next((j for j, point in enumerate(points) if within(layer, moved, point)), None)
                if place is None:
                    raise Unproved(f"points[{k}]: an image of it under a symmetry of the loss is not proved to be one of the points")
                one, other = orbits[k], orbits[place]
                orbits = [min(one, other) if number in (one, other) else number for number in orbits]
    return orbits


def within(layer: HiddenLayer, weights: Sequence[Interval], point: BoxPoint) -> bool:
    """Whether weights lie in the box of a point."""
    radius = layer.number(point.radius)
    return all(bool(abs(w - layer.number(c)) < radius) for w, c in zip(weights, point.centre))


def _prove_cover(small: Layered, points: Sequence[BoxPoint], cover: Cover, arithmetic: Arithmetic, progress: Progress) -> None:
    """That there are no critical points in the fundamental domain but those that are listed.

    Raises
    ------
    Unproved : the region is too small, the tree is none, or a cell is not proved to be what it says.
    """
    leaves = _leaves(cover)
    with arithmetic.precision(COVER_BITS):
        layer = hidden_layer(small, arithmetic)
        for a, (far, least) in enumerate(zip(cover.region, reaches(small, layer))):
            if not bool(layer.number(far) > least):
                raise Unproved(f"cover.region[{a}]: critical points are not proved to lie within {float(far):g}")
        for k, cell, entry in leaves:
            progress("cells", k)
            if not _settled(layer, cell, None if entry is None else points[entry], HALVINGS):
                what = "without a critical point" if entry is None else f"one whose critical points are points[{entry}]"
                raise Unproved(f"cover.tree[{k}]: its cell is not proved to be {what}")


def _leaves(cover: Cover) -> list[tuple[int, Cell, int | None]]:
    """The cells without a cut: position in the tree, cell, the point that is named.

    Raises
    ------
    Unproved : the cuts do not divide the region.
    """
    cells: list[Cell] = [[(-far, far) for far in cover.region]]
    found: list[tuple[int, Cell, int | None]] = []
    for k, entry in enumerate(cover.tree):
        if not cells:
            raise Unproved(f"cover.tree[{k}]: there is no cell left for it")
        cell = cells.pop()
        if not isinstance(entry, tuple):
            found.append((k, cell, entry))
            continue
        axis, place = entry
        low, high = cell[axis]
        if not low < place < high:
            raise Unproved(f"cover.tree[{k}]: its cell is not cut there")
        cells += [[*cell[:axis], side, *cell[axis + 1 :]] for side in ((place, high), (low, place))]
    if cells:
        raise Unproved(f"cover.tree: {len(cells)} cells are missing")
    return found


def reaches(small: Layered, layer: HiddenLayer) -> list[Interval]:
    """Bounds of the inner weights at critical points, in the order of the network."""
    arithmetic = layer.arithmetic
    zero, found = layer.zero, {}
    steepest = layer.number(1 if layer.tanh else Fraction(1, 4))
    swing = layer.number(2 * SWING if layer.tanh else SWING)
    root = arithmetic.sqrt(layer.number(3)) * layer.number(Fraction(3, 16))
    for j, row in enumerate(layer.places):
        moment = root * layer.size * layer.size / arithmetic.sqrt(layer.outer[j])
        for t, place in enumerate(row):
            squares = sum((x[t] * x[t] for x in layer.x), zero)
            spread = arithmetic.sqrt(squares) if bool(squares > zero) else zero
            flat = moment * steepest * spread / layer.inner[j][t]
            bent = moment * swing * arithmetic.sqrt(layer.number(len(layer.x))) / layer.inner[j][t]
            round_ = arithmetic.sqrt(bent) if bool(bent > zero) else zero
            found[place] = flat if bool(flat < round_) else round_
    return [found[place] for place in sorted(found)]


def _settled(layer: HiddenLayer, cell: Cell, point: BoxPoint | None, halvings: int) -> bool:
    """Whether all critical points in a cell are the given one; None: there are none."""
    left = left_of(layer, cell)
    if left is None or (point is not None and held(layer, left, point)):
        return True
    if not halvings:
        return False
    axis = max(range(len(cell)), key=lambda a: cell[a][1] - cell[a][0])
    low, high = cell[axis]
    middle = low + (high - low) * Fraction(131, 256)
    halves = ([*cell[:axis], side, *cell[axis + 1 :]] for side in ((low, middle), (middle, high)))
    return all(_settled(layer, half, point, halvings - 1) for half in halves)


def left_of(layer: HiddenLayer, cell: Cell) -> Remains | None:
    """Where in a cell there can be critical points; None if nowhere."""
    return remains(layer, [[layer.arithmetic.interval(*cell[a]) for a in row] for row in layer.places])


def held(layer: HiddenLayer, left: Remains, point: BoxPoint) -> bool:
    """Whether what is left of a cell lies in the box of a point."""
    weights = dict(zip(layer.last, left.outer))
    for row, intervals in zip(layer.places, left.inner):
        weights |= zip(row, intervals)
    return within(layer, [weights[a] for a in range(len(weights))], point)


def _prove_judgements(claims: BoxClaims, orbits: Sequence[int]) -> None:
    """That minima are global or not, as is claimed.

    Raises
    ------
    Unproved : one is not proved.
    """
    minima = [k for k, point in enumerate(claims.points) if point.index == 0]
    for k in minima:
        low, high = claims.points[k].loss
        judged = claims.points[k].global_minimum
        if judged is False and not any(point.loss[1] < low for point in claims.points):
            raise Unproved(f"points[{k}].global: no listed point is proved to lie lower")
        if judged and (claims.cover is None or not all(orbits[j] == orbits[k] or high < claims.points[j].loss[0] for j in minima)):
            raise Unproved(f"points[{k}].global: a global minimum needs a cover, and higher losses of all minima that are not its images")


def _prove_counts(claims: BoxClaims) -> None:
    """That the counts are those of the points.

    Raises
    ------
    Unproved : one is not.
    """
    by_index = dict(Counter(point.index for point in claims.points))
    for name, claimed, proved in (("real", claims.real, len(claims.points)), ("by_index", claims.by_index, by_index)):
        if claimed != proved:
            raise Unproved(f"counts.{name}: {claimed} claimed, {proved} proved")
