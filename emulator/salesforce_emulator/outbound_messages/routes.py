"""Shows the queue: `/local-org/outbound-messages`, which only a local org has, without a sign-in.

GET     the messages and what waits, as a page for a browser and as JSON for all else
POST    tries all that wait at once
"""

from html import escape
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from salesforce_emulator.http.responses import json_response
from salesforce_emulator.outbound_messages.message import outbound_messages_of

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

PATH: Final = "/local-org/outbound-messages"

_PAGE: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="5">'
    "<title>Outbound messages</title>"
    "<style>body{{font:14px sans-serif;margin:2rem}}td,th{{text-align:left;padding:.3rem 1rem}}"
    "</style><h1>Outbound messages</h1>{messages}<h2>Waiting to be delivered</h2>{waiting}"
    '<form method="post"><button>Retry all now</button></form></html>'
)


def routes(org: "Org") -> list[Route]:
    """Return the admin routes."""

    async def show(request: Request) -> Response:
        state = _state(org)
        if "text/html" in request.headers.get("accept", ""):
            tables = {key: _table(rows) for key, rows in state.items()}
            return HTMLResponse(_PAGE.format(**tables))
        return json_response(request, state)

    async def retry(request: Request) -> Response:
        outbound_messages_of(org).queue.retry_all()
        return await show(request)

    return [Route(PATH, show, methods=["GET"]), Route(PATH, retry, methods=["POST"])]


def _state(org: "Org") -> dict[str, list[dict[str, Any]]]:
    messages = outbound_messages_of(org)
    return {
        "messages": [
            {
                "id": message.id,
                "name": message.name,
                "object": message.sobject,
                "fields": list(message.fields),
                "endpoint": message.endpoint,
            }
            for message in messages
        ],
        "waiting": [
            {
                "id": item.id,
                "message": item.message,
                "object": item.sobject,
                "record_id": item.record_id,
                "queued_at": item.queued_at,
                "attempts": item.attempts,
                "next_at": item.next_at,
                "failure": item.failure,
            }
            for item in messages.queue.waiting()
        ],
    }


def _table(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "<p>None.</p>"
    head = "".join(f"<th>{escape(name)}" for name in rows[0])
    lines = ["".join(f"<td>{escape(str(value))}" for value in row.values()) for row in rows]
    return f"<table><tr>{head}<tr>{'<tr>'.join(lines)}</table>"
