"""A rival's process: text in, text out, within a time limit."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence

from critscape.algebra.tied_process import tied
from critscape.scripts.studies.benchmarks.rivals.answer import OutOfTime, RivalError


def run(command: Sequence[str], text: str, limit: float, environment: Mapping[str, str]) -> str:
    """The standard output of ``command`` given ``text``; the process and its children are ended after ``limit`` seconds.

    Raises
    ------
    OutOfTime : after ``limit`` seconds.
    RivalError : the process failed; with the last line on standard error that speaks of an error.
    """
    # Some write files where they are started.
    with tempfile.TemporaryDirectory() as folder:
        return _run(command, text, limit, {**os.environ, **environment}, folder)


def _run(command: Sequence[str], text: str, limit: float, environment: Mapping[str, str], folder: str) -> str:
    try:
        process = subprocess.Popen(
            tied(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=environment, start_new_session=True, cwd=folder,
        )  # fmt: skip
    except OSError as error:
        raise RivalError(f"it could not be started: {error.strerror}") from error
    try:
        output, complaints = process.communicate(text, timeout=limit)
    except subprocess.TimeoutExpired:
        raise OutOfTime(f"no answer within {limit:g} s") from None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    if process.returncode:
        lines = [line for line in complaints.splitlines() if "error" in line.lower()]
        raise RivalError((lines or [f"it ended with status {process.returncode}"])[-1][:200])
    return output
