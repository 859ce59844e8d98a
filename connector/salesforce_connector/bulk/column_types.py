"""What the columns of a bulk query hold, by the descriptions of their objects; CSV is text alone.

A column that nobody may describe stays text, and so does whatever is no number, boolean or date:
"0012" in a text field is no number.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/field_types.htm
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, Literal

from pydantic import Field

from salesforce_connector.bulk.csv_format import CLEARED
from salesforce_connector.errors import BadReply, ConnectorError
from salesforce_connector.flow import Flow
from salesforce_connector.forms.hints import hints
from salesforce_connector.metadata.describe import FieldDescription, fetch_object

Fields = Mapping[str, FieldDescription]
"""By name, in small letters."""

ValueForm = Literal["typed", "text"]
"""How values are returned: by the types of their fields, or as the CSV has them."""


def values_field(text: str, group: str = "") -> Any:
    """Return the field of an input that says how values are returned.

    Args:
        text: Help beyond the description: what typed values cost, and where there are none.
        group: Heading of the field.
    """
    return Field(
        default="typed",
        title="Values",
        description=(
            "typed: numbers, booleans and dates by their fields' types. text: as Salesforce writes "
            "them."
        ),
        examples=["text"],
        json_schema_extra=hints(visibility="advanced", group=group, text=text),
    )


def _datetime(cell: str) -> str:
    return f"{cell[:-1]}+0000" if cell.endswith("Z") else cell  # as the REST API writes it


def _integer(cell: str) -> int:
    return int(cell) if cell.lstrip("-").isdecimal() else _whole(float(cell))


def _whole(number: float) -> int:
    if not number.is_integer():
        raise ValueError(number)
    return int(number)


READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "boolean": lambda cell: cell.lower() == "true",
    "int": _integer,
    "long": _integer,
    "double": float,
    "currency": float,
    "percent": float,
    "datetime": _datetime,
}
"""What makes a value in the form of the REST API of a cell, by the field's type; others: text."""

ARROW: Final[Mapping[str, tuple[str, Callable[[str], Any]]]] = {
    "boolean": ("bool_", READERS["boolean"]),
    "int": ("int64", _integer),
    "long": ("int64", _integer),
    "double": ("float64", float),
    "currency": ("float64", float),
    "percent": ("float64", float),
    "date": ("date32", date.fromisoformat),
    "datetime": ("timestamp", datetime.fromisoformat),
}
"""Arrow's type, and what makes a value of a cell, by the field's type; others: text."""


def column_types(sobject: str, names: Sequence[str]) -> Flow[list[str]]:
    """Describe the objects of some columns, and give each column's type; empty for unknown ones.

    Args:
        sobject: Of the query; empty when it is not known.
        names: Columns, those of parents dotted.
    """
    described: dict[str, Fields] = {}
    types: list[str] = []
    for name in names:
        *steps, last = name.split(".")
        target = sobject
        for step in steps:
            target = target_of((yield from _described_fields(target, described)), step)
        field = (yield from _described_fields(target, described)).get(last.lower())
        types.append("" if field is None else field.type)
    return types


def read_cells(type_: str, cells: list[str]) -> list[Any]:
    """Make values of a column's cells, by the field's type; an empty cell is None.

    Raises:
        BadReply: One has another form than its field's type.
    """
    reader = READERS.get(type_)
    if reader is None:
        return [cell or None for cell in cells]
    return [convert(reader, cell) for cell in cells]


def sent_value(type_: str, cell: str) -> Any:
    """Make a value of a cell that was sent.

    An empty one, which leaves the field, and one that does not fit the field stay texts; None is
    what clears it.
    """
    if cell == CLEARED:
        return None
    if not cell:
        return cell
    try:
        return convert(READERS.get(type_, str), cell)
    except BadReply:
        return cell


def convert(reader: Callable[[str], Any], cell: str) -> Any:
    """Make a value of a cell; see `read_cells`."""
    if not cell:
        return None
    try:
        return reader(cell)
    except ValueError as exc:
        raise BadReply(
            "Salesforce returned a value that does not fit the type of its field.",
            code="UNEXPECTED_VALUE",
            remedy="Set values to text, and report this.",
        ) from exc


def describe_fields(sobject: str) -> Flow[Fields]:
    """Describe an object's fields; none of an object that the user may not describe."""
    if not sobject:
        return {}
    try:
        description = yield from fetch_object(sobject)
    except ConnectorError as error:
        if error.kind == "retryable":
            raise
        return {}
    return {field.name.lower(): field for field in description.fields}


def target_of(fields: Fields, relationship: str) -> str:
    """Return the object that a relationship leads to; empty when it may be one of several."""
    for field in fields.values():
        if (field.relationship_name or "").lower() == relationship.lower():
            return field.reference_to[0] if len(field.reference_to) == 1 else ""
    return ""


def _described_fields(sobject: str, described: dict[str, Fields]) -> Flow[Fields]:
    if sobject.lower() not in described:
        described[sobject.lower()] = yield from describe_fields(sobject)
    return described[sobject.lower()]
