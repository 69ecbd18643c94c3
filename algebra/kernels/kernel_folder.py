"""Where compiled kernels are kept on this machine."""

from __future__ import annotations

import hashlib
import os
import platform
import tempfile
from functools import cache
from importlib.metadata import version
from pathlib import Path

from llvmlite import binding as llvm
from platformdirs import user_cache_path

from critscape.algebra.kernels.processor import features
from critscape.algebra.polynomial import common_terms


@cache
def kernel_folder(further: Path | None = None) -> Path:
    """A folder of the user, or where NUMBA_CACHE_DIR says, that is named by the sources of all kernels, the compiler and the processor.

    Neither numba nor machine code sees changes in another file's kernels; ``further`` is a second folder with kernels that call each other.
    """
    digest = hashlib.sha256(f"{version('numba')} {platform.machine()} {llvm.get_host_cpu_name()} {features()}".encode())
    digest.update(Path(common_terms.__file__).read_bytes())
    for source in [file for room in (Path(__file__).parent, further) if room for file in sorted(room.glob("*.py"))]:
        digest.update(source.read_bytes())
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    home = Path(chosen) if chosen else user_cache_path("critscape")
    for base in (home, Path(tempfile.gettempdir()) / f"critscape-{os.getuid()}"):
        folder = base / digest.hexdigest()[:16]
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return Path(tempfile.mkdtemp(prefix="critscape-"))
