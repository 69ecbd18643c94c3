"""Samples from CSV and .npz files: exact numbers, columns by name or by count, and everything that must be refused."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from critscape.problems.files.data_file import read_samples
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.families.autoencoder import Autoencoder
from critscape.problems.networks.families.linear import Linear

WIDE, NARROW = Linear((2, 2, 1)), Linear((1, 1, 1))
INPUTS = ((Fraction(1), Fraction(2)), (Fraction(1, 2), Fraction(1, 4)))
TARGETS = ((Fraction(3),), (Fraction(-1, 100),))


@pytest.mark.parametrize(
    "text",
    [
        "x1,x2,y1\n1,2,3\n1/2,0.25,-1e-2\n",
        "y1,x2,x1\n3,2,1\n-0.01,1/4,5e-1\n",
        "X_1; X_2; Y\n 1 ;2;3\n\n1/2;0.25;-1/100\n",
        "\ufeffx1\tx2\ty1\n1\t2\t3\n1/2\t0.25\t-1e-2",
        "1,2,3\n1/2,0.25,-1e-2\n",
        "age,height,price\n1,2,3\n1/2,0.25,-1e-2\n",
    ],
)
def test_tables_by_name_and_by_count(text, tmp_path):
    file = tmp_path / "data.csv"
    file.write_text(text, encoding="utf-8")
    assert read_samples(file, WIDE) == (INPUTS, TARGETS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "at least one sample"),
        ("x1,x2,y1\n", "at least one sample"),
        ("x1,x2\n1,2\n", "y1 missing"),
        ("x1,x2,y1,id\n1,2,3,4\n", "'id' besides"),
        ("x1,x1,x2,y1\n1,2,3,4\n", "each once"),
        ("1,2\n", "3 columns, the inputs first (2 found)"),
        ("x1,x2,y1\n1,2\n", "line 2"),
        ("1;2;3\n1,5;2;3\n", "line 2, column 1"),
        ("1,2,3\n4,nan,6\n", "line 2, column 2"),
        ("1,2,3\n4,,6\n", "line 2, column 2"),
        ("x1,x2,y1\n" + "1,2,3\n" * 1001, "at most 1000 samples"),
    ],
)
def test_what_is_wrong_with_a_table_is_named(text, words, tmp_path):
    file = tmp_path / "data.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as raised:
        read_samples(file, WIDE)
    assert words in str(raised.value) and str(file) in str(raised.value)


@given(
    st.lists(
        st.tuples(st.fractions(-1000, 1000, max_denominator=99), st.floats(-1e6, 1e6).filter(lambda v: v == 0 or abs(v) > 1e-20)),
        min_size=1,
        max_size=9,
    )
)
def test_every_number_is_exactly_what_is_written(tmp_path_factory, rows):
    file = tmp_path_factory.mktemp("data") / "data.csv"
    file.write_text("".join(f"{x},{y!r}\n" for x, y in rows))
    inputs, targets = read_samples(file, NARROW)
    assert inputs == tuple((x,) for x, _ in rows) and targets == tuple((Fraction(repr(y)),) for _, y in rows)


def test_arrays_are_the_decimals_that_python_prints(tmp_path):
    file = tmp_path / "data.npz"
    np.savez(file, X=np.array([[0.1, 2]]), y=np.array([0.3], dtype=np.float32))
    assert read_samples(file, WIDE) == (((Fraction(1, 10), Fraction(2)),), ((Fraction(3, 10),),))


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"x": np.ones((1, 2))}, "the arrays x and y"),
        ({"x": np.ones((1, 2)), "y": np.ones(1), "z": np.ones(1)}, "the arrays x and y"),
        ({"x": np.ones((1, 3)), "y": np.ones(1)}, "shape (samples, 2)"),
        ({"x": np.ones((2, 2)), "y": np.ones(1)}, "as many rows as x"),
        ({"x": np.array([[1, np.inf]]), "y": np.ones(1)}, "x[0][1]"),
        ({"x": np.ones((1, 2), dtype=complex), "y": np.ones(1)}, "integers or floats"),
        ({"x": np.array([["1", "2"]], dtype=object), "y": np.ones(1)}, "arrays of numbers"),
    ],
)
def test_what_is_wrong_with_arrays_is_named(arrays, words, tmp_path):
    file = tmp_path / "data.npz"
    np.savez(file, **arrays)
    with pytest.raises(BadInput) as raised:
        read_samples(file, WIDE)
    assert words in str(raised.value)


def test_files_that_are_none(tmp_path):
    for name, content in (("data.txt", b"1,2,3"), ("none.csv", None), ("data.npz", b"1,2,3"), ("latin.csv", b"\xff\xfe,1,2")):
        file = tmp_path / name
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(BadInput):
            read_samples(file, WIDE)


def test_the_targets_of_an_autoencoder_may_be_left_out(tmp_path):
    file = tmp_path / "data.csv"
    for text in ("1,2\n", "x1,x2\n1,2\n", "x1,x2,y1,y2\n1,2,1,2\n"):
        file.write_text(text)
        assert read_samples(file, Autoencoder(2, 1)) == (((1, 2),), ((1, 2),))


@pytest.mark.parametrize("text", ["0,1,2\n1,2,3\n4,5,7\n", "0;1;2\n1;2;3\n"])
def test_a_row_that_may_number_the_columns_is_asked_about(text, tmp_path):
    file = tmp_path / "data.csv"
    file.write_text(text)
    with pytest.raises(BadInput, match="line 1: expected a heading"):
        read_samples(file, WIDE)
