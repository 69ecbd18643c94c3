"""Shares with their confidence intervals, and quantiles: what samples say of a distribution."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.stats import binomtest

CONFIDENCE = 0.95
QUANTILES = (0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 1)


def share(part: int | None, whole: int) -> dict:
    """The share of ``part`` in ``whole`` draws and its score interval at level CONFIDENCE; None when there is no draw.

    The interval is E. B. Wilson's, J. Amer. Statist. Assoc. 22, 1927.

    >>> {name: round(value, 6) for name, value in share(0, 10).items()}
    {'share': 0.0, 'low': 0.0, 'high': 0.277533}
    """
    if part is None or not whole:
        return {"share": None, "low": None, "high": None}
    interval = binomtest(part, whole).proportion_ci(CONFIDENCE, "wilson")
    return {"share": part / whole, "low": float(interval.low), "high": float(interval.high)}


def quantiles(values: Iterable[float]) -> dict[str, float] | None:
    """Quantile → the value that so large a part of the draws does not exceed; None without draws."""
    found = list(values)
    return {str(q): float(np.quantile(found, q, method="inverted_cdf")) for q in QUANTILES} if found else None
