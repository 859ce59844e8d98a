"""Brings a fresh org into the state that a recorded answer implies.

Rows are written past the checks, with the ids and values that the recording shows.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote

from conformance.recorded.pairs import Pair
from salesforce_emulator.identity import identity_of
from salesforce_emulator.org import system_rows
from salesforce_emulator.org.ids import parse_id
from salesforce_emulator.org.state import Org
from salesforce_emulator.schema.sobject import SObject

_CONDITION: Final = re.compile(
    r"(\w+)(?:\.(\w+))?\s*(?:=|\blike\b|\bin\b)\s*\(?\s*('[^']*'|\d+)", re.IGNORECASE
)
_OFFSET: Final = re.compile(r"\boffset\s+(\d+)", re.IGNORECASE)
_CUT: Final = "REDACTED"
_COUNTED: Final = re.compile(r"^\s*select\s+count\(", re.IGNORECASE)


def prepare(org: Org, pair: Pair) -> None:
    """Write what must be there for the org to answer a pair as it was recorded."""
    identity_of(org)  # it has users of its own
    with org.transaction():
        asked = org.schema.get(pair.asked)
        told = _conditions(org, pair)
        there = 0 if told or asked is None else _count(org, asked)
        for sobject, values in _shown(org, pair.answer):
            if sobject is asked and there > 0:  # one of a new org's own rows stands for it
                there -= 1
            else:
                put(org, sobject, _known(values, told if sobject is asked else {}))
        _counted(org, pair, asked)
        _of_path(org, pair)
        for sobject, values, result in _saves(org, pair):
            _before_save(org, pair, sobject, values, result)


def put(org: Org, sobject: SObject, values: Mapping[str, Any]) -> None:
    """Write a row, or what more is known of one that is there."""
    columns = {field.name: field for field in sobject.fields if not field.compound}
    row = {name: _stored(value) for name, value in values.items() if name in columns}
    record_id = parse_id(row.pop("Id", None)) or org.ids.next(sobject.key_prefix)
    if "LastName" in row and "Name" in columns and "Name" not in row:
        row["Name"] = " ".join(filter(None, (row.get("FirstName"), row["LastName"])))
    found = org.db.execute(
        f'SELECT 1 FROM "{sobject.name}" WHERE "Id" = ?',  # noqa: S608 - our own name
        (record_id,),
    )
    if found.fetchone() is None:
        system_rows.write(org, org.admin_id, sobject.name, {"Id": record_id, **row})
    elif row:
        sql = org.plan(sobject).update(tuple(row))
        org.db.execute(sql, (*row.values(), record_id))


def _known(shown: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Give what is known of a row: what the answer shows, unless that was cut."""
    return {
        **told,
        **{name: value for name, value in shown.items() if value != _CUT},
        **{name: told.get(name, value) for name, value in shown.items() if value == _CUT},
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
    if not isinstance(answer, dict):
        return
    sobject = org.schema.get(str((answer.get("attributes") or {}).get("type")))
    if sobject is None or "errorCode" in answer:
        for value in answer.values():
            yield from _shown(org, value)
        return
    own = {name: value for name, value in answer.items() if not isinstance(value, dict)}
    own["Id"] = answer["attributes"]["url"].rpartition("/")[2]  # what `Id` shows may be cut
    for name, value in answer.items():
        if isinstance(value, dict) and "records" in value:
            child = sobject.child(name)
            for kind, values in _shown(org, value["records"]):
                yield kind, {**values, **({child.field: own["Id"]} if child else {})}
    yield sobject, own


def _conditions(org: Org, pair: Pair) -> dict[str, Any]:
    """Give values that the rows of a query's answer have, as its conditions tell."""
    told: dict[str, Any] = {}
    sobject = org.schema.get(pair.asked)
    if sobject is None:
        return told
    for name, below, literal in _CONDITION.findall(pair.soql):
        value = literal.strip("'").replace("%", "")
        relationship = sobject.relationship(name) if below else None
        if relationship is not None:
            target = org.schema[relationship.reference_to[0]]
            put(org, target, {"Id": told.get(relationship.name), below: value})
        elif (field := sobject.field(name)) is not None and field.name != "Id":
            told[field.name] = value
    return told


def _counted(org: Org, pair: Pair, asked: SObject | None) -> None:
    """Fill an object up to as many rows as were counted, or skipped."""
    body = pair.answer if isinstance(pair.answer, dict) else {}
    wanted = [(org.schema.get(each["name"]), each["count"]) for each in body.get("sObjects", ())]
    if _COUNTED.match(pair.soql):
        records = body.get("records") or [{"expr0": body.get("totalSize", 0)}]
        wanted.append((asked, records[0]["expr0"]))
    if offset := _OFFSET.search(pair.soql):
        wanted.append((asked, int(offset[1]) + 1))
    for sobject, count in wanted:
        if sobject is not None:
            for _ in range(count - _count(org, sobject)):
                system_rows.write(org, org.admin_id, sobject.name, {})


def _of_path(org: Org, pair: Pair) -> None:
    """Write the record that a path names, unless the answer says that there is none."""
    segments = pair.segments
    if (
        len(segments) != 3
        or segments[0] != "sobjects"
        or (pair.status == 404 and pair.method == "GET")
    ):
        return
    sobject = org.schema.get(segments[1])
    if sobject is None or parse_id(segments[2]) is None or sobject.name == "Organization":
        return
    deleted = "ENTITY_IS_DELETED" in str(pair.answer)
    put(org, sobject, {"Id": segments[2], "IsDeleted": deleted, "LastName": "Recorded"})


def _saves(org: Org, pair: Pair) -> Iterator[tuple[SObject, dict[str, Any], dict[str, Any]]]:
    """Give each record that a write sends, with its item of the answer."""
    segments, body = pair.segments, pair.body if isinstance(pair.body, dict) else {}
    if segments[:1] == ["sobjects"] and len(segments) > 1:
        sobject = org.schema.get(segments[1])
        if sobject is not None and pair.method in {"POST", "PATCH"}:
            yield sobject, body, {"success": True}
    elif segments[:2] == ["composite", "sobjects"] and pair.method == "DELETE":
        for each in re.findall(r"[a-zA-Z0-9]{18}", unquote(pair.query).partition("&")[0]):
            found = org.schema.by_prefix(each)
            if found is not None:
                yield found, {"Id": each}, {"id": each, "success": True}
    elif segments[:2] == ["composite", "sobjects"]:
        items = pair.answer if pair.status == 200 else [{} for _ in body["records"]]
        for record, item in zip(body["records"], items, strict=True):
            sobject = org.schema.get(record["attributes"]["type"])
            if sobject is not None:
                yield sobject, record, item


def _before_save(
    org: Org, pair: Pair, sobject: SObject, values: dict[str, Any], result: dict[str, Any]
) -> None:
    for name, value in values.items():  # what it points at must be there
        field = sobject.field(name)
        if field is not None and field.type == "reference" and parse_id(value) is not None:
            target = org.schema.by_prefix(value)
            if target is not None:
                put(org, target, {"Id": value, "LastName": "Recorded"})
    code = "".join(each.get("statusCode", "") for each in result.get("errors", ()))
    given = values.get("Id") or values.get("id")
    if parse_id(given) is not None:
        converted = {"IsConverted": True} if code == "CANNOT_UPDATE_CONVERTED_LEAD" else {}
        put(org, sobject, {"Id": given, "LastName": "Recorded", **converted})
    elif code == "DUPLICATE_VALUE" and sobject.name == "CampaignMember":
        put(org, sobject, {**values, "LeadOrContactId": values["ContactId"]})
    elif result.get("created") is False:
        key = pair.segments[3]
        put(org, sobject, {"Id": result["id"], "LastName": "Recorded", key: values[key]})
