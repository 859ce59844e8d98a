"""Prepares a new org so that it can answer as recorded.

Rows are inserted without the checks of a save, with the ids and values that the recording shows.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from conformance.recorded.recording import CUT, Recording
from conformance.recorded.stored_rows import insert_row
from conformance.recorded.writes import prepare_writes
from salesforce_emulator.identity import identity_of
from salesforce_emulator.org.state import Org
from salesforce_emulator.schema.ids import parse_id
from salesforce_emulator.schema.sobject import SObject

_USER_NAME: Final = "- default user -"  # that no recorded condition matches

MAX_ROWS: Final = 20_000  # inserted for a count

_CONDITION: Final = re.compile(
    r"(\w+)(?:\.(\w+))?\s*(?:=|\blike\b|\bin\b)\s*\(?\s*('(?:[^'\\]|\\.)*'|\d+(?![\d-])|true|false)",
    re.IGNORECASE,
)
_OFFSET: Final = re.compile(r"\boffset\s+(\d+)", re.IGNORECASE)
_COUNTED: Final = re.compile(r"^\s*select\s+count\(", re.IGNORECASE)


def prepare(org: Org, recording: Recording) -> None:
    """Insert the rows that the org needs to answer as recorded."""
    identity_of(org)  # creates its default users
    with org.transaction():
        org.db.execute('UPDATE "User" SET "FirstName" = NULL, "LastName" = ?', (_USER_NAME,))
        for request in (*subrequests(recording), recording):
            _prepare(org, request)


def subrequests(recording: Recording) -> Iterator[Recording]:
    """Yield the requests inside a composite or a batch as recordings of their own."""
    body = recording.body if isinstance(recording.body, dict) else {}
    reply = recording.answer if isinstance(recording.answer, dict) else {}
    requests = body.get("compositeRequest") or body.get("batchRequests") or []
    responses = reply.get("compositeResponse") or reply.get("results") or []
    for request, response in zip(requests, responses, strict=False):
        if not isinstance(request, dict) or not isinstance(response, dict):
            continue
        path, _, query = str(request.get("url", "")).partition("?")
        if not path.startswith("/services"):
            path = f"/services/data/{path.lstrip('/')}"
        yield replace(
            recording,
            method=str(request.get("method", "GET")).upper(),
            path=path,
            query=query,
            body=request.get("body") or request.get("richInput"),
            status=int(response.get("httpStatusCode") or response.get("statusCode") or 0),
            answer=response.get("body", response.get("result")),
        )


def _prepare(org: Org, recording: Recording) -> None:
    queried = org.schema.get(recording.queried)
    conditions = _conditions(org, recording, queried)
    existing = 0 if conditions or queried is None else _count(org, queried)
    for sobject, values in _records_in(org, recording.answer):
        if sobject is queried and existing > 0:  # a row of a new org takes its place
            existing -= 1
        elif sobject.name != "Organization":
            insert_row(org, sobject, _row_values(values, conditions if sobject is queried else {}))
    _fill(org, recording, queried, conditions)
    _prepare_path(org, recording)
    prepare_writes(org, recording)


def _row_values(shown: Mapping[str, Any], conditions: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a row: those of the response, unless they were cut."""
    return {
        **conditions,
        **{name: value for name, value in shown.items() if value != CUT},
        **{name: conditions.get(name, value) for name, value in shown.items() if value == CUT},
    }


def _count(org: Org, sobject: SObject) -> int:
    sql = f'SELECT COUNT(*) FROM "{sobject.name}"'  # noqa: S608 - our own name
    return int(org.db.execute(sql).fetchone()[0])


def _records_in(org: Org, answer: Any) -> Iterator[tuple[SObject, dict[str, Any]]]:
    """Yield every record in a response, with parents and children."""
    if isinstance(answer, list):
        for item in answer:
            yield from _records_in(org, item)
        return
    if not isinstance(answer, dict) or "errorCode" in answer:
        return
    attributes = answer.get("attributes")
    kind = attributes.get("type") if isinstance(attributes, dict) else None
    sobject = org.schema.get(str(kind))
    if sobject is None:
        for value in answer.values():
            yield from _records_in(org, value)
        return
    own = {name: value for name, value in answer.items() if not isinstance(value, dict | list)}
    by_url = str((attributes or {}).get("url") or "").rpartition("/")[2]  # `Id` may be cut
    record_id = parse_id(by_url) or parse_id(own.get("Id"))
    own["Id"] = record_id or org.ids.next(sobject.key_prefix)
    for name, value in answer.items():
        if not isinstance(value, dict):
            continue
        if "records" in value:
            child = sobject.child(name)
            for kind_below, values in _records_in(org, value["records"]):
                yield kind_below, {**values, **({child.field: own["Id"]} if child else {})}
        elif (link := sobject.relationship(name)) is not None:
            for above, values in _records_in(org, value):
                own[link.name] = values["Id"]
                yield above, values
    yield sobject, own


def _conditions(org: Org, recording: Recording, sobject: SObject | None) -> dict[str, Any]:
    """Return the values that a query's conditions imply for its rows."""
    values: dict[str, Any] = {}
    if sobject is None or not _rows_of(recording):
        return values
    for name, below, literal in _CONDITION.findall(recording.soql):
        value = literal.strip("'").replace("%", "")
        if literal.lower() in {"true", "false"}:
            value = int(literal.lower() == "true")
        relationship = sobject.relationship(name) if below else None
        if relationship is not None:
            target = org.schema.get(relationship.reference_to[0])
            if target is not None:
                record_id = values.get(relationship.name)
                values[relationship.name] = insert_row(org, target, {"Id": record_id, below: value})
        elif (field := sobject.field(name)) is not None and field.name != "Id":
            values.setdefault(field.name, value)
    return values


def _rows_of(recording: Recording) -> bool:
    response = recording.answer
    return isinstance(response, dict) and bool(response.get("records") or response.get("totalSize"))


def _fill(
    org: Org, recording: Recording, queried: SObject | None, conditions: Mapping[str, Any]
) -> None:
    """Insert rows up to the number that was counted, skipped, or left for further pages."""
    body = recording.answer if isinstance(recording.answer, dict) else {}
    counts = [
        (org.schema.get(str(s_object.get("name"))), s_object.get("count", 0))
        for s_object in body.get("sObjects") or ()
        if isinstance(s_object, dict)
    ]
    records = body.get("records") or []
    if _COUNTED.match(recording.soql) and "group by" not in recording.soql.lower():
        first = records[0] if records else {"expr0": body.get("totalSize", 0)}
        numbers = [item for item in first.values() if isinstance(item, int)]
        counts.append((queried, max(numbers, default=0) or None))
    elif isinstance(body.get("totalSize"), int) and body["totalSize"] > len(records) > 0:
        counts.append((queried, body["totalSize"]))
    if offset := _OFFSET.search(recording.soql):
        counts.append((queried, int(offset[1]) + max(1, len(records))))
    for sobject, count in counts:
        if sobject is not None and isinstance(count, int):
            if count == 0:  # it had records that were deleted
                insert_row(org, sobject, {"IsDeleted": True})
            for _ in range(min(count, MAX_ROWS) - _count(org, sobject)):
                insert_row(org, sobject, conditions)


def _prepare_path(org: Org, recording: Recording) -> None:
    """Insert the record of a path, unless the response is that there is none."""
    segments = recording.segments
    if len(segments) < 3 or segments[0] != "sobjects":
        return
    absent = recording.status == 404 and "ENTITY_IS_DELETED" not in str(recording.answer)
    sobject = org.schema.get(segments[1])
    if sobject is None or absent or sobject.name == "Organization":
        return
    deleted = "ENTITY_IS_DELETED" in str(recording.answer)
    if len(segments) == 3 and parse_id(segments[2]) is not None:
        insert_row(org, sobject, {"Id": segments[2], "IsDeleted": deleted, "LastName": "Recorded"})
    elif len(segments) == 4 and recording.method in {"GET", "DELETE"}:
        shown = recording.answer if isinstance(recording.answer, dict) else {}
        if (key := sobject.field(segments[2])) is not None:
            insert_row(org, sobject, {"LastName": "Recorded", **shown, key.name: segments[3]})


def as_text(body: Any) -> str:
    """Return a recorded body as it would be sent."""
    return body if isinstance(body, str) else json.dumps(body)
