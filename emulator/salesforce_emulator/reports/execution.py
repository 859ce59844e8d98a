"""Runs a report: its rows by SOQL, then groups, totals and the fact map.

https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_factmap_example.htm
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING, Any, Final

from salesforce_emulator import soql
from salesforce_emulator.automation import errors as automation_errors
from salesforce_emulator.automation.run_context import RunContext
from salesforce_emulator.reports.cells import cell, label
from salesforce_emulator.reports.filters import conditions
from salesforce_emulator.reports.groupings import Groupings
from salesforce_emulator.reports.report import Report, extended, field_of, metadata
from salesforce_emulator.soql.query_context import QueryContext

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

MAX_ROWS: Final = 2_000  # detail rows of one run, reports API limits

# What a caller may ask for in place of the report's own.
_CHANGEABLE: Final = frozenset(
    {"reportFilters", "reportBooleanFilter", "standardDateFilter", "detailColumns"}
)

Json = dict[str, Any]
Record = Mapping[str, Any]


def run(
    context: RunContext, report: Report, body: Mapping[str, Any], *, details: bool, version: str
) -> Json:
    """Run a report and return the body of its response.

    Args:
        body: `reportMetadata` of the caller; its changes apply to this run only.
        details: Return rows too, not totals alone.
        version: As in the URL: `v68.0`.

    Raises:
        SalesforceError: A filter or column does not fit the report.
    """
    org = context.org
    report_metadata = metadata(org, report, changes(org, report, body), details=details)
    query_context = QueryContext.of(org, context.user_id, version=68.0, all_rows=False)
    table = _Table(
        org, report, report_metadata["detailColumns"], query_context.zone, details=details
    )
    where = conditions(org, report, report_metadata, query_context.zone)
    rows = _fetch(context, report, table.paths, where, report.groups)
    down = table.groupings(rows, report.groups)
    across = Groupings([], lambda *_: "")
    if report.across:
        columns = _fetch(context, report, table.paths, where, report.across)
        across = table.groupings(columns, report.across)
    report_id = report_metadata["id"]
    url = f"/services/data/{version}/analytics/reports/{report_id}"
    return {
        "allData": not details or len(rows) <= MAX_ROWS,
        "attributes": {
            "describeUrl": f"{url}/describe",
            "instancesUrl": f"{url}/instances",
            "reportId": report_id,
            "reportName": report.label,
            "type": "Report",
        },
        "factMap": table.fact_map(rows, down, across),
        "groupingsAcross": {"groupings": across.groups},
        "groupingsDown": {"groupings": down.groups},
        "hasDetailRows": details,
        "hasExceededTabularRowLimit": details and not report.groups and len(rows) > MAX_ROWS,
        "reportExtendedMetadata": extended(org, report, report_metadata["detailColumns"]),
        "reportMetadata": report_metadata,
    }


def changes(org: "Org", report: Report, body: Mapping[str, Any]) -> Json:
    """Return what a caller's metadata changes.

    Raises:
        SalesforceError: It is something that the local org does not change, or no column.
    """
    own = metadata(org, report, {}, details=True)
    changed = {name: v for name, v in body.items() if name in _CHANGEABLE and v is not None}
    for name, value in body.items():
        fixed = name in own and name not in _CHANGEABLE and name != "hasDetailRows"
        if fixed and value != own[name]:
            raise automation_errors.report_part_not_changed(name)
    columns = changed.get("detailColumns", [])
    for column in columns if isinstance(columns, list) else [columns]:
        try:
            field_of(org.schema, report.sobject, report.path(str(column)))
        except LookupError:
            raise automation_errors.bad_report(f"The report has no column {column}.") from None
    if not isinstance(columns, list):
        raise automation_errors.bad_report("The detail columns are not a list.")
    return changed


@dataclass(slots=True)
class _Room:
    """How many detail rows there is still room for."""

    left: int

    def take(self, rows: Sequence[Record]) -> Sequence[Record]:
        part = rows[: self.left]
        self.left -= len(part)
        return part


class _Table:
    """What is shown of a report's rows."""

    def __init__(
        self, org: "Org", report: Report, columns: Sequence[str], zone: tzinfo, *, details: bool
    ) -> None:
        self._report = report
        self._detailed = details
        self._zone = zone
        self._shown = [report.path(column) for column in columns]
        self.paths = list(
            dict.fromkeys([*self._shown, *report.groups, *report.across, *report.totals])
        )
        self._fields = {path: field_of(org.schema, report.sobject, path) for path in self.paths}

    def facts(self, rows: Sequence[Record], values: list[Json]) -> Json:
        """Return totals of rows, and their rows when details are requested."""
        sums = []
        for path in self._report.totals:
            total = sum(value for row in rows if (value := _at(row, path)) is not None)
            sums.append({"label": label(self._fields[path], total, self._zone), "value": total})
        count = {"label": f"{len(rows):,}", "value": len(rows)}
        result: Json = {"aggregates": [*sums, count]}
        return {**result, "rows": values} if self._detailed else result

    def groupings(self, rows: Sequence[Record], paths: Sequence[str]) -> Groupings:
        """Return the groups of rows, which come in their order."""

        def shown(level: int, value: Any) -> str:
            return label(self._fields[paths[level]], value, self._zone)

        return Groupings((_path(row, paths) for row in rows), shown)

    def fact_map(self, rows: Sequence[Record], down: Groupings, across: Groupings) -> Json:
        """Return the facts of each group down and across; rows where no group is further within."""
        members: dict[tuple[str, str], list[Record]] = {
            (row_path, right): [] for row_path in down.keys for right in across.keys
        }
        innermost: dict[tuple[str, str], list[Record]] = {}
        for row in rows:
            row_paths = down.path(_path(row, self._report.groups))
            rights = across.path(_path(row, self._report.across))
            for row_path in row_paths:
                for right in rights:
                    members[row_path, right].append(row)
            innermost.setdefault((row_paths[-1], rights[-1]), []).append(row)
        room = _Room(MAX_ROWS)
        details = {cell: self._details(room.take(innermost.get(cell, ()))) for cell in members}
        return {
            f"{row_path}!{right}": self.facts(cell_rows, details[row_path, right])
            for (row_path, right), cell_rows in members.items()
        }

    def _details(self, rows: Sequence[Record]) -> list[Json]:
        return [
            {"dataCells": [cell(self._fields[p], _at(row, p), self._zone) for p in self._shown]}
            for row in rows
        ]


def _fetch(
    context: RunContext,
    report: Report,
    paths: Sequence[str],
    where: Sequence[str],
    groups: Sequence[str],
) -> list[Record]:
    clause = f" WHERE {' AND '.join(where)}" if where else ""
    order = ", ".join((*groups, "Id"))
    statement = f"SELECT {', '.join(paths)} FROM {report.sobject}{clause} ORDER BY {order}"  # noqa: S608
    result = soql.run(context.org, context, statement)
    rows: list[Record] = result["records"]
    while "nextRecordsUrl" in result:
        result = soql.more(context.org, context, result["nextRecordsUrl"].rpartition("/")[2])
        rows += result["records"]
    return rows


def _path(row: Record, paths: Sequence[str]) -> tuple[Any, ...]:
    return tuple(_at(row, path) for path in paths)


def _at(row: Record, path: str) -> Any:
    """Return the value that a path leads to; None where a parent is missing.

    Keys are spelled as the schema does, paths as the report's owner did.
    """
    result: Any = row
    for name in path.split("."):
        if result is None:
            return None
        lowered = {key.lower(): value for key, value in result.items()}
        result = lowered.get(name.lower())
    return result
