"""Start sets of the test run are kept in a folder of its own, which its processes share, so that no earlier run can help.

Compiled kernels are shared with earlier runs and between processes: their folder is named by the sources that they are made from.
"""

import gc
import os

# What collection makes stays to the end: it is not searched for garbage, neither while it is made nor later.
gc.disable()

# As in the command line: the threads of linear algebra wait for each other by spinning, and small problems need none.
# To be said before numpy is loaded.
for library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

import pytest
from hypothesis import HealthCheck, settings

from critscape.algebra.kernels.kernel_folder import kernel_folder

# No test depends on the clock: a busy machine passes too.
settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no clock")


def pytest_collection_finish(session):
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory, worker_id):
    own = tmp_path_factory.getbasetemp()
    cache = (own if worker_id == "master" else own.parent) / "cache"
    cache.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        # For other processes, too.
        patch.setenv("NUMBA_CACHE_DIR", str(kernel_folder().parent))
        patch.setenv("XDG_CACHE_HOME", str(cache))
        yield
