"""Commands end with the process that started them: each fake holds a pipe open, whose end is waited for."""

import os
import select
import subprocess
import sys

import pytest

from critscape.algebra.tied_process import tied

LONG = 60
"""Seconds after which something has gone wrong."""
MSOLVE = "from critscape.algebra.elimination import program; program.program = lambda: fake; program.run('', [], 600)"
UPPER_BOUND = (
    "import sys; from critscape.algebra.bounds import upper_bound as search; from critscape.algebra.polynomial.loss import Family, Loss; "
    "search.AT_ONCE = 0; sys.executable = fake; "
    "search.upper_bound(Loss(Family(('x',), (), lambda w, p: w[0] ** 4 + w[0]), ()), work=1)"
)
RIVAL = "from critscape.scripts.studies.benchmarks.rivals.process import run; run([fake], '', 600, {})"


@pytest.mark.skipif(tied(["true"]) == ["true"], reason="needs setpriv of util-linux")
@pytest.mark.parametrize("start", [MSOLVE, UPPER_BOUND, RIVAL], ids=["msolve", "upper bound", "rival"])
def test_what_is_running_ends_with_a_process_that_is_killed(tmp_path, start):
    fake, fifo = tmp_path / "fake", tmp_path / "fifo"
    os.mkfifo(fifo)
    fake.write_text(f"#!/bin/sh\nexec 3> '{fifo}'\necho >&3\nexec sleep {2 * LONG}\n")
    fake.chmod(0o755)
    with open(os.open(fifo, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0) as lifeline:
        parent = subprocess.Popen([sys.executable, "-c", f"fake = {str(fake)!r}; {start}"])
        try:
            assert select.select([lifeline], [], [], LONG)[0] and lifeline.read(1) == b"\n"
        finally:
            parent.kill()
            parent.wait()
        assert select.select([lifeline], [], [], LONG)[0] and lifeline.read(1) == b""


def test_a_tied_command_is_the_process_that_was_started():
    done = subprocess.Popen(tied([sys.executable, "-c", "import os; print(os.getpid()); os._exit(7)"]), stdout=subprocess.PIPE)
    assert int(done.communicate()[0]) == done.pid and done.returncode == 7
    with pytest.raises(FileNotFoundError):
        tied(["no-such-program-anywhere"])
