"""Kernels as machine code: what they read and write, what is refused, and that kept code serves without the compiler."""

import hashlib
import subprocess
import sys
from typing import Annotated, NamedTuple

import numpy as np
import pytest

from critscape.algebra.kernels import machine_code
from critscape.algebra.kernels.compilation import compiled, object_code
from critscape.algebra.kernels.frames import frame

KEPT = "import numpy as np; from critscape.algebra.kernels.frames import frame; from critscape.algebra.kernels.machine_code import function"


class Inner(NamedTuple):
    fixed: Annotated[np.ndarray, (None, 3)]
    count: int


class Outer(NamedTuple):
    inner: Inner
    flag: bool
    shift: float


@compiled
def mixed(values, outer, scale, result):
    """result[i, j] = scale · values[i]·fixed[j] + shift, negated under the flag; the last entry counts."""
    for i in range(values.shape[0]):
        for j in range(outer.inner.fixed.shape[1]):
            result[i, j] = scale * values[i] * outer.inner.fixed[0, j] + outer.shift
            if outer.flag:
                result[i, j] = -result[i, j]
    result[-1, -1] = outer.inner.count


@compiled
def allocating(values):
    values[0] = np.zeros(3).sum()


@compiled
def raising(values):
    values[0] = complex(1.0) / values[1]


def arguments(flag):
    rng = np.random.default_rng(3)
    values = rng.standard_normal(4) + 1j * rng.standard_normal(4)
    return values, Outer(Inner(rng.standard_normal((2, 3)), -7), flag, -0.25), 1.5, np.zeros((4, 3), dtype=complex)


@pytest.fixture(scope="module")
def code():
    return object_code(mixed, arguments(True))


@pytest.mark.parametrize("flag", [False, True])
def test_arguments_of_every_kind_arrive(code, flag):
    given = arguments(flag)
    _, words = frame(given)
    machine_code.function(code, "mixed")(words.buffer_info()[0])
    values, outer, scale, result = given
    expected = (-1) ** flag * (scale * np.outer(values, outer.inner.fixed[0]) + outer.shift)
    expected[-1, -1] = -7
    assert np.allclose(result, expected, rtol=1e-15)


def test_kinds_tell_what_needs_other_code():
    kinds = {frame(given)[0] for given in [(1,), (1.0,), (True,), (np.zeros(2),), (np.zeros((2, 2)),), (np.zeros(2, complex),)]}
    assert len(kinds) == 6
    # Sizes that are not compiled in make no difference.
    assert frame((np.zeros(2),))[0] == frame((np.zeros(5),))[0]


def test_what_is_not_laid_out_as_compiled_is_refused():
    with pytest.raises(ValueError, match="C-contiguous"):
        frame((np.zeros((4, 4))[:, ::2],))
    for wrong in (np.zeros((2, 4)), np.zeros(3)):
        with pytest.raises(ValueError, match=r"where \(None, 3\) was expected"):
            frame((Inner(wrong, 1),))


@pytest.mark.parametrize(("kernel", "given"), [(allocating, np.zeros(3)), (raising, np.zeros(3, dtype=complex))])
def test_a_kernel_that_needs_numba_where_it_runs_is_refused(kernel, given):
    with pytest.raises(ValueError, match=f"kernel {kernel.__name__}: its code needs"):
        object_code(kernel, (given,))


def test_kept_code_runs_where_there_is_no_compiler(tmp_path):
    (tmp_path / "kernel.o").write_bytes(object_code(doubling, (np.zeros(2),)))
    program = (
        f"{KEPT}; import sys; sys.modules['numba'] = None; values = np.array([1.5, -2.0])\n"
        f"kinds, words = frame((values,))\n"
        f"function(open({str(tmp_path / 'kernel.o')!r}, 'rb').read(), 'doubling')(words.buffer_info()[0]); print(values.tolist())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[3.0, -4.0]"


@compiled
def doubling(values):
    for i in range(values.shape[0]):
        values[i] *= 2.0


def test_a_spoiled_file_is_no_code(tmp_path):
    path, code = tmp_path / "kernel.o", b"machine code"
    assert machine_code.kept(path) is None
    whole = hashlib.sha256(code).digest() + code
    path.write_bytes(whole)
    assert machine_code.kept(path) == code
    for spoiled in (b"", whole[:-1], whole[:20], whole[:-1] + b"x", code):
        path.write_bytes(spoiled)
        assert machine_code.kept(path) is None
