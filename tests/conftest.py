"""What all tests share: the sample data, and chance that repeats unless the run asks for another."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("house", derandomize=True, deadline=None)
# pytest --hypothesis-profile=chance --hypothesis-seed=7 looks elsewhere than the run before.
settings.register_profile("chance", derandomize=False, deadline=None, database=None)
settings.load_profile("house")


@pytest.fixture(scope="session")
def examples() -> Path:
    return Path(__file__).resolve().parents[1] / "examples"
