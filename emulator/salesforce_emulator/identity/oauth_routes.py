"""OAuth over HTTP: token, revoke, introspect, and the shapes of their answers.

The pages a person sees are in `sign_in`, identity and discovery in `who`; what any of it means is
in `salesforce_emulator.identity`.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_endpoints.htm
"""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator.identity import identity_of
from salesforce_emulator.identity.errors import ErrorReason, IdentityError
from salesforce_emulator.identity.flows import TokenRequest, grant_token
from salesforce_emulator.identity.form_parameters import parameters_of
from salesforce_emulator.identity.introspection import introspect
from salesforce_emulator.identity.request_address import address_of_request, ip_of_request
from salesforce_emulator.identity.revocation import revoke

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

_UNCACHED: Final = {
    "Cache-Control": "no-cache, no-store",
    "Pragma": "no-cache",
    "Expires": "Thu, 01 Jan 1970 00:00:00 GMT",
}
_NOT_OFFERED: Final = {  # Salesforce's endpoints that are not offered: the error names them
    "register": "dynamic client registration",
    "singleaccess": "sessions for its user interface",
}
_FORMATS: Final = {
    "json": "application/json;charset=UTF-8",
    "urlencoded": "application/x-www-form-urlencoded;charset=UTF-8",
    "xml": "application/xml;charset=UTF-8",
}
_FORMAT_OF_ACCEPT: Final = {
    "application/json": "json",
    "application/x-www-form-urlencoded": "urlencoded",
    "application/xml": "xml",
}


def routes(org: "Org") -> list[Route]:
    """Return the routes of the OAuth endpoints that apps call."""
    endpoints = _Endpoints(org)
    any_method = ["GET", "POST"]  # the wrong one has an error of its own
    return [
        Route("/services/oauth2/token", endpoints.token, methods=any_method),
        Route("/services/oauth2/revoke", endpoints.revoke, methods=any_method),
        Route("/services/oauth2/introspect", endpoints.introspect, methods=any_method),
        *(
            Route(f"/services/oauth2/{name}", endpoints.not_offered, methods=any_method)
            for name in _NOT_OFFERED
        ),
    ]


class _Endpoints:
    def __init__(self, org: "Org") -> None:
        self._org = org
        self._identity = identity_of(org)

    async def token(self, request: Request) -> Response:
        return await _respond(request, self._token)

    async def revoke(self, request: Request) -> Response:
        # Clients read the error as a form; it is JSON only when requested.
        return await _respond(request, self._revoke, otherwise="urlencoded")

    async def introspect(self, request: Request) -> Response:
        return await _respond(request, self._introspect, only="json")

    async def not_offered(self, request: Request) -> Response:
        return await _respond(request, self._not_offered)

    def _not_offered(self, request: Request, _: Mapping[str, str]) -> Mapping[str, str]:
        name = request.url.path.rpartition("/")[2]
        raise IdentityError(ErrorReason.NOT_OFFERED, _NOT_OFFERED[name])

    def _token(self, request: Request, parameters: Mapping[str, str]) -> Mapping[str, str]:
        _require_post(request)
        requested = TokenRequest(
            parameters,
            request.headers.get("authorization"),
            address_of_request(self._org, request),
            ip_of_request(request),
        )
        return grant_token(self._identity, requested)

    def _revoke(self, _: Request, parameters: Mapping[str, str]) -> Mapping[str, str]:
        if parameters.get("callback"):
            raise IdentityError(ErrorReason.NOT_OFFERED, "callback")
        token = parameters.get("token")
        if not token:
            raise IdentityError(ErrorReason.PARAMETER_MISSING, "token")
        with self._org.transaction():
            revoke(self._identity, token)
        return {}

    def _introspect(self, request: Request, parameters: Mapping[str, str]) -> Mapping[str, Any]:
        _require_post(request)
        authorization = request.headers.get("authorization")
        address = address_of_request(self._org, request)
        with self._org.lock:
            return introspect(self._identity, parameters, authorization, address)


async def _respond(
    request: Request,
    operation: Callable[[Request, Mapping[str, str]], Mapping[str, Any]],
    *,
    otherwise: str = "json",
    only: str | None = None,
) -> Response:
    """Answer with the result or the error of `act`, in the requested format."""
    form = only or otherwise
    try:
        parameters = await parameters_of(request)
        form = only or _format(request, parameters) or otherwise
        members = operation(request, parameters)
    except IdentityError as exc:
        return _render(exc.body(), form, exc.status)
    return _render(members, form)


def _require_post(request: Request) -> None:
    if request.method != "POST":
        raise IdentityError(ErrorReason.POST_REQUIRED)


def _format(request: Request, parameters: Mapping[str, str]) -> str | None:
    """Return the format that `format` or `Accept` requests; None when neither does."""
    requested = parameters.get("format")
    if requested:
        if requested not in _FORMATS:
            raise IdentityError(ErrorReason.PARAMETER_INVALID, "format")
        return requested
    accepted = request.headers.get("accept", "").split(",")
    formats = (_FORMAT_OF_ACCEPT.get(item.partition(";")[0].strip().lower()) for item in accepted)
    return next((form for form in formats if form is not None), None)


def _render(members: Mapping[str, Any], form: str, status: int = 200) -> Response:
    if not members:  # revoked
        return Response(status_code=status, headers=_UNCACHED)
    if form == "urlencoded":
        text = urlencode(members, quote_via=quote)
    elif form == "xml":
        inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in members.items())
        text = f'<?xml version="1.0" encoding="UTF-8"?><OAuth>{inner}</OAuth>'
    else:
        text = json.dumps(members, separators=(",", ":"))
    headers = {**_UNCACHED, "Content-Type": _FORMATS[form]}
    return Response(text, status_code=status, headers=headers)
