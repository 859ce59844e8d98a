"""describe_object: the path, and a description that is none."""

from flow_driver import drive, ok

from salesforce_actions.actions.describe_object import Input, flow
from salesforce_connector.errors import BadReply, NotFound

ACCOUNT = {
    "name": "Account",
    "label": "Account",
    "labelPlural": "Accounts",
    "custom": False,
    "queryable": True,
    "createable": True,
    "updateable": True,
    "deletable": True,
    "fields": [],
    "childRelationships": [],
    "recordTypeInfos": [],
}


def test_an_answer_that_describes_nothing_is_a_bad_reply() -> None:
    run = drive(flow(Input(sobject="Account")), ok({"name": "Account"}))

    assert isinstance(run.error, BadReply)
    assert "describe_object" in run.error.message


def test_an_object_hidden_from_the_user_raises_not_found() -> None:
    hidden = NotFound("not there", code="NOT_FOUND")

    assert drive(flow(Input(sobject="Invoice__c")), hidden, hidden).error is hidden


def test_describes_and_lets_the_client_keep_the_answer() -> None:
    run = drive(flow(Input(sobject="Account")), ok(ACCOUNT))

    (call,) = run.calls
    assert (call.method, call.path) == ("GET", "/sobjects/Account/describe")
    assert call.cached is True
    assert run.output.label_plural == "Accounts"
