"""list_price_books: those that can be used, or all."""

import pytest
from flow_driver import drive, ok

from salesforce_actions.actions.list_price_books import Input, flow
from salesforce_connector.errors import BadReply

BOOK = {"Id": "01s", "Name": "Standard", "IsStandard": True, "IsActive": True}


def test_a_record_without_a_name_is_a_bad_reply() -> None:
    run = drive(flow(Input()), ok({"totalSize": 1, "done": True, "records": [{"Id": "01s"}]}))

    assert isinstance(run.error, BadReply)


@pytest.mark.parametrize(("inactive", "filtered"), [(False, True), (True, False)])
def test_inactive_templates_are_left_out_by_default(inactive: bool, filtered: bool) -> None:
    run = drive(
        flow(Input(include_inactive=inactive)),
        ok({"totalSize": 1, "done": True, "records": [BOOK]}),
    )

    assert ("IsActive = true" in run.calls[0].params["q"]) is filtered
    assert run.output.price_books[0].name == "Standard"
