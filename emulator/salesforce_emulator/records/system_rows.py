"""Rows that the platform writes by itself, past the checks that callers are held to.

Rules that run while a record is saved write with `write_for_save`: at the save's time, by its user.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from salesforce_emulator.org.clock import datetime_text
from salesforce_emulator.records.plans import plan_of
from salesforce_emulator.records.save_context import SaveContext

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


def write(org: "Org", user_id: str, sobject_name: str, values: Mapping[str, Any]) -> str:
    """Write a row with an object's defaults and audit fields, and return its id.

    Args:
        values: By field name, as they are stored; may have an `Id`.
    """
    now = datetime_text(org.clock.now().replace(microsecond=0))  # audit dates have no fraction
    return _insert(org, user_id, now, sobject_name, values)


def write_for_save(save: SaveContext, sobject_name: str, values: Mapping[str, Any]) -> str:
    """Write a row as `write` does, as a part of a save."""
    return _insert(save.org, save.user_id, save.now, sobject_name, values)


def _insert(
    org: "Org", user_id: str, now: str, sobject_name: str, values: Mapping[str, Any]
) -> str:
    sobject = org.schema[sobject_name]
    plan = plan_of(org, sobject)
    audit = {name: user_id if name.endswith("ById") else now for name in plan.audit}
    row = {**plan.defaults, **audit, **values}
    row.setdefault("Id", org.ids.next(sobject.key_prefix))
    org.db.execute(plan.insert(tuple(row)), tuple(row.values()))
    return str(row["Id"])


def change(org: "Org", user_id: str, sobject_name: str, record_id: str, **values: Any) -> None:
    """Change a row of the platform, with its audit fields."""
    plan = plan_of(org, org.schema[sobject_name])
    now = datetime_text(org.clock.now().replace(microsecond=0))
    audit = {name: user_id if name.endswith("ById") else now for name in plan.on_update}
    row = {**audit, **values}
    org.db.execute(plan.update(tuple(row)), (*row.values(), record_id))
