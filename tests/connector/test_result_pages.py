"""Result pages of bulk queries: several at once, in order, resumed where a run was interrupted."""

import csv
from pathlib import Path
from typing import Any

import pytest
from connector.results_org import Engine, ResultsOrg
from hypothesis import given, settings
from hypothesis import strategies as st

from salesforce_connector.errors import BadReply, ConnectorError

KINDS = pytest.mark.parametrize("kind", ["threads", "loop"])


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
def test_pages_are_fetched_in_parallel_and_written_in_order(
    kind: str, named: bool, tmp_path: Path
) -> None:
    """The first page comes after the fourth was asked for: one after another, it never would."""
    org = ResultsOrg(BIG, first_after=3, named=named)
    engine = Engine(org, kind)
    path = tmp_path / "rows.csv"
    result = engine.run(format="csv", path=str(path))
    assert read_csv(path) == org.rows
    assert sorted(org.fetched) == list(range(len(BIG)))
    assert result["usage"]["calls"] == len(org.calls)
    assert list(tmp_path.iterdir()) == [path]
    engine.close()


@KINDS
def test_a_slow_page_holds_up_as_few_as_may_wait(kind: str, tmp_path: Path) -> None:
    """The first page comes after the eighth was requested, of four at a time."""
    org = ResultsOrg([2_000] * 10, first_after=7)
    engine = Engine(org, kind)
    path = tmp_path / "rows.csv"
    engine.run(format="csv", path=str(path))
    assert read_csv(path) == org.rows
    engine.close()


@KINDS
def test_a_stream_delivers_pages_in_order(kind: str) -> None:
    org = ResultsOrg(BIG, first_after=3)
    engine = Engine(org, kind)
    pages = engine.stream()
    assert rows_of(pages) == org.rows
    assert max(len(page["records"]) for page in pages) <= 2_000
    engine.close()


@pytest.mark.slow
@KINDS
@settings(max_examples=8, deadline=None)
@given(sizes=st.lists(st.integers(0, 6), min_size=1, max_size=12), at_once=st.integers(1, 5))
def test_each_row_is_delivered_once_and_in_order(kind: str, sizes: list[int], at_once: int) -> None:
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
def test_a_stream_resumes_from_its_last_state(kind: str, fails: int) -> None:
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
