"""A Salesforce that answers by a test's script, over no network."""

import asyncio
import itertools
import threading
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

import httpx

from salesforce_connector.auth.tokens import TokenRequest

Script = Callable[[httpx.Request], httpx.Response | Exception]

TOKEN_PATH = "/services/oauth2/token"
PATIENCE = 20.0  # seconds until a rendezvous that does not come about fails the test


class ScriptedOrg(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers each request by a function and records the requests.

    Attributes:
        requests: In order.
    """

    def __init__(self, script: Script, *, gather: int = 0) -> None:
        """Make one.

        Args:
            script: Returns the response to a request, or the error to raise instead.
            gather: How many requests must have come before the first of them is answered.
        """
        self.requests: list[httpx.Request] = []
        self._script = script
        self._gather = gather
        self._threads = threading.Barrier(gather) if gather else None
        self._tasks = asyncio.Barrier(gather) if gather else None
        self._arrivals = itertools.count(1)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._threads is not None and next(self._arrivals) <= self._gather:
            self._threads.wait(PATIENCE)
        return self._answer(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._tasks is not None and next(self._arrivals) <= self._gather:
            async with asyncio.timeout(PATIENCE):
                await self._tasks.wait()
        return self._answer(request)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._script(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def token_requests(self) -> list[dict[str, str]]:
        """The forms that the token endpoint was sent."""
        return [form(request) for request in self.requests if request.url.path == TOKEN_PATH]

    @property
    def calls(self) -> list[httpx.Request]:
        """All that was not sent to the token endpoint."""
        return [request for request in self.requests if request.url.path != TOKEN_PATH]


class TokenOrg(ScriptedOrg):
    """One that accepts only the newest token that it has issued, and rotates refresh tokens.

    Attributes:
        access: The access token that is good.
        refresh: The refresh token that is good.
    """

    def __init__(self, *, gather: int = 0, rotating: bool = True) -> None:
        super().__init__(self._say, gather=gather)
        self.access = "ACCESS-1"
        self.refresh = "REFRESH-1"
        self._rotating = rotating
        self._numbers = itertools.count(2)
        self._lock = threading.Lock()

    def end_session(self) -> None:
        """Let the access token that is good be good no longer."""
        self.access = "ACCESS-NONE"

    def _say(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            if request.url.path == TOKEN_PATH:
                return self._grant(form(request))
            if bearer(request) == self.access:
                return answer(200, {"by": self.access})
            return expired()

    def _grant(self, form_fields: Mapping[str, str]) -> httpx.Response:
        if (
            form_fields["grant_type"] == "refresh_token"
            and form_fields["refresh_token"] != self.refresh
        ):
            return refused("invalid_grant", "expired access/refresh token")
        number = next(self._numbers)
        self.access = f"ACCESS-{number}"
        inputs = {"access_token": self.access, "instance_url": "https://acme.my.salesforce.com"}
        if form_fields["grant_type"] == "refresh_token" and self._rotating:
            self.refresh = inputs["refresh_token"] = f"REFRESH-{number}"
        return answer(200, inputs)


def saying(*message: httpx.Response | Exception) -> ScriptedOrg:
    """Make an org that sends these in turn, and the last one again and again."""
    left = list(message)
    return ScriptedOrg(lambda _: left.pop(0) if len(left) > 1 else left[0])


def form(request: httpx.Request | TokenRequest) -> dict[str, str]:
    """Read a request's form."""
    return {name: values[-1] for name, values in parse_qs(request.content.decode()).items()}


def bearer(request: httpx.Request) -> str:
    """Return the token a request carries, empty for none."""
    return str(request.headers.get("authorization", "")).removeprefix("Bearer ")


def answer(status: int, body: Any = None, **headers: str) -> httpx.Response:
    """Write an answer with a JSON body, or none; `_` in a header's name stands for a hyphen."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is None:
        return httpx.Response(status, headers=names)
    return httpx.Response(status, json=body, headers=names)


def error(status: int, code: str, message: str = "No.", **headers: str) -> httpx.Response:
    """Write a refusal as Salesforce's REST API does."""
    return answer(status, [{"message": message, "errorCode": code}], **headers)


def expired() -> httpx.Response:
    """Write the answer to a token that has ended."""
    return error(401, "INVALID_SESSION_ID", "Session expired or invalid")


def refused(code: str, description: str = "", status: int = 400) -> httpx.Response:
    """Write a refusal as Salesforce's token endpoint does."""
    return answer(status, {"error": code, "error_description": description})
