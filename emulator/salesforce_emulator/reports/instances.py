"""Runs of reports in the background: each is done once the org's clock has gone on a little.

They are stored in the org's database.

https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_instances_summaryasync.htm
"""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from salesforce_emulator.org.clock import datetime_text, datetime_value

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

Json = dict[str, Any]

_PREFIX: Final = "0LG"
_TABLE: Final = (
    'CREATE TABLE IF NOT EXISTS "_ReportRun" (id TEXT PRIMARY KEY, report TEXT, owner TEXT,'
    " details INTEGER, results TEXT, requested TEXT, done TEXT)"
)


@dataclass(frozen=True, slots=True)
class Instance:
    """One run.

    Attributes:
        id: 0LG..., 18 characters.
        results: The body of the answer, when it is done.
        done: When it is.
    """

    id: str
    report_id: str
    owner_id: str
    details: bool
    results: Json
    requested: datetime
    done: datetime

    def listed(self, org: "Org", version: str) -> Json:
        """Return it as the list of a report's runs does, and the answer to its request."""
        status = self.status(org)
        base = f"/services/data/{version}/analytics/reports/{self.report_id}/instances"
        return {
            "completionDate": datetime_text(self.done) if status == "Success" else None,
            "hasDetailRows": self.details,
            "id": self.id,
            "ownerId": self.owner_id,
            "queryable": False,
            "requestDate": datetime_text(self.requested),
            "status": status,
            "url": f"{base}/{self.id}",
        }

    def body(self, org: "Org", version: str) -> Json:
        """Return an instance: its attributes, and its results when it has ended."""
        listed = self.listed(org, version)
        attributes = {
            **{name: listed[name] for name in ("completionDate", "id", "ownerId", "queryable")},
            "reportId": self.report_id,
            "reportName": self.results["reportMetadata"]["name"],
            "requestDate": listed["requestDate"],
            "status": listed["status"],
            "type": "ReportInstance",
        }
        if listed["status"] != "Success":
            return {"attributes": attributes, **dict.fromkeys(self.results.keys() - {"attributes"})}
        return {**self.results, "attributes": attributes}

    def status(self, org: "Org") -> str:
        """Return how far it is: New, Running or Success."""
        now = org.clock.now()
        if now >= self.done:
            return "Success"
        return "New" if now == self.requested else "Running"


def begin(
    org: "Org",
    report_id: str,
    owner_id: str,
    results: Json,
    *,
    details: bool,
    requested: datetime,
    done: datetime,
) -> Instance:
    """Keep a new run. The caller holds `org.transaction()`."""
    org.db.execute(_TABLE)
    (last,) = org.db.execute('SELECT MAX(id) FROM "_ReportRun"').fetchone()
    if last is not None:
        org.ids.resume(last)
    created = Instance(
        org.ids.next(_PREFIX), report_id, owner_id, details, results, requested, done
    )
    times = (datetime_text(requested), datetime_text(done))
    org.db.execute(
        'INSERT INTO "_ReportRun" VALUES (?, ?, ?, ?, ?, ?, ?)',
        (created.id, report_id, owner_id, int(details), json.dumps(results), *times),
    )
    return created


def of_report(org: "Org", report_id: str) -> list[Instance]:
    """Return the runs of a report, the newest first."""
    org.db.execute(_TABLE)
    sql = 'SELECT * FROM "_ReportRun" WHERE report = ? ORDER BY id DESC'
    return [_instance(row) for row in org.db.execute(sql, (report_id,))]


def forget(org: "Org", instance: Instance) -> None:
    """Delete a run."""
    org.db.execute('DELETE FROM "_ReportRun" WHERE id = ?', (instance.id,))


def _instance(row: sqlite3.Row) -> Instance:
    return Instance(
        row["id"],
        row["report"],
        row["owner"],
        bool(row["details"]),
        json.loads(row["results"]),
        datetime_value(row["requested"]),
        datetime_value(row["done"]),
    )
