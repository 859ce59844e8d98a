"""The action api_request against the local org: bodies and files of every kind, and its limits."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from local_apps import app_settings
from memory_connection import MemoryConnection

from salesforce_actions.plugin import SalesforceConnector
from salesforce_connector.errors import Conflict, Forbidden
from salesforce_emulator.org.state import Org

Act = Callable[..., Any]


@pytest.fixture(autouse=True)
def files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The host allows files in one folder."""
    monkeypatch.setenv("SALESFORCE_CONNECTOR_FILES_BELOW", str(tmp_path))


PARTS = [
    {"name": "entity_content", "json": {"Title": "a", "PathOnClient": "a.txt"}},
    {"name": "VersionData", "text": "Hello", "file_name": "a.txt"},
]
MULTIPART = {"method": "POST", "path": "/sobjects/ContentVersion", "parts": PARTS}


@pytest.mark.parametrize(
    "request_",
    [
        MULTIPART,
        {"method": "POST", "path": "/sobjects/Contact", "text": '{"LastName": "x"}'},
        {"method": "POST", "path": "/composite", "text": '{"compositeRequest": []}'},
        {"method": "POST", "path": "/graphql", "text": '{"query": "{uiapi{query}}"}'},
        {"method": "POST", "path": "/jobs/ingest", "content_base64": "e30="},
        {"method": "POST", "path": "/parameterizedSearch", "text": "{}"},
        {"method": "PATCH", "path": "/sobjects/Account/001000000000001AAA", "text": "{}"},
    ],
    ids=lambda request_: request_["path"],
)
@pytest.mark.parametrize(
    "settings",
    [
        {"allowed_objects": ["Account", "Contact", "ContentVersion"]},
        {"read_only": True},
        {"allowed_actions": ["query"]},
    ],
    ids=str,
)
def test_a_restricted_connection_sends_no_body_that_it_cannot_read(
    connector: SalesforceConnector, local_org: Org, settings: Any, request_: Any
) -> None:
    """The text of a body could name any object, whatever the path says."""
    connection = MemoryConnection(
        "client_credentials", app_settings(local_org, "automation") | settings
    )
    calls = local_org.limits.api_used

    with pytest.raises(Forbidden):
        connector.run_action("salesforce", "api_request", connection, request_, {})
    assert local_org.limits.api_used == calls


def test_a_restricted_connection_still_sends_json_that_it_can_read(
    connector: SalesforceConnector, local_org: Org
) -> None:
    settings = app_settings(local_org, "automation") | {"allowed_objects": ["Account"]}
    connection = MemoryConnection("client_credentials", settings)
    request = {"method": "POST", "path": "/sobjects/Account", "body": {"Name": "Acme"}}

    result = connector.run_action("salesforce", "api_request", connection, request, {})
    assert result is not None
    assert result["output"]["status"] == 201


def test_several_parts_make_a_file_that_is_saved_again(
    act: Act, local_org: Org, tmp_path: Path
) -> None:
    version = act("api_request", MULTIPART)["body"]["id"]
    source = tmp_path / "b.bin"
    source.write_bytes(bytes(range(256)) * 100)
    parts = [PARTS[0], {"name": "VersionData", "file": str(source)}]
    other = act("api_request", {**MULTIPART, "parts": parts})["body"]["id"]

    for record_id, content in ((version, b"Hello"), (other, source.read_bytes())):
        target = tmp_path / f"{record_id}.bin"
        path = f"/sobjects/ContentVersion/{record_id}/VersionData"
        output = act("api_request", {"path": path, "save_to": str(target)})
        assert target.read_bytes() == content
        assert (output["encoding"], output["size"]) == ("file", len(content))


def test_text_fills_a_bulk_job(act: Act, local_org: Org) -> None:
    about = {"object": "Account", "operation": "insert", "contentType": "CSV", "lineEnding": "LF"}
    begun = act("api_request", {"method": "POST", "path": "/jobs/ingest", "body": about})["body"]
    job = f"/jobs/ingest/{begun['id']}"
    table = {"text": "Name\nTyped by hand\n", "content_type": "text/csv"}

    filled = act("api_request", {"method": "PUT", "path": f"{job}/batches", **table})
    act("api_request", {"method": "PATCH", "path": job, "body": {"state": "UploadComplete"}})

    assert filled["status"] == 201


def test_conditions_are_sent_and_their_answers_are_results(act: Act, local_org: Org) -> None:
    path = "/sobjects/Account/describe"
    first = act("api_request", {"path": path})
    since = {"If-Modified-Since": first["headers"]["last-modified"]}

    again = act("api_request", {"path": path, "headers": since})
    assert (again["status"], again["body"]) == (304, None)

    account = act("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})["id"]
    long_ago = {"If-Unmodified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}
    change = {"method": "PATCH", "path": f"/sobjects/Account/{account}", "body": {"Name": "x"}}
    with pytest.raises(Conflict):
        act("api_request", {**change, "headers": long_ago})
