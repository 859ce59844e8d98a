"""Creates and updates records: the route that every write takes, whatever the API it came by.

    body -> read (values.py) -> may it be written -> bounds (field_validation.py) -> references
         -> defaults -> rules (rules/) -> unique -> what is declared (declared/), save_checks
         -> database -> rules after

Finding by external id is in `upserts.py`, deleting in `deletion.py`, reading in `retrieval.py`.
The caller holds `org.transaction()`.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/using_resources_working_with_records.htm
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from salesforce_emulator import errors
from salesforce_emulator.org.clock import datetime_text
from salesforce_emulator.org.save_options import SaveOptions
from salesforce_emulator.records import declared
from salesforce_emulator.records.auto_numbers import next_number
from salesforce_emulator.records.declared import field_history
from salesforce_emulator.records.declared.rules import declared_rules
from salesforce_emulator.records.plans import Column, Plan, plan_of
from salesforce_emulator.records.references import (
    by_external_id,
    require_no_circle,
    resolve_reference,
)
from salesforce_emulator.records.rules import AFTER_SAVE, before_save
from salesforce_emulator.records.save_context import Row, SaveContext
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.access import Access
    from salesforce_emulator.org.state import Org

_DEFAULT_OPTIONS: Final = SaveOptions()
_SETTABLE_AUDIT: Final = frozenset(
    {"CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById"}
)


def create(
    org: "Org",
    access: "Access",
    sobject: SObject,
    body: Mapping[str, Any],
    options: SaveOptions = _DEFAULT_OPTIONS,
) -> str:
    """Create a record and return its id of 18 characters.

    Args:
        sobject: As the caller sees it: one of `access.schema`.
        body: JSON: field names in any case; `attributes` is passed over.

    Raises:
        SalesforceError: The record is refused; nothing is written.
    """
    access.require_create(sobject)
    plan = plan_of(org, sobject)
    values = _read(org, access, plan, body)
    audited = _SETTABLE_AUDIT if org.settings.trusts_audit_fields else frozenset[str]()
    locked = [c.name for c in values if not c.field.createable and c.name not in audited]
    if locked:
        raise errors.read_only_fields(locked)
    row: Row = dict(plan.defaults)
    for column, value in values.items():
        if value is not None or column.field.nillable:
            row[column.name] = value
    missing = [name for name in plan.required if row.get(name) is None]
    if missing:
        raise errors.required_missing(missing)
    _check_bounds(org, plan, row, values)

    record_id = org.ids.next(sobject.key_prefix)
    save = SaveContext(
        org,
        access.user_id,
        plan.sobject,
        record_id,
        row,
        before=None,
        supplied_fields=frozenset(column.name for column in values),
        now=_audit_time(org),
        options=options,
    )
    _stamp_new(save, plan)
    _apply_rules(save, plan)
    for field in plan.auto_numbers:
        row[field.name] = next_number(org, sobject, field)
    _require_unique(save, plan)
    _apply_declared(save)
    row["Id"] = record_id
    org.db.execute(plan.insert(tuple(row)), tuple(row.values()))
    if declared_rules(org).tracked_fields:
        field_history.note(save)
    _apply_after_save(save)
    return record_id


def update(
    org: "Org",
    access: "Access",
    sobject: SObject,
    record_id: str,
    body: Mapping[str, Any],
    options: SaveOptions = _DEFAULT_OPTIONS,
) -> None:
    """Change the fields of a record that the body names; null clears one.

    Args:
        record_id: 18 characters.

    Raises:
        SalesforceError: NOT_FOUND, ENTITY_IS_DELETED, or the change is refused; nothing is
            written.
    """
    access.require_update(sobject)
    plan = plan_of(org, sobject)
    before = existing(org, sobject, record_id)
    values = _read(org, access, plan, body)
    locked = [column.name for column in values if not column.field.updateable]
    if locked:
        raise errors.read_only_fields(locked)
    row = dict(before)
    row.update((column.name, value) for column, value in values.items())
    _check_bounds(
        org, plan, row, values
    )  # recorded: an invalid value is reported before a cleared required field
    cleared = [c.name for c, value in values.items() if value is None and not c.field.nillable]
    if cleared:
        raise errors.required_missing(cleared)
    for column in values:
        above = row[column.name]
        if isinstance(above, str) and column.field.reference_to == (sobject.name,):
            require_no_circle(org, sobject, column.field, record_id, above)

    save = SaveContext(
        org,
        access.user_id,
        plan.sobject,
        record_id,
        row,
        before=before,
        supplied_fields=frozenset(column.name for column in values),
        now=_audit_time(org),
        options=options,
    )
    stamps = {"LastModifiedById": access.user_id}
    row.update((name, stamps.get(name, save.now)) for name in plan.on_update)
    _apply_rules(save, plan)
    _require_unique(save, plan)
    _apply_declared(save)
    changes = {name: value for name, value in row.items() if value != before[name]}
    if changes:
        org.db.execute(plan.update(tuple(changes)), (*changes.values(), record_id))
        if declared_rules(org).tracked_fields:
            field_history.note(save)
    _apply_after_save(save)


def existing(org: "Org", sobject: SObject, record_id: str) -> Row:
    """Return the row of an existing record.

    Raises:
        SalesforceError: NOT_FOUND, or ENTITY_IS_DELETED when it is in the recycle bin.
    """
    sql = f'SELECT * FROM "{sobject.name}" WHERE "Id" = ?'  # noqa: S608 - our own name
    result = org.db.execute(sql, (record_id,)).fetchone()
    if result is None:
        raise errors.not_found()
    row = dict(result)
    if row.get("IsDeleted"):
        raise errors.entity_is_deleted()
    return row


def _read(org: "Org", access: "Access", plan: Plan, body: Mapping[str, Any]) -> dict[Column, Any]:
    values: dict[Column, Any] = {}
    columns = plan.columns
    for name, value in body.items():
        column = columns.get(name.lower())
        if column is not None:
            if column.name == "Id":
                raise errors.key_field_in_body("Id")
            values[column] = column.read(value)
        elif name != "attributes":
            column, parent_id = _parent(org, access, plan, name, value)
            values[column] = parent_id
    return values


def _parent(
    org: "Org", access: "Access", plan: Plan, name: str, value: object
) -> tuple[Column, str | None]:
    compound = plan.sobject.field(name)
    if compound is not None:  # an address is written by its parts
        raise errors.read_only_fields([compound.name])
    field = plan.sobject.relationship(name)
    if field is None or not (value is None or isinstance(value, dict)):
        raise errors.no_such_column(name, plan.sobject.name)
    column = plan.columns[field.name.lower()]
    return column, None if value is None else by_external_id(org, access, field, value)


def _check_bounds(org: "Org", plan: Plan, row: Row, values: Mapping[Column, Any]) -> None:
    """Check values against their fields, and replace ids by their 18-character form."""
    for column, value in values.items():
        if value is None:
            continue
        if column.check is not None:
            column.check(value)
        if column.field.type == "reference":
            row[column.name] = resolve_reference(org, plan.sobject, column, value)


def _audit_time(org: "Org") -> str:
    """Return the time of a save; audit dates have no fraction."""
    return datetime_text(org.clock.now().replace(microsecond=0))


def _stamp_new(save: SaveContext, plan: Plan) -> None:
    row, user_id, now = save.row, save.user_id, save.now
    for name in plan.audit:
        if name not in row:
            row[name] = user_id if name.endswith("ById") else now
    if save.options.marks_viewed:
        for name in plan.viewed:
            row[name] = now
    for name in plan.owners:
        if row.get(name) is None:
            row[name] = user_id
    if plan.photo and save.sobject.name != "User":
        row["PhotoUrl"] = f"/services/images/photo/{save.record_id}"


def _apply_rules(save: SaveContext, plan: Plan) -> None:
    for rule in before_save(save.sobject, queued=plan.queued):
        rule(save)


def _apply_declared(save: SaveContext) -> None:
    """Run declared rules and save checks."""
    declared.run_rules(save)
    for check in declared_rules(save.org).save_checks:
        check(save)


def _apply_after_save(save: SaveContext) -> None:
    for rule in AFTER_SAVE.get(save.sobject.name, ()):
        rule(save)
    for react in declared_rules(save.org).after_save:
        react(save)


def _require_unique(save: SaveContext, plan: Plan) -> None:
    for name in save.supplied_fields:
        column = plan.columns[name.lower()]
        value = save.row.get(name)
        if not column.field.unique or value is None:
            continue
        for (other,) in save.org.db.execute(column.find, (value,)):
            if other != save.record_id:
                raise errors.duplicate_value(name, other)
