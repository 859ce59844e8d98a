"""`/services/Soap/u/{version}`: the partner API over HTTP.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_partner.htm
"""

from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator import errors, soap
from salesforce_emulator.http.body import decompressed
from salesforce_emulator.http.versions import parse_version
from salesforce_emulator.identity import authenticate

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

_XML: Final = "text/xml; charset=UTF-8"
_ACCEPTS_JWT: Final = 68.0  # API version from which a JWT-based access token is a session
_NO_SESSION: Final = "Invalid Session ID found in SessionHeader: Illegal Session"


def routes(org: "Org") -> list[Route]:
    """Return the routes; the org's id after the version is ignored."""

    async def partner(request: Request) -> Response:
        try:
            return _answer(org, request, await request.body())
        except soap.Fault as error:
            return Response(soap.fault(error), 500, {"Content-Type": _XML})

    return [
        Route("/services/Soap/u/{version}", partner, methods=["POST"]),
        Route("/services/Soap/u/{version}/{org_id}", partner, methods=["POST"]),
    ]


def _answer(org: "Org", request: Request, body: bytes) -> Response:
    try:
        parse_version(f"v{request.path_params['version']}")
        data = decompressed(body, request.headers.get("content-encoding"))
    except errors.SalesforceError as error:
        raise soap.Fault(error.code, error.message) from None
    message = soap.parse(data)
    if message.operation == "login":
        raise soap.Fault(
            "FUNCTIONALITY_NOT_ENABLED",
            "The local org does not offer login by SOAP, which Salesforce retires; use OAuth.",
        )
    version = float(request.path_params["version"])
    if message.session_id.startswith("eyJ") and version < _ACCEPTS_JWT:
        raise soap.Fault("INVALID_SESSION_ID", _NO_SESSION)
    try:
        caller = authenticate(org, f"Bearer {message.session_id}" if message.session_id else None)
        with org.lock:
            org.limits.count(caller.app_name)
            results = soap.run(org, org.access(caller.user_id), message)
            used, maximum = org.limits.api_used, org.limits.api_max
    except errors.SalesforceError as error:
        is_session = "INVALID_SESSION_ID" in error.code or error.status == 401
        code = "INVALID_SESSION_ID" if is_session else error.code
        raise soap.Fault(code, _NO_SESSION if is_session else error.message) from None
    return Response(
        soap.reply(message.operation, results, used, maximum), headers={"Content-Type": _XML}
    )
