"""The path and the method that a request means."""

from typing import Final
from urllib.parse import parse_qs

from starlette.types import Scope

# Fixed parts of paths that have capitals; all others are lower case.
_SPELLED: Final = {
    name.lower(): name
    for name in (
        "queryAll",
        "recordCount",
        "parameterizedSearch",
        "compactLayouts",
        "appMenu",
        "quickActions",
        "emailConnect",
        "knowledgeManagement",
        "prechatForms",
        "serviceTemplates",
    )
}
_DEEP: Final = frozenset({"limits", "composite", "jobs", "tooling"})  # two parts are fixed
_OVERRIDES: Final = frozenset({"PATCH", "DELETE", "GET", "HEAD", "PUT"})


def normalize_segments(segments: list[str]) -> tuple[str, ...]:
    """Spell the fixed parts of a path as routes do; names, ids and values stay as they are."""
    fixed = 2 if segments and segments[0].lower() in _DEEP else 1
    fixed_segments = [
        _SPELLED.get(segment.lower(), segment.lower()) for segment in segments[:fixed]
    ]
    return (*fixed_segments, *segments[fixed:])


def override_method(scope: Scope) -> None:
    """Return the method, which `_HttpMethod` of a POST overrides; HEAD is GET.

    Whoever sends the answer leaves the body of a HEAD out: uvicorn and httpx both do.
    """
    if scope["method"] == "POST":
        override = parse_qs(scope["query_string"].decode("latin-1")).get("_HttpMethod", [""])[0]
        if override in _OVERRIDES:
            scope["method"] = override
    if scope["method"] == "HEAD":
        scope["method"] = "GET"
