"""The cases, as goals are numbered: the work, who does it, and what ours should come to."""

from benchmarks.case import Case
from benchmarks.cases import (
    bulk,
    calls,
    checks,
    cold_start,
    creates,
    expired_token,
    growth,
    queries,
)

CASES: tuple[Case, ...] = (
    creates.IN_SEQUENCE,
    creates.BURST,
    creates.WITH_LATENCY,
    creates.BATCHED,
    queries.STREAMED,
    queries.IN_MEMORY,
    queries.AHEAD,
    bulk.DOWNLOAD,
    bulk.SIDE_BY_SIDE,
    bulk.UPLOAD,
    expired_token.EXPIRED,
    cold_start.COLD,
    checks.CHECKS,
    calls.CALLS,
)

GROWTH: tuple[Case, ...] = growth.GROWTH
"""The data of the charts; runs with `--growth` alone."""
