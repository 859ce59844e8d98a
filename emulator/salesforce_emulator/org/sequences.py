"""What was given last and is not in any table any more: ids and autonumbers of rows that are gone.

An org in a file goes on after the highest id and number of each table; those of rows that are gone
for good would be given again, which Salesforce never does.

https://help.salesforce.com/s/articleView?id=platform.fields_about_auto_number.htm
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

SCHEMA: Final = 'CREATE TABLE IF NOT EXISTS "_Gone" (sequence TEXT PRIMARY KEY, last TEXT);'

_KEEP: Final = (
    'INSERT INTO "_Gone" VALUES (?, ?)'
    " ON CONFLICT (sequence) DO UPDATE SET last = excluded.last"
    " WHERE (LENGTH(excluded.last), excluded.last) > (LENGTH(last), last)"  # 9 before 10
)


def remove_row(org: "Org", sobject: SObject, record_id: str) -> None:
    """Delete a row for good; its id and autonumbers are not given again.

    The caller holds `org.transaction()`.
    """
    sql = f'SELECT * FROM "{sobject.name}" WHERE "Id" = ?'  # noqa: S608 - our own name
    row = org.db.execute(sql, (record_id,)).fetchone()
    if row is None:
        return
    org.db.execute(f'DELETE FROM "{sobject.name}" WHERE "Id" = ?', (record_id,))  # noqa: S608
    if org.kept:
        org.db.executemany(_KEEP, _sequences(org, sobject, row))


def last_id(org: "Org", sobject: SObject) -> str | None:
    """Give the highest id of rows of an sobject that are gone; None when none is."""
    return _last(org, sobject.name)


def last_number(org: "Org", sobject: str, field: str) -> str | None:
    """Give the highest autonumber of rows that are gone, as it was formatted; None: none is."""
    return _last(org, f"{sobject}.{field}")


def _last(org: "Org", sequence: str) -> str | None:
    found = org.db.execute('SELECT last FROM "_Gone" WHERE sequence = ?', (sequence,)).fetchone()
    return None if found is None else str(found[0])


def _sequences(org: "Org", sobject: SObject, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    numbers = [each.name for each in org.plan(sobject).auto_numbers if row[each.name] is not None]
    named = [(f"{sobject.name}.{name}", str(row[name])) for name in numbers]
    return [(sobject.name, str(row["Id"])), *named]
