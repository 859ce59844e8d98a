"""Reads one record: all fields or some, relationship paths, blobs; and recently viewed records.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_retrieve.htm
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from salesforce_emulator import errors
from salesforce_emulator.org.clock import datetime_text
from salesforce_emulator.records.plans import plan_of
from salesforce_emulator.records.save_context import Row
from salesforce_emulator.records.writing import existing
from salesforce_emulator.schema.field import Field
from salesforce_emulator.schema.ids import parse_id
from salesforce_emulator.schema.rendering import Json, attributes, value, whole
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.access import Access
    from salesforce_emulator.org.state import Org

_IDS_A_STATEMENT: Final = 500  # well below the variables that SQLite takes


def record(
    org: "Org",
    access: "Access",
    sobject: SObject,
    row: Row,
    version: str,
    fields: Sequence[str] | None = None,
) -> Json:
    """Return a record as JSON.

    Args:
        row: All its columns, from `existing_row`.
        version: As in the URL: `v68.0`.
        fields: Names, or paths such as `Owner.Name`, in any case; None returns all fields. Id comes
            last when it is not requested.

    Raises:
        SalesforceError: INVALID_FIELD when a field is unknown.
    """
    if fields is None:
        return whole(sobject, row, version)
    body: Json = {"attributes": attributes(version, sobject.name, row["Id"])}
    for path in fields:
        _add_path(org, access, sobject, row, version, path, body)
    body.setdefault("Id", row["Id"])
    return body


def many(
    org: "Org",
    access: "Access",
    sobject: SObject,
    ids: Sequence[str],
    version: str,
    fields: Sequence[str],
) -> list[Json | None]:
    """Return records of one sobject as JSON, one for each id; None where there is none to see.

    Args:
        fields: As `record` takes them.

    Raises:
        SalesforceError: INVALID_FIELD when a field does not exist, even if no record does.
    """
    for path in fields:
        _require_path(access, sobject, path)
    record_id = [parse_id(item) for item in ids]
    requested = [value for value in dict.fromkeys(record_id) if value is not None]
    live = ' AND "IsDeleted" = 0' if sobject.soft_deleted else ""
    rows: dict[str, Row] = {}
    for start in range(0, len(requested), _IDS_A_STATEMENT):
        some = requested[start : start + _IDS_A_STATEMENT]
        marks = ", ".join("?" * len(some))
        sql = f'SELECT * FROM "{sobject.name}" WHERE "Id" IN ({marks}){live}'  # noqa: S608
        rows.update((row["Id"], dict(row)) for row in org.db.execute(sql, some))
    return [
        record(org, access, sobject, rows[item], version, fields) if item in rows else None
        for item in record_id
    ]


def blob(org: "Org", sobject: SObject, record_id: str, field: Field) -> bytes:
    """Return the bytes of a blob field.

    Raises:
        SalesforceError: NOT_FOUND when the record does not exist or the field is empty.
    """
    data = existing(org, sobject, record_id)[field.name]
    if data is None:
        raise errors.not_found()
    return bytes(data)


def mark_viewed(org: "Org", sobject: SObject, record_id: str) -> None:
    """Mark a record as viewed; LastModifiedDate does not change."""
    names = plan_of(org, sobject).viewed
    if names and "mruEnabled" in sobject.flags:
        now = datetime_text(org.clock.now().replace(microsecond=0))
        org.db.execute(plan_of(org, sobject).update(names), (*[now] * len(names), record_id))


def recent(
    org: "Org", access: "Access", version: str, limit: int, only: SObject | None = None
) -> list[Json]:
    """Return recently viewed records, latest first: `attributes`, Id and name.

    Args:
        only: Give those of one sobject alone.
    """
    result: list[tuple[str, str, str, str]] = []
    for sobject in access.schema if only is None else (only,):
        title = sobject.name_field
        if sobject.field("LastViewedDate") is None or title is None:
            continue
        live = ' AND "IsDeleted" = 0' if sobject.soft_deleted else ""
        sql = (
            f'SELECT "LastViewedDate", "Id", "{title.name}" FROM "{sobject.name}"'  # noqa: S608
            f' WHERE "LastViewedDate" IS NOT NULL{live} ORDER BY 1 DESC, "Id" DESC LIMIT ?'
        )
        result += [(*row, sobject.name) for row in org.db.execute(sql, (limit,))]
    result.sort(reverse=True)
    return [
        {"attributes": attributes(version, kind, record_id), "Id": record_id, "Name": name}
        for _, record_id, name, kind in result[:limit]
    ]


def _require_path(access: "Access", sobject: SObject, path: str) -> None:
    """Refuse a path that no record of the sobject has, whatever it points at."""
    name, _, rest = path.partition(".")
    if not rest:
        if sobject.field(name) is None:
            raise errors.no_such_column(name, sobject.name)
        return
    reference = sobject.relationship(name)
    if reference is None:
        raise errors.no_such_column(path, sobject.name)
    if len(reference.reference_to) == 1:
        parent = access.schema.get(reference.reference_to[0])
        if parent is not None:
            _require_path(access, parent, rest)


def _add_path(
    org: "Org",
    access: "Access",
    sobject: SObject,
    row: Row,
    version: str,
    path: str,
    body: dict[str, Any],
) -> None:
    name, _, rest = path.partition(".")
    if not rest:
        field = sobject.field(name)
        if field is None:
            raise errors.no_such_column(name, sobject.name)
        body[field.name] = value(
            sobject, field, row, attributes(version, sobject.name, row["Id"])["url"]
        )
        return
    reference = sobject.relationship(name)
    if reference is None or reference.relationship_name is None:
        raise errors.no_such_column(path, sobject.name)
    above = parent_of(org, access, reference, row)
    if above is None:
        body[reference.relationship_name] = None
        return
    parent, parent_row = above
    inner = body.setdefault(
        reference.relationship_name,
        {"attributes": attributes(version, parent.name, parent_row["Id"])},
    )
    _add_path(org, access, parent, parent_row, version, rest, inner)


def parent_of(
    org: "Org", access: "Access", reference: Field, row: Row
) -> tuple[SObject, Row] | None:
    """Return what a reference field of a row points at, with its row; None when nothing."""
    record_id = row[reference.name]
    if record_id is None:
        return None
    parent = next(
        (
            target
            for target in map(access.schema.get, reference.reference_to)
            if target is not None and target.key_prefix == record_id[:3]
        ),
        None,
    )
    if parent is None:
        return None
    sql = f'SELECT * FROM "{parent.name}" WHERE "Id" = ?'  # noqa: S608 - our own name
    result = org.db.execute(sql, (record_id,)).fetchone()
    return (parent, dict(result)) if result else None
