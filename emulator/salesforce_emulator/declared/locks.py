"""Locks that other work holds on records: who saves or deletes one, or a child of one, is refused.

`org.settings.locked` says how many times more. References to owners and record types lock nothing.

https://developer.salesforce.com/docs/atlas.en-us.dbcom_dev_performance.meta/dbcom_dev_performance/
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from salesforce_emulator import errors
from salesforce_emulator.saving import Saving
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

_LOCK_NOTHING: Final = frozenset({"OwnerId", "CreatedById", "LastModifiedById", "RecordTypeId"})


def require_free(saving: Saving) -> None:
    """Raise SalesforceError, UNABLE_TO_LOCK_ROW, when the record or a parent is locked."""
    require_row_free(saving.org, saving.sobject, saving.record_id, saving.row)


def require_row_free(org: "Org", sobject: SObject, record_id: str, row: Mapping[str, Any]) -> None:
    """Raise SalesforceError, UNABLE_TO_LOCK_ROW, when a row or a parent of it is locked."""
    locked = org.settings.locked
    parents = (
        row.get(field.name)
        for field in sobject.fields
        if field.type == "reference" and field.name not in _LOCK_NOTHING
    )
    for each in (record_id, *parents):
        if each is not None and locked.get(each, 0) > 0:
            locked[each] -= 1
            raise errors.unable_to_lock(each)
