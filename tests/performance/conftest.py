"""A stub for each module; the benchmarks beside which they stand are not in what is installed."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.stubbed import Stubbed, stub


@pytest.fixture(scope="module")
def running_stub() -> Iterator[Stubbed]:
    with stub(("--query-rows", "5000", "--bulk-rows", "100000"), pinned=False) as stubbed:
        yield stubbed


@pytest.fixture
def stubbed(running_stub: Stubbed) -> Stubbed:
    """The stub, with nothing counted yet."""
    running_stub.reset(0.0)
    return running_stub
