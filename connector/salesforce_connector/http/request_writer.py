"""Writes a call as a request to the org; it sends nothing."""

import re
from typing import Any, Final
from urllib.parse import quote, urlencode

from pydantic_core import to_json

from salesforce_connector.auth.tokens import Credentials
from salesforce_connector.flow import Call
from salesforce_connector.http.connection_state import ConnectionState
from salesforce_connector.http.wire_request import READ_TIMEOUT, BodySource, WireRequest

_SERVICES: Final = "/services/"
_NOT_ASCII: Final = r"[^\x00-\x7f]+"


class RequestWriter:
    """Writes the calls of one client."""

    def __init__(self, state: ConnectionState, user_agent: str) -> None:
        """Make one; `user_agent` is what Salesforce's logs show."""
        self._state = state
        self._settings = state.session.settings
        self._base_headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": user_agent,
        }

    def write(self, call: Call, credentials: Credentials) -> WireRequest:
        """Write a call; token and address are of one set of credentials."""
        state, settings = self._state, self._settings
        target = call.path
        if call.soap is not None:
            target = f"{target}/{state.version}"
        elif target[:10] != _SERVICES:
            target = state.root + target
        if not target.isascii():
            target = re.sub(_NOT_ASCII, lambda match: quote(match[0]), target)
        if call.params:
            # %20, not +: some proxies in front of Salesforce decode only that.
            target += f"?{urlencode(call.params, quote_via=quote)}"
        headers = self._base_headers | call.headers  # type: ignore[operator]
        if call.cached:
            headers |= state.responses.conditions(call)
        token = None if call.anonymous else credentials.access_token
        content: bytes | BodySource | None = None
        if call.json is not None:
            content = to_json(state.body_of(call))
            headers["Content-Type"] = "application/json"
        elif call.soap is not None:
            from salesforce_connector.http import soap  # and XML, for few actions

            content, token = soap.envelope(call.soap, token, state.version), None
            headers |= soap.HEADERS
        elif call.content is not None:
            content = _content(call.content)
            headers["Content-Type"] = call.content_type
        whole = call.into is None and (content is None or isinstance(content, bytes))
        return WireRequest(
            call.method,
            credentials.instance_url or settings.base_url,
            target,
            headers,
            token,
            content,
            READ_TIMEOUT if call.timeout is None else call.timeout,
            settings.call_timeout if whole else None,
            settings.lowest_rate,
        )


def _content(content: Any) -> bytes | BodySource:
    chunks = content() if callable(content) else content
    return chunks if isinstance(chunks, bytes) else BodySource(iter(chunks))
