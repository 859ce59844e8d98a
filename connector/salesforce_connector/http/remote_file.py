"""Brings a file that another server has to this machine, before it is sent to Salesforce.

The connection goes to an address that was checked, with the server's name checked against its
certificate, and carries no token. A redirect is followed to the same server alone.
"""

import socket
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import BinaryIO, Final
from urllib.parse import urljoin

from salesforce_connector.errors import ConnectorError, Rejected, Unavailable
from salesforce_connector.errors import network as network_errors
from salesforce_connector.files.file_errors import scratch_errors
from salesforce_connector.files.urls import AllowedUrl, IPAddress, check_url, resolve
from salesforce_connector.http.no_response import NoResponse
from salesforce_connector.http.socket_connection import SocketConnection
from salesforce_connector.http.transfer_rate import TransferRate
from salesforce_connector.http.transport import tls_context
from salesforce_connector.http.wire_request import CONNECT_TIMEOUT, WireRequest
from salesforce_connector.http.wire_response import WireResponse

MAX_BYTES: Final = 2 * 2**30  # of a file; Salesforce takes no larger one
MAX_REDIRECTS: Final = 5
LOWEST_RATE: Final = 1_000  # bytes a second over half a minute
_READ_TIMEOUT: Final = 60.0  # seconds
_PIECE: Final = 2**20  # bytes read back at once
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


class RemoteFile:
    """A copy on this machine, without a name; closing it leaves nothing.

    Attributes:
        url: Where the file is.
    """

    def __init__(self, url: AllowedUrl, max_bytes: int = MAX_BYTES) -> None:
        """Take what is to be copied; nothing is fetched yet."""
        self.url = url
        self._max_bytes = max_bytes
        self._file: BinaryIO | None = None

    def __enter__(self) -> "RemoteFile":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    def fetch(self) -> None:
        """Copy the file; blocks until all of it is here.

        Raises:
            Rejected: The server refuses it, sends a redirect elsewhere, or more than `max_bytes`.
            Unavailable: The server cannot be reached now, or breaks off.
            Forbidden: This machine does not trust the server's certificate.
        """
        self._file = _download(self.url, self._max_bytes)

    @contextmanager
    def open(self) -> Generator[BinaryIO]:
        """Read it from its beginning; one reader at a time.

        Raises:
            Rejected: It was not fetched, as in a dry run.
        """
        if self._file is None:
            raise Rejected(
                f"{self.url.shown} was not fetched: a dry run fetches nothing.",
                code="FILE_NOT_READABLE",
                remedy="Give the content by a path or as text.",
                fields=(self.url.field,),
            )
        self._file.seek(0)
        yield self._file

    def pieces(self) -> Iterator[bytes]:
        """Yield its content, piece by piece, from its beginning."""
        with self.open() as file:
            while piece := file.read(_PIECE):
                yield piece


def _download(url: AllowedUrl, max_bytes: int) -> BinaryIO:
    for _ in range(MAX_REDIRECTS + 1):
        connection = _connect(url, resolve(url))
        try:
            response = _get(connection, url)
            if response.status_code in _REDIRECTS:
                url = _redirected(url, response)
                continue
            _check(url, response, max_bytes)
            return _copy(url, response, max_bytes)
        except NoResponse as exc:
            raise _network_error(exc.code, url, exc) from exc
        except OSError as exc:
            raise _network_error("ReadError", url, exc) from exc
        finally:
            connection.close()
    raise _rejected(url, f"redirects more than {MAX_REDIRECTS} times", "URL_NOT_READABLE")


def _connect(url: AllowedUrl, addresses: list[IPAddress]) -> SocketConnection:
    failure: OSError | None = None
    for address in addresses:
        try:
            plain = socket.create_connection((str(address), url.port), CONNECT_TIMEOUT)
        except OSError as exc:
            failure = exc
            continue
        try:
            return SocketConnection(tls_context().wrap_socket(plain, server_hostname=url.host))
        except OSError as exc:
            plain.close()
            failure = exc
    raise _network_error("ConnectError", url, failure) from failure


def _get(connection: SocketConnection, url: AllowedUrl) -> WireResponse:
    headers = {"Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"}
    request = WireRequest("GET", url.origin, url.target, headers, read_timeout=_READ_TIMEOUT)
    return connection.exchange(request, stream=True)


def _redirected(url: AllowedUrl, response: WireResponse) -> AllowedUrl:
    location = response.headers.get("location", "")
    try:
        target = check_url(urljoin(url.origin + url.target, location), url.field)
    except Rejected:
        target = None
    if target is None or not target.is_same_server(url):
        raise _rejected(url, "redirects to another server", "URL_NOT_ALLOWED")
    return target


def _check(url: AllowedUrl, response: WireResponse, max_bytes: int) -> None:
    status = response.status_code
    if status == 429 or status >= 500:
        raise Unavailable(
            f"{url.host} answers {status}.", code="URL_NOT_READABLE", remedy="Try again later."
        )
    if status != 200:
        raise _rejected(url, f"answers {status}", "URL_NOT_READABLE")
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise _rejected(url, "sends the file compressed", "URL_NOT_READABLE")
    length = response.headers.get("content-length", "")
    if length.isdigit():
        _check_size(url, int(length), max_bytes)


def _copy(url: AllowedUrl, response: WireResponse, max_bytes: int) -> BinaryIO:
    rate, size = TransferRate(LOWEST_RATE), 0
    with scratch_errors():
        file: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - closed by its RemoteFile
    try:
        for piece in response.stream or ():
            size += len(piece)
            rate.count(len(piece))
            _check_size(url, size, max_bytes)
            with scratch_errors():
                file.write(piece)
        with scratch_errors():
            file.flush()
    except BaseException:
        file.close()
        raise
    return file


def _network_error(code: str, url: AllowedUrl, cause: BaseException | None) -> ConnectorError:
    error = network_errors.from_network(code, url.host, safe=True, cause=cause)
    error.session_problem = ""  # the org's host is another one
    return error


def _check_size(url: AllowedUrl, size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise _rejected(url, f"sends more than {max_bytes:,} bytes", "FILE_TOO_LARGE")


def _rejected(url: AllowedUrl, what: str, code: str) -> Rejected:
    return Rejected(
        f"{url.host} {what}.",
        code=code,
        remedy="Check the URL: it must return the file without a sign-in.",
        fields=(url.field,),
    )
