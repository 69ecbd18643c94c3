"""``critscape landscape`` where valleys are limits: known answers in closed form, theorems, agreement of trees with a finite ridge."""

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from critscape.algebra.critical.levels import Level
from critscape.algebra.landscape.landscape import NotApplicable
from critscape.problems.files.documents import checked
from critscape.problems.files.problem_file import read
from critscape.problems.files.writing import json_text
from critscape.problems.recipes.starting_points import StartingPoints
from critscape.problems.spaces.valley_theorems import intrinsic_dimension, no_spurious_valley
from critscape.scripts import plot
from critscape.scripts.figures import disconnectivity_figure, figure_style
from critscape.scripts.pages import report_tree
from critscape.scripts.printing import basins_summary
from critscape.scripts.printing.landscapes import render
from critscape.scripts.studies.basins.experiments import basins_document
from critscape.scripts.studies.basins.run import Experiment
from critscape.scripts.studies.landscapes.document import landscape_document
from critscape.scripts.studies.landscapes.survey import surveyed
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.verdicts.remedies import Remedy
from critscape.scripts.studies.verdicts.theorems.valleys import concluded
from critscape.scripts.studies.verdicts.verdict import Outcome

pytestmark = pytest.mark.usefixtures("answers_once")

OPTIONS = Options(engine="batch", max_paths=1000)


def typed(text, variables=("x", "y")):
    return {"architecture": {"family": "polynomial", "variables": [*variables], "loss": text}}


def quadratic(units, inputs, targets, **more):
    architecture = {"family": "quadratic", "inputs": len(inputs[0]), "units": units, "output": "trained", **more}
    return {"architecture": architecture, "data": {"inputs": inputs, "targets": [[y] for y in targets]}}


def linear(widths, inputs, targets):
    return {"architecture": {"family": "linear", "widths": widths}, "data": {"inputs": inputs, "targets": targets}}


def answer(problem):
    """The landscape document, as it is read back from its file."""
    found = json.loads(json_text(landscape_document(surveyed(problem, OPTIONS))))
    checked(found, "landscape")
    return found


def rows(document):
    names = ("infimum", "attained", "barrier", "spurious", "copies", "level")
    return [tuple(row[name] for name in names) for row in document["valleys"]]


@pytest.fixture(scope="module")
def hyperbola():
    return answer(typed("(x y - 1)^2 + x^2"))


def test_two_valleys_at_infinity(hyperbola):
    assert hyperbola["status"] == "complete" and hyperbola["spurious_valleys_exist"] is False and hyperbola["theorem"] is None
    assert rows(hyperbola) == [("0", False, "1", False, 2, "certified")]
    [row] = hyperbola["valleys"]
    # The curve is exact: L(t, 1/t) = t².
    assert row["curve"]["exponents"] == ["1/4", "-1/4"] and [abs(int(a)) for a in row["curve"]["coefficients"]] == [1, 1]
    assert all(e["holds"] for e in hyperbola["evidence"].values())


def test_bounds_at_positive_ridge_hold_for_the_limit(hyperbola):
    bounds = hyperbola["valleys"][0]["bounds"]
    assert 0 < float(bounds["infimum"]) < 1 and Fraction(bounds["ridge"]) > 0
    assert float(bounds["barrier_within"]) <= 1 <= float(bounds["barrier"])


@pytest.mark.parametrize("style", ["text", "markdown", "csv", "latex", "json"])
def test_formats(hyperbola, style, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    text = render(hyperbola, style)
    assert style == "json" or "certified" in text
    if style == "text":
        assert "There is no spurious valley at any level (certified)." in text and max(map(len, text.splitlines())) <= 80


def test_one_valley_where_the_minimum_is_degenerate():
    found = answer(typed("x^4 + y^2/2"))
    assert rows(found) == [("0", True, None, False, 1, "certified")] and found["spurious_valleys_exist"] is False


def test_minima_with_the_same_numbers_are_one_row():
    """(z − 1)² + z at z = (y² − 2)²: four minima at z = 1/2, y² = 2 ± √(1/2), which no symmetry but y → −y exchanges; saddles at z = 0 and y = 0."""
    found = answer(typed("(y^4 - 4*y^2 + 3)^2 + (y^2 - 2)^2", ("y",)))
    assert rows(found) == [("3/4", True, "1", False, 4, "proved")] and [level["loss"][:2] for level in found["levels"]] == [
        "0.",
        "1.",
        "13",
    ]


def test_theorems_are_decided_exactly():
    square = {"inputs": [[1, 0], [0, 1], [1, 1]], "targets": [1, -2, 3]}
    assert intrinsic_dimension(read(quadratic(2, **square))).dimension == 3 and no_spurious_valley(read(quadratic(2, **square))) is None
    assert "at least the intrinsic dimension 3" in no_spurious_valley(read(quadratic(3, **square))).because
    # Two samples that squares do not tell apart count once.
    assert intrinsic_dimension(read(quadratic(1, [[1, 2], [-1, -2]], [1, 3]))).dimension == 1
    bottleneck = linear([2, 1, 2], [[1, 0], [0, 1]], [[1, 0], [0, "4/5"]])
    assert no_spurious_valley(read(bottleneck)) is not None
    # Convex, but not the square: with a bottleneck there is a spurious minimum.
    assert no_spurious_valley(read({**bottleneck, "loss": {"residual": "r^2/2 - r^4/4 + 3 r^6/40"}})) is None
    assert no_spurious_valley(read({**bottleneck, "ridge": "1/100"})) is None
    many = [[int(i == j) for j in range(4)] for i in range(4)] + [
        [1, 1, 0, 0],
        [0, 1, 1, 0],
        [0, 0, 1, 1],
        [1, 0, 0, 1],
        [1, 0, 1, 0],
        [0, 1, 0, 1],
    ]
    wide = read(quadratic(9, many, range(10)))
    assert intrinsic_dimension(wide).dimension == 10 and "2·4 + 1" in no_spurious_valley(wide).because


def test_a_theorem_answers_where_nothing_can_be_enumerated():
    found = answer(linear([5, 5, 5, 5], np.eye(5, dtype=int).tolist(), np.diag([5, 4, 3, 2, 1]).tolist()))
    assert found["level"] == "proved" and found["spurious_valleys_exist"] is False and found["valleys"] == [] and "unlisted" in found
    assert "No valley is spurious" in render(found, "text")


@pytest.fixture(scope="module")
def chain():
    return surveyed(linear([1, 1, 1], [[1]], [[2]]), OPTIONS)


def test_a_theorem_decides_whatever_is_open_among_the_valleys_that_are_listed(chain):
    open_ = landscape_document(replace(chain, found=replace(chain.found, reason="centres agree fails")))
    checked(json.loads(json_text(open_)), "landscape")
    assert (open_["status"], open_["spurious_valleys_exist"], open_["reason"]) == ("incomplete", False, "centres agree fails")
    assert "There is no spurious valley at any level. The list of valleys is incomplete" in render(open_, "text").replace("\n", " ")
    verdict = concluded(open_, Remedy(flags="--seed 1"))
    assert (verdict.outcome, verdict.level) == (Outcome.HOLDS, Level.PROVED) and "no enumeration checks it" in verdict.because
    plain = concluded(landscape_document(chain), Remedy(flags="--seed 1"))
    assert (plain.outcome, plain.level) == (Outcome.HOLDS, Level.CERTIFIED) and "2 valleys, none of them spurious" in plain.because
    # Without the theorem nothing is said of what is open.
    open_ = landscape_document(replace(chain, theorem=None, found=replace(chain.found, reason="centres agree fails")))
    assert open_["spurious_valleys_exist"] is None and concluded(open_, Remedy(flags="--seed 1")).outcome is Outcome.UNDECIDED


@pytest.mark.parametrize("said", [None, True])
def test_no_row_is_spurious_by_a_theorem_whatever_its_level_tells(chain, said):
    first, *others = chain.found.landscape.valleys
    rows = (replace(first, spurious=said), *others)
    found = replace(chain.found, reason=said and "centres agree fails", landscape=replace(chain.found.landscape, valleys=rows))
    document = landscape_document(replace(chain, found=found))
    # One that is listed too high is no valley as it stands; one that is not told from the lowest is not higher.
    assert {row["spurious"] for row in document["valleys"]} == ({False} if said is None else {False, None})
    assert not any("spurious" in entry["kind"] for entry in document["minima"]) and not document["spurious_valleys"]
    assert document["counts"]["spurious_valleys"] == 0 and {step["spurious_valleys"] for step in document["sublevel_sets"]} == {0}
    # Without the theorem it is not decided, nor whether its minima are global.
    alone = landscape_document(replace(chain, theorem=None, found=found))
    assert alone["spurious_valleys_exist"] is alone["counts"]["spurious_valleys"] is None
    kinds = {entry["kind"] for entry in alone["minima"]}
    assert kinds == {"global minimum", "local minimum" if said is None else "spurious local minimum"}


@pytest.mark.slow  # Four seconds.
def test_global_minima_lie_on_one_level_though_its_number_has_no_closed_form(monkeypatch):
    """u(w + w²) = z with the least z of a convex polynomial of degree six: w < −1, −1 < w < 0 and 0 < w, for one unit by a theorem."""
    network = {"family": "polynomial-network", "widths": [1, 1, 1], "activation": [0, 1, 1]}
    data = {"inputs": [[1], [1]], "targets": [[1], [3]]}
    survey = surveyed({"architecture": network, "data": data, "loss": {"residual": "r^2/2 + r^6/6 + r/3"}}, OPTIONS)
    for theorem in (survey.theorem, None):
        document = landscape_document(replace(survey, theorem=theorem))
        [row] = document["valleys"]
        assert "closed_form" not in document["levels"][0] and (row["spurious"], row["copies"], row["barrier"]) == (False, 3, "376/3")
        assert document["status"] == "complete" and document["spurious_valleys_exist"] is False


def test_long_closed_forms_stand_beside_the_tables(hyperbola, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    form = "(∛(1143404929 + 2901408√90669) + ∛(1143404929 - 2901408√90669) - 1463)/96"
    first, *others = hyperbola["levels"]
    levels = [{**first, "loss": "4.652355750223", "closed_form": form}, *others]
    text = render({**hyperbola, "levels": levels, "valleys": [{**hyperbola["valleys"][0], "infimum": form}]}, "text")
    assert "left out" not in text and text.count("4.65236") == 4 and "In closed form 4.65236 is" in text


def test_a_spurious_valley_that_contradicts_a_theorem_is_no_answer(chain):
    first, *others = chain.found.landscape.valleys
    wrong = replace(chain.found.landscape, valleys=(replace(first, spurious=True), *others))
    document = landscape_document(replace(chain, found=replace(chain.found, landscape=wrong)))
    assert (document["status"], document["spurious_valleys_exist"]) == ("incomplete", None) and "though" in document["reason"]
    assert concluded(document, Remedy(flags="--seed 1")).outcome is Outcome.UNDECIDED


def test_infima_at_infinity_are_drawn_as_such(hyperbola, tmp_path):
    with figure_style.style():
        [axes] = disconnectivity_figure.figure(hyperbola, "column").axes
    arrows = [line for line in axes.lines if line.get_marker() == disconnectivity_figure.ARROW]
    [legend] = axes.figure.legends
    names = [text.get_text() for text in legend.get_texts()]
    assert len(arrows) == 1 and names == [disconnectivity_figure.INFIMUM, "$k$ alike, drawn once"]
    assert arrows[0].get_ydata()[0] == 0.0 and any("×2" in text.get_text() for text in axes.texts)
    tree = report_tree.tree(hyperbola)
    assert sorted(classes for _, classes in tree.branches) == ["", " infinite", " infinite"] and not tree.points
    file, figure = tmp_path / "valleys.json", tmp_path / "valleys.svg"
    file.write_text(json.dumps(hyperbola))
    assert plot.command.main(["landscape", str(file), "--output", str(figure)], standalone_mode=False) == 0 and figure.stat().st_size


def test_leaves_say_of_what_dimension_components_of_minima_are(chain):
    document = landscape_document(chain)
    with figure_style.style():
        [axes] = disconnectivity_figure.figure(document, "column").axes
    assert [text.get_text() for text in axes.texts] == ["×2\n#1-2\ndim 1"]
    assert [leaf.dimension for leaf in report_tree.tree(document).leaves] == ["dim 1", "dim 1"]


def test_what_a_theorem_decides_has_no_picture(tmp_path, capsys):
    file = tmp_path / "linear.json"
    file.write_text(json.dumps(linear([6, 6, 6], np.eye(6, dtype=int).tolist(), np.eye(6, dtype=int).tolist())))
    figure = tmp_path / "figure.pdf"
    assert plot.command.main(["landscape", str(file), "--output", str(figure)], standalone_mode=False) == 1
    assert "a theorem decides" in capsys.readouterr().err and not figure.exists()


@pytest.mark.slow  # Trees of two centres at four ridges.
def test_spurious_components_of_a_square():
    found = answer(quadratic(1, [[1, 0], [0, 1]], [1, -2]))
    assert found["status"] == "complete" and found["spurious_valleys_exist"] is True
    assert rows(found) == [("1/2", True, "5/2", False, 2, "certified"), ("2", True, "5/2", True, 2, "certified")]
    assert [row["dimension"] for row in found["valleys"]] == [1, 1]
    assert "A spurious valley exists for the levels c with 2 < c ≤ 5/2 (certified)." in render(found, "text")


@pytest.mark.slow  # Trees at two ridges from two centres.
def test_a_spurious_valley_at_infinity():
    found = answer(typed("((x y - 1) (x y + 2) / 2)^2 + (x y)^2 / 8 + x^4 / 4"))
    # Along x → 0 with z = x y fixed: the critical values of ((z − 1)(z + 2)/2)² + z²/8.
    z = np.polynomial.Polynomial([0, 1])
    form = ((z - 1) * (z + 2) / 2) ** 2 + z**2 / 8
    values = sorted(float(form(root.real)) for root in form.deriv().roots())
    low, high = found["valleys"]
    assert found["status"] == "complete" and found["spurious_valleys_exist"] is True
    assert (low["attained"], low["spurious"], low["barrier"], low["copies"]) == (False, False, "1", 2)
    assert (high["attained"], high["spurious"], high["barrier_at_infinity"], high["copies"]) == (False, True, True, 2)
    expected = [values[0], values[1], values[2]]
    assert np.allclose([float(low["infimum"]), float(high["infimum"]), float(high["barrier"])], expected, rtol=1e-12)


@pytest.mark.slow  # Five seconds.
def test_valleys_with_the_same_levels_that_are_attained_and_not():
    """(2, 1/4) at loss 0, and along (t, 1/t²) from both sides; L = (x − 2)²x²/9 on the curve, and 1 for x = 0."""
    found = answer(typed("(x^2 y - 1)^2 + x^2 (x - 2)^2/9"))
    assert found["status"] == "complete" and found["spurious_valleys_exist"] is False
    assert rows(found) == [
        ("0", True, "1/9", False, 1, "certified"),
        ("0", False, "1/9", False, 1, "certified"),
        ("0", False, "1", False, 1, "certified"),
    ]


@pytest.mark.slow  # Nearly five hundred paths from three centres, and a dozen saddles at each ridge.
def test_minima_that_are_not_closed_are_no_valley():
    found = answer(quadratic(2, [[1, 0], [0, 1], [1, 1], [1, -1]], [3, -1, 2, 2]))
    assert found["status"] == "complete" and found["spurious_valleys_exist"] is False
    assert rows(found) == [("0", True, "5/6", False, 8, "certified")]
    assert "5/6" in {row["loss"] for row in found["minima_without_valley"]}


@pytest.mark.slow  # Two hundred and twenty-five paths from three centres.
def test_orbits_of_one_common_ridge():
    """2-2-2 with X = I, Y = diag(2, 1) and the ridge 1/2: L is coercive, its minima a circle O(2), of two components."""
    found = answer({**linear([2, 2, 2], [[1, 0], [0, 1]], [[2, 0], [0, 1]]), "ridge": "1/2"})
    assert found["status"] == "complete" and found["spurious_valleys_exist"] is False and found["theorem"] is None
    assert rows(found) == [("5/4", True, "11/8", False, 2, "certified")]
    assert found["valleys"][0]["dimension"] == 1


def test_runs_off_to_infinity_and_runs_onto_components(tmp_path):
    off = run_basins(typed("(x y - 1)^2 + x^2"), tmp_path)
    assert off["outcomes"] == {"runs off towards a valley at infinity": 20} and off["status"] == "complete"
    assert [(row["kind"], row["loss"], row["runs"]) for row in off["minima"]] == [("infimum at infinity", "0", 20)]
    onto = run_basins(linear([1, 1, 1], [[1]], [[2]]), tmp_path)
    assert onto["arrivals"]["proved"] + onto["arrivals"]["in_double_precision"] == 20 and onto["arrivals"]["proved"] > 0
    [row] = onto["minima"]
    assert (row["kind"], row["loss"], row["dimension"]) == ("global minimum", "0", 1) and row["distance"] < 1e-6
    assert "Every run ends on a component of minima or runs off" in basins_summary.render(onto, "text")


def run_basins(problem, folder):
    experiment = Experiment("flow", None, StartingPoints.of(None, None, None), 0, 20_000)
    found = json.loads(json_text(basins_document(problem, OPTIONS, experiment, 20, None, folder / "runs.sqlite")))
    checked(found, "basins")
    return found


def test_runs_of_what_is_not_listed_are_refused(tmp_path):
    with pytest.raises(NotApplicable, match="valleys that are listed"):
        run_basins(linear([6, 6, 6], np.eye(6, dtype=int).tolist(), np.eye(6, dtype=int).tolist()), tmp_path)


def test_data_that_leave_fewer_critical_points():
    """An input of zero: the loss is constant, and one valley is all there is."""
    found = answer(quadratic(1, [[0]], [2]))
    assert found["status"] == "complete" and found["spurious_valleys_exist"] is False
    assert rows(found) == [("2", True, None, False, 1, "certified")] and found["evidence"]["centres agree"]["holds"]
