"""``critscape plot KIND …``: figures for papers, as vector PDF or SVG, or as PNG."""

from __future__ import annotations

from pathlib import Path

import click

from critscape.scripts.flags import options
from critscape.scripts.flags.subcommands import Subcommands
from critscape.scripts.studies.options import Options

FIGURES, DATA = (".pdf", ".png", ".svg"), (".json", ".csv")
LEAST_VALUES = 3

figure_file = options.stack(
    click.option(
        "--output",
        type=click.Path(path_type=Path),
        callback=options.ending_in(*FIGURES),
        required=True,
        metavar="FILE",
        help="Figure to write, in the format that its ending names (" + " ".join(FIGURES) + ").",
    ),
    click.option(
        "--width",
        type=click.Choice(["column", "page"]),
        default="column",
        show_default=True,
        help="3.4 or 7 inches.",
    ),
)
solving = options.stack(
    options.seed,
    options.jobs,
    click.option(
        "--max-paths",
        type=click.IntRange(1),
        default=Options.max_paths,
        show_default=True,
        help="Largest number of paths to follow.",
    ),
)


@click.group("plot", cls=Subcommands)
def command() -> None:
    """Draw figures: functions of minima, cells, index against loss, sublevel sets, an ensemble's counts, a bifurcation diagram.

    Exit status: 0 complete, 1 drawn from an answer that is not complete (the figure says so), 2 bad input.
    """


@command.command("index-loss", cls=options.Refusing)
@click.argument("problem", type=click.Path(path_type=Path))
@figure_file
@solving
def index_loss(problem: Path, output: Path, width: str, **flags) -> int:
    """Index against loss of the real critical points of PROBLEM (a result, or a problem file, which is solved).

    Points that symmetries of the loss exchange are one mark with their number on it. Where critical points are not isolated a mark is a
    component, with its dimension.
    """
    from critscape.scripts.figures.plot_content import marks, read_result
    from critscape.scripts.printing.delivery import exit_status

    result = read_result(problem, Options(components=True, **flags))
    drawn, missing = marks(result)

    from critscape.scripts.figures import figure_style, index_loss_figure

    notes = ["incomplete"] * bool(exit_status(result)) + [f"{missing} degenerate points are not drawn"] * bool(missing)
    label = "index (on the marks: dimension)" if result.get("components") else "index"
    with figure_style.style():
        figure_style.save(index_loss_figure.figure(drawn, width, "; ".join(notes) or None, label=label), output)
    for note in notes:
        click.echo(f"critscape: {note}", err=True)
    return int(bool(notes))


@command.command("functions", cls=options.Refusing)
@click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
@figure_file
@solving
def functions(source: Path, output: Path, width: str, **flags) -> int:
    """The functions of all local minima of a piecewise linear network with one input, over its data.

    INPUT is a problem file, or what `critscape solve --output FILE.json` wrote.
    """
    from critscape.scripts.figures import figure_style, function_figure
    from critscape.scripts.figures.function_content import curves, read_stationary

    document, problem = read_stationary(source, Options(**flags))
    note = None if document["status"] == "complete" else document["status"]
    x, y = ([float(value) for (value,) in values] for values in (problem.inputs, problem.targets))
    with figure_style.style():
        figure_style.save(function_figure.figure(x, y, curves(document, problem), width, note), output)
    if note:
        click.echo(f"critscape: {note}: {document['reason']}", err=True)
    return int(note is not None)


@command.command("cells", cls=options.Refusing)
@click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
@click.option("--weights", metavar="A,B", help="The two weights that vary, by their names in the table, such as W_11,v_1.")
@click.option(
    "--through", type=click.IntRange(1), default=1, show_default=True, metavar="N",
    help="The other weights are those of the stationary set in row N of the table of `solve`.",
)  # fmt: skip
@figure_file
@solving
def cells(source: Path, weights: str | None, through: int, output: Path, width: str, **flags) -> int:
    """The loss of a piecewise linear network over two of its weights: cells, kinks between them, stationary points.

    INPUT is a problem file, or what `critscape solve --output FILE.json` wrote. Drawn are the stationary points that lie in the plane, of
    a set of several dimensions one. A network of two weights needs no --weights.
    """
    from critscape.scripts.figures import cells_figure, figure_style
    from critscape.scripts.figures.function_content import read_stationary

    document, problem = read_stationary(source, Options(**flags), None)
    names = None if weights is None else [name.strip() for name in weights.split(",")]
    plane = cells_figure.chosen_plane(document, problem, names, through)
    note = None if document["status"] == "complete" else document["status"]
    with figure_style.style():
        figure_style.save(cells_figure.figure(document, problem, plane, width, note), output)
    if note:
        click.echo(f"critscape: {note}: {document['reason']}", err=True)
    return int(note is not None)


@command.command("landscape", cls=options.Refusing)
@click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
@click.option(
    "--picture", type=click.Choice(["tree", "index", "contours"]),
    help="Disconnectivity graph (the default); loss against index with the arcs from saddles of index 1 to minima; contour lines.",
)  # fmt: skip
@click.option(
    "--plane", metavar="A,B,C",
    help="Contour lines in the plane through three critical points, by their numbers in the table of `solve`.",
)  # fmt: skip
@figure_file
@solving
def landscape(source: Path, picture: str | None, plane: str | None, output: Path, width: str, **flags) -> int:
    """Sublevel sets of INPUT (a problem file, a result or a certificate) as `critscape landscape` computes them.

    INPUT may be what `critscape landscape --output FILE.json` wrote too: its disconnectivity graph is drawn from the file alone.
    Losses of two weights need no --plane for their contour lines.
    """
    from critscape.algebra.landscape.landscape import NotApplicable
    from critscape.problems.input.bad_input import BadInput
    from critscape.scripts.figures.plot_content import marks_with_arcs, read_landscape_of
    from critscape.scripts.flags.generated import integer_list
    from critscape.scripts.studies.landscapes.document import landscape_document
    from critscape.scripts.studies.landscapes.survey import Survey, refuse_piecewise_linear, surveyed

    numbers = None if plane is None else integer_list(plane, "--plane")
    if numbers is not None and (len(numbers) != 3 or len(set(numbers)) != 3 or min(numbers) < 1):
        raise BadInput("--plane", "three different numbers of critical points", plane)
    if numbers is not None and picture not in (None, "contours"):
        raise BadInput("--picture", "contours, as a --plane is given", picture)
    wanted = "contours" if numbers is not None else picture or "tree"
    try:
        refuse_piecewise_linear(source)
    except NotApplicable as refusal:
        click.echo(f"critscape: {refusal}; no figure was written", err=True)
        return 1
    document, problem = read_landscape_of(source)
    if wanted == "contours" and numbers is None and problem is not None and problem.dimension != 2:
        raise BadInput("--plane", f"the numbers of three critical points, as this loss has {problem.dimension} weights")
    if document is not None and wanted != "tree":
        expected = f"a problem file, a result or a certificate for --picture {wanted}: a landscape has not all that it shows"
        raise BadInput(str(source), expected)
    survey = None
    if document is None:
        try:
            found = surveyed(source, Options(engine="batch", **flags))
        except NotApplicable as refusal:
            click.echo(f"critscape: {refusal}; no figure was written", err=True)
            return 1
        document = landscape_document(found)
        survey = found if isinstance(found, Survey) else None
        if survey is None and wanted != "tree":
            raise BadInput(
                "--picture", "tree, as the valleys of this loss are limits: its critical points have no picture of their own", wanted
            )
    if not document["components"]:
        click.echo("critscape: a theorem decides, and no valley is listed that could be drawn; no figure was written", err=True)
        return 1

    from critscape.scripts.figures import contour_figure, disconnectivity_figure, figure_style, index_loss_figure

    reason = document.get("reason")
    note = None if reason is None else "a check fails"
    with figure_style.style():
        if survey is None or wanted == "tree":
            drawn = disconnectivity_figure.figure(document, width, note)
        elif wanted == "contours":
            drawn = contour_figure.figure(survey, contour_figure.chosen_plane(survey, numbers), width, note)
        else:
            marks, links = marks_with_arcs(survey)
            drawn = index_loss_figure.figure(marks, width, note, links)
        figure_style.save(drawn, output)
    if reason is not None:
        click.echo(f"critscape: {reason}", err=True)
    return int(reason is not None)


@command.command("ensemble", cls=options.Refusing)
@click.argument("summary", type=click.Path(path_type=Path))
@figure_file
def ensemble(summary: Path, output: Path, width: str) -> int:
    """Distribution of N_R and of the number of local minima in SUMMARY, what `critscape ensemble --output FILE.json` wrote.

    Error bars are the confidence intervals of the summary.
    """
    from critscape.scripts.figures.plot_content import read_summary

    real, minima, unanswered = read_summary(summary)

    from critscape.scripts.figures import ensemble_figure, figure_style

    note = f"{unanswered:,} draws without a complete answer are left out" if unanswered else None
    with figure_style.style():
        figure_style.save(ensemble_figure.figure(real, minima, width, note), output)
    if note:
        click.echo(f"critscape: {note}", err=True)
    return int(bool(unanswered))


@command.command("bifurcation", cls=options.Refusing)
@click.argument("problem", type=click.Path(path_type=Path))
@click.option("--from", "low", default="1/100", show_default=True, metavar="S", help="Least scale s of the ridge.")
@click.option("--to", "high", default="2", show_default=True, metavar="S", help="Largest scale.")
@click.option(
    "--values", type=click.IntRange(LEAST_VALUES), default=49, show_default=True,
    help="Scales at which the critical points are found to begin with; bifurcations are located between them.",
)  # fmt: skip
@click.option("--linear", is_flag=True, help="Linear axis of s instead of a logarithmic one.")
@click.option(
    "--data", type=click.Path(path_type=Path), callback=options.ending_in(*DATA), metavar="FILE",
    help="Also write the numbers: bifurcation values alone to .csv, everything to .json.",
)  # fmt: skip
@options.wide
@figure_file
@solving
def bifurcation(
    problem: Path,
    low: str,
    high: str,
    values: int,
    linear: bool,
    data: Path | None,
    output: Path,
    width: str,
    **flags,
) -> int:
    """Real critical points, their losses and indices as the ridge λ of PROBLEM is scaled: s·λ for s in a range.

    Values of s at which real points are born, die or exchange stability are located and marked, and the counts on either side
    are certified. Standard output lists them.
    """
    from critscape.problems.files.problem_file import load
    from critscape.problems.input.bad_input import renamed
    from critscape.problems.input.rational import rational

    first, last = (rational(text, name) for text, name in ((low, "--from"), (high, "--to")))
    loaded = load(problem)

    from critscape.problems.files.writing import write
    from critscape.scripts.printing.bifurcation_rendering import render
    from critscape.scripts.studies.bifurcations.document import content
    from critscape.scripts.studies.bifurcations.scan import scan

    with renamed("low", "--from"), renamed("high", "--to"), renamed("values", "--values"):
        found = scan(loaded, first, last, values, not linear, Options(engine="batch", **flags))
    document = content(found)
    if found.diagram.pieces:
        from critscape.scripts.figures import bifurcation_figure, figure_style

        with figure_style.style():
            figure_style.save(bifurcation_figure.figure(found.diagram, not linear, width), output)
    else:
        click.echo("critscape: no figure was written: there is no pair of values of s with complete sets", err=True)
    if data is not None:
        write(data, render(document, options.FORMATS[data.suffix]))
    click.echo(render(document, "text"), nl=False)
    return int(not found.complete)
