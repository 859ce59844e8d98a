"""delete_file: a whole file, an attachment, or one link of a file."""

import httpx
import pytest
from flow_driver import drive, ok

from salesforce_actions.actions.delete_file import Input, flow
from salesforce_connector.errors import BadReply, Rejected
from salesforce_connector.flow import Call

DOCUMENT, VERSION = "069D00000000so2IAA", "068D00000000pgOIAQ"
ATTACHMENT, RECORD = "00PD000000HGGGMMA4", "001D000000IqhSLIAZ"
GONE = httpx.Response(204)


def test_refuses_what_is_no_file() -> None:
    run = drive(flow(Input(id=RECORD)))
    assert isinstance(run.error, Rejected)
    assert run.calls == []


def test_an_attachment_cannot_be_removed_from_a_record() -> None:
    assert isinstance(drive(flow(Input(id=ATTACHMENT, record_id=RECORD))).error, Rejected)


def test_a_version_without_a_document_is_a_bad_reply() -> None:
    assert isinstance(drive(flow(Input(id=VERSION)), ok({"Id": VERSION})).error, BadReply)


@pytest.mark.parametrize(
    ("file_id", "path"),
    [
        (DOCUMENT, f"/sobjects/ContentDocument/{DOCUMENT}"),
        (ATTACHMENT, f"/sobjects/Attachment/{ATTACHMENT}"),
        ("015D0000000GGGGIA4", "/sobjects/Document/015D0000000GGGGIA4"),
    ],
)
def test_deletes_by_the_object_that_the_id_is_of(file_id: str, path: str) -> None:
    run = drive(flow(Input(id=file_id)), GONE)
    assert run.calls == [Call("DELETE", path)]
    assert (run.output.id, run.output.deleted) == (file_id, True)


def test_a_version_id_deletes_its_document() -> None:
    run = drive(flow(Input(id=VERSION)), ok({"ContentDocumentId": DOCUMENT}), GONE)
    assert run.calls[1].path == f"/sobjects/ContentDocument/{DOCUMENT}"
    assert run.output.id == DOCUMENT


@pytest.mark.parametrize("linked", [True, False])
def test_removes_a_file_from_one_record(linked: bool) -> None:
    rows = [{"Id": "06AD00000000001AAA"}] if linked else []
    page = ok({"totalSize": len(rows), "done": True, "records": rows})
    run = drive(flow(Input(id=DOCUMENT, record_id=RECORD)), page, *([GONE] if linked else []))
    deleted = [call.path for call in run.calls if call.method == "DELETE"]
    assert deleted == (["/sobjects/ContentDocumentLink/06AD00000000001AAA"] if linked else [])
    assert (run.output.deleted, run.output.removed) == (False, linked)
