"""`download_file` over recorded HTTP."""

from base64 import b64decode
from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import NotFound

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    with pytest.raises(NotFound):
        run("download_file", {"id": "068000000000001AAA"})


def test_succeeds(run: Callable[..., Any]) -> None:
    """The bytes of the document's latest version, into the output."""
    upload = run("upload_file", {"text": "Hello, é", "file_name": "hello.txt"})
    file = run("download_file", {"id": upload["document_id"]})
    assert b64decode(file["content_base64"]).decode() == "Hello, é"
    assert (file["id"], file["file_name"]) == (upload["version_id"], "hello.txt")
