"""Shapes records of SOQL queries into the selections of a request.

https://developer.salesforce.com/docs/platform/graphql/guide/query-record-objects.html
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from salesforce_emulator.graphql.connections import cursor, page_of
from salesforce_emulator.graphql.document import SelectedField
from salesforce_emulator.graphql.errors import not_offered, undefined_field
from salesforce_emulator.graphql.fields import (
    LABELLED,
    TYPES,
    ChildrenSelection,
    ConnectionSelection,
    FieldSelection,
    RecordSelection,
    ScalarSelection,
)
from salesforce_emulator.schema import Field
from salesforce_emulator.soql.errors import SoqlError
from salesforce_emulator.soql.formatting import formatter
from salesforce_emulator.soql.query_context import QueryContext
from salesforce_emulator.soql.syntax import Call

Json = dict[str, Any]

_FORMATTED = frozenset({"int", "long", "double", "currency", "percent", "date", "datetime"})


class Shaping:
    """Shapes records for one caller."""

    def __init__(self, context: QueryContext) -> None:
        self._context = context

    def connection(
        self,
        selection: ConnectionSelection,
        records: Sequence[Json],
        *,
        more: bool,
        total: Callable[[], int],
    ) -> Json:
        """Shape one page of a list.

        Args:
            more: There are records after these.
            total: Counts all records of the list.
        """
        page, name = page_of(selection), selection.record.sobject.name
        body: Json = {}
        for part in selection.selected.children:
            if part.name == "edges":
                body[part.key] = [
                    self._edge(part, selection, record, page.offset + at)
                    for at, record in enumerate(records, 1)
                ]
            elif part.name == "pageInfo":
                ends = (page.offset + 1, page.offset + len(records)) if records else (None, None)
                body[part.key] = _page_info(part, ends, more=more)
            elif part.name == "totalCount":
                body[part.key] = total()
            elif part.name == "pageResultCount":
                body[part.key] = len(records)
            else:
                body[part.key] = f"{name}Connection"
        return body

    def _edge(
        self, part: SelectedField, selection: ConnectionSelection, record: Json, position: int
    ) -> Json:
        edge: Json = {}
        for item in part.children:
            if item.name == "node":
                own = {id(child) for child in item.children}
                items = tuple(i for i in selection.record.items if id(i.selected) in own)
                edge[item.key] = self.record(
                    RecordSelection(selection.record.sobject, items), record
                )
            elif item.name == "cursor":
                edge[item.key] = cursor(position)
            else:
                edge[item.key] = f"{selection.record.sobject.name}Edge"
        return edge

    def record(self, selection: RecordSelection, record: Mapping[str, Any]) -> Json:
        body: Json = {}
        for item in selection.items:
            key = item.selected.key
            if isinstance(item, ScalarSelection):
                body[key] = record["Id"] if item.selected.name == "Id" else selection.sobject.name
            elif isinstance(item, FieldSelection):
                body[key] = self._value(item, record[item.field.name])
            elif isinstance(item, ChildrenSelection):
                body[key] = self._children(item, record[item.relationship])
            else:
                above = record[str(item.field.relationship_name)]
                body[key] = (
                    None if above is None else self._parent(item.selected, item.nodes, above)
                )
        return body

    def _parent(
        self,
        selected: SelectedField,
        nodes: Mapping[str, RecordSelection],
        above: Mapping[str, Any],
    ) -> Json:
        kind = str(above["attributes"]["type"])
        requested = nodes.get(kind)
        body = self.record(requested, above) if requested is not None else {}
        # Of a polymorphic parent, fields that all types share are outside of fragments.
        for child in selected.children:
            if not child.type_name and child.key not in body:
                body[child.key] = above["Id"] if child.name == "Id" else kind
        return body

    def _children(self, item: ChildrenSelection, children: Json | None) -> Json:
        requested, page = item.connection, page_of(item.connection)
        records = children["records"] if children else []
        if children and not children["done"]:
            raise not_offered(f"{item.relationship} of so many records", item.selected.path)
        displayed = records[page.offset : page.offset + page.first]
        more = len(records) > page.offset + len(displayed)
        return self.connection(requested, displayed, more=more, total=lambda: len(records))

    def _value(self, item: FieldSelection, value: Any) -> Json:
        parts: dict[str, Callable[[], Any]] = {
            "value": lambda: _wire(item.field, value),
            "displayValue": lambda: self._display_value(item, value),
            "label": lambda: _label(item.field, value),
            "__typename": lambda: TYPES.get(item.field.type, "FieldValue"),
        }
        return {part.key: parts[part.name]() for part in item.selected.children}

    def _display_value(self, item: FieldSelection, value: Any) -> str | None:
        """Write a value for people; null for one that is shown as it is."""
        field = item.field
        if value is None:
            return None
        if field.type in LABELLED:
            return _label(field, value)
        if field.type not in _FORMATTED:
            return None
        try:
            return formatter(field, self._context, Call("FORMAT", (), field.name, 0))(value)
        except SoqlError:
            where = item.selected.path
            raise not_offered(
                f"displayValue for the locale {self._context.locale}", where
            ) from None


def _label(field: Field, value: Any) -> str | None:
    if value is None:
        return None
    labels = {item.value: item.label for item in field.picklist}
    return ";".join(labels.get(part, part) for part in str(value).split(";"))


def _wire(field: Field, value: Any) -> Any:
    if field.type == "datetime" and isinstance(value, str):
        return value.replace("+0000", "Z")
    return value


def _page_info(part: SelectedField, ends: tuple[int | None, int | None], *, more: bool) -> Json:
    first, last = ends
    available = {
        "hasNextPage": more,
        "hasPreviousPage": first is not None and first > 1,
        "startCursor": None if first is None else cursor(first),
        "endCursor": None if last is None else cursor(last),
        "__typename": "PageInfo",
    }
    for item in part.children:
        if item.name not in available:
            raise undefined_field(item.name, "PageInfo", item.path, [item.location])
    return {child.key: available[child.name] for child in part.children}
