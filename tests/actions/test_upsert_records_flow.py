"""upsert_records: what it has beyond create_records."""

from typing import Any

import pytest
from flow_driver import drive, ok

from salesforce_actions.actions import upsert_records
from salesforce_connector.errors import RecordsFailed

A, B = "001D000000IqhSLIAZ", "0015500001QdQWaAAN"


def saved(record: str, **more: Any) -> dict[str, Any]:
    return {"id": record, "success": True, "errors": [], **more}


@pytest.mark.parametrize("row", [{"Name": "x"}, {"E__c": "", "Name": "x"}, {"E__c": None}])
def test_an_upsert_needs_its_external_id_in_every_row(row: dict[str, Any]) -> None:
    """Salesforce would create a record for a blank one, again at each run."""
    rows = [{"e__c": "1"}, row]
    args = upsert_records.Input(sobject="Account", external_id_field="E__c", records=rows)
    run = drive(upsert_records.flow(args), ok([{"id": "1", "success": True, "created": True}]))

    assert isinstance(run.error, RecordsFailed)
    assert [(record["ok"], record["code"]) for record in run.error.records] == [
        (True, ""),
        (False, "MISSING_EXTERNAL_ID"),
    ]
    assert "records[1].E__c" in run.error.records[1]["message"]


def test_an_upsert_reports_which_rows_are_new() -> None:
    rows = [{"E__c": "1"}, {"E__c": "2"}]
    args = upsert_records.Input(sobject="Account", external_id_field="E__c", records=rows)
    run = drive(upsert_records.flow(args), ok([saved(A, created=True), saved(B, created=False)]))

    assert run.calls[0].path == "/composite/sobjects/Account/E__c"
    assert run.calls[0].safe
    assert [row.created for row in run.output.records] == [True, False]
