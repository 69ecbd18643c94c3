"""Progress where standard error is no terminal: a line per stage, and the count while a long one lasts."""

import logging
import threading

import numpy as np

from critscape.algebra.kernels import machine_code
from critscape.scripts.studies.progress import described, lines, rates, reporting
from tests.algebra.kernels import test_machine_code


def test_each_stage_is_named_once(capsys):
    with lines("linear 2-1-2", 60) as progress:
        for stage, count in (("monodromy", 1), ("monodromy", 17), ("trace test", 17), ("monodromy", 17)):
            progress(stage, count)
    assert capsys.readouterr().err.splitlines() == ["linear 2-1-2: monodromy", "linear 2-1-2: trace test"]
    assert not [thread for thread in threading.enumerate() if thread.daemon and thread.name.endswith("(beat)")]


def test_a_long_stage_prints_its_count_again_and_again(capsys):
    with lines("linear 2-1-2", 0.01) as progress:
        progress("monodromy", 1)
        progress("monodromy", 1234)
        printed = ""
        while printed.count("linear 2-1-2: monodromy, 1,234 points, ") < 3:
            printed += capsys.readouterr().err
    assert printed.startswith("linear 2-1-2: monodromy\n")


def test_a_stage_that_grows_has_a_rate():
    times = iter([0.0, 2.0, 4.0, 5.0, 6.0])
    rate = rates(lambda: next(times))
    assert rate("monodromy", 1) is None
    assert rate("monodromy", 101) == 50.0 and rate("monodromy", 101) == 25.0
    # Another stage begins anew, and one that does not grow has none.
    assert rate("trace test", 101) is None and rate("trace test", 101) is None
    assert described("monodromy", 101, 2.5) == "monodromy, 101 points, 2.5 points/s"


def test_before_a_search_one_line_says_what_to_expect(capsys, monkeypatch, tmp_path):
    from critscape.problems.networks.families.linear import Linear
    from critscape.problems.recipes.random_data import random_problem
    from critscape.scripts.studies import start_sets
    from critscape.scripts.studies.answer import solve
    from critscape.scripts.studies.options import Options

    monkeypatch.setattr(start_sets, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(start_sets, "folders", lambda: iter((tmp_path,)))
    for few, problem, words in (
        (start_sets.FEW, random_problem(Linear((1, 1, 1)), 1, 0), "2 weights; no start set yet: 5 solutions (a theorem) to expect"),
        (0, random_problem(Linear((1, 1, 1, 1)), 2, 0), "3 weights; no start set yet: about 9 solutions (a guess; at most 29) to expect"),
    ):
        monkeypatch.setattr(start_sets, "FEW", few)
        assert solve(problem, Options(engine="batch")).document["status"] == "complete"
        (line,) = [line for line in capsys.readouterr().err.splitlines() if words in line]
        assert ("paths/s as measured" in line) == (not few) and "kept when it is interrupted" in line
        # The next time the start set is there, and its size is what is said.
        solve(problem, Options(engine="batch"))
        again = capsys.readouterr().err
        assert "no start set yet" not in again and f"{problem.dimension} weights, " in again and "paths in" in again


def test_a_kernel_that_is_compiled_is_announced_and_a_kept_one_is_not(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(machine_code, "kernel_folder", lambda: tmp_path)
    monkeypatch.setattr(machine_code, "import_module", lambda name: test_machine_code)
    values = np.array([1.5, -2.0])
    for said in (1, 0):
        monkeypatch.setattr(machine_code, "_LOADED", {})
        with reporting("linear 2-2-2"):
            machine_code.call("test_machine_code", "doubling", values)
        assert capsys.readouterr().err.count("linear 2-2-2: the kernel doubling is compiled, once on this machine") == said
    assert values.tolist() == [6.0, -8.0] and not logging.getLogger("critscape.algebra").handlers
