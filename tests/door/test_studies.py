"""Studies in Python: the documents of the commands, which print, save and read themselves."""

import csv
import json
import subprocess
import sys
from fractions import Fraction
from math import cbrt

import numpy as np
import pytest

import critscape as cs
from critscape.kinds import KINDS

pytestmark = pytest.mark.usefixtures("answers_once")

FOLD = 3 * 1.25 * cbrt(1.25 / 4)
"""Where the real points of the chain meet: λ = ¾ y (y/4)^⅓ for y = 5/4, and λ = s/4."""
ENSEMBLE = {"architecture": {"family": "linear", "widths": (1, 1, 1)}, "samples": 1, "data": {"distribution": "gaussian"}, "ridge": 0.25}
RELU = cs.piecewise_linear(units=1, activation="relu", inputs=[[1], [-1]], targets=[[1], [2]], ridge="7/16")


@pytest.fixture(scope="module")
def problem():
    return cs.linear(widths=(1, 1, 1, 1), inputs=[1], targets=["5/4"], ridge="1/4")


@pytest.fixture(scope="module")
def answer(problem):
    return cs.solve(problem)


@pytest.fixture(scope="module")
def documents(problem, answer, tmp_path_factory):
    """One of each kind that takes a fraction of a second."""
    folder = tmp_path_factory.mktemp("records")
    return {
        "result": answer,
        "landscape": cs.landscape(answer),
        "basins": cs.basins(answer, runs=40, records=folder / "basins.sqlite"),
        "ensemble": cs.ensemble(ENSEMBLE, draws=10, records=folder / "ensemble.sqlite"),
        "bifurcation": cs.bifurcation(problem, 0.5, 4, values=5),
        "verdict": cs.verify("depth", problem),
        "splitting": cs.split(answer),
        "stationary": cs.solve(RELU),
    }


def test_the_landscape_has_the_spurious_valley_of_the_origin(documents):
    landscape = documents["landscape"]
    assert landscape.status == "complete" and landscape.document["spurious_valleys_exist"]
    (spurious,) = (minimum for minimum in landscape.document["minima"] if minimum["kind"] == "spurious local minimum")
    assert float(spurious["depth"]) == pytest.approx(float(documents["result"].mp.real[5].loss) - 25 / 32, rel=1e-12)


def test_problems_documents_answers_and_files_give_the_same_landscape(problem, answer, documents, tmp_path):
    cs.save(problem, tmp_path / "problem.json")
    answer.save(tmp_path / "result.json")
    minima = documents["landscape"].document["minima"]
    for source in (problem, answer.document, tmp_path / "problem.json", str(tmp_path / "result.json")):
        assert cs.landscape(source).document["minima"] == minima


def test_every_run_is_counted(documents):
    basins = documents["basins"].document
    assert sum(minimum["runs"] for minimum in basins["minima"]) == basins["runs"] == 40 and documents["basins"].status == "complete"


def test_an_ensemble_counts_every_draw_and_goes_on_from_its_records(documents, tmp_path):
    ensemble = documents["ensemble"].document
    assert sum(row["draws"] for row in ensemble["real"]) == ensemble["draws"] == 10 and set(ensemble["complex"]) == {"5"}
    records = tmp_path / "records.sqlite"
    cs.ensemble(ENSEMBLE, draws=4, records=records)
    again = cs.ensemble(ENSEMBLE, draws=10, records=records)
    assert {**again.document, "seconds": None} == {**ensemble, "seconds": None} and again.status == "complete"
    file = tmp_path / "ensemble.json"
    file.write_text(json.dumps(ENSEMBLE))
    assert cs.ensemble(file, draws=10, records=records).document == again.document


def test_the_bifurcation_is_that_of_the_closed_form(documents):
    (event,) = documents["bifurcation"].document["events"]
    assert float(event["s"]) == pytest.approx(FOLD, abs=1e-12) and event["meeting"][0]["type"] == "fold"
    assert (event["before"]["real"], event["after"]["real"]) == (9, 1) and documents["bifurcation"].status == "complete"


def test_without_a_bifurcation_every_format_says_so(problem):
    quiet = cs.bifurcation(problem, 3, 4, values=3)
    assert not quiet.document["events"]
    for style in ("text", "markdown", "latex"):
        assert "no bifurcation of real critical points between s = 3 and s = 4" in quiet.render(style)
    (headings,) = csv.reader(quiet.render("csv").splitlines())
    assert headings[0] == "s"


def test_every_kind_is_read_back_and_prints_the_same(documents, tmp_path):
    assert set(documents) | {"table", "certificate", "component certificate", "split certificate", "box certificate"} == {
        kind.kind for kind in KINDS.values()
    }
    for name, document in documents.items():
        document.save(tmp_path / f"{name}.json")
        for read in (cs.read(tmp_path / f"{name}.json"), cs.read(document.document)):
            assert type(read) is type(document) and read.status == document.status
            for style in ("text", "markdown", "csv", "latex"):
                assert read.render(style) == document.render(style), (name, style)
            assert repr(read) == str(read) == str(document) and read._repr_html_() == document._repr_html_()


def test_a_table_is_read(tmp_path):
    from click.testing import CliRunner

    from critscape.scripts.critscape import critscape

    table = {"title": "one", "rows": [{"architecture": {"family": "linear", "widths": [1, 1, 1]}, "samples": 1}], "columns": ["N", "N_C", "bezout"],
             "data": {"distribution": "gaussian"}, "ridge": "1/4"}  # fmt: skip
    (tmp_path / "table.json").write_text(json.dumps(table))
    done = CliRunner().invoke(critscape, ["table", str(tmp_path / "table.json"), "--output", str(tmp_path / "made.json")])
    assert (tmp_path / "made.json").exists(), done.output
    read = cs.read(tmp_path / "made.json")
    assert (read.kind, read.status) == ("table", "complete") and "N_C" in str(read)


def test_a_list_of_answers_is_read_as_a_tuple(answer, tmp_path):
    (tmp_path / "answers.json").write_text(json.dumps([answer.document, answer.document]))
    assert [read.counts for read in cs.read(tmp_path / "answers.json")] == [answer.counts] * 2
    (tmp_path / "numbers.json").write_text("[1]")
    with pytest.raises(cs.BadInput, match="document: expected an object"):
        cs.read(tmp_path / "numbers.json")


def test_a_problem_file_is_read_as_a_problem(problem, tmp_path):
    cs.save(problem, tmp_path / "problem.json")
    assert cs.read(tmp_path / "problem.json") == cs.read(cs.document(problem)) == problem


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda p: cs.basins(p, method="newton"), "method: expected flow or descent"),
        (lambda p: cs.basins(p, method="descent"), "step: expected a positive number"),
        (lambda p: cs.basins(p, step=0.1), "step: expected the method descent"),
        (lambda p: cs.basins(p, interval=(2, 1)), "interval: expected two numbers A,B with A < B"),
        (lambda p: cs.basins(p, distribution="cauchy"), "distribution: expected one of gaussian"),
        (lambda p: cs.basins(p, runs=0), "runs: expected a positive integer"),
        (lambda p: cs.basins(cs.problem(POLYNOMIAL), distribution="he"), "distribution: expected gaussian or uniform"),
        (lambda p: cs.bifurcation(p, 0), "low: expected a number greater than zero"),
        (lambda p: cs.bifurcation(p, 2, Fraction(1, 2)), "high: expected a number greater than 2"),
        (lambda p: cs.bifurcation(p, values=2), "values: expected at least 3"),
        (lambda p: cs.ensemble("no-such-ensemble"), "no-such-ensemble: expected a readable ensemble file"),
        (lambda p: cs.ensemble(ENSEMBLE, draws=0), "draws: expected a positive integer"),
        (lambda p: cs.ensemble({**ENSEMBLE, "data": {"distribution": "none"}}), "data"),
        (lambda p: cs.read("no-such-file.json"), "no-such-file.json: expected a readable file"),
        (lambda p: cs.landscape(p, engine="none"), "engine: expected one of"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_named(problem, ask, message):
    with pytest.raises(cs.BadInput) as refused:
        ask(problem)
    assert str(refused.value).startswith(message) and "\n" not in str(refused.value)


POLYNOMIAL = {"architecture": {"family": "polynomial", "variables": ["x"], "loss": "(x^2 - 1)^2"}}


def test_what_does_not_apply_says_why():
    falling = {"architecture": {"family": "polynomial", "variables": ["x"], "loss": "x^3"}}
    with pytest.raises(cs.NotApplicable, match="not bounded below"):
        cs.landscape(falling)


@pytest.mark.slow
def test_more_processes_give_the_same_basins(answer, documents, tmp_path):
    code = (
        "import sys, critscape as cs\n"
        "if __name__ == '__main__':\n"
        "    found = cs.basins(cs.read(sys.argv[1]), runs=40, jobs=2, records=sys.argv[2])\n"
        "    found.save(sys.argv[3])\n"
    )
    (tmp_path / "study.py").write_text(code)
    answer.save(tmp_path / "answer.json")
    files = [tmp_path / name for name in ("study.py", "answer.json", "records.sqlite", "basins.json")]
    subprocess.run([sys.executable, *files], check=True, timeout=300)
    assert np.array_equal(cs.read(files[-1]).document["minima"], documents["basins"].document["minima"])


def test_nothing_is_told_unless_asked(problem, answer, tmp_path, capfd):
    cs.landscape(answer)
    cs.basins(answer, runs=3, records=tmp_path / "basins.sqlite")
    cs.ensemble(ENSEMBLE, draws=2, records=tmp_path / "ensemble.sqlite")
    cs.bifurcation(problem, 3, 4, values=3)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("inputs", "units", "named"), [(2.5, 1, "inputs"), (3, 1.5, "units"), (True, 1, "inputs"), (3, 0, "units")])
def test_sizes_of_data_with_a_valley_are_whole_numbers(inputs, units, named):
    with pytest.raises(cs.BadInput, match=f"{named}: expected a positive integer"):
        cs.valleys_data(inputs, units)
