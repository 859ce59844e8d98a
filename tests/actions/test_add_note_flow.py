"""add_note: a note that hangs on its records, or none."""

from base64 import b64decode

import httpx
import pytest
from flow_driver import drive, ok

from salesforce_actions.actions.add_note import Input, flow
from salesforce_connector.errors import BadReply, ConnectorError, Forbidden, Unavailable

A, B = "001D000000IqhSLIAZ", "001D000000IqhSMIAZ"
NOTE = ok({"id": "069", "success": True, "errors": []}, 201)
GIVEN = Input(title="Call", text="a < b\n& c", record_ids=[A, B])
ROLLED_BACK = {"statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK", "message": "x", "fields": []}
DENIED = {"statusCode": "INSUFFICIENT_ACCESS_OR_READONLY", "message": "no", "fields": []}


@pytest.mark.parametrize(
    "deletion", [httpx.Response(204), Unavailable("down", code="HTTP_503", sent=True)]
)
def test_deletes_a_note_that_cannot_be_linked_and_reports_why(
    deletion: httpx.Response | ConnectorError,
) -> None:
    """The reason is the first failure, not what was rolled back for it, nor a failed deletion."""
    results = [{"success": False, "errors": [item]} for item in (ROLLED_BACK, DENIED)]
    run = drive(flow(GIVEN), NOTE, ok(results), deletion)

    assert isinstance(run.error, Forbidden)
    assert run.error.code == DENIED["statusCode"]
    assert (run.calls[2].method, run.calls[2].path) == ("DELETE", "/sobjects/ContentDocument/069")


def test_does_not_take_links_of_another_number() -> None:
    run = drive(flow(GIVEN), NOTE, ok([{"success": True}]), httpx.Response(204))

    assert isinstance(run.error, BadReply)


def test_escapes_the_text_and_links_all_records_or_none() -> None:
    run = drive(flow(GIVEN), NOTE, ok([{"success": True, "errors": []}] * 2))

    note = run.calls[0].json
    assert b64decode(note["Content"]) == b"<p>a &lt; b</p><p>&amp; c</p>"
    links = run.calls[1].json
    assert links["allOrNone"] is True
    assert [row["LinkedEntityId"] for row in links["records"]] == [A, B]
    assert run.output.id == "069"
