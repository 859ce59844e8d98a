"""Contracts: StatusCode by the status, and the end date.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contract.htm
"""

import calendar
from datetime import date, timedelta
from typing import Final

from salesforce_emulator import errors
from salesforce_emulator.records.save_context import SaveContext

_CODES: Final = {"Draft": "Draft", "In Approval Process": "InApproval", "Activated": "Activated"}


def apply_status(save: SaveContext) -> None:
    """Set StatusCode by the status, Draft by default, and who activated the contract."""
    row = save.row
    row["Status"] = row.get("Status") or "Draft"
    if not save.changed("Status"):
        return
    row["StatusCode"] = _CODES.get(row["Status"], "Draft")
    if save.new and row["StatusCode"] != "Draft":
        raise errors.status_not_first("contract")
    if row["StatusCode"] == "Activated":
        row["ActivatedDate"], row["ActivatedById"] = save.now, save.user_id


def end(save: SaveContext) -> None:
    """Set EndDate to the day before the start, so many months later."""
    row = save.row
    start, months = row.get("StartDate"), row.get("ContractTerm")
    row["EndDate"] = None
    if start is None or months is None:
        return
    begins = date.fromisoformat(start)
    years, month = divmod(begins.month - 1 + months, 12)
    year = begins.year + years
    if year not in range(1700, 4001):  # the years that Salesforce accepts
        return
    day = min(begins.day, calendar.monthrange(year, month + 1)[1])
    row["EndDate"] = (date(year, month + 1, day) - timedelta(days=1)).isoformat()
