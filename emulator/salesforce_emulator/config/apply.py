"""Puts what a config file says into an org, in the order in which one thing needs another."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from salesforce_emulator.config import automations, queues, rules, users
from salesforce_emulator.config.currencies import apply_currencies
from salesforce_emulator.config.custom_fields import (
    check_controller,
    check_references,
    new_field,
    new_object,
)
from salesforce_emulator.config.errors import ConfigError, KeyPath, located_at
from salesforce_emulator.config.field_schema import RecordType as RecordTypeSheet
from salesforce_emulator.config.schema import File, SettingsTable
from salesforce_emulator.config.standard_picklists import with_choices
from salesforce_emulator.dashboards.dashboard import dashboards_of
from salesforce_emulator.records.system_rows import write
from salesforce_emulator.reports.report import reports_of
from salesforce_emulator.schema.attachable import with_attachable
from salesforce_emulator.schema.field import Field
from salesforce_emulator.schema.ids import parse_id
from salesforce_emulator.schema.sobject import RecordType, SObject
from salesforce_emulator.schema.state_picklists import with_state_picklists

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


def put(org: "Org", table: File, folder: Path) -> None:
    """Put a file's content into an org.

    Args:
        folder: Where the file is; its functions are looked for there.

    Raises:
        ConfigError: Something does not fit the org, or something else in the file.
    """
    _settings(org, table.settings)
    for name, most in table.limits.items():
        _limit(org, name, most)
    _schema(org, table)
    _capture(org, table.settings)
    _record_types(org, table)
    apply_currencies(org, table.currencies)
    users.apply_profiles(org, table.profiles)
    users.apply_users(org, table.users)
    users.apply_apps(org, table.apps)
    queues.apply_queues(org, table.queues)
    refs = rules.apply_records(org, table.records)
    rules.apply_rules(org, table)
    automations.apply_automations(org, table, folder)
    for ref, locks in refs.items():
        if locks:
            org.settings.locked[ref] = locks


def _settings(org: "Org", switches: SettingsTable) -> None:
    for name in ("hard_deletes", "trusts_audit_fields", "bulk_wait", "bulk_pace", "bulk_page"):
        value = getattr(switches, name)
        if value is not None:
            setattr(org.settings, name, value)
    if switches.search_delay is not None:
        org.settings.search_delay = timedelta(seconds=switches.search_delay)
    if switches.report_wait is not None:
        reports_of(org).wait = switches.report_wait
    if switches.dashboard_wait is not None:
        dashboards_of(org).wait = switches.dashboard_wait


def _capture(org: "Org", switches: SettingsTable) -> None:
    for name in switches.change_data_capture:
        sobject = org.schema.get(name)
        if sobject is None:
            raise ConfigError(("settings", "change_data_capture"), f"there is no object {name}")
        org.settings.change_data_capture.add(sobject.name)


def _limit(org: "Org", name: str, most: int) -> None:
    if name == "DailyApiRequests":
        org.limits.api_max = most
    elif name in org.limits.others:
        org.limits.others[name] = most
    else:
        raise ConfigError(("limits", name), "there is no such limit")


def _schema(org: "Org", table: File) -> None:
    schema = org.schema
    if table.settings.state_and_country_picklists:
        schema = with_state_picklists(schema)
    for kind, first, tables in (("objects", "a", table.objects), ("events", "e", table.events)):
        for at, entry in enumerate(tables):
            schema = schema.with_objects(new_object(schema, entry, (kind, at), first))
    for at, picklist in enumerate(table.picklists):
        sobject = schema.get(picklist.object)
        if sobject is None:
            raise ConfigError(("picklists", at, "object"), f"there is no object {picklist.object}")
        schema = schema.with_objects(with_choices(sobject, picklist, ("picklists", at)))
    for item in table.objects:
        schema = with_attachable(schema, item.name, activities=item.activities)
    for at, each_field in enumerate(table.fields):
        key_path: KeyPath = ("fields", at)
        sobject = schema.get(each_field.object)
        if sobject is None:
            raise ConfigError((*key_path, "object"), f"there is no object {each_field.object}")
        if sobject.field(each_field.name) is not None:
            raise ConfigError(
                (*key_path, "name"), f"{sobject.name} has a field {each_field.name} already"
            )
        schema = schema.with_fields(sobject.name, *new_field(each_field, key_path))
    for kind, objects in (("objects", table.objects), ("events", table.events)):
        for at, value in enumerate(objects):
            for number, each_of in enumerate(value.fields):
                key_path = (kind, at, "fields", number)
                check_references(schema, value.name, each_of, key_path)
    for at, picklist in enumerate(table.picklists):
        if picklist.controller is not None:
            key_path = ("picklists", at)
            choices = picklist.choices
            check_controller(schema, picklist.object, picklist.controller, choices, key_path)
    for at, each_field in enumerate(table.fields):
        check_references(schema, each_field.object, each_field, ("fields", at))
    org.extend(schema)


def _record_types(org: "Org", table: File) -> None:
    by_object: dict[str, list[RecordType]] = {}
    for at, record_type in enumerate(table.record_types):
        key_path = ("record_types", at)
        sobject = org.schema.get(record_type.object)
        if sobject is None:
            raise ConfigError((*key_path, "object"), f"there is no object {record_type.object}")
        others = by_object.setdefault(sobject.name, [])
        if any(other.developer_name == record_type.name for other in others):
            raise ConfigError(
                (*key_path, "name"), f"{sobject.name} has a record type {record_type.name} already"
            )
        if record_type.default and any(other.default for other in others):
            raise ConfigError((*key_path, "default"), f"{sobject.name} has another default already")
        _check_picklists(sobject, record_type, key_path)
        label = record_type.label or record_type.name.replace("_", " ")
        record_type_id = _record_type_id(org, sobject.name, record_type, label)
        left = record_type.picklists
        others.append(
            RecordType(
                record_type_id,
                record_type.name,
                label,
                record_type.active,
                record_type.default,
                left,
            )
        )
    objects = []
    for name, types in by_object.items():
        sobject = org.schema[name].with_record_types(types)
        default = next((item.id for item in types if item.default), None)
        field = sobject.field("RecordTypeId") or _record_type_field()
        field = replace(field, default_value=default)
        known_field = sobject.field("RecordTypeId") is not None
        objects.append(
            sobject.with_field(field) if known_field else sobject.extended(fields=(field,))
        )
    if objects:
        org.extend(org.schema.with_objects(*objects))


def _check_picklists(sobject: SObject, table: RecordTypeSheet, key_path: KeyPath) -> None:
    for name, left in table.picklists.items():
        field = sobject.field(name)
        if field is None or not field.picklist:
            raise ConfigError(
                (*key_path, "picklists", name), f"{sobject.name} has no such picklist"
            )
        record_type_id = {item.value for item in field.picklist}
        if strange := [item for item in left if item not in record_type_id]:
            raise ConfigError((*key_path, "picklists", name), f"{name} has no value {strange[0]!r}")


def _record_type_id(org: "Org", sobject: str, table: RecordTypeSheet, label: str) -> str:
    """Return the id of a record type's row, which is written when it is not there."""
    sql = 'SELECT "Id" FROM "RecordType" WHERE "SobjectType" = ? AND "DeveloperName" = ?'
    with org.transaction():
        row = org.db.execute(sql, (sobject, table.name)).fetchone()
        if row is not None:
            return parse_id(row[0]) or ""
        values = {
            "Name": label,
            "DeveloperName": table.name,
            "SobjectType": sobject,
            "Description": table.description,
            "IsActive": int(table.active),
        }
        with located_at("record_types"):
            return write(org, org.admin_id, "RecordType", values)


def _record_type_field() -> Field:
    return Field(
        name="RecordTypeId",
        label="Record Type ID",
        type="reference",
        length=18,
        reference_to=("RecordType",),
        relationship_name="RecordType",
        defaulted_on_create=True,
        permissionable=False,
    )
