"""What the connector needs of an HTTP response, whichever library received it.

Flows are sent one for each `Call`. An `httpx.Response` has this shape, so tests and hosts may use
it; what the connector's own transports receive is `http.wire_response.WireResponse`.
"""

from collections.abc import Mapping
from typing import Protocol


class Response(Protocol):
    """One response, its body read.

    Attributes:
        status_code: Of HTTP.
        headers: Look them up by names in lower case.
        content: The body, decompressed; empty where the call has it written to a file.
        text: The body as a string.
        is_success: Whether the status is 2xx.
    """

    @property
    def status_code(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def content(self) -> bytes: ...
    @property
    def text(self) -> str: ...
    @property
    def is_success(self) -> bool: ...
