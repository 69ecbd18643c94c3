"""Certificates of smooth networks: proved again, and every change of one that changes a claim is found."""

import copy
import json
import random

import pytest
from click.testing import CliRunner

from critscape.algebra.certificates.claims import Malformed
from critscape.problems.files.problem_file import read_any
from critscape.scripts.critscape import critscape
from critscape.scripts.studies.certificate_check import checked
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.solution import solution
from tests.algebra.certificates.issued import number, text

TANH = {
    "architecture": {"family": "one-hidden-layer", "inputs": 1, "units": 2, "activation": "tanh", "output_bias": True},
    "data": {"inputs": [[-1], [1], [2]], "targets": [[1], [-1], [2]]},
    "ridge": "1/2",
}


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    path = tmp_path_factory.mktemp("certificate") / "c.json"
    assert solution(read_any(TANH), Options(), path)["status"] == "complete"
    return path


def recounted(content):
    indices = [point["index"] for point in content["points"]]
    content["counts"] = {
        "complex_at_least": len(indices),
        "real_at_least": len(indices),
        "by_index_at_least": {str(index): indices.count(index) for index in sorted(set(indices))},
    }


def moved(content, draw):
    point = draw.choice(content["points"])
    pair = draw.choice(point["centre"])
    pair[0] = text(number(pair[0]) + draw.choice((-1, 1)) * number(point["radius"]) * 2 ** draw.randint(1, 40))


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
    content["counts"]["real_at_least"] += draw.choice((-1, 1))


def misjudged(content, draw):
    point = draw.choice([p for p in content["points"] if p["not_global"] is not None])
    point["not_global"] = not point["not_global"]


def not_real(content, draw):
    point = draw.choice(content["points"])
    point.update(real=False, index=None, loss=None, not_global=None)


def bounded(content, draw):
    content["upper_bound"] = {"bound": len(content["points"]), "prime": 2147483647, "falls": [], "degree": 1}


def another_problem(content, draw):
    content["problem"]["data"]["targets"][draw.randrange(3)][0] += 1


def another_activation(content, draw):
    content["problem"]["architecture"]["activation"] = "logistic"


MUTATIONS = (
    moved, widened, emptied, another_index, another_loss, twice, miscounted, misjudged, not_real, bounded, another_problem, another_activation,
)  # fmt: skip


def test_a_certificate_is_proved_again(issued):
    ran = CliRunner().invoke(critscape, ["check", str(issued)])
    assert ran.exit_code == 0 and "at least" in ran.output, ran.output
    ran = CliRunner().invoke(critscape, ["check", str(issued), "--arithmetic", "mpmath"])
    assert ran.exit_code == 2 and "--arithmetic" in ran.output


@pytest.mark.parametrize("mutation", MUTATIONS)
@pytest.mark.parametrize("seed", range(3))
def test_every_change_of_a_claim_is_found(issued, mutation, seed):
    content = json.loads(issued.read_text())
    mutation(content, random.Random(seed))
    try:
        assert not checked(content, "flint")
    except Malformed:
        pass
