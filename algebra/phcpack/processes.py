"""Worker processes for PHCpack: requests out, answers back, crashes and time limits turned into sentences.

A worker that has answered waits for the next question: starting one takes a hundred times as long as a small answer.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Sequence

CRASHED = "PHCpack's process ended without an answer"


class PhcpyError(RuntimeError):
    """PHCpack did not do its work: the time limit was exceeded or its process could not be used."""


class _Process:
    """One worker; ``ask`` returns its answer, or None when the worker died or the deadline passed."""

    def __init__(self) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "PYTHONSAFEPATH": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "critscape.algebra.phcpack.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            # Its own group, which is ended with all that it started.
            process_group=0,
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._requests, self._answers = self._process.stdin, self._process.stdout

    def ask(self, request: dict, deadline: float) -> dict | None:
        try:
            self._requests.write((json.dumps(request) + "\n").encode())
            self._requests.flush()
        except OSError:
            return None
        received, descriptor = bytearray(), self._answers.fileno()
        while not received.endswith(b"\n"):
            remaining = deadline - time.monotonic()
            if remaining <= 0 or not select.select([descriptor], [], [], remaining)[0]:
                return None
            block = os.read(descriptor, 1 << 20)
            if not block:
                return None
            received += block
        return json.loads(received)

    def alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        self.kill()
        # What a dead process did not read is still in the buffer.
        with contextlib.suppress(OSError):
            self._requests.close()
        self._answers.close()
        self._process.wait()


_waiting: list[_Process] = []
# A forked process must not write into the pipes of its parent.
os.register_at_fork(after_in_child=_waiting.clear)


@atexit.register
def end_waiting() -> None:
    """Ends the workers that wait for a question."""
    while _waiting:
        _waiting.pop().close()


def _worker() -> _Process:
    """A worker that waits for a question, or else a new one."""
    while True:
        try:
            process = _waiting.pop()
        except IndexError:
            return _Process()
        if process.alive():
            return process
        process.close()


def answers(requests: Sequence[dict], jobs: int, deadline: float) -> list[dict]:
    """The answer to each request, in order: ``{"answer": …}``, or ``{"error": sentence}`` when PHCpack refused or crashed.

    Up to ``jobs`` processes take the requests one by one; each process that dies is replaced. ``deadline`` is a value of
    ``time.monotonic()``.

    Raises
    ------
    PhcpyError : the deadline passed before the last answer.
    """
    replies: list[dict | None] = [None] * len(requests)
    waiting = deque(range(len(requests)))
    failures: list[BaseException] = []
    running: set[_Process] = set()

    def serve() -> None:
        process = None
        try:
            while not failures and time.monotonic() < deadline:
                try:
                    k = waiting.popleft()
                except IndexError:
                    return
                if process is None:
                    process = _worker()
                    running.add(process)
                replies[k] = process.ask(requests[k], deadline)
                if replies[k] is None:
                    process.close()
                    process = None
                    if time.monotonic() < deadline:
                        replies[k] = {"error": CRASHED}
        except BaseException as error:  # noqa: BLE001 (raised again where the threads are joined)
            failures.append(error)
        finally:
            if process and failures:
                process.close()
            elif process:
                running.discard(process)
                _waiting.append(process)

    threads = [threading.Thread(target=serve, daemon=True) for _ in range(min(jobs, len(requests)))]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            thread.join()
    except BaseException as interruption:
        failures.append(interruption)
        for process in tuple(running):
            process.kill()
        raise
    if failures:
        raise PhcpyError(f"a process for PHCpack could not be used: {failures[0]}") from failures[0]
    answered = [reply for reply in replies if reply is not None]
    if len(answered) < len(replies):
        raise PhcpyError("PHCpack did not finish within the time limit; raise it or use more jobs")
    return answered
