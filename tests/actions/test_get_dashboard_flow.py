"""get_dashboard: what components show, and how far their refresh is."""

from typing import Any

import pytest
from flow_driver import drive, ok

from salesforce_actions.actions.get_dashboard import Input, flow
from salesforce_connector.errors import BadReply

DASHBOARD = "01ZD00000007S89MAE"
AT = "2026-01-31T09:00:00.000+0000"


def result(**more: Any) -> dict[str, Any]:
    return {
        "allData": True,
        "factMap": {
            "T!T": {"aggregates": [{"label": "$3.00", "value": 3}]},
            "0!T": {"aggregates": [{"label": "$1.00", "value": 1}]},
            "1!T": {"aggregates": [{"label": "$2.00", "value": 2}]},
        },
        "groupingsDown": {
            "groupings": [
                {"key": "0", "label": "Open", "value": "open", "groupings": []},
                {"key": "1", "label": "Won", "value": "won", "groupings": []},
            ]
        },
        "reportMetadata": {
            "name": "Pipeline",
            "reportFormat": "SUMMARY",
            "aggregates": ["s!AMOUNT"],
            "detailColumns": [],
            "groupingsDown": [{"name": "STAGE"}],
            "groupingsAcross": [],
        },
        "reportExtendedMetadata": {
            "aggregateColumnInfo": {"s!AMOUNT": {"label": "Sum of Amount"}},
            "groupingColumnInfo": {"STAGE": {"label": "Stage"}},
        },
        **more,
    }


def data(component: str, report: Any, **status: Any) -> dict[str, Any]:
    idle = {"dataStatus": "DATA", "refreshStatus": "IDLE", "refreshDate": AT}
    return {"componentId": component, "reportResult": report, "status": {**idle, **status}}


def body(*components: dict[str, Any]) -> dict[str, Any]:
    about = {
        "id": "01a1", "header": "Now", "reportId": "00O1",
        "properties": {"visualizationType": "Bar"},
    }  # fmt: skip
    return {
        "componentData": list(components),
        "dashboardMetadata": {
            "name": "Sales",
            "components": [about],
            "runningUser": {"displayName": "Ada", "id": "005"},
        },
    }


@pytest.mark.parametrize("answer", [[], {}, {"componentData": [{}], "dashboardMetadata": {}}])
def test_an_answer_that_does_not_fit_is_a_bad_reply(answer: Any) -> None:
    assert isinstance(drive(flow(Input(dashboard_id=DASHBOARD)), ok(answer)).error, BadReply)


def test_returns_groups_and_totals_of_each_component() -> None:
    run = drive(flow(Input(dashboard_id=DASHBOARD)), ok(body(data("01a1", result()))))
    assert run.calls[0].path == f"/analytics/dashboards/{DASHBOARD}"
    output = run.output
    assert (output.name, output.running_user, output.refreshing) == ("Sales", "Ada", False)
    (component,) = run.output.components
    assert (component.header, component.report_name, component.chart) == ("Now", "Pipeline", "Bar")
    assert component.groups == [
        {"Stage": "open", "Sum of Amount": 1},
        {"Stage": "won", "Sum of Amount": 2},
    ]
    assert component.totals == {"Sum of Amount": 3}


def test_columns_and_values_follow_the_inputs() -> None:
    args = Input(dashboard_id=DASHBOARD, columns="api_name", values="formatted")
    run = drive(flow(args), ok(body(data("01a1", result()))))
    assert run.output.components[0].groups[0] == {"STAGE": "Open", "s!AMOUNT": "$1.00"}


def test_a_failed_component_has_its_error_and_the_others_have_data() -> None:
    failed = data("01a2", None, dataStatus="ERROR", errorCode="X", errorMessage="No access")
    busy = data("01a1", result(), refreshStatus="RUNNING")
    run = drive(flow(Input(dashboard_id=DASHBOARD)), ok(body(busy, failed)))
    first, second = run.output.components
    assert (first.refreshing, first.error, run.output.refreshing) == (True, None, True)
    assert (second.error, second.report_id, second.totals) == ("No access", None, {})


def test_only_the_status_costs_no_results() -> None:
    status = {"componentId": "01a1", "refreshDate": None, "refreshStatus": "RUNNING"}
    run = drive(
        flow(Input(dashboard_id=DASHBOARD, include_data=False)), ok({"componentStatus": [status]})
    )
    assert [call.path for call in run.calls] == [f"/analytics/dashboards/{DASHBOARD}/status"]
    (component,) = run.output.components
    assert (component.id, component.refreshing, component.refreshed_at) == ("01a1", True, None)
