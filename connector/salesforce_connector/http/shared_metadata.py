"""Descriptions that processes share, where the host has a cache for them: revalidated, not fetched.

Shared are the list of objects, the description of an object, and those of actions that can be
invoked: they can be revalidated, and hold no record. What a user may see is the user's own, so the
key has the org, the user and the API version in it.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_conditional_requests.htm
"""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from salesforce_connector.auth.tokens import Credentials
from salesforce_connector.flow import Call
from salesforce_connector.http.wire_response import WireResponse
from salesforce_connector.response import Response

_SHARED: Final = re.compile(r"/sobjects/?|/sobjects/\w+/describe|/actions/[\w/.-]+", re.ASCII)
_USER: Final = re.compile(r"/id/(00D\w{12,15})/(005\w{12,15})", re.ASCII)
_STORED_HEADERS: Final = ("etag", "last-modified", "content-type")


class SharedCache(Protocol):
    """What a host may have; see the contract."""

    def get(self, key: str) -> bytes | None: ...
    def put(self, key: str, value: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class SharedResponse:
    """A response of another process.

    Attributes:
        age: Seconds since Salesforce sent it.
    """

    response: Response
    age: float


class SharedMetadata:
    """The descriptions of one connection in a host's cache; its methods may wait for a disk."""

    def __init__(self, cache: SharedCache, clock: Callable[[], float] = time.time) -> None:
        """Use a host's cache; `clock` returns seconds since 1970."""
        self._cache = cache
        self._clock = clock

    def includes(self, call: Call) -> bool:
        """Return whether the responses to a call are shared."""
        return call.cached and not call.params and _SHARED.fullmatch(call.path) is not None

    def load(self, call: Call, credentials: Credentials, root: str) -> SharedResponse | None:
        """Return the response to a call that any process stored for the same user."""
        key = _key(call, credentials, root)
        stored = None if key is None else self._cache.get(key)
        if stored is None:
            return None
        head, _, content = stored.partition(b"\n")
        try:
            described = json.loads(head)
            headers = [
                (name.encode(), str(value).encode("latin-1"))
                for name, value in described["headers"]
            ]
            age = self._clock() - float(described["at"])
        except (ValueError, KeyError, TypeError, AttributeError):
            return None  # of another version of this connector
        return SharedResponse(WireResponse(200, headers, content), max(0.0, age))

    def save(self, call: Call, response: Response, credentials: Credentials, root: str) -> None:
        """Store a response that can be revalidated."""
        headers = [
            (name, value) for name in _STORED_HEADERS if (value := response.headers.get(name))
        ]
        key = _key(call, credentials, root)
        if key is None or not any(name in ("etag", "last-modified") for name, _ in headers):
            return
        described: dict[str, Any] = {"at": self._clock(), "headers": headers}
        self._cache.put(key, json.dumps(described).encode() + b"\n" + response.content)


def _key(call: Call, credentials: Credentials, root: str) -> str | None:
    """Return the key of a response; None while its org and user are unknown."""
    user = _USER.search(credentials.id)
    if user is None or not credentials.instance_url:
        return None
    return f"{credentials.instance_url} {user[1]} {user[2]} {root}{call.path}"
