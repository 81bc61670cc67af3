"""Where hostile data are put."""

import pytest

from hostile.places import Prepared


@pytest.fixture
def prepare(command, tmp_path, monkeypatch):
    """``data prepare`` on what a test puts into ``prepare.data``."""
    prepared = Prepared(command, tmp_path)
    monkeypatch.setenv("IMBALANCE_COURSE_DATA", str(prepared.data))
    return prepared
