"""Reports: what is sent to run one, and its fact map flattened into rows.

A report's answer keys its cells by groupings (`0_1!T`) and by position; here each row is an object
by column, with the values of its groupings. Joined reports are refused.

https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_factmap_example.htm
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from salesforce_connector import records
from salesforce_connector.errors import Rejected
from salesforce_connector.forms.hints import hints
from salesforce_connector.response import Response
from salesforce_connector.wire_model import Wire

MAX_ROWS: Final = 2_000  # detail rows of one run, reports API limits

_ALL: Final = "T"  # the key of no grouping

Names = Annotated[
    Literal["label", "api_name"],
    Field(
        title="Columns by",
        description="Name columns by label or by API name.",
        examples=["api_name"],
        json_schema_extra=hints(visibility="advanced"),
    ),
]
"""What columns are named by."""

Values = Annotated[
    Literal["raw", "formatted"],
    Field(
        title="Values",
        description="raw values as stored, or formatted as users see them.",
        examples=["formatted"],
        json_schema_extra=hints(visibility="advanced"),
    ),
]
"""How cells are returned."""


class _Cell(Wire):
    label: str | None = None
    value: Any = None


class _Row(Wire):
    data_cells: list[_Cell] = Field(default_factory=list)


class _Facts(Wire):
    aggregates: list[_Cell] = Field(default_factory=list)
    rows: list[_Row] | None = None


class _Grouping(Wire):
    key: str
    label: str | None = None
    value: Any = None
    groupings: list["_Grouping"] = Field(default_factory=list)


class _Groupings(Wire):
    groupings: list[_Grouping] = Field(default_factory=list)


class _GroupedBy(Wire):
    name: str


class _Column(Wire):
    label: str = ""
    data_type: str = ""


class Metadata(Wire):
    """What a report is made of; only what rows are named by."""

    name: str = ""
    report_format: str = ""
    detail_columns: list[str] = Field(default_factory=list)
    aggregates: list[str] = Field(default_factory=list)
    groupings_down: list[_GroupedBy] = Field(default_factory=list)
    groupings_across: list[_GroupedBy] = Field(default_factory=list)


class _Extended(Wire):
    detail_column_info: dict[str, _Column] = Field(default_factory=dict)
    aggregate_column_info: dict[str, _Column] = Field(default_factory=dict)
    grouping_column_info: dict[str, _Column] = Field(default_factory=dict)


class Results(Wire):
    """The answer of a run that has ended."""

    all_data: bool
    has_detail_rows: bool = False
    fact_map: dict[str, _Facts]
    groupings_down: _Groupings = Field(default_factory=_Groupings)
    groupings_across: _Groupings = Field(default_factory=_Groupings)
    report_metadata: Metadata
    report_extended_metadata: _Extended = Field(default_factory=_Extended)


class _Attributes(Wire):
    status: str = ""


class _Instance(Wire):
    id: str = ""
    status: str = ""
    attributes: _Attributes = Field(default_factory=_Attributes)


@dataclass(frozen=True, slots=True)
class Table:
    """A report, flattened.

    Attributes:
        rows: Detail rows, each with the values of its groupings.
        groups: One for each innermost grouping, with its totals; empty for a tabular report.
        totals: Of the whole report.
    """

    rows: list[dict[str, Any]]
    groups: list[dict[str, Any]]
    totals: dict[str, Any]


def read_status(answer: Response) -> tuple[str, str]:
    """Read id and status of a run: New, Running, Success or Error; empty when it does not say."""
    instance = records.read(_Instance, answer, "run_report")
    return instance.id, instance.status or instance.attributes.status


def flatten(results: Results, names: Names, values: Values) -> Table:
    """Flatten the fact map of tabular, summary and matrix reports.

    Args:
        names: What columns are called by; a label that two columns share has its API name added.
        values: The form of cells.

    Raises:
        Rejected: It is a joined report, whose blocks have no columns in common.
    """
    metadata, info = results.report_metadata, results.report_extended_metadata
    if metadata.report_format == "MULTI_BLOCK":
        raise Rejected(
            f"{metadata.name or 'The report'} is a joined report, which this action cannot return.",
            code="JOINED_REPORT",
            remedy="Run the single reports, or query the objects.",
        )
    columns = _names(metadata.detail_columns, info.detail_column_info, names)
    totals = _names(metadata.aggregates, info.aggregate_column_info, names)
    down_by = [item.name for item in metadata.groupings_down]
    across_by = [item.name for item in metadata.groupings_across]
    names_by_field = dict(
        zip(
            (*down_by, *across_by),
            _names([*down_by, *across_by], info.grouping_column_info, names),
            strict=True,
        )
    )
    down = dict(
        _walk(results.groupings_down.groupings, [names_by_field[name] for name in down_by], values)
    )
    across = dict(
        _walk(
            results.groupings_across.groupings, [names_by_field[name] for name in across_by], values
        )
    )
    rows, groups = [], []
    for key, facts in sorted(results.fact_map.items(), key=lambda item: _order(item[0])):
        at_down, _, at_across = key.partition("!")
        under = {**down.get(at_down, {}), **across.get(at_across, {})}
        rows += [{**under, **_cells(columns, row.data_cells, values)} for row in facts.rows or ()]
        if names_by_field and len(under) == len(names_by_field):
            groups.append({**under, **_cells(totals, facts.aggregates, values)})
    whole = results.fact_map.get(f"{_ALL}!{_ALL}", _Facts())
    return Table(rows, groups, _cells(totals, whole.aggregates, values))


def _names(columns: list[str], info: Mapping[str, _Column], names: Names) -> list[str]:
    if names == "api_name":
        return columns
    labels = [info[name].label or name if name in info else name for name in columns]
    return [
        f"{label} ({name})" if labels.count(label) > 1 else label
        for name, label in zip(columns, labels, strict=True)
    ]


def _walk(
    groupings: list[_Grouping], names: list[str], values: Values, under: Mapping[str, Any] = {}
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the values of each grouping and of those above it, by its key."""
    for grouping in groupings if names else ():
        above = {**under, names[0]: grouping.value if values == "raw" else grouping.label}
        yield grouping.key, above
        yield from _walk(grouping.groupings, names[1:], values, above)


def _cells(names: list[str], cells: list[_Cell], values: Values) -> dict[str, Any]:
    return {
        name: cell.value if values == "raw" else cell.label
        for name, cell in zip(names, cells, strict=False)
    }


def _order(key: str) -> list[list[int]]:
    """Sort keys as a reader sees them: 2 before 10, and totals last."""
    return [[_number(step) for step in side.split("_")] for side in key.split("!")]


def _number(step: str) -> int:
    return int(step[:9]) if step.isascii() and step.isdigit() else 1 << 30
