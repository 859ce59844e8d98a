"""How pages of a query are followed, and when that stops."""

from typing import Any

import httpx
import pytest
from flow_driver import FlowRun, drive, ok
from hypothesis import given
from hypothesis import strategies as st

from salesforce_connector.errors import BadReply
from salesforce_connector.flow import Call
from salesforce_connector.paging.next_pages import MAX_EMPTY_PAGES
from salesforce_connector.paging.query_results import QueryResult, fetch

FIRST = Call("GET", "/query", params={"q": "SELECT Id FROM Account"})
NEXT = "/services/data/v68.0/query/0r8xx0000000001-"


def page(records: list[dict[str, Any]], total: int, following: str | None = None) -> httpx.Response:
    body = {"totalSize": total, "done": following is None, "records": records}
    return ok(body if following is None else {**body, "nextRecordsUrl": following})


def rows(first: int, beyond: int) -> list[dict[str, Any]]:
    return [{"Id": number} for number in range(first, beyond)]


def follow(*answers: httpx.Response, cap: int = 1000) -> FlowRun:
    return drive(fetch(FIRST, cap), *answers)


@pytest.mark.parametrize(
    "url",
    ["https://evil.example/services/data/v68.0/query/x", "//evil.example/", "/query/x", "", "x"],
)
def test_a_next_page_on_another_host_is_not_requested(url: str) -> None:
    """The token goes with each page's request."""
    run = follow(page(rows(0, 2), 4, url))

    assert isinstance(run.error, BadReply)
    assert run.error.code == "BAD_LOCATOR"
    assert len(run.calls) == 1


def test_a_page_that_names_itself_as_the_next_is_not_followed_for_ever() -> None:
    run = follow(page(rows(0, 2), 9, NEXT + "2"), page(rows(2, 4), 9, NEXT + "2"))

    assert isinstance(run.error, BadReply)
    assert len(run.calls) == 2


@pytest.mark.parametrize(
    "body", [{}, [], {"totalSize": 1, "done": True}, {"totalSize": "x", "done": 1, "records": []}]
)
def test_an_invalid_page_is_a_bad_reply(body: Any) -> None:
    assert isinstance(follow(ok(body)).error, BadReply)


def test_a_page_of_html_is_a_bad_reply() -> None:
    run = follow(httpx.Response(200, html="<html>Sign in</html>"))

    assert isinstance(run.error, BadReply)
    assert "proxy" in run.error.remedy


def test_follows_next_records_url_until_there_is_none() -> None:
    run = follow(
        page(rows(0, 3), 7, NEXT + "3"), page(rows(3, 6), 7, NEXT + "6"), page(rows(6, 7), 7)
    )

    assert run.output == QueryResult(records=rows(0, 7), total=7, complete=True)
    assert run.calls == [FIRST, Call("GET", NEXT + "3"), Call("GET", NEXT + "6")]


def test_count_alone_has_a_total_and_no_rows() -> None:
    counting = Call("GET", "/query", params={"q": " select Count ( ) FROM Account"})
    run = drive(fetch(counting, 10), page([], 42))
    assert run.output == QueryResult(records=[], total=42, complete=True)
    assert run.notes == []


def test_a_result_with_fewer_records_than_its_total_is_not_complete() -> None:
    """A proxy that cuts answers, and an answer that says it is done."""
    run = follow(page(rows(0, 2), 8000))

    assert run.output == QueryResult(rows(0, 2), total=8000, complete=False)
    assert "8,000" in run.notes[0]


def test_a_result_with_fewer_records_than_its_total_is_no_result_where_none_may_be_lost() -> None:
    run = drive(fetch(FIRST, 1000, strict=True), page(rows(0, 2), 3))

    assert run.error is not None
    assert run.error.code == "INCOMPLETE_RESULT"


def test_empty_pages_are_not_followed_for_ever() -> None:
    answers = [page([], 5, f"{NEXT}{number}") for number in range(MAX_EMPTY_PAGES)]
    run = follow(*answers)

    assert run.error is not None
    assert run.error.code == "BAD_LOCATOR"
    assert len(run.calls) == MAX_EMPTY_PAGES


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/services/data/v68.0/query/1",
        "/services/oauth2/token",
        "/services/data/v68.0/query/1\r\nX: y",
        "/services/data/v68.0/query/\0",
        "/services/data/v68.0/query/" + "x" * 100_000,
        "/services/data/v68.0/query/1#x",
        "",
    ],
)
def test_an_address_that_is_not_one_of_salesforces_is_not_followed(address: str) -> None:
    child = {"totalSize": 9, "done": False, "records": [], "nextRecordsUrl": address}
    for answer in (page(rows(0, 1), 9, address), page([{"Contacts": child}], 1)):
        run = follow(answer)
        assert run.error is not None
        assert run.error.code == "BAD_LOCATOR"


@pytest.mark.parametrize("address", [5, {"a": 1}, ["x"], True])
def test_an_address_that_is_no_string_is_not_followed(address: Any) -> None:
    child = {"totalSize": 9, "done": False, "records": [], "nextRecordsUrl": address}
    assert isinstance(follow(page([{"Contacts": child}], 1)).error, BadReply)


@pytest.mark.parametrize(
    ("cap", "inputs", "complete", "calls"),
    [(1, 1, False, 1), (3, 3, False, 1), (4, 4, False, 2), (6, 6, True, 2), (7, 6, True, 2)],
)
def test_the_cap_asks_for_no_page_it_does_not_need(
    cap: int, inputs: int, complete: bool, calls: int
) -> None:
    """A cap at a page's end still says that there is more."""
    answers = [page(rows(0, 3), 6, NEXT + "3"), page(rows(3, 6), 6)]

    run = follow(*answers[:calls], cap=cap)

    assert run.output == QueryResult(records=rows(0, inputs), total=6, complete=complete)
    assert len(run.calls) == calls


def test_rows_beyond_a_cap_within_the_last_page_make_it_incomplete() -> None:
    assert follow(page(rows(0, 3), 3), cap=2).output == QueryResult(
        rows(0, 2), total=3, complete=False
    )


@given(st.lists(st.integers(1, 5), min_size=1, max_size=6), st.integers(1, 40))
def test_pages_of_any_size_give_the_first_rows_in_order(sizes: list[int], cap: int) -> None:
    """The server chooses the size of each page, so no offset is ever computed."""
    total = sum(sizes)
    answers, start = [], 0
    for size in sizes:
        beyond = start + size
        answers.append(
            page(rows(start, beyond), total, NEXT + str(beyond) if beyond < total else None)
        )
        start = beyond
    needed = next((n for n in range(1, len(sizes) + 1) if sum(sizes[:n]) >= cap), len(sizes))

    run = follow(*answers[:needed], cap=cap)

    assert run.output == QueryResult(rows(0, min(cap, total)), total=total, complete=cap >= total)


def test_fetches_the_pages_of_children_and_of_theirs() -> None:
    """Children come in pages of their own; each list is complete and says so."""

    def children(records: list[Any], following: str | None = None) -> dict[str, Any]:
        result = {"totalSize": 9, "done": following is None, "records": records}
        return result if following is None else {**result, "nextRecordsUrl": following}

    grandchild = children([{"Id": "g1"}], NEXT + "g")
    first = {
        "Id": "a1",
        "Owner": {"Name": "Ann", "Reports": children([{"Id": "r1"}], NEXT + "r")},
        "Contacts": children([{"Id": "c1"}], NEXT + "c1"),
        "Notes": None,
    }

    run = follow(
        page([first, {"Id": "a2", "Contacts": None}], 2),
        page([{"Id": "r2"}], 2),
        page([{"Id": "c2"}], 3, NEXT + "c2"),
        page([{"Id": "c3", "Cases": grandchild}], 3),
        page([{"Id": "g2"}], 2),
    )

    row = run.output.records[0]
    assert row["Owner"]["Reports"]["records"] == [{"Id": "r1"}, {"Id": "r2"}]
    assert [record["Id"] for record in row["Contacts"]["records"]] == ["c1", "c2", "c3"]
    cases = row["Contacts"]["records"][2]["Cases"]
    assert cases == {"totalSize": 9, "done": True, "records": [{"Id": "g1"}, {"Id": "g2"}]}
    assert "nextRecordsUrl" not in row["Contacts"]
    assert [call.path for call in run.calls[1:]] == [NEXT + item for item in ("r", "c1", "c2", "g")]


def test_a_child_page_on_another_host_is_not_requested() -> None:
    child = {"records": [], "done": False, "nextRecordsUrl": "https://evil.example/"}

    run = follow(page([{"Id": "a1", "Contacts": child}], 1))

    assert isinstance(run.error, BadReply)
    assert len(run.calls) == 1


def test_children_of_rows_that_the_cap_cuts_off_are_not_fetched() -> None:
    child = {"records": [], "done": False, "nextRecordsUrl": NEXT + "c"}

    run = follow(page([{"Id": 1}, {"Id": 2, "Contacts": child}], 2), cap=1)

    assert len(run.calls) == 1
