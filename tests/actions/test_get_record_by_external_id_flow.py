"""get_record_by_external_id: any value, and none found."""

import httpx
from flow_driver import drive, ok

from salesforce_actions.actions.get_record_by_external_id import Input, flow
from salesforce_connector.errors import NotFound


def test_leaves_a_missing_record_an_error_unless_requested_otherwise() -> None:
    assert (
        drive(flow(Input(sobject="A", external_id_field="E", external_id="1")), ok({}))
        .calls[0]
        .expect
        == ()
    )


def test_returns_null_for_an_optional_record() -> None:
    run = drive(
        flow(Input(sobject="A", external_id_field="E", external_id="1", required=False)),
        httpx.Response(404, json=[{"errorCode": "NOT_FOUND", "message": "no"}]),
    )

    assert run.calls[0].expect == (404,)
    assert run.output.record is None


def test_encodes_the_value_whatever_is_in_it() -> None:
    run = drive(
        flow(
            Input(
                sobject="Account",
                external_id_field="Ext__c",
                external_id="a/b?c d",
                fields=["Name", "OwnerId"],
            )
        ),
        ok({"Name": "Acme"}),
    )

    assert run.calls[0].path == "/sobjects/Account/Ext__c/a%2Fb%3Fc%20d"
    assert run.calls[0].params == {"fields": "Name,OwnerId"}
    assert run.output.record == {"Name": "Acme"}


def test_a_value_that_looks_like_a_file_is_looked_for_by_a_query() -> None:
    missing = httpx.Response(404, json=[{"errorCode": "NOT_FOUND", "message": "no"}])
    args = Input(sobject="Lead", external_id_field="Email", external_id="kim@example.inc")
    row = {"attributes": {"type": "Lead"}, "Id": "1"}
    output = drive(flow(args), missing, ok({"totalSize": 1, "done": True, "records": [row]}))

    assert output.output.record == row
    assert "kim@example.inc" in output.calls[1].params["q"]
    nothing = ok({"totalSize": 0, "done": True, "records": []})
    absent = drive(flow(args), missing, nothing, ok({"sobjects": []}))
    assert isinstance(absent.error, NotFound)
