"""list_child_records: the records below a record."""

from flow_driver import drive, ok

from salesforce_actions.actions.list_child_records import Input, flow

ACCOUNT = "001D000000IqhSLIAZ"


def test_says_when_there_are_more() -> None:
    reply = ok({"totalSize": 3, "done": True, "records": [{"Id": "1"}, {"Id": "2"}, {"Id": "3"}]})
    run = drive(flow(Input(sobject="Account", id=ACCOUNT, relationship="Contacts", limit=2)), reply)

    assert len(run.output.records) == 2
    assert not run.output.complete
    assert len(run.notes) == 1


def test_asks_for_the_fields_that_are_named() -> None:
    reply = ok({"totalSize": 1, "done": True, "records": [{"Name": "Kim"}]})
    run = drive(
        flow(
            Input(sobject="Account", id=ACCOUNT, relationship="Contacts", fields=["Name", "Email"])
        ),
        reply,
    )

    assert run.calls[0].path == f"/sobjects/Account/{ACCOUNT}/Contacts"
    assert run.calls[0].params == {"fields": "Name,Email"}
    assert run.output.records == [{"Name": "Kim"}]
