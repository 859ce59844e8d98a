"""Generates the OpenAPI document of the API from its routes."""

import re
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connector_host.own_distribution import own_distribution

_OBJECT: Final = {"type": "object", "additionalProperties": True}
_TEXT: Final = {"type": "string"}
_TEXTS: Final = {"type": "array", "items": _TEXT}
_OPTIONAL: Final = {"type": ["string", "null"]}

# The properties that routes read from their bodies, by the name of the operation.
_BODIES: Final[dict[str, dict[str, Any]]] = {
    "add_connection": {
        "name": _TEXT,
        "connector": _TEXT,
        "method": _TEXT,
        "settings": _OBJECT,
        "app": _OPTIONAL,
    },
    "change_settings": {"settings": _OBJECT, "app": _OPTIONAL},
    "rename_connection": {"name": _TEXT},
    "set_access": {"owner": _OPTIONAL, "users": _TEXTS, "groups": _TEXTS},
    "live_schema": {"inputs": _OBJECT},
    "run": {"inputs": _OBJECT, "explain": {"type": "boolean"}},
    "list_options": {"inputs": _OBJECT, "search": _TEXT, "page": _OPTIONAL},
    "try_trigger": {"inputs": _OBJECT, "cursor": {"type": ["object", "null"]}},
    "begin": {
        "name": _TEXT,
        "connector": _TEXT,
        "method": _TEXT,
        "settings": _OBJECT,
        "app": _OPTIONAL,
        "again": {"type": "boolean"},
    },
    "add_profile": {"name": _TEXT, "connector": _TEXT, "settings": _OBJECT, "hosts": _TEXTS},
    "rotate_profile": {"secrets": _OBJECT},
    "add_trigger": {
        "name": _TEXT,
        "connection": _TEXT,
        "trigger": _TEXT,
        "inputs": _OBJECT,
    },
}
_QUERIES: Final[dict[str, tuple[str, ...]]] = {
    "get_guide": ("variant",),
    "remove_connection": ("revoke",),
    "list_runs": ("connection", "action", "outcome", "before"),
    "list_audit": ("connection",),
}
_EVENTS: Final = {"run", "test"}

_PROBLEM: Final = {
    "type": "object",
    "required": ["title", "status", "detail", "kind", "code", "remedy", "fields"],
    "properties": {
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "kind": {
            "type": "string",
            "enum": ["rejected", "unauthorized", "forbidden", "retryable", "bad_reply"],
        },
        "code": _TEXT,
        "remedy": _TEXT,
        "fields": _TEXTS,
        "retry_after": {"type": ["number", "null"]},
        "sent": {"type": "boolean"},
    },
}


async def document(request: Request) -> Response:
    """Return the OpenAPI document."""
    paths: dict[str, dict[str, Any]] = {}
    for route in request.app.routes:
        if isinstance(route, Route) and route.path.startswith("/api/"):
            methods = (route.methods or set()) - {"HEAD"}
            for method in methods:
                paths.setdefault(route.path, {})[method.lower()] = _operation(route)
    own = own_distribution()
    return JSONResponse(
        {
            "openapi": "3.1.0",
            "info": {"title": "Connector host", "version": own.version or "0"},
            "servers": [{"url": request.app.state.base_url(request)}],
            "paths": paths,
            "components": {"schemas": {"Problem": _PROBLEM}},
        }
    )


def _operation(route: Route) -> dict[str, Any]:
    summary = (route.endpoint.__doc__ or "").strip().partition("\n")[0]
    content: dict[str, Any] = {"application/json": {}}
    if route.name in _EVENTS:
        content["text/event-stream"] = {}
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": summary,
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": _TEXT}
            for name in re.findall(r"{(\w+)}", route.path)
        ]
        + [{"name": name, "in": "query", "schema": _TEXT} for name in _QUERIES.get(route.name, ())],
        "responses": {
            "2XX": {"description": "Done.", "content": content},
            "default": {
                "description": "An error.",
                "content": {"application/problem+json": problem},
            },
        },
    }
    if body := _BODIES.get(route.name):
        schema = {"type": "object", "properties": body}
        operation["requestBody"] = {"content": {"application/json": {"schema": schema}}}
    return operation
