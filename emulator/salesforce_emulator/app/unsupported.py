"""APIs that a real org has and the local org has not: the error names the API.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_list.htm
"""

from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator import errors, soap
from salesforce_emulator.http.calls import call_of
from salesforce_emulator.http.responses import json_response

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

NAMES: Final = (
    "appMenu", "async", "async-queries", "commerce", "consent", "contact-tracing", "dedupe",
    "domino", "eclair", "emailConnect", "event", "fingerprint", "folders", "iot", "jsonxform",
    "knowledgeManagement", "licensing", "localizedvalue", "metadata", "mobile", "nouns",
    "payments", "prechatForms", "scheduling", "serviceTemplates", "smartdatadiscovery",
    "support", "tokenizer", "wave",
)  # fmt: skip
SOAP: Final = {  # by what is after /services/Soap/
    "c": "the enterprise WSDL",
    "m": "the Metadata API",
    "s": "Apex by SOAP",
    "t": "the Tooling API by SOAP",
}
_DATALOAD: Final = "http://www.force.com/2009/06/asyncapi/dataload"  # Bulk API Developer Guide
_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")


def routes(org: "Org") -> list[Route]:
    """Return the routes."""
    del org

    async def refuse(request: Request) -> Response:
        raise errors.not_offered("/".join(call_of(request).segments[:2]))

    async def refuse_soap(request: Request) -> Response:
        api = SOAP.get(request.path_params["api"].lower())
        if api is None:
            raise errors.not_found()
        text = errors.not_offered(api).message
        error = soap.fault(soap.Fault("FUNCTIONALITY_NOT_ENABLED", text))
        return Response(error, 500, {"Content-Type": "text/xml; charset=UTF-8"})

    async def refuse_streaming(_: Request) -> Response:
        raise errors.not_offered("the Streaming API")

    async def refuse_bulk(request: Request) -> Response:
        text = errors.not_offered("Bulk API 1.0").message + " Use Bulk API 2.0: /jobs/ingest."
        values = {"exceptionCode": "FeatureNotEnabled", "exceptionMessage": text}
        if "json" in request.headers.get("content-type", ""):
            return json_response(request, values, 501)
        inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in values.items())
        body = f'<?xml version="1.0" encoding="UTF-8"?><error xmlns="{_DATALOAD}">{inner}</error>'
        return Response(body, 501, {"Content-Type": "application/xml"})

    return [
        Route("/services/Soap/{api}/{rest:path}", refuse_soap, methods=["POST"]),
        Route("/services/async/{rest:path}", refuse_bulk, methods=_METHODS),
        Route("/cometd/{rest:path}", refuse_streaming, methods=_METHODS),
    ] + [
        Route(f"/services/data/{{version}}/{name}{rest}", refuse, methods=_METHODS)
        for name in NAMES
        for rest in ("", "/{rest:path}")
    ]
