"""create_record: the body, the options as headers, and the id."""

from typing import Any

import pytest
from flow_driver import drive, ok
from pydantic import ValidationError

from salesforce_actions.actions.create_record import Input, Output, flow
from salesforce_connector.errors import BadReply, Duplicates

ID = "001D000000IqhSLIAZ"
SAVED = ok({"id": ID, "success": True, "errors": []}, status=201)


def new(**more: Any) -> Input:
    return Input.model_validate({"sobject": "Account", "fields": {"Name": "Acme"}, **more})


@pytest.mark.parametrize(
    "inputs",
    [
        {"sobject": "Account"},
        {"sobject": "Account", "fields": {}},
        {"sobject": "Account", "fields": {"attributes": {"type": "X"}}},
        {"sobject": "Account", "fields": {"No Name": 1}},
        {"sobject": "Acc ount", "fields": {"Name": "Acme"}},
        {"sobject": "Account", "fields": {"Name": "Acme"}, "assignment_rule": "mine"},
    ],
)
def test_refuses_what_is_no_record(inputs: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Input.model_validate(inputs)


def test_a_duplicate_is_reported_with_the_records_found() -> None:
    result = Duplicates("duplicate", code="DUPLICATES_DETECTED", matches=[ID])

    assert drive(flow(new()), result).error is result


def test_an_answer_without_an_id_is_a_bad_reply() -> None:
    assert isinstance(drive(flow(new()), ok({"success": True}, status=201)).error, BadReply)


def test_creates_and_gives_the_id() -> None:
    run = drive(flow(new()), SAVED)

    (call,) = run.calls
    assert (call.method, call.path, call.json) == ("POST", "/sobjects/Account", {"Name": "Acme"})
    assert dict(call.headers) == {}
    assert run.output == Output(id=ID)


def test_a_create_is_never_repeated_blindly() -> None:
    """Salesforce has no key by which to tell the second from the first."""
    assert drive(flow(new()), SAVED).calls[0].safe is False


@pytest.mark.parametrize(
    ("options", "headers"),
    [
        ({"allow_duplicates": True}, {"Sforce-Duplicate-Rule-Header": "allowSave=true"}),
        ({"assignment_rule": "none"}, {"Sforce-Auto-Assign": "FALSE"}),
        ({"assignment_rule": "01QD0000000EqAnMAK"}, {"Sforce-Auto-Assign": "01QD0000000EqAnMAK"}),
    ],
)
def test_options_go_as_headers(options: dict[str, Any], headers: dict[str, str]) -> None:
    assert drive(flow(new(**options)), SAVED).calls[0].headers == headers
