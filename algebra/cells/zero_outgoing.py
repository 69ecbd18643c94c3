"""Local minima without a ridge at which some v_j is zero.

A unit with v_j = 0 adds −v_j g(w_j + δ) to L at first order in v_j, g(w) = Σ_i e_iφ(w·x_i), with v_j of either sign. So at a local minimum g
vanishes near w_j: Σ_i e_iφ′x_i = 0 on all cells around it. That is enough: L is convex in R_j = v_jw_j and the R of the other units on each
product of cells, and does not go down there. So these minima are those of networks with fewer units, all v_j ≠ 0, whose residual is
orthogonal to all that a unit computes on some cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from flint import fmpq, fmpq_mat

from critscape.algebra.cells.least_squares import Open, Unridged, local_minima, on_cell, residual
from critscape.algebra.cells.one_layer import column


def losses_with_zero_outgoing(layer: Unridged) -> Iterator[fmpq | Open]:
    """The losses of local minima with some v_j = 0, each once for each number of other units; Open where a linear program is not decided."""
    blind = [layer.faces[face].images for face in layer.faces if on_cell(layer, face)]
    for units in range(layer.units):
        seen: set[tuple[int, int]] = set()
        for each in local_minima(replace(layer, units=units)) if units else without_units(layer):
            if isinstance(each, Open):
                yield each
                continue
            loss, e = each if isinstance(each, tuple) else (each.loss, residual(layer, sorted({seat.face for seat in each.seats})))
            if (int(loss.p), int(loss.q)) not in seen and any(not any((images.transpose() * e).entries()) for images in blind):
                seen.add((int(loss.p), int(loss.q)))
                yield loss


def without_units(layer: Unridged) -> list[tuple[fmpq, fmpq_mat]]:
    """The loss and the residual of the best constant, or of zero."""
    e = residual(layer, []) if layer.output_bias else column(layer.targets)
    return [((e.transpose() * e)[0, 0] / 2, e)]
