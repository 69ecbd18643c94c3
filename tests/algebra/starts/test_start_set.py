"""Start sets on disk: what was saved comes back, and no file that is not whole, true and complete is believed."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from critscape.algebra.starts.start_set import load, save
from critscape.algebra.symmetry.orbits import orbit_representatives
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.objectives.squared_loss import family
from tests.algebra.starts.test_monodromy import generic_solutions

ONE = Fraction(1)
NETWORK, SAMPLES = Linear((1, 2, 2)), 1
FAMILY = family(NETWORK)


@pytest.fixture
def stored(tmp_path):
    """The arrays of a saved start set."""
    save(generic_solutions(NETWORK, SAMPLES), tmp_path / "whole.npz")
    with np.load(tmp_path / "whole.npz", allow_pickle=False) as file:
        return dict(file)


@pytest.fixture
def loaded(tmp_path):
    """Loads the start set that arrays make."""

    def load_arrays(arrays):
        np.savez_compressed(tmp_path / "changed.npz", **arrays)
        return load(tmp_path / "changed.npz", FAMILY, generic_solutions(NETWORK, SAMPLES).member.parameters)

    return load_arrays


@pytest.mark.parametrize(
    ("network", "samples"),
    [(NETWORK, SAMPLES), (Linear((2, 2, 2)), 2), (Quadratic(2, 1, None), 3)],
    ids=lambda x: getattr(x, "title", x),
)
def test_what_was_saved_comes_back(tmp_path, network, samples):
    found = generic_solutions(network, samples)
    save(found, tmp_path / "folder" / "set.npz")
    back = load(tmp_path / "folder" / "set.npz", family(network), found.member.parameters)
    assert back.complete and back.provenance == found.provenance
    for one, other in (
        (back.member.parameters, found.member.parameters),
        (back.member.tilt, found.member.tilt),
        (back.solutions, found.solutions),
        (back.trace.line.direction, found.trace.line.direction),
        (back.trace.line.forward, found.trace.line.forward),
    ):
        assert np.array_equal(one, other)
    assert (back.trace.residual, back.trace.weakest) == (found.trace.residual, found.trace.weakest)
    assert [orbit.elements for orbit in back.orbits] == [orbit.elements for orbit in found.orbits]
    assert np.array_equal([orbit.point for orbit in back.orbits], [orbit.point for orbit in found.orbits])
    # Nothing else is left in the folder.
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["set.npz"]


def test_arrays_that_were_not_changed_are_believed(stored, loaded):
    assert loaded(stored).complete


ALONG = ("solutions", "forward", "backward")


@pytest.mark.parametrize("k", range(33))
def test_a_dropped_solution_is_noticed(stored, loaded, k):
    fewer = {name: np.delete(stored[name], k, axis=0) for name in ALONG}
    assert loaded({**stored, **fewer}) is None
    # Also when the representatives are dropped with it, so that no number contradicts another.
    assert loaded({**stored, **fewer, "representatives": stored["representatives"][:0]}) is None


@pytest.mark.parametrize("name", [*ALONG, "representatives"])
@pytest.mark.parametrize("size", [1e-6, 1e-3])
def test_a_moved_point_is_noticed(stored, loaded, name, size):
    for k in range(0, len(stored[name]), 5):
        points = stored[name].copy()
        points[k, 1] += size
        assert loaded({**stored, name: points}) is None


def test_a_solution_that_stands_for_another_is_noticed(stored, loaded):
    twice = {name: stored[name].copy() for name in ALONG}
    for points in twice.values():
        points[3] = points[4]
    assert loaded({**stored, **twice}) is None
    more = {name: np.concatenate([stored[name], stored[name][:1]]) for name in ALONG}
    assert loaded({**stored, **more}) is None
    for name in ALONG:
        points = stored[name].copy()
        points[3] = points[4]
        assert loaded({**stored, name: points}) is None


def test_representatives_are_checked(stored, loaded):
    representatives = stored["representatives"]
    other = generic_solutions(NETWORK, SAMPLES, 1)
    assert loaded({**stored, "representatives": representatives[:-1]}) is None
    assert loaded({**stored, "representatives": np.concatenate([representatives[:-1], representatives[:1]])}) is None
    # Tilted solutions are no untilted ones.
    assert loaded({**stored, "representatives": stored["solutions"]}) is None
    # Another set of the same member does have the same untilted solutions; without any, the tilted ones remain.
    assert loaded({**stored, "representatives": np.array([orbit.point for orbit in other.orbits])}).complete
    assert loaded({**stored, "representatives": representatives[:0]}).orbits == ()


def test_representatives_of_another_family_are_noticed(stored, loaded):
    # 2-2-1 has six weights too.
    foreign = generic_solutions(Linear((2, 2, 1)), 1)
    assert foreign.solutions.shape[1] == stored["solutions"].shape[1]
    assert loaded({**stored, "representatives": np.array([orbit.point for orbit in foreign.orbits])}) is None


def test_the_ends_of_the_line_belong_to_its_direction(stored, loaded):
    assert loaded({**stored, "forward": stored["backward"], "backward": stored["forward"]}) is None
    assert loaded({**stored, "direction": -stored["direction"]}) is None
    point = {"forward": stored["solutions"], "backward": stored["solutions"], "direction": 0 * stored["direction"]}
    assert loaded({**stored, **point}) is None
    # Turned around as a whole it is the same line.
    turned = {"forward": stored["backward"], "backward": stored["forward"], "direction": -stored["direction"]}
    assert loaded({**stored, **turned}).complete


@pytest.mark.parametrize(
    ("network", "samples"), [(NETWORK, 1), (Linear((2, 2, 1)), 1), (Linear((2, 1, 2)), 2)], ids=lambda x: getattr(x, "title", x)
)
def test_the_file_of_another_member_is_noticed(tmp_path, network, samples):
    found = generic_solutions(network, samples)
    parameters = found.member.parameters.copy()
    if network == NETWORK:
        parameters[-1] *= 1 + 1e-9
    else:
        parameters = generic_solutions(NETWORK, SAMPLES).member.parameters
    save(found, tmp_path / "other.npz")
    assert load(tmp_path / "other.npz", FAMILY, parameters) is None


def test_changed_parameters_and_tilts_are_noticed(stored, loaded):
    assert loaded({**stored, "parameters": stored["parameters"] * (1 + 1e-9)}) is None
    assert loaded({**stored, "tilt": stored["tilt"] * (1 + 1e-6)}) is None


@pytest.mark.parametrize("part", [0.0, 0.01, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_noticed(tmp_path, part):
    found = generic_solutions(NETWORK, SAMPLES)
    save(found, tmp_path / "set.npz")
    content = (tmp_path / "set.npz").read_bytes()
    (tmp_path / "set.npz").write_bytes(content[: int(part * len(content))])
    assert load(tmp_path / "set.npz", FAMILY, found.member.parameters) is None


def test_what_cannot_be_written_leaves_nothing(tmp_path, monkeypatch):
    def full(file, **arrays):
        file.write(b"half")
        raise OSError("no space left")

    monkeypatch.setattr(np, "savez_compressed", full)
    with pytest.raises(OSError, match="no space"):
        save(generic_solutions(NETWORK, SAMPLES), tmp_path / "set.npz")
    assert not list(tmp_path.iterdir())


def test_a_damaged_byte_is_noticed_or_harmless(tmp_path):
    found = generic_solutions(NETWORK, SAMPLES)
    save(found, tmp_path / "set.npz")
    content = (tmp_path / "set.npz").read_bytes()
    for place in np.random.default_rng(0).integers(0, len(content), 200):
        (tmp_path / "set.npz").write_bytes(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :])
        back = load(tmp_path / "set.npz", FAMILY, found.member.parameters)
        assert back is None or np.array_equal(back.solutions, found.solutions)


@pytest.mark.parametrize("name", ["parameters", "tilt", *ALONG, "direction", "representatives", "provenance"])
def test_a_missing_or_misshapen_array_is_noticed(stored, loaded, name):
    assert loaded({key: value for key, value in stored.items() if key != name}) is None
    assert loaded({**stored, name: np.zeros((2, 2, 2))}) is None
    assert name == "provenance" or loaded({**stored, name: np.array(1.0)}) is None
    assert loaded({**stored, name: np.array(["text"])}) is None
    nothing = np.array("{") if name == "provenance" else np.full_like(stored[name], np.nan)
    assert loaded({**stored, name: nothing}) is None


def test_infinite_representatives_are_noticed(stored, loaded):
    assert loaded({**stored, "representatives": np.full_like(stored["representatives"], np.inf)}) is None


def test_a_provenance_that_is_no_object_is_noticed(stored, loaded):
    assert loaded({**stored, "provenance": np.array("3.0")}) is None


def test_no_file_is_no_start_set(tmp_path):
    found = generic_solutions(NETWORK, SAMPLES)
    assert load(tmp_path / "none.npz", FAMILY, found.member.parameters) is None
    (tmp_path / "folder.npz").mkdir()
    assert load(tmp_path / "folder.npz", FAMILY, found.member.parameters) is None
    (tmp_path / "text.npz").write_text("not an archive")
    assert load(tmp_path / "text.npz", FAMILY, found.member.parameters) is None


def test_a_single_array_is_no_start_set(tmp_path):
    found = generic_solutions(NETWORK, SAMPLES)
    np.save(tmp_path / "array.npy", found.solutions)
    (tmp_path / "array.npy").rename(tmp_path / "array.npz")
    assert load(tmp_path / "array.npz", FAMILY, found.member.parameters) is None


def test_a_set_that_was_replaced_as_a_whole_by_part_of_its_orbits_is_noticed(stored, loaded):
    found = generic_solutions(NETWORK, SAMPLES)
    part = orbit_representatives(np.array([orbit.point for orbit in found.orbits[:4]]), FAMILY)
    assert sum(map(len, part)) < len(found.solutions)
    assert loaded({**stored, "representatives": np.array([orbit.point for orbit in part])}) is None
    assert replace(found, trace=replace(found.trace, lost=1)).complete is False
