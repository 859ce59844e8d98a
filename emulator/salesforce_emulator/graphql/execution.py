"""Runs a request: each list below `uiapi { query { ... } }` by one SOQL query; mutations.

https://developer.salesforce.com/docs/platform/graphql/guide/requests-and-responses.html
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from salesforce_emulator import soql
from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.graphql import mutations
from salesforce_emulator.graphql.connections import Statements, page_of
from salesforce_emulator.graphql.document import SelectedField, read
from salesforce_emulator.graphql.errors import GraphQLRequestError, not_offered, undefined_field
from salesforce_emulator.graphql.fields import (
    ConnectionSelection,
    Fields,
    FieldSelection,
    RecordSelection,
)
from salesforce_emulator.graphql.records import Json, Shaping
from salesforce_emulator.soql.query_context import QueryContext

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org
    from salesforce_emulator.soql.results import Caller

_ELSEWHERE = frozenset({"aggregate", "objectInfos", "relatedListByName", "layouts"})


def run(
    org: "Org",
    caller: "Caller",
    text: str,
    variables: Mapping[str, Any],
    operation_name: str | None,
    version: float,
) -> Json:
    """Run a request and return the body of its response: `data` and `errors`."""
    try:
        with org.lock:
            running = _Running(org, caller, version)
            selected, changes = read(text, variables, operation_name)
            if changes:
                return running.change(selected)
            return {"data": running.root(selected), "errors": []}
    except GraphQLRequestError as error:
        return {"data": None, "errors": [error.body()]}


class _Running:
    """One request, run for one caller."""

    def __init__(self, org: "Org", caller: "Caller", version: float) -> None:
        self._org = org
        self._caller = caller
        self._version = version
        self._access = org.access(caller.user_id)
        self._schema = self._access.schema
        self._statements = Statements(self._schema)
        context = QueryContext.of(org, caller.user_id, version=version, all_rows=False)
        self._shaping = Shaping(context)

    def root(self, values: list[SelectedField]) -> Json:
        requested = [
            (item, self._api(item)) for item in values
        ]  # all of it is read before any is run
        return {
            item.key: item.name if api is None else self._queries(api) for item, api in requested
        }

    def change(self, values: list[SelectedField]) -> Json:
        """Run a mutation; what was done of it stays although an answer to another part fails."""
        if self._version < mutations.SINCE:
            raise not_offered(f"mutations in version {self._version}")
        requested = []
        for entry in values:  # all of it is read before any is run
            if entry.name == "__typename":
                continue
            if entry.name != "uiapi":
                raise undefined_field(entry.name, "Mutation", entry.path, [entry.location])
            requested.append((entry, *mutations.read(entry, self._access)))
        data: Json = {item.key: "Mutation" for item in values if item.name == "__typename"}
        errors: list[GraphQLRequestError] = []
        for value, query, all_or_none in requested:
            data[value.key], failed = mutations.run(
                self._org, self._access, query, self._shape, all_or_none=all_or_none
            )
            errors += failed
        return {"data": data, "errors": [item.body() for item in errors]}

    def _shape(self, selection: RecordSelection, record_id: str) -> Json:
        fields = [item.field.name for item in selection.items if isinstance(item, FieldSelection)]
        names = ", ".join(dict.fromkeys(["Id", *fields]))
        statement = f"SELECT {names} FROM {selection.sobject.name} WHERE Id = '{record_id}'"  # noqa: S608
        (record,) = self._records(statement)
        return self._shaping.record(selection, record)

    def _api(
        self, selected: SelectedField
    ) -> "list[tuple[SelectedField, list[_Operation]]] | None":
        if selected.name == "__typename":
            selected.name = "Query"
            return None
        if selected.name.startswith("__"):
            raise not_offered("introspection", selected.path)
        if selected.name != "uiapi":
            raise undefined_field(selected.name, "Query", selected.path, [selected.location])
        result = []
        for child in selected.children:
            if child.name in _ELSEWHERE:
                raise not_offered(f"uiapi.{child.name}", child.path)
            if child.name != "query":
                raise undefined_field(child.name, "UIAPI", child.path, [child.location])
            result.append(
                (child, [self._read_request(child_request) for child_request in child.children])
            )
        return result

    def _read_request(self, selected: SelectedField) -> "_Operation":
        sobject = self._schema.get(selected.name)
        if sobject is None or sobject.name != selected.name or not sobject.queryable:
            raise undefined_field(selected.name, "RecordQuery", selected.path, [selected.location])
        requested = Fields(self._schema).connection(selected, sobject)
        page = page_of(requested)
        return _Operation(requested, self._statements.of(requested, page.offset + page.first + 1))

    def _queries(self, api: "list[tuple[SelectedField, list[_Operation]]]") -> Json:
        return {
            query.key: {item.selection.selected.key: self._list(item) for item in requested}
            for query, requested in api
        }

    def _list(self, operation: "_Operation") -> Json:
        page, requested = page_of(operation.selection), operation.selection
        try:
            records = self._records(operation.statement)
            displayed = records[page.offset : page.offset + page.first]
            more = len(records) > page.offset + len(displayed)
            return self._shaping.connection(
                requested, displayed, more=more, total=lambda: self._total(requested)
            )
        except SalesforceError as error:
            reason = error.message.strip().rpartition("\n")[2]
            path, location = requested.selected.path, requested.selected.location
            raise GraphQLRequestError("DataFetchingException", reason, path, [location]) from None

    def _records(self, statement: str) -> list[Json]:
        response = soql.run(self._org, self._caller, statement, version=self._version)
        records: list[Json] = response["records"]
        while not response["done"]:
            locator = response["nextRecordsUrl"].rpartition("/")[2]
            response = soql.more(self._org, self._caller, locator, version=self._version)
            records += response["records"]
        return records

    def _total(self, selection: ConnectionSelection) -> int:
        statement = self._statements.count(selection)
        response = soql.run(self._org, self._caller, statement, version=self._version)
        return int(response["totalSize"])


class _Operation:
    """A list that is requested, and the SOQL that finds it."""

    def __init__(self, selection: ConnectionSelection, statement: str) -> None:
        self.selection = selection
        self.statement = statement
