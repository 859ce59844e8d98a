"""query_page: one page, and the cursor that gives the next."""

from typing import Any

import pytest
from flow_driver import drive, ok
from pydantic import ValidationError

from salesforce_actions.actions.query_page import Input, flow
from salesforce_connector.errors import Rejected

SOQL = "SELECT Id FROM Account"
NEXT = "/services/data/v68.0/query/0r8xx5R2yF2gs3VASQ-2000"


@pytest.mark.parametrize("inputs", [{}, {"soql": SOQL, "cursor": NEXT}])
def test_wants_a_query_or_a_cursor(inputs: dict[str, Any]) -> None:
    run = drive(flow(Input(**inputs)))

    assert isinstance(run.error, Rejected)
    assert run.calls == []


@pytest.mark.parametrize(
    "cursor",
    ["/services/oauth2/revoke", "https://evil.example/x", "/services/data/v68.0/query/../../x"],
)
def test_a_cursor_leads_nowhere_else(cursor: str) -> None:
    with pytest.raises(ValidationError):
        Input(cursor=cursor)


def test_the_tooling_api_has_no_deleted_records() -> None:
    run = drive(flow(Input(soql=SOQL, api="tooling", include_deleted=True)))

    assert isinstance(run.error, Rejected)
    assert run.calls == []


def test_returns_a_page_and_its_cursor() -> None:
    page = {"totalSize": 3, "done": False, "nextRecordsUrl": NEXT, "records": [{"Id": "001"}]}
    run = drive(flow(Input(soql=SOQL)), ok(page))

    assert run.output.records == [{"Id": "001"}]
    assert (run.output.total, run.output.next_cursor) == (3, NEXT)


def test_continues_from_a_cursor_to_the_last_page() -> None:
    run = drive(flow(Input(cursor=NEXT)), ok({"totalSize": 3, "done": True, "records": []}))

    assert (run.calls[0].method, run.calls[0].path) == ("GET", NEXT)
    assert run.output.next_cursor is None


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({}, "/query"),
        ({"include_deleted": True}, "/queryAll"),
        ({"api": "tooling"}, "/tooling/query"),
    ],
)
def test_calls_the_resource_of_the_input(options: dict[str, Any], path: str) -> None:
    reply = ok({"totalSize": 0, "done": True, "records": []})
    assert drive(flow(Input(soql=SOQL, **options)), reply).calls[0].path == path
