"""One statement, run: pages of records with their children, groups, counts, plans.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_query.htm
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from salesforce_emulator.org.clock import datetime_text
from salesforce_emulator.soql import cursors, errors
from salesforce_emulator.soql.aggregates import is_grouped, is_row_count
from salesforce_emulator.soql.columns import columns_of
from salesforce_emulator.soql.cursors import Cursor
from salesforce_emulator.soql.explain import plan_of
from salesforce_emulator.soql.grouped import MAX_GROUPS, plan_groups
from salesforce_emulator.soql.names import Scope
from salesforce_emulator.soql.parser import parse
from salesforce_emulator.soql.plans import RecordPlan, plan_count, plan_records
from salesforce_emulator.soql.query_context import QueryContext
from salesforce_emulator.soql.rows import Row
from salesforce_emulator.soql.sql import Sql
from salesforce_emulator.soql.sql_functions import prepare
from salesforce_emulator.soql.syntax import Query
from salesforce_emulator.soql.tables import root_of

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org
    from salesforce_emulator.schema import Schema

MIN_BATCH: Final = 200  # records a page, least that Sforce-Query-Options can ask for

Answer: TypeAlias = dict[str, Any]


class QueryExecution:
    """One statement, run for one caller."""

    def __init__(
        self,
        org: "Org",
        context: QueryContext,
        text: str,
        batch_size: int | None,
        schema: "Schema | None" = None,
    ) -> None:
        self._org = org
        self._context = context
        self._text = text
        self._batch_size = batch_size
        self._schema = schema
        prepare(org.db)

    def answer(self, query: Query) -> Answer:
        if is_row_count(query):
            (total,) = self._fetch(plan_count(query, self._scope(query), self._context))[0]
            return {"totalSize": total, "done": True, "records": []}
        if is_grouped(query):
            return self._groups(query)
        plan = plan_records(query, self._scope(query), self._context)
        size = self._size(plan)
        rows = self._fetch(plan.first(size + 1))
        ids = [row[plan.id_at] for row in rows]
        if len(rows) > size:
            ids = [record_id for (record_id,) in self._fetch(plan.ids())]
        records = self._records(plan, rows[:size], "", size)
        self._record_views(query, plan, ids[: len(records)])
        return self._page(records, ids, "", size)

    def page_of(self, cursor: Cursor, offset: int) -> Answer:
        """Return the page of a locator: its ids' records, as they are now."""
        query = parse(self._text)
        plan = plan_records(query, self._scope(query), self._context)
        for index in filter(None, cursor.subquery.split(".")):
            plan = plan.children[int(index)]
        rows = self._fetch(plan.by_ids(json.dumps(cursor.ids)))
        records = self._records(plan, rows, cursor.subquery, cursor.batch)
        # A record that was deleted for good is skipped; one beyond the page is not.
        passed = len(cursor.ids) if len(records) == len(rows) else len(records)
        return self._answer(cursor.total, offset + passed, cursor, records)

    def columns(self, query: Query) -> Answer:
        scope = self._scope(query)
        if is_row_count(query):
            plan_count(query, scope, self._context)
        elif is_grouped(query):
            plan_groups(query, scope, self._context)
        else:
            plan_records(query, scope, self._context)
        return columns_of(query, scope)

    def plan(self, query: Query) -> Answer:
        scope = self._scope(query)
        self.columns(query)
        (total,) = self._fetch(plan_count(replace(query, orders=()), scope, self._context))[0]
        everything = replace(
            query, where=None, orders=(), limit=None, offset=None, sources=query.sources[:1]
        )
        (rows,) = self._fetch(plan_count(everything, self._scope(query), self._context))[0]
        return plan_of(scope, query.where, cardinality=total, rows=rows)

    def _scope(self, query: Query) -> Scope:
        schema = self._schema or self._org.access(self._context.user_id).schema
        return Scope(schema, root_of(schema, query))

    def _fetch(self, sql: Sql) -> list[Row]:
        return self._org.db.tuples(sql.text, sql.params).fetchall()

    def _size(self, plan: RecordPlan) -> int:
        requested = plan.batch if self._batch_size is None else max(self._batch_size, MIN_BATCH)
        return min(requested, plan.batch)

    def _groups(self, query: Query) -> Answer:
        plan = plan_groups(query, self._scope(query), self._context)
        rows = self._fetch(plan.sql)
        if len(rows) > MAX_GROUPS:
            raise errors.no_more_groups()
        records = [plan.record(row) for row in rows]
        return {"totalSize": len(records), "done": True, "records": records}

    def _page(self, records: list[Any], ids: Sequence[str], subquery: str, size: int) -> Answer:
        """Return the first page of what has `ids`, with a locator when there are more."""
        cursor = None
        if len(records) < len(ids):
            cursor = cursors.store(
                self._org,
                self._context.user_id,
                self._text,
                ids,
                batch=size,
                all_rows=self._context.all_rows,
                subquery=subquery,
            )
        return self._answer(len(ids), len(records), cursor, records)

    def _answer(
        self, total: int, reached: int, cursor: Cursor | None, records: list[Any]
    ) -> Answer:
        response: Answer = {"totalSize": total, "done": reached >= total}
        if cursor is not None and reached < total:
            response["nextRecordsUrl"] = cursor.url(self._context.version, reached)
        return response | {"records": records}

    def _records(
        self, plan: RecordPlan, rows: Sequence[Row], subquery: str, size: int
    ) -> list[dict[str, Any]]:
        """Make the records of rows: as many as find room on the page with their children."""
        if not plan.children:
            return [plan.make(row) for row in rows]
        result = [self._children(plan, child, rows) for child in plan.children]
        room = _room(plan, rows, result, size)
        return self._families(plan, rows[:room], result, subquery, size)

    def _families(
        self,
        plan: RecordPlan,
        rows: Sequence[Row],
        child_families: Sequence[dict[str, list[Row]]],
        subquery: str,
        size: int,
    ) -> list[dict[str, Any]]:
        records = [plan.make(row) for row in rows]
        for index, (child, families) in enumerate(zip(plan.children, child_families, strict=True)):
            path = f"{subquery}.{index}" if subquery else str(index)
            displayed = [families.get(row[plan.id_at], [])[:size] for row in rows]
            created = iter(
                self._all(child, [row for family in displayed for row in family], path, size)
            )
            for record, row, family in zip(records, rows, displayed, strict=True):
                if family:
                    ids = [family[child.id_at] for family in families[row[plan.id_at]]]
                    record[child.name] = self._page(
                        [next(created) for _ in family], ids, path, size
                    )
        return records

    def _all(
        self, plan: RecordPlan, rows: Sequence[Row], subquery: str, size: int
    ) -> list[dict[str, Any]]:
        """Make the records of all rows, whatever room there is."""
        result = [self._children(plan, child, rows) for child in plan.children]
        return self._families(plan, rows, result, subquery, size)

    def _children(
        self, plan: RecordPlan, child: RecordPlan, rows: Sequence[Row]
    ) -> dict[str, list[Row]]:
        """Return the rows of a subquery by the ids of their parents."""
        families: dict[str, list[Row]] = {}
        for row in self._fetch(child.of_parents(json.dumps([row[plan.id_at] for row in rows]))):
            families.setdefault(row[child.link_at], []).append(row)
        if child.limit is not None or child.offset:
            end = None if child.limit is None else child.offset + child.limit
            families = {key: family[child.offset : end] for key, family in families.items()}
        return families

    def _record_views(self, query: Query, plan: RecordPlan, ids: Sequence[str]) -> None:
        """Mark the records as viewed or referenced, for FOR VIEW and FOR REFERENCE."""
        clause = query.clause("FOR")
        if clause is None:
            return
        sobject = self._org.schema.get(plan.sobject)
        if sobject is None:  # one of the Tooling API's, whose rows are generated for each query
            return
        names = ["LastReferencedDate"] + ["LastViewedDate"] * (clause.detail == "VIEW")
        stored = [name for name in names if sobject.field(name) is not None]
        if stored:
            values = ", ".join(f'"{name}" = ?' for name in stored)
            timestamp = datetime_text(self._context.now)
            with self._org.transaction():
                self._org.db.execute(
                    f'UPDATE "{plan.sobject}" SET {values}'  # noqa: S608 - the schema's names
                    ' WHERE "Id" IN (SELECT value FROM json_each(?))',
                    (*[timestamp] * len(stored), json.dumps(ids)),
                )


def _room(
    plan: RecordPlan, rows: Sequence[Row], child_families: Sequence[dict[str, list[Row]]], size: int
) -> int:
    """Return how many rows find room on a page: each counts, and its children count; one always."""
    used = 0
    for count, row in enumerate(rows):
        families = (families.get(row[plan.id_at], ()) for families in child_families)
        used += 1 + sum(min(len(family), size) for family in families)
        if used > size and count:
            return count
    return len(rows)
