"""list_files: what hangs on a record."""

from flow_driver import drive, ok

from salesforce_actions.actions.list_files import Input, flow
from salesforce_connector.errors import BadReply

RECORD = "001D000000IqhSLIAZ"
ROW = {
    "ContentDocumentId": "069",
    "ShareType": "V",
    "ContentDocument": {
        "attributes": {},
        "Title": "Offer",
        "FileExtension": "pdf",
        "FileType": "PDF",
        "ContentSize": 5,
        "LatestPublishedVersionId": "068",
        "ContentModifiedDate": "2026-11-21T07:00:00.000+0000",
    },
}


def test_does_not_take_a_link_without_its_document() -> None:
    page = {"totalSize": 1, "done": True, "records": [{**ROW, "ContentDocument": None}]}

    assert isinstance(drive(flow(Input(record_id=RECORD)), ok(page)).error, BadReply)


def test_says_how_many_were_left_out() -> None:
    page = {"totalSize": 7, "done": True, "records": [ROW, ROW]}
    run = drive(flow(Input(record_id=RECORD, limit=1)), ok(page))

    assert len(run.output.files) == 1
    assert "7 files" in run.notes[0]


def test_gives_document_and_version() -> None:
    page = {"totalSize": 1, "done": True, "records": [ROW]}
    run = drive(flow(Input(record_id=RECORD)), ok(page))

    assert f"LinkedEntityId = '{RECORD}'" in run.calls[0].params["q"]
    (file,) = run.output.files
    assert (file.document_id, file.version_id) == ("069", "068")
    assert (file.title, file.extension, file.size) == ("Offer", "pdf", 5)
