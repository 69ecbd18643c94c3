"""From a kernel to machine code: `machine_code` keeps it, so that this file and numba are loaded once per machine."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from llvmlite import binding as llvm
from llvmlite import ir

from critscape.algebra.kernels.frames import shapes
from critscape.algebra.kernels.kernel_folder import kernel_folder
from critscape.algebra.kernels.processor import target_machine


@contextmanager
def absent(module: str) -> Iterator[None]:
    """Lets a module that is not loaded yet look as if it were not installed."""
    hide = module not in sys.modules
    if hide:
        # None is how Python marks a module that is not to be found; the stubs know modules only.
        sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if hide:
            del sys.modules[module]


with absent("scipy.linalg.cython_blas"):
    # numba asks only whether it is there, for the inner product of its `correlate`, and loading SciPy takes as long as loading numba.
    from numba import cfunc, config, njit, types
    from numba.extending import intrinsic
    from numba.np import arrayobj
    from numba.np.numpy_support import from_dtype

_WORD = ir.IntType(64)

# What runs in this process: the C library and its mathematics among it.
_PROCESS = ctypes.CDLL(None)


def compiled(
    function: Callable, forceinline: bool = False, fastmath: Collection[str] | bool = frozenset({"contract"}), sources: Path | None = None
) -> Callable:
    """A kernel, or a part of one. What numba compiles when a kernel is called directly is kept in the same place as machine code.

    "contract" allows fused multiply-add; NaN and infinity keep their meaning because lanes are judged by them. ``sources`` is a
    further folder of kernels that call each other. Kernels that `object_code` is made of allocate no memory and raise nothing.
    """
    chosen = config.CACHE_DIR  # type: ignore[attr-defined]
    config.CACHE_DIR = str(kernel_folder(sources))  # type: ignore[attr-defined]
    allowed = fastmath if isinstance(fastmath, bool) else set(fastmath)
    try:
        return njit(cache=True, nogil=True, fastmath=allowed, error_model="numpy", forceinline=forceinline)(function)
    finally:
        config.CACHE_DIR = chosen  # type: ignore[attr-defined]


def inlined(function: Callable) -> Callable:
    """The same for a part of a larger kernel that is apart for the reader's sake: where the shapes are known the code is faster."""
    return compiled(function, forceinline=True)


def object_code(kernel: Callable, arguments: tuple) -> bytes:
    """Machine code with one function, named as the kernel, that reads arguments such as these from a block of words.

    Raises
    ------
    ValueError : the code would need functions that are not there when it runs.
    """
    unpack = _unpack(types.Tuple([_type(argument) for argument in arguments]))

    @cfunc(types.void(types.CPointer(types.uint64)))
    def entry(frame):
        kernel(*unpack(frame))

    module, machine = llvm.parse_assembly(entry.inspect_llvm()), target_machine(jit=False)
    module.get_function(entry.native_name).name = kernel.__name__
    _without_errors(module, machine, kernel.__name__)
    missing = sorted(_missing(module))
    if missing:
        raise ValueError(f"kernel {kernel.__name__}: its code needs {', '.join(missing)}, which numba alone has")
    return machine.emit_object(module)


def _without_errors(module: llvm.ModuleRef, machine: llvm.TargetMachine, name: str) -> None:
    """Removes what would raise Python's exceptions: kernels raise none, which shows once nobody else may replace their parts."""
    for function in module.functions:
        if not function.is_declaration and function.name != name:
            function.linkage = llvm.Linkage.internal
    passes = llvm.create_new_module_pass_manager()
    passes.add_ipsccp_pass()
    passes.add_simplify_cfg_pass()
    passes.add_global_dead_code_eliminate_pass()
    passes.add_strip_dead_prototype_pass()
    passes.run(module, llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options()))


def _missing(module: llvm.ModuleRef) -> Iterator[str]:
    """Functions that the code calls and that neither it nor the C library has."""
    for function in module.functions:
        if function.is_declaration and not function.name.startswith("llvm.") and not hasattr(_PROCESS, function.name):
            yield function.name


def _type(argument: Any) -> types.Type:
    if isinstance(argument, np.ndarray):
        return types.Array(from_dtype(argument.dtype), argument.ndim, "C")
    if isinstance(argument, tuple):
        parts = [_type(part) for part in argument]
        return types.NamedTuple(parts, type(argument)) if hasattr(argument, "_fields") else types.Tuple(parts)
    return {bool: types.boolean, int: types.int64, float: types.float64}[type(argument)]


def _unpack(into: types.Type) -> Callable:
    """The compiled function that reads a value of a type from the words of a frame (see `frames`)."""

    @intrinsic
    def unpack(context, frame):
        def generate(context, builder, signature, arguments):
            return _read(context, builder, into, _words(builder, arguments[0]))

        return into(frame), generate

    return unpack


def _words(builder: ir.IRBuilder, frame: ir.Value) -> Iterator[ir.Value]:
    for index in count():
        yield builder.load(builder.gep(frame, [_WORD(index)]))


def _read(context: Any, builder: ir.IRBuilder, kind: Any, words: Iterator[ir.Value], known: tuple | None = None) -> ir.Value:
    if isinstance(kind, types.Number | types.Boolean):
        word = next(words)
        return builder.bitcast(word, ir.DoubleType()) if kind == types.float64 else context.cast(builder, word, types.int64, kind)
    if not isinstance(kind, types.Array):
        fixed = shapes(kind.instance_class) if isinstance(kind, types.NamedTuple) else [None] * len(kind)
        return context.make_tuple(builder, kind, [_read(context, builder, part, words, shape) for part, shape in zip(kind, fixed)])
    array = context.make_array(kind)(context, builder)
    data = builder.inttoptr(next(words), array.data.type)
    given = [next(words) for _ in range(kind.ndim)]
    shape = [word if size is None else _WORD(size) for word, size in zip(given, known or [None] * kind.ndim)]
    itemsize = _WORD(context.get_abi_sizeof(context.get_data_type(kind.dtype)))
    strides = [itemsize]
    for size in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], size))
    arrayobj.populate_array(array, data=data, shape=shape, strides=strides, itemsize=itemsize, meminfo=None)
    return array._getvalue()
