"""Who a token is for, over HTTP: the identity URL, userinfo, the key set, discovery.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_openid.htm
"""

import json
import sqlite3
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator.http.versions import NEWEST
from salesforce_emulator.identity import identity_of
from salesforce_emulator.identity.authentication import find_caller
from salesforce_emulator.identity.claims import identity_body, userinfo_body
from salesforce_emulator.identity.discovery import auth_configuration, openid_configuration
from salesforce_emulator.identity.errors import IdentityApiError, IdentityError
from salesforce_emulator.identity.form_parameters import parameters_of
from salesforce_emulator.identity.request_address import address_of_request
from salesforce_emulator.identity.scopes import allow_identity
from salesforce_emulator.org.caller import Caller
from salesforce_emulator.schema.ids import parse_id

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


def routes(org: "Org") -> list[Route]:
    """Return the routes of identity and discovery."""
    endpoints = _Endpoints(org)
    both = ["GET", "POST"]
    return [
        Route("/services/oauth2/userinfo", endpoints.userinfo, methods=both),
        Route("/id/keys", endpoints.keys),
        Route("/id/{org_id}/{user_id}", endpoints.identity, methods=both),
        Route("/.well-known/openid-configuration", endpoints.openid_configuration),
        Route("/.well-known/auth-configuration", endpoints.auth_configuration),
    ]


class _Endpoints:
    def __init__(self, org: "Org") -> None:
        self._org = org
        self._identity = identity_of(org)

    async def identity(self, request: Request) -> Response:
        try:
            parameters = await parameters_of(request)
            body = self._identity_of(request, parameters)
        except (IdentityApiError, IdentityError) as exc:
            return _error_result(exc)
        return _json(body)

    async def userinfo(self, request: Request) -> Response:
        try:
            parameters = await parameters_of(request)
            caller = self._caller(request, parameters.get("access_token"))
            with self._org.lock:
                user = self._user(caller.user_id)
                body = userinfo_body(self._identity, user, address_of_request(self._org, request))
        except (IdentityApiError, IdentityError) as exc:
            return _error_result(exc)
        return _json(body)

    async def keys(self, _: Request) -> Response:
        with self._org.lock:
            return _json(self._identity.keys.published())

    async def openid_configuration(self, request: Request) -> Response:
        return _json(openid_configuration(address_of_request(self._org, request)))

    async def auth_configuration(self, request: Request) -> Response:
        address = address_of_request(self._org, request)
        if address.host_kind != "my_domain":
            return Response(status_code=404)
        return _json(auth_configuration(address, self._org.org_id))

    def _identity_of(self, request: Request, parameters: Mapping[str, str]) -> dict[str, Any]:
        caller = self._caller(request, parameters.get("oauth_token"))
        if parse_id(request.path_params["org_id"]) != self._org.org_id:
            raise IdentityApiError("Wrong_Org")
        asked_for = parse_id(request.path_params["user_id"])
        if asked_for is None:
            raise IdentityApiError("Bad_Id", status=404)
        if asked_for != caller.user_id:
            raise IdentityApiError("Bad_Id")
        version = parameters.get("version")
        with self._org.lock:
            return identity_body(
                self._identity,
                self._user(asked_for),
                address_of_request(self._org, request),
                version=f"{NEWEST}.0" if version == "latest" else version,
            )

    def _caller(self, request: Request, parameter: str | None) -> Caller:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() not in ("bearer", "oauth"):
            token = parameter or ""
        if not token.strip():
            raise IdentityApiError("Missing_OAuth_Token")
        with self._org.lock:
            caller = find_caller(self._identity, token.strip())
        if caller is None or not allow_identity(caller.scopes):
            raise IdentityApiError("Bad_OAuth_Token")
        return caller

    def _user(self, user_id: str) -> sqlite3.Row:
        user = self._org.user(user_id)
        if user is None:
            raise IdentityApiError("Bad_Id", status=404)
        return user


def _error_result(exc: IdentityApiError | IdentityError) -> Response:
    text = exc.word if isinstance(exc, IdentityApiError) else exc.description
    return Response(text, status_code=exc.status, media_type="text/html;charset=UTF-8")


def _json(body: Mapping[str, Any]) -> Response:
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    return Response(text, media_type="application/json;charset=UTF-8")
