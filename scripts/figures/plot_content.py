"""What figures show, read from result files and ensemble summaries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from critscape.problems.files.documents import checked, kind_of, refuse_others
from critscape.problems.files.problem_file import read_any, read_listed
from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.json_file import LARGEST_ANSWER, contents
from critscape.problems.input.radical import radical
from critscape.problems.networks.activated.piecewise_linear import PiecewiseLinear
from critscape.scripts.printing.components import dimension

if TYPE_CHECKING:
    from critscape.problems.problem.problem import Problem
    from critscape.problems.problem.regression import Regression
    from critscape.scripts.figures.ensemble_figure import Share
    from critscape.scripts.figures.index_loss_figure import Mark
    from critscape.scripts.studies.landscapes.survey import Survey
    from critscape.scripts.studies.options import Options


def read_landscape_of(path: Path) -> tuple[dict | None, Problem | Regression | None]:
    """The landscape that a file holds (None: something else), and the problem of a problem file (None: something else).

    Raises
    ------
    BadInput : unreadable, a problem file that is refused, or a landscape whose parts do not fit together.
    """
    content = contents(path, "a readable problem, result, certificate or landscape file", LARGEST_ANSWER)
    refuse_others(content, str(path), "problem", "result", "certificate", "box certificate", "landscape")
    kind = kind_of(content)
    if kind in ("result", "certificate", "box certificate"):
        return None, None
    if kind != "landscape":
        return None, read_listed(content)
    checked(content, "landscape")
    from critscape.scripts.figures.disconnectivity_figure import LEAVES

    for name in ("levels", "minima", "components"):
        known = [entry["number"] for entry in content[name]]
        if len(set(known)) != len(known):
            raise BadInput(name, "entries with different numbers")
    levels, minima, components = ({entry["number"] for entry in content[name]} for name in ("levels", "minima", "components"))
    for k, minimum in enumerate(content["minima"]):
        if minimum["kind"] not in LEAVES:
            raise BadInput(f"minima[{k}].kind", "one of " + ", ".join(LEAVES), minimum["kind"])
    for k, component in enumerate(content["components"]):
        for field, numbers, among in (
            ("birth", [component["birth"]], levels),
            ("merge", [component["merge"]] if component["merge"] else [], levels),
            ("minima", component["minima"], minima),
            ("children", component["children"], components - {component["number"]}),
        ):
            if not among.issuperset(numbers):
                raise BadInput(f"components[{k}].{field}", "numbers that the other lists of this landscape have", component[field])
        if any(child["birth"] >= component["birth"] for child in content["components"] if child["number"] in component["children"]):
            raise BadInput(f"components[{k}].children", "components that are born at lower levels")
    return content, None


def read_result(path: Path, options: Options) -> dict:
    """The result in a file, or that of the problem in it.

    Raises
    ------
    BadInput : the file holds neither, or its critical points are not finite in number and their components are not in it.
    """
    content = contents(path, "a readable JSON file", LARGEST_ANSWER)
    refuse_others(content, str(path), "problem", "result")
    if kind_of(content) == "result":
        checked(content, "result")
        result = content
    else:
        from critscape.scripts.studies.solution import solution

        problem = read_any(content)
        if isinstance(problem.network, PiecewiseLinear):
            raise BadInput(
                "architecture.family", "one whose critical points have a Hessian (`critscape plot functions` shows minima of this one)",
                problem.network.family,
            )  # fmt: skip
        result = solution(problem, options)
    if result["status"] == "not-finite" and "components" not in result:
        reason = f" ({result['reason']})" if "reason" in result else ""
        raise BadInput(str(path), f"a problem with finitely many critical points{reason}")
    return result


def marks(result: dict) -> tuple[list[Mark], int]:
    """The orbits of real critical points of a result, and how many real points have no index or loss to be drawn at.

    Where they are not finite in number: the rows of the table of components, at the number of proved negative eigenvalues.

    Raises
    ------
    BadInput : a point without its orbit, or nothing to draw.
    """
    from critscape.scripts.figures.index_loss_figure import LOOKS, Mark

    if result.get("components"):
        rows = result["components"]
        return [Mark(row["inertia"]["negative"], value(row), row["kind"], dimension(row).replace(" ", "")) for row in rows], 0
    real = [(k, entry) for k, entry in enumerate(result["critical_points"]) if entry["real"]]
    shown = [(k, entry) for k, entry in real if entry["index"] is not None and entry["loss"] is not None]
    orbits: dict[tuple, list[dict]] = {}
    for k, entry in shown:
        field = f"critical_points[{k}]"
        if entry.get("kind") not in LOOKS:
            raise BadInput(f"{field}.kind", "one of " + ", ".join(LOOKS), entry.get("kind"))
        if "orbit" not in entry and entry["kind"] != "degenerate":
            raise BadInput(f"{field}.orbit", "the number of its orbit (earlier versions left it out: give the problem file)")
        orbit = entry.get("orbit")
        orbits.setdefault(("alone", k) if orbit is None else ("orbit", orbit), []).append(entry)
    if not orbits:
        raise BadInput("critical_points", "at least one real critical point with an index and a loss")
    drawn = [Mark(group[0]["index"], float(group[0]["loss"]), group[0]["kind"], str(len(group))) for group in orbits.values()]
    return drawn, len(real) - len(shown)


def value(row: dict) -> float:
    """The loss of a component."""
    return float(radical(row["loss"]) if row["exact_loss"] else row["loss"])


def marks_with_arcs(survey: Survey) -> tuple[list[Mark], list[tuple[int, int]]]:
    """The orbits of real critical points, and the marks that the arcs of one saddle of index 1 of each orbit join."""
    from critscape.algebra.critical.evidence import orbits
    from critscape.scripts.figures.index_loss_figure import Mark

    points = survey.known.points
    groups = orbits([point.point for point in points], survey.known.group) or []
    at = {k: position for position, group in enumerate(groups) for k in group}
    first = [group[0] for group in groups]
    orbit_marks = [(points[group[0]], len(group)) for group in groups]
    drawn = [Mark(point.index, float(point.loss.mid()), point.kind.value, str(size)) for point, size in orbit_marks]
    return drawn, [(at[arc.saddle], at[arc.end]) for arc in survey.landscape.arcs if arc.saddle in first and arc.end >= 0]


def read_summary(path: Path) -> tuple[list[Share], list[Share], int]:
    """The distributions of N_R and of the local minima in an ensemble's summary, and the number of draws that are not in them.

    Raises
    ------
    BadInput : it is none, or no draw has a complete answer.
    """
    from critscape.scripts.figures.ensemble_figure import Share

    content = contents(path, "a readable JSON file", LARGEST_ANSWER)
    refuse_others(content, str(path), "ensemble summary")
    checked(content, "ensemble summary")
    if not content["real"] or not content["local_minima"]:
        raise BadInput("real", "at least one draw with a complete answer")
    real, minima = (
        sorted(
            (Share(int(e["value"]), float(e["share"]), float(e["low"]), float(e["high"])) for e in content[key]),
            key=lambda share: share.value,
        )
        for key in ("real", "local_minima")
    )
    return real, minima, len(content["not_complete"])
