"""Files that are written whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A new file beside ``path`` that takes its place when the block ends, and is gone if the block raises.

    Raises
    ------
    OSError : the folder is not there, or nothing can be written to it.
    """
    folder = path.absolute().parent
    if not folder.is_dir():
        # Else the error would name a temporary file that nobody asked for.
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(folder))
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".critscape-", delete=False) as file:
        try:
            yield file
            file.close()
            # Temporary files are their owner's alone; this one is to have the rights of any new file.
            os.chmod(file.name, 0o666 & ~_umask())
            os.replace(file.name, path)
        except BaseException:
            file.close()
            os.unlink(file.name)
            raise


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
