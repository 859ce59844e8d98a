"""Rows that a rule writes by itself, past the checks that callers are held to."""

from collections.abc import Mapping
from typing import Any

from salesforce_emulator.records.save_context import Row, Saving


def make(saving: Saving, sobject_name: str, values: Mapping[str, Any]) -> str:
    """Write a row with an object's defaults and audit fields, and give its id.

    Args:
        values: By field name, in the form that is stored; an `Id` among them is kept.
    """
    org = saving.org
    sobject = org.schema[sobject_name]
    plan = org.plan(sobject)
    audit = {name: saving.user_id if name.endswith("ById") else saving.now for name in plan.audit}
    row: Row = {**plan.defaults, **audit, **values}
    row.setdefault("Id", org.ids.next(sobject.key_prefix))
    org.db.execute(plan.insert(tuple(row)), tuple(row.values()))
    return str(row["Id"])
