"""What critscape show says of continuous symmetries: the vector fields, each of which leaves the loss unchanged."""

import pytest

from critscape.problems.files.problem_file import read
from critscape.scripts.printing.description import description_text
from critscape.scripts.studies.descriptions.problem import describe

DATA = {"inputs": [[1, 0], [0, 1]], "targets": [[2, 0], [0, 1]]}


@pytest.mark.parametrize(
    "widths, ridge, fields",
    [
        ([2, 1, 2], 0, ["W1_11' = −W1_11, W1_12' = −W1_12, W2_11' = W2_11, W2_21' = W2_21"]),
        ([2, 1, 2], "1/2", []),
        (
            [2, 2, 2],
            "1/2",
            ["W1_11' = −W1_21, W1_12' = −W1_22, W1_21' = W1_11, W1_22' = W1_12, W2_11' = −W2_12, W2_12' = W2_11, W2_21' = −W2_22, W2_22' = W2_21"],
        ),
    ],
)  # fmt: skip
def test_scalings_and_rotations_are_named(widths, ridge, fields):
    described = describe(read({"architecture": {"family": "linear", "widths": widths}, "data": DATA, "ridge": ridge}))
    assert described["symmetry"]["fields"] == fields and described["symmetry"]["continuous"] == len(fields)
    text = description_text(described)
    assert all(f"    {field}\n" in text for field in fields) and ("continuous group" in text) == bool(fields)


def test_a_general_linear_group_has_a_field_for_each_of_its_parameters():
    described = describe(read({"architecture": {"family": "linear", "widths": [2, 2, 2]}, "data": DATA}))
    assert len(described["symmetry"]["fields"]) == 4
