"""upsert_record: kept from creating."""

from flow_driver import drive, ok

from salesforce_actions.actions import upsert_record

A = "001D000000IqhSLIAZ"


def test_update_only_keeps_an_upsert_from_creating() -> None:
    args = upsert_record.Input(
        sobject="Account",
        external_id_field="E__c",
        external_id="1",
        fields={"Name": ""},
        update_only=True,
    )
    run = drive(upsert_record.flow(args), ok({"id": A, "success": True, "created": False}))

    assert run.calls[0].params == {"updateOnly": "true"}
    assert run.calls[0].json == {"Name": None}
    assert run.output.created is False
