"""Flows, Apex, quick actions, approvals, events, reports, email and Chatter on the example org."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from salesforce_connector.errors import Conflict, Forbidden, NotFound, Rejected, Retryable
from salesforce_emulator.automation.emails import outbox_of
from salesforce_emulator.examples import EXAMPLE_ORG
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.state import Org
from salesforce_emulator.reports.report import reports_of

Act = Callable[..., Any]


@pytest.fixture
def local_org() -> Iterator[Org]:
    """The example org, in place of the default one."""
    with open_org(config=EXAMPLE_ORG) as created:
        yield created


def _delivery(act: Act, number: str) -> str:
    soql = "SELECT Id FROM Delivery__c WHERE Order_Number__c = :number"
    result = act("query", {"soql": soql, "parameters": {"number": number}})
    return str(result["records"][0]["Id"])


def _report(act: Act) -> str:
    return str(act("list_reports", {"search": "deliveries"})["reports"][0]["id"])


def test_a_flow_that_fails_reports_why(act: Act) -> None:
    with pytest.raises(Rejected) as error:
        act("run_flow", {"flow_name": "Ship_Delivery", "inputs": {}})
    assert error.value.code == "INVALID_API_INPUT"
    delivery = _delivery(act, "A-2")
    with pytest.raises(Rejected, match="Weigh it"):
        act("run_flow", {"flow_name": "Ship_Delivery", "inputs": {"deliveryId": delivery}})
    with pytest.raises(NotFound):
        act("run_flow", {"flow_name": "Nope"})


@pytest.mark.parametrize(
    ("action", "inputs", "nearest"),
    [
        ("run_flow", {"flow_name": "Ship_Delivry"}, "Ship_Delivery"),
        (
            "run_invocable_action",
            {"kind": "apex", "action_name": "QuoteDelivry", "inputs": [{"weight": 1}]},
            "QuoteDelivery",
        ),
        (
            "publish_platform_event",
            {"sobject": "Delivery_Shiped__e", "fields": {"Order_Number__c": "A-1"}},
            "Delivery_Shipped__e",
        ),
        ("describe_object", {"sobject": "Delivry__c"}, "Delivery__c"),
        ("create_record", {"sobject": "Delivry__c", "fields": {"Value__c": 1}}, "Delivery__c"),
        ("find_records", {"sobject": "Acount", "fields": ["Name"]}, "Account"),
        (
            "bulk_write",
            {"sobject": "Acount", "operation": "insert", "csv": "Name\nA\n"},
            "Account",
        ),
    ],
)
def test_a_misspelt_name_is_refused_with_the_nearest(
    act: Act, action: str, inputs: dict[str, Any], nearest: str
) -> None:
    with pytest.raises(Rejected) as error:
        act(action, inputs)
    assert error.value.remedy.endswith(f"Did you mean {nearest}?")


def test_runs_a_flow(act: Act, local_org: Org) -> None:
    delivery = _delivery(act, "A-1")
    inputs = {"deliveryId": delivery, "carrier": "DHL", "weight": 4}
    done = act("run_flow", {"flow_name": "Ship_Delivery", "inputs": inputs})

    assert done["status"] == "Finished"
    assert done["interview_id"]
    assert done["outputs"]["tracking"] == f"DHL-{delivery}"
    task = act("get_record", {"sobject": "Task", "id": done["outputs"]["taskId"]})["record"]
    assert task["WhatId"] == delivery


def test_runs_apex_for_several_inputs(act: Act) -> None:
    inputs = [{"weight": 1}, {}, {"weight": 2}]
    values = {"kind": "apex", "action_name": "QuoteDelivery", "inputs": inputs}
    with pytest.raises(Rejected, match="weight"):
        act("run_invocable_action", values)
    done = act("run_invocable_action", {**values, "fail_when": "all"})

    assert [item["ok"] for item in done["results"]] == [True, False, True]
    assert (done["failed"], done["results"][0]["outputs"]) == (1, {"price": 12.5})


def test_lists_actions_and_describes_one(act: Act) -> None:
    everything = act("list_invocable_actions", {})["actions"]
    (flow,) = act("list_invocable_actions", {"kind": "flow"})["actions"]
    inputs = {"kind": "flow", "action_name": "Ship_Delivery"}
    (about,) = act("list_invocable_actions", inputs)["actions"]

    names = {item["name"] for item in everything}
    assert {"emailSimple", "submit", "Ship_Delivery", "Delivery__c.Return_It"} <= names
    assert flow["name"] == "Ship_Delivery"
    required = {item["name"]: item["required"] for item in about["inputs"]}
    assert required == {"deliveryId": True, "carrier": False, "weight": False}


def test_calls_apex_rest(act: Act) -> None:
    result = act("call_apex_rest", {"path": "/deliveries/D-0001"})
    post = {"method": "POST", "path": "/deliveries/D-0001", "body": {}}

    assert result["body"] == {"number": "D-0001", "status": "on its way"}
    with pytest.raises(Conflict):
        act("call_apex_rest", post)
    assert act("call_apex_rest", {**post, "accept_statuses": [409]})["status"] == 409
    with pytest.raises(NotFound):
        act("call_apex_rest", {"path": "/nope"})


def test_runs_a_quick_action(act: Act) -> None:
    delivery = _delivery(act, "A-2")
    own = {"action_name": "Return_It", "sobject": "Delivery__c"}
    done = act("run_quick_action", {**own, "record_id": delivery})
    call = act("run_quick_action", {"action_name": "LogACall", "fields": {"Subject": "Hello"}})

    assert (done["id"], done["created"]) == (delivery, False)
    assert call["created"] is True
    with pytest.raises(Rejected):
        act("run_quick_action", own)


def test_submits_and_decides(act: Act) -> None:
    valuable, other = _delivery(act, "A-1"), _delivery(act, "A-2")
    with pytest.raises(Rejected) as error:
        act("submit_for_approval", {"record_id": other})
    assert error.value.code == "NO_APPLICABLE_PROCESS"
    with pytest.raises(NotFound, match="no pending approval"):
        act("decide_approval", {"id": valuable, "decision": "approve"})
    submitted = act("submit_for_approval", {"record_id": valuable, "comments": "Please"})
    with pytest.raises(Rejected, match="locked"):
        act("update_record", {"sobject": "Delivery__c", "id": valuable, "fields": {"Value__c": 1}})
    decided = act("decide_approval", {"id": valuable, "decision": "approve"})

    assert (submitted["status"], len(submitted["work_item_ids"])) == ("Pending", 1)
    assert (decided["status"], decided["work_item_ids"]) == ("Approved", [])
    skip = {"process": "Valuable_Deliveries", "skip_entry_criteria": True}
    again = act("submit_for_approval", {"record_id": other, **skip})
    rejected = act("decide_approval", {"id": again["work_item_ids"][0], "decision": "reject"})
    assert rejected["status"] == "Rejected"


def test_publishes_an_event(act: Act) -> None:
    event = {"sobject": "Delivery_Shipped__e", "fields": {"Order_Number__c": "A-1"}}
    done = act("publish_platform_event", event)

    assert done["id"].startswith("e")
    assert len(done["event_uuid"]) == 36
    with pytest.raises(Rejected):
        act("publish_platform_event", {**event, "fields": {}})


def test_runs_a_report_as_it_is_and_with_other_filters(act: Act) -> None:
    report = _report(act)
    value = "Delivery__c.Value__c"
    whole = act("run_report", {"report_id": report})
    large = {"column": value, "operator": "greaterThan", "value": "1000"}
    cut = act("run_report", {"report_id": report, "filters": [large], "columns": "api_name"})

    assert (whole["format"], whole["complete"]) == ("SUMMARY", True)
    assert [item["Status"] for item in whole["groups"]] == ["Planned", "Packed"]
    assert whole["totals"]["Record Count"] == 2
    assert whole["rows"][0]["Account: Account Name"] == "Acme Logistics"
    (row,) = cut["rows"]
    assert row["Delivery__c.Account__r.Name"] == "Acme Logistics"
    assert row["Delivery__c.Status__c"] == "Planned"
    wrong = [{**large, "column": "Delivery__c.Value"}]
    with pytest.raises(Rejected, match="no column"):
        act("run_report", {"report_id": report, "filters": wrong})


def test_a_report_in_the_background_can_be_waited_for_again(
    act: Act, local_org: Org, quick_pauses: None
) -> None:
    reports_of(local_org).wait = 60
    values = {"report_id": _report(act), "in_background": True, "max_wait": 10}
    with pytest.raises(Rejected, match="still") as error:
        act("run_report", values)
    assert error.value.code == "REPORT_NOT_FINISHED"
    (run_id,) = local_org.db.execute('SELECT id FROM "_ReportRun"')
    instance = run_id[0]
    with pytest.raises(Retryable):
        act("run_report", {**values, "instance_id": instance})
    done = act("run_report", {**values, "instance_id": instance, "max_wait": 120})

    assert (done["instance_id"], done["totals"]["Record Count"]) == (instance, 2)


def test_an_hour_has_only_so_many_reports(act: Act, local_org: Org) -> None:
    report = _report(act)
    local_org.limits.others["HourlySyncReportRuns"] = 0

    with pytest.raises(Forbidden):
        act("run_report", {"report_id": report})


def test_sends_an_email_in_each_versions_words(act: Act, local_org: Org) -> None:
    email = {"to": ["kim@example.com"], "cc": ["lee@example.com"], "subject": "Hi", "body": "Text"}
    done = act("send_email", email)

    assert done["sent"] is True
    (sent,) = outbox_of(local_org)
    assert (sent.to, sent.cc, sent.subject) == (("kim@example.com",), ("lee@example.com",), "Hi")
    with pytest.raises(Rejected):
        act("send_email", {**email, "to": ["kim"]})


def test_posts_to_chatter(act: Act) -> None:
    account = act("query", {"soql": "SELECT Id FROM Account LIMIT 1"})["records"][0]["Id"]
    done = act("post_to_chatter", {"subject": account, "text": "They have ordered!"})

    post = act("get_record", {"sobject": "FeedItem", "id": done["feed_item_id"]})["record"]
    assert (post["ParentId"], post["Body"]) == (account, "They have ordered!")
    with pytest.raises(Rejected):
        act("post_to_chatter", {"subject": "nobody", "kind": "User", "text": "Hello"})
