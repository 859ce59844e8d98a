"""Compares two responses: status, headers, keys and their order, JSON types, and some values.

Values differ from org to org. Those that count are the ones that a client acts on: `success`,
`created`, `done`, `totalSize`, `hasErrors`, an error's code, fields and text (ids in it aside).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import httpx

from conformance.recorded.recording import CUT, Recording

_ID: Final = re.compile(r"\b[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?\b")
_DATETIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?:\+0000|Z)")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_CODES: Final = frozenset({"errorCode", "statusCode"})
_ERROR_VALUES: Final = frozenset({"message", "errorCode", "statusCode", "error", "fields"})
_VALUES: Final = frozenset(
    {"success", "created", "done", "totalSize", "hasErrors", "isSuccessful", "httpStatusCode"}
    | {"maxBatchSize", "encoding", "state", "token_type", "error", "error_description"}
)
_OPEN: Final = frozenset(  # lists of what an org has: compared item by item, by name
    {"fields", "childRelationships", "sobjects", "sObjects", "picklistValues"}
    | {"recordTypeInfos", "supportedScopes", "recentItems", "listviews"}
)
_NAMED: Final = ("name", "relationshipName", "value")
_COMPARED: Final = ("sforce-limit-info", "last-modified", "etag", "location", "www-authenticate")
_EQUAL: Final = ("content-type", "x-robots-tag", "x-content-type-options")


def differences(
    recording: Recording, response: httpx.Response, own: frozenset[str] = frozenset()
) -> list[str]:
    """List the differences between a response and the recorded one.

    Args:
        own: Names, in lower case, of fields that the recorded org's edition or features add.
    """
    if response.status_code != recording.status:
        return [f"status {response.status_code} for {recording.status}: {response.text[:200]}"]
    result = list(_headers(recording.headers, response.headers))
    if recording.method == "HEAD" or recording.answer is None:
        return result
    try:
        body = response.json() if response.content else ""
    except ValueError:
        body = response.text
    if isinstance(recording.answer, str) and recording.answer.lstrip().startswith("<"):
        result.extend(_xml(recording.answer, response.text))
    elif isinstance(recording.answer, str) and recording.answer and isinstance(body, str):
        recorded_line, line = recording.answer.splitlines()[0], body.partition("\n")[0]
        if recorded_line != line:  # a CSV header; rows differ
            result.append(f"its first line is {line[:150]!r} for {recorded_line[:150]!r}")
    else:
        result.extend(_bodies(recording.answer, body, "$", own))
    return result


def _headers(recorded: Mapping[str, str], actual: Mapping[str, str]) -> Iterator[str]:
    """Compare headers of the API; others differ from org to org."""
    if "date" not in recorded:  # the recording kept the type alone, or nothing
        if "content-type" in recorded and recorded["content-type"] != actual.get("content-type"):
            yield f"content-type {actual.get('content-type')} for {recorded['content-type']}"
        return
    for name in _COMPARED:
        if name in recorded and name not in actual:
            yield f"no header {name}"
        if name in actual and name not in recorded:
            yield f"header {name} that was not recorded"
    for name in _EQUAL:
        if name in recorded and recorded[name] != actual.get(name):
            yield f"{name}: {actual.get(name)} for {recorded[name]}"
    location = recorded.get("location")
    if location is not None and _text(location) != _text(actual.get("location", "")):
        yield f"location {actual.get('location')} for {location}"


def _xml(recorded: str, actual: str) -> Iterator[str]:
    """Compare the names of elements, in order, each once."""
    recorded_names, actual_names = (
        list(dict.fromkeys(re.findall(r"<(?:\w+:)?(\w+)", item))) for item in (recorded, actual)
    )
    if recorded_names != actual_names:
        yield f"its elements are {actual_names[:12]} for {recorded_names[:12]}"


def _bodies(recorded: Any, actual: Any, where: str, own: frozenset[str]) -> Iterator[str]:
    if recorded is None or actual is None:  # a null has no type
        return
    if CUT in (recorded, actual):
        return
    if _kind(recorded) != _kind(actual):
        yield f"{where} is {_kind(actual)} for {_kind(recorded)}"
    elif isinstance(recorded, dict):
        yield from _objects(recorded, actual, where, own)
    elif isinstance(recorded, list):
        yield from _lists(recorded, actual, where, own)


def _objects(
    recorded: dict[str, Any], actual: dict[str, Any], where: str, own: frozenset[str]
) -> Iterator[str]:
    if where.endswith(".urls"):  # which there are depends on the sobject's features
        actual = {key: actual[key] for key in actual if key in recorded}
        recorded = {key: recorded[key] for key in recorded if key in actual}
    elif where.endswith(".attributes") and "url" not in recorded:  # its cleaner left it out
        actual = {key: value for key, value in actual.items() if key != "url"}
    elif "attributes" in recorded and "LastModifiedById" in recorded and "Id" in actual:
        yield from _records(recorded, actual, where, own)
        return
    if list(recorded) != list(actual):
        yield f"{where} has keys {_delta(list(actual), list(recorded))}"
    is_error = not _CODES.isdisjoint(recorded) or "error" in recorded
    for key in recorded:
        if key not in actual:
            continue
        if (is_error and key in _ERROR_VALUES) or key in _VALUES:
            if _is_scalar(recorded[key]) and _text(recorded[key]) != _text(actual[key]):
                yield f"{where}.{key} {actual[key]!r} for {recorded[key]!r}"
            elif key == "fields" and recorded[key] != actual[key]:
                yield f"{where}.fields {actual[key]} for {recorded[key]}"
            elif not _is_scalar(recorded[key]) and key != "fields":
                yield from _bodies(recorded[key], actual[key], f"{where}.{key}", own)
        else:
            yield from _bodies(recorded[key], actual[key], f"{where}.{key}", own)


def _records(
    recorded: dict[str, Any], actual: dict[str, Any], where: str, own: frozenset[str]
) -> Iterator[str]:
    """Compare records with all their fields, both ways, but for what features add."""
    both = [key for key in recorded if key in actual]
    if both != [key for key in actual if key in recorded]:
        yield f"{where} has its fields in another order"
    missing = [key for key in recorded if key not in actual and key.lower() not in own]
    if missing:
        yield f"{where} lacks the fields {missing}"
    if len(recorded) > len(actual):
        extra = [key for key in actual if key not in recorded and key.lower() not in own]
        if extra:
            yield f"{where} has the fields {extra} that were not recorded"
    for key in both:
        yield from _bodies(recorded[key], actual[key], f"{where}.{key}", own)


def _lists(
    recorded: list[Any], actual: list[Any], where: str, own: frozenset[str]
) -> Iterator[str]:
    if where.endswith(".picklistValues") and not (recorded and actual):
        return  # an org's administrator decides whether there are any
    if bool(recorded) != bool(actual):
        yield f"{where} has {len(actual)} items for {len(recorded)}"
        return
    if not recorded:
        return
    if where.rpartition(".")[2] in _OPEN and isinstance(recorded[0], dict):
        yield from _described(recorded, actual, where, own)
        return
    if len(recorded) != len(actual):
        yield f"{where} has {len(actual)} items for {len(recorded)}"
    for number, (actual_item, recorded_item) in enumerate(zip(actual, recorded, strict=False)):
        yield from _bodies(recorded_item, actual_item, f"{where}[{number}]", own)


def _described(
    recorded: list[Any], actual: list[Any], where: str, own: frozenset[str]
) -> Iterator[str]:
    """Compare items of a describe by name: orgs differ in their items, not in their form."""
    name = next((item for item in _NAMED if item in recorded[0]), None)
    if name is None:
        yield from _bodies(recorded[0], actual[0], f"{where}[0]", own)
        return
    by_name = {item.get(name): item for item in actual}
    both = [item for item in recorded if item.get(name) in by_name]
    if not both:
        yield f"{where} has none of the recorded names"
    for recorded_item in both:
        yield from _bodies(
            recorded_item, by_name[recorded_item[name]], f"{where}[{recorded_item[name]}]", own
        )


def _delta(actual: list[str], recorded: list[str]) -> str:
    more = [key for key in actual if key not in recorded]
    less = [key for key in recorded if key not in actual]
    if not more and not less:
        return f"in another order: {actual[:8]} for {recorded[:8]}"
    return f"more {more[:6]}, less {less[:6]}"


def _is_scalar(value: Any) -> bool:
    return not isinstance(value, dict | list)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        if _DATETIME.fullmatch(value):
            return "datetime"
        return "date" if _DATE.fullmatch(value) else "string"
    return type(value).__name__


def _text(value: Any) -> Any:
    return _ID.sub("<id>", value) if isinstance(value, str) else value
