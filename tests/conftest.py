"""Start sets of the test run are kept in a folder of its own, which its processes share, so that no earlier run can help.

Compiled kernels are shared with earlier runs and between processes: their folder is named by the sources that they are made from.
"""

import copy
import dataclasses
import gc
import os

# What collection makes stays to the end: it is not searched for garbage, neither while it is made nor later.
gc.disable()

# As in the command line: the threads of linear algebra wait for each other by spinning, and small problems need none.
# To be said before numpy is loaded.
for library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

import platformdirs
import pytest
from hypothesis import HealthCheck, settings

from critscape.algebra.kernels.kernel_folder import kernel_folder

# No test depends on the clock: a busy machine passes too.
settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no clock")


def pytest_collection_finish(session):
    gc.freeze()
    gc.enable()


ANSWERS: dict = {}


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory, worker_id):
    matplotlib_folder = os.environ.get("MPLCONFIGDIR") or platformdirs.user_cache_dir("matplotlib")
    own = tmp_path_factory.getbasetemp()
    cache = (own if worker_id == "master" else own.parent) / "cache"
    cache.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        # For other processes, too.
        patch.setenv("NUMBA_CACHE_DIR", str(kernel_folder().parent))
        patch.setenv("XDG_CACHE_HOME", str(cache))
        # Where matplotlib has listed the fonts of this machine already.
        patch.setenv("MPLCONFIGDIR", matplotlib_folder)
        yield


@pytest.fixture
def answers_once(request):
    """No problem is solved twice for the tests that ask for this: they are about what is made of an answer.

    Where a test replaces a part of the program, nothing is shared.
    """
    if "monkeypatch" in request.fixturenames:
        yield
        return
    from critscape.problems.files.problem_file import document
    from critscape.scripts.studies import answer

    def once(problem, options, engine):
        asked = repr(document(problem)), options
        if asked not in ANSWERS:
            ANSWERS[asked] = original(problem, options, engine)
        known = ANSWERS[asked]
        return dataclasses.replace(known, problem=problem, document=copy.deepcopy(known.document))

    original = answer.answered
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answer, "answered", once)
        yield
