"""Kernels as machine code that is kept on this machine: compiled once, afterwards loaded without the compiler.

Loading the compiler (numba) takes longer than a small problem. A kernel is a function of one argument, a block of 64-bit words with
the addresses and shapes of its arrays and its numbers, in the order in which they stand in its arguments; `compilation` writes
what reads them. There is one piece of code for each kind of processor and each kind of arguments.
"""

from __future__ import annotations

import ctypes
import hashlib
import logging
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any

from llvmlite import binding as llvm

from critscape.algebra.kernels.frames import frame
from critscape.algebra.kernels.kernel_folder import kernel_folder
from critscape.algebra.kernels.processor import target_machine
from critscape.algebra.whole_file import whole_file

_DIGEST = hashlib.sha256().digest_size
_LOCK = Lock()
_LOG = logging.getLogger(__name__)
_LOADED: dict[tuple[str, str, str], Callable] = {}


def call(module: str, name: str, *arguments: Any) -> None:
    """Calls the kernel ``name`` of the file ``module`` of this room; other threads run meanwhile.

    Arguments are C-contiguous arrays, integers, floats, bools and named tuples of these; results are written to the arrays.

    Raises
    ------
    ValueError : an array is not C-contiguous, or not of the shape that its annotation in a named tuple says.
    """
    kinds, words = frame(arguments)
    key = module, name, kinds
    with _LOCK:
        code = _LOADED.get(key)
        if code is None:
            code = _LOADED[key] = _loaded(*key, arguments)
    code(words.buffer_info()[0])


def _loaded(module: str, name: str, kinds: str, arguments: tuple) -> Callable:
    digest = hashlib.sha256(f"{module}.{name}({kinds})".encode()).hexdigest()[:16]
    path = kernel_folder() / f"{name}-{digest}.o"
    code = kept(path)
    if code is None:
        _LOG.info("the kernel %s is compiled, once on this machine: five to twenty seconds", name)
        # Here alone the compiler is needed.
        from critscape.algebra.kernels.compilation import object_code

        code = object_code(getattr(import_module(f"{__package__}.{module}"), name), arguments)
        with whole_file(path) as file:
            file.write(hashlib.sha256(code).digest() + code)
    return function(code, name)


def kept(path: Path) -> bytes | None:
    """The code in a file, after its checksum; None where there is none, or not what was written: that would end the process."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    code = content[_DIGEST:]
    return code if hashlib.sha256(code).digest() == content[:_DIGEST] else None


def function(code: bytes, name: str) -> Callable:
    """The function ``name`` of object code, which takes the address of a frame; in memory for good."""
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), target_machine(jit=True))
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    found = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(engine.get_function_address(name))
    # The code lives as long as its engine.
    found.engine = engine  # type: ignore[attr-defined]
    return found
