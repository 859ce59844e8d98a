"""upsert_record: the path, and what became of the record in each version's words."""

from typing import Any

import httpx
import pytest
from flow_driver import drive, ok
from pydantic import ValidationError

from salesforce_actions.actions.upsert_record import Input, Output, flow
from salesforce_connector.errors import BadReply, Conflict, NotFound

ID = "001D000000IqhSLIAZ"
SAVED = {"id": ID, "success": True, "errors": []}


def upsert(external_id: str = "A-1", **more: Any) -> Input:
    return Input.model_validate(
        {
            "sobject": "Account",
            "external_id_field": "External_Id__c",
            "external_id": external_id,
            "fields": {"Name": "Acme"},
            **more,
        }
    )


@pytest.mark.parametrize(
    "more",
    [
        {"external_id": ""},
        {"external_id": "x" * 256},
        {"external_id_field": "External Id"},
        {"external_id_field": "Owner.Ext__c"},
        {"fields": {"External_Id__c": "A-1", "Name": "Acme"}},
        {"fields": {"external_id__C": "A-1", "Name": "Acme"}},
        {"fields": {}},
    ],
)
def test_refuses(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        upsert(**more)


def test_several_records_of_one_external_id_are_a_conflict() -> None:
    several = Conflict("several", code="HTTP_300", status=300)

    assert drive(flow(upsert()), several).error is several


def test_an_answer_without_an_id_is_a_bad_reply() -> None:
    assert isinstance(drive(flow(upsert()), ok({"created": True})).error, BadReply)


@pytest.mark.parametrize(
    ("answer", "output"),
    [
        (ok({**SAVED, "created": True}, status=201), Output(id=ID, created=True)),
        (ok({**SAVED, "created": False}), Output(id=ID, created=False)),
        (ok(SAVED, status=201), Output(id=ID, created=True)),
        (ok(SAVED), Output(id=ID, created=False)),
        (httpx.Response(204), Output(id=None, created=False)),
    ],
    ids=["created", "updated", "created, of old", "updated, of old", "updated without a word"],
)
def test_reports_whether_it_was_created(answer: httpx.Response, output: Output) -> None:
    assert drive(flow(upsert()), answer).output == output


def test_any_character_may_stand_in_an_external_id() -> None:
    (call,) = drive(flow(upsert("a/b ?#ü")), ok({**SAVED, "created": True})).calls

    assert (call.method, call.json) == ("PATCH", {"Name": "Acme"})
    assert call.path == "/sobjects/Account/External_Id__c/a%2Fb%20%3F%23%C3%BC"
    assert call.safe is True


@pytest.mark.parametrize(("update_only", "params"), [(True, {"updateOnly": "true"}), (False, {})])
def test_creates_nothing_when_updates_alone_are_requested(
    update_only: bool, params: dict[str, str]
) -> None:
    (call,) = drive(flow(upsert(update_only=update_only)), ok(SAVED)).calls

    assert call.params == params


MISSING = httpx.Response(
    404, json=[{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]
)
NONE = ok({"totalSize": 0, "done": True, "records": []})
ONE = ok({"totalSize": 1, "done": True, "records": [{"Id": ID}]})


@pytest.mark.parametrize("external_id", ["kim@example.inc", "order.JSON", "1.xml"])
def test_a_value_that_looks_like_a_file_is_looked_for_by_a_query(external_id: str) -> None:
    """Salesforce documents a 404 for an email address that ends in .inc."""
    updated = drive(flow(upsert(external_id)), MISSING, ONE, httpx.Response(204))
    assert (updated.output, updated.calls[-1].method) == (Output(id=ID, created=False), "PATCH")
    assert updated.calls[-1].path == f"/sobjects/Account/{ID}"

    created = drive(flow(upsert(external_id)), MISSING, NONE, ok(SAVED))
    assert (created.output, created.calls[-1].method) == (Output(id=ID, created=True), "POST")
    assert created.calls[-1].json == {"Name": "Acme", "External_Id__c": external_id}

    absent = drive(flow(upsert(external_id, update_only=True)), MISSING, NONE, ok({"sobjects": []}))
    assert isinstance(absent.error, NotFound)


@pytest.mark.parametrize(
    ("external_id", "message"),
    [
        ("kim@example.com", "The requested resource does not exist"),
        ("A.inc", "Provided external ID field does not exist or is not accessible: External_Id__c"),
    ],
)
def test_any_other_404_is_what_it_says(external_id: str, message: str) -> None:
    """A field that is no external id must not find a record that is changed then."""
    missing = httpx.Response(404, json=[{"errorCode": "NOT_FOUND", "message": message}])
    run = drive(flow(upsert(external_id)), missing, ok({"sobjects": []}))

    assert isinstance(run.error, NotFound)
    assert [call.method for call in run.calls] == ["PATCH", "GET"]  # objects, for a suggestion
