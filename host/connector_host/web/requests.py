"""One request of the API: its user, its parameters and its body.

Routes are plain functions from an `ApiRequest` to JSON. They run in a thread, because the store and
the connectors' sync hooks may block.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from connector_host.access import Principal
from connector_host.errors import BadInput
from connector_host.hookspecs import Json, JsonObject
from connector_host.web.problems import answer_problem, refuse
from connector_host.web.services import Actor, Services

MAX_BODY: Final = 50 * 1024 * 1024  # bytes; a file of 37 MB as base64

Authenticate = Callable[[Request], Principal | Awaitable[Principal | None] | None]


class NotSignedIn(Exception):
    """The user of a request is not known; raised by `authenticate`."""


class BodyTooLarge(Exception):
    """A body is larger than `MAX_BODY`."""


@dataclass(frozen=True)
class ApiRequest:
    """One request.

    Attributes:
        actor: The user, and what the user may do.
        body: The JSON object of the body; empty without one.
    """

    actor: Actor
    http: Request
    body: JsonObject = field(repr=False)  # it may contain a secret

    def path(self, name: str) -> str:
        """Return a parameter of the path."""
        return str(self.http.path_params[name])

    def query(self, name: str, default: str = "") -> str:
        """Return a parameter of the query."""
        return self.http.query_params.get(name, default)

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text of the body.

        Raises:
            BadInput: It is missing and has no default, or it is not a text.
        """
        value = self.body.get(name, default)
        if not isinstance(value, str):
            raise BadInput(f"The body lacks the text {name!r}.", fields=[name])
        return value

    def optional_text(self, name: str) -> str | None:
        """Return a text of the body; None when it is null or missing."""
        return None if self.body.get(name) in (None, "") else self.text(name)

    def object(self, name: str) -> JsonObject:
        """Return an object of the body; empty when it is missing.

        Raises:
            BadInput: It is something else.
        """
        value = self.body.get(name) or {}
        if not isinstance(value, dict):
            raise BadInput(f"{name!r} must be an object.", fields=[name])
        return value

    def texts(self, name: str) -> list[str]:
        """Return a list of texts of the body; empty when it is missing."""
        value = self.body.get(name) or []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise BadInput(f"{name!r} must be a list of texts.", fields=[name])
        return value


async def read(request: Request) -> ApiRequest:
    """Authenticate a request and read its body.

    Raises:
        NotSignedIn: The application does not know the user.
        BadInput, BodyTooLarge: The body is not a JSON object, or too large.
    """
    state = request.app.state
    services: Services = state.services
    principal = state.authenticate(request)
    if isinstance(principal, Awaitable):
        principal = await principal
    return ApiRequest(services.acting_for(principal), request, await _body(request))


async def _body(request: Request) -> JsonObject:
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > MAX_BODY:
            raise BodyTooLarge
    if not received:
        return {}
    try:
        body: Any = json.loads(received)
    except (ValueError, RecursionError) as exc:
        raise BadInput("The body is not JSON.") from exc
    if not isinstance(body, dict):
        raise BadInput("The body must be a JSON object.")
    return body


Endpoint = Callable[[Request], Awaitable[Response]]


def answering(handle: Callable[[ApiRequest], Json | Response], status: int = 200) -> Endpoint:
    """Return an endpoint for a function that returns JSON, None (204) or a whole response."""

    async def endpoint(request: Request) -> Response:
        try:
            api_request = await read(request)
            answer = await run_in_threadpool(handle, api_request)
        except Exception as exc:
            return answer_error(exc)
        if isinstance(answer, Response):
            return answer
        return Response(status_code=204) if answer is None else JSONResponse(answer, status)

    endpoint.__doc__ = handle.__doc__  # the OpenAPI document's summary
    return endpoint


def answer_error(error: Exception) -> Response:
    """Return the response for any error of a request."""
    if isinstance(error, NotSignedIn):
        return refuse(401, "NOT_SIGNED_IN", "You are not signed in.", str(error))
    if isinstance(error, BodyTooLarge):
        return refuse(413, "BODY_TOO_LARGE", f"The body is larger than {MAX_BODY:,} bytes.")
    return answer_problem(error)
