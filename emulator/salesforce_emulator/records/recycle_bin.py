"""The recycle bin: what went together with a record, and how all of it comes back.

A deleted row stays in its table; the bin remembers with which record it went, and the references
that the deletion cleared. After 15 days a record in the bin is deleted for good, or
when it is emptied.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_undelete.htm
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from salesforce_emulator import errors
from salesforce_emulator.org.clock import datetime_text, datetime_value
from salesforce_emulator.org.sequences import remove_row
from salesforce_emulator.records.plans import plan_of
from salesforce_emulator.records.rules import AFTER_DELETE
from salesforce_emulator.records.save_context import Row, SaveContext
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.access import Access
    from salesforce_emulator.org.state import Org

KEPT: Final = timedelta(days=15)


def add(org: "Org", root: str, sobject: SObject, record_id: str, now: str) -> None:
    """Remember that a record went, with the record `root`, which may be itself."""
    sql = f"INSERT INTO {_TABLE} VALUES (?, ?, ?, NULL, NULL, ?)"  # noqa: S608 - our own name
    org.db.execute(sql, (root, sobject.name, record_id, now))


def add_reference(
    org: "Org", root: str, sobject: SObject, record_id: str, field: str, value: str, now: str
) -> None:
    """Remember that a reference of a record that stays was cleared when `root` went."""
    sql = f"INSERT INTO {_TABLE} VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608 - our own name
    org.db.execute(sql, (root, sobject.name, record_id, field, value, now))


def undelete(org: "Org", access: "Access", record_id: str) -> None:
    """Bring a record back, with all that went because of it.

    References to it that were cleared are set again, unless they have got another value since.
    The caller holds `org.transaction()`.

    Args:
        record_id: 18 characters, of any sobject.

    Raises:
        SalesforceError: UNDELETE_FAILED when it is not in the bin by itself, or no longer, or its
            master is deleted; DUPLICATE_VALUE when a unique value of it has been taken.
    """
    sobject = access.schema.by_prefix(record_id[:3])
    if sobject is None:
        raise errors.malformed_id(record_id)
    access.require_delete(sobject)
    sql = f"SELECT * FROM {_TABLE} WHERE root = ?"  # noqa: S608 - our own name
    entries = org.db.execute(sql, (record_id,)).fetchall()
    if not entries or org.clock.now() - datetime_value(entries[0]["at"]) > KEPT:
        raise errors.not_in_recycle_bin()
    records = [item for item in entries if item["field"] is None]
    rows = [_revive(org, access, org.schema[record["sobject"]], record["id"]) for record in records]
    for entry in entries:
        if entry["field"] is not None:
            _set_again(
                org, org.schema[entry["sobject"]], entry["id"], entry["field"], entry["value"]
            )
    org.db.execute(f"DELETE FROM {_TABLE} WHERE root = ?", (record_id,))  # noqa: S608
    for value, row in zip(records, rows, strict=True):
        _count_again(org, access, org.schema[value["sobject"]], row)


def empty(org: "Org", access: "Access", record_id: str) -> None:
    """Remove a record from the bin for good, with its children.

    The caller holds `org.transaction()`.

    Args:
        record_id: 18 characters, of any sobject.

    Raises:
        SalesforceError: It is not in the bin by itself, or no longer.
    """
    sobject = access.schema.by_prefix(record_id[:3])
    if sobject is None:
        raise errors.malformed_id(record_id)
    access.require_delete(sobject)
    sql = f"SELECT at FROM {_TABLE} WHERE root = ? AND id = root"  # noqa: S608 - our own name
    row = org.db.execute(sql, (record_id,)).fetchone()
    if row is None or org.clock.now() - datetime_value(row["at"]) > KEPT:
        raise errors.not_in_recycle_bin()
    purge(org, sobject, record_id)


def purge(org: "Org", sobject: SObject, record_id: str) -> None:
    """Forget a deleted record for good, and the deleted records that cascade from it."""
    schema = org.schema
    for child in schema[sobject.name].children:
        if not org.has_rows(child.child_sobject):
            continue
        below = schema.get(child.child_sobject)
        if not child.cascade_delete or below is None or not below.soft_deleted:
            continue
        sql = f'SELECT "Id" FROM "{below.name}" WHERE "{child.field}" = ? AND "IsDeleted" = 1'  # noqa: S608
        for (value,) in org.db.execute(sql, (record_id,)).fetchall():
            purge(org, below, value)
    remove_row(org.db, sobject, record_id)
    sql = f"DELETE FROM {_TABLE} WHERE root = :id OR id = :id"  # noqa: S608
    org.db.execute(sql, {"id": record_id})


def _revive(org: "Org", access: "Access", sobject: SObject, record_id: str) -> Row:
    rows = org.db.execute(f'SELECT * FROM "{sobject.name}" WHERE "Id" = ?', (record_id,))  # noqa: S608
    row = dict(rows.fetchone())
    _require_masters(org, sobject, row)
    _require_unique(org, sobject, row)
    plan = plan_of(org, sobject)
    stamps = {"IsDeleted": 0, "LastModifiedById": access.user_id}
    names = ("IsDeleted", *plan.on_update)
    now = _now(org)
    org.db.execute(plan.update(names), (*(stamps.get(name, now) for name in names), record_id))
    return row


def _require_masters(org: "Org", sobject: SObject, row: Row) -> None:
    """Refuse what would be below a record that is itself deleted, and takes it along."""
    for parent in org.schema:
        for child in parent.children:
            if child.child_sobject != sobject.name or not child.cascade_delete:
                continue
            above = row.get(child.field)
            if above is None or above[:3] != parent.key_prefix or not parent.soft_deleted:
                continue
            sql = f'SELECT "IsDeleted" FROM "{parent.name}" WHERE "Id" = ?'  # noqa: S608
            result = org.db.execute(sql, (above,)).fetchone()
            if result is None or result[0]:
                raise errors.master_is_deleted(parent.label)


def _require_unique(org: "Org", sobject: SObject, row: Row) -> None:
    for column in plan_of(org, sobject).columns.values():
        value = row[column.name]
        if column.field.unique and column.name != "Id" and value is not None:
            for (other,) in org.db.execute(column.find, (value,)):
                raise errors.duplicate_value(column.name, other)


def _set_again(org: "Org", sobject: SObject, record_id: str, field: str, value: str) -> None:
    sql = f'UPDATE "{sobject.name}" SET "{field}" = ? WHERE "Id" = ? AND "{field}" IS NULL'  # noqa: S608
    org.db.execute(sql, (value, record_id))


def _count_again(org: "Org", access: "Access", sobject: SObject, row: Row) -> None:
    save = SaveContext(org, access.user_id, sobject, row["Id"], row, row, (), _now(org))
    for rule in AFTER_DELETE.get(sobject.name, ()):
        rule(save)


def _now(org: "Org") -> str:
    return datetime_text(org.clock.now().replace(microsecond=0))


_TABLE: Final = '"_RecycleBin"'
SCHEMA: Final = (
    f"CREATE TABLE IF NOT EXISTS {_TABLE}"
    " (root TEXT, sobject TEXT, id TEXT, field TEXT, value TEXT, at TEXT);"
    f'CREATE INDEX IF NOT EXISTS "_RecycleBin.root" ON {_TABLE} (root);'
    f'CREATE INDEX IF NOT EXISTS "_RecycleBin.id" ON {_TABLE} (id);'
)
"""The bin's own table, beside those of the sobjects."""
