"""The org's allocations: how many API calls are allowed, and how many are used.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_limits.htm
"""

import sqlite3
from collections import Counter
from datetime import date
from typing import Any, Final

from salesforce_emulator.errors import request_limit_exceeded
from salesforce_emulator.org.clock import Clock

API_CALLS_A_DAY: Final = 15_000  # Developer Edition

_OTHERS: Final = {  # names as documented; amounts of Developer Edition
    "ActiveScratchOrgs": 3,
    "AnalyticsExternalDataSizeMB": 40_960,
    "CdpAiInferenceApiMonthlyLimit": 500_000_000,
    "ConcurrentAsyncGetReportInstances": 200,
    "ConcurrentEinsteinDataInsightsStoryCreation": 5,
    "ConcurrentEinsteinDiscoveryStoryCreation": 2,
    "ConcurrentSyncReportRuns": 20,
    "ContentDistBandwidthLimitMB": 10_240,
    "ContentDistViewLimit": 200,
    "ContentPublicationLimit": 36_000,
    "DailyAnalyticsDataflowJobExecutions": 60,
    "DailyAnalyticsUploadedFilesSizeMB": 51_200,
    "DailyAsyncApexExecutions": 250_000,
    "DailyAsyncApexTests": 500,
    "DailyBulkApiBatches": 15_000,
    "DailyBulkV2QueryFileStorageMB": 976_562,
    "DailyBulkV2QueryJobs": 10_000,
    "DailyDeliveredPlatformEvents": 10_000,
    "DailyDurableGenericStreamingApiEvents": 10_000,
    "DailyDurableStreamingApiEvents": 10_000,
    "DailyEinsteinDataInsightsStoryCreation": 1_000,
    "DailyEinsteinDiscoveryOptimizationJobRuns": 25,
    "DailyEinsteinDiscoveryPredictAPICalls": 50_000,
    "DailyEinsteinDiscoveryPredictionsByCDC": 500_000,
    "DailyEinsteinDiscoveryStoryCreation": 100,
    "DailyFunctionsApiCallLimit": 235_000,
    "DailyGenericStreamingApiEvents": 10_000,
    "DailyMetadataRetrievesWithDependencies": 1_000,
    "DailyScratchOrgs": 6,
    "DailyStandardVolumePlatformEvents": 10_000,
    "DailyStreamingApiEvents": 10_000,
    "DailyWorkflowEmails": 100_000,
    "DataStorageMB": 5,
    "DurableStreamingApiConcurrentClients": 20,
    "ExternalServicesActiveObjects": 100,
    "ExternalServicesActiveOperations": 150,
    "ExternalServicesObjectProperties": 5_000,
    "ExternalServicesObjects": 1_000,
    "ExternalServicesOperations": 1_500,
    "ExternalServicesRegistrations": 150,
    "FileStorageMB": 20,
    "HourlyAsyncReportRuns": 1_200,
    "HourlyDashboardRefreshes": 200,
    "HourlyDashboardResults": 5_000,
    "HourlyDashboardStatuses": 999_999_999,
    "HourlyElevateAsyncReportRuns": 1_200,
    "HourlyElevateSyncReportRuns": 500,
    "HourlyLongTermIdMapping": 100_000,
    "HourlyManagedContentPublicRequests": 50_000,
    "HourlyODataCallout": 1_000,
    "HourlyPublishedPlatformEvents": 50_000,
    "HourlyPublishedStandardVolumePlatformEvents": 1_000,
    "HourlyShortTermIdMapping": 100_000,
    "HourlySyncReportRuns": 500,
    "HourlyTimeBasedWorkflow": 1_000,
    "MassEmail": 10,
    "MaxContentDocumentsLimit": 30_000_000,
    "MonthlyEinsteinDiscoveryStoryCreation": 500,
    "MonthlyPlatformEventsUsageEntitlement": 0,
    "Package2VersionCreates": 6,
    "Package2VersionCreatesWithoutValidation": 500,
    "PermissionSets": 1_500,
    "PlatformEventTriggersWithParallelProcessing": 5,
    "PrivateConnectOutboundCalloutHourlyLimitMB": 0,
    "PublishCallbackUsageInApex": 5_242_880,
    "ScheduledFlowRunLimit": 250_000,
    "ScheduledPathRunLimit": 250_000,
    "SingleEmail": 15,
    "StreamingApiConcurrentClients": 20,
}
_WITHIN: Final = {"PermissionSets": {"CreateCustom": 1_000}}
"""What else an allocation has within it."""

_SINCE: Final = {  # documented: the first API version that lists it
    "DailyAsyncApexTests": 56,
    "DailyBulkApiBatches": 49,
    "DailyBulkV2QueryFileStorageMB": 47,
    "DailyBulkV2QueryJobs": 47,
    "DailyDurableGenericStreamingApiEvents": 37,
    "DailyDurableStreamingApiEvents": 37,
    "DailyFunctionsApiCallLimit": 53,
    "DailyMetadataRetrievesWithDependencies": 64,
    "DurableStreamingApiConcurrentClients": 37,
    "MonthlyPlatformEventsUsageEntitlement": 48,
    "PermissionSets": 41,
}
_EARLIER_NAMES: Final = {  # what a version before `_SINCE` calls it
    "DailyBulkApiBatches": "DailyBulkApiRequests",
    "MonthlyPlatformEventsUsageEntitlement": "MonthlyPlatformEvents",
}


class Limits:
    """Counts API calls over a day.

    The real window rolls over 24 hours; here it restarts at midnight UTC.

    Attributes:
        api_max: Calls allowed a day; may be set.
        api_used: Calls counted so far; may be set.
        per_app: Calls counted by the name of the app that made them.
        others: Maxima of the other limits, by their names in `/limits`; may be set.
        taken: What of the others was taken so far today.
    """

    def __init__(
        self,
        clock: Clock,
        db: sqlite3.Connection | None = None,
        api_max: int = API_CALLS_A_DAY,
    ) -> None:
        """Count from zero, or from the counts of today in `db`, where counts are stored."""
        self._clock = clock
        self._db = db
        self._day: date = clock.today()
        self.api_max = api_max
        self.api_used = 0
        self.per_app: Counter[str] = Counter()
        self.others = dict(_OTHERS)
        self.used: Counter[str] = Counter()
        if db is not None:
            self._resume(db)

    def count(self, app_name: str = "") -> None:
        """Count one API call.

        Raises:
            SalesforceError: REQUEST_LIMIT_EXCEEDED, when there is none left; it is not counted.
        """
        self._turn_day()
        if self.api_used >= self.api_max:
            raise request_limit_exceeded()
        self.api_used += 1
        if app_name:
            self.per_app[app_name] += 1
            self._store("app", app_name, self.per_app[app_name])
        self._store("api", "", self.api_used)

    def take(self, name: str, amount: int = 1) -> bool:
        """Use an amount of another limit; return False when less is left."""
        self._turn_day()
        if self.used[name] + amount > self.others[name]:
            return False
        self.used[name] += amount
        self._store("other", name, self.used[name])
        return True

    @property
    def header(self) -> str:
        """The value of `Sforce-Limit-Info`."""
        return f"api-usage={self.api_used}/{self.api_max}"

    def body(self, version: float) -> dict[str, Any]:
        """Return the body of `/limits` in an API version, such as 68.0; keys in order."""
        calls: dict[str, Any] = {"Max": self.api_max, "Remaining": self.api_max - self.api_used}
        for app in sorted(self.per_app):  # an app without a quota of its own shows zeros
            calls[app] = {"Max": 0, "Remaining": 0}
        names = {
            name: name if _SINCE.get(name, 0) <= version else _EARLIER_NAMES.get(name)
            for name in self.others
        }
        rest = {
            listed: {
                "Max": maximum,
                "Remaining": maximum - self.used[name],
                **{part: {"Max": n, "Remaining": n} for part, n in _WITHIN.get(name, {}).items()},
            }
            for name, maximum in self.others.items()
            if (listed := names[name]) is not None
        }
        return dict(sorted({"DailyApiRequests": calls, **rest}.items()))

    def _store(self, kind: str, name: str, used: int) -> None:
        if self._db is not None:
            self._db.execute(
                'INSERT INTO "_Usage" VALUES (?, ?, ?, ?)'
                " ON CONFLICT (kind, name) DO UPDATE SET day = excluded.day, used = excluded.used",
                (kind, name, self._day.isoformat(), used),
            )

    def _resume(self, db: sqlite3.Connection) -> None:
        db.execute(
            'CREATE TABLE IF NOT EXISTS "_Usage"'
            " (kind TEXT, name TEXT, day TEXT, used INTEGER, PRIMARY KEY (kind, name))"
        )
        today = self._day.isoformat()
        rows = db.execute('SELECT kind, name, used FROM "_Usage" WHERE day = ?', (today,))
        for kind, name, used in rows:
            if kind == "api":
                self.api_used = used
            else:
                (self.per_app if kind == "app" else self.used)[name] = used

    def _turn_day(self) -> None:
        today = self._clock.today()
        if today != self._day:
            self._day, self.api_used = today, 0
            self.per_app.clear()
            self.used.clear()
