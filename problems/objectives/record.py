"""Objectives from their documents, as records of start sets keep them."""

from __future__ import annotations

from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.families.polynomial import Polynomial
from critscape.problems.networks.reading import network_from
from critscape.problems.objectives.coefficients import Coefficients
from critscape.problems.objectives.moments import squared
from critscape.problems.objectives.objective import Objective
from critscape.problems.objectives.residuals import Residuals
from critscape.problems.objectives.squared_loss import Metric


def recorded(document: dict) -> Objective:
    """The objective with this ``document``; other entries are ignored.

    Raises
    ------
    BadInput, LookupError, TypeError, ValueError : it is not one.
    """
    network, samples = network_from(document["architecture"]), document["samples"]
    if isinstance(network, Polynomial):
        return Coefficients(network.support)
    if type(samples) is not int or samples < 1:
        raise BadInput("samples", "a positive integer", samples)
    if "powers" in document:
        weighted = (bool(document.get(name)) for name in ("weighted", "weighted_outputs"))
        return Residuals(network, tuple(map(int, document["powers"])), samples, *weighted)
    return squared(network, samples, bool(document.get("weighted")), Metric(document.get("metric", Metric.UNIT.value)))
