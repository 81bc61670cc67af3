"""One server for all tests here: it has imported everything, and forks a child for each start."""

import os
import sys

import pytest
from children import SERVER


@pytest.fixture(scope="session", autouse=True)
def server():
    """Set what the server and its children see of the surroundings; it starts with the first child."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")  # the same bytes on every machine, and nothing lost by a fork
        patch.setenv("CUDA_VISIBLE_DEVICES", "")
        patch.setenv("NO_PROXY", "127.0.0.1")
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        SERVER.set_forkserver_preload(["fault_warm"])
        yield
