"""Query locators: the result of a query, stored to be read page by page.

A locator stores the ids in order, so that later writes move no record from one page to
another. It is good for two days, for the user who ran the query, and stored in the org's database.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_query.htm
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from salesforce_emulator.org.clock import datetime_text
from salesforce_emulator.soql import errors

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

LIFETIME: Final = timedelta(days=2)  # REST guide
MAX_CURSORS: Final = 1_000  # ours: of an org; a new one takes the oldest's place

_PREFIX: Final = "0r8"  # as recorded in 2026
_ID: Final = 18  # characters
_TABLE: Final = (
    'CREATE TABLE IF NOT EXISTS "_QueryCursor" ("Id" TEXT PRIMARY KEY, user TEXT, created TEXT,'
    " statement TEXT, all_rows INTEGER, subquery TEXT, batch INTEGER, ids BLOB)"
)


@dataclass(frozen=True, slots=True)
class Cursor:
    """What a locator leads to.

    Attributes:
        statement: The SOQL.
        subquery: Which SELECT the ids are of: places of subqueries, such as `0.1`; empty: the root.
        batch: Records a page at most.
        total: How many ids there are.
        ids: The ids of one page.
    """

    id: str
    statement: str
    all_rows: bool
    subquery: str
    batch: int
    total: int
    ids: tuple[str, ...]

    def url(self, version: float, offset: int) -> str:
        """Return the nextRecordsUrl that goes on at an offset."""
        return f"/services/data/v{version:.1f}/query/{self.id}-{offset}"


def store(
    org: "Org",
    user_id: str,
    statement: str,
    ids: Sequence[str],
    *,
    batch: int,
    all_rows: bool,
    subquery: str = "",
) -> Cursor:
    """Keep ids under a new locator."""
    with org.transaction():
        org.db.execute(_TABLE)
        _forget(org)
        (last,) = org.db.execute('SELECT max("Id") FROM "_QueryCursor"').fetchone()
        if last is not None:
            org.ids.resume(last)
        cursor_id = org.ids.next(_PREFIX)
        created = datetime_text(org.clock.now())
        blob = "".join(ids).encode("ascii")
        org.db.execute(
            'INSERT INTO "_QueryCursor" VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
            (cursor_id, user_id, created, statement, int(all_rows), subquery, batch, blob),
        )
    return Cursor(cursor_id, statement, all_rows, subquery, batch, len(ids), ())


def find(org: "Org", user_id: str, locator: str) -> tuple[Cursor, int]:
    """Return what a locator such as `0r8...-2000` leads to, and the offset.

    Raises:
        SalesforceError: INVALID_QUERY_LOCATOR: it is unknown, expired, or another user's.
    """
    cursor_id, _, digits = locator.partition("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise errors.invalid_locator()
    offset = int(digits)
    with org.lock:
        org.db.execute(_TABLE)
        row = org.db.execute(
            "SELECT statement, all_rows, subquery, batch, length(ids),"
            ' substr(ids, ? * 18 + 1, batch * 18) FROM "_QueryCursor"'
            ' WHERE "Id" = ? AND user = ? AND created > ?',
            (offset, cursor_id, user_id, _oldest(org)),
        ).fetchone()
    if row is None:
        raise errors.invalid_locator()
    statement, all_rows, subquery, batch, length, blob = row
    if offset >= length // _ID:
        raise errors.invalid_locator()
    text = bytes(blob).decode("ascii")
    ids = tuple(text[at : at + _ID] for at in range(0, len(text), _ID))
    cursor = Cursor(cursor_id, statement, bool(all_rows), subquery, batch, length // _ID, ids)
    return cursor, offset


def _forget(org: "Org") -> None:
    """Drop what has expired, and the oldest when there are too many."""
    org.db.execute('DELETE FROM "_QueryCursor" WHERE created <= ?', (_oldest(org),))
    org.db.execute(
        'DELETE FROM "_QueryCursor" WHERE "Id" IN'
        ' (SELECT "Id" FROM "_QueryCursor" ORDER BY "Id" DESC LIMIT -1 OFFSET ?)',
        (MAX_CURSORS - 1,),
    )


def _oldest(org: "Org") -> str:
    return datetime_text(org.clock.now() - LIFETIME)
