"""Inserts rows without the checks of a save, with the ids and values that a recording shows."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from salesforce_emulator.org.state import Org
from salesforce_emulator.records import system_rows
from salesforce_emulator.records.plans import plan_of
from salesforce_emulator.schema.ids import parse_id
from salesforce_emulator.schema.sobject import SObject


def insert_row(org: Org, sobject: SObject, values: Mapping[str, Any]) -> str:
    """Insert a row, or update it with the given values if its id exists; return its id."""
    columns = {field.name: field for field in sobject.fields if not field.compound}
    names = {name.lower(): name for name in columns}
    row = {
        names[name.lower()]: _stored(value)
        for name, value in values.items()
        if name.lower() in names and not isinstance(value, dict | list)
    }
    record_id = parse_id(row.pop("Id", None)) or org.ids.next(sobject.key_prefix)
    if "Name" in columns and "Name" not in row and row.get("LastName"):
        row["Name"] = " ".join(filter(None, (row.get("FirstName"), row["LastName"])))
    existing = org.db.execute(
        f'SELECT 1 FROM "{sobject.name}" WHERE "Id" = ?',  # noqa: S608 - our own name
        (record_id,),
    )
    row = {name: value for name, value in row.items() if value is not None}
    if existing.fetchone() is None:
        filled = {**_required(sobject), "Id": record_id, **row}
        system_rows.write(org, org.admin_id, sobject.name, filled)
    elif row:
        sql = plan_of(org, sobject).update(tuple(row))
        org.db.execute(sql, (*row.values(), record_id))
    return record_id


def _required(sobject: SObject) -> dict[str, Any]:
    """Return a value for each required field."""
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


def _stored(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value
