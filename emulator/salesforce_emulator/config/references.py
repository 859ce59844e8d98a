"""Resolves what a config file names: objects, fields and conditions of the org."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from salesforce_emulator.config.errors import ConfigError, KeyPath, located_at
from salesforce_emulator.records.declared.where import Where
from salesforce_emulator.reports.report import field_of
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


def condition(org: "Org", sobject: str, text: str, key_path: KeyPath) -> Where:
    """Compile a condition of an sobject."""
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


def field_names(
    org: "Org", sobject: SObject, paths: Sequence[str], key_path: KeyPath
) -> tuple[str, ...]:
    """Return the names as the schema spells them; a path over a relationship is unchanged."""
    names = []
    for path in paths:
        with located_at(*key_path):
            field = field_of(org.schema, sobject.name, path)
        names.append(path if "." in path else field.name)
    return tuple(names)
