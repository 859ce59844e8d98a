"""Pages of records for readers of a stream: as dicts, by column, or as Arrow.

A page is converted when it is read, not when it is fetched. Columns are the same on every page of a
stream: the fields that the query names, those of parents by a dotted name.
"""

import importlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, Protocol, TypeAlias

from salesforce_connector.errors import BadReply, Rejected

Form: TypeAlias = Literal["records", "columns", "arrow"]

FORMS: Final[tuple[Form, ...]] = ("records", "columns", "arrow")

_SELECT: Final = r"(?is)\s*SELECT\s+(.*?)\s+FROM\s"
_PLAIN: Final = r"(?a)[A-Za-z]\w*(\.[A-Za-z]\w*)*"


class RecordPage(Protocol):
    """Some records of a stream, in order; there may be none."""

    def __len__(self) -> int: ...

    def records(self) -> list[dict[str, Any]]:
        """Return them as the action returns them without a stream."""
        ...

    def columns(self) -> dict[str, list[Any]]:
        """Return their values by column; all lists are as long as the page."""
        ...

    def arrow(self) -> Any:
        """Return a `pyarrow.RecordBatch`.

        Raises:
            Rejected: pyarrow is not installed.
        """
        ...


def convert(page: RecordPage, form: Form) -> Any:
    """Return a page in the form that a host requests."""
    match form:
        case "records":
            return page.records()
        case "columns":
            return page.columns()
        case "arrow":
            return page.arrow()


def require_form(form: object) -> Form:
    """Check the form of rows that a host requests, before anything is sent.

    Raises:
        Rejected: There is none of this name, or it needs a package that is not installed.
    """
    for name in FORMS:
        if form == name:
            if name == "arrow":
                pyarrow()
            return name
    raise Rejected(
        f"{form!r} is not a form of rows.",
        code="UNKNOWN_FORM",
        remedy=f"Use one of: {', '.join(FORMS)}.",
        fields=("rows",),
    )


def pyarrow(module: str = "pyarrow") -> Any:
    """Import pyarrow, or a module of it.

    Raises:
        Rejected: It is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as exc:
        raise Rejected(
            "Arrow and Parquet need pyarrow, which is not installed.",
            code="NOT_INSTALLED",
            remedy="Install salesforce-connector[parquet], or use another format.",
            fields=("format",),
        ) from exc


class JsonPage:
    """Records as the REST API has them."""

    def __init__(self, records: list[dict[str, Any]], columns: "Columns") -> None:
        """Take the records of a page, and the columns of its stream."""
        self._records = records
        self._columns = columns

    def __len__(self) -> int:
        return len(self._records)

    def records(self) -> list[dict[str, Any]]:
        """See `RecordPage`."""
        return self._records

    def columns(self) -> dict[str, list[Any]]:
        """See `RecordPage`."""
        return self._columns.of(self._records)

    def arrow(self) -> Any:
        """See `RecordPage`."""
        return self._columns.batch(self._records)


class Columns:
    """The columns of a stream and their types in Arrow, both decided by its first page.

    A query that names nothing but fields has these as columns. For any other they are what the
    first record has at its top. What is no single value, such as an address, is written as JSON.
    """

    def __init__(self, soql: str = "", names: Sequence[str] = ()) -> None:
        """Begin before the first page.

        Args:
            soql: The query; empty if there is none, or it is unknown.
            names: Of the fields, instead of the query's; empty to use the query's.
        """
        self._paths = [tuple(name.split(".")) for name in names] or _selected_paths(soql)
        self._names: dict[str, str] = {}
        self._spelling: dict[str, str] = {}
        self._schema: Any = None

    def of(self, records: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
        """Return the values of some records by column."""
        if self._paths is None:
            if not records:
                return {}
            self._paths = [(name,) for name in records[0] if name != "attributes"]
        values = {
            path: [_plain(self._at(record, path)) for record in records] for path in self._paths
        }
        return {self._name_of(path): column for path, column in values.items()}

    def batch(self, records: Sequence[Mapping[str, Any]]) -> Any:
        """Return some records as a `pyarrow.RecordBatch`.

        Raises:
            Rejected: pyarrow is not installed.
            BadReply: A value is not of the type that its column has on the first page.
        """
        arrow, columns = pyarrow(), self.of(records)
        if self._schema is None:
            self._schema = arrow.schema(
                [(name, _arrow_type(arrow, column)) for name, column in columns.items()]
            )
        try:
            arrays = [
                arrow.array(
                    _as_text(column) if field.type == arrow.string() else column, field.type
                )
                for field, column in zip(self._schema, columns.values(), strict=True)
            ]
        except (arrow.ArrowInvalid, arrow.ArrowTypeError) as exc:
            raise BadReply(
                "A value has another type than the same field on the first page.",
                code="COLUMN_TYPE",
                remedy="Read the stream as records, or select other fields.",
            ) from exc
        return arrow.RecordBatch.from_arrays(arrays, schema=self._schema)

    def _at(self, record: Any, path: Sequence[str]) -> Any:
        for name in path:
            if not isinstance(record, Mapping):
                return None
            actual = self._spelling.get(name, name)
            if actual not in record:
                lower = name.lower()
                actual = next((name for name in record if name.lower() == lower), actual)
                self._spelling[name] = actual
            record = record.get(actual)
        return record

    def _name_of(self, path: Sequence[str]) -> str:
        """Return a column's name; the spelling of the first page holds for all of them."""
        full_path = ".".join(path)
        spelling = ".".join(self._spelling.get(name, name) for name in path)
        return self._names.setdefault(full_path, spelling)


def _selected_paths(soql: str) -> list[tuple[str, ...]] | None:
    """Return the fields that a query selects; None when it selects anything else."""
    match = re.match(_SELECT, soql)
    names = [name.strip() for name in match[1].split(",")] if match else [""]
    if not all(re.fullmatch(_PLAIN, name) for name in names):
        return None
    return [tuple(name.split(".")) for name in dict.fromkeys(names)]


def _plain(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _as_text(column: Sequence[Any]) -> list[str | None]:
    return [
        value if value is None or isinstance(value, str) else json.dumps(value) for value in column
    ]


def _arrow_type(arrow: Any, column: Sequence[Any]) -> Any:
    """Return the type of a column's values; of a column without values that is text."""
    kinds = {type(value) for value in column if value is not None}
    if kinds == {bool}:
        return arrow.bool_()
    if kinds == {int}:
        return arrow.int64()
    if kinds and kinds <= {int, float}:
        return arrow.float64()
    return arrow.string()
