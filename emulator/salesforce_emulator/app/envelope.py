"""What surrounds every answer: version, sign-in, the count of calls, headers, errors.

A pure ASGI middleware. Below `/services/data/vXX.X` it lets nobody in who is not signed in, counts
the call, reads the path without regard to the case of its fixed parts, and makes the `Call` that
routes see. An error that no rule foresaw is answered as Salesforce answers its own, with 500.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers.htm
"""

import logging
import random
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from salesforce_emulator import errors
from salesforce_emulator.app.cookies import browser_id_cookie, consent_cookies
from salesforce_emulator.http.calls import Call
from salesforce_emulator.http.paths import normalize_segments, override_method
from salesforce_emulator.http.responses import error_response
from salesforce_emulator.http.versions import parse_version
from salesforce_emulator.identity.authentication import authenticate
from salesforce_emulator.org.clock import http_date

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

MAX_HEAD: Final = 16_384  # bytes of URI and headers together

_LOG: Final = logging.getLogger(__name__)
_DATA: Final = ("services", "data")
_COMMON: Final = {  # as orgs of 2026 answer
    "Server": "sfdcedge",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "none",
    "x-sfdc-edge-cache": "none",
}
_DATA_ONLY: Final = {"Cache-Control": "no-cache,must-revalidate,max-age=0,no-store,private"}
_SUFFIXED: Final = 57  # the last version in which a path may end in .json


class Envelope:
    """Surrounds an app with what all answers of an org have."""

    def __init__(self, app: ASGIApp, org: "Org") -> None:
        self._app = app
        self._org = org
        # To be the same for the same seed, not to be secret.
        self._random = random.Random(f"requests {org.seed}")  # noqa: S311

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        response = _Answer(self._org, scope, send, self._random)
        try:
            self._read_call(scope, response)
            await self._app(scope, receive, response.send)
        except errors.SalesforceError as error:
            await error_response(error, pretty=response.pretty)(scope, receive, response.send)
        except Exception:
            error_id = f"{self._random.randrange(10**9, 10**10)}-{self._random.randrange(10**5)}"
            _LOG.exception("No rule foresaw this: %s", error_id)
            if not response.started:
                failure = errors.unexpected(
                    f"{error_id} ({self._random.randrange(-(2**31), 2**31)})"
                )
                await error_response(failure, pretty=response.pretty)(scope, receive, response.send)
            if self._org.settings.reraises:
                raise

    def _read_call(self, scope: Scope, answer: "_Answer") -> None:
        """Read a call's version, path, method and caller, and check that it is allowed."""
        _require_small(scope)
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        segments = [unquote(part) for part in raw.decode("ascii").strip("/").split("/")]
        if tuple(segment.lower() for segment in segments[:2]) != _DATA:
            scope["path"] = f"/{scope['path'].lstrip('/')}"  # `//services/Soap` is as good
            return
        if len(segments) == 2:
            scope["path"] = "/services/data"
            return
        version = parse_version(segments[2])
        headers = dict(scope["headers"])
        if headers.get(b"accept", b"").startswith((b"application/xml", b"text/xml")):
            raise errors.not_offered("answers in XML")
        authorization = headers.get(b"authorization")
        caller = authenticate(
            self._org, None if authorization is None else authorization.decode("latin-1")
        )
        answer.counted = True
        with self._org.lock:
            self._org.limits.count(caller.app_name)
        number = float(version[1:])
        if number <= _SUFFIXED and segments[-1].endswith(".json"):
            segments[-1] = segments[-1].removesuffix(".json")
        answer.deprecated = self._org.settings.deprecated_versions.get(int(number), "")
        rest = normalize_segments(segments[3:])
        scope["call"] = Call(caller, self._org.access(caller.user_id), version, rest)
        scope["path"] = "/".join(("", *_DATA, version, *rest))
        override_method(scope)
        if "refusal" in scope:  # a fault that was ordered
            raise scope["refusal"]


class _Answer:
    """Adds the headers to one response.

    Attributes:
        counted: The request counts as an API call: the response has Sforce-Limit-Info.
        deprecated: The release in which its version goes, if that is known.
    """

    def __init__(self, org: "Org", scope: Scope, send: Send, source: random.Random) -> None:
        headers = dict(scope["headers"])
        self._org = org
        self._send = send
        self._request_id = f"{source.getrandbits(128):032x}"
        self._browser_id = None
        if b"BrowserId=" not in headers.get(b"cookie", b""):
            self._browser_id = urlsafe_b64encode(source.randbytes(16)).decode().rstrip("=")
        # The method becomes GET, so that the server would send a body, and end the connection.
        self._bodiless = scope["method"] == "HEAD"
        self._data = scope["path"].lower().startswith("/services/data")
        self.pretty = headers.get(b"x-prettyprint") == b"1"
        self.counted = False
        self.deprecated = ""
        self.started = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            for name, value in _COMMON.items():
                headers.setdefault(name, value)
            now = self._org.clock.now()
            headers["Date"] = http_date(now)
            headers["x-request-id"] = headers["x-sfdc-request-id"] = self._request_id
            if self._data:
                headers.update(_DATA_ONLY)
                for cookie in consent_cookies(now):
                    headers.append("Set-Cookie", cookie)
            if self._browser_id is not None:
                headers.append("Set-Cookie", browser_id_cookie(now, self._browser_id))
            if self.deprecated:
                headers["Warning"] = (
                    f'299 - "This API is deprecated and will be removed by {self.deprecated}."'
                )
            if self.counted:
                headers["Sforce-Limit-Info"] = self._org.limits.header
        elif self._bodiless and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)


def _require_small(scope: Scope) -> None:
    uri = len(scope.get("raw_path") or scope["path"]) + len(scope["query_string"])
    if uri > MAX_HEAD:
        raise errors.uri_too_long()
    if uri + sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEAD:
        raise errors.headers_too_large()
