"""Replaying recordings of real orgs, in every form they have."""

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.connector import rows as connector
from conformance.recorded import rows as recorded
from conformance.table import Row

ACCOUNT = "0014S000007Na5mQAC"
CONTACT = "0034S000005YF8AQAW"
ROOT = "/services/data/v58.0"


def recording(method: str, path: str, status: int, answer: Any, **more: Any) -> dict[str, Any]:
    return {
        "source": "somebody+project:cassette.yaml@1",
        "method": method,
        "path": ROOT + path,
        "status": status,
        "resp_body": answer,
        **more,
    }


def judged(folder: Path, *recordings: dict[str, Any]) -> Row:
    lines = "\n".join(json.dumps(item) for item in recordings)
    (folder / "any.jsonl").write_text(lines)
    *families, whole = recorded.rows(folder)
    assert [note for row in families for note in row.notes] == []
    return whole


def upserted(record_id: str, *, created: bool) -> dict[str, Any]:
    return {"id": record_id, "success": True, "errors": [], "created": created}


DONE = {"id": CONTACT, "success": True, "errors": []}


@pytest.mark.parametrize(
    "first",
    [
        recording(
            "GET",
            "/query",
            200,
            {
                "totalSize": 1,
                "done": True,
                "records": [{"attributes": {"type": "Account"}, "Name": "A"}],
            },
            query="q=%0ASELECT%20Name%20FROM%20Account",
        ),
        recording(
            "PATCH",
            "/composite/sobjects/Contact/EXT__c",
            200,
            [upserted(CONTACT, created=False)],
            req_body={
                "records": [{"attributes": {"type": "Contact"}, "Ext__c": "1", "LastName": "D"}]
            },
        ),
        recording(
            "DELETE", "/composite/sobjects", 200, [DONE], query=f"allOrNone=true&ids={CONTACT}"
        ),
        recording(
            "GET",
            "/query",
            200,
            {
                "totalSize": 1,
                "done": True,
                "records": [
                    {
                        "attributes": {
                            "type": "Invoice_Line__c",
                            "url": f"{ROOT}/sobjects/Invoice_Line__c/a0B4S000000GuTZUA0",
                        },
                        "Amount__c": 5.5,
                        "Paid__c": True,
                        "Account__r": {
                            "attributes": {
                                "type": "Account",
                                "url": f"{ROOT}/sobjects/Account/{ACCOUNT}",
                            },
                            "Name": "A",
                        },
                    }
                ],
            },
            query="q=SELECT+Amount__c,Paid__c,Account__r.Name+FROM+Invoice_Line__c",
        ),
        recording(
            "PATCH",
            "/sobjects/Opportunity/0064S000007Na5mQAC",
            204,
            "",
            req_body={"Name": "No date is known"},
        ),
        recording(
            "GET",
            "/query",
            400,
            [
                {
                    "message": "\nSELECT Nope__c FROM Account\n       ^\nERROR at Row:1:Column:8\n"
                    "No such column 'Nope__c' on entity 'Account'. If you are attempting to use a"
                    " custom field, be sure to append the '__c' after the custom field name. Please"
                    " reference your WSDL or the describe call for the appropriate names.",
                    "errorCode": "INVALID_FIELD",
                }
            ],
            query="q=SELECT+Nope__c+FROM+Account",
        ),
    ],
    ids=["no url", "key in other case", "ids not first", "own object", "no CloseDate", "absent"],
)
def test_a_recording_is_replayed_in_an_org_with_its_schema(
    tmp_path: Path, first: dict[str, Any]
) -> None:
    whole = judged(tmp_path, first)

    assert (whole.agreed, whole.compared) == (1, 1)


@pytest.mark.parametrize(
    ("first", "message"),
    [
        (recording("GET", "/sobjects/Nope/describe", 200, {"name": "Nope"}), "status 404 for 200"),
        (
            recording("GET", "/query", 200, {"totalSize": 0, "done": False, "records": []},
                      query="q=SELECT+Id+FROM+Account"),
            "$.done",
        ),
        (
            recording("POST", "/sobjects/Account", 400,
                      [{"message": "m", "errorCode": "REQUIRED_FIELD_MISSING", "fields": []}],
                      req_body={}),
            "$[0].message",
        ),
    ],
)  # fmt: skip
def test_differences_are_reported(tmp_path: Path, first: dict[str, Any], message: str) -> None:
    (tmp_path / "any.jsonl").write_text(json.dumps(first))

    family, whole = recorded.rows(tmp_path)

    assert (whole.agreed, whole.compared, whole.reaches_bar) == (0, 1, False)
    assert message in family.notes[0]


def test_unjudgeable_recordings_are_counted_by_reason(tmp_path: Path) -> None:
    cut = recording("GET", "/query", 200, {"totalSize": 0}, query="q=u%40example.com")
    by_name = recording("GET", "/wave", 200, {"assets": "/services"})
    (tmp_path / "any.jsonl").write_text("\n".join(map(json.dumps, (cut, by_name))))

    *_, whole = recorded.rows(tmp_path)

    assert whole.compared == 0
    assert {note.rpartition(": ")[2] for note in whole.notes} == {
        "its query was cut",
        "the local org does not offer it and says so",
    }


@pytest.mark.parametrize(
    ("first", "right"),
    [
        (recording("POST", "/sobjects/Account", 201, DONE, req_body={"Name": "A"}), 1),
        (
            recording("POST", "/sobjects/Account", 400,
                      [{"message": "m", "errorCode": "INVALID_FIELD"}], req_body={"Name": "A"}),
            1,
        ),
        (recording("POST", "/sobjects/Account", 201, {"unheard": "of"}, req_body={"Name": "A"}), 0),
    ],
)  # fmt: skip
def test_the_connector_accepts_recorded_responses(
    tmp_path: Path, first: dict[str, Any], right: int
) -> None:
    (tmp_path / "any.jsonl").write_text(json.dumps(first))

    *_, whole = connector.rows(tmp_path)

    assert (whole.agreed, whole.compared) == (right, 1)
