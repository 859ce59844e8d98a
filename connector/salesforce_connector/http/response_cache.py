"""Caches responses, so that a describe is not fetched twice.

A response is revalidated (304) before it is used again, except in the first seconds.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/sobject_describe_with_ifmodified_header.htm
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, NamedTuple

from salesforce_connector.flow import Call
from salesforce_connector.response import Response

FRESH_FOR: Final = 30.0  # seconds in which a response is not revalidated
MAX_ENTRIES: Final = 64  # a describe is 100 kB to 1 MB
MAX_BYTES: Final = 64 * 2**20  # of all bodies together


class _Entry(NamedTuple):
    response: Response
    etag: str
    last_modified: str
    checked_at: float


class ResponseCache:
    """Responses of one connection; the least recently used is removed first."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with none; `clock` returns seconds."""
        self._clock = clock
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get_fresh(self, call: Call) -> Response | None:
        """Return the response to a call if it is so fresh that it need not be revalidated."""
        with self._lock:
            entry = self._entries.get(_key(call))
        if entry is None or self._clock() - entry.checked_at > FRESH_FOR:
            return None
        return entry.response

    def has(self, call: Call) -> bool:
        """Return whether a response to a call is stored, however old."""
        with self._lock:
            return _key(call) in self._entries

    def restore(self, call: Call, response: Response, age: float) -> None:
        """Store a response that another process got `age` seconds ago."""
        etag = response.headers.get("etag", "")
        last_modified = response.headers.get("last-modified", "")
        entry = _Entry(response, etag, last_modified, self._clock() - age)
        with self._lock:
            self._put(_key(call), entry)

    def conditions(self, call: Call) -> dict[str, str]:
        """Return the headers that ask only for what has changed."""
        with self._lock:
            entry = self._entries.get(_key(call))
        if entry is None:
            return {}
        headers = {"If-None-Match": entry.etag, "If-Modified-Since": entry.last_modified}
        return {name: value for name, value in headers.items() if value}

    def store(self, call: Call, response: Response) -> Response:
        """Store a new response; return the stored one for a 304."""
        key = _key(call)
        with self._lock:
            entry = self._entries.get(key)
            if response.status_code == 304 and entry is not None:
                self._entries[key] = entry._replace(checked_at=self._clock())
                self._entries.move_to_end(key)
                return entry.response
            if response.status_code == 200:
                etag = response.headers.get("etag", "")
                last_modified = response.headers.get("last-modified", "")
                self._put(key, _Entry(response, etag, last_modified, self._clock()))
        return response

    def _put(self, key: str, entry: _Entry) -> None:
        if (before := self._entries.pop(key, None)) is not None:
            self._size -= len(before.response.content)
        self._entries[key] = entry
        self._size += len(entry.response.content)
        while len(self._entries) > MAX_ENTRIES or (self._size > MAX_BYTES and self._entries):
            _, oldest = self._entries.popitem(last=False)
            self._size -= len(oldest.response.content)


def _key(call: Call) -> str:
    return f"{call.path}?{sorted(call.params.items())}"
