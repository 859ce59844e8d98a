"""The target of `explain=`: a statement, or that of a list view or report by its id.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_query_explain.htm
"""

from typing import TYPE_CHECKING

from salesforce_emulator import errors
from salesforce_emulator.list_views import bodies, views
from salesforce_emulator.reports.filters import conditions
from salesforce_emulator.reports.report import metadata, report_id, reports_of
from salesforce_emulator.schema.ids import parse_id
from salesforce_emulator.soql.query_context import QueryContext

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org
    from salesforce_emulator.soql.results import Caller


def statement_of(org: "Org", caller: "Caller", text: str) -> str:
    """Return the statement to explain.

    Args:
        text: What the caller gave: SOQL, or an id of 15 or 18 characters.

    Raises:
        SalesforceError: NOT_FOUND: no list view and no report has the id.
    """
    record_id = parse_id(text)
    if record_id is None:
        return text
    with org.transaction():
        result = _of_list_view(org, caller, record_id) or _of_report(org, caller, record_id)
    if not result:
        raise errors.not_found()
    return result


def _of_list_view(org: "Org", caller: "Caller", record_id: str) -> str:
    sql = 'SELECT "SobjectType" FROM "ListView" WHERE "Id" = ?'
    row = org.db.execute(sql, (record_id,)).fetchone()
    sobject = None if row is None else org.schema.get(str(row[0]))
    if sobject is None:
        return ""
    _, view = views.find(org, sobject, record_id)
    return str(bodies.describe(org, caller, record_id, view)["query"])


def _of_report(org: "Org", caller: "Caller", record_id: str) -> str:
    for report in reports_of(org):
        if report_id(org, report) == record_id:
            zone = QueryContext.of(org, caller.user_id, version=68.0, all_rows=False).zone
            report_metadata = metadata(org, report, {}, details=True)
            where = conditions(org, report, report_metadata, zone)
            paths = dict.fromkeys([*report.columns, *report.groups, *report.totals])
            clause = f" WHERE {' AND '.join(where)}" if where else ""
            return f"SELECT {', '.join(paths)} FROM {report.sobject}{clause}"  # noqa: S608 - SOQL
    return ""
