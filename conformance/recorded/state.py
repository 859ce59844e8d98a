"""Brings a fresh org into the state that a recorded answer implies.

Rows are written past the checks, with the ids and values that the recording shows.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import parse_qs

from conformance.recorded.recording import CUT, Recording
from salesforce_emulator.identity import identity_of
from salesforce_emulator.org.state import Org
from salesforce_emulator.records import system_rows
from salesforce_emulator.records.plans import plan_of
from salesforce_emulator.schema.ids import parse_id
from salesforce_emulator.schema.sobject import SObject

MOST_ROWS: Final = 20_000  # that are written to make a count true

_CONDITION: Final = re.compile(
    r"(\w+)(?:\.(\w+))?\s*(?:=|\blike\b|\bin\b)\s*\(?\s*('(?:[^'\\]|\\.)*'|\d+(?![\d-])|true|false)",
    re.IGNORECASE,
)
_OFFSET: Final = re.compile(r"\boffset\s+(\d+)", re.IGNORECASE)
_COUNTED: Final = re.compile(r"^\s*select\s+count\(", re.IGNORECASE)
_HOLDER: Final = re.compile(r"duplicates value on record with id: (\w{15,18})")
_ABSENT_CODES: Final = frozenset({"NOT_FOUND", "INVALID_CROSS_REFERENCE_KEY", "MALFORMED_ID"})
_DANGLING_CODES: Final = frozenset(
    {"INVALID_CROSS_REFERENCE_KEY", "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"}
    | {"MALFORMED_ID", "ENTITY_IS_DELETED"}
)
_ID: Final = re.compile(r"\b[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?\b")


def prepare(org: Org, recording: Recording) -> None:
    """Write what must be there for the org to answer a recording as it was answered."""
    identity_of(org)  # it has users of its own
    with org.transaction():
        for each in (*subrequests(recording), recording):
            _prepare(org, each)


def subrequests(recording: Recording) -> Iterator[Recording]:
    """Give the requests inside a composite or a batch as recordings of their own."""
    body = recording.body if isinstance(recording.body, dict) else {}
    answer = recording.answer if isinstance(recording.answer, dict) else {}
    asked = body.get("compositeRequest") or body.get("batchRequests") or []
    given = answer.get("compositeResponse") or answer.get("results") or []
    for request, response in zip(asked, given, strict=False):
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


def put(org: Org, sobject: SObject, values: Mapping[str, Any]) -> str:
    """Write a row, or what more is known of one that is there, and give its id."""
    columns = {field.name: field for field in sobject.fields if not field.compound}
    spelled = {name.lower(): name for name in columns}
    row = {
        spelled[name.lower()]: _stored(value)
        for name, value in values.items()
        if name.lower() in spelled and not isinstance(value, dict | list)
    }
    record_id = parse_id(row.pop("Id", None)) or org.ids.next(sobject.key_prefix)
    if "Name" in columns and "Name" not in row and row.get("LastName"):
        row["Name"] = " ".join(filter(None, (row.get("FirstName"), row["LastName"])))
    found = org.db.execute(
        f'SELECT 1 FROM "{sobject.name}" WHERE "Id" = ?',  # noqa: S608 - our own name
        (record_id,),
    )
    row = {name: value for name, value in row.items() if value is not None}
    if found.fetchone() is None:
        filled = {**_required(sobject), "Id": record_id, **row}
        system_rows.write(org, org.admin_id, sobject.name, filled)
    elif row:
        sql = plan_of(org, sobject).update(tuple(row))
        org.db.execute(sql, (*row.values(), record_id))
    return record_id


def _required(sobject: SObject) -> dict[str, Any]:
    """Give a value for each field that no record is without."""
    filled: dict[str, Any] = {}
    for field in sobject.fields:
        if field.nillable or field.compound or not field.createable or field.type == "boolean":
            continue
        if field.type == "date":
            filled[field.name] = (date(2026, 1, 1) + timedelta(days=30)).isoformat()
        elif field.type == "picklist" and field.picklist:
            filled[field.name] = field.picklist[0].value
        elif field.type in {"string", "picklist"} and field.name != "Id":
            filled[field.name] = "Recorded"
    return filled


def _prepare(org: Org, recording: Recording) -> None:
    queried = org.schema.get(recording.queried)
    conditions = _conditions(org, recording, queried)
    there = 0 if conditions or queried is None else _count(org, queried)
    for sobject, values in _shown(org, recording.answer):
        if sobject is queried and there > 0:  # one of a new org's own rows stands for it
            there -= 1
        elif sobject.name != "Organization":
            put(org, sobject, _known(values, conditions if sobject is queried else {}))
    _fill(org, recording, queried, conditions)
    _prepare_path(org, recording)
    for sobject, values, result in _writes(org, recording):
        _prepare_write(org, recording, sobject, values, result)


def _known(shown: Mapping[str, Any], conditions: Mapping[str, Any]) -> dict[str, Any]:
    """Give what is known of a row: what the answer shows, unless that was cut."""
    return {
        **conditions,
        **{name: value for name, value in shown.items() if value != CUT},
        **{name: conditions.get(name, value) for name, value in shown.items() if value == CUT},
    }


def _count(org: Org, sobject: SObject) -> int:
    sql = f'SELECT COUNT(*) FROM "{sobject.name}"'  # noqa: S608 - our own name
    return int(org.db.execute(sql).fetchone()[0])


def _stored(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value


def _shown(org: Org, answer: Any) -> Iterator[tuple[SObject, dict[str, Any]]]:
    """Give every record that an answer shows, those around and below others too."""
    if isinstance(answer, list):
        for each in answer:
            yield from _shown(org, each)
        return
    if not isinstance(answer, dict) or "errorCode" in answer:
        return
    attributes = answer.get("attributes")
    kind = attributes.get("type") if isinstance(attributes, dict) else None
    sobject = org.schema.get(str(kind))
    if sobject is None:
        for value in answer.values():
            yield from _shown(org, value)
        return
    own = {name: value for name, value in answer.items() if not isinstance(value, dict | list)}
    by_url = str((attributes or {}).get("url") or "").rpartition("/")[
        2
    ]  # what `Id` shows may be cut
    record_id = parse_id(by_url) or parse_id(own.get("Id"))
    own["Id"] = record_id or org.ids.next(sobject.key_prefix)
    for name, value in answer.items():
        if not isinstance(value, dict):
            continue
        if "records" in value:
            child = sobject.child(name)
            for kind_below, values in _shown(org, value["records"]):
                yield kind_below, {**values, **({child.field: own["Id"]} if child else {})}
        elif (link := sobject.relationship(name)) is not None:
            for above, values in _shown(org, value):
                own[link.name] = values["Id"]
                yield above, values
    yield sobject, own


def _conditions(org: Org, recording: Recording, sobject: SObject | None) -> dict[str, Any]:
    """Give values that the rows of a query's answer have, as its conditions tell."""
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
                values[relationship.name] = put(org, target, {"Id": record_id, below: value})
        elif (field := sobject.field(name)) is not None and field.name != "Id":
            values.setdefault(field.name, value)
    return values


def _rows_of(recording: Recording) -> bool:
    answer = recording.answer
    return isinstance(answer, dict) and bool(answer.get("records") or answer.get("totalSize"))


def _fill(
    org: Org, recording: Recording, queried: SObject | None, conditions: Mapping[str, Any]
) -> None:
    """Fill objects up to as many rows as were counted, skipped, or left for further pages."""
    body = recording.answer if isinstance(recording.answer, dict) else {}
    wanted = [
        (org.schema.get(str(each.get("name"))), each.get("count", 0))
        for each in body.get("sObjects") or ()
        if isinstance(each, dict)
    ]
    records = body.get("records") or []
    if _COUNTED.match(recording.soql) and "group by" not in recording.soql.lower():
        first = records[0] if records else {"expr0": body.get("totalSize", 0)}
        numbers = [each for each in first.values() if isinstance(each, int)]
        wanted.append((queried, max(numbers, default=0)))
    elif isinstance(body.get("totalSize"), int) and body["totalSize"] > len(records) > 0:
        wanted.append((queried, body["totalSize"]))
    if offset := _OFFSET.search(recording.soql):
        wanted.append((queried, int(offset[1]) + max(1, len(records))))
    for sobject, count in wanted:
        if sobject is not None and isinstance(count, int):
            for _ in range(min(count, MOST_ROWS) - _count(org, sobject)):
                put(org, sobject, conditions)


def _prepare_path(org: Org, recording: Recording) -> None:
    """Write the record that a path names, unless the answer says that there is none."""
    segments = recording.segments
    if len(segments) < 3 or segments[0] != "sobjects":
        return
    absent = recording.status == 404 and "ENTITY_IS_DELETED" not in str(recording.answer)
    sobject = org.schema.get(segments[1])
    if sobject is None or absent or sobject.name == "Organization":
        return
    deleted = "ENTITY_IS_DELETED" in str(recording.answer)
    if len(segments) == 3 and parse_id(segments[2]) is not None:
        put(org, sobject, {"Id": segments[2], "IsDeleted": deleted, "LastName": "Recorded"})
    elif len(segments) == 4 and recording.method in {"GET", "DELETE"}:
        shown = recording.answer if isinstance(recording.answer, dict) else {}
        if (key := sobject.field(segments[2])) is not None:
            put(org, sobject, {"LastName": "Recorded", **shown, key.name: segments[3]})


def _writes(
    org: Org, recording: Recording
) -> Iterator[tuple[SObject, dict[str, Any], dict[str, Any]]]:
    """Give each record that a write sends, with its item of the answer."""
    segments, answer = recording.segments, recording.answer
    if segments[:1] == ["sobjects"] and len(segments) > 1:
        sobject = org.schema.get(segments[1])
        if sobject is not None and recording.method in {"POST", "PATCH"}:
            body = recording.body if isinstance(recording.body, dict) else {}
            yield sobject, body, _single_result(recording)
    elif segments[:2] == ["composite", "sobjects"]:
        ids = _ids_of(recording)
        records = recording.records or [{"Id": each} for each in ids]
        items = answer if isinstance(answer, list) and recording.status == 200 else []
        for at, record in enumerate(records):
            item = items[at] if at < len(items) and isinstance(items[at], dict) else {}
            sobject = _sobject_of(org, record, segments)
            if sobject is not None:
                yield sobject, record, item
    elif segments[:2] == ["composite", "tree"] and isinstance(recording.body, dict):
        for record in recording.records:
            sobject = _sobject_of(org, record, segments)
            if sobject is not None:
                yield sobject, record, {"success": recording.status == 201}


def _single_result(recording: Recording) -> dict[str, Any]:
    answer = recording.answer
    if isinstance(answer, dict):
        return {"success": True, **answer}
    errors = (
        [each for each in answer or () if isinstance(each, dict)] if recording.status > 399 else []
    )
    return {
        "success": recording.status < 300,
        "errors": [{**each, "statusCode": each.get("errorCode")} for each in errors],
    }


def _ids_of(recording: Recording) -> list[str]:
    """Give the ids that a collection's query string or body names."""
    named = parse_qs(recording.query).get("ids", [""])[0]
    body = recording.body if isinstance(recording.body, dict) else {}
    ids = body.get("ids")
    return [*_ID.findall(named), *(ids if isinstance(ids, list) else ())]


def _sobject_of(org: Org, record: Mapping[str, Any], segments: list[str]) -> SObject | None:
    attributes = record.get("attributes")
    kind = attributes.get("type") if isinstance(attributes, dict) else None
    if not kind and len(segments) > 2:
        kind = segments[2]
    found = org.schema.get(str(kind)) if kind else None
    return found or org.schema.by_prefix(str(record.get("Id") or record.get("id") or ""))


def _prepare_write(
    org: Org,
    recording: Recording,
    sobject: SObject,
    values: dict[str, Any],
    result: dict[str, Any],
) -> None:
    errors = [each for each in result.get("errors") or () if isinstance(each, dict)]
    codes = {str(each.get("statusCode")) for each in errors}
    if not codes & _DANGLING_CODES:
        _put_parents(org, sobject, values)
    record_id = values.get("Id") or values.get("id")
    if parse_id(record_id) is not None and not codes & _ABSENT_CODES:
        flags: dict[str, Any] = {"IsDeleted": "ENTITY_IS_DELETED" in codes}
        if "CANNOT_UPDATE_CONVERTED_LEAD" in codes:
            flags["IsConverted"] = True
        put(org, sobject, {"Id": record_id, "LastName": "Recorded", **flags})
    if "CANNOT_UPDATE_CONVERTED_LEAD" in codes and parse_id(values.get("LeadId")) is not None:
        put(org, org.schema["Lead"], {"Id": values["LeadId"], "IsConverted": True})
    if codes & {"DUPLICATE_VALUE", "DUPLICATE_EXTERNAL_ID"}:
        _put_duplicate(org, sobject, values, errors)
    elif result.get("created") is False and parse_id(result.get("id")) is not None:
        _put_upserted(org, recording, sobject, values, str(result["id"]))


def _put_parents(org: Org, sobject: SObject, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        field = sobject.field(name)
        if field is None or field.type != "reference" or parse_id(value) is None:
            continue
        target = org.schema.by_prefix(value)
        if target is not None and target.name not in {"Organization", sobject.name + "?"}:
            put(org, target, {"Id": value, "LastName": "Recorded"})


def _put_duplicate(
    org: Org, sobject: SObject, values: Mapping[str, Any], errors: list[dict[str, Any]]
) -> None:
    """Write the record that holds the value, with the id that the message names."""
    holder = next(
        (m[1] for each in errors if (m := _HOLDER.search(str(each.get("message"))))), None
    )
    twin = {name: value for name, value in values.items() if name.lower() != "id"}
    if sobject.name == "CampaignMember":
        twin["LeadOrContactId"] = values.get("ContactId") or values.get("LeadId")
    put(org, sobject, {**twin, "Id": holder})


def _put_upserted(
    org: Org, recording: Recording, sobject: SObject, values: Mapping[str, Any], record_id: str
) -> None:
    segments = recording.segments
    above = segments[:2] == ["composite", "sobjects"]
    key = segments[3] if above and len(segments) > 3 else segments[2] if len(segments) > 2 else "Id"
    spelled = {name.lower(): name for name in values}
    value = values.get(spelled.get(key.lower(), ""))
    if value is None and not above and len(segments) > 3:
        value = segments[3]
    put(org, sobject, {"Id": record_id, "LastName": "Recorded", key: value})


def as_text(body: Any) -> str:
    """Give a recorded body as it would be sent."""
    return body if isinstance(body, str) else json.dumps(body)
