"""Puts a config file's records, and its rules about saving and listing records, into an org."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from salesforce_emulator.config.errors import ConfigError, KeyPath, located_at
from salesforce_emulator.config.queues import owner_id
from salesforce_emulator.config.schema import File, Record
from salesforce_emulator.config.schema import OutboundMessage as OutboundMessageTable
from salesforce_emulator.list_views.declared import ListView, list_views_of
from salesforce_emulator.outbound_messages.message import (
    ID_PREFIX,
    OutboundMessage,
    outbound_messages_of,
)
from salesforce_emulator.records import writing
from salesforce_emulator.records.declared import field_history
from salesforce_emulator.records.declared.rules import (
    AssignmentRule,
    DuplicateRule,
    ValidationRule,
    declared_rules,
)
from salesforce_emulator.records.declared.where import Where
from salesforce_emulator.reports.report import field_of
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


def apply_rules(org: "Org", table: File) -> None:
    """Add the rules to the org's settings.

    Raises:
        ConfigError: A rule names what is not there, or its condition cannot be read.
    """
    rules = declared_rules(org)
    for at, created in enumerate(table.objects):
        if created.track_history:
            with located_at("objects", at, "track_history"):
                field_history.track(org, created.name, created.track_history)
    for at, tracked in enumerate(table.field_history):
        with located_at("field_history", at, "fields"):
            field_history.track(org, tracked.object, tracked.fields)
    for at, rule in enumerate(table.validation_rules):
        key_path: KeyPath = ("validation_rules", at)
        sobject = sobject_of(org, rule.object, key_path)
        _require_fields(org, sobject, (rule.field,) if rule.field else (), (*key_path, "field"))
        refuses = condition(org, sobject.name, rule.when, (*key_path, "when"))
        rules.validation_rules.append(
            ValidationRule(sobject.name, refuses, rule.message, rule.field)
        )
    for at, duplicate_rule in enumerate(table.duplicate_rules):
        key_path = ("duplicate_rules", at)
        sobject = sobject_of(org, duplicate_rule.object, key_path)
        names = _require_fields(org, sobject, duplicate_rule.fields, (*key_path, "fields"))
        rules.duplicate_rules.append(
            DuplicateRule(
                sobject.name,
                names,
                duplicate_rule.action == "alert",
                duplicate_rule.message,
                duplicate_rule.name,
                duplicate_rule.on_update,
            )
        )
    for at, assignment in enumerate(table.assignment_rules):
        key_path = ("assignment_rules", at)
        owner = owner_id(org, assignment.owner)
        if owner is None:
            raise ConfigError((*key_path, "owner"), f"there is no user or queue {assignment.owner}")
        when = None
        if assignment.when:
            when = condition(org, assignment.object, assignment.when, (*key_path, "when"))
        rule_id = org.ids.next("01Q")
        rules.assignment_rules.append(
            AssignmentRule(assignment.object, owner, when, rule_id, assignment.active)
        )
    for at, message in enumerate(table.outbound_messages):
        _apply_outbound_message(org, message, ("outbound_messages", at))
    for at, view in enumerate(table.list_views):
        key_path = ("list_views", at)
        sobject = sobject_of(org, view.object, key_path)
        _require_fields(org, sobject, view.columns, (*key_path, "columns"))
        if view.where:
            condition(org, sobject.name, view.where, (*key_path, "where"))
        label = view.label or view.name.replace("_", " ")
        list_views_of(org).append(
            ListView(
                sobject.name, view.name, label, view.columns, view.where, view.order, view.mine
            )
        )


def _apply_outbound_message(org: "Org", table: OutboundMessageTable, key_path: KeyPath) -> None:
    sobject = sobject_of(org, table.object, key_path)
    names = _require_fields(org, sobject, table.fields, (*key_path, "fields"))
    for name in names:
        field = sobject.field(name)
        if field is None or field.compound or field.type == "base64":
            raise ConfigError((*key_path, "fields"), f"{name} cannot be sent; name its parts")
    when = condition(org, sobject.name, table.when, (*key_path, "when")) if table.when else None
    with located_at(*key_path, "endpoint"):
        created = OutboundMessage(
            id=org.ids.next(ID_PREFIX),
            name=table.name,
            sobject=sobject.name,
            fields=names,
            endpoint=table.endpoint,
            on_create="create" in table.on,
            on_update="update" in table.on,
            when=when,
            only_newly=table.only_newly,
        )
    with located_at(*key_path, "name"):
        outbound_messages_of(org).add(created)


def apply_records(org: "Org", tables: Sequence[Record]) -> dict[str, int]:
    """Create records as the administrator; give the locks on each by its id.

    An org in a file that has been opened before has them already: then nothing is created.
    """
    locks: dict[str, int] = {}
    if not tables or org.reopened:
        return locks
    ids: dict[str, str] = {}
    access = org.access(org.admin_id)
    names = {table.owner for table in tables if table.owner}
    owners = {name: owner_id(org, name) for name in names}  # makes users, outside the transaction
    with org.transaction():
        for at, table in enumerate(tables):
            key_path: KeyPath = ("records", at)
            sobject = sobject_of(org, table.object, key_path)
            fields = {
                name: _resolve_refs(value, ids, (*key_path, "fields", name))
                for name, value in table.fields.items()
            }
            if table.owner:
                fields["OwnerId"] = _owner(owners, sobject, table.owner, (*key_path, "owner"))
            if table.record_type:
                where = (*key_path, "record_type")
                fields["RecordTypeId"] = _record_type(sobject, table.record_type, where)
            with located_at(*key_path):
                record_id = writing.create(org, access, sobject, fields)
            if table.ref:
                ids[table.ref] = record_id
            locks[record_id] = table.locks
    return locks


def _owner(owners: Mapping[str, str | None], sobject: SObject, name: str, key_path: KeyPath) -> str:
    if sobject.field("OwnerId") is None:
        raise ConfigError(key_path, f"records of {sobject.name} have no owner of their own")
    owner = owners[name]
    if owner is None:
        raise ConfigError(key_path, f"there is no user or queue {name}")
    return owner


def _record_type(sobject: SObject, name: str, key_path: KeyPath) -> str:
    for record_type in sobject.record_types:
        if record_type.developer_name == name:
            return record_type.id
    raise ConfigError(key_path, f"{sobject.name} has no record type {name}")


def condition(org: "Org", sobject: str, text: str, key_path: KeyPath) -> Where:
    """Return a condition that is known to fit an sobject."""
    where = Where(sobject, text)
    with located_at(*key_path):
        where.check(org)
    return where


def sobject_of(org: "Org", name: str, key_path: KeyPath, key: str = "object") -> SObject:
    """Return an sobject by name."""
    sobject = org.schema.get(name)
    if sobject is None:
        raise ConfigError((*key_path, key), f"there is no object {name}")
    return sobject


def _require_fields(
    org: "Org", sobject: SObject, paths: Sequence[str], key_path: KeyPath
) -> tuple[str, ...]:
    """Return the fields' names as the schema spells them; a path stays as it is."""
    names = []
    for path in paths:
        with located_at(*key_path):
            field = field_of(org.schema, sobject.name, path)
        names.append(path if "." in path else field.name)
    return tuple(names)


def _resolve_refs(value: Any, ids: dict[str, str], key_path: KeyPath) -> Any:
    if not isinstance(value, str) or not value.startswith("@"):
        return value
    if value[1:] not in ids:
        raise ConfigError(key_path, f"there is no record {value[1:]!r} before this one")
    return ids[value[1:]]
