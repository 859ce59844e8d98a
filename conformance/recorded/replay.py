"""Sends recorded requests to the local org."""

import re
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import httpx

from conformance.recorded.recording import Recording
from salesforce_emulator.identity import identity_of
from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.transport import OrgTransport

_PASSED: Final = ("accept", "content-type", "x-prettyprint")
_PASSED_PREFIXES: Final = ("sforce-", "if-")
_JOB: Final = re.compile(r"/jobs/(ingest|query)/(\w{15,18})")
_IDENTITY: Final = re.compile(r"^/id/\w{15,18}/\w{15,18}$")
_READS: Final = 3  # a job advances with each read, from UploadComplete to its end
_WHO: Final = re.compile(r"^/id/|^/services/oauth2/userinfo")
_SESSION: Final = re.compile(r"(<(?:\w+:)?sessionId>)[^<]*")
_BAD_TOKEN: Final = "00D000000000000!REVOKED"  # noqa: S105 - of no org


def replay(org: Org, recording: Recording) -> httpx.Response:
    """Send a recorded request to the local org, signed in as its administrator."""
    app = "platform" if _WHO.match(recording.path) else "automation"  # one has the scope id
    token = identity_of(org).token_of(org.admin_id, app)
    if recording.status == 401 and "/oauth2/token" not in recording.path:
        token = _BAD_TOKEN
    with httpx.Client(transport=OrgTransport(org), base_url=f"https://{org.host}") as client:
        client.headers["Authorization"] = f"Bearer {token}"
        path = _job_path(client, recording, _path(org, recording))
        content, kind = _content(org, recording, token)
        headers = {
            name: value
            for name, value in recording.request_headers.items()
            if name in _PASSED or name.startswith(_PASSED_PREFIXES)
        }
        if kind:
            headers["content-type"] = kind
        url = f"https://{org.host}{path}"  # whole: of `//services` httpx would make a host
        if recording.query:
            url += f"?{recording.query}"
        if isinstance(content, dict | list):
            return client.request(recording.method, url, json=content, headers=headers)
        return client.request(recording.method, url, content=content, headers=headers)


def _path(org: Org, recording: Recording) -> str:
    path = recording.path
    if "/sobjects/Organization/" in path:
        return f"{path.rpartition('/')[0]}/{org.org_id}"
    if _IDENTITY.match(path):
        return f"/id/{org.org_id}/{org.admin_id}"
    return path


def _job_path(client: httpx.Client, recording: Recording, path: str) -> str:
    """Replace the recorded job id by that of a new job in the recorded state."""
    match = _JOB.search(path)
    if match is None or recording.status == 404:
        return path
    response = recording.answer if isinstance(recording.answer, dict) else {}
    root = path[: match.start()] + f"/jobs/{match[1]}"
    if match[1] == "query":
        job_settings = {"operation": "query", "query": "SELECT Id FROM Account"}
    else:
        keys = ("externalIdFieldName", "columnDelimiter", "lineEnding", "assignmentRuleId")
        job_settings = {
            "object": response.get("object", "Account"),
            "operation": response.get("operation", "insert"),
            "contentType": "CSV",
            **{key: response[key] for key in keys if key in response},
        }
    job = client.post(root, json=job_settings).json()
    job_id = job["id"] if isinstance(job, dict) else match[2]
    after_upload = recording.method != "PUT" and response.get("state") != "Open"
    if match[1] == "ingest" and after_upload:
        client.put(
            f"{root}/{job_id}/batches", content=b"Name\nA\n", headers={"content-type": "text/csv"}
        )
        if recording.method != "PATCH" and response.get("state") != "Aborted":
            client.patch(f"{root}/{job_id}", json={"state": "UploadComplete"})
            for _ in range(_READS):
                client.get(f"{root}/{job_id}")
    return path.replace(match[2], job_id)


def _content(org: Org, recording: Recording, token: str) -> tuple[Any, str]:
    """Return the content and its type, which is empty where httpx or the recording sets it."""
    body = recording.body
    if body is None or body == "":
        return None, ""
    if isinstance(body, dict | list):
        return body, "" if "content-type" in recording.request_headers else "application/json"
    text = str(body)
    if text.startswith("<"):
        return _SESSION.sub(rf"\g<1>{token}", text).encode(), "text/xml; charset=UTF-8"
    if "/oauth2/" in recording.path:
        return _form(org, recording, text), "application/x-www-form-urlencoded"
    if recording.path.endswith("/batches"):
        return text.encode(), "text/csv"
    return text.encode(), ""


def _form(org: Org, recording: Recording, text: str) -> bytes:
    """Replace a masked client by one of the org, unless the response is invalid_client."""
    form = dict(parse_qsl(text, keep_blank_values=True))
    response_text = str(recording.answer)
    app = next(iter(identity_of(org).apps))
    if "invalid_client" not in response_text:
        if "client_id" in form:
            form["client_id"] = app.consumer_key
        if "client_secret" in form and app.consumer_secret:
            form["client_secret"] = app.consumer_secret
    return urlencode(form).encode()
