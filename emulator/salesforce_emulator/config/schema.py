"""Adds a config file's objects, fields, events and picklists to an org's schema."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from salesforce_emulator.config.custom_fields import (
    check_controller,
    check_references,
    new_field,
    new_object,
)
from salesforce_emulator.config.errors import ConfigError, KeyPath
from salesforce_emulator.config.standard_picklists import with_choices
from salesforce_emulator.config.tables.file import ConfigFile
from salesforce_emulator.config.tables.objects import ObjectField
from salesforce_emulator.schema.attachable import with_attachable
from salesforce_emulator.schema.schema import Schema
from salesforce_emulator.schema.sobject import SObject
from salesforce_emulator.schema.state_picklists import with_state_picklists

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


def extend_schema(org: "Org", config: ConfigFile) -> None:
    """Add what the file declares, then check that its references and controllers exist.

    Raises:
        ConfigError: An object or a field is missing, or exists already.
    """
    schema = org.schema
    if config.settings.state_and_country_picklists:
        schema = with_state_picklists(schema)
    for kind, first, tables in (("objects", "a", config.objects), ("events", "e", config.events)):
        for at, table in enumerate(tables):
            schema = schema.with_objects(new_object(schema, table, (kind, at), first))
    for at, picklist in enumerate(config.picklists):
        sobject = _sobject(schema, picklist.object, ("picklists", at))
        schema = schema.with_objects(with_choices(sobject, picklist, ("picklists", at)))
    for custom_object in config.objects:
        schema = with_attachable(schema, custom_object.name, activities=custom_object.activities)
    for at, field in enumerate(config.fields):
        sobject = _sobject(schema, field.object, ("fields", at))
        if sobject.field(field.name) is not None:
            why = f"{sobject.name} has a field {field.name} already"
            raise ConfigError(("fields", at, "name"), why)
        schema = schema.with_fields(sobject.name, *new_field(field, ("fields", at)))
    for object_name, custom_field, key_path in _custom_fields(config):
        check_references(schema, object_name, custom_field, key_path)
    for at, picklist in enumerate(config.picklists):
        if picklist.controller is not None:
            controller, choices = picklist.controller, picklist.choices
            check_controller(schema, picklist.object, controller, choices, ("picklists", at))
    org.extend(schema)


def _sobject(schema: Schema, name: str, key_path: KeyPath) -> SObject:
    sobject = schema.get(name)
    if sobject is None:
        raise ConfigError((*key_path, "object"), f"there is no object {name}")
    return sobject


def _custom_fields(config: ConfigFile) -> Iterator[tuple[str, ObjectField, KeyPath]]:
    """Yield each custom field with its object and its key path."""
    for kind, tables in (("objects", config.objects), ("events", config.events)):
        for at, table in enumerate(tables):
            for number, field in enumerate(table.fields):
                yield table.name, field, (kind, at, "fields", number)
    for at, field in enumerate(config.fields):
        yield field.object, field, ("fields", at)
