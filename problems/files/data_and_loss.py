"""The fields ``data`` and ``loss`` of a problem file: samples or a population, and how errors are measured."""

from __future__ import annotations

from fractions import Fraction

from critscape.problems.criteria.definiteness import Definiteness, definiteness
from critscape.problems.criteria.entrywise import Entrywise
from critscape.problems.criteria.population import Population
from critscape.problems.criteria.squared import Squared
from critscape.problems.criteria.typed import Typed
from critscape.problems.criteria.words import RESIDUAL
from critscape.problems.files.fields import DATA, LOSS
from critscape.problems.input.bad_input import BadInput, within
from critscape.problems.input.expression import univariate
from critscape.problems.input.json_file import validate
from critscape.problems.input.partial_array import entries_at
from critscape.problems.input.rational import rational_array
from critscape.problems.networks.activated.piecewise_linear import PiecewiseLinear
from critscape.problems.networks.families.polynomial import Polynomial
from critscape.problems.networks.network import Architecture, Network, targets_are_inputs
from critscape.problems.networks.reading import network_from
from critscape.problems.objectives.squared_loss import Weighting
from critscape.problems.problem.problem import Criterion, Samples


def read_criterion(content: dict, network: Network) -> tuple[Samples, Samples, Criterion]:
    """Inputs and targets (empty where there are no samples) and the criterion of a validated problem object.

    Raises
    ------
    BadInput : a missing field, one that does not fit the network or the others, a wrong shape, something that is not a number.
    """
    data, measured = content.get("data"), content.get("loss", {})
    if isinstance(network, Polynomial):
        for name in ("data", "loss"):
            if name in content:
                raise BadInput(name, "nothing: the family polynomial has its whole loss in architecture.loss")
        return (), (), Typed()
    if data is None:
        raise BadInput("data", f"{DATA['description']} (it is missing)")
    if "population" in data:
        for name in ("inputs", "targets"):
            if name in data:
                raise BadInput(f"data.{name}", "nothing beside data.population")
        if measured:
            raise BadInput("loss", "nothing beside data.population: its loss is the expected squared error")
        return (), (), _population(data["population"], network)
    inputs, targets = read_samples(data, network)
    return inputs, targets, measure(measured, len(inputs), network.outputs)


def refuse_several_outputs(targets: list) -> None:
    """Says why targets of piecewise linear networks are numbers.

    Raises
    ------
    BadInput : a target with several entries.
    """
    for i, target in enumerate(targets):
        if isinstance(target, list) and len(target) > 1:
            reason = (
                "one number (with several outputs the strata are not convex, and nothing would be proved; each output can be solved alone)"
            )
            raise BadInput(f"data.targets[{i}]", reason, target)


def read_samples(data: dict, network: Architecture) -> tuple[Samples, Samples]:
    """Inputs and targets of a validated ``data`` object.

    Raises
    ------
    BadInput : one of them is missing or has another shape than the network, something that is not a number.
    """
    if "targets" not in data and targets_are_inputs(network):
        data = {**data, "targets": data.get("inputs")}
    for name in ("inputs", "targets"):
        if name not in data:
            raise BadInput(f"data.{name}", "a list of at least one sample (it is missing)")
    samples = len(data["inputs"])
    inputs = rational_array(data["inputs"], (samples, network.inputs), "data.inputs")
    if isinstance(network, PiecewiseLinear):
        refuse_several_outputs(data["targets"])
    return inputs, rational_array(data["targets"], (samples, network.outputs), "data.targets")


def read_regression_samples(content: dict, network: Architecture) -> tuple[Samples, Samples]:
    """Inputs and targets of a validated problem object whose network is not polynomial: it has samples and squared errors.

    Raises
    ------
    BadInput : a population, a ``loss``, and what ``read_samples`` refuses.
    """
    if "data" not in content:
        raise BadInput("data", f"{DATA['description']} (it is missing)")
    if "population" in content["data"]:
        raise BadInput("data.population", f"samples (inputs and targets), as the family {network.family} has no loss over a population")
    if content.get("loss"):
        raise BadInput("loss", f"nothing: the errors of the family {network.family} are squared, unweighted")
    return read_samples(content["data"], network)


def measure(measured: dict, samples: int, outputs: int) -> Criterion:
    """The criterion that a ``loss`` object describes for so many samples and outputs.

    Raises
    ------
    BadInput : weights beside metrics, metrics beside a residual polynomial, a wrong shape, weights or metrics that are all zero,
        metrics that are not symmetric, a residual polynomial that is constant.
    """
    validate(measured, LOSS, "loss")
    given = {
        name: rational_array(measured[name], shape, f"loss.{name}") if name in measured else ()
        for name, shape in (("sample_weights", (samples,)), ("output_weights", (outputs,)), ("metrics", (samples, outputs, outputs)))
    }
    for name in ("sample_weights", "output_weights"):
        if given["metrics"] and given[name]:
            raise BadInput(f"loss.{name}", "nothing beside loss.metrics")
        if given[name] and not any(given[name]):
            raise BadInput(f"loss.{name}", "numbers that are not all zero")
    for i, matrix in enumerate(given["metrics"]):
        if any(matrix[o][p] != matrix[p][o] for o in range(outputs) for p in range(o)):
            raise BadInput(f"loss.metrics[{i}]", "a symmetric matrix")
    if given["metrics"] and not any(entry for matrix in given["metrics"] for row in matrix for entry in row):
        raise BadInput("loss.metrics", "matrices that are not all zero")
    weighting = Weighting(*(given[name] for name in ("sample_weights", "output_weights", "metrics")))
    if "residual" not in measured:
        return Squared(weighting)
    if given["metrics"]:
        raise BadInput("loss.metrics", "nothing beside loss.residual")
    residual = univariate(measured["residual"], RESIDUAL, "loss.residual")
    if len(residual) == 1:
        raise BadInput("loss.residual", f"a polynomial in {RESIDUAL} that is not constant", measured["residual"])
    if residual == (0, 0, Fraction(1, 2)):
        return Squared(weighting)
    return Entrywise(residual, weighting)


def _population(content: dict, network: Network) -> Population:
    """The population of Gaussian inputs with the targets of a teacher."""
    field = "data.population"
    with within(f"{field}.teacher"):
        teacher = network_from(content["teacher"]["architecture"])
    if (teacher.inputs, teacher.outputs) != (network.inputs, network.outputs) or isinstance(teacher, Polynomial):
        shape = f"{network.inputs} inputs and {network.outputs} outputs, as the network has"
        got = f"{teacher.inputs} and {teacher.outputs}"
        raise BadInput(f"{field}.teacher.architecture", f"a teacher with {shape}", got)
    blocks, given = teacher.blocks, content["teacher"]["weights"]
    if len(given) != len(blocks):
        raise BadInput(f"{field}.teacher.weights", f"one array per weight block, so {len(blocks)} ({len(given)} given)")
    weights = tuple(
        weight
        for b, (entry, block) in enumerate(zip(given, blocks))
        for weight in entries_at(entry, block.positions, (block.rows, block.columns), f"{field}.teacher.weights[{b}]")
    )
    d = network.inputs
    identity = tuple(tuple(Fraction(int(i == j)) for j in range(d)) for i in range(d))
    covariance = rational_array(content["covariance"], (d, d), f"{field}.covariance") if "covariance" in content else identity
    symmetric = all(covariance[i][j] == covariance[j][i] for i in range(d) for j in range(i))
    if not symmetric or definiteness(covariance) is Definiteness.OTHER:
        raise BadInput(f"{field}.covariance", "a symmetric positive semidefinite matrix")
    return Population(teacher, weights, covariance)
