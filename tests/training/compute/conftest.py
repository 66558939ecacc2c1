"""Settings of all tests that train in processes of their own."""

import pytest


@pytest.fixture(autouse=True)
def quick_compiling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have XLA optimise nothing: on data this small, JAX takes most of its time to compile."""
    monkeypatch.setenv("XLA_FLAGS", "--xla_backend_optimization_level=0")
