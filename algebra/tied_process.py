"""Commands that end with the process that starts them, however it ends.

A process that is killed (SIGKILL, lack of memory) tells nobody, and what it has started would go on for hours.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache


def tied(command: Sequence[str]) -> list[str]:
    """``command``, made to be killed when the thread that starts it ends; its process identifier and its end stay its own.

    On Linux the kernel does this (prctl(2), PR_SET_PDEATHSIG), as setpriv of util-linux asks it to before it becomes the command; a
    command that cannot be executed then ends with status 126 or 127. Where there is no such program the command is returned as it
    is: it goes on until it writes into a pipe that nobody reads any more.

    Raises
    ------
    FileNotFoundError : no such program is there, or it may not be executed.
    """
    if shutil.which(command[0]) is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), command[0])
    return [*_setpriv(), *command]


@cache
def _setpriv() -> tuple[str, ...]:
    """setpriv and its options, or nothing where it is not there or does not know them."""
    program = shutil.which("setpriv")
    if program is None:
        return ()
    prefix = (program, "--pdeathsig", "KILL", "--")
    known = subprocess.run([*prefix, "true"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return () if known.returncode else prefix
