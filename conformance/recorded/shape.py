"""Compares two answers by shape: status, keys and their order, JSON types, headers, errors.

Values differ from org to org; of them only an error's code and text count, ids in it aside.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import httpx

from conformance.recorded.pairs import Pair

_ID: Final = re.compile(r"\b[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?\b")
_CODES: Final = frozenset({"errorCode", "statusCode"})
_ERROR_KEYS: Final = frozenset({"message", "errorCode", "statusCode"})
_OPEN: Final = frozenset(  # lists of what an org has: compared item by item, by name
    {"fields", "childRelationships", "sobjects", "sObjects", "picklistValues"}
    | {"recordTypeInfos", "supportedScopes"}
)
_NAMED: Final = ("name", "relationshipName", "value")


def differences(pair: Pair, answer: httpx.Response) -> list[str]:
    """Say in which ways an answer is not like the recorded one."""
    found = []
    if answer.status_code != pair.status:
        found.append(f"status {answer.status_code} for {pair.status}: {answer.text[:150]}")
        return found
    found.extend(_headers(pair.headers, answer.headers))
    body = answer.json() if answer.content else ""
    found.extend(_bodies(pair.answer, body, "$"))
    return found


def _headers(recorded: Mapping[str, str], given: Mapping[str, str]) -> Iterator[str]:
    """Compare those that say something of the API; each org has others besides."""
    if "date" not in recorded:  # the recording kept the type alone, or nothing
        if "content-type" in recorded and recorded["content-type"] != given.get("content-type"):
            yield f"content-type {given.get('content-type')}"
        return
    for name in ("sforce-limit-info", "last-modified", "etag", "location", "www-authenticate"):
        if name in recorded and name not in given:
            yield f"no header {name}"
        if name in given and name not in recorded:
            yield f"header {name} that was not recorded"
    for name in ("content-type", "x-robots-tag", "x-content-type-options"):
        if name in recorded and recorded[name] != given.get(name):
            yield f"{name}: {given.get(name)} for {recorded[name]}"
    if "location" in recorded and _ID.sub("", recorded["location"]) != _ID.sub(
        "", given.get("location", "")
    ):
        yield f"location {given.get('location')} for {recorded['location']}"


def _bodies(recorded: Any, given: Any, where: str) -> Iterator[str]:
    if recorded is None or given is None:  # a field without a value tells nothing of its type
        return
    if _kind(recorded) != _kind(given):
        yield f"{where} is {_kind(given)} for {_kind(recorded)}"
    elif isinstance(recorded, dict):
        yield from _objects(recorded, given, where)
    elif isinstance(recorded, list):
        yield from _lists(recorded, given, where)


def _objects(recorded: dict[str, Any], given: dict[str, Any], where: str) -> Iterator[str]:
    if where.endswith(".urls"):  # which there are depends on the sobject's features
        given = {key: given[key] for key in given if key in recorded}
        recorded = {key: recorded[key] for key in recorded if key in given}
    elif "attributes" in recorded and "LastModifiedById" in recorded and "Id" in given:
        yield from _whole(recorded, given, where)
        return
    if list(recorded) != list(given):
        yield f"{where} has keys {_delta(list(given), list(recorded))}"
    for key in recorded:
        if key not in given:
            continue
        if key in _ERROR_KEYS and not _CODES.isdisjoint(recorded):
            if _text(recorded[key]) != _text(given[key]):
                yield f"{where}.{key} {given[key]!r} for {recorded[key]!r}"
        else:
            yield from _bodies(recorded[key], given[key], f"{where}.{key}")


def _whole(recorded: dict[str, Any], given: dict[str, Any], where: str) -> Iterator[str]:
    """Compare records with all their fields: which they have is a matter of edition and release."""
    both = [key for key in recorded if key in given]
    if both != [key for key in given if key in recorded]:
        yield f"{where} has its fields in another order"
    for key in both:
        yield from _bodies(recorded[key], given[key], f"{where}.{key}")


def _lists(recorded: list[Any], given: list[Any], where: str) -> Iterator[str]:
    if where.endswith(".picklistValues") and not (recorded and given):
        return  # an org's administrator decides whether there are any
    if bool(recorded) != bool(given):
        yield f"{where} has {len(given)} items for {len(recorded)}"
        return
    if not recorded:
        return
    if where.rpartition(".")[2] in _OPEN and isinstance(recorded[0], dict):
        yield from _described(recorded, given, where)
        return
    if len(recorded) != len(given):
        yield f"{where} has {len(given)} items for {len(recorded)}"
    for number, (ours, theirs) in enumerate(zip(given, recorded, strict=False)):
        yield from _bodies(theirs, ours, f"{where}[{number}]")


def _described(recorded: list[Any], given: list[Any], where: str) -> Iterator[str]:
    """Compare what describe lists, by name: orgs differ in what they have, not in how it looks."""
    name = next((each for each in _NAMED if each in recorded[0]), None)
    if name is None:
        yield from _bodies(recorded[0], given[0], f"{where}[0]")
        return
    ours = {each[name]: each for each in given}
    both = [each for each in recorded if each[name] in ours]
    if not both:
        yield f"{where} has none of the recorded names"
    for each in both:
        yield from _bodies(each, ours[each[name]], f"{where}[{each[name]}]")


def _delta(given: list[str], recorded: list[str]) -> str:
    more = [key for key in given if key not in recorded]
    less = [key for key in recorded if key not in given]
    if not more and not less:
        return f"in another order: {given[:8]} for {recorded[:8]}"
    return f"more {more[:6]}, less {less[:6]}"


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return type(value).__name__


def _text(value: Any) -> Any:
    return _ID.sub("<id>", value) if isinstance(value, str) else value
