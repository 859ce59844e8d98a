"""Adds a config file's rules for saving records, and its list views."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from salesforce_emulator.config.errors import ConfigError, KeyPath, located_at
from salesforce_emulator.config.queues import owner_id
from salesforce_emulator.config.references import condition, field_names, sobject_of
from salesforce_emulator.config.tables import records as tables
from salesforce_emulator.config.tables.file import ConfigFile
from salesforce_emulator.list_views.declared import ListView, list_views_of
from salesforce_emulator.outbound_messages.message import (
    ID_PREFIX,
    OutboundMessage,
    outbound_messages_of,
)
from salesforce_emulator.records.declared import field_history
from salesforce_emulator.records.declared.rules import (
    AssignmentRule,
    DuplicateRule,
    ValidationRule,
    declared_rules,
)

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


def apply_rules(org: "Org", config: ConfigFile) -> None:
    """Add the rules and list views.

    Raises:
        ConfigError: A rule refers to something that does not exist, or its condition is invalid.
    """
    _track_history(org, config)
    _apply_validation_rules(org, config.validation_rules)
    _apply_duplicate_rules(org, config.duplicate_rules)
    _apply_assignment_rules(org, config.assignment_rules)
    for at, message in enumerate(config.outbound_messages):
        _apply_outbound_message(org, message, ("outbound_messages", at))
    _apply_list_views(org, config.list_views)


def _track_history(org: "Org", config: ConfigFile) -> None:
    for at, custom_object in enumerate(config.objects):
        if custom_object.track_history:
            with located_at("objects", at, "track_history"):
                field_history.track(org, custom_object.name, custom_object.track_history)
    for at, table in enumerate(config.field_history):
        with located_at("field_history", at, "fields"):
            field_history.track(org, table.object, table.fields)


def _apply_validation_rules(org: "Org", rules: Sequence[tables.ValidationRule]) -> None:
    for at, table in enumerate(rules):
        key_path: KeyPath = ("validation_rules", at)
        sobject = sobject_of(org, table.object, key_path)
        if table.field:
            field_names(org, sobject, (table.field,), (*key_path, "field"))
        when = condition(org, sobject.name, table.when, (*key_path, "when"))
        rule = ValidationRule(sobject.name, when, table.message, table.field)
        declared_rules(org).validation_rules.append(rule)


def _apply_duplicate_rules(org: "Org", rules: Sequence[tables.DuplicateRule]) -> None:
    for at, table in enumerate(rules):
        key_path: KeyPath = ("duplicate_rules", at)
        sobject = sobject_of(org, table.object, key_path)
        rule = DuplicateRule(
            sobject.name,
            field_names(org, sobject, table.fields, (*key_path, "fields")),
            table.action == "alert",
            table.message,
            table.name,
            table.on_update,
        )
        declared_rules(org).duplicate_rules.append(rule)


def _apply_assignment_rules(org: "Org", rules: Sequence[tables.AssignmentRule]) -> None:
    for at, table in enumerate(rules):
        key_path: KeyPath = ("assignment_rules", at)
        owner = owner_id(org, table.owner)
        if owner is None:
            raise ConfigError((*key_path, "owner"), f"there is no user or queue {table.owner}")
        when = None
        if table.when:
            when = condition(org, table.object, table.when, (*key_path, "when"))
        rule = AssignmentRule(table.object, owner, when, org.ids.next("01Q"), table.active)
        declared_rules(org).assignment_rules.append(rule)


def _apply_outbound_message(org: "Org", table: tables.OutboundMessage, key_path: KeyPath) -> None:
    sobject = sobject_of(org, table.object, key_path)
    names = field_names(org, sobject, table.fields, (*key_path, "fields"))
    for name in names:
        field = sobject.field(name)
        if field is None or field.compound or field.type == "base64":
            raise ConfigError((*key_path, "fields"), f"{name} cannot be sent; name its parts")
    when = condition(org, sobject.name, table.when, (*key_path, "when")) if table.when else None
    with located_at(*key_path, "endpoint"):
        message = OutboundMessage(
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
        outbound_messages_of(org).add(message)


def _apply_list_views(org: "Org", views: Sequence[tables.ListView]) -> None:
    for at, table in enumerate(views):
        key_path: KeyPath = ("list_views", at)
        sobject = sobject_of(org, table.object, key_path)
        field_names(org, sobject, table.columns, (*key_path, "columns"))
        if table.where:
            condition(org, sobject.name, table.where, (*key_path, "where"))
        label = table.label or table.name.replace("_", " ")
        list_views_of(org).append(
            ListView(
                sobject.name,
                table.name,
                label,
                table.columns,
                table.where,
                table.order,
                table.mine,
            )
        )
