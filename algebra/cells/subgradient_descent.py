"""Subgradient descent with a fixed step, w ← w − ηs with s ∈ ∂L(w), of one hidden layer of piecewise linear units.

φ′(0) is that of the left side, as backpropagation has it for ReLU. At a kink where L is least the iterates do not settle: they go to and
fro at a distance of the order of η. So a run goes on by the flow from its last iterate, and has ended there if that is no farther away
than the iterates go in HOVER steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from critscape.algebra.cells.compilation import compiled
from critscape.algebra.cells.strata import Strata
from critscape.algebra.cells.subgradient_flow import FloatLayer, FlowEnd, Rest, subgradient_flow

BETWEEN = 200
"""Iterations between two looks at whether the iterates still move."""
HOVER = 20
"""Steps of an iterate to the point around which it hovers, at most."""
LEAST = 1e-6
"""An iterate is at a point that is as near as this, relative to the largest weight."""
TOLERANCE = 1e-9
"""Error of one step of the flow that goes on from the last iterate."""
FLOW_STEPS = 20_000


def subgradient_descent(layer: FloatLayer, places: Strata, starts: np.ndarray, step: float, most_steps: int) -> Iterator[FlowEnd]:
    """The ends of runs from ``starts`` (P × N), as those of the flow."""
    k, d = layer.incoming.shape
    for start in starts:
        state = np.zeros(k + k * d + 1)
        state[: len(start)] = start
        arguments = (layer.samples, layer.targets, layer.outgoing, layer.incoming, layer.kappa, layer.biased)
        slopes = (places.right, places.left)
        with np.errstate(all="ignore"):
            done, longest = iterate(*arguments, *slopes, step, state, most_steps)
        if not np.abs(state).max() < 1e100:
            yield FlowEnd(Rest.LOST, state[:k], state[k : k + k * d].reshape(k, d), state[-1], np.zeros(k, dtype=np.int64), done)
            continue
        end = next(subgradient_flow(layer, places, state[None, :], TOLERANCE, FLOW_STEPS))
        there = np.concatenate([end.outgoing, end.incoming.ravel(), [end.output_bias]])
        near = np.linalg.norm(there - state) <= HOVER * longest + LEAST * max(np.abs(there).max(), layer.natural)
        yield replace(end, rest=end.rest if near else Rest.UNFINISHED, steps=done)


@compiled
def iterate(x, y, outer, inner, kappa, biased, right, left, step, state, most_steps):
    """Moves ``state`` until it stands still, has diverged or ``most_steps`` are done; their number, and the longest of the last ones."""
    m, d = x.shape
    k = outer.shape[0]
    n = state.shape[0]
    change, seen = np.zeros(n), np.zeros((k, m))
    longest = 0.0
    for count in range(most_steps):
        if count % BETWEEN == 0:
            if count and longest == 0.0:
                return count, longest
            longest = 0.0
        for a in range(n - 1):
            change[a] = 0.0
        change[n - 1] = kappa * state[n - 1] if biased else 0.0
        for i in range(m):
            r = state[n - 1] - y[i]
            for j in range(k):
                value = 0.0
                for p in range(d):
                    value += x[i, p] * state[k + j * d + p]
                seen[j, i] = value
                r += state[j] * value * (right if value > 0.0 else left)
            if biased:
                change[n - 1] += r
            for j in range(k):
                weight = r * (right if seen[j, i] > 0.0 else left)
                change[j] += weight * seen[j, i]
                for p in range(d):
                    change[k + j * d + p] += weight * state[j] * x[i, p]
        size, far = 0.0, 0.0
        for a in range(n):
            if a < k:
                change[a] += outer[a] * state[a]
            elif a < n - 1:
                change[a] += inner[(a - k) // d, (a - k) % d] * state[a]
            moved = state[a] - step * change[a]
            size += (moved - state[a]) ** 2
            state[a] = moved
            far = max(far, abs(moved))
        longest = max(longest, np.sqrt(size))
        if not far < 1e100:
            return count + 1, longest
    return most_steps, longest
