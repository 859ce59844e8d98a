"""update_records: what it has beyond create_records."""

from typing import Any

import pytest
from flow_driver import drive, ok
from pydantic import ValidationError

from salesforce_actions.actions import update_records
from salesforce_connector.errors import Rejected

A, B = "001D000000IqhSLIAZ", "0015500001QdQWaAAN"


def saved(record: str, **more: Any) -> dict[str, Any]:
    return {"id": record, "success": True, "errors": [], **more}


@pytest.mark.parametrize(
    "row", [{"Name": "x"}, {"Id": A}, {"Id": "x", "Name": "y"}, {"Id": A, "id": A, "Name": "y"}]
)
def test_an_update_needs_an_id_once_and_something_to_change(row: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        update_records.Input(sobject="Account", records=[row])


def test_refuses_two_rows_of_one_record() -> None:
    """15 and 18 characters are one id."""
    rows = [{"Id": A, "Name": "1"}, {"Id": B, "Name": "2"}, {"id": A[:15], "Name": "3"}]
    run = drive(update_records.flow(update_records.Input(sobject="Account", records=rows)))

    assert isinstance(run.error, Rejected)
    assert run.error.code == "DUPLICATE_RECORDS"
    assert run.error.fields == ("records.0", "records.2")


def test_an_update_names_its_record_and_may_be_repeated() -> None:
    args = update_records.Input(sobject="Account", records=[{"Id": A, "Site": None}])
    run = drive(update_records.flow(args), ok([saved(A)]))

    [call] = run.calls
    assert call.json["records"] == [{"attributes": {"type": "Account"}, "id": A, "Site": None}]
    assert call.safe
    assert call.headers == {"Sforce-Auto-Assign": "FALSE"}  # an update takes nobody's records away
    assert run.output.records[0].created is False
