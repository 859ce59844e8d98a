"""`/services/data`: the API versions, and the resources of one.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_versions.htm
"""

from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator.http.calls import call_of
from salesforce_emulator.http.responses import json_response
from salesforce_emulator.http.versions import NEWEST, OLDEST, label
from salesforce_emulator.identity.request_address import address_of_request
from salesforce_emulator.schema.key_order import hashed

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

RESOURCES: Final = {  # name -> the version that it came with
    **dict.fromkeys(
        (
            "actions", "analytics", "appMenu", "async-queries", "chatter", "commerce",
            "compactLayouts", "composite", "connect", "dedupe", "eclair", "emailConnect", "event",
            "fingerprint", "folders", "iot", "jobs", "licensing", "limits", "metadata", "nouns",
            "parameterizedSearch", "prechatForms", "process", "query", "queryAll", "quickActions",
            "recent", "search", "serviceTemplates", "sobjects", "support", "tabs", "theme",
            "tooling", "wave",
        ),
        OLDEST,
    ),
    "consent": 44,
    "knowledgeManagement": 44,
    "localizedvalue": 46,
    "smartdatadiscovery": 46,
    "mobile": 48,
    "payments": 48,
    "scheduling": 48,
    "contact-tracing": 49,
    "jsonxform": 49,
    "tokenizer": 49,
    "domino": 50,
    "async": 66,
}  # fmt: skip
"""What a real org lists below a version; what the local org has not is refused by name."""


def routes(org: "Org") -> list[Route]:
    """Return the routes of the version list and of the resource list."""

    async def versions(request: Request) -> Response:
        return json_response(request, [_version(number) for number in range(OLDEST, NEWEST + 1)])

    async def resources(request: Request) -> Response:
        call = call_of(request)
        root = f"/services/data/{call.version}"
        names = (name for name, since in RESOURCES.items() if since <= call.number)
        entries = {name: f"{root}/{name}" for name in names}
        host = address_of_request(org, request).identity
        entries["identity"] = f"{host}/id/{org.org_id}/{call.caller.user_id}"
        return json_response(request, hashed(entries))

    return [
        Route("/services/data", versions, methods=["GET"]),
        Route("/services/data/{version}", resources, methods=["GET"]),
    ]


def _version(number: int) -> dict[str, str]:
    version = f"{number}.0"
    return {"label": label(number), "url": f"/services/data/v{version}", "version": version}
