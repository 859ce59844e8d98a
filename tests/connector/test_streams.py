"""Records that are read as they come; each test runs against threads and an event loop."""

import asyncio
import threading
from collections.abc import Generator
from typing import Any

import httpx
import pytest
from connector.acme_connection import AcmeConnection
from connector.scripted_org import ScriptedOrg, answer, error
from hypothesis import given, settings
from hypothesis import strategies as st

from salesforce_actions.plugin import SalesforceConnector
from salesforce_connector.errors import ConnectorError

SOQL = "SELECT Id, Name, Account.Name FROM Contact"
NEXT = "/services/data/v68.0/query/0r8000000000001-"


class PagedOrg(ScriptedOrg):
    """An org with one query, whose pages are as long as the test says."""

    def __init__(self, sizes: list[int], fail_at: int | None = None) -> None:
        super().__init__(self._page)
        self._sizes = sizes
        self._fail_at = fail_at
        self.records: list[dict[str, Any]] = [
            {
                "attributes": {"type": "Contact"},
                "Id": f"003{number:015d}",
                "Name": None if number % 3 else f"Contact {number}",
                "Account": {"attributes": {"type": "Account"}, "Name": f"{number}"}
                if number % 2
                else None,
            }
            for number in range(sum(sizes))
        ]

    def _page(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        number = 0 if path.endswith("/query") else int(path.rpartition("-")[2])
        if number == self._fail_at:
            return error(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        start = sum(self._sizes[:number])
        records = self.records[start : start + self._sizes[number]]
        last = number == len(self._sizes) - 1
        following = {} if last else {"nextRecordsUrl": f"{NEXT}{number + 1}"}
        head = {"totalSize": len(self.records), "done": last, **following}
        return answer(200, {**head, "records": records}, Sforce_Limit_Info="api-usage=7/100")


class Reader:
    """Reads a stream of the plugin's page by page, as an engine does."""

    def __init__(self, org: ScriptedOrg, kind: str) -> None:
        self.plugin = SalesforceConnector(org, org)
        self.connection = AcmeConnection()
        self._loop = asyncio.Runner() if kind == "loop" else None

    def pages(self, **inputs: Any) -> Generator[dict[str, Any], None, None]:
        """Return the pages; closing this closes the stream."""
        context = inputs.pop("context", {})
        action = inputs.pop("action", "query")
        arguments: dict[str, Any] = {
            "connector": "salesforce",
            "action": action,
            "connection": self.connection,
            "inputs": {} if action != "query" else {"soql": SOQL, **inputs},
            "context": context,
        }
        if self._loop is None:
            stream: Any = self.plugin.stream_action(**arguments)
            try:
                yield from stream
            finally:
                stream.close()
            return
        running: Any = self.plugin.stream_action_async(**arguments)
        try:
            while (page := self._loop.run(anext(running, None))) is not None:
                yield page
        finally:
            self._loop.run(running.aclose())

    def tasks_left(self) -> int:
        """How many threads or tasks work for a stream."""
        if self._loop is not None:
            return len(asyncio.all_tasks(self._loop.get_loop()))
        return sum(thread.name == "salesforce-task" for thread in threading.enumerate())

    def collected(self) -> list[dict[str, Any]]:
        """Return the rows of the same query, run at once."""
        result: Any = self.plugin.run_action(
            connector="salesforce",
            action="query",
            connection=self.connection,
            inputs={"soql": SOQL, "limit": 1_000_000},
            context={},
        )
        return list(result["output"]["records"])

    def close(self) -> None:
        if self._loop is not None:
            self._loop.close()
        self.plugin.close()


KINDS = pytest.mark.parametrize("kind", ["threads", "loop"])
SIZES = st.lists(st.integers(0, 7), min_size=1, max_size=8)


@KINDS
@settings(max_examples=30, deadline=None)
@given(sizes=SIZES)
def test_streamed_is_collected(kind: str, sizes: list[int]) -> None:
    """The pages of a stream together are what the action gives at once."""
    reader = Reader(PagedOrg(sizes), kind)
    try:
        pages = list(reader.pages())
        rows = [record for page in pages for record in page["records"]]
        assert rows == reader.collected()
        assert pages[-1]["usage"]["calls"] == len(sizes)
        assert pages[-1]["usage"]["limit_used"] == 7
    finally:
        reader.close()


@KINDS
@settings(max_examples=20, deadline=None)
@given(sizes=SIZES, data=st.data())
def test_a_stream_that_is_resumed_gives_the_rest(kind: str, sizes: list[int], data: Any) -> None:
    """A page counts as read when the next one is asked for."""
    org = PagedOrg(sizes)
    reader = Reader(org, kind)
    states: list[dict[str, Any]] = []
    read: list[Any] = []
    try:
        pages = reader.pages(context={"progress": lambda step: states.append(step["state"])})
        for _ in range(data.draw(st.integers(1, len(sizes)))):
            page = next(pages)
            if len(states) > len(read):
                read.append(page)
        pages.close()
        before = list(reader.pages())[: len(states)]
        context = {"resume": states[-1]} if states else {}
        rest = list(reader.pages(context=context))
        rows = [record for page in [*before, *rest] for record in page["records"]]
        assert rows == org.records
    finally:
        reader.close()


@KINDS
def test_at_most_one_page_is_fetched_ahead(kind: str) -> None:
    org = PagedOrg([2, 2, 2, 2, 2])
    reader = Reader(org, kind)
    pages = reader.pages()
    assert org.requests == []
    for number in range(1, 4):
        next(pages)
        assert len(org.calls) <= number + 1
    pages.close()
    reader.close()


@KINDS
def test_a_stream_that_is_closed_leaves_nothing_behind(kind: str) -> None:
    org = PagedOrg([2] * 50)
    reader = Reader(org, kind)
    pages = reader.pages()
    next(pages)
    pages.close()
    sent = len(org.calls)
    assert sent <= 2
    assert reader.tasks_left() == 0
    reader.close()
    assert len(org.calls) == sent


@KINDS
def test_an_error_comes_with_the_page_that_could_not_be_had(kind: str) -> None:
    org = PagedOrg([2, 2, 2], fail_at=2)
    reader = Reader(org, kind)
    pages = reader.pages()
    assert [record["Id"] for _ in range(2) for record in next(pages)["records"]] == [
        record["Id"] for record in org.records[:4]
    ]
    with pytest.raises(ConnectorError) as caught:
        next(pages)
    assert caught.value.code == "INVALID_QUERY_LOCATOR"
    assert reader.tasks_left() == 0
    reader.close()


@KINDS
def test_an_action_that_does_not_stream_is_refused(kind: str) -> None:
    reader = Reader(PagedOrg([1]), kind)
    pages = reader.pages(action="get_limits")
    with pytest.raises(ConnectorError) as caught:
        next(pages)
    assert caught.value.code == "NOT_STREAMED"
    reader.close()


@KINDS
def test_a_limit_ends_a_stream_with_a_warning(kind: str) -> None:
    org = PagedOrg([2, 2, 2])
    reader = Reader(org, kind)
    pages = list(reader.pages(limit=3))
    assert [len(page["records"]) for page in pages] == [2, 1, 0]
    assert "3" in pages[-1]["warnings"][0]
    assert len(org.calls) == 2
    reader.close()


@KINDS
@settings(max_examples=20, deadline=None)
@given(sizes=SIZES)
def test_columns_and_arrow_hold_the_same_values(kind: str, sizes: list[int]) -> None:
    """Every page has the same columns, those of parents among them, whatever is null on it."""
    pyarrow = pytest.importorskip("pyarrow")
    org = PagedOrg(sizes)
    reader = Reader(org, kind)
    try:
        by_column = list(reader.pages(context={"rows": "columns"}))
        batches = [page["arrow"] for page in reader.pages(context={"rows": "arrow"})]
        expected = [
            (record["Id"], record["Name"], (record["Account"] or {}).get("Name"))
            for record in org.records
        ]
        names = ["Id", "Name", "Account.Name"]
        assert all(list(page["columns"]) == names for page in by_column)
        assert [row for page in by_column for row in _rows(page["columns"])] == expected
        table = pyarrow.Table.from_batches(batches)
        assert table.column_names == names
        assert _rows(table.to_pydict()) == expected
    finally:
        reader.close()


def _rows(columns: dict[str, list[Any]]) -> list[tuple[Any, ...]]:
    return list(zip(*columns.values(), strict=True))


def test_a_form_of_rows_that_there_is_not_is_refused_before_anything_is_sent() -> None:
    org = PagedOrg([1])
    reader = Reader(org, "threads")
    with pytest.raises(ConnectorError) as caught:
        next(reader.pages(context={"rows": "tuples"}))
    assert caught.value.code == "UNKNOWN_FORM"
    assert org.requests == []
    reader.close()
