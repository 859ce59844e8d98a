"""Simulated row locks: a save or delete of a locked record, or of its child, fails.

`org.settings.locked` counts the failures left; in `lock_all_rows` every row is locked. References
to owners and record types lock nothing.

https://developer.salesforce.com/docs/atlas.en-us.dbcom_dev_performance.meta/dbcom_dev_performance/
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

from salesforce_emulator import errors
from salesforce_emulator.records.save_context import SaveContext
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

_LOCK_NOTHING: Final = frozenset({"OwnerId", "CreatedById", "LastModifiedById", "RecordTypeId"})
_ALL: Final = ContextVar("all rows are locked", default=False)  # for the request that it is set in


@contextmanager
def lock_all_rows() -> Generator[None]:
    """Lock every row for the request that is being answered, and no other."""
    token = _ALL.set(True)
    try:
        yield
    finally:
        _ALL.reset(token)


def any_row_locked(org: "Org") -> bool:
    """Return whether there is any lock to look at."""
    return bool(org.settings.locked) or _ALL.get()


def require_free(save: SaveContext) -> None:
    """Raise SalesforceError, UNABLE_TO_LOCK_ROW, when the record or a parent is locked."""
    require_row_free(save.org, save.sobject, save.record_id, save.row)


def require_row_free(org: "Org", sobject: SObject, record_id: str, row: Mapping[str, Any]) -> None:
    """Raise SalesforceError, UNABLE_TO_LOCK_ROW, when a row or a parent of it is locked."""
    if _ALL.get():
        raise errors.unable_to_lock(record_id)
    locked = org.settings.locked
    parents = (
        row.get(field.name)
        for field in sobject.fields
        if field.type == "reference" and field.name not in _LOCK_NOTHING
    )
    for parent in (record_id, *parents):
        if parent is not None and locked.get(parent, 0) > 0:
            locked[parent] -= 1
            raise errors.unable_to_lock(parent)
