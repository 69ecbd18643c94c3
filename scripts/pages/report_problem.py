"""The problem of a result as a report states it: architecture, loss, data and ridge, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from critscape.problems.criteria.entrywise import Entrywise
from critscape.problems.criteria.population import Population
from critscape.problems.criteria.squared import Squared
from critscape.problems.criteria.typed import Typed
from critscape.problems.files.problem_file import document
from critscape.problems.networks.network import penalised
from critscape.problems.networks.reading import family_class
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression
from critscape.scripts.studies.descriptions.criterion import criterion_latex, describe_criterion

MOST_COLUMNS = 8
"""Data of more samples are a list of samples instead of matrices with a column for each."""


@dataclass(frozen=True)
class Statement:
    """What is said of a problem; formulas are MathML, matrices rows of exact numbers (None: an entry that is not trained).

    ``fields`` are those of the architecture but its family, ``given`` matrices by name. ``samples`` are pairs x_i, y_i where they
    are too many for matrices; else none. ``ridge`` is one number, or matrices by block, or None where weights carry none;
    ``loss`` is None where it is a field of the architecture.
    """

    function: str
    fields: tuple[tuple[str, str], ...]
    loss: Markup | None
    residual: Markup | None
    sentence: str | None
    given: tuple[tuple[str, list[list]], ...]
    samples: tuple[tuple[list, list], ...]
    ridge: str | tuple[tuple[str, list[list]], ...] | None


def statement(problem: Problem | Regression) -> Statement:
    """The statement of a problem."""
    content = document(problem)
    architecture = content["architecture"]
    polynomial = problem if isinstance(problem, Problem) else None
    criterion, residual = (describe_criterion(polynomial), criterion_latex(polynomial)) if polynomial else (None, None)
    family = family_class(architecture["family"])
    many = problem.samples > MOST_COLUMNS
    data = content.get("data", {})
    return Statement(
        function=" ".join(family.__doc__.split("\n\n")[0].split()).replace("``", ""),
        fields=tuple((name.replace("_", " "), compact(value)) for name, value in architecture.items() if name != "family"),
        loss=None if polynomial and isinstance(polynomial.criterion, Typed) else formula(loss_latex(problem)),
        residual=formula(residual) if residual else None,
        sentence=criterion["sentence"] if criterion else None,
        given=(*(() if many else samples_given(data)), *population_given(data), *weighting_given(content.get("loss", {}))),
        samples=tuple(zip(data["inputs"], data["targets"])) if many else (),
        ridge=stated_ridge(problem, content),
    )


def loss_latex(problem: Problem | Regression) -> str:
    """What is minimised, in LaTeX, where it is an error of a network."""
    ridge = r" + \tfrac12 \sum_{j} \lambda_j w_j^2" if any(problem.ridge) else ""
    if isinstance(problem, Regression):
        return r"L(w) = \tfrac12 \sum_{i=1}^{m} \lVert f_w(x_i) - y_i \rVert^2" + ridge
    criterion = problem.criterion
    if isinstance(criterion, Population):
        error = r"\tfrac12 \, \mathbb{E} \, \lVert f_w(x) - f_{\mathrm{teacher}}(x) \rVert^2"
        return rf"L(w) = {error}{ridge}, \quad x \sim \mathcal{{N}}(0, \Sigma)"
    assert isinstance(criterion, Squared | Entrywise)  # What else has samples.
    weighting = criterion.weighting
    each = r"\sum_{i=1}^{m} " + "s_i " * bool(weighting.samples)
    if isinstance(criterion, Entrywise):
        error = each + r"\sum_o " + "t_o " * bool(weighting.outputs) + r"\ell (f_w(x_i)_o - y_{io})"
    elif weighting.metrics:
        error = r"\tfrac12 " + each + r"(f_w(x_i) - y_i)^{\top} \Lambda_i (f_w(x_i) - y_i)"
    elif weighting.outputs:
        error = r"\tfrac12 " + each + r"\sum_o t_o (f_w(x_i)_o - y_{io})^2"
    else:
        error = r"\tfrac12 " + each + r"\lVert f_w(x_i) - y_i \rVert^2"
    return f"L(w) = {error}{ridge}"


def samples_given(data: dict) -> tuple[tuple[str, list[list]], ...]:
    """X and Y with a column for each sample."""
    if "inputs" not in data:
        return ()
    return ("X", [list(row) for row in zip(*data["inputs"])]), ("Y", [list(row) for row in zip(*data["targets"])])


def population_given(data: dict) -> tuple[tuple[str, list[list]], ...]:
    """Σ and the teacher's weights."""
    if "population" not in data:
        return ()
    teacher = data["population"]["teacher"]
    return (
        ("Σ", data["population"]["covariance"]),
        *((f"teacher, block {k}", block) for k, block in enumerate(teacher["weights"], start=1)),
    )


def weighting_given(measured: dict) -> tuple[tuple[str, list[list]], ...]:
    """Weights of samples and outputs as rows, metrics as matrices."""
    rows = ((name, measured[field]) for name, field in (("s", "sample_weights"), ("t", "output_weights")) if field in measured)
    return (*((name, [row]) for name, row in rows), *((f"Λ{k}", m) for k, m in enumerate(measured.get("metrics", ()), start=1)))


def stated_ridge(problem: Problem | Regression, content: dict) -> str | tuple[tuple[str, list[list]], ...] | None:
    """One λ where all are equal, else a matrix for each block; None for the variables of a function space."""
    if not penalised(problem.network):
        return None
    if len(set(problem.ridge)) == 1:
        return str(problem.ridge[0])
    return tuple((block.name, rows) for block, rows in zip(problem.network.blocks, content["ridge"]))


def compact(value: object) -> str:
    """A field of an architecture on one line.

    >>> compact([2, 1, 2]), compact(True), compact([[1, 1], [None, "1/2"]])
    ('2, 1, 2', 'yes', '[1, 1], [·, 1/2]')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(f"[{compact(entry)}]" if isinstance(entry, list) else compact(entry) for entry in value)
    return "·" if value is None else str(value)


@lru_cache(maxsize=256)
def formula(latex: str) -> Markup:
    """Our own LaTeX as MathML, displayed."""
    from latex2mathml.converter import convert

    # Bars of norms are not brackets to browsers: they would be as high as the whole formula.
    return Markup(convert(latex, display="block").replace("<mo>&#x02016;</mo>", '<mo stretchy="false">&#x02016;</mo>'))
