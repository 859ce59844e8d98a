"""Runs statements: pages of records with their children, totals, and the pages after.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from salesforce_emulator.soql import cursors
from salesforce_emulator.soql.errors import SoqlError
from salesforce_emulator.soql.execution import Answer, QueryExecution
from salesforce_emulator.soql.parser import parse
from salesforce_emulator.soql.query_context import QueryContext

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org
    from salesforce_emulator.schema import Schema


class Caller(Protocol):
    """The caller."""

    @property
    def user_id(self) -> str: ...


def run(
    org: "Org",
    caller: Caller,
    text: str,
    *,
    all_rows: bool = False,
    version: float = 68.0,
    batch_size: int | None = None,
    schema: "Schema | None" = None,
) -> Answer:
    """Run a statement and return the body of its response.

    Args:
        all_rows: Find deleted rows, too (queryAll).
        version: The API version that URLs in the answer name.
        batch_size: Records a page that Sforce-Query-Options requests; 200 to 2,000, and a hint.
        schema: Replaces the schema that the caller sees.

    Raises:
        SalesforceError: The statement is refused, with a caret under the invalid part.
    """
    query = parse(text)
    with org.lock, _shown_in(text):
        context = QueryContext.of(org, caller.user_id, version=version, all_rows=all_rows)
        return QueryExecution(org, context, text, batch_size, schema).answer(query)


def more(org: "Org", caller: Caller, locator: str, *, version: float = 68.0) -> Answer:
    """Return the page that a locator leads to.

    Raises:
        SalesforceError: INVALID_QUERY_LOCATOR: it is unknown, expired, or another user's.
    """
    with org.lock:
        cursor, offset = cursors.find(org, caller.user_id, locator)
        with _shown_in(cursor.statement):
            all_rows = cursor.all_rows
            context = QueryContext.of(org, caller.user_id, version=version, all_rows=all_rows)
            return QueryExecution(org, context, cursor.statement, cursor.batch).page_of(
                cursor, offset
            )


def columns(
    org: "Org",
    caller: Caller,
    text: str,
    *,
    version: float = 68.0,
    schema: "Schema | None" = None,
) -> Answer:
    """Describe the columns of a statement's result (`columns=true`), without running it.

    Args:
        schema: As `run` takes it.

    Raises:
        SalesforceError: The statement is refused.
    """
    query = parse(text)
    with org.lock, _shown_in(text):
        context = QueryContext.of(org, caller.user_id, version=version, all_rows=False)
        return QueryExecution(org, context, text, None, schema).columns(query)


def explain(org: "Org", caller: Caller, text: str, *, version: float = 68.0) -> Answer:
    """Return the plan of a statement (`explain=`), without running it.

    Raises:
        SalesforceError: The statement is refused.
    """
    query = parse(text)
    with org.lock, _shown_in(text):
        context = QueryContext.of(org, caller.user_id, version=version, all_rows=False)
        return {
            "plans": [QueryExecution(org, context, text, None).plan(query)],
            "sourceQuery": text,
        }


@contextmanager
def _shown_in(text: str) -> Generator[None]:
    """Convert a SoqlError to a SalesforceError with the invalid part of the statement."""
    try:
        yield
    except SoqlError as error:
        raise error.shown_in(text) from None
