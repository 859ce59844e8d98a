"""Compares two answers: status, headers, keys and their order, JSON types, and some values.

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
    """Say in which ways an answer is not like the recorded one.

    Args:
        own: Names, in lower case, of fields that the recorded org's edition or features add.
    """
    if response.status_code != recording.status:
        return [f"status {response.status_code} for {recording.status}: {response.text[:200]}"]
    found = list(_headers(recording.headers, response.headers))
    if recording.method == "HEAD" or recording.answer is None:
        return found
    try:
        body = response.json() if response.content else ""
    except ValueError:
        body = response.text
    if isinstance(recording.answer, str) and recording.answer.lstrip().startswith("<"):
        found.extend(_xml(recording.answer, response.text))
    elif isinstance(recording.answer, str) and recording.answer and isinstance(body, str):
        theirs, ours = recording.answer.splitlines()[0], body.partition("\n")[0]
        if theirs != ours:  # of CSV the header; the rows are the org's own
            found.append(f"its first line is {ours[:150]!r} for {theirs[:150]!r}")
    else:
        found.extend(_bodies(recording.answer, body, "$", own))
    return found


def _headers(recorded: Mapping[str, str], given: Mapping[str, str]) -> Iterator[str]:
    """Compare those that say something of the API; each org has others besides."""
    if "date" not in recorded:  # the recording kept the type alone, or nothing
        if "content-type" in recorded and recorded["content-type"] != given.get("content-type"):
            yield f"content-type {given.get('content-type')} for {recorded['content-type']}"
        return
    for name in _COMPARED:
        if name in recorded and name not in given:
            yield f"no header {name}"
        if name in given and name not in recorded:
            yield f"header {name} that was not recorded"
    for name in _EQUAL:
        if name in recorded and recorded[name] != given.get(name):
            yield f"{name}: {given.get(name)} for {recorded[name]}"
    location = recorded.get("location")
    if location is not None and _text(location) != _text(given.get("location", "")):
        yield f"location {given.get('location')} for {location}"


def _xml(recorded: str, given: str) -> Iterator[str]:
    """Compare the names of elements, in order, each once."""
    theirs, ours = (
        list(dict.fromkeys(re.findall(r"<(?:\w+:)?(\w+)", item))) for item in (recorded, given)
    )
    if theirs != ours:
        yield f"its elements are {ours[:12]} for {theirs[:12]}"


def _bodies(recorded: Any, given: Any, where: str, own: frozenset[str]) -> Iterator[str]:
    if recorded is None or given is None:  # a field without a value tells nothing of its type
        return
    if CUT in (recorded, given):
        return
    if _kind(recorded) != _kind(given):
        yield f"{where} is {_kind(given)} for {_kind(recorded)}"
    elif isinstance(recorded, dict):
        yield from _objects(recorded, given, where, own)
    elif isinstance(recorded, list):
        yield from _lists(recorded, given, where, own)


def _objects(
    recorded: dict[str, Any], given: dict[str, Any], where: str, own: frozenset[str]
) -> Iterator[str]:
    if where.endswith(".urls"):  # which there are depends on the sobject's features
        given = {key: given[key] for key in given if key in recorded}
        recorded = {key: recorded[key] for key in recorded if key in given}
    elif where.endswith(".attributes") and "url" not in recorded:  # its cleaner left it out
        given = {key: value for key, value in given.items() if key != "url"}
    elif "attributes" in recorded and "LastModifiedById" in recorded and "Id" in given:
        yield from _records(recorded, given, where, own)
        return
    if list(recorded) != list(given):
        yield f"{where} has keys {_delta(list(given), list(recorded))}"
    is_error = not _CODES.isdisjoint(recorded) or "error" in recorded
    for key in recorded:
        if key not in given:
            continue
        if (is_error and key in _ERROR_VALUES) or key in _VALUES:
            if _is_scalar(recorded[key]) and _text(recorded[key]) != _text(given[key]):
                yield f"{where}.{key} {given[key]!r} for {recorded[key]!r}"
            elif key == "fields" and recorded[key] != given[key]:
                yield f"{where}.fields {given[key]} for {recorded[key]}"
            elif not _is_scalar(recorded[key]) and key != "fields":
                yield from _bodies(recorded[key], given[key], f"{where}.{key}", own)
        else:
            yield from _bodies(recorded[key], given[key], f"{where}.{key}", own)


def _records(
    recorded: dict[str, Any], given: dict[str, Any], where: str, own: frozenset[str]
) -> Iterator[str]:
    """Compare records with all their fields, both ways, but for what features add."""
    both = [key for key in recorded if key in given]
    if both != [key for key in given if key in recorded]:
        yield f"{where} has its fields in another order"
    missing = [key for key in recorded if key not in given and key.lower() not in own]
    if missing:
        yield f"{where} lacks the fields {missing}"
    if len(recorded) > len(given):
        extra = [key for key in given if key not in recorded and key.lower() not in own]
        if extra:
            yield f"{where} has the fields {extra} that were not recorded"
    for key in both:
        yield from _bodies(recorded[key], given[key], f"{where}.{key}", own)


def _lists(recorded: list[Any], given: list[Any], where: str, own: frozenset[str]) -> Iterator[str]:
    if where.endswith(".picklistValues") and not (recorded and given):
        return  # an org's administrator decides whether there are any
    if bool(recorded) != bool(given):
        yield f"{where} has {len(given)} items for {len(recorded)}"
        return
    if not recorded:
        return
    if where.rpartition(".")[2] in _OPEN and isinstance(recorded[0], dict):
        yield from _described(recorded, given, where, own)
        return
    if len(recorded) != len(given):
        yield f"{where} has {len(given)} items for {len(recorded)}"
    for number, (ours, theirs) in enumerate(zip(given, recorded, strict=False)):
        yield from _bodies(theirs, ours, f"{where}[{number}]", own)


def _described(
    recorded: list[Any], given: list[Any], where: str, own: frozenset[str]
) -> Iterator[str]:
    """Compare what describe lists, by name: orgs differ in what they have, not in how it looks."""
    name = next((item for item in _NAMED if item in recorded[0]), None)
    if name is None:
        yield from _bodies(recorded[0], given[0], f"{where}[0]", own)
        return
    ours = {item.get(name): item for item in given}
    both = [item for item in recorded if item.get(name) in ours]
    if not both:
        yield f"{where} has none of the recorded names"
    for each in both:
        yield from _bodies(each, ours[each[name]], f"{where}[{each[name]}]", own)


def _delta(given: list[str], recorded: list[str]) -> str:
    more = [key for key in given if key not in recorded]
    less = [key for key in recorded if key not in given]
    if not more and not less:
        return f"in another order: {given[:8]} for {recorded[:8]}"
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
