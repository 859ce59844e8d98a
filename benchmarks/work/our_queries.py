"""The connector's queries: in memory, streamed, page by page."""

import time

from benchmarks.work.our_operations import make_run, make_stream
from benchmarks.work.worker import SOQL, Measurement, Task, require, run

WORK = 0.010  # seconds of work of a consumer on each page


def query_in_memory(task: Task) -> None:
    operation = make_run(task)
    make_stream(task)
    with Measurement():
        answer = operation("query", {"soql": SOQL, "limit": 1_000_000})
    require(len(answer["output"]["records"]) == task.count, "all rows")


def query_streamed(task: Task) -> None:
    stream = make_stream(task)
    with Measurement():
        count = sum(1 for page in stream("stream_action") for _ in page["records"])
    require(count == task.count, "all rows")


async def query_streamed_async(task: Task) -> None:
    stream = make_stream(task)
    count = 0
    with Measurement():
        async for page in stream("stream_action_async"):
            for _ in page["records"]:
                count += 1
    require(count == task.count, "all rows")


def query_consumed(task: Task) -> None:
    """Read a stream with work on each page; a page is fetched ahead."""
    stream = make_stream(task)
    count = 0
    with Measurement():
        for page in stream("stream_action"):
            count += len(page["records"])
            time.sleep(WORK)
    require(count == task.count, "all rows")


def query_page_by_page(task: Task) -> None:
    """Read page after page with work on each; no page is fetched ahead."""
    operation = make_run(task)
    count, cursor = 0, None
    with Measurement():
        while count == 0 or cursor:
            inputs = {"cursor": cursor} if cursor else {"soql": SOQL}
            page = operation("query_page", inputs)["output"]
            count, cursor = count + len(page["records"]), page["next_cursor"]
            time.sleep(WORK)
    require(count == task.count, "all rows")


if __name__ == "__main__":
    run(
        query_in_memory,
        query_streamed,
        query_streamed_async,
        query_consumed,
        query_page_by_page,
    )
