"""list_recent_records: of all objects, and of one."""

from typing import Any

import pytest
from flow_driver import drive, ok

from salesforce_actions.actions.list_recent_records import Input, flow
from salesforce_connector.errors import BadReply

ROWS = [{"Id": "001"}, {"Id": "002"}]


def test_does_not_take_an_object_without_recent_items() -> None:
    assert isinstance(drive(flow(Input(sobject="Account")), ok({})).error, BadReply)


@pytest.mark.parametrize("body", [{}, [1], "none"])
def test_does_not_take_something_else_for_a_list(body: Any) -> None:
    assert isinstance(drive(flow(Input()), ok(body)).error, BadReply)


def test_requests_all_objects_at_once() -> None:
    run = drive(flow(Input(limit=5)), ok(ROWS))

    assert (run.calls[0].path, run.calls[0].params) == ("/recent", {"limit": "5"})
    assert run.output.records == ROWS


def test_lists_the_objects_own_records_and_cuts_them() -> None:
    run = drive(flow(Input(sobject="Account", limit=1)), ok({"recentItems": ROWS}))

    assert run.calls[0].path == "/sobjects/Account"
    assert run.output.records == ROWS[:1]
