"""get_record: the path, the fields, and an answer that is none."""

import httpx
import pytest
from flow_driver import drive, ok
from pydantic import ValidationError

from salesforce_actions.actions.get_record import Input, Output, flow
from salesforce_connector.errors import BadReply, NotFound
from salesforce_connector.flow import Call

ID = "001D000000IqhSLIAZ"


@pytest.mark.parametrize(
    "inputs",
    [
        {"sobject": "Account"},
        {"sobject": "Account/../User", "id": ID},
        {"sobject": "", "id": ID},
        {"sobject": "Account", "id": "001"},
        {"sobject": "Account", "id": ID[:16]},
        {"sobject": "Account", "id": "001D000000IqhS/IAZ"},
        {"sobject": "Account", "id": ID, "fields": ["Name,Id"]},
        {"sobject": "Account", "id": ID, "fields": ["A.B.C.D.E.F.G"]},
    ],
)
def test_refuses_what_names_no_record_or_field(inputs: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Input.model_validate(inputs)


@pytest.mark.parametrize("answer", [ok([]), ok("x"), ok(None), httpx.Response(200, html="<html>")])
def test_an_answer_that_is_no_record_is_a_bad_reply(answer: httpx.Response) -> None:
    assert isinstance(drive(flow(Input(sobject="Account", id=ID)), answer).error, BadReply)


def test_a_missing_record_raises_not_found() -> None:
    gone = NotFound("gone", code="NOT_FOUND")

    assert drive(flow(Input(sobject="Account", id=ID)), gone, gone).error is gone


def test_returns_the_record_unchanged() -> None:
    record = {"attributes": {"type": "Account"}, "Id": ID, "Owner": {"Name": "Ann"}}

    run = drive(flow(Input(sobject="Account", id=ID, fields=["Id", "Owner.Name"])), ok(record))

    assert run.calls == [Call("GET", f"/sobjects/Account/{ID}", params={"fields": "Id,Owner.Name"})]
    assert run.output == Output(record=record)


def test_requests_all_fields_when_none_is_named() -> None:
    run = drive(flow(Input(sobject="Account", id=ID[:15])), ok({"Id": ID}))

    assert run.calls == [Call("GET", f"/sobjects/Account/{ID[:15]}")]


@pytest.mark.parametrize("changed", [True, False])
def test_a_record_comes_only_if_it_was_modified(changed: bool) -> None:
    since = {"sobject": "Account", "id": ID, "if_modified_since": "2026-01-31T10:00:00+01:00"}
    answer = ok({"Id": ID}) if changed else httpx.Response(304)
    run = drive(flow(Input.model_validate(since)), answer)

    assert run.calls[0].headers == {"If-Modified-Since": "Sat, 31 Jan 2026 09:00:00 GMT"}
    assert run.output == Output(record={"Id": ID} if changed else None)
