"""A report's definition, and its describe.

Columns are named `Object.path`, as in `Invoice__c.Account__r.Name`: the path of SOQL, after the
name of the object.

https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_report_describe.htm
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from salesforce_emulator.org.registry import Registry
from salesforce_emulator.records.system_rows import write
from salesforce_emulator.schema.field import Field
from salesforce_emulator.schema.schema import Schema
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

ROW_COUNT: Final = "RowCount"
MAX_GROUPS: Final = 3  # groupings of a summary report
MAX_MATRIX_GROUPS: Final = 2  # groupings of a matrix report, in each direction

_FOLDER: Final = "Public Reports"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report.

    Attributes:
        name: Its developer name.
        label: Its name on screens.
        columns: Paths as SOQL selects them: `Amount__c`, `Account__r.Name`.
        groups: Paths it is grouped by, outermost first; none makes it tabular.
        across: Paths that columns are grouped by, which makes it a matrix.
        totals: Paths of numbers that are summed.
        where: A condition, as it follows SOQL's WHERE; empty for all records.
        date: Path of the date that the report's time frame is about; empty takes CreatedDate.
    """

    name: str
    label: str
    sobject: str
    columns: tuple[str, ...]
    groups: tuple[str, ...] = ()
    across: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()
    where: str = ""
    date: str = "CreatedDate"
    folder: str = _FOLDER
    description: str | None = None

    @property
    def format(self) -> str:
        """What kind it is: Tabular, Summary or Matrix."""
        return "Matrix" if self.across else "Summary" if self.groups else "Tabular"

    def column(self, path: str) -> str:
        """Return the name that a path has in the report."""
        return f"{self.sobject}.{path}"

    def path(self, column: str) -> str:
        """Return the path of a column; empty when it is of another object."""
        head, _, path = column.partition(".")
        return path if head.lower() == self.sobject.lower() else ""


class Reports(Registry[Report]):
    """An org's reports, by name.

    Attributes:
        wait: Seconds that a run in the background takes by the org's clock; may be set.
    """

    def __init__(self, _org: "Org") -> None:
        super().__init__()
        self.wait: float = 0


def reports_of(org: "Org") -> Reports:
    """Return an org's reports."""
    return org.part(Reports)


def report_id(org: "Org", report: Report) -> str:
    """Return the id of a report's row, writing it if it does not exist."""
    sql = 'SELECT "Id" FROM "Report" WHERE "DeveloperName" = ?'
    row = org.db.execute(sql, (report.name,)).fetchone()
    if row is not None:
        return str(row[0])
    values = {
        "Name": report.label,
        "DeveloperName": report.name,
        "FolderName": report.folder,
        "Description": report.description,
        "Format": report.format,
        "OwnerId": org.admin_id,
    }
    return write(org, org.admin_id, "Report", values)


def declare(org: "Org", report: Report) -> str:
    """Add a report to an org and return its id.

    Raises:
        LookupError: The object or a path does not exist.
        ValueError: It has too many groups.
    """
    for path in (*report.columns, *report.groups, *report.across, *report.totals, report.date):
        field_of(org.schema, report.sobject, path)
    if len(report.groups) > MAX_GROUPS:
        raise ValueError(f"a summary report has {MAX_GROUPS} groups at most")
    maximum = MAX_MATRIX_GROUPS
    if report.across and not (1 <= len(report.groups) <= maximum and len(report.across) <= maximum):
        raise ValueError(f"a matrix has 1 to {maximum} groups down, and {maximum} across at most")
    with org.transaction():
        record_id = report_id(org, report)
    reports_of(org).add(report)
    return record_id


def field_of(schema: Schema, sobject: str, path: str) -> Field:
    """Return the field that a path leads to.

    Raises:
        LookupError: It leads nowhere.
    """
    at = schema.get(sobject)
    *parents, last = path.split(".")
    for parent in parents:
        reference = None if at is None else at.relationship(parent)
        at = None if reference is None else schema.get(reference.reference_to[0])
    field = None if at is None else at.field(last)
    if field is None:
        raise LookupError(f"{sobject} has no field {path}")
    return field


def metadata(
    org: "Org", report: Report, changed: dict[str, Any], *, details: bool
) -> dict[str, Any]:
    """Return `reportMetadata`.

    Args:
        changed: What a caller requests in place of the report's own.
    """
    body: dict[str, Any] = {
        "aggregates": [*(f"s!{report.column(total)}" for total in report.totals), ROW_COUNT],
        "chart": None,
        "crossFilters": [],
        "currency": None,
        "description": report.description,
        "detailColumns": [report.column(column) for column in report.columns],
        "developerName": report.name,
        "division": None,
        "folderId": org.org_id,
        "groupingsAcross": _groupings(report, report.across),
        "groupingsDown": _groupings(report, report.groups),
        "hasDetailRows": details,
        "hasRecordCount": True,
        "historicalSnapshotDates": [],
        "id": report_id(org, report),
        "name": report.label,
        "reportBooleanFilter": None,
        "reportFilters": [],
        "reportFormat": report.format.upper(),
        "reportType": {
            "label": org.schema[report.sobject].label_plural,
            "type": f"{report.sobject}$Report",
        },
        "scope": "organization",
        "showGrandTotal": True,
        "showSubtotals": True,
        "sortBy": [],
        "standardDateFilter": {
            "column": report.column(report.date),
            "durationValue": "CUSTOM",
            "endDate": None,
            "startDate": None,
        },
        "standardFilters": None,
        "supportsRoleHierarchy": False,
        "userOrHierarchyFilterId": None,
    }
    return body | changed


def _groupings(report: Report, paths: tuple[str, ...]) -> list[dict[str, Any]]:
    return [
        {
            "dateGranularity": "None",
            "name": report.column(path),
            "sortAggregate": None,
            "sortOrder": "Asc",
        }
        for path in paths
    ]


def extended(org: "Org", report: Report, columns: list[str]) -> dict[str, Any]:
    """Return `reportExtendedMetadata`: labels and types of the report's columns."""

    def info(path: str) -> dict[str, Any]:
        field = field_of(org.schema, report.sobject, path)
        return {"dataType": field.type, "label": _label(org.schema, report.sobject, path)}

    sums = {
        f"s!{report.column(path)}": {**info(path), "label": f"Sum of {info(path)['label']}"}
        for path in report.totals
    }
    count = {ROW_COUNT: {"dataType": "int", "label": "Record Count"}}
    return {
        "aggregateColumnInfo": {
            name: {"acrossGroupingContext": None, "downGroupingContext": None, **aggregate}
            for name, aggregate in (sums | count).items()
        },
        "detailColumnInfo": {name: info(report.path(name)) for name in columns},
        "groupingColumnInfo": {
            report.column(path): {**info(path), "groupingLevel": level}
            for paths in (report.groups, report.across)
            for level, path in enumerate(paths)
        },
    }


def type_metadata(org: "Org", report: Report) -> dict[str, Any]:
    """Return `reportTypeMetadata`: all columns that a filter may name."""
    sobject = org.schema[report.sobject]
    selected = (*report.columns, *report.groups, *report.across, *report.totals)
    paths = dict.fromkeys([*_paths(sobject), *selected])
    columns = {
        report.column(path): {
            "allowedInCustomDetailFormula": False,
            "dataType": field_of(org.schema, report.sobject, path).type,
            "filterValues": [],
            "filterable": True,
            "isLookup": False,
            "label": _label(org.schema, report.sobject, path),
            "uniqueCountable": True,
        }
        for path in paths
    }
    return {"categories": [{"columns": columns, "label": sobject.label_plural}]}


def _paths(sobject: SObject) -> list[str]:
    return [field.name for field in sobject.fields if not field.compound and field.filterable]


def _label(schema: Schema, sobject: str, path: str) -> str:
    head, _, rest = path.partition(".")
    field = field_of(schema, sobject, path)
    if not rest:
        return field.label
    reference = schema[sobject].relationship(head)
    above = "" if reference is None else reference.label.removesuffix(" ID")
    return f"{above}: {field.label}"
