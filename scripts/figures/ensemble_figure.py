"""How many real critical points and local minima the draws of an ensemble have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from critscape.scripts.figures.figure_style import BLACK, BLUE, N_REAL, SKY, WIDTHS, apart

HATCHES = (None, "////")


@dataclass(frozen=True)
class Share:
    """The share of draws with a ``value``, and the ends of its confidence interval."""

    value: int
    share: float
    low: float
    high: float


def figure(real: Sequence[Share], minima: Sequence[Share], width: str, note: str | None = None) -> Figure:
    """Two panels, as wide as WIDTHS says: N_R and the number of local minima; ``note`` is a warning written above them."""
    drawn = Figure(figsize=(WIDTHS[width], 2.1 if width == "column" else 2.6))
    axes = drawn.subplots(1, 2, sharey=True, width_ratios=(1.5, 1))
    for panel, shares, label, colour, hatch in zip(axes, (real, minima), (N_REAL, "local minima"), (SKY, BLUE), HATCHES):
        values = [entry.value for entry in shares]
        # N_R is odd where nothing is degenerate.
        step = min([2, *(b - a for a, b in pairwise(values))])
        heights = [entry.share for entry in shares]
        face, edge = (colour, BLACK) if hatch is None else ("white", colour)
        panel.bar(values, heights, width=0.7 * step, color=face, edgecolor=edge, hatch=hatch, lw=0.6)
        errors = [[max(0.0, e.share - e.low) for e in shares], [max(0.0, e.high - e.share) for e in shares]]
        panel.errorbar(values, heights, errors, fmt="none", ecolor=BLACK, elinewidth=0.7, capsize=1.5, capthick=0.7)
        panel.set_xlabel(label)
        panel.set_xlim(values[0] - 0.8 * step, values[-1] + 0.8 * step)
        panel.set_xticks(apart(values, (values[-1] - values[0]) / (7 if width == "column" else 14)))
    axes[0].set_ylabel("share of draws")
    axes[0].yaxis.set_major_formatter(PercentFormatter(1.0, decimals=None))
    axes[0].set_ylim(bottom=0)
    if note:
        drawn.suptitle(note, fontsize=8, style="italic")
    return drawn
