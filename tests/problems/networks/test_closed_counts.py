"""Closed forms against published tables, and against each other."""

import pytest

from critscape.problems.networks.closed_counts import closed_counts, modulus
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.reading import network_from
from critscape.problems.recipes.shipped import shipped
from critscape.problems.recipes.table_file import load_table

ROWS = load_table(shipped("tables")["bharadwaj-hosten"]).rows


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.network.units)
def test_published_values_are_the_closed_forms(row):
    closed, published = closed_counts(row.network, row.samples), dict(row.published)
    known = {
        "bound": closed.bound,
        "bound_torus": closed.bound_torus,
        "N_C": closed.complex,
        "N_C_torus": closed.torus,
        "bkk": closed.mixed_volume,
    }
    assert all(published[name] == value for name, value in known.items() if value is not None)
    assert len(row.network.widths) == 4 or None not in known.values()
    assert closed.real is None or published["N_R"] <= closed.real
    # Every published N_C has the residue that the sign flips of the hidden units ask for.
    assert published["N_C"] % modulus(row.network) == 1


def test_one_number_is_not_claimed_for_what_it_does_not_hold_for():
    assert closed_counts(Linear((2, 2, 2)), 2).complex is None
    assert closed_counts(Linear((2, 2, 2, 2)), 1).complex is None
    trained = network_from({"family": "quadratic", "inputs": 2, "units": 1, "output": "trained"})
    assert closed_counts(trained, 2).complex is None
    fixed = network_from({"family": "quadratic", "inputs": 3, "units": 1})
    assert [closed_counts(fixed, m).complex for m in (1, 2, 3, 4)] == [3, 9, 27, 27]
    none = network_from({"family": "quadratic", "inputs": 1, "units": 1, "output": [0]})
    assert closed_counts(none, 1).complex is None


def test_a_network_without_hidden_layer_has_one_critical_point():
    assert modulus(Linear((3, 2))) == 2
