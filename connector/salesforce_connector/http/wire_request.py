"""A request ready to be sent, before any HTTP library has made it its own."""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from pydantic import SecretStr

if TYPE_CHECKING:
    import httpx

CONNECT_TIMEOUT: Final = 10.0  # seconds
READ_TIMEOUT: Final = 150.0  # seconds; Salesforce lets a query run for 120 before it answers
WRITE_TIMEOUT: Final = 60.0  # seconds for one piece of a body
POOL_TIMEOUT: Final = 60.0  # seconds for a connection to become free

MAX_RESPONSE_BYTES: Final = 128 * 2**20  # decompressed; 2,000 records of 800 fields are 100 MB
MAX_JSON_PARTS: Final = 4_000_000  # objects and lists of a response: some 200 bytes of memory each
MAX_ERROR_BYTES: Final = 2**20  # of a response that is not 2xx; what is beyond is not read

CHUNK: Final = 2**16  # bytes read at once


class Origin(NamedTuple):
    """Where a request goes."""

    scheme: str
    host: str
    port: int
    netloc: str

    @property
    def is_tls(self) -> bool:
        """Whether the connection is encrypted."""
        return self.scheme == "https"


@dataclass(slots=True)
class WireRequest:
    """What goes over the wire; making an `httpx.Request` of it costs as much as the rest of a call.

    Its repr shows no header, no token and no body.

    Attributes:
        base: Scheme and host, without a slash at the end.
        target: Path and query, percent-encoded.
        headers: Without `Authorization` and `Host`.
        token: Goes into the header `Authorization`, as a bearer token.
        content: The body, or its chunks, which can be read once.
        read_timeout: Seconds for the response to begin, or to go on; None: as long as it takes.
        deadline: Seconds for the whole exchange; None where the transfer may take long.
        lowest_rate: Bytes a second that a response read as a stream must keep up.
    """

    method: str
    base: str
    target: str
    headers: dict[str, str]
    token: SecretStr | None = None
    content: "bytes | BodySource | None" = None
    read_timeout: float | None = READ_TIMEOUT
    deadline: float | None = None
    lowest_rate: int = 0

    def __repr__(self) -> str:
        return f"WireRequest({self.method!r}, {self.base!r}, {self.target.partition('?')[0]!r})"

    @property
    def url(self) -> str:
        """The whole address."""
        return self.base + self.target

    @property
    def origin(self) -> Origin:
        """Where it goes."""
        return origin_of(self.base)

    def all_headers(self) -> Mapping[str, str]:
        """Return the headers with the token in them; keep the result in no variable."""
        if self.token is None:
            return self.headers
        return self.headers | {"Authorization": f"Bearer {self.token.get_secret_value()}"}

    def as_httpx(self) -> "httpx.Request":
        """Return it to a transport of httpx's."""
        import httpx  # 0.1 s, for hosts that bring a transport of httpx's

        timeout = httpx.Timeout(
            CONNECT_TIMEOUT, read=self.read_timeout, write=WRITE_TIMEOUT, pool=POOL_TIMEOUT
        )
        return httpx.Request(
            self.method,
            self.url,
            headers=self.all_headers(),
            content=self.content,
            extensions={"timeout": timeout.as_dict()},
        )


@lru_cache(maxsize=256)  # a process's calls go to few hosts
def origin_of(base: str) -> Origin:
    """Parse the base of an address."""
    parts = urlsplit(base)
    host = parts.hostname or ""
    return Origin(
        parts.scheme,
        host,
        parts.port or (443 if parts.scheme == "https" else 80),
        parts.netloc.rpartition("@")[2],
    )


class UnwritableRequest(ValueError):
    """A header or the address holds what would make another request of it, or no request."""


class BodySourceFailed(Exception):
    """Reading a body to be sent failed; `error` is what the source raised."""

    def __init__(self, error: Exception) -> None:
        super().__init__(type(error).__name__)
        self.error = error


class BodySource:
    """A body's chunks, whose errors are not to be taken for those of the network.

    Attributes:
        failed: What reading the source raised; HTTP libraries may make another error of it.
    """

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self.failed: BodySourceFailed | None = None

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._chunks)
        except StopIteration:
            raise
        except Exception as exc:
            self.failed = BodySourceFailed(exc)
            raise self.failed from exc

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Read each chunk in a thread, off the event loop."""
        import asyncio

        while (chunk := await asyncio.to_thread(next, self, None)) is not None:
            yield chunk
