"""Files and notes, run by the connector: up, new versions, links, lists, down."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from salesforce_connector.errors import NotFound, Rejected

Act = Callable[..., Any]

DATA = bytes(range(256)) * 5_000


def _account(act: Act) -> str:
    return str(act("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})["id"])


def test_an_uploaded_file_is_listed_and_downloaded(act: Act, tmp_path: Path) -> None:
    """The bytes are the same, by a path and by the output."""
    account, source, target = _account(act), tmp_path / "Angebot é.pdf", tmp_path / "back"
    source.write_bytes(DATA)
    created = act("upload_file", {"path": str(source), "record_ids": [account]})
    assert [link["ok"] for link in created["links"]] == [True]
    (file,) = act("list_files", {"record_id": account})["files"]
    assert (file["title"], file["extension"], file["size"]) == ("Angebot é", "pdf", len(DATA))
    assert (file["document_id"], file["version_id"]) == (
        created["document_id"],
        created["version_id"],
    )

    message = act("download_file", {"id": created["document_id"], "path": str(target)})
    assert (message["size"], target.read_bytes()) == (len(DATA), DATA)
    displayed = act("download_file", {"id": created["version_id"]})
    assert base64.b64decode(displayed["content_base64"]) == DATA


def test_a_new_version_is_what_a_document_gives(act: Act) -> None:
    first = act("upload_file", {"text": "one", "file_name": "a.txt"})
    document = first["document_id"]
    second = act("upload_file", {"text": "two", "file_name": "a.txt", "document_id": document})
    assert second["document_id"] == document
    latest = act("download_file", {"id": document})
    assert base64.b64decode(latest["content_base64"]) == b"two"
    old = act("download_file", {"id": first["version_id"]})
    assert base64.b64decode(old["content_base64"]) == b"one"


def test_a_failed_link_is_reported_and_the_file_is_uploaded(act: Act) -> None:
    account = _account(act)
    act("delete_record", {"sobject": "Account", "id": account})
    created = act("upload_file", {"text": "x", "file_name": "a.txt", "record_ids": [account]})
    (link,) = created["links"]
    assert (link["ok"], link["code"]) == (False, "ENTITY_IS_DELETED")
    assert act("download_file", {"id": created["document_id"]})["size"] == 1


def test_an_attachment_is_downloaded_too(act: Act) -> None:
    fields = {"ParentId": _account(act), "Name": "old.txt", "Body": "b2xk"}
    attachment = act("create_record", {"sobject": "Attachment", "fields": fields})
    message = act("download_file", {"id": attachment["id"]})
    assert (message["file_name"], message["content_base64"]) == ("old.txt", "b2xk")


def test_a_deleted_file_raises_not_found(act: Act) -> None:
    created = act("upload_file", {"text": "x", "file_name": "a.txt"})
    act("delete_record", {"sobject": "ContentDocument", "id": created["document_id"]})
    with pytest.raises(NotFound):
        act("download_file", {"id": created["version_id"]})


def test_a_note_hangs_on_its_records(act: Act) -> None:
    first, second = _account(act), _account(act)
    note = act("add_note", {"title": "Call", "text": "1 < 2\nok", "record_ids": [first, second]})
    (file,) = act("list_files", {"record_id": second})["files"]
    assert (file["document_id"], file["type"], file["title"]) == (note["id"], "SNOTE", "Call")
    stored = act("get_record", {"sobject": "ContentNote", "id": note["id"]})["record"]
    assert stored["TextPreview"] == "1 < 2 ok"


def test_a_note_that_cannot_be_linked_to_all_records_is_deleted(act: Act) -> None:
    good, removed = _account(act), _account(act)
    act("delete_record", {"sobject": "Account", "id": removed})
    with pytest.raises((Rejected, NotFound)) as refused:
        act("add_note", {"title": "Call", "text": "x", "record_ids": [good, removed]})
    assert refused.value.code == "ENTITY_IS_DELETED"
    assert act("list_files", {"record_id": good})["files"] == []
    left = act("query", {"soql": "SELECT Id FROM ContentNote"})
    assert left["records"] == []
