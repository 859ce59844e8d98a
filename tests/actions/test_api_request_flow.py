"""api_request: what is let through, and what comes back."""

from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

import httpx
import pytest
from flow_driver import drive, serve
from pydantic import ValidationError

from salesforce_actions.actions.api_request import Input, flow
from salesforce_connector.errors import Rejected
from salesforce_connector.flow import Call


@pytest.mark.parametrize("path", ["https://evil.example/x", "/services/oauth2/token"])
def test_sends_nothing_to_other_hosts_and_sign_in(path: str) -> None:
    run = drive(flow(Input(path=path)))

    assert isinstance(run.error, Rejected)
    assert run.calls == []


def test_returns_status_body_and_useful_headers() -> None:
    answer = httpx.Response(
        201,
        json={"id": "1"},
        headers={"Location": "/x/1", "Set-Cookie": "a=b", "Sforce-Locator": "null"},
    )
    run = drive(
        flow(Input(method="POST", path="/x", body={"a": None}, params={"all": True})), answer
    )

    call = run.calls[0]
    assert (call.method, call.path, call.json) == ("POST", "/x", {"a": None})
    assert call.params == {"all": "true"}
    assert (call.reading, call.safe) == (False, False)
    assert (run.output.status, run.output.body, run.output.encoding) == (201, {"id": "1"}, "json")
    assert run.output.headers == {"location": "/x/1", "sforce-locator": "null"}


def test_a_post_is_retried_only_if_repeatable() -> None:
    run = drive(flow(Input(method="POST", path="/x", repeatable=True)), httpx.Response(204))

    assert run.calls[0].safe
    assert run.output.body is None


def test_does_not_call_apex_a_read() -> None:
    """A GET of Apex may change anything, so that a read-only connection must refuse it."""
    run = drive(flow(Input(path="/services/apexrest/orders")), httpx.Response(200, text="x"))

    assert not run.calls[0].reading


HEADERS = [
    {"Authorization": "Bearer x"},
    {"Host": "evil.example"},
    {"Cookie": "sid=x"},
    {"Sforce-Call-Options": "client=x"},
    {"X-HTTP-Method-Override": "DELETE"},
    {"Content-Length": "0"},
    {"Content-Type": "application/json"},
    {"Accept-Encoding": "br"},
    {"Transfer-Encoding": "chunked"},
    {"Accept": "a", "accept": "b"},
    {"Accept": "a\r\nAuthorization: x"},
    {"Accept": ""},
    {"Accept": "ü"},
    {"If-Match\r\nX": "a"},
]


@pytest.mark.parametrize("headers", HEADERS, ids=str)
def test_headers_that_would_mean_something_else_are_refused(headers: dict[str, str]) -> None:
    run = drive(flow(Input(path="/x", headers=headers)))

    assert isinstance(run.error, Rejected)
    assert run.error.code == "HEADER_NOT_ALLOWED"
    assert run.calls == []


def test_headers_of_the_list_are_sent_whatever_their_case() -> None:
    headers = {"if-none-match": '"1"', "SFORCE-QUERY-OPTIONS": "batchSize=200"}
    run = drive(flow(Input(path="/x", headers=headers)), httpx.Response(304))

    assert run.calls[0].headers == {"If-None-Match": '"1"', "Sforce-Query-Options": "batchSize=200"}
    assert (run.output.status, run.output.body, run.output.encoding) == (304, None, "none")


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"method": "GET", "text": "x"}, "NOT_APPLICABLE"),
        ({"body": {}, "text": "x"}, "ONE_OF"),
        ({"text": "x", "parts": [{"name": "a", "text": "x"}]}, "ONE_OF"),
        ({"parts": [{"name": "a"}]}, "ONE_OF"),
        ({"parts": [{"name": "a", "text": "x", "json": 1}]}, "ONE_OF"),
        ({"content_base64": "%%%"}, "INVALID_BASE64"),
        ({"file": "/etc/passwd"}, "FILE_NOT_ALLOWED"),
        ({"parts": [{"name": "a", "file": "/etc/passwd"}]}, "FILE_NOT_ALLOWED"),
        ({"save_to": "/etc/cron.d/x"}, "FILE_NOT_ALLOWED"),
    ],
)
def test_bodies_that_cannot_be_are_refused(
    inputs: dict[str, Any], code: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SALESFORCE_CONNECTOR_FILES_BELOW", str(tmp_path))
    run = drive(flow(Input.model_validate({"method": "POST", "path": "/x"} | inputs)))

    assert isinstance(run.error, Rejected)
    assert run.error.code == code
    assert run.calls == []


@pytest.mark.parametrize("content_type", ["text/html\r\nX: y", "text", "a/b; c", "text/ plain"])
def test_a_content_type_is_one(content_type: str) -> None:
    with pytest.raises(ValidationError):
        Input(method="POST", path="/x", text="x", content_type=content_type)


def content_of(call: Call) -> bytes:
    assert callable(call.content)
    first, second = (b"".join(call.content()) for _ in range(2))
    assert first == second  # for a second try
    return first


@pytest.mark.parametrize(
    ("inputs", "content", "content_type"),
    [
        ({"text": "ü"}, "ü".encode(), "text/plain; charset=utf-8"),
        ({"text": "a,b", "content_type": "text/csv"}, b"a,b", "text/csv"),
        ({"content_base64": "SGVsbG8="}, b"Hello", "application/octet-stream"),
        ({"file": "x.bin", "content_type": "image/png"}, b"\x89PNG", "image/png"),
    ],
)
def test_text_bytes_and_files_are_sent_as_they_are(
    inputs: dict[str, Any],
    content: bytes,
    content_type: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("SALESFORCE_CONNECTOR_FILES_BELOW", str(tmp_path))
    (tmp_path / "x.bin").write_bytes(b"\x89PNG")
    if "file" in inputs:
        inputs = inputs | {"file": str(tmp_path / "x.bin")}
    request = {"method": "PUT", "path": "/x"} | inputs
    run = drive(flow(Input.model_validate(request)), httpx.Response(204))

    (call,) = run.calls
    assert content_of(call) == content
    assert (call.content_type, call.json, call.opaque) == (content_type, None, True)


def test_parts_are_sent_as_a_form() -> None:
    parts = [
        {"name": "entity_content", "json": {"Title": "ü"}},
        {"name": "note", "text": "a\nb", "content_type": "text/x-note"},
        {"name": 'q"uote', "content_base64": "AAE=", "file_name": 'a"\r\n.bin'},
    ]
    request = {"method": "POST", "path": "/x", "parts": parts}
    run = drive(flow(Input.model_validate(request)), httpx.Response(201, json={"id": "1"}))

    (call,) = run.calls
    head = f"Content-Type: {call.content_type}\r\n\r\n".encode()
    form = BytesParser(policy=default).parsebytes(head + content_of(call))
    bodies = [part.get_payload(decode=True) for part in form.iter_parts()]
    assert bodies == ['{"Title":"ü"}'.encode(), b"a\nb", b"\x00\x01"]
    assert [part.get_content_type() for part in form.iter_parts()] == [
        "application/json",
        "text/x-note",
        "application/octet-stream",
    ]
    assert b'name="q%22uote"; filename="a%22%0D%0A.bin"' in content_of(call)


def test_a_response_is_written_to_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SALESFORCE_CONNECTOR_FILES_BELOW", str(tmp_path))
    path = tmp_path / "out.bin"
    run = serve(
        flow(Input(path="/x", save_to=path)), lambda *_: httpx.Response(200, content=b"abc")
    )

    assert path.read_bytes() == b"abc"
    assert (run.output.encoding, run.output.path, run.output.size) == ("file", str(path), 3)
    assert run.output.body is None
    assert run.calls[0].headers == {"Accept": "*/*"}
