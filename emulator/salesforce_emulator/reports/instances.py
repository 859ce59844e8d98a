"""Runs of reports in the background: each is done once the org's clock has gone on a little.

https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_instances_summaryasync.htm
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from salesforce_emulator.clock import datetime_text

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

Json = dict[str, Any]


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
        """Give it as the list of a report's runs does, and the answer to its request."""
        status = self.status(org)
        home = f"/services/data/{version}/analytics/reports/{self.report_id}/instances"
        return {
            "completionDate": datetime_text(self.done) if status == "Success" else None,
            "hasDetailRows": self.details,
            "id": self.id,
            "ownerId": self.owner_id,
            "queryable": False,
            "requestDate": datetime_text(self.requested),
            "status": status,
            "url": f"{home}/{self.id}",
        }

    def body(self, org: "Org", version: str) -> Json:
        """Give its own page: what it is, and the results when it is done."""
        about = self.listed(org, version)
        attributes = {
            **{name: about[name] for name in ("completionDate", "id", "ownerId", "queryable")},
            "reportId": self.report_id,
            "reportName": self.results["reportMetadata"]["name"],
            "requestDate": about["requestDate"],
            "status": about["status"],
            "type": "ReportInstance",
        }
        if about["status"] != "Success":
            return {"attributes": attributes, **dict.fromkeys(self.results.keys() - {"attributes"})}
        return {**self.results, "attributes": attributes}

    def status(self, org: "Org") -> str:
        """Tell how far it is: New, Running or Success."""
        now = org.clock.now()
        if now >= self.done:
            return "Success"
        return "New" if now == self.requested else "Running"
