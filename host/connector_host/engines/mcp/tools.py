"""Selects the actions that are offered as tools, and formats results and errors for a model.

Nothing here imports the MCP package.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from connector_host.engines.fault import Fault
from connector_host.errors import BadInput
from connector_host.hookspecs import Json, JsonObject

Listing = Literal["core", "all", "gateway"]

MAX_RESULT: Final = (
    60_000  # characters of JSON: about 15,000 tokens, a tenth of a usual context window
)

GATEWAY: Final[Mapping[str, JsonObject]] = {
    "list_actions": {
        "title": "List actions",
        "description": "List the actions of this connection, with name, title and description.",
        "input": {
            "type": "object",
            "properties": {
                "search": {
                    "type": "string",
                    "title": "Search",
                    "description": "Words to search for in names and descriptions; empty for all.",
                }
            },
            "additionalProperties": False,
        },
        "readOnlyHint": True,
    },
    "describe_action": {
        "title": "Describe an action",
        "description": (
            "Return an action's input and output schemas. With some inputs set, such as the object "
            "to write to, the schemas are those of that object."
        ),
        "input": {
            "type": "object",
            "properties": {
                "action": {"type": "string", "title": "Action"},
                "inputs": {"type": "object", "title": "Inputs chosen so far"},
            },
            "required": ["action"],
            "additionalProperties": False,
        },
        "readOnlyHint": True,
    },
    "run_action": {
        "title": "Run an action",
        "description": "Run an action with inputs that are valid against its input schema.",
        "input": {
            "type": "object",
            "properties": {
                "action": {"type": "string", "title": "Action"},
                "inputs": {"type": "object", "title": "Inputs"},
            },
            "required": ["action"],
            "additionalProperties": False,
        },
        "readOnlyHint": False,
    },
}
"""The three tools of the listing `gateway`, by name."""


@dataclass(frozen=True)
class ToolOptions:
    """The options of the person who starts the server.

    Attributes:
        allow_writes: Whether to offer actions that change data.
        actions: Names of the actions to offer; empty for those of `listing`.
        listing: `core`: the manifest's small default set. `all`: every action. `gateway`: three
            tools that list, describe and run every action.
        max_result: The maximum size of one result, in characters of JSON.
    """

    allow_writes: bool = False
    actions: Sequence[str] = ()
    listing: Listing = "core"
    max_result: int = MAX_RESULT


def select_actions(entries: Sequence[JsonObject], options: ToolOptions) -> dict[str, JsonObject]:
    """Return the manifest's entries of the actions that may be called, by name.

    Args:
        entries: Those that the connection may run.

    Raises:
        BadInput: `actions` names one that does not exist, or one that writes while writes are not
            allowed.
    """
    by_name = {entry["name"]: entry for entry in entries}
    allowed = {
        name: entry
        for name, entry in by_name.items()
        if options.allow_writes or entry.get("annotations", {}).get("readOnlyHint")
    }
    for name in options.actions:
        if name not in by_name:
            raise BadInput(f"This connection has no action {name!r}.", fields=["action"])
        if name not in allowed:
            raise BadInput(
                f"The action {name!r} changes data.",
                "Start the server with --allow-writes to offer it.",
                fields=["action"],
            )
    if options.actions:
        return {name: allowed[name] for name in options.actions}
    if options.listing == "core":
        return {n: e for n, e in allowed.items() if e.get("core")} or allowed
    return allowed


def option_sources(entries: Iterable[JsonObject]) -> frozenset[str]:
    """Return the sources of options that fields of the offered actions name."""
    sources: set[str] = set()
    parts: list[Json] = [entry["input"] for entry in entries]
    while parts:
        match parts.pop():
            case list() as items:
                parts += items
            case dict() as part:
                parts += part.values()
                marked = part.get("x-dynamic-options")
                if isinstance(marked, dict):
                    sources.add(str(marked.get("source")))
    return frozenset(sources)


def search_actions(actions: Mapping[str, JsonObject], search: str) -> list[JsonObject]:
    """Return name, title, description and category of the actions that contain all words."""
    words = search.lower().split()
    return [
        {key: entry.get(key, "") for key in ("name", "title", "description", "category")}
        for entry in actions.values()
        if all(word in _searched_text(entry) for word in words)
    ]


def _searched_text(entry: JsonObject) -> str:
    return f"{entry['name']} {entry['title']} {entry['description']}".replace("_", " ").lower()


def bound_result(output: Json, limit: int) -> tuple[Json, str]:
    """Shorten the longest lists of a result until its JSON fits; return it and a note, or `""`.

    Only lists are shortened: what is left is correct, and the note says what is missing. A result
    that is still too large is replaced by None.
    """
    size = _size(output)
    if size <= limit:
        return output, ""
    shortened, notes = output, []
    while size > limit:
        longest = _longest_list(shortened, ())
        if longest is None:
            note = f"The result has {size} characters; this server returns at most {limit}."
            return None, f"{note} Request fewer fields, or a file."
        path, items = longest
        # As many as fit on average, and at least one fewer.
        count = min(len(items) - 1, len(items) * limit * 9 // (size * 10))
        shortened = _replace(shortened, path, items[:count])
        size = _size(shortened)
        notes.append((path, count, len(items)))
    first_length = {path: before for path, _, before in reversed(notes)}
    last_length = {path: after for path, after, _ in notes}
    parts = [
        f"{'.'.join(map(str, path)) or 'the list'} shows {last_length[path]} of "
        f"{first_length[path]} items"
        for path in last_length
    ]
    return shortened, f"Shortened: {'; '.join(parts)}. Narrow the request to see the rest."


def _size(value: Json) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


_Path = tuple[str | int, ...]


def _longest_list(value: Json, path: _Path) -> tuple[_Path, list[Json]] | None:
    """Return the path of the list with the longest JSON."""
    candidates: list[tuple[_Path, list[Json]]] = []
    if isinstance(value, list) and value:
        candidates.append((path, value))
    elif isinstance(value, dict):
        for key, part in value.items():
            longest = _longest_list(part, (*path, key))
            if longest is not None:
                candidates.append(longest)
    return max(candidates, key=lambda candidate: _size(candidate[1]), default=None)


def _replace(value: Json, path: _Path, part: Json) -> Json:
    if not path:
        return part
    return {**value, path[0]: _replace(value[path[0]], path[1:], part)}


def error_text(fault: Fault) -> str:
    """Format an error for a model: the message, whether to retry, and the details as JSON."""
    advice = "The same call may succeed later." if fault.retry else ""
    if fault.kind == "retryable" and not fault.retry:
        advice = "The call may have taken effect: check before you repeat it."
    lines = [f"{fault} {advice}".rstrip(), json.dumps(fault.details, ensure_ascii=False)]
    return "\n".join(lines)
