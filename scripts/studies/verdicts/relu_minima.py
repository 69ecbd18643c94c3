"""Networks with one hidden layer of ReLU units have local minima that are not global (Zhou and Liang, arXiv 1710.11205).

In an open cell, where the sign of every w_j·x_i is fixed, f is linear in the v_j w_j: there the local minima are the solutions of one
least-squares problem that lie in the cell (their characterisation in the cones of the space of weights). That some of them are not
global is shown in the paper by an example. Here it is proved whenever all units can be off on all samples, w·x_i < 0 for some w and all
x_i ≠ 0, and f = 0 (the best constant, with an output bias) is not optimal: then the weights in that cell are a plateau of local minima.
As L is convex in f, f = 0 is optimal exactly if Σ_{i ∈ J} r_i x_i = 0 for the samples J on which a unit is on, in every cell.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from flint import fmpq_mat

from critscape.algebra.cells.least_squares import Unridged, on_cell, residual
from critscape.algebra.critical.levels import Level
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.activated.piecewise_linear import PiecewiseLinear
from critscape.problems.problem.one_layer import unridged
from critscape.problems.problem.regression import Regression
from critscape.scripts.studies.cells.answer import answered
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.verdicts.function_gradient import zero_ridge
from critscape.scripts.studies.verdicts.lower_points import Lower
from critscape.scripts.studies.verdicts.verdict import Claim, Conclusion, Exhibit, Hypothesis, Outcome, Source, Verdict

WORDS = "some local minimum is not global"
CLAIM = Claim(WORDS, WORDS)
PAPER = "Y. Zhou and Y. Liang, Critical points of neural networks: analytical forms and landscape properties, arXiv:1710.11205"
SOURCE = Source(
    f"after an example of {PAPER}; under these hypotheses the argument is critscape's (docs/theorems.md)",
    "@misc{zhou2017critical,\n  author = {Zhou, Yi and Liang, Yingbin},\n  title = {Critical points of neural networks: analytical "
    "forms and landscape properties},\n  year = {2017},\n  eprint = {1710.11205},\n  archivePrefix = {arXiv}\n}\n",
)
SPURIOUS = "spurious local minimum"


def relu_verdict(name: str, problem: Regression, options: Options) -> Verdict:
    """What the theorem says of a network with one hidden layer of piecewise linear units, from its cells.

    Raises
    ------
    TooLarge : more cells than are enumerated; nothing was done.
    """
    try:
        found = answered(problem, options)
    except BadInput as refusal:
        # A ridge on some of the weights only.
        found = {"status": "incomplete", "reason": str(refusal), "stationary": [], "counts": {}}
    minima = [row for row in found["stationary"] if row["local_minimum"]]
    conclusion, example = concluded(found, minima)
    summary = "ReLU networks with one hidden layer have least-squares solutions of cells as local minima, and not all of these are global"
    return Verdict(
        name,
        summary,
        SOURCE,
        hypotheses(problem),
        conclusion,
        tuple(exhibit(row) for row in minima),
        (covered(problem, found),),
        tuple(filter(None, ("other data, other widths", found.get("not_covered")))),
        None,
        None if example is None else {**exhibit(example).cells, "point": example["representative"]},
        lower=lower(minima),
        claimant="critscape's own argument (docs/theorems.md)",
    )


def hypotheses(problem: Regression) -> tuple[Hypothesis, ...]:
    """The hypotheses, decided over ℚ on these data."""
    network = problem.network
    assert isinstance(network, PiecewiseLinear)
    layer = unridged(replace(problem, ridge=(Fraction(0),) * problem.dimension))
    relu = network.left_slope == 0
    left = "0" if relu else f"{network.left_slope}·t"
    off = can_be_off(layer)
    e = residual(layer, [])
    better = improvable(layer, e)
    constant = "the best constant" if network.output_bias else "f = 0"
    return (
        Hypothesis("ReLU units", relu, f"for t < 0 a unit computes φ(t) = {left}", "the units are not ReLU"),
        zero_ridge(problem),
        Hypothesis(
            "a unit can be off on all samples",
            off,
            f"{'some' if off else 'no'} w has w·x_i < 0 for all x_i ≠ 0"
            + (", its bias counted as one of its entries" if network.biases else ""),
            "no unit can be off on all samples",
        ),
        Hypothesis(
            f"{constant} can be improved",
            better,
            f"its loss is {(e.transpose() * e)[0, 0] / 2}, and "
            + ("a unit that is on for some samples lowers it" if better else "Σ_{i ∈ J} r_i x_i = 0 for the samples J of every cell"),
            f"{constant} is optimal",
        ),
    )


def can_be_off(layer: Unridged) -> bool:
    """Whether some w has w·x_i < 0 for every x_i ≠ 0: one of the faces of the arrangement."""
    return any(all(side < 0 or not any(x) for side, x in zip(face, layer.samples)) for face in layer.faces)


def improvable(layer: Unridged, e: fmpq_mat) -> bool:
    """Whether some unit lowers L where the residual is ``e``: Σ_{i ∈ J} e_i φ′ x_i ≠ 0 in some cell."""
    cells = [face for name, face in layer.faces.items() if on_cell(layer, name)]
    return any(any(value != 0 for value in (face.images.transpose() * e).entries()) for face in cells)


def concluded(found: dict, minima: list[dict]) -> tuple[Conclusion, dict | None]:
    """The conclusion, and the local minimum that shows it."""
    spurious = [row for row in minima if row["kind"] == SPURIOUS]
    if spurious:
        row = spurious[0]
        because = f"there is a local minimum with loss {row['loss']}, at the point that is printed as example; the least loss is {minima[0]['loss']}"
        return Conclusion(CLAIM, Outcome.HOLDS, Level.PROVED, because), row
    if found["status"] != "complete":
        because = found.get("reason", "not all stationary points are decided")
        return Conclusion(CLAIM, Outcome.UNDECIDED, None, because, advice(found)), None
    number = found["counts"]["local_minima"]
    sets = "the only set of local minima is" if number == 1 else f"all {number} sets of local minima, which may touch, are"
    because = f"{sets} global, and all {'local minima' if found.get('not_covered') else 'stationary points'} are known"
    return Conclusion(CLAIM, Outcome.FAILS, Level.PROVED, because), None


def advice(found: dict) -> str:
    """What to try where the cells do not decide."""
    if found["stationary"]:
        return "fewer units or samples, or data with shorter fractions; `critscape solve PROBLEM.json` shows what is decided"
    return "one ridge for all weights, or none"


def lower(minima: list[dict]) -> Lower | None:
    """The global minimum, where there is a spurious one."""
    spurious = [row for row in minima if row["kind"] == SPURIOUS]
    return Lower(tuple(map(str, minima[0]["representative"])), minima[0]["loss"], spurious[0]["loss"]) if spurious else None


def exhibit(row: dict) -> Exhibit:
    """One level of local minima."""
    return Exhibit(
        {
            "loss": row["loss"],
            "kind": row["kind"],
            "dead units": str(row["dead_units"]),
            "kinks": str(row["kinks"]),
            "set dimension": str(row["dimension"]),
            "sets": str(row["copies"]),
            "level": row["level"],
        }
    )


def covered(problem: Regression, found: dict) -> str:
    """What was enumerated."""
    if not found["stationary"]:
        return "nothing: no stationary point was enumerated"
    if any(problem.ridge):
        return "this network on these data: all stationary points, by convex problems on the faces of the arrangement"
    return f"this network on these data: all local minima, in {found['sweep']['cells']:,} cells (patterns of the units, up to their exchange, with all signs of v) and on their walls"
