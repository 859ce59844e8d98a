"""The schema of the records that a query gives, by what it selects and what its objects are.

Parents are objects in a record, children a page of records, aggregates have their alias or `expr0`.
What nobody may describe, or may be of several objects, may be anything.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select.htm
"""

from collections.abc import Iterator
from typing import Any, Final, Literal

from salesforce_connector.errors import ConnectorError
from salesforce_connector.flow import Flow
from salesforce_connector.forms.schema import or_null
from salesforce_connector.metadata.describe import (
    FieldDescription,
    ObjectDescription,
    fetch_object,
)
from salesforce_connector.metadata.field_values import value_to_read
from salesforce_connector.query.select_list import (
    AGGREGATES,
    Select,
    SelectItem,
    Unreadable,
    read_select,
)

Schema = dict[str, Any]

Form = Literal["nested", "typed columns", "text columns"]
"""Records as REST gives them, or rows by column as bulk jobs give them."""

MAX_PARENTS: Final = 5  # steps of a path, SOQL limits

_COUNTS: Final = frozenset({"COUNT", "COUNT_DISTINCT", "GROUPING"})
_NUMBERS: Final = frozenset({"SUM", "AVG", "DISTANCE"})
_TEXTS: Final = frozenset({"TOLABEL", "FORMAT"})
_OF_THE_FIELD: Final = frozenset({"MIN", "MAX", "CONVERTCURRENCY", "CONVERTTIMEZONE"})
_DATE: Final = "DAY_ONLY"
_FIELDS: Final = "FIELDS"
_ATTRIBUTES: Final[Schema] = {"type": "object", "title": "Attributes", "readOnly": True}
_ANY: Final[Schema] = {"type": ["object", "array", "string", "number", "boolean", "null"]}


def fetch_schema(soql: str, form: Form = "nested") -> Flow[Schema | None]:
    """Return the schema of a query's records; None for what is no query, or of no such object.

    Args:
        soql: Its values may be `:name`; it may be incomplete.
    """
    try:
        select = read_select(soql)
    except Unreadable:
        return None
    describer = _Describer()
    about = yield from describer.describe(select.source)
    if about is None:
        return None
    if form == "nested":
        return (yield from _record(select, about, describer))
    return (yield from _columns(select, about, describer, form))


class _Describer:
    """Describes objects, each once; None for one that the user may not describe."""

    def __init__(self) -> None:
        self._descriptions: dict[str, ObjectDescription | None] = {}

    def describe(self, name: str) -> Flow[ObjectDescription | None]:
        key = name.lower()
        if key not in self._descriptions:
            try:
                self._descriptions[key] = yield from fetch_object(name)
            except ConnectorError as error:
                if error.kind in ("retryable", "unauthorized"):
                    raise
                self._descriptions[key] = None
        return self._descriptions[key]

    def parent(
        self, about: ObjectDescription | None, relationship: str
    ) -> Flow[tuple[str, ObjectDescription | None]]:
        """Return a relationship's own name, and the object that it leads to, if it is one alone."""
        for field in about.fields if about is not None else ():
            if (field.relationship_name or "").lower() == relationship.lower():
                target = field.reference_to[0] if len(field.reference_to) == 1 else ""
                described = (yield from self.describe(target)) if target else None
                return field.relationship_name or relationship, described
        return relationship, None


def _record(select: Select, about: ObjectDescription, describer: _Describer) -> Flow[Schema]:
    properties: dict[str, Schema] = {"attributes": dict(_ATTRIBUTES)}
    unnamed = 0
    for item in select.items:
        if item.child is not None:
            name, schema = yield from _children(item.child, about, describer)
            properties[name] = schema
        elif item.function == "TYPEOF":
            name, _ = yield from describer.parent(about, item.path[0])
            properties[name] = {"type": ["object", "null"], "title": name, "readOnly": True}
        elif item.function == _FIELDS:
            properties |= {field.name: value_to_read(field) for field in _all_fields(item, about)}
        elif select.aggregates or item.alias or item.function:
            field = yield from _field(item, about, describer)
            name = item.alias or (field.name if field is not None else _last(item))
            if item.function and not item.alias and _is_expression(item, select):
                name, unnamed = f"expr{unnamed}", unnamed + 1
            if item.path or item.alias or select.aggregates:  # COUNT() alone gives no records
                properties[name] = _function_value(item, field, name)
        else:
            yield from _put(properties, item.path, about, describer)
    title = about.label if not select.aggregates else "Aggregate result"
    return {"type": "object", "title": title, "properties": properties}


def _put(
    properties: dict[str, Schema],
    path: tuple[str, ...],
    about: ObjectDescription,
    describer: _Describer,
) -> Flow[None]:
    """Put a field, within its parents, among the properties of a record."""
    current: ObjectDescription | None = about
    for step in path[:-1][:MAX_PARENTS]:
        name, current = yield from describer.parent(current, step)
        title = current.label if current is not None else name
        parent = properties.setdefault(
            name,
            {
                "type": ["object", "null"],
                "title": title,
                "properties": {"attributes": dict(_ATTRIBUTES)},
                "readOnly": True,
            },
        )
        properties = parent.setdefault("properties", {})
    field = _find(current, path[-1])
    properties[field.name if field else path[-1]] = _value(field, path[-1])


def _children(
    child: Select, about: ObjectDescription, describer: _Describer
) -> Flow[tuple[str, Schema]]:
    """Return the name and the schema of a page of children; null when a record has none."""
    name, record = child.source, None
    for relationship in about.child_relationships:
        if (relationship.name or "").lower() == child.source.lower():
            name = relationship.name or name
            described = yield from describer.describe(relationship.sobject)
            if described is not None:
                record = yield from _record(child, described, describer)
    items = record or {"type": "object"}
    return name, {
        "type": ["object", "null"],
        "title": name,
        "properties": {
            "totalSize": {"type": "integer", "title": "Total"},
            "done": {"type": "boolean", "title": "Done"},
            "records": {"type": "array", "title": "Records", "items": items},
        },
        "readOnly": True,
    }


def _columns(
    select: Select, about: ObjectDescription, describer: _Describer, form: Form
) -> Flow[Schema]:
    """Return the schema of a row by column; a bulk job selects nothing but fields."""
    properties: dict[str, Schema] = {}
    for item in select.items:
        names: list[str] = []
        current: ObjectDescription | None = about
        for step in item.path[:-1][:MAX_PARENTS]:
            name, current = yield from describer.parent(current, step)
            names.append(name)
        if item.function == _FIELDS:
            matching = [*_all_fields(item, about)]
        else:
            field = _find(current, item.path[-1]) if item.path else None
            matching = [] if field is None else [field]
            if field is None and item.path:
                properties[".".join([*names, item.path[-1]])] = _value(None, item.path[-1])
        for match in matching:
            schema = value_to_read(match)
            if form == "text columns":
                schema = {"type": "string", "title": match.label, "readOnly": True}
            properties[".".join([*names, match.name])] = or_null(schema)
    return {"type": "object", "title": about.label, "properties": properties}


def _field(
    item: SelectItem, about: ObjectDescription, describer: _Describer
) -> Flow[FieldDescription | None]:
    current: ObjectDescription | None = about
    for step in item.path[:-1][:MAX_PARENTS]:
        _, current = yield from describer.parent(current, step)
    return _find(current, item.path[-1]) if item.path else None


def _function_value(item: SelectItem, field: FieldDescription | None, name: str) -> Schema:
    function = item.function
    if not function or function in _OF_THE_FIELD:
        schema = _value(field, name)
        return or_null({**schema, "title": name if item.alias or function else schema["title"]})
    if function in _COUNTS:
        return {"type": "integer", "title": name, "readOnly": True}
    if function in _NUMBERS:
        return {"type": ["number", "null"], "title": name, "readOnly": True}
    if function in _TEXTS:
        return {"type": ["string", "null"], "title": name, "readOnly": True}
    if function == _DATE:
        return {"type": ["string", "null"], "format": "date", "title": name, "readOnly": True}
    if "_IN_" in function or function.startswith(("CALENDAR_", "FISCAL_")):
        return {"type": ["integer", "null"], "title": name, "readOnly": True}
    return {**_ANY, "title": name, "readOnly": True}


def _is_expression(item: SelectItem, select: Select) -> bool:
    """Return whether a function without an alias is names_by_field `expr0`, `expr1` and so on."""
    return item.function in AGGREGATES or select.aggregates or item.function == "DISTANCE"


def _all_fields(item: SelectItem, about: ObjectDescription) -> Iterator[FieldDescription]:
    which = item.path[0].upper() if item.path else "ALL"
    for field in about.fields:
        if which == "ALL" or field.custom == (which == "CUSTOM"):
            yield field


def _find(about: ObjectDescription | None, name: str) -> FieldDescription | None:
    fields = about.fields if about is not None else ()
    return next((field for field in fields if field.name.lower() == name.lower()), None)


def _value(field: FieldDescription | None, name: str) -> Schema:
    if field is None:
        return {**_ANY, "title": name, "readOnly": True}
    return value_to_read(field)


def _last(item: SelectItem) -> str:
    return item.path[-1] if item.path else item.function.lower()
