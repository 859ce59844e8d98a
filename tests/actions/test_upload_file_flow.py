"""upload_file: four sources, new documents and versions, links, attachments."""

from pathlib import Path
from typing import Any

import pytest
from flow_driver import drive, ok
from pydantic import ValidationError

from salesforce_actions.actions.upload_file import Input, flow
from salesforce_connector.errors import BadReply, Rejected
from salesforce_connector.flow import Call

DOCUMENT, A, B = "069D00000000so2IAA", "001D000000IqhSLIAZ", "001D000000IqhSMIAZ"
SAVED = ok({"id": "068D00000000pgOIAQ", "success": True, "errors": []}, 201)


def body_of(call: Call) -> bytes:
    assert callable(call.content)
    return b"".join(call.content())


@pytest.mark.parametrize(
    "inputs",
    [
        {},
        {"text": "x"},
        {"path": "/tmp/x", "text": "x"},  # noqa: S108
        {"text": "x", "content_base64": "eA==", "file_name": "x"},
        {"text": "x", "url": "https://files.example.com/x", "file_name": "x"},
        {"text": "x", "file_name": "x", "store_as": "attachment"},
        {"text": "x", "file_name": "x", "store_as": "attachment", "record_ids": [A, B]},
        {"text": "x", "file_name": "x", "store_as": "attachment", "record_ids": [A], "title": "t"},
    ],
)
def test_accepts_one_source_with_a_name(inputs: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Input.model_validate(inputs)


def test_refuses_bad_base64_before_anything_is_sent() -> None:
    run = drive(flow(Input(content_base64="!", file_name="x")))

    assert isinstance(run.error, Rejected)
    assert run.calls == []


def test_does_not_take_links_of_another_number() -> None:
    inputs = Input(text="x", file_name="x", document_id=DOCUMENT, record_ids=[A, B])

    assert isinstance(drive(flow(inputs), SAVED, ok([{"success": True}])).error, BadReply)


def test_returns_the_result_of_each_link_of_an_uploaded_file() -> None:
    failed = {"statusCode": "INSUFFICIENT_ACCESS", "message": "no", "fields": []}
    run = drive(
        flow(Input(text="x", file_name="x.txt", record_ids=[A, B])),
        SAVED,
        ok({"ContentDocumentId": DOCUMENT}),
        ok([{"id": "06A", "success": True, "errors": []}, {"success": False, "errors": [failed]}]),
    )

    assert run.output.document_id == DOCUMENT
    assert [(link.record_id, link.ok, link.code) for link in run.output.links] == [
        (A, True, ""),
        (B, False, "INSUFFICIENT_ACCESS"),
    ]
    assert "1 of 2 links failed" in run.notes[0]


def test_uploads_a_new_document_from_a_path(tmp_path: Path) -> None:
    path = tmp_path / "offer.pdf"
    path.write_bytes(b"%PDF")
    run = drive(flow(Input(path=path)), SAVED, ok({"ContentDocumentId": DOCUMENT}))

    call = run.calls[0]
    assert (call.method, call.path, call.safe) == ("POST", "/sobjects/ContentVersion", False)
    body = body_of(call)
    assert b'{"Title":"offer","PathOnClient":"offer.pdf"}' in body
    assert b"%PDF" in body
    assert run.calls[1].params == {"fields": "ContentDocumentId"}
    assert (run.output.version_id, run.output.links) == ("068D00000000pgOIAQ", [])


def test_adds_a_version_to_a_document_and_links_it() -> None:
    inputs = Input(
        content_base64="SGVsbG8=",
        file_name="hello.txt",
        title="Greeting",
        document_id=DOCUMENT,
        record_ids=[A],
        share_type="inferred",
    )
    run = drive(flow(inputs), SAVED, ok([{"id": "06A", "success": True, "errors": []}]))

    body = body_of(run.calls[0])
    assert b'"Title":"Greeting"' in body
    assert f'"ContentDocumentId":"{DOCUMENT}"'.encode() in body
    assert b"Hello" in body
    (row,) = run.calls[1].json["records"]
    assert (row["LinkedEntityId"], row["ShareType"]) == (A, "I")


def test_an_attachment_is_of_one_record_and_has_no_document() -> None:
    args = Input(
        text="x", file_name="a.txt", record_ids=[A], store_as="attachment", description="v"
    )
    run = drive(flow(args), ok({"id": "00PD000000HGGGMMA4", "success": True, "errors": []}, 201))

    (call,) = run.calls
    body = body_of(call)
    assert call.path == "/sobjects/Attachment"
    assert b'"ParentId":"001D000000IqhSLIAZ"' in body
    assert b'"Name":"a.txt"' in body
    assert b'name="Body"; filename="a.txt"' in body
    assert (run.output.attachment_id, run.output.version_id) == ("00PD000000HGGGMMA4", None)


def test_a_name_of_an_attachment_has_an_end() -> None:
    args = Input(text="x", file_name="a" * 300, record_ids=[A], store_as="attachment")
    run = drive(flow(args), SAVED)
    assert b'"Name":"%s"' % (b"a" * 255) in body_of(run.calls[0])
