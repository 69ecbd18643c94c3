"""Every document says which it is, follows its schema, and is refused by its name where another one is expected."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from critscape.algebra.certificates.claims import FORMAT as CERTIFICATE
from critscape.algebra.certificates.component_claims import FORMAT as COMPONENT_CERTIFICATE
from critscape.algebra.certificates.split_claims import FORMAT as SPLIT_CERTIFICATE
from critscape.algebra.critical.result import FORMAT as RESULT
from critscape.problems.files import documents
from critscape.problems.files.documents import KINDS, format_of, kind_of, schema
from critscape.problems.input.bad_input import BadInput
from critscape.problems.recipes.shipped import shipped
from critscape.problems.recipes.table_file import COLUMNS, COMPARABLE
from critscape.scripts.critscape import critscape

pytestmark = pytest.mark.usefixtures("answers_once")

EXAMPLES = Path(__file__).parents[2] / "problems" / "examples"
PROBLEM = EXAMPLES / "1-1-1.json"
ENSEMBLE = {
    "architecture": {"family": "linear", "widths": [1, 1, 1]},
    "samples": 1,
    "data": {"distribution": "uniform", "low": 0, "high": 2},
    "ridge": {"distribution": "log-uniform", "low": "1/100", "high": 1},
}
TABLE = {
    "title": "A table",
    "data": {"distribution": "uniform", "low": 0, "high": 2},
    "ridge": 1,
    "draws": 2,
    "columns": ["architecture", "N", "bezout", "bound", "N_C", "N_R", "N_R_distribution", "minima", "spurious"],
    "rows": [{"architecture": {"family": "linear", "widths": [1, 1, 1]}, "samples": 1}],
}
VERIFIED = {"architecture": {"family": "linear", "widths": [1, 1, 1, 1]}, "data": {"inputs": [[1]], "targets": [[1]]}}
UNIT = {
    "architecture": {"family": "feed-forward", "widths": [1, 1, 1], "activation": "logistic"},
    "data": {"inputs": [[-1], [1], [2]], "targets": [["13/30"], ["-2/15"], ["57/40"]]},
}
# Files that people write need not say which they are.
BY_PEOPLE = ("ensemble", "table", "verdict cases")


def run(*arguments):
    return CliRunner().invoke(critscape, list(map(str, arguments)))


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Kind → a file that our commands wrote, or that people write."""
    folder = tmp_path_factory.mktemp("documents")
    found = {name: folder / f"{name.replace(' ', '-')}.json" for name in KINDS}
    found["ensemble"].write_text(json.dumps(ENSEMBLE))
    found["table"].write_text(json.dumps(TABLE))
    cases = {"title": "one", "cases": [{"theorem": "depth", "case": "chain", "problem": VERIFIED}]}
    found["verdict cases"].write_text(json.dumps(cases))
    unit = folder / "unit.json"
    unit.write_text(json.dumps(UNIT))
    (folder / "flat.json").write_text(
        json.dumps({"architecture": {"family": "polynomial", "variables": ["x", "y"], "loss": "(x*y - 1)^2"}})
    )
    verdict = folder / "verified.json"
    verdict.write_text(json.dumps(VERIFIED))
    commands = [
        ("linear", "--widths", "1,1,1", "--samples", 1, "--save", found["problem"]),
        ("solve", PROBLEM, "--points", "all", "--output", found["result"], "--certificate", found["certificate"]),
        ("piecewise-linear", "--inputs", 1, "--units", 1, "--activation", "relu", "--samples", 2, "--output", found["stationary"]),
        ("solve", folder / "flat.json", "--certificate", found["component certificate"]),
        ("one-hidden-layer", "--inputs", 1, "--units", 1, "--activation", "tanh", "--samples", 1, "--ridge", 1, "--certificate", found["box certificate"]),
        ("landscape", found["result"], "--output", found["landscape"]),
        ("basins", found["result"], "--runs", 20, "--records", folder / "runs", "--output", found["basins"]),
        ("ensemble", found["ensemble"], "--draws", 3, "--records", folder / "draws", "--output", found["ensemble summary"]),
        ("table", found["table"], "--output", found["table document"]),
        ("atlas", "--weights", 2, "--draws", 1, "--select", "linear-1-1-1-m1", "--output", found["atlas"]),
        ("verify", "depth", verdict, "--output", found["verdict"]),
        ("table", found["verdict cases"], "--output", found["verdict table"]),
        ("split", unit, "--weights", '[[["ln 2"]], [[1]]]', "--output", found["splitting"], "--certificate", found["split certificate"]),
        (
            "plot", "bifurcation", PROBLEM, "--from", "1/10", "--to", "10", "--values", 5,
            "--data", found["bifurcation"], "--output", folder / "figure.pdf",
        ),
    ]  # fmt: skip
    for command in commands:
        done = run(*command)
        assert done.exit_code == 0, done.output
    return found


@pytest.mark.parametrize("name", KINDS)
def test_a_document_follows_its_schema_and_says_which_it_is(files, name):
    content = json.loads(files[name].read_text())
    assert kind_of(content) == name
    assert name in BY_PEOPLE or content["format"] == format_of(name)
    Draft202012Validator(schema(name)).validate(content)


@pytest.mark.parametrize("name", KINDS)
def test_a_document_without_its_format_is_told_by_its_fields(files, name):
    content = json.loads(files[name].read_text())
    content.pop("format", None)
    assert kind_of(content) == name


@pytest.mark.parametrize("name", KINDS)
def test_a_schema_is_one(name):
    Draft202012Validator.check_schema(schema(name))
    assert re.fullmatch(rf"critscape {name} [1-9]\d*", schema(name)["title"])
    assert schema(name)["properties"]["format"]["const"] == schema(name)["title"]


def test_there_is_a_schema_for_each_kind_and_no_other():
    folder = Path(documents.__file__).parents[1] / "schemas"
    assert {path.stem.replace("-", " ") for path in folder.glob("*.json")} == set(KINDS)


def test_what_algebra_writes_has_the_format_of_its_schema():
    found = [format_of(name) for name in ("result", "certificate", "component certificate", "split certificate")]
    assert found == [RESULT, CERTIFICATE, COMPONENT_CERTIFICATE, SPLIT_CERTIFICATE]


def test_results_of_every_status_follow_the_schema(tmp_path):
    one = {"architecture": {"family": "linear", "widths": [1, 1, 1]}, "data": {"inputs": [[1]], "targets": [[1]]}}
    # At a ridge of 1 three points meet at the origin; without one the critical points are a hyperbola and the origin.
    problems = {"complete": one | {"ridge": "1/2"}, "incomplete": one | {"ridge": 1}, "not-finite": one}
    for status, problem in problems.items():
        (tmp_path / "problem.json").write_text(json.dumps(problem))
        run("solve", tmp_path / "problem.json", "--engine", "batch", "--output", tmp_path / "result.json")
        result = json.loads((tmp_path / "result.json").read_text())
        assert result["status"] == status
        Draft202012Validator(schema("result")).validate(result)


def test_examples_ensembles_and_tables_that_ship_follow_their_schemas():
    for name in ("problem", "ensemble", "table"):
        for path in shipped({"problem": "examples"}.get(name, f"{name}s")).values():
            Draft202012Validator(schema(name)).validate(json.loads(path.read_text()))


def test_the_schema_of_tables_has_their_columns():
    table = schema("table")["properties"]
    assert table["columns"]["items"]["enum"] == list(COLUMNS)
    assert tuple(table["rows"]["items"]["properties"]["published"]["properties"]) == COMPARABLE


READERS = {
    ("solve",): ("problem", "result"),
    ("show",): ("problem", "result"),
    ("landscape",): ("problem", "result", "stationary", "certificate", "box certificate"),
    ("basins",): ("problem", "result", "stationary", "certificate", "box certificate"),
    ("split",): ("problem", "result"),
    ("check",): ("certificate", "component certificate", "box certificate", "split certificate"),
    ("report",): ("result",),
    ("ensemble",): ("ensemble",),
    ("table",): ("table", "verdict cases"),
    ("plot", "index-loss"): ("problem", "result"),
    ("plot", "landscape"): ("problem", "result", "stationary", "certificate", "box certificate", "landscape"),
    ("plot", "ensemble"): ("ensemble summary",),
    ("plot", "bifurcation"): ("problem", "result"),
}


@pytest.mark.parametrize(("command", "readable"), READERS.items(), ids=" ".join)
def test_the_wrong_document_is_refused_by_its_name(files, tmp_path, command, readable):
    output = ("--output", tmp_path / "figure.pdf") if command[0] == "plot" else ()
    for name in KINDS.keys() - set(readable):
        for content in (json.loads(files[name].read_text()), {**json.loads(files[name].read_text()), "format": format_of(name)}):
            (tmp_path / "file.json").write_text(json.dumps(content))
            done = run(*command, tmp_path / "file.json", *output)
            assert done.exit_code == 2, (command, name)
            assert f"this is {KINDS[name].title}" in done.output and KINDS[readable[0]].title in done.output, done.output
    assert not (tmp_path / "figure.pdf").exists()


@pytest.mark.parametrize("name", ["result", "landscape", "certificate"])
def test_a_later_version_is_refused(files, tmp_path, name):
    later = f"critscape {name} 99"
    (tmp_path / "file.json").write_text(json.dumps({**json.loads(files[name].read_text()), "format": later}))
    done = run("plot", "landscape", tmp_path / "file.json", "--output", tmp_path / "figure.pdf")
    assert done.exit_code == 2 and format_of(name) in done.output and later in done.output


def test_a_field_of_later_versions_that_is_missing_is_named():
    with pytest.raises(BadInput, match="critical_points.*expected a list of critical points .it is missing"):
        documents.checked(
            {"format": RESULT, "problem": {}, "status": "complete", "counts": {"real": 0, "degenerate": 0, "by_index": {}}}, "result"
        )
