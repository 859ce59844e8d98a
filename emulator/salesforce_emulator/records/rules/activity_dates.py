"""Summaries of a record's activities: LastActivityDate, HasOpenActivity, HasOverdueTask.

LastActivityDate is the latest of the dates of events and the due dates of closed tasks. Accounts
count the activities of their contacts and opportunities, too.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_opportunity.htm
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from salesforce_emulator.org.clock import datetime_text
from salesforce_emulator.records.save_context import SaveContext
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

_POINTERS: Final = ("WhoId", "WhatId", "AccountId")
_OF: Final = {"Account": "AccountId", "Contact": "WhoId", "Lead": "WhoId"}  # of others WhatId

_LAST: Final = (
    '(SELECT MAX(day) FROM (SELECT MAX("ActivityDate") AS day FROM "Event"'
    ' WHERE "{of}" = :id AND "IsDeleted" = 0 UNION ALL SELECT MAX("ActivityDate") FROM "Task"'
    ' WHERE "{of}" = :id AND "IsClosed" = 1 AND "IsDeleted" = 0))'
)
_OPEN: Final = (
    '(EXISTS (SELECT 1 FROM "Task" WHERE "{of}" = :id AND "IsClosed" = 0 AND "IsDeleted" = 0)'
    ' OR EXISTS (SELECT 1 FROM "Event" WHERE "{of}" = :id AND "EndDateTime" > :now'
    ' AND "IsDeleted" = 0))'
)
_OVERDUE: Final = (
    '(EXISTS (SELECT 1 FROM "Task" WHERE "{of}" = :id AND "IsClosed" = 0'
    ' AND "ActivityDate" < :today AND "IsDeleted" = 0))'
)
_FIELDS: Final = {
    "LastActivityDate": _LAST,
    "HasOpenActivity": _OPEN,
    "HasOverdueTask": _OVERDUE,
}
# Opportunities alone have what time changes.
_STALE: Final = (
    'SELECT "WhatId" FROM "Task" JOIN "Opportunity" AS about ON about."Id" = "WhatId"'
    ' WHERE "Task"."IsClosed" = 0 AND "Task"."IsDeleted" = 0 AND "ActivityDate" < :today'
    ' AND "HasOverdueTask" = 0 UNION SELECT "Id" FROM "Opportunity" WHERE "HasOpenActivity" = 1'
    ' AND NOT EXISTS (SELECT 1 FROM "Task" WHERE "WhatId" = "Opportunity"."Id"'
    ' AND "Task"."IsClosed" = 0 AND "Task"."IsDeleted" = 0)'
)


def roll_up(save: SaveContext) -> None:
    """Update the summaries of the records that a task or event relates to, now and before."""
    rows = (save.row, save.before or {})
    values = {row[name] for row in rows for name in _POINTERS if row.get(name) is not None}
    update_summaries(save.org, sorted(values))


def update_summaries(org: "Org", record_ids: Iterable[str]) -> None:
    """Update the summaries of records' activities."""
    now = datetime_text(org.clock.now())
    for record_id in record_ids:
        sobject = org.schema.by_prefix(record_id[:3])
        if sobject is None:
            continue
        sets = _sets(sobject)
        if sets:
            org.db.execute(
                f'UPDATE "{sobject.name}" SET {sets} WHERE "Id" = :id',  # noqa: S608 - our names
                {"id": record_id, "now": now, "today": now[:10]},
            )


def update_dates_by_time(org: "Org") -> None:
    """Update what changes with time alone: tasks become overdue, events end."""
    rows = org.db.execute(_STALE, {"today": datetime_text(org.clock.now())[:10]}).fetchall()
    update_summaries(org, [record_id for (record_id,) in rows])


def _sets(sobject: SObject) -> str:
    of = _OF.get(sobject.name, "WhatId")
    return ", ".join(
        f'"{name}" = {sql.format(of=of)}' for name, sql in _FIELDS.items() if sobject.field(name)
    )
