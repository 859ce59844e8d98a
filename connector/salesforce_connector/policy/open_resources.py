"""Resources of the org that a builder names by path: which may be reached, and what they answer.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_list.htm
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal
from urllib.parse import unquote

from pydantic import Field
from pydantic_core import from_json

from salesforce_connector.errors import Rejected
from salesforce_connector.flow import READS
from salesforce_connector.forms.hints import hints
from salesforce_connector.policy.parsed_call import ALLOWED_HEADERS
from salesforce_connector.response import Response

Encoding = Literal["json", "text", "base64", "file", "none"]

QueryParams = Annotated[
    dict[str, str | int | float | bool],
    Field(
        title="Query parameters",
        description="Query parameters; they are encoded for you.",
        examples=[{"limit": 10}],
        json_schema_extra=hints(widget="keyvalue"),
    ),
]

Repeatable = Annotated[
    bool,
    Field(
        title="Repeatable",
        description="The call may be repeated after a network error. GET is always repeated.",
        examples=[False],
        json_schema_extra=hints(visibility="advanced"),
    ),
]

_MAX_DECODINGS: Final = 4  # as it is, and as it is after what servers and proxies might decode

# Sign-in belongs to the client; what it sends there is not for builders to send.
_CLOSED_RESOURCES: Final = ("oauth2", "soap", "authproviders", "auth")

# A GET that runs code of the org's may change anything.
_RUNS_CODE: Final = re.compile(r"^/services/apexrest(/|$)|/executeanonymous(/|$)", re.IGNORECASE)

# What a body is, and how it is packed, the call itself says.
REQUEST_HEADERS: Final = ALLOWED_HEADERS - {"accept-encoding", "content-type"}

_HEADER_VALUE: Final = re.compile(r"[\x20-\x7e]+")
_LONGEST_HEADER: Final = 2_000  # characters; ours

_RESULT_HEADERS: Final = frozenset({"location", "etag", "last-modified", "retry-after"})


def check_path(path: str) -> str:
    """Return a path that may be called, as it is.

    Raises:
        Rejected: It names a host, a sign-in resource, a query string, or a parent folder.
    """
    if not path.startswith("/") or path.startswith("//") or "\\" in path:
        raise _reject(path, "is not a path of the org's", "Start it with one slash.")
    if "?" in path or "#" in path:
        raise _reject(path, "has a query in it", "Pass the parameters as params.")
    if any(ord(char) <= ord(" ") or char == "\x7f" for char in path):
        raise _reject(path, "has a blank or control character in it", "Percent-encode it.")
    decoded = path
    for _ in range(_MAX_DECODINGS):
        _check_steps(path, decoded.lower().replace("\\", "/").split("/"))
        decoded = unquote(decoded)
    return path


def query_params(params: Mapping[str, str | int | float | bool], path: str) -> dict[str, str]:
    """Return query parameters as texts.

    Raises:
        Rejected: One would make another method of the call.
    """
    for name in params:
        if name.lower() == "_httpmethod":
            raise _reject(path, "has its method overridden", "Pass the method as method.")
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in params.items()
    }


def request_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers that a builder may add to a call, by names as they are written.

    They are those that a call of a restricted connection may have: others would give the call
    another meaning, another sender, or another form.

    Raises:
        Rejected: One is not among them, is set twice, or has an invalid value.
    """
    checked: dict[str, str] = {}
    for name, value in headers.items():
        lowered = name.lower()
        if lowered not in REQUEST_HEADERS or lowered.title() in checked:
            raise Rejected(
                f"The header {name[:100]!r} is not allowed, or is set twice.",
                code="HEADER_NOT_ALLOWED",
                remedy=f"Use: {', '.join(sorted(REQUEST_HEADERS))}.",
                fields=("headers",),
            )
        if len(value) > _LONGEST_HEADER or not _HEADER_VALUE.fullmatch(value):
            raise Rejected(
                f"The header {name} has a value with characters that headers cannot have.",
                code="HEADER_NOT_ALLOWED",
                remedy="Use printable ASCII characters, without line breaks.",
                fields=("headers",),
            )
        checked[lowered.title()] = value
    return checked


def is_read(method: str, path: str) -> bool:
    """Return whether a call changes nothing; one that runs Apex might, even by GET."""
    return method in READS and not _RUNS_CODE.search(unquote(path))


def body(answer: Response) -> tuple[Any, Encoding]:
    """Return what an answer holds, and how: JSON, text, bytes in base64, or nothing."""
    if not answer.content:
        return None, "none"
    kind = answer.headers.get("content-type", "")
    if "json" in kind:
        try:
            return from_json(answer.content), "json"
        except ValueError:
            return answer.text, "text"
    if kind.startswith("text/") or "xml" in kind:
        return answer.text, "text"
    return b64encode(answer.content).decode(), "base64"


def result_headers(answer: Response) -> dict[str, str]:
    """Return the headers that describe the resource, by names in lower case."""
    return {
        name: value
        for name, value in answer.headers.items()
        if name in _RESULT_HEADERS or name.startswith("sforce-")
    }


def _check_steps(path: str, steps: list[str]) -> None:
    if any(";" in step for step in steps):
        raise _reject(path, "has a semicolon in it", "Leave path parameters out.")
    if any(step in (".", "..") for step in steps):
        raise _reject(path, "leads up", "Name the resource itself.")
    if steps[1] == "services" and (len(steps) < 3 or not steps[2] or steps[2] in _CLOSED_RESOURCES):
        raise _reject(
            path,
            "is not available to actions",
            "The connection itself signs in and out.",
        )


def _reject(path: str, problem: str, remedy: str) -> Rejected:
    return Rejected(
        f"The path {path[:100]!r} {problem}.",
        code="PATH_NOT_ALLOWED",
        remedy=remedy,
        fields=("path",),
    )
