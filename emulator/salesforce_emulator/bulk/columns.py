"""The header of an uploaded CSV: what each column is, and how a row becomes a record's JSON.

An empty cell is ignored: a create gets the default, an update leaves the field unchanged. `#N/A`
clears it. A parent is named by a key of its own: `Account.External_Id__c`, or where the field may
point at several objects `Lead:Who.Email`.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/relationship_fields_in_a_header_row_2_0.htm
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from salesforce_emulator.bulk import errors as bulk_errors
from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.schema.field import Field
from salesforce_emulator.schema.schema import Schema
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.records.plans import Plan

CLEARED: Final = "#N/A"

_FLAGS: Final = {"1": True, "0": False}
# A date may have a zone, which is ignored: 1940-06-07Z, 1940-06-07+0100.
_ZONED_DATE: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:?\d\d)", re.ASCII)
_XSD: Final = {
    "boolean": "boolean",
    "int": "int",
    "long": "long",
    **dict.fromkeys(("double", "currency", "percent"), "double"),
    "date": "date",
    "datetime": "dateTime",
    "time": "time",
    "base64": "base64Binary",
}
CellWriter = Callable[[dict[str, Any], str], None]


class Columns:
    """The columns of one job.

    Attributes:
        names: As the header row spells them.
    """

    def __init__(self, schema: Schema, sobject: SObject, names: Sequence[str]) -> None:
        """Read a header.

        Raises:
            Unprocessable: A column is none of the object's, or occurs twice.
        """
        self.names = tuple(names)
        self._fields: list[Field | None] = []
        self._writers: list[CellWriter] = []
        visited: set[str] = set()
        for name in names:
            if name.lower() in visited:
                raise bulk_errors.field_given_twice(name)
            visited.add(name.lower())
            if "." in name:
                self._fields.append(None)
                self._writers.append(_parent(schema, sobject, name))
            else:
                field = sobject.field(name)
                if field is None:
                    raise bulk_errors.field_not_found(name)
                self._fields.append(field)
                self._writers.append(_plain(field))

    def position(self, name: str) -> int | None:
        """Return where a field's column is; None when there is none."""
        for at, item in enumerate(self.names):
            if item.lower() == name.lower():
                return at
        return None

    def body(self, cells: Sequence[str], without: int | None = None) -> dict[str, Any]:
        """Return a row as a record's JSON, without one column."""
        body: dict[str, Any] = {}
        for at, cell in enumerate(cells):
            if cell and at != without:
                self._writers[at](body, cell)
        return body

    def error_in_row(self, plan: "Plan", cells: Sequence[str]) -> SalesforceError | None:
        """Return the error of the first cell that is not of its field's type; None if all are."""
        for at, (field, cell) in enumerate(zip(self._fields, cells, strict=False)):
            column = None if field is None else plan.columns.get(field.name.lower())
            if field is None or column is None or not cell:
                continue
            value: dict[str, Any] = {}
            self._writers[at](value, cell)
            try:
                column.read(value[field.name])
            except SalesforceError:
                kind = _XSD.get(field.type, "string")
                return bulk_errors.not_of_type(at, cell, kind, field.name)
        return None


def _plain(field: Field) -> CellWriter:
    name, read = field.name, _READ.get(field.type)

    def write_cell(body: dict[str, Any], cell: str) -> None:
        body[name] = None if cell == CLEARED else read(cell) if read else cell

    return write_cell


def _parent(schema: Schema, sobject: SObject, header: str) -> CellWriter:
    left, _, key = header.rpartition(".")
    kind, colon, name = left.rpartition(":")
    reference = sobject.relationship(name)
    if reference is None:
        raise bulk_errors.relationship_not_found(name)
    several = len(reference.reference_to) > 1
    if colon and not several:
        raise bulk_errors.type_needless(name)
    if several and not colon:
        raise bulk_errors.type_missing(name)
    parent = schema.get(kind or reference.reference_to[0])
    if parent is None or parent.name not in reference.reference_to:
        raise bulk_errors.type_not_found(kind or reference.reference_to[0])
    if parent.field(key) is None:
        raise bulk_errors.field_not_found(header)
    relationship, attributes = str(reference.relationship_name), {"type": parent.name}

    def write_cell(body: dict[str, Any], cell: str) -> None:
        values = None if cell == CLEARED else {"attributes": attributes, key: cell}
        body[relationship] = values

    return write_cell


def _flag(cell: str) -> Any:
    return _FLAGS.get(cell, cell)


def _date(cell: str) -> str:
    zoned = _ZONED_DATE.fullmatch(cell)
    return cell if zoned is None else zoned[1]


_READ: Final[Mapping[str, Callable[[str], Any]]] = {"boolean": _flag, "date": _date}
