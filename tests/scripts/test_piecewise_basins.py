"""`critscape basins` of piecewise linear networks: every run ends in a listed set, or is a finding."""

import json
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from critscape.algebra.cells.arrival import arrived, exact_loss, target
from critscape.algebra.cells.stationary import stationary_sets
from critscape.algebra.cells.strata import strata
from critscape.algebra.cells.subgradient_descent import subgradient_descent
from critscape.algebra.cells.subgradient_flow import Rest, float_layer, subgradient_flow
from critscape.algebra.cells.table import Kind, table
from critscape.problems.files.documents import schema
from critscape.scripts.critscape import critscape
from tests.algebra.cells.layers import MODULUS, RELU, layer, random_layer, two_sided

TWO = {
    "architecture": {"family": "piecewise-linear", "inputs": 1, "units": 2, "activation": "relu"},
    "data": {"inputs": [[1], [-1]], "targets": [[1], [2]]},
    "ridge": "7/16",
}


def run(tmp_path, *arguments, given=TWO):
    file = tmp_path / "problem.json"
    file.write_text(json.dumps(given))
    made = ["basins", file, "--records", tmp_path / "records", "-q", *arguments]
    done = CliRunner().invoke(critscape, list(map(str, made)), standalone_mode=False)
    assert done.exception is None, done.exception
    return done


def state(made, *numbers):
    """v, w, c as one start."""
    return np.array([[*map(float, numbers), *([0.0] if made.output_bias is not None else [])]])


def ended(made, start, tolerance=1e-9):
    return next(subgradient_flow(float_layer(made), strata(made), start, tolerance, 20_000))


@pytest.mark.parametrize(
    ("v", "w", "end"),
    [
        (0.5, 0.25, 0.75),  # On the right x = 1, y = 1.
        (0.5, -0.25, 1.25),  # On the left x = −1, y = 2.
        (-0.5, 0.75, 0.75),  # v² − w² keeps its sign: v crosses zero, w does not.
        (-0.75, 0.5, 0.0),  # w comes to zero, where L rises on both sides, and v decays: the unit dies.
        (-0.75, -0.5, 0.0),
    ],
)
def test_a_unit_goes_where_the_flow_by_hand_takes_it(v, w, end):
    made = two_sided(1)
    found = ended(made, state(made, v, w))
    assert found.rest is Rest.SETTLED
    assert found.outgoing[0] == pytest.approx(end, abs=1e-9) and abs(found.incoming[0, 0]) == pytest.approx(end, abs=1e-9)


def test_the_flow_slides_along_a_face_to_a_minimum_on_it():
    made = layer([[1, 1], [0, 1]], [2, -10], [(1, [1, 3])])
    listed = table(made, stationary_sets(made)).rows
    found = ended(made, state(made, 1, 1, "0.1"))
    arrival = arrived(made, strata(made), [target(made, row) for row in listed], found)
    assert listed[arrival.row].kind in (Kind.GLOBAL_MINIMUM, Kind.SPURIOUS_MINIMUM) and listed[arrival.row].stationary.kinked
    assert found.incoming[0] == pytest.approx([1, 0], abs=1e-9) and found.outgoing == pytest.approx([1])
    assert exact_loss(made, found) == pytest.approx(Fraction(103, 2))


@pytest.mark.parametrize("seed", range(6))
def test_runs_from_random_starts_of_random_layers_end_in_listed_sets(seed):
    made = random_layer(seed + 300, 2, 2, 5)
    places, listed = strata(made), table(made, stationary_sets(made)).rows
    targets, floats = [target(made, row) for row in listed], float_layer(made)
    size = len(made.units) * (1 + made.inputs) + (made.output_bias is not None)
    for end in subgradient_flow(floats, places, np.random.default_rng(seed).standard_normal((13, size)), 1e-6, 20_000):
        arrival = arrived(made, places, targets, end)
        assert arrival is not None and listed[arrival.row].stationary.directional
        assert float(exact_loss(made, end)) == pytest.approx(float(listed[arrival.row].stationary.solution.loss.mid()), rel=1e-9)


@pytest.mark.parametrize("made", [two_sided(1), two_sided(2, MODULUS), layer([[1, 2], [2, -1]], [1, -1], [(1, [1, 1])], RELU, Fraction(0))])
def test_the_loss_never_rises_along_the_flow(made):
    size = len(made.units) * (1 + made.inputs) + (made.output_bias is not None)
    places, floats = strata(made), float_layer(made)
    for start in np.random.default_rng(5).standard_normal((4, 1, size)):
        heights = [exact_loss(made, next(subgradient_flow(floats, places, start, 1e-9, steps))) for steps in (0, 3, 9, 27, 81, 243)]
        assert all(later <= earlier * (1 + Fraction(1, 10**12)) for earlier, later in pairwise(heights))


def test_descent_with_short_steps_ends_as_the_flow_does():
    made = two_sided(2)
    places, floats = strata(made), float_layer(made)
    starts = np.random.default_rng(8).standard_normal((10, 4))
    flows = subgradient_flow(floats, places, starts, 1e-9, 20_000)
    for one, other in zip(flows, subgradient_descent(floats, places, starts, 1e-3, 200_000)):
        assert other.rest is one.rest is Rest.SETTLED and np.abs(one.outgoing - other.outgoing).max() < 1e-2


def test_the_command_gives_a_valid_document_that_is_the_same_for_more_jobs_and_goes_on(tmp_path):
    done = run(tmp_path, "--runs", 12, "--format", "json")
    assert done.return_value == 0, done.output
    found = json.loads(done.stdout)
    Draft202012Validator(schema("basins")).validate(found)
    assert sum(entry["runs"] for entry in found["minima"]) == 12 and not found["findings"] and found["arrivals"]["proved"] > 0
    assert max(entry["distance"] or 0 for entry in found["minima"]) < 1e-5
    more = json.loads(run(tmp_path, "--runs", 20, "--format", "json").stdout)
    assert more["runs"] == 20 and sum(entry["runs"] for entry in more["minima"]) == 20
    (tmp_path / "records").unlink()
    assert json.loads(run(tmp_path, "--runs", 20, "--jobs", 2, "--format", "json").stdout) == more


@pytest.mark.parametrize("data", [{"inputs": [[0], [0]], "targets": [[1], [2]]}, {"inputs": [[1], [-1]], "targets": [[0], [0]]}])
def test_where_nothing_can_be_learnt_every_run_ends_at_zero(tmp_path, data):
    done = run(tmp_path, "--runs", 5, "--format", "json", given={**TWO, "data": data})
    assert done.return_value == 0 and [entry["runs"] for entry in json.loads(done.stdout)["minima"]] == [5]


def test_a_run_that_does_not_settle_is_a_finding_and_the_status_says_so(tmp_path):
    done = run(tmp_path, "--runs", 3, "--max-steps", 2)
    assert done.return_value == 1 and "FINDING: 3 of 3 runs do not end in a listed stationary set" in done.stdout
    done = run(tmp_path, "--runs", 3, "--method", "descent", "--step", 50)
    assert done.return_value == 1 and "diverged" in done.stdout


def test_all_formats_and_starting_points_print(tmp_path):
    for style in ("text", "markdown", "csv", "latex"):
        done = run(tmp_path, "--runs", 5, "--distribution", "he", "--format", style)
        assert done.return_value == 0 and done.stdout.count("global minimum") >= 1


def test_without_a_ridge_the_answer_is_one_line_with_the_way_out(tmp_path):
    for ridge in (0, [[[0], ["1/2"]], [["1/2", "1/2"]]]):
        done = run(tmp_path, given={**TWO, "ridge": ridge})
        assert done.return_value == 1 and done.stderr.count("\n") == 1 and "a small ridge will do" in done.stderr


def test_no_merge_tree_is_claimed(tmp_path):
    file = tmp_path / "problem.json"
    file.write_text(json.dumps(TWO))
    for command in (["landscape", file], ["plot", "landscape", file, "--output", tmp_path / "tree.png"]):
        done = CliRunner().invoke(critscape, list(map(str, command)), standalone_mode=False)
        assert done.return_value == 1 and done.stderr.count("\n") == 1 and "critscape basins" in done.stderr
