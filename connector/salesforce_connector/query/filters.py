"""Conditions on fields as structured input, written as SOQL: no builder needs to know its syntax.

It writes the clauses of a query; values are quoted by `soql`.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_conditionexpression.htm
"""

from collections.abc import Iterable
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from salesforce_connector.errors import Rejected
from salesforce_connector.forms.dynamic_options import dynamic_options
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import FieldPath
from salesforce_connector.soql.binding import literal
from salesforce_connector.soql.values import Pattern, Value

Operator = Literal[
    "equals",
    "not_equals",
    "less_than",
    "less_or_equal",
    "greater_than",
    "greater_or_equal",
    "in",
    "not_in",
    "contains",
    "not_contains",
    "starts_with",
    "ends_with",
    "includes",
    "excludes",
    "is_null",
    "is_not_null",
]

_COMPARED: Final = {
    "equals": "=",
    "not_equals": "!=",
    "less_than": "<",
    "less_or_equal": "<=",
    "greater_than": ">",
    "greater_or_equal": ">=",
}
_LISTED: Final = {"in": "IN", "not_in": "NOT IN", "includes": "INCLUDES", "excludes": "EXCLUDES"}
_WITHOUT_VALUE: Final = frozenset({"is_null", "is_not_null"})
_WITH_VALUE: Final = [name for name in get_args(Operator) if name not in _WITHOUT_VALUE]
_NULLABLE: Final = frozenset({"equals", "not_equals"})


class Condition(BaseModel):
    """Compares a field with a value."""

    model_config = ConfigDict(extra="forbid", title="Condition")

    field: FieldPath
    operator: Operator = Field(
        default="equals",
        title="Operator",
        description="How the field is compared with the value.",
        examples=["equals", "in", "contains"],
        json_schema_extra=hints(
            text=(
                "in and not_in take a list. includes and excludes take a list for a "
                "multi-select picklist, where 'A;B' means both. contains, starts_with and "
                "ends_with take a text. is_null and is_not_null take no value."
            )
        ),
    )
    value: Value = Field(
        default=None,
        title="Value",
        description="Leave empty for is_null and is_not_null.",
        examples=["Banking", ["Hot", "Warm"], {"date_literal": "THIS_MONTH"}],
        json_schema_extra=dynamic_options("picklist_values", "sobject", "field")
        | hints(
            widget="value",
            show_when={"operator": _WITH_VALUE},
            text=(
                "Dates: {'date': '2026-01-31'}, {'datetime': '2026-01-31T09:00:00Z'}, "
                "{'date_literal': 'LAST_N_DAYS:7'}."
            ),
        ),
    )


class _Group(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AllOf(_Group):
    """All of these conditions hold."""

    model_config = ConfigDict(title="All of")

    all: list["Filter"] = Field(
        min_length=1, title="All of", description="All of these conditions hold."
    )


class AnyOf(_Group):
    """At least one of these conditions holds."""

    model_config = ConfigDict(title="Any of")

    any: list["Filter"] = Field(
        min_length=1, title="Any of", description="At least one of these conditions holds."
    )


class NoneOf(_Group):
    """None of these conditions holds."""

    model_config = ConfigDict(title="None of")

    none: list["Filter"] = Field(
        min_length=1, title="None of", description="None of these conditions holds."
    )


def _form(value: Any) -> str:
    """Return the form of a filter, so that an error is reported for that form alone."""
    match value:
        case AllOf() | {"all": _}:
            return "all"
        case AnyOf() | {"any": _}:
            return "any"
        case NoneOf() | {"none": _}:
            return "none"
        case _:
            return "condition"


Filter = Annotated[
    Annotated[Condition, Tag("condition")]
    | Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[NoneOf, Tag("none")],
    Discriminator(_form),
]

Filters = Annotated[
    list[Filter],
    Field(
        title="Filters",
        description=(
            "Conditions that must all hold; empty for all records. {'any': [...]}, {'all': [...]} "
            "and {'none': [...]} make groups, which may be nested."
        ),
        examples=[[{"field": "Industry", "operator": "equals", "value": "Banking"}]],
        json_schema_extra=hints(widget="filter"),
    ),
]


class Order(BaseModel):
    """A field to sort by."""

    model_config = ConfigDict(extra="forbid", title="Sort by")

    field: FieldPath
    descending: bool = Field(
        default=False, title="Descending", description="Largest value first.", examples=[True]
    )
    nulls_last: bool = Field(
        default=False,
        title="Nulls last",
        description="Sort records without a value last; otherwise they are first.",
        examples=[True],
    )


def select(
    sobject: str,
    fields: Iterable[str],
    filters: list[Filter],
    order: Iterable[Order] = (),
    limit: int | None = None,
) -> str:
    """Write a query; a field named twice, whatever its case, is selected once.

    Raises:
        Rejected: A value does not go with its operator, or has no form in SOQL.
    """
    columns: dict[str, str] = {}
    for name in fields:
        columns.setdefault(name.lower(), name)
    # All that is not quoted by `literal` is held to a pattern by the input's types.
    clauses = [f"SELECT {', '.join(columns.values())} FROM {sobject}"]  # noqa: S608
    if filters:
        clauses.append(f"WHERE {where(filters)}")
    if keys := [_key(key) for key in order]:
        clauses.append(f"ORDER BY {', '.join(keys)}")
    if limit is not None:
        clauses.append(f"LIMIT {limit}")
    return " ".join(clauses)


def where(filters: list[Filter]) -> str:
    """Write conditions that must all hold, of which there is at least one, without WHERE.

    Raises:
        Rejected: See `select`.
    """
    return " AND ".join(map(_term, filters))


def _term(filter_: Filter) -> str:
    match filter_:
        case Condition():
            return _condition(filter_)
        case AllOf():
            return f"({where(filter_.all)})"
        case AnyOf():
            return f"({_either(filter_.any)})"
        case NoneOf():
            return f"(NOT ({_either(filter_.none)}))"


def _either(filters: list[Filter]) -> str:
    return " OR ".join(map(_term, filters))


def _condition(condition: Condition) -> str:
    name, operator, value = condition.field, condition.operator, condition.value
    if operator in _WITHOUT_VALUE:
        if value is not None:
            raise _reject(condition, "takes no value", "Leave the value out.")
        return f"{name} {'=' if operator == 'is_null' else '!='} null"
    if operator in _LISTED:
        if not isinstance(value, list):
            raise _reject(condition, "takes a list", "Put the value into a list.")
        return f"{name} {_LISTED[operator]} {literal(value)}"
    if operator in _COMPARED:
        if isinstance(value, list):
            raise _reject(condition, "takes one value", "Use in or not_in to compare with a list.")
        if value is None and operator not in _NULLABLE:
            raise _reject(condition, "needs a value", "Give one, or use is_null.")
        return f"{name} {_COMPARED[operator]} {literal(value)}"
    if not isinstance(value, str) or not value:
        raise _reject(condition, "takes a text", "Give one that is not empty.")
    match operator:
        case "starts_with":
            pattern = Pattern(starts_with=value)
        case "ends_with":
            pattern = Pattern(ends_with=value)
        case _:
            pattern = Pattern(contains=value)
    like = f"{name} LIKE {literal(pattern)}"
    return f"(NOT {like})" if operator == "not_contains" else like


def _key(order: Order) -> str:
    direction = "DESC" if order.descending else "ASC"
    return f"{order.field} {direction} NULLS {'LAST' if order.nulls_last else 'FIRST'}"


def _reject(condition: Condition, rule: str, remedy: str) -> Rejected:
    return Rejected(
        f"The filter on {condition.field}: {condition.operator} {rule}.",
        code="INVALID_FILTER",
        remedy=remedy,
        fields=(condition.field,),
    )
