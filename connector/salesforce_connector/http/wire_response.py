"""A response as the connector's transports receive it: nothing is parsed before it is needed.

Making an `httpx.Response` costs as much as half of a call; see `response.Response` for the shape
that both have.
"""

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Final, Protocol

from pydantic_core import to_json

_CHARSET: Final = r"(?ai)charset=\"?([\w.:-]+)"


class Stream(Protocol):
    """The body of a response as received, maybe compressed; to be closed in any case."""

    def __iter__(self) -> Iterator[bytes]: ...
    def close(self) -> None: ...


class AsyncStream(Protocol):
    """See `Stream`."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...
    async def aclose(self) -> None: ...


class WireResponse:
    """One response.

    Attributes:
        status_code: Of HTTP.
        content: The body; as received until the client has decompressed it, empty where it was
            written to a file.
        stream: The body where it was left to be read.
        async_stream: The same of an async transport.
    """

    __slots__ = (
        "_head",
        "_headers",
        "_raw_headers",
        "async_stream",
        "content",
        "status_code",
        "stream",
    )

    def __init__(
        self, status_code: int, raw_headers: Sequence[tuple[bytes, bytes]], content: bytes = b""
    ) -> None:
        """Make one; `raw_headers` as received."""
        self.status_code = status_code
        self.content = content
        self.stream: Stream | None = None
        self.async_stream: AsyncStream | None = None
        self._raw_headers = raw_headers
        self._head: bytes | None = None
        self._headers: dict[str, str] | None = None

    @classmethod
    def of_json(cls, status_code: int, body: object) -> "WireResponse":
        """Make one with a JSON body."""
        return cls(status_code, [(b"content-type", b"application/json")], to_json(body))

    def with_body(self, status_code: int, content: bytes) -> "WireResponse":
        """Return a response with the same headers."""
        response = WireResponse(status_code, self._raw_headers, content)
        response._head = self.head
        return response

    def __repr__(self) -> str:
        return f"<WireResponse {self.status_code}, {len(self.content)} bytes>"

    @property
    def head(self) -> bytes:
        """The lines of the headers as received; searching them costs less than making `headers`."""
        if self._head is None:
            self._head = b"\n".join([b"%b: %b" % pair for pair in self._raw_headers])
        return self._head

    @property
    def headers(self) -> Mapping[str, str]:
        """By names in lower case; several of one name are joined by commas."""
        if self._headers is None:
            headers: dict[str, str] = {}
            for raw_name, raw_value in self._raw_headers:
                name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
                headers[name] = f"{headers[name]}, {value}" if name in headers else value
            self._headers = headers
        return self._headers

    @property
    def text(self) -> str:
        """The body as a string; bytes that are not of its charset are replaced."""
        charset = re.search(_CHARSET, self.headers.get("content-type", ""))
        try:
            return self.content.decode(charset[1] if charset else "utf-8", "replace")
        except LookupError:  # a charset that Python has not
            return self.content.decode("utf-8", "replace")

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status_code < 300
