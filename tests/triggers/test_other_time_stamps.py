"""Objects without the usual time stamp are followed by another, or refused at set-up."""

from typing import Any

import httpx
import pytest
from flow_driver import FlowRun, serve

from salesforce_actions.triggers import record_created, record_created_or_updated, record_updated
from salesforce_connector.errors.table import from_response
from salesforce_connector.flow import Call

DATE = {"Date": "Sat, 28 Nov 2026 12:00:00 GMT"}
FLAGS = {
    "nillable": True, "createable": False, "updateable": False, "defaultedOnCreate": False,
}  # fmt: skip


class Org:
    """One object with some fields, whose records all have the same stamps."""

    def __init__(self, *names: str) -> None:
        self.names = ("Id", *names)

    def __call__(self, call: Call, _: bytes) -> httpx.Response:
        if call.path.endswith("/describe"):
            return httpx.Response(200, json=self._describe())
        query = call.params["q"]
        columns = query[len("SELECT ") : query.index(" FROM")].split(", ")
        for name in columns:
            if name not in self.names:
                error = {"errorCode": "INVALID_FIELD", "message": f"No such column '{name}' on X."}
                return httpx.Response(400, json=[error])
        row = dict.fromkeys(columns, "2026-11-28T11:00:00.000+0000") | {"Id": "0Ya000000000001"}
        rows = [] if " > " in query else [row]  # there is nothing after it
        page = {"totalSize": len(rows), "done": True, "records": rows}
        return httpx.Response(200, json=page, headers=DATE)

    def _describe(self) -> dict[str, Any]:
        fields = [{"name": name, "label": name, "type": "datetime", **FLAGS} for name in self.names]
        flags = dict.fromkeys(
            ("custom", "queryable", "createable", "updateable", "deletable"), True
        )
        about = {"name": "X", "label": "X", "labelPlural": "X", "fields": fields, **flags}
        return {**about, "childRelationships": [], "recordTypeInfos": []}


def poll(trigger: Any, org: Org, cursor: Any = None) -> FlowRun:
    args = trigger.Input(sobject="X", start="everything")
    served = lambda call, body: _or_error(org(call, body))  # noqa: E731
    return serve(trigger.flow(args, cursor), served)


def _or_error(reply: httpx.Response) -> Any:
    return reply if reply.is_success else from_response(reply, safe=True)


def test_logins_are_reported_by_their_time() -> None:
    org = Org("LoginTime")
    first = poll(record_created, org)

    [event] = first.output.events
    assert (event.record_id, event.created_at[:10]) == ("0Ya000000000001", "2026-11-28")
    again = poll(record_created, org, first.output.cursor)
    assert again.error is None
    assert again.output.events == []
    assert len(again.calls) == 1  # the cursor knows by which stamp


@pytest.mark.parametrize("stamp", ["LastModifiedDate", "SystemModstamp"])
def test_an_object_without_a_date_of_creation_is_followed_by_its_saves(stamp: str) -> None:
    org = Org(stamp)
    for trigger in (record_updated, record_created_or_updated):
        run = poll(trigger, org)
        [event] = run.output.events
        assert event.changed_at.startswith("2026-11-28")
        assert poll(trigger, org, run.output.cursor).output.events == []


@pytest.mark.parametrize(
    ("trigger", "names"),
    [(record_created, ("SystemModstamp",)), (record_updated, ("LoginTime",)), (record_updated, ())],
)
def test_an_object_without_a_usable_time_stamp_is_refused_at_set_up(
    trigger: Any, names: tuple[str, ...]
) -> None:
    run = poll(trigger, Org(*names))

    assert run.error is not None
    assert (run.error.code, run.error.fields) == ("NO_TIME_STAMP", ("sobject",))


@pytest.mark.parametrize(
    "changed",
    [
        {"Id": 5},
        {"Id": "' OR Id != '"},
        {"SystemModstamp": None},
        {"SystemModstamp": "yesterday"},
        {"SystemModstamp": "2026-11-28T11:00:00"},
        {"CreatedDate": {"a": 1}},
    ],
)
def test_a_row_with_a_missing_or_invalid_value_is_a_bad_reply(changed: dict[str, Any]) -> None:
    class Spoiling(Org):
        def __call__(self, call: Call, body: bytes) -> httpx.Response:
            reply = super().__call__(call, body)
            page = reply.json()
            page["records"][0] |= changed
            return httpx.Response(200, json=page, headers=DATE)

    run = poll(record_created_or_updated, Spoiling("SystemModstamp", "CreatedDate"))
    assert run.error is not None
    assert run.error.code == "BAD_REPLY"


@pytest.mark.parametrize(
    "changed",
    [
        {"at": ["2026-11-28T11:00:00Z", "' OR Id != '"]},
        {"at": ["2026-11-28T11:00:00", "0Ya000000000001"]},
        {"up_to": ["0001-01-01T00:00:00+14:00", "0Ya000000000001"]},
        {"since": "9999-12-31T23:59:59-14:00"},
        {"recent_ids": {"yesterday": ["0Ya000000000001"]}},
        {"recent_ids": {"2026-11-28T11:00:00": []}},
    ],
)
def test_a_cursor_that_was_tampered_with_is_refused(changed: dict[str, Any]) -> None:
    cursor = {"version": 1, "source": "X.SystemModstamp.none", **changed}
    run = poll(record_created_or_updated, Org("SystemModstamp", "CreatedDate"), cursor)

    assert run.error is not None
    assert (run.error.code, run.calls) == ("INVALID_INPUT", [])
