"""What is remembered of a loss is found again: by an equal one, and in another process."""

import pickle
import subprocess
import sys
from fractions import Fraction

from critscape.algebra.polynomial.loss import Loss
from critscape.problems.networks.families.linear import Linear
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem


def test_equal_losses_have_equal_hashes_and_others_differ():
    one, other = (loss(random_problem(Linear((1, 2, 1)), 2, 3)) for _ in range(2))
    assert one is not other and one == other and hash(one) == hash(other) and hash(one.family) == hash(other.family)
    changed = Loss(one.family, (one.values[0] + Fraction(1, 7), *one.values[1:]))
    assert hash(changed) != hash(one) and len({one, other, changed}) == 2


def test_a_hash_stays_in_its_process(tmp_path):
    form = loss(random_problem(Linear((1, 2, 1)), 2, 3))
    hash(form), hash(form.family)
    (tmp_path / "loss").write_bytes(pickle.dumps(form))
    program = (
        "import pickle, sys; from critscape.algebra.polynomial.loss import Loss\n"
        "found = pickle.load(open(sys.argv[1], 'rb'))\n"
        "print(hash(found) == hash(Loss(found.family, found.values)), '_hash' in pickle.loads(pickle.dumps(found)).__dict__)"
    )
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / "loss")],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.split() == ["True", "False"]
