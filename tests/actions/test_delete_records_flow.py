"""delete_records: what it has beyond create_records."""

from typing import Any

from flow_driver import drive, ok

from salesforce_actions.actions import delete_records
from salesforce_connector.errors import Unavailable

A, B = "001D000000IqhSLIAZ", "0015500001QdQWaAAN"
GONE = {
    "id": B,
    "success": False,
    "errors": [{"statusCode": "ENTITY_IS_DELETED", "message": "entity is deleted", "fields": []}],
}


def saved(record: str, **more: Any) -> dict[str, Any]:
    return {"id": record, "success": True, "errors": [], **more}


def test_a_delete_names_its_records_in_the_address() -> None:
    run = drive(delete_records.flow(delete_records.Input(ids=[A, B])), ok([saved(A), saved(B)]))

    [call] = run.calls
    assert call.params == {"ids": f"{A},{B}", "allOrNone": "false"}
    assert not call.safe
    assert [row.created for row in run.output.records] == [None, None]


def test_a_record_that_is_deleted_already_failed_unless_that_is_allowed() -> None:
    strict = delete_records.Input(ids=[A, B], fail_when="none")
    run = drive(delete_records.flow(strict), ok([saved(A), GONE]))
    assert run.output.records[1].code == "ENTITY_IS_DELETED"

    lenient = delete_records.Input(ids=[A, B], allow_deleted=True)
    run = drive(delete_records.flow(lenient), ok([saved(A), GONE]))
    assert run.output.succeeded == 2
    assert run.calls[0].safe


def test_deletes_whose_answer_is_lost_are_unknown() -> None:
    lost = Unavailable("Broken.", code="ReadError", sent=True)
    run = drive(delete_records.flow(delete_records.Input(ids=[A], fail_when="none")), lost)

    assert run.output.records[0].code == "UNKNOWN_OUTCOME"
    assert "Stopped after 0 of 1" in run.notes[0]
