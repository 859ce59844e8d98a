"""Prepares an org so that a write has its recorded outcome."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qs

from conformance.recorded.recording import Recording
from conformance.recorded.stored_rows import insert_row
from salesforce_emulator.org.state import Org
from salesforce_emulator.schema.ids import parse_id
from salesforce_emulator.schema.sobject import SObject

_HOLDER: Final = re.compile(r"duplicates value on record with id: (\w{15,18})")
_ABSENT_CODES: Final = frozenset({"NOT_FOUND", "INVALID_CROSS_REFERENCE_KEY", "MALFORMED_ID"})
_DANGLING_CODES: Final = frozenset(
    {"INVALID_CROSS_REFERENCE_KEY", "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"}
    | {"MALFORMED_ID", "ENTITY_IS_DELETED"}
)
_ID: Final = re.compile(r"\b[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?\b")


def prepare_writes(org: Org, recording: Recording) -> None:
    """Write what must be there for each record of a write to be saved, or refused, as recorded."""
    for sobject, values, result in _writes(org, recording):
        _prepare_write(org, recording, sobject, values, result)


def _writes(
    org: Org, recording: Recording
) -> Iterator[tuple[SObject, dict[str, Any], dict[str, Any]]]:
    """Yield each record that a write sends, with its item of the answer."""
    segments, response = recording.segments, recording.answer
    if segments[:1] == ["sobjects"] and len(segments) > 1:
        sobject = org.schema.get(segments[1])
        if sobject is not None and recording.method in {"POST", "PATCH"}:
            body = recording.body if isinstance(recording.body, dict) else {}
            yield sobject, body, _single_result(recording)
    elif segments[:2] == ["composite", "sobjects"]:
        ids = _ids_of(recording)
        records = recording.records or [{"Id": record_id} for record_id in ids]
        items = response if isinstance(response, list) and recording.status == 200 else []
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
    response = recording.answer
    if isinstance(response, dict):
        return {"success": True, **response}
    errors = (
        [item for item in response or () if isinstance(item, dict)]
        if recording.status > 399
        else []
    )
    return {
        "success": recording.status < 300,
        "errors": [{**error, "statusCode": error.get("errorCode")} for error in errors],
    }


def _ids_of(recording: Recording) -> list[str]:
    """Return the ids that a collection's query string or body names."""
    id_list = parse_qs(recording.query).get("ids", [""])[0]
    body = recording.body if isinstance(recording.body, dict) else {}
    ids = body.get("ids")
    return [*_ID.findall(id_list), *(ids if isinstance(ids, list) else ())]


def _sobject_of(org: Org, record: Mapping[str, Any], segments: list[str]) -> SObject | None:
    attributes = record.get("attributes")
    kind = attributes.get("type") if isinstance(attributes, dict) else None
    if not kind and len(segments) > 2:
        kind = segments[2]
    sobject = org.schema.get(str(kind)) if kind else None
    return sobject or org.schema.by_prefix(str(record.get("Id") or record.get("id") or ""))


def _prepare_write(
    org: Org,
    recording: Recording,
    sobject: SObject,
    values: dict[str, Any],
    result: dict[str, Any],
) -> None:
    errors = [error for error in result.get("errors") or () if isinstance(error, dict)]
    codes = {str(error.get("statusCode")) for error in errors}
    if not codes & _DANGLING_CODES:
        _put_parents(org, sobject, values)
    record_id = values.get("Id") or values.get("id")
    if parse_id(record_id) is not None and not codes & _ABSENT_CODES:
        flags: dict[str, Any] = {"IsDeleted": "ENTITY_IS_DELETED" in codes}
        if "CANNOT_UPDATE_CONVERTED_LEAD" in codes:
            flags["IsConverted"] = True
        insert_row(org, sobject, {"Id": record_id, "LastName": "Recorded", **flags})
    if "CANNOT_UPDATE_CONVERTED_LEAD" in codes and parse_id(values.get("LeadId")) is not None:
        insert_row(org, org.schema["Lead"], {"Id": values["LeadId"], "IsConverted": True})
    if codes & {"DUPLICATE_VALUE", "DUPLICATE_EXTERNAL_ID"}:
        _insert_duplicate(org, sobject, values, errors)
    elif result.get("created") is False and parse_id(result.get("id")) is not None:
        _insert_upserted(org, recording, sobject, values, str(result["id"]))


def _put_parents(org: Org, sobject: SObject, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        field = sobject.field(name)
        if field is None or field.type != "reference" or parse_id(value) is None:
            continue
        target = org.schema.by_prefix(value)
        if target is not None and target.name not in {"Organization", sobject.name + "?"}:
            insert_row(org, target, {"Id": value, "LastName": "Recorded"})


def _insert_duplicate(
    org: Org, sobject: SObject, values: Mapping[str, Any], errors: list[dict[str, Any]]
) -> None:
    """Write the record that holds the value, with the id that the message names."""
    holder = next(
        (m[1] for error in errors if (m := _HOLDER.search(str(error.get("message"))))), None
    )
    duplicate = {name: value for name, value in values.items() if name.lower() != "id"}
    if sobject.name == "CampaignMember":
        duplicate["LeadOrContactId"] = values.get("ContactId") or values.get("LeadId")
    insert_row(org, sobject, {**duplicate, "Id": holder})


def _insert_upserted(
    org: Org, recording: Recording, sobject: SObject, values: Mapping[str, Any], record_id: str
) -> None:
    segments = recording.segments
    above = segments[:2] == ["composite", "sobjects"]
    key = segments[3] if above and len(segments) > 3 else segments[2] if len(segments) > 2 else "Id"
    names = {name.lower(): name for name in values}
    value = values.get(names.get(key.lower(), ""))
    if value is None and not above and len(segments) > 3:
        value = segments[3]
    insert_row(org, sobject, {"Id": record_id, "LastName": "Recorded", key: value})
