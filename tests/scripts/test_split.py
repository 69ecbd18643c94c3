"""``critscape split``: the exact point, points in balls, several layers, what is refused, and what is written."""

import csv
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

import critscape as cs
from critscape.algebra.activations.named import NAMED
from critscape.problems.files.documents import schema
from critscape.problems.networks.activated.feed_forward import ACTIVATIONS
from critscape.scripts.critscape import critscape, main
from tests.algebra.splitting.constructed import constructed
from tests.algebra.splitting.nested import NEAR, NESTED

LN_2 = {
    "architecture": {"family": "feed-forward", "widths": [1, 1, 1], "activation": "logistic"},
    "data": {"inputs": [[-1], [1], [2]], "targets": [["13/30"], ["-2/15"], ["57/40"]]},
}
WEIGHTS = '[[["ln 2"]], [[1]]]'


@pytest.fixture
def problem(tmp_path):
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(LN_2))
    return path


def run(*arguments):
    return CliRunner().invoke(critscape, ["split", *map(str, arguments)], env={"COLUMNS": "80"})


def document(*arguments):
    done = run(*arguments, "--format", "json")
    assert done.exit_code in (0, 1), done.output
    found = json.loads(done.stdout)
    Draft202012Validator(schema("splitting")).validate(found)
    return found


def test_the_exact_point(problem):
    found = document(problem, "--weights", WEIGHTS)
    assert found["point"] == {
        "weights": [[["ln 2"]], [[1]]],
        "origin": "given, and critical over the rationals",
        "level": "exact",
        "loss": "333/640",
        "inertia": [2, 0, 0],
    }
    assert found["splits"][0]["B"] == {"entries": [["13/75"]], "inertia": [1, 0, 0], "sign": "positive definite"}
    assert found["wide"]["weights"] == [[["ln 2"], ["ln 2"]], [["1/2", "1/2"]]]
    assert [(row["kind"], row["inertia"]) for row in found["line"]] == [
        ("strict saddle", [2, 1, 1]),
        ("saddle", [2, 0, 2]),
        ("local minimum", [3, 0, 1]),
        ("saddle", [2, 0, 2]),
        ("strict saddle", [2, 1, 1]),
    ]
    assert found["spurious"] is True


def test_descent_finds_and_proves_the_same_point(problem):
    found = document(problem, "--seed", 1, "--starts", 3)
    assert found["point"]["level"] == "proved" and found["point"]["weights"][0][0][0].startswith("0.69314718055994")
    assert found["wide"]["inertia"] == [3, 0, 1]


def test_three_copies(problem):
    thirds = document(problem, "--weights", WEIGHTS, "--lambda", "1/3,1/3,1/3")
    assert (thirds["wide"]["inertia"], thirds["wide"]["kind"]) == ([4, 0, 2], "local minimum")
    signed = document(problem, "--weights", WEIGHTS, "--lambda", "1,1,-1")
    assert (signed["wide"]["inertia"], signed["wide"]["kind"]) == ([3, 1, 2], "strict saddle")


def test_text_fits_eighty_columns_and_says_what_is_proved(problem):
    done = run(problem, "--weights", WEIGHTS)
    assert done.exit_code == 0 and max(map(len, done.stdout.splitlines())) <= 80
    for line in (
        "B = [13/75], positive definite",
        "0 < λ < 1        local minimum  (3, 0, 1)               1",
        "the local minimum is spurious",
    ):
        assert line in done.stdout


def test_the_path_never_rises(problem, tmp_path):
    assert run(problem, "--weights", WEIGHTS, "--output", tmp_path / "path.csv").exit_code == 0
    rows = list(csv.DictReader((tmp_path / "path.csv").open()))
    losses = [float(row["loss"]) for row in rows]
    assert rows[0].keys() == {"stage", "loss", "W1_11", "W1_21", "v_11", "v_12"}
    line = [row["stage"] == "equal loss" for row in rows]
    assert line.count(True) == 9 and len({row["loss"] for row, flat in zip(rows, line) if flat}) == 1
    assert all(a > b for a, b, flat in zip(losses, losses[1:], line[1:]) if not flat)


def test_the_figure_is_written(problem, tmp_path):
    assert run(problem, "--weights", WEIGHTS, "--figure", tmp_path / "way.png").exit_code == 0
    assert (tmp_path / "way.png").read_bytes().startswith(b"\x89PNG")


def test_every_format(problem):
    for style, piece in (("latex", r"$\lambda$ $<$ 0"), ("markdown", "| λ < 0"), ("csv", "stage,loss,W1_11")):
        assert piece in run(problem, "--weights", WEIGHTS, "--format", style).stdout


def test_a_ridge_is_shared_and_the_line_is_broken(tmp_path):
    path = tmp_path / "ridge.json"
    path.write_text(json.dumps({**LN_2, "ridge": "1/10"}))
    found = document(path, "--seed", 2)
    assert found["line"] == [] and found["path"] is None and "breaks the line" in found["ridge"]
    assert found["wide"]["ridge"] == [[["1/20"], ["1/20"]], [["1/5", "1/5"]]]
    assert found["wide"]["kind"] in ("local minimum", "strict saddle")
    assert run(path, "--lambda", "2").exit_code != 0


def as_problem(point):
    """A constructed point of a polynomial network as a problem and its weights."""
    training, network = point.training, point.training.network
    problem = {
        "architecture": {
            "family": "polynomial-network",
            "widths": list(network.widths),
            "activation": [str(c) for c in network.activation.coefficients],
            **({"biases": True} if network.biases[0] else {}),
        },
        "data": {name: [[str(x) for x in row] for row in getattr(training, name)] for name in ("inputs", "targets")},
    }
    flat = iter(str(w) for w in point.weights)
    blocks = [(block.rows, block.columns) for block in cs.problem(problem).network.blocks]
    return problem, [[[next(flat) for _ in range(columns)] for _ in range(rows)] for rows, columns in blocks]


@pytest.mark.parametrize("biases", [False, True])
def test_several_layers_of_a_polynomial_network_over_the_rationals(biases):
    problem, weights = as_problem(constructed((1, 1, 1, 1), (biases,) * 3, 2))
    found = cs.split(problem, weights=weights, layer=1, shares="1/3", also=[(2, 1, ["1/4", "1/4", "1/2"])]).document
    wide = found["wide"]
    assert wide["architecture"]["widths"] == [1, 2, 3, 1] and found["point"]["level"] == "exact"
    assert sum(wide["inertia"]) == cs.problem({**problem, "architecture": wide["architecture"]}).dimension
    assert wide["family"] == 3 + 2 and wide["kind"]
    assert all(split["D"]["zero"] and not any(entry for row in split["D"]["entries"] for entry in row) for split in found["splits"])


def test_what_is_not_decided_is_said_to_be_so():
    problem = {
        "architecture": {"family": "linear", "widths": [1, 1, 1]},
        "data": {"inputs": [[1], [2]], "targets": [[2], [1]]},
        "ridge": [[[0]], [[0]]],
    }
    found = cs.split(problem, weights=[[[1]], [["4/5"]]])
    assert found.document["splits"][0]["B"]["entries"] == [[0]]
    assert found.document["wide"]["kind"] is None and found.status == "incomplete"
    assert "not decided: the Hessian of the network that is split is not proved to be regular" in str(found).replace("\n    ", " ")


def test_outputs_of_two_dimensions_are_saddles_for_all_shares():
    problem = {
        "architecture": {"family": "feed-forward", "widths": [1, 1, 2], "activation": "tanh"},
        "data": {"inputs": [[1], [-1], [2], ["1/2"]], "targets": [[1, 0], [-2, 1], [1, 1], [0, -1]]},
    }
    found = cs.split(problem, seed=1).document
    assert found["splits"][0]["D"]["zero"] is False
    assert {row["kind"] for row in found["line"]} == {"strict saddle"} and found["path"] is None


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--layer", 2], "--layer: expected a hidden layer, 1 to 1"),
        (["--unit", 2], "--unit: expected a unit of layer 1, 1 to 1"),
        (["--lambda", "1/2,1/3"], "--lambda: expected one number λ, or shares that add up to 1"),
        (["--lambda", "x"], "--lambda: expected a number"),
        (["--weights", "[[[1]]]"], "--weights: expected one array per weight block, in the order W1 (1 × 1), v (1 × 1)"),
        (["--weights", '[[["ln -1"]], [[1]]]'], "--weights[0][0][0]: expected a number, or rational multiples of logarithms"),
        (["--weights", "[[[1e9]], [[1e9]]]"], "--weights: expected a critical point that can be proved"),
        (["--point", 1], "--point: expected a result"),
        (["--also", "1,1"], "--also: expected layer, unit and shares"),
        (["--also", "1,1,1/2"], "--unit: expected each unit once"),
    ],
)
def test_bad_input_is_one_line(problem, capsys, arguments, said):
    with pytest.raises(SystemExit) as ended:
        main(["split", str(problem), "-q", *map(str, arguments)])
    printed = capsys.readouterr()
    assert ended.value.code == 2 and said in printed.err and printed.err.count("\n") == 1 and not printed.out


def test_other_families_and_enumeration_are_refused_with_what_is_possible(problem, tmp_path, capsys):
    for command, content, said in (
        ("split", {"architecture": {"family": "quadratic", "inputs": 1, "units": 1, "output": "fixed"}, "data": {"inputs": [[1]], "targets": [[1]]}}, "one of feed-forward"),
        ("solve", LN_2, "`critscape split PROBLEM.json`"),
    ):  # fmt: skip
        (tmp_path / "other.json").write_text(json.dumps(content))
        with pytest.raises(SystemExit) as ended:
            main([command, str(tmp_path / "other.json")])
        assert ended.value.code == 2 and said in capsys.readouterr().err


def test_a_family_names_the_activations_that_there_are():
    assert sorted(NAMED) == sorted(ACTIVATIONS)


def test_a_point_of_a_result(tmp_path):
    answer = cs.solve(
        {
            "architecture": {"family": "polynomial-network", "widths": [1, 1, 1], "activation": [0, 1, "1/2"]},
            "data": {"inputs": [[1], [-1], [2]], "targets": [[1], [-2], [1]]},
            "ridge": "1/5",
        }
    )
    minima = [k for k, point in enumerate(answer.real, start=1) if point.index == 0]
    found = cs.split(answer, point=minima[0])
    assert found.document["point"]["loss"][:12] == str(answer.document["critical_points"][minima[0] - 1]["loss"])[:12]
    assert cs.split(answer).document["point"]["inertia"] == [2, 0, 0]


def test_a_nested_network_of_twenty_samples():
    found = cs.split(NESTED, weights=NEAR, layer=1).document
    assert len(NESTED["data"]["inputs"]) == 20 and found["point"]["level"] == "proved" and found["point"]["inertia"] == [5, 0, 0]
    assert found["splits"][0]["B"]["sign"] == "positive definite" and found["splits"][0]["D"]["zero"] is True
    kinds = {row["lambda"]: (row["kind"], row["inertia"]) for row in found["line"]}
    assert kinds["0 < λ < 1"] == ("local minimum", [7, 0, 1])
    assert kinds["λ < 0"] == kinds["λ > 1"] == ("strict saddle", [5, 2, 1])
    assert found["path"]["below"] and found["spurious"] is True


@pytest.mark.slow
def test_where_b_is_negative_definite_minima_are_outside():
    found = cs.split(NESTED, weights=NEAR, layer=2, shares="3/2").document
    assert found["splits"][0]["B"]["sign"] == "negative definite"
    kinds = [row["kind"] for row in found["line"]]
    assert kinds == ["local minimum", "saddle", "strict saddle", "saddle", "local minimum"]
    assert found["wide"]["kind"] == "local minimum" and found["spurious"] is True


def test_both_layers_of_a_nested_network():
    found = cs.split(NESTED, weights=NEAR, layer=1, also=[(2, 1, "3/2")]).document
    assert (found["wide"]["kind"], found["wide"]["inertia"], found["wide"]["family"]) == ("local minimum", [8, 0, 3], 3)


def test_a_unit_at_infinity(tmp_path, capsys):
    problem = {
        "architecture": {"family": "feed-forward", "widths": [1, 1, 1], "activation": "tanh", "biases": True, "output_bias": True},
        "data": {
            "inputs": [[-2], [-1], ["-1/2"], [0], ["1/2"], [1], [2]],
            "targets": [["-3/2"], [-1], [0], ["1/2"], ["3/2"], ["8/5"], [2]],
        },
    }
    (tmp_path / "problem.json").write_text(json.dumps(problem))
    found = [document(tmp_path / "problem.json", "--starts", 1, "--seed", 3, "--saturate", f"1;{v}")["saturated"] for v in (1, -1)]
    assert {unit["minimum"] for unit in found} == {True, False} and {unit["slope"][0] == "-" for unit in found} == {True, False}
    for given, said in (("1", "incoming weights, a semicolon"), ("1,2;1", "--saturate: incoming: expected 1 weights")):
        with pytest.raises(SystemExit):
            main(["split", str(tmp_path / "problem.json"), "-q", "--starts", "1", "--seed", "3", "--saturate", given])
        assert said in capsys.readouterr().err


def test_a_certificate_is_written_and_proved_again(problem, tmp_path):
    path = tmp_path / "certificate.json"
    assert run(problem, "--weights", WEIGHTS, "--certificate", path).exit_code == 0
    done = CliRunner().invoke(critscape, ["check", str(path)])
    assert "every claim is proved" in done.stdout and "a local minimum of the wider network" in done.stdout


def test_the_page_shows_what_is_printed(problem):
    page = (Path(__file__).parents[2] / "docs" / "splitting.md").read_text(encoding="utf-8")
    shown = re.search(r"```\n(logistic 1-1-1.*?)```", page, re.DOTALL)[1]
    assert shown in run(problem, "--weights", WEIGHTS).stdout
    assert json.loads(re.search(r"```json\n(.*?)```", page, re.DOTALL)[1]) == LN_2


def test_the_family_of_one_hidden_layer_has_the_same_point(tmp_path):
    layer = {"family": "one-hidden-layer", "inputs": 1, "units": 1, "activation": "logistic"}
    path = tmp_path / "layer.json"
    path.write_text(json.dumps({**LN_2, "architecture": layer}))
    found = document(path, "--weights", WEIGHTS, "--lambda", "1/3,1/3,1/3", "--certificate", tmp_path / "certificate.json")
    assert found["wide"]["architecture"] == {**layer, "units": 3} and found["wide"]["inertia"] == [4, 0, 2]
    assert cs.check(tmp_path / "certificate.json")


def test_a_descent_that_goes_to_infinity_says_what_to_try(tmp_path, capsys):
    (tmp_path / "far.json").write_text(json.dumps({**LN_2, "data": {"inputs": [[-1], [1]], "targets": [[0], [1]]}}))
    with pytest.raises(SystemExit) as ended:
        main(["split", str(tmp_path / "far.json"), "-q", "--starts", "1"])
    said = capsys.readouterr().err
    assert (
        ended.value.code == 2
        and said.startswith("critscape: --starts: expected descents of which one ends in a local minimum")
        and "--weights" in said
    )
