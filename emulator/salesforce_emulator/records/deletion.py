"""Deletes records and their children: moves them into the recycle bin.

Its relationship decides what happens to a child: it is deleted too (cascade), it prevents
the delete (restricted), or its reference is cleared. `recycle_bin.py` restores records.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_delete_record.htm
"""

from typing import TYPE_CHECKING

from salesforce_emulator import errors
from salesforce_emulator.org.clock import datetime_text
from salesforce_emulator.org.sequences import remove_row
from salesforce_emulator.records import recycle_bin
from salesforce_emulator.records.declared.locks import any_row_locked, require_row_free
from salesforce_emulator.records.declared.rules import declared_rules
from salesforce_emulator.records.plans import plan_of
from salesforce_emulator.records.rules import AFTER_DELETE
from salesforce_emulator.records.save_context import Row, SaveContext
from salesforce_emulator.records.writing import existing
from salesforce_emulator.schema.sobject import ChildRelationship, SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.access import Access
    from salesforce_emulator.org.state import Org


def delete(org: "Org", access: "Access", sobject: SObject, record_id: str) -> None:
    """Delete a record and what cascades from it.

    The caller holds `org.transaction()`.

    Raises:
        SalesforceError: NOT_FOUND, ENTITY_IS_DELETED when it is deleted already, DELETE_FAILED
            when a child prevents it; nothing is deleted then.
    """
    if sobject.name == "ContentNote":  # it is its document, and goes with it
        sobject = org.schema["ContentDocument"]
    access.require_delete(sobject)
    row = existing(org, sobject, record_id)
    for check in declared_rules(org).delete_checks:
        check(org, access, record_id)
    _require_no_keeper(org, sobject, row, set())
    if any_row_locked(org):
        require_row_free(org, sobject, record_id, row)
    _remove(org, access, sobject, row, record_id)


def _children(org: "Org", child: ChildRelationship, record_id: str) -> list[Row]:
    below = org.schema[child.child_sobject]
    live = ' AND "IsDeleted" = 0' if below.soft_deleted else ""
    sql = f'SELECT * FROM "{below.name}" WHERE "{child.field}" = ?{live} ORDER BY "Id"'  # noqa: S608
    return [dict(row) for row in org.db.execute(sql, (record_id,))]


def _relationships(org: "Org", sobject: SObject) -> list[ChildRelationship]:
    whole = org.schema[sobject.name]  # what a user may not see hangs on a record all the same
    return [
        child
        for child in whole.children
        if org.has_rows(child.child_sobject)
        and child.child_sobject in org.schema
        and org.schema[child.child_sobject].field(child.field) is not None
    ]


def _require_no_keeper(org: "Org", sobject: SObject, row: Row, visited: set[str]) -> None:
    if row["Id"] in visited:
        return
    visited.add(row["Id"])
    for child in _relationships(org, sobject):
        below = org.schema[child.child_sobject]
        # Both flags: it cascades once nothing else forbids it, as contracts in draft do.
        if child.restricted_delete and not child.cascade_delete:
            result = _children(org, child, row["Id"])
            if result:
                raise errors.delete_failed(
                    _title(sobject, row),
                    below.label_plural.lower(),
                    [_title(below, item) for item in result],
                )
        elif child.cascade_delete:
            for entry in _children(org, child, row["Id"]):
                _require_no_keeper(org, below, entry, visited)


def _title(sobject: SObject, row: Row) -> str:
    name = sobject.name_field
    return str(row["Id"] if name is None else row[name.name])


def _remove(org: "Org", access: "Access", sobject: SObject, row: Row, root: str) -> None:
    """Remove a record that goes because the record `root` does."""
    record_id = row["Id"]
    now = datetime_text(org.clock.now().replace(microsecond=0))
    if sobject.soft_deleted:
        names = ["IsDeleted", *plan_of(org, sobject).on_update]
        stamps = {"IsDeleted": 1, "LastModifiedById": access.user_id}
        values = [stamps.get(name, now) for name in names]
        org.db.execute(plan_of(org, sobject).update(tuple(names)), (*values, record_id))
        recycle_bin.add(org, root, sobject, record_id, now)
    else:
        remove_row(org.db, sobject, record_id)
    for child in _relationships(org, sobject):
        below = org.schema[child.child_sobject]
        if child.cascade_delete:
            for item in _children(org, child, record_id):
                _remove(org, access, below, item, root)
        else:
            _clear(org, below, child.field, record_id, root, now)
    save = SaveContext(org, access.user_id, sobject, record_id, row, row, (), now)
    for rule in AFTER_DELETE.get(sobject.name, ()):
        rule(save)


def _clear(org: "Org", below: SObject, field: str, record_id: str, root: str, now: str) -> None:
    """Clear the references to a record that goes, and remember them."""
    sql = f'SELECT "Id" FROM "{below.name}" WHERE "{field}" = ?'  # noqa: S608 - our own names
    for (child_id,) in org.db.execute(sql, (record_id,)).fetchall():
        recycle_bin.add_reference(org, root, below, child_id, field, record_id, now)
        sql = f'UPDATE "{below.name}" SET "{field}" = NULL WHERE "Id" = ?'  # noqa: S608
        org.db.execute(sql, (child_id,))
