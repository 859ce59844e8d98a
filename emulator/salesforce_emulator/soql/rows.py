"""Turns rows of SQLite into records: attributes first, then what was selected, in its order.

A `Shape` is built once a statement; `maker` returns a function that runs once a row.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_query.htm
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Final, TypeAlias

from salesforce_emulator.schema import Field, SObject
from salesforce_emulator.schema.rendering import any_value
from salesforce_emulator.soql import errors

Row: TypeAlias = tuple[Any, ...]
Cell: TypeAlias = Callable[[Row], Any]
"""Returns the JSON value of one key, from a row."""

_FLAGS: Final = {None: None, 0: False, 1: True}


@dataclass(slots=True)
class Shape:
    """A record to be: its keys in order, each a cell or the record of a parent.

    Attributes:
        id_at: Where the row has the record's id; the record is null where that is NULL.
        urls: By the ids' prefixes, `type` and the URL without the id; the key "" for all others.
    """

    id_at: int
    urls: Mapping[str, tuple[str, str]]
    cells: "dict[str, Cell | Shape]" = field(default_factory=dict)

    def add(self, name: str, cell: Cell, at: int) -> None:
        """Add a key.

        Raises:
            SoqlError: The record has it already.
        """
        if name in self.cells:
            raise errors.selected_twice(name, at)
        self.cells[name] = cell

    def parent(
        self, name: str, id_at: int, urls: Mapping[str, tuple[str, str]], at: int
    ) -> "Shape":
        """Return the record of a parent, creating it if need be."""
        shape = self.cells.setdefault(name, Shape(id_at, urls))
        if not isinstance(shape, Shape):
            raise errors.selected_twice(name, at)
        return shape

    def maker(self) -> Cell:
        """Return the function that makes a record of a row."""
        cells = tuple(
            (name, cell.maker() if isinstance(cell, Shape) else cell)
            for name, cell in self.cells.items()
        )
        if list(self.urls) == [""]:
            return _maker(self.id_at, *self.urls[""], cells)
        return _polymorphic_maker(self.id_at, self.urls, cells)


def _maker(id_at: int, kind: str, url: str, cells: tuple[tuple[str, Cell], ...]) -> Cell:
    def make(row: Row) -> dict[str, Any] | None:
        record_id = row[id_at]
        if record_id is None:
            return None
        record: dict[str, Any] = {"attributes": {"type": kind, "url": url + record_id}}
        for name, cell in cells:
            record[name] = cell(row)
        return record

    return make


def _polymorphic_maker(
    id_at: int, urls: Mapping[str, tuple[str, str]], cells: tuple[tuple[str, Cell], ...]
) -> Cell:
    def make(row: Row) -> dict[str, Any] | None:
        record_id = row[id_at]
        if record_id is None or record_id[:3] not in urls:
            return None
        kind, url = urls[record_id[:3]]
        record: dict[str, Any] = {"attributes": {"type": kind, "url": url + record_id}}
        for name, cell in cells:
            record[name] = cell(row)
        return record

    return make


def record_url(version: float, sobject: SObject) -> str:
    """Return the URL of an sobject's records, up to the id."""
    return f"/services/data/v{version:.1f}/sobjects/{sobject.name}/"


def plain(at: int) -> Cell:
    return itemgetter(at)


def cell(field: Field, at: int) -> Cell:
    """Return the cell of a stored field: as it is stored, but for booleans."""
    if field.type == "anyType":
        return lambda row: any_value(row[at])
    if field.type == "boolean":
        return lambda row: _FLAGS[row[at]]
    return itemgetter(at)


def blob(field: Field, id_at: int, held_at: int, url: str) -> Cell:
    """Return the cell of a base64 field: the path where it is got from, null when it is empty."""
    return lambda row: f"{url}{row[id_at]}/{field.name}" if row[held_at] else None


def compound(parts: Mapping[str, int]) -> Cell:
    """Return the cell of an address or location: an object, null when all its parts are missing."""
    items = tuple(parts.items())

    def make(row: Row) -> dict[str, Any] | None:
        value = {name: row[at] for name, at in items}
        return value if any(item is not None for item in value.values()) else None

    return make


def constant_null(_: Row) -> None:
    """Return null, for a key that is filled in later."""
