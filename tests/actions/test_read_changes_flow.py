"""`read_changes`, driven by hand; that nothing is lost is proven in tests/triggers."""

import json
from typing import Any

import httpx
import pytest

from salesforce_actions.actions.read_changes import Input, flow
from salesforce_connector.errors import BadReply
from salesforce_connector.flow import Call

NOW = "Sun, 22 Nov 2026 02:00:00 GMT"
LATELY = "2026-11-22T01:58:00.000+0000"  # so late that others may still commit before it


def answer(*rows: dict[str, Any], date: str | None = NOW) -> httpx.Response:
    body = {"totalSize": len(rows), "done": True, "records": list(rows)}
    headers = {"content-type": "application/json"} | ({"date": date} if date else {})
    return httpx.Response(200, headers=headers, content=json.dumps(body))


def row(id: str, **fields: Any) -> dict[str, Any]:  # noqa: A002 - Salesforce's own word
    return {"Id": id, "SystemModstamp": LATELY, "CreatedDate": LATELY, **fields}


def query_of(call: object) -> str:
    assert isinstance(call, Call)
    return call.params["q"]


def test_an_answer_without_a_date_is_not_trusted() -> None:
    """This machine's clock is not Salesforce's, so it is never used instead."""
    run = flow(Input(sobject="Account"))
    next(run)
    with pytest.raises(BadReply):
        run.send(answer(date=None))


def test_include_deleted_uses_query_all() -> None:
    run = flow(Input(sobject="Account", include_deleted=True))
    call = next(run)
    assert isinstance(call, Call)
    assert call.path == "/queryAll"
    assert "IsDeleted" in query_of(call)


def test_returns_the_records_and_continues_from_its_cursor() -> None:
    """What the first read gave is not given again, though the second asks for it once more."""
    first = row("001000000000001AAA", Name="Acme")
    run = flow(Input(sobject="Account", fields=["Name"]))
    assert "FROM Account" in query_of(next(run))
    with pytest.raises(StopIteration) as done:
        run.send(answer(first))
    page = done.value.value
    assert [record["Name"] for record in page.records] == ["Acme"]
    assert not page.more

    cursor = json.loads(json.dumps(page.cursor))
    again = flow(Input(sobject="Account", fields=["Name"], cursor=cursor))
    next(again)
    with pytest.raises(StopIteration) as done:
        again.send(answer(first, row("001000000000002AAA", Name="Globex")))
    assert [record["Name"] for record in done.value.value.records] == ["Globex"]
