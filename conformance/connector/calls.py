"""Finds the action and the inputs that make a recorded request."""

from typing import Any, TypeAlias
from urllib.parse import parse_qs, parse_qsl

from conformance.recorded.recording import Recording

Inputs: TypeAlias = dict[str, Any]


def action_for(recording: Recording) -> tuple[str, Inputs] | None:
    """Return the action of a recorded request and its inputs; None when there is none."""
    segments = recording.segments
    if recording.path.rstrip("/") == "/services/data":
        return "get_api_versions", {}
    if not segments:
        return None
    readers = {
        "sobjects": _of_sobject,
        "composite": _of_composite,
        "query": _of_query,
        "queryAll": _of_query,
        "search": _of_search,
        "limits": _of_limits,
    }
    read_call = readers.get(segments[0])
    return None if read_call is None else read_call(recording, segments)


def _of_sobject(recording: Recording, segments: list[str]) -> tuple[str, Inputs] | None:
    body = recording.body if isinstance(recording.body, dict) else {}
    fields = {name: value for name, value in body.items() if name != "attributes"}
    match recording.method, segments[1:]:
        case "GET", []:
            return "list_objects", {}
        case "GET", [name, "describe"]:
            return "describe_object", {"sobject": name}
        case "POST", [name]:
            return "create_record", {"sobject": name, "fields": fields}
        case "GET", [name, record_id]:
            fields_param = parse_qs(recording.query).get("fields", [""])[0]
            listed = [part for part in fields_param.split(",") if part]
            return "get_record", {"sobject": name, "id": record_id, "fields": listed}
        case "PATCH", [name, record_id]:
            return "update_record", {"sobject": name, "id": record_id, "fields": fields}
        case "DELETE", [name, record_id]:
            return "delete_record", {"sobject": name, "id": record_id}
        case "GET", [name, key, value]:
            keyed = {"sobject": name, "external_id_field": key, "external_id": value}
            return "get_record_by_external_id", keyed
        case "PATCH", [name, key, value]:
            keyed = {"sobject": name, "external_id_field": key, "external_id": value}
            return "upsert_record", {**keyed, "fields": fields}
    return None


def _of_composite(recording: Recording, segments: list[str]) -> tuple[str, Inputs] | None:
    if len(segments) == 1 and isinstance(recording.body, dict):
        return _composite(recording.body)
    if segments[1:2] != ["sobjects"]:
        return None
    settings = {"fail_when": "none" if recording.status < 400 else "any"}
    if recording.method == "DELETE":
        ids = parse_qs(recording.query).get("ids", [""])[0].split(",")
        return "delete_records", {"ids": ids, **settings}
    records = [
        {name: value for name, value in record.items() if name != "attributes"}
        for record in recording.records
    ]
    kinds = {str((record.get("attributes") or {}).get("type")) for record in recording.records}
    if len(kinds) != 1:  # the actions take records of one object
        return None
    inputs: Inputs = {"sobject": kinds.pop(), "records": records, **settings}
    match recording.method, segments[2:]:
        case "POST", []:
            return "create_records", inputs
        case "PATCH", []:
            return "update_records", inputs
        case "PATCH", [_, key]:
            return "upsert_records", {**inputs, "external_id_field": key}
    return None


def _composite(body: dict[str, Any]) -> tuple[str, Inputs] | None:
    steps = []
    for subrequest in body.get("compositeRequest") or ():
        path, _, query = str(subrequest.get("url")).partition("?")
        step = {
            "name": subrequest.get("referenceId"),
            "method": subrequest.get("method"),
            "path": "/" + path.split("/", 4)[-1],
            "params": dict(parse_qsl(query)),
        }
        if subrequest.get("body") is not None:
            step["body"] = subrequest["body"]
        steps.append(step)
    return "run_composite", {"steps": steps, "fail_when": "none"}


def _of_query(recording: Recording, segments: list[str]) -> tuple[str, Inputs] | None:
    if len(segments) != 1 or not recording.soql or recording.method != "GET":
        return None
    deleted = segments[0] == "queryAll"
    return "query", {"soql": recording.soql, "include_deleted": deleted, "limit": 10_000}


def _of_search(recording: Recording, segments: list[str]) -> tuple[str, Inputs] | None:
    if len(segments) != 1:
        return None
    return "search", {"sosl": recording.soql}


def _of_limits(recording: Recording, segments: list[str]) -> tuple[str, Inputs] | None:
    if len(segments) == 1:
        return "get_limits", {}
    names = parse_qs(recording.query).get("sObjects", [""])[0]
    listed = [part for part in names.split(",") if part]
    return ("count_records", {"sobjects": listed}) if listed else None
