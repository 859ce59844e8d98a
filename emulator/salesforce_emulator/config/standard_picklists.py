"""Replaces the choices of standard picklists: `[[picklists]]`."""

from dataclasses import replace

from salesforce_emulator.config.custom_fields import picklist_values
from salesforce_emulator.config.errors import ConfigError, KeyPath
from salesforce_emulator.config.tables.objects import StandardPicklist
from salesforce_emulator.schema.sobject import SObject


def with_choices(sobject: SObject, table: StandardPicklist, key_path: KeyPath) -> SObject:
    """Return an object with other choices for one of its picklists.

    Raises:
        ConfigError: There is no such picklist, it depends on another, or the default is no choice.
    """
    field = sobject.field(table.field)
    if field is None or not field.picklist or field.custom:
        raise ConfigError((*key_path, "field"), f"{sobject.name} has no such standard picklist")
    leads = any(item.controller == field.name and not item.custom for item in sobject.fields)
    if field.controller or leads:
        raise ConfigError(
            (*key_path, "field"), f"{field.name} depends on another, or another on it"
        )
    if table.controller is None and any(choice.valid_for for choice in table.choices):
        raise ConfigError((*key_path, "choices"), "valid_for needs a controller")
    if not table.choices:
        raise ConfigError((*key_path, "choices"), "is empty")
    if table.default is not None and table.default not in {
        choice.value for choice in table.choices
    }:
        raise ConfigError((*key_path, "default"), "is none of the choices")
    picklist = picklist_values(table.choices, table.default)
    return sobject.with_field(
        replace(
            field,
            picklist=picklist,
            restricted_picklist=table.restricted,
            controller=table.controller,
        )
    )
