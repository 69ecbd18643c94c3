"""What people try first: their own data, standard input, a comma in a number, a network that is not polynomial, a misspelt command."""

import json

import pytest
from click.testing import CliRunner

from critscape.scripts.critscape import critscape, main

PROBLEM = {
    "architecture": {"family": "linear", "widths": [1, 1, 1]},
    "data": {"inputs": [[2], [1]], "targets": [[3], ["1/2"]]},
    "ridge": "1/4",
}
JSON = ["--format", "json", "--quiet"]


def ran(*arguments, **how):
    return CliRunner().invoke(critscape, list(map(str, arguments)), **how)


@pytest.fixture
def table(tmp_path):
    file = tmp_path / "data.csv"
    file.write_text("x1,y1\n2,3\n1,1/2\n")
    return file


def same(result, other):
    return all(result[field] == other[field] for field in ("problem", "counts", "critical_points"))


def test_a_csv_file_gives_the_problem_of_its_samples(table, tmp_path):
    file = tmp_path / "problem.json"
    file.write_text(json.dumps(PROBLEM))
    own = json.loads(ran("linear", "--widths", "1,1,1", "--data", table, "--ridge", "1/4", *JSON).stdout)
    assert same(own, json.loads(ran("solve", file, *JSON).stdout))


def test_without_a_ridge_own_data_have_none(table):
    saved = table.with_name("problem.json")
    ran("linear", "--widths", "1,1", "--data", table, "--save", saved, *JSON)
    assert json.loads(saved.read_text())["ridge"] == [[[0]]]


def test_standard_input_is_a_problem_file():
    piped = ran("solve", "-", *JSON, input=json.dumps(PROBLEM))
    assert piped.exit_code == 0 and json.loads(piped.stdout)["counts"]["complex"] == 5


def test_quiet_says_nothing_but_the_answer(tmp_path):
    file = tmp_path / "problem.json"
    file.write_text(json.dumps(PROBLEM))
    assert ran("solve", file, "--quiet").stderr == ""
    assert ran("solve", file).stderr != ""


def refused(capsys, *arguments):
    with pytest.raises(SystemExit) as left:
        main(list(map(str, arguments)))
    lines = capsys.readouterr().err.strip().splitlines()
    assert left.value.code == 2 and len(lines) == 1
    return lines[0]


def test_a_decimal_comma_is_asked_about(capsys, table):
    for comma in ("0,1", " 0,25", "1,2"):
        line = refused(capsys, "linear", "--widths", "1,1,1", "--data", table, "--ridge", comma)
        whole, part = comma.strip().split(",")
        assert f"{whole}.{part}" in line and f"[{whole}, {part}]" in line


@pytest.mark.parametrize("ridges", ["[0, 1]", "0/1,1", "0.0,1.0", "[[[0]], [[1]]]"])
def test_two_ridges_that_cannot_be_one_are_two(ridges, tmp_path):
    saved = tmp_path / "problem.json"
    ran("linear", "--widths", "1,1,1", "--samples", 1, "--ridge", ridges, "--save", saved, *JSON)
    assert json.loads(saved.read_text())["ridge"] == [[[0]], [[1]]]


def test_data_are_random_or_own(capsys, table):
    assert "--data FILE" in refused(capsys, "linear", "--widths", "1,1")
    assert "one of the two" in refused(capsys, "linear", "--widths", "1,1", "--data", table, "--samples", 2)


@pytest.mark.parametrize("name", ["relu", "ReLU", "leaky_relu", "sigmoid", "tanh", "GELU", "softplus", "logistic"])
def test_what_is_not_polynomial_is_said_to_be_so_with_what_to_do(name, capsys, tmp_path):
    file = tmp_path / "problem.json"
    file.write_text(json.dumps({**PROBLEM, "architecture": {"family": name}}))
    deep = {**PROBLEM, "architecture": {"family": "polynomial-network", "widths": [1, 1, 1], "activation": name}}
    (tmp_path / "activation.json").write_text(json.dumps(deep))
    for arguments in (
        ("solve", file),
        ("solve", tmp_path / "activation.json"),
        (name,),
        ("polynomial-network", "--widths", "1,1,1", "--activation", name, "--samples", 2),
    ):
        line = refused(capsys, *arguments)
        assert "polynomial-network" in line and ("piecewise linear" in line or "not a polynomial" in line)


@pytest.mark.parametrize(("typed", "meant"), [("solv", "solve"), ("linaer", "linear"), ("landscpae", "landscape"), ("enseble", "ensemble")])
def test_a_misspelt_command_is_recognised(typed, meant, capsys):
    assert f"did you mean {meant}" in refused(capsys, typed)


@pytest.mark.parametrize(
    ("group", "typed", "meant"), [("plot", "landscpae", "landscape"), ("plot", "bifurcations", "bifurcation"), ("starts", "lst", "list")]
)
def test_a_misspelt_subcommand_is_recognised(group, typed, meant, capsys):
    assert f"did you mean {meant}" in refused(capsys, group, typed)


def test_a_word_that_is_no_command_leads_to_the_list(capsys):
    assert "critscape --help" in refused(capsys, "xyzzy")


def test_completion_knows_commands_and_families(monkeypatch):
    for begun, names in (("sol", {"solve"}), ("lin", {"linear"})):
        items = critscape.shell_complete(critscape.make_context("critscape", [], resilient_parsing=True), begun)
        assert names <= {item.value for item in items}
