"""Runs searches: finds ids by words, and reads those records as SOQL would.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_search.htm
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from salesforce_emulator.schema import SObject
from salesforce_emulator.schema.rendering import Json, attributes
from salesforce_emulator.soql.errors import SoqlError, outside_range, unsupported_type
from salesforce_emulator.soql.filters import MAX_OFFSET
from salesforce_emulator.soql.names import Scope
from salesforce_emulator.soql.plans import plan_records
from salesforce_emulator.soql.query_context import QueryContext
from salesforce_emulator.soql.sql_functions import prepare
from salesforce_emulator.soql.syntax import (
    Call,
    Clause,
    Column,
    Condition,
    Junction,
    Literal,
    Membership,
    Path,
    Query,
    Source,
)
from salesforce_emulator.sosl import errors, matching
from salesforce_emulator.sosl.filters import in_categories, in_list_view, in_pricebook
from salesforce_emulator.sosl.highlights import highlight
from salesforce_emulator.sosl.parser import parse
from salesforce_emulator.sosl.shares import fair_shares
from salesforce_emulator.sosl.syntax import ReturningClause, Search
from salesforce_emulator.sosl.terms import Term
from salesforce_emulator.sosl.terms import parse as parse_term

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org
    from salesforce_emulator.soql.results import Caller

# The local org corrects no spelling, as a real one need not.
_VALUES: Final = {
    "WITH METADATA": frozenset({"LABELS"}),
    "WITH SPELL_CORRECTION": frozenset({"TRUE", "FALSE"}),
}

MAX_ROWS: Final = 2_000  # rows of one search, SOSL limits
MAX_ROWS_OF_ONE_OBJECT: Final = (
    250  # rows of one sobject alone without a condition or an order, SOSL limits
)


def run(org: "Org", caller: "Caller", text: str, *, version: float = 68.0) -> Json:
    """Run a search and return the body of its response.

    Raises:
        SalesforceError: The search is refused, with a caret under the part to blame.
    """
    with _shown_in(text):
        search = parse(text)
        _check(search)
        term = parse_term(search.text)
        with org.lock:
            running = _Running(org, caller, term, search, version)
            result: Json = {"searchRecords": running.records()}
            if search.clause("WITH METADATA") is not None:
                result["metadata"] = running.metadata()
            return result


def scope_order(org: "Org", caller: "Caller", version: str) -> list[Json]:
    """Return the sobjects that a search without RETURNING looks at, in order."""
    root = f"/services/data/{version}/sobjects"
    schema = org.access(caller.user_id).schema
    return [
        {"type": item.name, "url": f"{root}/{item.name}/describe"}
        for item in schema
        if matching.searchable(item)
    ]


def suggestions(
    org: "Org", caller: "Caller", text: str, sobject_name: str, limit: int, version: str
) -> Json:
    """Return records of an sobject whose names begin like a text.

    Raises:
        SalesforceError: There is no such sobject, or it has no name to look at.
    """
    with _shown_in(text), org.lock:
        sobject = org.access(caller.user_id).schema.get(sobject_name)
        if sobject is None:
            raise unsupported_type(sobject_name, 0)
        title = sobject.name_field
        if title is None or not matching.searchable(sobject):
            raise errors.not_searchable(sobject.name, 0)
        escaped = "".join(char if char.isalnum() else f"\\{char}" for char in text.strip())
        ids = matching.find(org, sobject, "NAME", parse_term(f"{escaped}*"))
        result = []
        for record_id in ids[:limit]:
            sql = f'SELECT "{title.name}" FROM "{sobject.name}" WHERE "Id" = ?'  # noqa: S608
            (name,) = org.db.execute(sql, (record_id,)).fetchone()
            head = attributes(version, sobject.name, record_id)
            result.append({"attributes": head, "Id": record_id, title.name: name})
        return {"autoSuggestResults": result, "hasMoreResults": len(ids) > limit}


class _Running:
    """One search, run for one caller."""

    def __init__(
        self, org: "Org", caller: "Caller", term: Term, search: Search, version: float
    ) -> None:
        self._org = org
        self._caller = caller
        self._search = search
        self._term = term
        self._schema = org.access(caller.user_id).schema
        self._view = QueryContext.of(org, caller.user_id, version=version, all_rows=False)
        prepare(org.db)

    def records(self) -> list[Json]:
        returned = self._search.returned or tuple(
            ReturningClause(item.name, (), None, (), None, None, 0)
            for item in self._schema
            if matching.searchable(item)
        )
        result = [self._of(item) for item in returned]
        maximum = MAX_ROWS if self._search.limit is None else self._search.limit.value
        shares = fair_shares(maximum, [len(rows) for rows in result])
        return [row for rows, share in zip(result, shares, strict=True) for row in rows[:share]]

    def _of(self, returned: ReturningClause) -> list[Json]:
        """Return the records of one sobject, within its own limit."""
        sobject = self._sobject(returned)
        ids = self._narrow(returned, sobject)
        plan = plan_records(_query(returned, ids), Scope(self._schema, sobject), self._view)
        if plan.children:
            raise errors.not_offered("subqueries in a search", returned.at)
        if not ids:
            return []
        sql = plan.first(len(ids))
        rows = self._org.db.tuples(sql.text, sql.params).fetchall()
        if not returned.orders:
            positions = {record_id: index for index, record_id in enumerate(ids)}
            rows.sort(key=lambda row: positions[row[plan.id_at]])
        start = 0 if returned.offset is None else returned.offset.value
        records = [plan.make(row) for row in rows[start : start + self._maximum_rows(returned)]]
        if any(clause.detail == "HIGHLIGHT" for clause in self._search.clauses):
            highlight(records, sobject, self._term)
        return records

    def metadata(self) -> Json:
        """Return the labels of the fields that RETURNING names."""
        entities = []
        for returned in self._search.returned:
            scope = Scope(self._schema, self._sobject(returned))
            paths = [column.item for column in returned.columns if isinstance(column.item, Path)]
            labels = [{"name": str(path), "label": scope.find(path).field.label} for path in paths]
            entities.append({"entityName": scope.sobject.name, "fieldMetadata": labels})
        return {"entityMetadata": entities}

    def _narrow(self, returned: ReturningClause, sobject: SObject) -> list[str]:
        """Return the ids of the records that match."""
        org = self._org
        ids = matching.find(org, sobject, self._search.group, self._term)
        if returned.list_view is not None:
            displayed = in_list_view(
                org, self._caller, self._schema, sobject, returned.list_view, self._view
            )
            ids = [item for item in ids if item in displayed]
        priced = self._search.clause("WITH PRICEBOOKID")
        if priced is not None and sobject.name == "Product2":
            ids = in_pricebook(org, ids, priced)
        if self._search.categories:
            ids = in_categories(org, sobject, ids, self._search.categories)
        return ids

    def _maximum_rows(self, returned: ReturningClause) -> int:
        if returned.limit is not None:
            return returned.limit.value
        alone = len(self._search.returned) == 1
        if alone and returned.where is None and not returned.orders and not self._search.limit:
            return MAX_ROWS_OF_ONE_OBJECT
        return MAX_ROWS

    def _sobject(self, returned: ReturningClause) -> SObject:
        sobject = self._schema.get(returned.sobject)
        if sobject is None:
            raise unsupported_type(returned.sobject, returned.at)
        if not matching.searchable(sobject):
            raise errors.not_searchable(sobject.name, returned.at)
        return sobject


def _query(returned: ReturningClause, ids: Sequence[str]) -> Query:
    """Return the query for the matching records, which a condition may narrow."""
    at = returned.at
    values = tuple(Literal("string", item, at, item) for item in ids)
    where: Condition = Membership(Path(("Id",), at), "IN", values, at)
    if returned.where is not None:
        # One that is too deep was refused when it was read: this adds one level more.
        where = Junction("AND", (returned.where, where), 0, at)
    return Query(
        columns=returned.columns or (Column(Path(("Id",), at), "", 0, at),),
        sources=(Source(Path((returned.sobject,), at), ""),),
        clauses=(),
        where=where,
        grouping=None,
        having=None,
        orders=returned.orders,
        limit=None,
        offset=None,
        at=at,
    )


def _check(search: Search) -> None:
    """Refuse by name what only a real org does."""
    for clause in search.clauses:
        _check_clause(clause)
    for bound in (search.limit, *(item.limit for item in search.returned)):
        if bound is not None and bound.value > MAX_ROWS:
            raise errors.malformed(f"LIMIT is {MAX_ROWS} at most", bound.at)
    for returned in search.returned:
        if returned.offset is not None and returned.offset.value > MAX_OFFSET:
            raise outside_range(f"Maximum SOSL offset allowed is {MAX_OFFSET}")
        for column in returned.columns:
            if not isinstance(column.item, Path | Call):
                raise errors.not_offered("more than fields in RETURNING", column.at)


def _check_clause(clause: Clause) -> None:
    """Apply the WITH clauses that the local org offers: HIGHLIGHT, and four that have a value."""
    words = f"{clause.name} {clause.detail}".strip()
    values = _VALUES.get(clause.name)
    if words == "WITH HIGHLIGHT" or clause.name == "WITH PRICEBOOKID":
        return
    if values is None:
        displayed = clause.name if clause.name != "WITH" and clause.name != "UPDATE" else words
        raise errors.not_offered(displayed, clause.at)
    if clause.detail.upper() not in values:
        raise errors.malformed(f"{clause.name} can not be {clause.detail}", clause.at)


@contextmanager
def _shown_in(text: str) -> Generator[None]:
    """Raise what is refused as SalesforceError, with the part of the search to blame."""
    try:
        yield
    except SoqlError as error:
        raise errors.of_a_search(error).shown_in(text) from None
