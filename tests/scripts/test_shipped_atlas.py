"""The atlas that ships: its counts against closed forms, published tables and eliminations; its rows against their own commands."""

import json
import random
import shlex
from fractions import Fraction
from itertools import combinations
from math import comb

import numpy as np
import pytest

from critscape.algebra.phcpack.engine import available
from critscape.problems.files.documents import checked
from critscape.problems.recipes.shipped import shipped
from critscape.problems.recipes.table_file import load_table
from critscape.scripts.atlas import command
from critscape.scripts.studies.atlas.published import published_entries
from critscape.scripts.studies.atlas.source import read_atlas
from critscape.scripts.studies.atlas.survey import finished

SAMPLED = 12
# By elimination over ℚ or modulo primes, two methods or two primes, outside this project's shipped tables; N_C of generic data.
ELIMINATED = {
    "linear-2-1-2-m2": 17, "linear-2-2-2-m2": 225, "linear-2-1-3-m2": 25, "linear-1-2-1-m1": 9, "linear-1-1-2-1-m1": 33, "linear-2-2-2-2-m1": 641,
    "quadratic-1-1-m1": 3, "quadratic-2-1-m2": 9, "quadratic-2-1-m3": 9, "quadratic-2-2-m3": 33, "quadratic-3-1-m3": 27,
    "quadratic-1-1-trained-m1": 9, "quadratic-2-1-trained-m2": 33, "quadratic-1-2-trained-m1": 33, "quadratic-2-2-trained-m3": 481,
}  # fmt: skip


@pytest.fixture(scope="module")
def document():
    (path,) = shipped("atlas").values()
    return read_atlas(path)


@pytest.fixture(scope="module")
def rows(document):
    return {row["name"]: row for row in document["rows"]}


def value(row, column):
    return row["cells"].get(column, {}).get("value")


def linear(rows, hidden, samples=None):
    """Rows of linear networks with squared errors and so many hidden layers."""
    for row in rows.values():
        if row["family"] == "linear" and not row["loss"] and len(row["architecture"]["widths"]) == hidden + 2:
            if samples in (None, row["samples"]):
                yield row["architecture"]["widths"], row


def test_the_atlas_is_whole_and_says_how_it_was_made(document):
    checked(document, "atlas")
    small = [row for row in document["rows"] if row["weights"] <= 5]
    assert finished(document | {"rows": small}) and len(small) >= 150
    # The largest ones of published tables may be open, and say so.
    larger = [row for row in document["rows"] if row["weights"] > 5]
    assert len(larger) > 20 and sum(value(row, "N_R") is None for row in larger) <= 4
    assert all(row["cells"]["N_R"]["notes"] for row in larger if value(row, "N_R") is None)
    assert document["command"].startswith("critscape atlas --weights")
    families = {row["family"] for row in document["rows"]}
    assert {"linear", "quadratic", "biased", "towers", "piecewise-linear", "one-hidden-layer", "polynomial-network"} <= families
    assert any(row["loss"] for row in document["rows"])
    for row in document["rows"]:
        for column, cell in row["cells"].items():
            # A number has a level, and what has no number says why or is a number that no theorem gives.
            assert (cell["value"] is None) == (cell.get("level") is None), (row["name"], column)


def test_counts_are_those_of_elimination(rows):
    assert {name: value(rows[name], "N_C") for name in ELIMINATED} == ELIMINATED


def test_counts_are_those_of_closed_forms(rows):
    for (_, d, outputs), row in linear(rows, 1, samples=1):
        if value(row, "N_R") is None:
            continue
        assert value(row, "N_C") == sum(4**s * comb(d, s) * comb(outputs, s) for s in range(d + 1)), row["name"]
        assert value(row, "N_C_torus") == 4**d * comb(outputs, d), row["name"]
        assert value(row, "N_R") <= sum(2**s * comb(d, s) for s in range(min(d, outputs) + 1)), row["name"]
        assert value(row, "spurious") == 0, row["name"]
    for hidden in (2, 3, 4):
        for widths, row in linear(rows, hidden, samples=1):
            if set(widths[1:]) == {1}:
                assert value(row, "N_C") == 1 + hidden * 2 ** (hidden + 1), row["name"]
                assert {*map(int, value(row, "N_R_distribution"))} <= {1, 1 + 2 ** (hidden + 1)}, row["name"]
    for row in rows.values():
        network = row["architecture"]
        if row["family"] == "quadratic" and network["units"] == 1 and network["output"] == "fixed" and not row["loss"]:
            if not network.get("norm_regressor"):
                assert value(row, "N_C") == 3 ** min(row["samples"], network["inputs"]), row["name"]


def test_every_published_value_stands_beside_ours_and_differences_are_explained(rows):
    for entry in published_entries():
        assert "source" in rows[entry.name], entry.name
    seen = 0
    for name in ("bharadwaj-hosten", "linear-samples", "quadratic"):
        table = load_table(shipped("tables")[name])
        for published in table.rows:
            for row in rows.values():
                if row["title"] == published.network.title and row["samples"] == published.samples and not row["loss"]:
                    for column, number in published.published:
                        cell = row["cells"][column]
                        seen += 1
                        assert cell["published"] == number, (row["name"], column)
                        assert column == "N_R" or cell["value"] in (number, None), (row["name"], column)
                        assert cell.get("explained", True) and (cell["value"] in (number, None) or cell["notes"]), (row["name"], column)
    assert seen > 150


def test_numbers_of_a_row_agree_with_each_other(rows):
    for row in rows.values():
        bounds = [value(row, column) for column in ("N_C", "bkk", "bezout") if value(row, column) is not None]
        assert bounds == sorted(bounds), row["name"]
        for name in ("bound", "theorem", "multihomogeneous"):
            assert value(row, "N_C") is None or value(row, name) is None or value(row, "N_C") <= value(row, name), row["name"]
        assert None in (value(row, "real_bound"), value(row, "N_R")) or value(row, "N_R") <= value(row, "real_bound"), row["name"]
        seen = value(row, "N_R_distribution")
        if seen is None:
            continue
        assert sum(seen.values()) <= row["draws"] and max(map(int, seen)) == value(row, "N_R"), row["name"]
        if "N_C" in row["cells"]:
            # A coercive Morse function: the Euler sum is 1, and conjugation pairs the others.
            assert all(int(number) % 2 for number in seen) and value(row, "N_C") % 2, row["name"]
            if row["points"] is not None and all(point["place"] is not None for point in row["points"]):
                assert sum(point["points"] * (-1) ** point["place"] for point in row["points"]) == 1, row["name"]
                assert sum(point["points"] for point in row["points"]) == value(row, "N_R"), row["name"]


def test_critical_values_without_a_ridge_are_those_of_the_singular_values(rows):
    """½(‖Y‖² − Σ_S σ): S a set of at most p nonzero eigenvalues of Y X⁺ X Yᵀ, p the least width."""
    seen = 0
    for hidden in (1, 2, 3, 4):
        for widths, row in linear(rows, hidden):
            told = value(row, "values")
            if told is None:
                continue
            data = row["example_without_ridge"]["data"]
            x, y = (np.array([[float(Fraction(entry)) for entry in line] for line in data[name]]).T for name in ("inputs", "targets"))
            eigenvalues = np.linalg.eigvalsh(y @ np.linalg.pinv(x) @ x @ y.T)
            kept = [value for value in eigenvalues if value > 1e-9]
            sets = [chosen for size in range(min(widths) + 1) for chosen in combinations(kept, size)]
            known = sorted({float(f"{(np.sum(y**2) - sum(chosen)) / 2:.9f}") for chosen in sets})
            ours = sorted({float(Fraction(text)) if "√" not in text else None for text in told.split(", ")} - {None})
            assert all(min(abs(level - other) for other in known) <= 1e-4 * (1 + abs(level)) for level in ours), row["name"]
            assert "√" in told or len(ours) == len(known), (row["name"], ours, known)
            seen += 1
    assert seen > 15


@pytest.mark.slow
@pytest.mark.parametrize("number", range(SAMPLED))
def test_the_command_of_a_row_gives_the_row_again(document, number, tmp_path):
    """One row of each family, and further ones."""
    rows = [row for row in document["rows"] if row["weights"] <= 5]
    families = sorted({row["family"] for row in rows})
    row = random.Random(number).choice([row for row in rows if row["family"] == families[number % len(families)]])
    words = shlex.split(row["command"])[1:]
    assert command.main([*words[1:], "--output", str(tmp_path / "row.json"), "-q"], standalone_mode=False) == 0
    (again,) = json.loads((tmp_path / "row.json").read_text(encoding="utf-8"))["rows"]
    if not available():
        # The mixed volume needs phcpy.
        again["cells"]["bkk"] = row["cells"].get("bkk")
    assert again == row
