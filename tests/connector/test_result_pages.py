"""Result pages of bulk queries: several at once, in order, taken up where a run broke off."""

import asyncio
import csv
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from connector.acme_connection import AcmeConnection
from connector.scripted_org import PATIENCE, ScriptedOrg, answer, error
from hypothesis import given, settings
from hypothesis import strategies as st

from salesforce_actions.plugin import SalesforceConnector
from salesforce_connector.errors import BadReply, ConnectorError

JOB = "750000000000000001"
ROOT = f"/services/data/v68.0/jobs/query/{JOB}"
KINDS = pytest.mark.parametrize("kind", ["threads", "loop"])


class ResultsOrg(ScriptedOrg):
    """An org with one finished query of many rows.

    Attributes:
        fetched: Numbers of the pages that were asked for.
    """

    def __init__(
        self,
        sizes: list[int],
        *,
        version: float = 68.0,
        out_of_order: bool = False,
        fails_once: int | None = None,
        promised: int | None = None,
        named: bool = True,
    ) -> None:
        super().__init__(self._say)
        self.rows = [[f"{number}", f'Acme "{number}"\nInc.'] for number in range(sum(sizes))]
        self.fetched: list[int] = []
        self._sizes = sizes
        self._named = named  # whether the first page's address has a locator too
        self._version = version
        self._promised = len(self.rows) if promised is None else promised
        self._fails_once = fails_once
        self._out_of_order = out_of_order
        self._others_came = threading.Event()
        self._others_came_on_loop = asyncio.Event()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._waits(request):
            assert self._others_came.wait(PATIENCE), "the first page was fetched alone"
        return super().handle_request(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._waits(request):
            async with asyncio.timeout(PATIENCE):
                await self._others_came_on_loop.wait()
        return await super().handle_async_request(request)

    def _waits(self, request: httpx.Request) -> bool:
        """Return whether this is the first page, which comes after those that follow it."""
        if not self._out_of_order or not request.url.path.endswith("/results"):
            return False
        return self._number(request) == 0

    def _number(self, request: httpx.Request) -> int:
        return int(request.url.params.get("locator", "page-0").removeprefix("page-"))

    def _say(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.endswith("/resultPages"):
            return self._list(request)
        if path.endswith("/results"):
            return self._page(self._number(request))
        job = {
            "id": JOB,
            "operation": "query",
            "object": "Account",
            "state": "JobComplete",
            "apiVersion": self._version,
            "numberRecordsProcessed": self._promised,
        }
        return answer(200, job)

    def _list(self, request: httpx.Request) -> httpx.Response:
        start, count = self._number(request), len(self._sizes)
        pages = [
            {
                "resultUrl": f"{ROOT}/results"
                + (f"?locator=page-{item}" if item or self._named else "")
            }
            for item in range(start, min(start + 5, count))
        ]
        more = start + 5 < count
        following = f"{ROOT}/resultPages?locator=page-{start + 5}" if more else None
        return answer(200, {"resultPages": pages, "nextRecordsUrl": following, "done": not more})

    def _page(self, number: int) -> httpx.Response:
        self.fetched.append(number)
        if number == 3:
            self._others_came.set()
            self._others_came_on_loop.set()
        if number == self._fails_once:
            self._fails_once = None
            return error(400, "INVALID_LOCATOR", "gone")
        start = sum(self._sizes[:number])
        rows = self.rows[start : start + self._sizes[number]]
        lines = "".join(f'"{key}","{name.replace(chr(34), chr(34) * 2)}"\n' for key, name in rows)
        last = number + 1 == len(self._sizes)
        headers = {
            "Sforce-NumberOfRecords": str(len(rows)),
            "Sforce-Locator": "null" if last else f"page-{number + 1}",
            "Content-Type": "text/csv",
        }
        return httpx.Response(200, text=f'"Id","Name"\n{lines}', headers=headers)


class Engine:
    """Runs and streams bulk_query by the plugin's hooks."""

    def __init__(self, org: ResultsOrg, kind: str) -> None:
        self._plugin = SalesforceConnector(org, org)
        self._connection = AcmeConnection()
        self._kind = kind
        self.states: list[dict[str, Any]] = []

    def _arguments(self, inputs: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
        return {
            "connector": "salesforce",
            "action": "bulk_query",
            "connection": self._connection,
            "inputs": {"job_id": JOB, **inputs},
            "context": {"progress": lambda told: self.states.append(told["state"]), **context},
        }

    def run(self, context: dict[str, Any] | None = None, **inputs: Any) -> dict[str, Any]:
        arguments = self._arguments(inputs, context or {})
        if self._kind == "loop":

            async def run() -> Any:
                running: Any = self._plugin.run_action_async(**arguments)
                return await running

            result: dict[str, Any] = asyncio.run(run())
        else:
            result = self._plugin.run_action(**arguments) or {}
        return result

    def stream(self, context: dict[str, Any] | None = None, **inputs: Any) -> list[dict[str, Any]]:
        arguments = self._arguments(inputs, context or {})
        if self._kind == "loop":

            async def read() -> list[dict[str, Any]]:
                pages: Any = self._plugin.stream_action_async(**arguments)
                return [page async for page in pages]

            return asyncio.run(read())
        pages: Any = self._plugin.stream_action(**arguments)
        return list(pages)

    def close(self) -> None:
        self._plugin.close()


@pytest.fixture(autouse=True)
def any_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALESFORCE_CONNECTOR_FILES_BELOW", "/")


def read_csv(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = list(csv.reader(file))
    assert header == ["Id", "Name"]
    return rows


def rows_of(pages: list[dict[str, Any]]) -> list[list[str]]:
    return [[record["Id"], record["Name"]] for page in pages for record in page["records"]]


BIG = [4_000, 3_000, 2_500, 1_500, 10, 0, 2_000]


@KINDS
@pytest.mark.parametrize("named", [True, False])
def test_pages_are_fetched_side_by_side_and_written_in_order(
    kind: str, named: bool, tmp_path: Path
) -> None:
    """The first page comes after the fourth was asked for: one after another, it never would."""
    org = ResultsOrg(BIG, out_of_order=True, named=named)
    engine = Engine(org, kind)
    path = tmp_path / "rows.csv"
    result = engine.run(format="csv", path=str(path))
    assert read_csv(path) == org.rows
    assert sorted(org.fetched) == list(range(len(BIG)))
    assert result["usage"]["calls"] == len(org.calls)
    assert list(tmp_path.iterdir()) == [path]
    engine.close()


@KINDS
def test_a_stream_gives_pages_that_come_out_of_order_in_order(kind: str) -> None:
    org = ResultsOrg(BIG, out_of_order=True)
    engine = Engine(org, kind)
    pages = engine.stream()
    assert rows_of(pages) == org.rows
    assert max(len(page["records"]) for page in pages) <= 2_000
    engine.close()


@pytest.mark.slow
@KINDS
@settings(max_examples=8, deadline=None)
@given(sizes=st.lists(st.integers(0, 6), min_size=1, max_size=12), at_once=st.integers(1, 5))
def test_each_row_comes_once_and_in_order(kind: str, sizes: list[int], at_once: int) -> None:
    """However pages are cut, and with a list of pages as without one."""
    for version in (57.0, 68.0):
        org = ResultsOrg([10_001, *sizes], version=version)
        engine = Engine(org, kind)
        assert rows_of(engine.stream(pages_at_once=at_once)) == org.rows
        engine.close()


@KINDS
def test_small_results_spend_no_call_on_a_list_of_pages(kind: str) -> None:
    org = ResultsOrg([5, 5])
    engine = Engine(org, kind)
    engine.stream()
    assert not any(call.url.path.endswith("/resultPages") for call in org.calls)
    engine.close()


@KINDS
def test_fewer_rows_than_the_job_has_are_an_error_and_no_file(kind: str, tmp_path: Path) -> None:
    org = ResultsOrg([10_001, 5], promised=10_010)
    engine = Engine(org, kind)
    with pytest.raises(BadReply) as caught:
        engine.run(format="csv", path=str(tmp_path / "rows.csv"))
    assert caught.value.code == "INCOMPLETE_RESULT"
    assert list(tmp_path.iterdir()) == []
    engine.close()


@KINDS
@pytest.mark.parametrize("fails", range(1, 5))
def test_a_stream_is_taken_up_from_its_last_state(kind: str, fails: int) -> None:
    org = ResultsOrg([4_500, 4_500, 2_500, 1, 7], fails_once=fails)
    engine = Engine(org, kind)
    with pytest.raises(ConnectorError):
        engine.stream(pages_at_once=1)
    state = engine.states[-1]
    done = state.get("done", 0)
    before = list(org.fetched)
    assert rows_of(engine.stream({"resume": state}, pages_at_once=1)) == org.rows[done:]
    assert min(org.fetched[len(before) :]) >= max(0, fails - 1)
    engine.close()


@KINDS
def test_a_file_goes_on_behind_what_a_killed_run_has_written(kind: str, tmp_path: Path) -> None:
    """A run that is killed leaves a part of the file; the state says how much of it is good."""
    org = ResultsOrg([4_000] * 4, fails_once=3)
    engine = Engine(org, kind)
    path = tmp_path / "rows.csv"
    with pytest.raises(ConnectorError):
        engine.run(format="csv", path=str(path), pages_at_once=1)
    state = engine.states[-1]
    assert state["done"] == 12_000
    text = "".join(
        f'"{key}","{name.replace(chr(34), chr(34) * 2)}"\n' for key, name in org.rows[:12_000]
    )
    part = tmp_path / state["part"]
    part.write_text(f'"Id","Name"\n{text}"12000","half of a r')
    org.fetched.clear()

    engine.run({"resume": state}, format="csv", path=str(path), pages_at_once=1)

    assert read_csv(path) == org.rows
    assert org.fetched == [3]
    assert list(tmp_path.iterdir()) == [path]
    engine.close()


@KINDS
@pytest.mark.parametrize("part", ["../elsewhere", "rows.csv", ".rows.csv.0123456789abcdef.part"])
def test_a_part_that_is_not_there_is_fetched_anew(kind: str, part: str, tmp_path: Path) -> None:
    org = ResultsOrg([4_000] * 4)
    engine = Engine(org, kind)
    path = tmp_path / "rows.csv"
    state = {"job_ids": [JOB], "part": part, "bytes": 5, "locator": "page-2", "done": 8_000}
    engine.run({"resume": state}, format="csv", path=str(path))
    assert read_csv(path) == org.rows
    engine.close()


@KINDS
def test_columns_and_arrow_hold_text(kind: str) -> None:
    pytest.importorskip("pyarrow")
    org = ResultsOrg([3, 2])
    engine = Engine(org, kind)
    columns = [page["columns"] for page in engine.stream({"rows": "columns"})]
    batches = [page["arrow"] for page in engine.stream({"rows": "arrow"})]
    assert [batch.to_pydict() for batch in batches] == columns
    assert [row for page in columns for row in map(list, zip(*page.values(), strict=True))] == (
        org.rows
    )
    engine.close()


class Down(ResultsOrg):
    """An org that is down when the last page is asked for."""

    def _page(self, number: int) -> httpx.Response:
        if number == len(self._sizes) - 1:
            return error(503, "SERVER_UNAVAILABLE", "Try again later.")
        return super()._page(number)


@KINDS
@pytest.mark.parametrize("heard", [True, False])
def test_a_part_is_kept_for_who_may_resume_and_for_nobody_else(
    kind: str, heard: bool, tmp_path: Path
) -> None:
    """An outage ends the run; what was fetched is of use only to a host that got the state."""
    org = Down([4_000] * 4)
    engine = Engine(org, kind)
    context = {"retry_for": 0} if heard else {"retry_for": 0, "progress": None}
    with pytest.raises(ConnectorError):
        engine.run(context, format="csv", path=str(tmp_path / "rows.csv"), pages_at_once=1)

    names = [file.name for file in tmp_path.iterdir()]
    assert names == ([engine.states[-1]["part"]] if heard else [])
    if heard:
        state, up = engine.states[-1], ResultsOrg([4_000] * 4)
        engine.close()
        engine = Engine(up, kind)
        path = tmp_path / "rows.csv"
        engine.run({"resume": state}, format="csv", path=str(path), pages_at_once=1)
        assert read_csv(path) == up.rows
        assert up.fetched == [3]
        assert list(tmp_path.iterdir()) == [path]
    engine.close()
