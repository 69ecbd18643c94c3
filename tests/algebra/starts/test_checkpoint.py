"""An interrupted monodromy search ends bit for bit as if nothing had happened; a file that is not right is refused."""

import json

import numpy as np
import pytest

from critscape.algebra.starts import checkpoint
from critscape.algebra.starts.start_set import solve
from critscape.algebra.tracking.batch_engine import BatchTracker
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.objectives.moments import squared
from critscape.problems.objectives.squared_loss import family

MEMBERS = {
    "2-1-2": (Linear((2, 1, 2)), 2),
    "2-2-2, one sample": (Linear((2, 2, 2)), 1),
    "quadratic 2, 1, trained": (Quadratic(2, 1, None), 3),
}
LIMIT = 1000


def finished(network, samples, rng, resumed=None, keep=lambda search: None):
    space = squared(network, samples)
    return solve(BatchTracker(), family(network), space, rng, LIMIT, None, lambda stage, count: None, resumed, keep)


def interrupted(network, samples, path, calls):
    """Runs a search that ends at the given call of its checkpoint."""
    done = 0

    def keep(search):
        nonlocal done
        done += 1
        if done == calls:
            checkpoint.save(search, path)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        finished(network, samples, np.random.default_rng(3), keep=keep)


@pytest.fixture(scope="module")
def uninterrupted():
    """For each member: its start set and the number of checkpoints on the way."""
    found = {}
    for name, (network, samples) in MEMBERS.items():
        calls = []
        whole = finished(network, samples, np.random.default_rng(3), keep=calls.append)
        found[name] = whole, len(calls)
    return found


@pytest.mark.parametrize("name", MEMBERS)
@pytest.mark.parametrize("part", [0.0, 0.5, 1.0])
def test_a_resumed_search_gives_the_same_bits(name, part, uninterrupted, tmp_path):
    network, samples = MEMBERS[name]
    whole, calls = uninterrupted[name]
    assert whole.complete and calls > 2
    path = tmp_path / "search.npz"
    interrupted(network, samples, path, 1 + round(part * (calls - 1)))
    search = checkpoint.load(path, family(network), squared(network, samples))
    assert search is not None and (search.tracked > 0 or search.finished)
    left = []
    again = finished(network, samples, search.rng, search, left.append)
    assert len(left) == calls - 1 - round(part * (calls - 1))
    assert np.array_equal(again.solutions, whole.solutions) and np.array_equal(again.member.tilt, whole.member.tilt)
    assert np.array_equal(again.trace.line.forward, whole.trace.line.forward)
    assert again.provenance == whole.provenance
    assert all(np.array_equal(one.point, other.point) for one, other in zip(again.orbits, whole.orbits, strict=True))


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """The arrays of an interrupted search on 2-1-2."""
    path = tmp_path_factory.mktemp("search") / "search.npz"
    interrupted(*MEMBERS["2-1-2"], path, 4)
    with np.load(path) as arrays:
        return {name: arrays[name] for name in arrays.files}


def loaded(arrays, path, network=MEMBERS["2-1-2"][0], samples=2):
    np.savez(path, **arrays)
    return checkpoint.load(path, family(network), squared(network, samples))


def moved(array, by):
    changed = array.copy()
    changed.flat[0] += by
    return changed


TAMPERED = {
    "a solution moved": lambda a: {"solutions": moved(a["solutions"], 1e-4)},
    "a solution twice": lambda a: {"solutions": np.concatenate([a["solutions"][:1], a["solutions"][:1], a["solutions"][2:]])},
    "a solution too few": lambda a: {"solutions": a["solutions"][:-1]},
    "a solution that is no number": lambda a: {"solutions": moved(a["solutions"], np.nan)},
    "another tilt": lambda a: {"tilts": moved(a["tilts"], 0.01)},
    "another base member": lambda a: {"places": moved(a["places"], 0.01)},
    "no vertices": lambda a: {name: a[name][:0] for name in ("places", "tilts", "solutions", "solution_counts")},
    "weights of another network": lambda a: {name: a[name][:, :-1] for name in ("tilts", "solutions", "tilt_bends")},
    "a partner that is not there": lambda a: {"partners": np.full_like(a["partners"], 1000)},
    "a negative partner": lambda a: {"partners": np.full_like(a["partners"], -3)},
    "partners that are no integers": lambda a: {"partners": a["partners"] + 0.5},
    "an arc to nowhere": lambda a: {"ends": a["ends"] + 100},
    "a negative count": lambda a: {"solution_counts": np.concatenate([[-1], a["solution_counts"][1:]])},
    "a bend that is no number": lambda a: {"tilt_bends": a["tilt_bends"] * np.inf},
    "a finished solution moved": lambda a: {"finished": moved(a["finished"], 1e-4)},
    "a finished solution too few": lambda a: {"finished": a["finished"][:-1]},
    "finished strata without the tilt to come": lambda a: {"goal": a["goal"][:0]},
    "a tilt to come that is no number": lambda a: {"goal": a["goal"] * np.nan},
    "too few counters": lambda a: {"counters": a["counters"][:-1]},
    "another kind of random numbers": lambda a: {"rng": np.array(json.dumps({"bit_generator": "MT19937"}))},
    "random numbers that are no JSON": lambda a: {"rng": np.array("{")},
}


@pytest.mark.parametrize("change", TAMPERED)
def test_a_tampered_search_is_refused(change, stored, tmp_path):
    assert loaded(stored, tmp_path / "search.npz") is not None
    with np.errstate(invalid="ignore"):
        assert loaded(stored | TAMPERED[change](stored), tmp_path / "search.npz") is None


def test_a_search_of_another_member_is_refused(stored, tmp_path):
    assert loaded(stored, tmp_path / "search.npz", samples=1) is None
    assert loaded(stored, tmp_path / "search.npz", Linear((1, 2, 1)), 1) is None
    without = {name: array for name, array in stored.items() if name != "partners"}
    assert loaded(without, tmp_path / "search.npz") is None


def test_a_damaged_file_is_refused(stored, tmp_path):
    network, samples = MEMBERS["2-1-2"]
    path = tmp_path / "search.npz"
    np.savez(path, **stored)
    whole = path.read_bytes()
    assert checkpoint.load(tmp_path / "none.npz", family(network), squared(network, samples)) is None
    for content in (b"", b"PK", whole[: len(whole) // 2], whole[:200] + bytes(200) + whole[400:]):
        path.write_bytes(content)
        assert checkpoint.load(path, family(network), squared(network, samples)) is None
    with path.open("wb") as file:
        np.save(file, np.zeros(3))
    assert checkpoint.load(path, family(network), squared(network, samples)) is None


def test_what_cannot_be_written_leaves_nothing(stored, tmp_path, monkeypatch):
    path = tmp_path / "search.npz"
    np.savez(path, **stored)
    search = checkpoint.load(path, family(MEMBERS["2-1-2"][0]), squared(*MEMBERS["2-1-2"]))
    before = path.read_bytes()

    def full(file, **arrays):
        file.write(b"half")
        raise OSError("no space left")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="no space"):
        checkpoint.save(search, path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["search.npz"] and path.read_bytes() == before
