"""Start sets that ship: all of the list, verified, with the known counts; files that were tampered with are refused."""

import csv
import io
import json
import re
from fractions import Fraction
from typing import ClassVar

import numpy as np
import pytest
from click.testing import CliRunner

from critscape.algebra.starts import checkpoint
from critscape.algebra.tracking.batch_engine import BatchTracker
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.objectives.moments import filling, squared
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.printing.start_set_list import HEADINGS
from critscape.scripts.starts import MOST_BYTES, MOST_BYTES_TOGETHER, command
from critscape.scripts.studies import start_set_list, start_sets
from critscape.scripts.studies.engines import Engine, TooLarge, batch
from critscape.scripts.studies.executors import Interrupted
from critscape.scripts.studies.start_set_list import entries, shipped_list
from critscape.scripts.studies.start_sets import cache_folder, file_name, shipped_folder, solved, start_set, verified

SMALL = Linear((2, 1, 2))
ONE = (Fraction(1),)
ORACLES = [
    # Bharadwaj–Hoşten: N_C = Σ_s 4^s C(d,s) C(d_y,s) for one hidden layer and one sample.
    *((Linear((d_x, 1, 1)), 1, 5) for d_x in (1, 2)),
    *((Linear((d_x, 1, 2)), 1, 9) for d_x in (1, 2)),
    *((Linear((d_x, 2, 1)), 1, 9) for d_x in (1, 2)),
    *((Linear((d_x, 2, 2)), 1, 33) for d_x in (1, 2, 3)),
    (Linear((2, 3, 2)), 1, 73), (Linear((2, 1, 3)), 1, 13),
    (Linear((2, 1, 2)), 2, 17), (Linear((2, 2, 2)), 2, 225), (Linear((2, 1, 3)), 2, 25), (Linear((1, 2, 1)), 1, 9),
    (Linear((1, 1, 1, 1)), 1, 17), (Linear((1, 1, 1, 1, 1)), 1, 49), (Linear((1, 1, 2, 1)), 1, 33), (Linear((2, 2, 2, 2)), 1, 641),
    (Quadratic(1, 1, ONE), 1, 3), (Quadratic(2, 1, ONE), 2, 9), (Quadratic(2, 1, ONE), 3, 9), (Quadratic(2, 2, 2 * ONE), 3, 33),
    *((Quadratic(3, 1, ONE), m, 27) for m in (3, 4, 5, 6)),
    (Quadratic(1, 1, None), 1, 9), (Quadratic(2, 1, None), 2, 33), (Quadratic(2, 1, None), 3, 33), (Quadratic(1, 2, None), 1, 33),
    (Quadratic(2, 2, None), 3, 481),
]  # fmt: skip


def silent(stage, count):
    """No progress."""


def run(*arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments], standalone_mode=False)


@pytest.fixture(scope="module")
def shipped():
    """What ships, by network and number of samples."""
    return {objective: verified(shipped_folder() / file_name(objective, "batch"), objective) for objective in shipped_list()}


def test_every_shipped_set_verifies_and_says_how_it_was_made(shipped):
    for objective, found in shipped.items():
        network, samples = objective.network, objective.samples
        assert found is not None and found.complete, (network.title, samples)
        record = found.provenance
        assert (record["command"], record["seed"], record["engine"]) == ("critscape starts ship", 0, "batch")
        assert (record["architecture"], record["samples"]) == (network.document(), samples)
        assert record["solutions"] == len(found.solutions)


def test_the_folder_holds_what_is_listed_and_is_small(shipped):
    files = {path.name: path.stat().st_size for path in shipped_folder().glob("*.npz")}
    assert files.keys() == {file_name(objective, "batch") for objective in shipped}
    assert max(files.values()) <= MOST_BYTES and sum(files.values()) <= MOST_BYTES_TOGETHER
    assert all(1 <= objective.samples <= filling(objective.network) for objective in shipped)


@pytest.mark.parametrize(("network", "samples", "count"), ORACLES)
def test_counts_are_the_known_ones(network, samples, count, shipped):
    found = shipped[squared(network, samples)]
    assert len(found.solutions) == count
    assert sum(map(len, found.orbits)) in (0, count)


def test_list_verifies_what_ships_and_prints_every_format(monkeypatch):
    listed = json.loads(run("list", "--format", "json").stdout)
    mine = [entry for entry in listed if entry["where"] == "package"]
    assert len(mine) == len(list(shipped_list())) and all(entry["verified"] is True for entry in mine)
    # Verified once, printed in every format.
    monkeypatch.setattr(start_set_list, "entries", lambda: listed)
    table = csv.DictReader(io.StringIO(run("list", "--format", "csv").stdout))
    (row,) = [row for row in table if (row["network"], row["samples"], row["where"]) == ("linear 2-1-2", "2", "package")]
    assert tuple(row) == HEADINGS
    shown = [row[heading] for heading in ("solutions", "orbits", "engine", "seed", "verified")]
    assert shown == ["17", "9", "batch", "0", "yes"]
    for style in ("text", "markdown", "latex"):
        assert "linear 2-2-2-2" in run("list", "--format", style).stdout


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Folders for shipped and cached start sets that are empty."""
    monkeypatch.setattr(start_sets, "shipped_folder", lambda: tmp_path / "shipped")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "shipped").mkdir()
    return tmp_path / "shipped"


@pytest.fixture(scope="module")
def arrays():
    """The arrays of the shipped start set for 2-1-2, two samples, and those of one with another tilt."""

    def of(path):
        with np.load(path) as stored:
            return {name: stored[name] for name in stored.files}

    return of(shipped_folder() / file_name(squared(SMALL, 2), "batch"))


@pytest.fixture(scope="module")
def other():
    """Another start set of the same member: the solutions at another tilt."""
    return solved(squared(SMALL, 2), batch(1), 1, 100, silent)


def without_one(arrays, other):
    """All that belongs to one solution is gone: only the trace test can tell."""
    part = {name: arrays[name][1:] for name in ("solutions", "forward", "backward")}
    return part | {"representatives": arrays["representatives"][:0]}


def one_changed(arrays, other):
    solutions = arrays["solutions"].copy()
    solutions[3, 0] += 1e-6
    return {"solutions": solutions}


def two_mixed(arrays, other):
    return {"solutions": np.concatenate([arrays["solutions"][:8], other.solutions[8:]])}


def two_mixed_with_their_tilt(arrays, other):
    """Solutions and tilt are the other's, the line is not."""
    return {"solutions": other.solutions, "tilt": other.member.tilt}


def one_twice(arrays, other):
    order = [0, 0, *range(2, 17)]
    return {name: arrays[name][order] for name in ("solutions", "forward", "backward")}


def an_orbit_less(arrays, other):
    return {"representatives": arrays["representatives"][1:]}


def an_orbit_moved(arrays, other):
    return {"representatives": arrays["representatives"] * (1 + 1e-6)}


def another_member(arrays, other):
    return {"parameters": arrays["parameters"] * (1 + 1e-6)}


TAMPERINGS = (
    without_one, one_changed, two_mixed, two_mixed_with_their_tilt, one_twice, an_orbit_less, an_orbit_moved, another_member,
)  # fmt: skip


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_a_tampered_shipped_set_is_refused(tampering, arrays, other, tmp_path):
    path = tmp_path / file_name(squared(SMALL, 2), "batch")
    np.savez_compressed(path, **arrays)
    assert verified(path, squared(SMALL, 2)) is not None
    np.savez_compressed(path, **arrays | tampering(arrays, other))
    assert verified(path, squared(SMALL, 2)) is None


def test_a_refused_shipped_set_is_not_used_but_made_anew(arrays, other, elsewhere):
    name = file_name(squared(SMALL, 2), "batch")
    problem = random_problem(SMALL, 3, 5)
    np.savez_compressed(elsewhere / name, **arrays)
    used = start_set(problem, batch(1), 4, 100, silent)
    assert used.provenance["command"] == "critscape starts ship" and not cache_folder().exists()
    np.savez_compressed(elsewhere / name, **arrays | without_one(arrays, other))
    made = start_set(problem, batch(1), 4, 100, silent)
    assert len(made.solutions) == 17 and made.provenance["seed"] == 4 and "command" not in made.provenance
    assert verified(cache_folder() / name, squared(SMALL, 2)) is not None


def test_damaged_files_are_refused(tmp_path):
    whole = (shipped_folder() / file_name(squared(SMALL, 2), "batch")).read_bytes()
    path = tmp_path / "damaged.npz"
    rng = np.random.default_rng(0)
    for place in rng.integers(60, 5000, size=60):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ int(rng.integers(1, 256))]) + whole[place + 1 :])
        found = verified(path, squared(SMALL, 2))
        # A byte that says nothing of the content may change.
        assert found is None or len(found.solutions) == 17
    path.write_bytes(whole[:3000])
    assert verified(path, squared(SMALL, 2)) is None


def test_list_tells_what_is_not_verified(arrays, other, elsewhere, monkeypatch):
    monkeypatch.setattr("critscape.scripts.studies.start_set_list.shipped_folder", lambda: elsewhere)
    np.savez_compressed(elsewhere / file_name(squared(SMALL, 2), "batch"), **arrays | one_changed(arrays, other))
    np.savez_compressed(elsewhere / file_name(squared(SMALL, 1), "batch"), **arrays)
    (elsewhere / "broken.npz").write_bytes(b"PK")
    np.savez(elsewhere / "earlier.npz", **arrays | {"provenance": np.array("{}")})
    assert {entry["file"]: entry["verified"] for entry in entries()} == {
        "linear-2-1-2-m2-batch.npz": False,
        "linear-2-1-2-m1-batch.npz": False,
        "broken.npz": False,
        "earlier.npz": None,
    }
    assert run("list").return_value == 1


def test_ship_makes_start_sets_that_verify(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(
        "critscape.scripts.studies.start_set_list.shipped_list", lambda: [squared(SMALL, 2), squared(Quadratic(2, 1, None), 2)]
    )
    outcome = run("ship", "--folder", tmp_path / "new")
    assert outcome.return_value == 0 and "linear 2-1-2, 2 samples: 17 solutions, 9 orbits" in outcome.stdout
    for network in (SMALL, Quadratic(2, 1, None)):
        assert verified(tmp_path / "new" / file_name(squared(network, 2), "batch"), squared(network, 2)).complete


def test_ship_leaves_out_what_is_too_large(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("critscape.scripts.studies.start_set_list.shipped_list", lambda: [squared(SMALL, 2), squared(SMALL, 1)])
    monkeypatch.setattr("critscape.scripts.starts.MOST_BYTES", 5000)
    outcome = run("ship", "--folder", tmp_path / "new")
    assert outcome.return_value == 1 and "linear 2-1-2, 2 samples: left out, its file has" in outcome.stdout
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["linear-2-1-2-m1-batch.npz"]


class Stopping(BatchTracker):
    """A tracker that is interrupted when it has been called a few times."""

    def track_all(self, ways, thorough=True):
        self.calls.append(len(ways))
        if len(self.calls) > 4:
            raise self.reason[0]
        return super().track_all(ways, thorough)

    calls: ClassVar[list] = []
    reason: ClassVar[list] = [KeyboardInterrupt()]


@pytest.mark.parametrize(
    "reason", [KeyboardInterrupt(), Interrupted("workers were lost", 1)], ids=["by the user", "by the loss of workers"]
)
def test_an_interrupted_search_goes_on(reason, elsewhere, capsys):
    Stopping.calls.clear()
    Stopping.reason[:] = [reason]
    with pytest.raises(type(reason)):
        solved(squared(SMALL, 2), Engine(Stopping(), None, None, {}), 7, 100, silent)
    # Where workers are lost the command itself says so.
    assert ("is kept" in capsys.readouterr().err) == isinstance(reason, KeyboardInterrupt)
    (path,) = cache_folder().iterdir()
    assert path.name == "linear-2-1-2-m2-batch-seed7.partial.npz"
    stages = []
    resumed = solved(squared(SMALL, 2), batch(1), 7, 100, lambda stage, count: stages.append(stage))
    assert stages[0] == "interrupted monodromy taken up again" and not path.exists()
    whole = solved(squared(SMALL, 2), batch(1), 7, 100, silent)
    assert np.array_equal(resumed.solutions, whole.solutions) and resumed.provenance == whole.provenance


@pytest.mark.parametrize(("widths", "samples", "limit"), [((2, 1, 2), 2, 1), ((2, 1, 2), 2, 10), ((2, 1, 2), 2, 14), ((1, 2, 1), 1, 5)])
def test_a_search_that_is_too_large_names_a_limit_with_which_it_goes_on(widths, samples, limit, elsewhere, monkeypatch):
    monkeypatch.setattr(start_sets, "shipped_folder", cache_folder)
    problem, tried, stages = random_problem(Linear(widths), samples, 1), [limit], []
    while True:
        stages.clear()
        try:
            found = start_set(problem, batch(1), 0, tried[-1], lambda stage, count: stages.append(stage))
        except TooLarge as error:
            (named,) = re.findall(r"the same command with --max-paths (\d+) \(.*\) goes on from there", str(error)) or [None]
            if named is None:
                # Everything is found, and counted.
                (named,) = re.findall(r"the number of paths of this problem, (\d+), got", str(error))
            assert int(named) > tried[-1]
            tried.append(int(named))
        else:
            break
    assert found.complete and "interrupted monodromy taken up again" in stages
    # A guess and, where that is too low, a bound.
    assert len(tried) <= 3


def test_a_search_that_was_too_large_goes_on_with_a_larger_limit(elsewhere):
    # The same command refuses a second time what it refused before.
    for limit in (10, 10, 9):
        with pytest.raises(TooLarge, match=f"--max-paths: .* or more, got {limit}"):
            solved(squared(SMALL, 2), batch(1), 0, limit, silent)
    (path,) = cache_folder().iterdir()
    assert checkpoint.load(path, squared(SMALL, 2).family, squared(SMALL, 2)) is not None
    stages = []
    found = solved(squared(SMALL, 2), batch(1), 0, 100, lambda stage, count: stages.append(stage))
    assert "interrupted monodromy taken up again" in stages and len(found.solutions) == 17
