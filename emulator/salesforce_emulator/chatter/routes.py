"""Chatter and Connect, as far as signing in and looking around need them.

https://developer.salesforce.com/docs/atlas.en-us.chatterapi.meta/chatterapi/connect_resources_users_profile.htm
"""

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator import errors
from salesforce_emulator.http.calls import call_of
from salesforce_emulator.http.responses import json_response
from salesforce_emulator.schema.ids import parse_id

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


def routes(org: "Org") -> list[Route]:
    """Return the routes; others of a real org answer with an error that names them."""

    async def user(request: Request) -> Response:
        call = call_of(request)
        name = call.segments[2]
        user_id = call.caller.user_id if name.lower() == "me" else parse_id(name)
        row = None if user_id is None else org.user(user_id)
        if row is None:
            raise errors.not_found()
        return json_response(request, _user(dict(row), call.version))

    async def communities(request: Request) -> Response:
        return json_response(request, {"communities": [], "total": 0})

    async def others(request: Request) -> Response:
        raise errors.not_offered("/".join(call_of(request).segments))

    root = "/services/data/{version}"
    return [
        *(
            Route(f"{root}/{home}/users/{{user}}", user, methods=["GET"])
            for home in ("chatter", "connect")
        ),
        Route(f"{root}/connect/communities", communities, methods=["GET"]),
        *(
            Route(f"{root}/{home}{rest}", others, methods=["GET", "POST", "PATCH", "PUT", "DELETE"])
            for home in ("chatter", "connect")
            for rest in ("", "/{rest:path}")
        ),
    ]


def _user(row: dict[str, Any], version: str) -> dict[str, Any]:
    return {
        "companyName": row["CompanyName"],
        "displayName": row["Name"],
        "email": row["Email"],
        "firstName": row["FirstName"],
        "id": row["Id"],
        "isActive": bool(row["IsActive"]),
        "isInThisCommunity": True,
        "lastName": row["LastName"],
        "name": row["Name"],
        "title": row["Title"],
        "type": "User",
        "url": f"/services/data/{version}/chatter/users/{row['Id']}",
        "userType": "Internal",
        "username": row["Username"],
    }
