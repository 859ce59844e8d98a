"""A record before its save: rules read it and change it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from salesforce_emulator.org.save_options import SaveOptions
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

Row: TypeAlias = dict[str, Any]
"""Field name -> value as it is stored; see `org/storage.py`."""


@dataclass(slots=True)
class SaveContext:
    """A create or an update, before it is written.

    Attributes:
        row: The record as it will be; rules write into it. A create's has no column that is empty.
        before: The record as it is; None for a create.
        supplied_fields: Names of the fields that the caller supplied.
    """

    org: "Org"
    user_id: str
    sobject: SObject
    record_id: str
    row: Row
    before: Mapping[str, Any] | None
    supplied_fields: Collection[str]
    now: str
    options: SaveOptions = field(default_factory=SaveOptions)

    @property
    def new(self) -> bool:
        return self.before is None

    def changed(self, name: str) -> bool:
        """Return whether the field's value changes; a create changes every field that it sets."""
        old = None if self.before is None else self.before[name]
        return self.row.get(name) != old
