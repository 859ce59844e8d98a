"""download_file: which record holds the file, and where it goes."""

from pathlib import Path

import httpx
import pytest
from flow_driver import drive, ok, serve

from salesforce_actions.actions.download_file import Input, flow
from salesforce_connector.errors import BadReply, Rejected

DOCUMENT, VERSION, ATTACHMENT = "069D00000000so2IAA", "068D00000000pgOIAQ", "00PD0000001AbcdMAC"


def test_refuses_an_id_of_something_else() -> None:
    run = drive(flow(Input(id="001D000000IqhSLIAZ")))

    assert isinstance(run.error, Rejected)
    assert run.calls == []


def test_refuses_a_file_too_large_for_the_output_before_it_is_fetched() -> None:
    """Half a file would be worse than none."""
    run = drive(flow(Input(id=VERSION, max_bytes=9)), ok({"PathOnClient": "x", "ContentSize": 10}))

    assert isinstance(run.error, Rejected)
    assert run.error.code == "FILE_TOO_LARGE"


def test_counts_the_bytes_that_come_and_not_those_that_are_announced() -> None:
    replies = [ok({"PathOnClient": "x", "ContentSize": 5}), httpx.Response(200, content=b"x" * 11)]
    run = serve(flow(Input(id=VERSION, max_bytes=10)), lambda _, __: replies.pop(0))

    assert isinstance(run.error, Rejected)
    assert run.error.code == "FILE_TOO_LARGE"


def test_does_not_take_a_file_without_a_size() -> None:
    assert isinstance(drive(flow(Input(id=VERSION)), ok({"PathOnClient": "x"})).error, BadReply)


def test_returns_the_latest_version_of_a_document() -> None:
    replies = [
        ok({"LatestPublishedVersionId": VERSION}),
        ok({"PathOnClient": "hello.txt", "ContentSize": 5}),
        httpx.Response(200, content=b"Hello"),
    ]
    run = serve(flow(Input(id=DOCUMENT)), lambda _, __: replies.pop(0))

    assert run.calls[2].path == f"/sobjects/ContentVersion/{VERSION}/VersionData"
    assert run.output.model_dump() == {
        "id": VERSION,
        "file_name": "hello.txt",
        "size": 5,
        "path": None,
        "content_base64": "SGVsbG8=",
    }


@pytest.mark.parametrize("size", [5, 10_000_000_000])
def test_writes_a_file_of_any_size_to_a_path(tmp_path: Path, size: int) -> None:
    path = tmp_path / "x"
    replies = [ok({"PathOnClient": "x", "ContentSize": size}), httpx.Response(200, content=b"data")]
    run = serve(flow(Input(id=VERSION, path=path, max_bytes=1)), lambda _, __: replies.pop(0))

    assert path.read_bytes() == b"data"
    assert (run.output.path, run.output.content_base64) == (str(path), None)


def test_knows_attachments() -> None:
    run = drive(
        flow(Input(id=ATTACHMENT)),
        ok({"Name": "x.txt", "BodyLength": 1}),
        httpx.Response(200, content=b"x"),
    )

    assert run.calls[1].path == f"/sobjects/Attachment/{ATTACHMENT}/Body"
