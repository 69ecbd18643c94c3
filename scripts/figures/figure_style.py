"""How all figures look, and how they are written: sizes of a journal's column and page, colours that everyone can tell apart."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from critscape.problems.files.writing import write

WIDTHS = {"column": 3.4, "page": 7.0}
"""Inches."""
BLACK, ORANGE, SKY, GREEN, BLUE, VERMILLION, PURPLE = "#000000", "#E69F00", "#56B4E9", "#009E73", "#0072B2", "#D55E00", "#CC79A7"
"""M. Okabe and K. Ito, "Color universal design", 2008."""
GREY = "#8C8C8C"
PALE = "#D1D1D1"
N_REAL = r"$N_{\mathbb{R}}$"

_STYLE: dict[Any, Any] = {
    "font.family": "STIXGeneral",
    "mathtext.fontset": "stix",
    "font.size": 9,
    "axes.labelsize": 9,
    "legend.fontsize": 8,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "axes.linewidth": 0.6,
    "hatch.linewidth": 0.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "legend.frameon": False,
    "legend.handletextpad": 0.4,
    "legend.columnspacing": 1.0,
    "figure.constrained_layout.use": True,
    "savefig.dpi": 300,
    # Text stays text, and the same figure gives the same bytes.
    "pdf.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "critscape",
}
_METADATA = {".pdf": {"CreationDate": None}, ".svg": {"Date": None}, ".png": {}}


@contextmanager
def style() -> Iterator[None]:
    """The style of all figures, for what is made and written inside."""
    with matplotlib.rc_context(_STYLE):
        yield


def save(figure: Figure, path: Path) -> None:
    """Writes the whole figure in the format of the ending, or nothing."""
    drawn = io.BytesIO()
    figure.savefig(drawn, format=path.suffix[1:], metadata=_METADATA[path.suffix])
    write(path, drawn.getvalue())


def apart(numbers: Sequence[int], distance: float) -> list[int]:
    """Distinct numbers, increasing, without those that are less than ``distance`` above the one before.

    >>> apart([5, 1, 6, 9, 5], 2)
    [1, 5, 9]
    """
    kept: list[int] = []
    for number in sorted(numbers):
        if not kept or number - kept[-1] >= max(1.0, distance):
            kept.append(number)
    return kept


def logarithmic_ticks(axis) -> None:
    """Plain numbers at 1, 2, 5 times powers of ten: a range of a decade or two is readable without exponents."""
    low, high = axis.get_view_interval()
    wide = high / low > 1e3
    axis.set_major_locator(LogLocator(subs=(1.0,) if wide else (1.0, 2.0, 5.0)))
    axis.set_minor_locator(LogLocator(subs=range(2, 10)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: plain(value)))
    axis.set_minor_formatter(NullFormatter())


def plain(value: float) -> str:
    """A power of ten, or a number with few digits.

    >>> plain(0.05), plain(2.0), plain(1e-5)
    ('0.05', '2', '$10^{-5}$')
    """
    if 1e-3 <= value < 1e4:
        return f"{value:.10g}"
    mantissa, exponent = f"{value:.0e}".split("e")
    return (f"${mantissa} \\cdot " if mantissa != "1" else "$") + f"10^{{{int(exponent)}}}$"
