"""API versions: which there are, which are retired, and what is to be found below one.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_versions.htm
"""

import re
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator import errors
from salesforce_emulator.http.calls import call_of
from salesforce_emulator.http.responses import answer
from salesforce_emulator.identity.oauth_routes import address_of_request

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

OLDEST: Final = 31  # 21 to 30 were retired with Summer '25
NEWEST: Final = 68  # Winter '27
RETIRED: Final = range(7, OLDEST)

RESOURCES: Final = (
    "search", "parameterizedSearch", "queryAll", "composite", "jobs", "recent", "limits", "query",
    "sobjects", "actions", "quickActions", "process", "analytics", "tabs", "tooling",
)  # fmt: skip
"""What the local org offers below a version, as a real org orders it."""

_VERSION: Final = re.compile(r"v(\d{1,3})\.0", re.ASCII | re.IGNORECASE)
_RELEASES: Final = ("Winter", "Spring", "Summer")


def routes(org: "Org") -> list[Route]:
    """Give the routes of the version list and of the resource list."""

    async def versions(request: Request) -> Response:
        return answer(request, [_version(number) for number in range(OLDEST, NEWEST + 1)])

    async def resources(request: Request) -> Response:
        call = call_of(request)
        root = f"/services/data/{call.version}"
        listed = {name: f"{root}/{name}" for name in RESOURCES}
        host = address_of_request(org, request).identity
        listed["identity"] = f"{host}/id/{org.org_id}/{call.caller.user_id}"
        return answer(request, listed)

    return [
        Route("/services/data", versions, methods=["GET"]),
        Route("/services/data/{version}", resources, methods=["GET"]),
    ]


def label(number: int) -> str:
    """Name a version's release: three a year, Winter '25 being 62."""
    years, season = divmod(number - 62, len(_RELEASES))
    return f"{_RELEASES[season]} '{25 + years}"


def _version(number: int) -> dict[str, str]:
    version = f"{number}.0"
    return {"label": label(number), "url": f"/services/data/v{version}", "version": version}


def parse_version(text: str) -> str:
    """Give a version as URLs have it, `v68.0`.

    Raises:
        SalesforceError: NOT_FOUND when there is none such, UNSUPPORTED_API_VERSION when it is
            retired.
    """
    match = _VERSION.fullmatch(text)
    if match is None:
        raise errors.not_found()
    number = int(match[1])
    if number in RETIRED:
        raise errors.version_retired(f"{number}.0")
    if not OLDEST <= number <= NEWEST:
        raise errors.not_found()
    return f"v{number}.0"
