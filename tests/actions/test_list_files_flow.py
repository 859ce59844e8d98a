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


def test_returns_document_and_version() -> None:
    page = {"totalSize": 1, "done": True, "records": [ROW]}
    run = drive(flow(Input(record_id=RECORD)), ok(page))

    assert f"LinkedEntityId = '{RECORD}'" in run.calls[0].params["q"]
    (file,) = run.output.files
    assert (file.document_id, file.version_id) == ("069", "068")
    assert (file.title, file.extension, file.size) == ("Offer", "pdf", 5)


def test_include_attachments_lists_attachments() -> None:
    page = {"totalSize": 0, "done": True, "records": []}
    row = {"Id": "00P", "Name": "a.txt", "ContentType": None, "BodyLength": 2}
    attached = {"totalSize": 7, "done": True, "records": [row, row]}
    args = Input(record_id=RECORD, include_attachments=True, limit=1)
    run = drive(flow(args), ok(page), ok(attached))

    assert f"FROM Attachment WHERE ParentId = '{RECORD}'" in run.calls[1].params["q"]
    (attachment,) = run.output.attachments
    assert (attachment.id, attachment.name, attachment.size) == ("00P", "a.txt", 2)
    assert "7 attachments" in run.notes[0]


def test_an_attachment_without_a_name_is_a_bad_reply() -> None:
    page = {"totalSize": 0, "done": True, "records": []}
    attached = {"totalSize": 1, "done": True, "records": [{"Id": "00P"}]}
    args = Input(record_id=RECORD, include_attachments=True)
    assert isinstance(drive(flow(args), ok(page), ok(attached)).error, BadReply)
