"""Certificates of smooth networks: proved again in both arithmetics, and every change of one that changes a claim is found."""

import copy
import json
import random

import pytest
from click.testing import CliRunner

import critscape as cs
from critscape.algebra.boxes import certificate as writer
from critscape.algebra.certificates.claims import Malformed
from critscape.problems.files.documents import checked as schema_checked
from critscape.problems.files.problem_file import read_any
from critscape.scripts.critscape import critscape
from critscape.scripts.studies.certificate_check import checked
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.solution import solution
from tests.algebra.certificates.issued import number, text

TANH = {
    "architecture": {"family": "one-hidden-layer", "inputs": 1, "units": 2, "activation": "tanh", "output_bias": True},
    "data": {"inputs": [[-1], [1], [2]], "targets": [[2], [-2], [4]]},
    "ridge": "3/4",
}
LOGISTIC = {
    "architecture": {"family": "one-hidden-layer", "inputs": 1, "units": 1, "activation": "logistic", "biases": True},
    "data": {"inputs": [[-2], [1], [2]], "targets": [[1], [-3], [1]]},
    "ridge": [[["1/4"]], [["1/3"]], [["1/2"]]],
}


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    path = tmp_path_factory.mktemp("certificate") / "c.json"
    assert solution(read_any(TANH), Options(), path)["status"] == "complete"
    return path


def recounted(content):
    indices = [point["index"] for point in content["points"]]
    content["counts"] = {
        "real": len(indices),
        "by_index": {str(index): indices.count(index) for index in sorted(set(indices))},
    }


def subtree(tree, start):
    """The position after the part of the tree that begins at ``start``."""
    waiting, k = 1, start
    while waiting:
        waiting += 1 if isinstance(tree[k], list) else -1
        k += 1
    return k


def moved(content, draw):
    point = draw.choice(content["points"])
    a = draw.randrange(len(point["centre"]))
    by = draw.choice((-1, 1)) * number(point["radius"]) * 2 ** draw.randint(1, 40)
    point["centre"][a] = text(number(point["centre"][a]) + by)


def widened(content, draw):
    draw.choice(content["points"])["radius"] = "1*2^" + str(draw.randint(6, 40))


def emptied(content, draw):
    draw.choice(content["points"])["radius"] = draw.choice(("0*2^0", "-1*2^-9"))


def another_index(content, draw):
    point = draw.choice([p for p in content["points"] if p["index"]])
    point["index"] += 1
    recounted(content)


def another_loss(content, draw):
    point = draw.choice(content["points"])
    lower, upper = map(number, point["loss"])
    by = draw.choice((-1, 1)) * 2 ** draw.randint(2, 40) * (upper - lower)
    point["loss"] = [text(lower + by), text(upper + by)]


def twice(content, draw):
    content["points"].append(copy.deepcopy(draw.choice(content["points"])))
    recounted(content)


def miscounted(content, draw):
    content["counts"]["real"] += draw.choice((-1, 1))


def counted_elsewhere(content, draw):
    by_index = content["counts"]["by_index"]
    index = draw.choice(list(by_index))
    by_index[str(int(index) + 5)] = by_index.pop(index)


def misjudged(content, draw):
    point = draw.choice([p for p in content["points"] if p["global"] is not None])
    point["global"] = not point["global"]


def judged_without_a_cover(content, draw):
    content["cover"] = None


def left_out(content, draw):
    """A point is not listed, and the cells that are its are said to be empty."""
    gone = draw.randrange(len(content["points"]))
    content["points"].pop(gone)
    tree = content["cover"]["tree"]
    for k, entry in enumerate(tree):
        if isinstance(entry, int):
            tree[k] = None if entry == gone else entry - (entry > gone)
    recounted(content)


def orbit_left_out(content, draw):
    """All points of one loss are not listed: nothing but the cells can show that."""
    level = draw.choice([content["points"][entry]["loss"] for entry in content["cover"]["tree"] if isinstance(entry, int)])
    middle = sum(map(number, level)) / 2
    kept = [k for k, p in enumerate(content["points"]) if not number(p["loss"][0]) < middle < number(p["loss"][1])]
    assert len(kept) < len(content["points"])
    content["points"] = [content["points"][k] for k in kept]
    tree = content["cover"]["tree"]
    for k, entry in enumerate(tree):
        if isinstance(entry, int):
            tree[k] = kept.index(entry) if entry in kept else None
    for point in content["points"]:
        point["global"] = None
    recounted(content)


def smaller_region(content, draw):
    region = content["cover"]["region"]
    a = draw.randrange(len(region))
    region[a] = text(number(region[a]) * draw.choice((-1, 0, 1)) / 2)


def shorter(content, draw):
    content["cover"]["tree"].pop(draw.randrange(len(content["cover"]["tree"])))


def longer(content, draw):
    content["cover"]["tree"].append(draw.choice((None, 0, [0, "1*2^-3"])))


def cut_outside(content, draw):
    entry = draw.choice([entry for entry in content["cover"]["tree"] if isinstance(entry, list)])
    entry[1] = text(draw.choice((-1, 1)) * number(content["cover"]["region"][entry[0]]) * draw.randint(1, 3))


def cut_along_another_weight(content, draw):
    draw.choice([entry for entry in content["cover"]["tree"] if isinstance(entry, list)])[0] = draw.choice((-1, 2, 7, "0", True))


def emptied_cell(content, draw):
    tree = content["cover"]["tree"]
    tree[draw.choice([k for k, entry in enumerate(tree) if isinstance(entry, int)])] = None


def another_point_in_a_cell(content, draw):
    tree = content["cover"]["tree"]
    place = draw.choice([k for k, entry in enumerate(tree) if isinstance(entry, int)])
    tree[place] = draw.choice([k for k in range(len(content["points"])) if k != tree[place]])


def no_such_point(content, draw):
    tree = content["cover"]["tree"]
    tree[draw.choice([k for k, entry in enumerate(tree) if not isinstance(entry, list)])] = len(content["points"]) + draw.randint(0, 3)


def pruned(content, draw):
    """A part of the tree with a point in it becomes one empty cell."""
    tree = content["cover"]["tree"]
    parts = [(k, subtree(tree, k)) for k, entry in enumerate(tree) if isinstance(entry, list)]
    start, end = draw.choice([part for part in parts if any(isinstance(entry, int) for entry in tree[slice(*part)])])
    tree[start:end] = [None]


def another_problem(content, draw):
    content["problem"]["data"]["targets"][draw.randrange(3)][0] += 1


def another_ridge(content, draw):
    content["problem"]["ridge"] = draw.choice(("1/2", "7/8", 1))


def another_activation(content, draw):
    content["problem"]["architecture"]["activation"] = "logistic"


MUTATIONS = (
    moved, widened, emptied, another_index, another_loss, twice, miscounted, counted_elsewhere, misjudged, judged_without_a_cover, left_out,
    orbit_left_out, smaller_region, shorter, longer, cut_outside, cut_along_another_weight, emptied_cell, another_point_in_a_cell,
    no_such_point, pruned, another_problem, another_ridge, another_activation,
)  # fmt: skip


def test_a_certificate_is_proved_again(issued):
    schema_checked(json.loads(issued.read_text()), "box certificate")
    ran = CliRunner().invoke(critscape, ["check", str(issued)])
    assert ran.exit_code == 0 and "exactly 9" in ran.output and "there are no others" in ran.output, ran.output


@pytest.mark.slow  # Intervals of mpmath take several times as long as balls.
def test_a_certificate_with_symmetries_is_proved_again_without_flint(issued):
    assert checked(json.loads(issued.read_text()), "mpmath")


@pytest.mark.parametrize("mutation", MUTATIONS)
@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])  # Some changes are found only in the last cell.
def test_every_change_of_a_claim_is_found(issued, mutation, seed):
    content = json.loads(issued.read_text())
    before = copy.deepcopy(content)
    mutation(content, random.Random(seed))
    assert content != before
    try:
        assert not checked(content, "flint")
    except Malformed:
        pass


def test_a_bias_is_one_more_inner_weight(tmp_path):
    found = solution(read_any(LOGISTIC), Options(), tmp_path / "c.json")
    check = cs.check(tmp_path / "c.json")
    assert cs.check(tmp_path / "c.json", arithmetic="mpmath")
    assert found["status"] == "complete" and check and check.real == found["counts"]["real"] and check.complex is None
    assert {str(index): number for index, number in check.by_index.items()} == found["counts"]["by_index"]
    content = json.loads((tmp_path / "c.json").read_text())
    assert len(content["cover"]["region"]) == 2 and cs.read(content).status == "complete"


@pytest.mark.parametrize("activation", ["logistic", "tanh"])
@pytest.mark.parametrize(
    "inputs, targets, minima",
    [([1, 2], [0, 0], (1, 1)), ([0, 0], [1, 2], (1, 1)), ([1, 0], [100_000, 0], (1, 2)), ([1, 1], ["1/1000000"] * 2, (1, 1))],
)
def test_special_data_have_certificates_too(activation, inputs, targets, minima, tmp_path):
    """No targets, inputs that are zero, large and small numbers."""
    problem = {
        "architecture": {"family": "one-hidden-layer", "inputs": 1, "units": 1, "activation": activation},
        "data": {"inputs": [[x] for x in inputs], "targets": [[y] for y in targets]},
        "ridge": "1/3",
    }
    assert solution(read_any(problem), Options(), tmp_path / "c.json")["status"] == "complete"
    check = cs.check(tmp_path / "c.json")
    assert check and check.by_index[0] == minima[activation == "tanh"] and cs.read(tmp_path / "c.json").status == "complete"


@pytest.mark.parametrize("key", ["9" * 5000, "-1", "01", "x", "²"])
def test_a_strange_index_is_refused(issued, key):
    content = json.loads(issued.read_text())
    content["counts"]["by_index"][key] = 1
    with pytest.raises(Malformed, match="counts.by_index"):
        checked(content, "flint")


def test_without_a_cover_nothing_is_claimed_of_further_points(tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "MOST_CELLS", 3)
    solution(read_any(TANH), Options(), tmp_path / "c.json")
    content = json.loads((tmp_path / "c.json").read_text())
    assert content["cover"] is None and not any(point["global"] for point in content["points"])
    ran = CliRunner().invoke(critscape, ["check", str(tmp_path / "c.json")])
    assert ran.exit_code == 0 and "at least" in ran.output and "nothing is claimed of further points" in ran.output


def test_cells_of_what_was_not_complete_are_not_looked_for(tmp_path):
    found = solution(read_any({**TANH, "ridge": "1/50"}), Options(boxes=300), tmp_path / "c.json")
    assert found["status"] == "incomplete" and json.loads((tmp_path / "c.json").read_text())["cover"] is None
