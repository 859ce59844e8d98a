"""A stub for each module; the benchmarks beside which they stand are not in what is installed."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.stub_process import StubProcess, run_stub


@pytest.fixture(scope="module")
def running_stub() -> Iterator[StubProcess]:
    with run_stub(("--query-rows", "5000", "--bulk-rows", "100000"), pinned=False) as stub:
        yield stub


@pytest.fixture
def stub(running_stub: StubProcess) -> StubProcess:
    """The stub, with nothing counted yet."""
    running_stub.reset(0.0)
    return running_stub
