"""Any JSON sent to flows, approvals and reports is answered with an error of theirs."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesforce_emulator.examples import EXAMPLE_ORG
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.settings import Settings
from salesforce_emulator.org.state import Org

ID = st.sampled_from(["001000000000001AAA", "04i000000000001AAA", "a01", "", "x" * 18])
SCALAR = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | ID
)
NAMES = st.sampled_from(
    ["inputs", "requests", "actionType", "contextId", "comments", "nextApproverIds", "record",
     "reportMetadata", "reportFilters", "column", "operator", "value", "standardDateFilter",
     "durationValue", "startDate", "reportBooleanFilter", "detailColumns", "deliveryId", "weight",
     "Subject", "Order_Number__c", "text", "subjectNameOrId", "emailBody", "recipientAddresses",
     "processDefinitionNameOrId"]
)  # fmt: skip
JSON = st.recursive(
    SCALAR,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(), inner, max_size=4)
    ),
    max_leaves=12,
)
BODY = (
    st.dictionaries(NAMES, JSON, max_size=4)
    | st.fixed_dictionaries(
        {"inputs": st.lists(st.dictionaries(NAMES, JSON, max_size=4), max_size=3)}
    )
    | st.fixed_dictionaries(
        {"requests": st.lists(st.dictionaries(NAMES, JSON, max_size=4), max_size=3)}
    )
    | st.fixed_dictionaries({"reportMetadata": st.dictionaries(NAMES, JSON, max_size=4)})
)
PATHS = (
    "/actions/custom/flow/Ship_Delivery",
    "/actions/custom/quickAction/LogACall",
    "/actions/standard/emailSimple",
    "/actions/standard/chatterPost",
    "/actions/standard/submit",
    "/quickActions/LogACall",
    "/process/approvals",
    "/sobjects/Delivery_Shipped__e",
    "/analytics/reports/{report}",
    "/analytics/reports/{report}/instances",
)


@pytest.fixture
def org(clock: Clock) -> Iterator[Org]:
    """An error that no rule foresaw fails the test."""
    with open_org(clock=clock, settings=Settings(reraises=True), config=EXAMPLE_ORG) as created:
        created.limits.api_max = 10**9
        created.limits.others |= {"HourlySyncReportRuns": 10**9, "HourlyAsyncReportRuns": 10**9}
        yield created


@pytest.mark.parametrize("path", PATHS)
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(body=BODY)
def test_answers_as_salesforce_would(
    client: httpx.Client, org: Org, path: str, body: dict[str, Any]
) -> None:
    """No body ends in an error of ours."""
    report = org.db.execute('SELECT "Id" FROM "Report"').fetchone()[0]

    response = client.post(path.format(report=report), json=body)

    assert response.status_code in {200, 201, 400, 404, 501}, response.text
