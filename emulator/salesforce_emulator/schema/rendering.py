"""Turns stored values into the JSON that REST answers with.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_valid_date_formats.htm
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from salesforce_emulator.schema.field import Field
from salesforce_emulator.schema.sobject import SObject

Json: TypeAlias = dict[str, Any]

_ADDRESS_PARTS: Final = ("City", "Country", "CountryCode", "GeocodeAccuracy", "Latitude",
                         "Longitude", "PostalCode", "State", "StateCode", "Street")  # fmt: skip


def attributes(version: str, sobject: str, record_id: str) -> Json:
    """Return what every record in JSON begins with.

    Args:
        version: As in the URL: `v68.0`.
    """
    return {"type": sobject, "url": f"/services/data/{version}/sobjects/{sobject}/{record_id}"}


def whole(sobject: SObject, row: Mapping[str, Any], version: str) -> Json:
    """Return all fields of a row as JSON.

    Args:
        row: All its columns.
    """
    head = attributes(version, sobject.name, row["Id"])
    body: Json = {"attributes": head}
    for field in sobject.fields:
        body[field.name] = value(sobject, field, row, head["url"])
    return body


def columns(sobject: SObject, fields: Iterable[Field]) -> tuple[str, ...]:
    """Return the columns to select for some fields: a compound field's are those of its parts."""
    names: dict[str, None] = {}
    for field in fields:
        if field.compound:
            names.update(dict.fromkeys(parts(sobject, field).values()))
        else:
            names[field.name] = None
    return tuple(names)


def parts(sobject: SObject, compound: Field) -> dict[str, str]:
    """Return the parts of an address or a location: key in JSON -> field."""
    stem = compound.name.removesuffix("Address")
    if compound.type == "location":
        stem = compound.name.removesuffix("__c") + "__"
        return {"latitude": f"{stem}Latitude__s", "longitude": f"{stem}Longitude__s"}
    names = {part[0].lower() + part[1:]: stem + part for part in _ADDRESS_PARTS}
    return {key: name for key, name in names.items() if sobject.field(name) is not None}


def value(sobject: SObject, field: Field, row: Mapping[str, Any], record_url: str) -> Any:
    """Return one field of a row as JSON.

    Args:
        row: Has the columns that `columns` returns for the field.
        record_url: Where the record is; a blob is at its own address below.
    """
    if field.compound:
        values = {key: row[name] for key, name in parts(sobject, field).items()}
        return values if any(part is not None for part in values.values()) else None
    stored = row[field.name]
    if field.type == "boolean":
        return bool(stored)
    if field.type == "base64":
        return f"{record_url}/{field.name}" if stored is not None else None
    return any_value(stored) if field.type == "anyType" else stored


def any_value(stored: Any) -> Any:
    """Return a value of a field of any type; a boolean is stored as one byte."""
    return bool(stored[0]) if isinstance(stored, bytes) else stored
