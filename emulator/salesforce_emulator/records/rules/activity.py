"""Tasks and events: fields that the status decides, an event's end, the related account.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_event.htm
"""

from datetime import timedelta
from typing import Final

from salesforce_emulator import errors
from salesforce_emulator.org.clock import datetime_text, datetime_value
from salesforce_emulator.records.save_context import SaveContext

MAX_DURATION: Final = timedelta(days=14)  # an event's longest duration

# How the objects that an activity may be about name their account.
_ACCOUNTS: Final = {
    "Account": "Id",
    "Asset": "AccountId",
    "Case": "AccountId",
    "Contract": "AccountId",
    "Opportunity": "AccountId",
    "Order": "AccountId",
}
_TIMES: Final = frozenset(
    {"StartDateTime", "ActivityDateTime", "ActivityDate", "EndDateTime", "DurationInMinutes"}
)


def apply_task_status(save: SaveContext) -> None:
    """Set IsClosed by the status, and IsHighPriority by the priority."""
    row = save.row
    row["IsHighPriority"] = int(row.get("Priority") == "High")
    if not save.changed("Status"):
        return
    result = save.org.db.execute(
        'SELECT "IsClosed" FROM "TaskStatus" WHERE "ApiName" = ?', (row.get("Status"),)
    ).fetchone()
    closed = int(bool(result and result[0]))
    if closed != int((save.before or {}).get("IsClosed") or 0):
        row["CompletedDateTime"] = save.now if closed else None
    row["IsClosed"] = closed
    row.setdefault("TaskSubtype", "Task")


def set_account(save: SaveContext) -> None:
    """Set AccountId to the account of what the activity is about, else of the contact."""
    if not (save.changed("WhatId") or save.changed("WhoId")):
        return
    row, db = save.row, save.org.db
    row["AccountId"] = None
    related = save.org.schema.by_prefix(str(row.get("WhatId") or "")[:3])
    sources = []
    if related is not None and related.name in _ACCOUNTS:
        sources.append((related.name, _ACCOUNTS[related.name], row["WhatId"]))
    if str(row.get("WhoId") or "").startswith("003"):
        sources.append(("Contact", "AccountId", row["WhoId"]))
    for table, column, record_id in sources:
        sql = f'SELECT "{column}" FROM "{table}" WHERE "Id" = ?'  # noqa: S608 - our own names
        result = db.execute(sql, (record_id,)).fetchone()
        if result and result[0]:
            row["AccountId"] = result[0]
            return


def align_times(save: SaveContext) -> None:
    """Make start, end and duration of an event agree.

    Two of them make the third; an event of whole days takes its dates from ActivityDate.
    """
    row, values = save.row, save.supplied_fields
    if not save.new and _TIMES.isdisjoint(values):
        return
    start = _start(save)
    if start is None:
        raise errors.required_missing(["ActivityDateTime"])
    minutes = row.get("DurationInMinutes") if "DurationInMinutes" in values else None
    end = row.get("EndDateTime") if "EndDateTime" in values else None
    begins = datetime_value(start)
    if minutes is not None:
        ends = begins + timedelta(minutes=int(minutes))
        if end is not None and datetime_value(str(end)) != ends:
            raise errors.integrity("Duration: the duration disagrees with the end", ["EndDateTime"])
    elif end is not None:
        ends = datetime_value(str(end))
    elif row.get("DurationInMinutes") is not None:
        ends = begins + timedelta(minutes=int(row["DurationInMinutes"] or 0))
    elif row.get("IsAllDayEvent"):
        ends = begins + timedelta(days=1)
    else:
        raise errors.required_missing(["DurationInMinutes"])
    if not timedelta(0) <= ends - begins <= MAX_DURATION:
        raise errors.integrity("Duration: the event ends before it begins, or lasts over 14 days",
                               ["DurationInMinutes"])  # fmt: skip
    row["StartDateTime"] = row["ActivityDateTime"] = start
    row["ActivityDate"] = start[:10]
    row["EndDateTime"] = datetime_text(ends)
    row["EndDate"] = datetime_text(ends)[:10]
    row["DurationInMinutes"] = int((ends - begins).total_seconds() // 60)
    row.setdefault("EventSubtype", "Event")


def _start(save: SaveContext) -> str | None:
    row, values = save.row, save.supplied_fields
    for name in ("StartDateTime", "ActivityDateTime"):
        if name in values and row.get(name) is not None:
            return str(row[name])
    if "ActivityDate" in values and row.get("ActivityDate") is not None:
        return f"{row['ActivityDate']}T00:00:00.000+0000"  # whole days begin at midnight UTC
    start = row.get("StartDateTime")
    return None if start is None else str(start)
