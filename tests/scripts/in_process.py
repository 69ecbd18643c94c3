"""The command ``critscape`` in the process of a test."""

import contextlib
import io
import subprocess

import pytest

from critscape.scripts.critscape import main


def critscape(*arguments, cwd="."):
    """What the command ``critscape`` calls, in this process: exit status, standard output, standard error."""
    output, complaints = io.StringIO(), io.StringIO()
    with (
        contextlib.chdir(cwd),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(complaints),
        pytest.raises(SystemExit) as end,
    ):
        main([*map(str, arguments)])
    return subprocess.CompletedProcess(arguments, end.value.code, output.getvalue(), complaints.getvalue())
