"""Start sets of the test run are kept in a folder of their own, so that no earlier run can help.

Compiled kernels are shared with earlier runs and between processes: their folder is named by the sources that they are made from.
"""

import pytest
from hypothesis import HealthCheck, settings

from critscape.algebra.kernels.lanes import kernel_folder

# No test depends on the clock: a busy machine passes too.
settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no clock")


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        folder = str(kernel_folder().parent)
        # For other processes, and for kernels that this one imports later.
        patch.setenv("NUMBA_CACHE_DIR", folder)
        patch.setattr("numba.config.CACHE_DIR", folder)
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield
