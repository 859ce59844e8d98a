"""convert_lead: what goes into the envelope, and what comes out."""

from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
from flow_driver import drive, ok
from pydantic import SecretStr, ValidationError

from salesforce_actions.actions.convert_lead import Input, Output, flow
from salesforce_connector.errors import BadReply, Rejected
from salesforce_connector.http import soap

LEAD, ACCOUNT = "00QD000000FP14JMAT", "001D000000IqhSLIAZ"


def converted(inner: str) -> httpx.Response:
    return httpx.Response(
        200, text=f"<r><result>{inner}</result></r>", headers={"content-type": "text/xml"}
    )


def sent(operation: str | None) -> list[tuple[str, str]]:
    """Read the elements of the conversion, in order."""
    tree = ET.fromstring(soap.envelope(operation or "", SecretStr("token"), "68.0"))  # noqa: S314 - our own
    (expected,) = [node for node in tree.iter() if node.tag.endswith("leadConverts")]
    return [(node.tag.rpartition("}")[2], node.text or "nil") for node in expected]


@pytest.mark.parametrize(
    "inputs",
    [
        {"contact_id": "003D000000QYVzxIAH"},
        {"create_opportunity": False, "opportunity_name": "x"},
    ],
)
def test_refuses_inputs_that_exclude_each_other(inputs: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Input.model_validate({"lead_id": LEAD, **inputs})


def test_reports_that_the_org_has_no_status_for_it() -> None:
    run = drive(flow(Input(lead_id=LEAD)), ok({"totalSize": 0, "done": True, "records": []}))

    assert isinstance(run.error, Rejected)
    assert run.error.code == "NO_CONVERTED_STATUS"


def test_raises_a_failure_inside_the_answer() -> None:
    inner = (
        "<errors><message>cannot reference converted lead</message>"
        "<statusCode>CANNOT_UPDATE_CONVERTED_LEAD</statusCode></errors><success>false</success>"
    )
    run = drive(flow(Input(lead_id=LEAD, converted_status="Done")), converted(inner))

    assert isinstance(run.error, Rejected)
    assert run.error.code == "CANNOT_UPDATE_CONVERTED_LEAD"
    assert not run.calls[0].safe


@pytest.mark.parametrize("lost", ["accountId", "contactId"])
def test_does_not_take_a_success_without_what_was_made(lost: str) -> None:
    created = {"accountId": ACCOUNT, "contactId": "003D000000QYVzxIAH"} | {lost: ""}
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in created.items())
    done = converted(f"{inner}<success>true</success>")
    run = drive(flow(Input(lead_id=LEAD, converted_status="Done")), done)

    assert isinstance(run.error, BadReply)
    assert lost in str(run.error)


def test_sends_all_in_the_order_that_soap_insists_on() -> None:
    inputs = Input(
        lead_id=LEAD,
        converted_status="Closed & Won",
        account_id=ACCOUNT,
        create_opportunity=False,
        notify_owner=True,
    )
    inner = (
        f"<accountId>{ACCOUNT}</accountId><contactId>003</contactId><leadId>{LEAD}</leadId>"
        '<opportunityId xmlns:xsi="x" xsi:nil="true"/><success>true</success>'
    )
    run = drive(flow(inputs), converted(inner))

    assert sent(run.calls[0].soap) == [
        ("accountId", ACCOUNT),
        ("contactId", "nil"),
        ("convertedStatus", "Closed & Won"),
        ("doNotCreateOpportunity", "true"),
        ("leadId", LEAD),
        ("opportunityName", "nil"),
        ("overwriteLeadSource", "false"),
        ("ownerId", "nil"),
        ("sendNotificationEmail", "true"),
    ]
    assert run.output == Output(
        lead_id=LEAD, account_id=ACCOUNT, contact_id="003", opportunity_id=None
    )


def test_uses_the_first_converted_status() -> None:
    run = drive(
        flow(Input(lead_id=LEAD)),
        ok({"totalSize": 1, "done": True, "records": [{"ApiName": "Qualified"}]}),
        converted(
            "<accountId>001</accountId><contactId>003</contactId>"
            "<opportunityId>006</opportunityId><success>true</success>"
        ),
    )

    assert ("convertedStatus", "Qualified") in sent(run.calls[1].soap)
    assert run.output.opportunity_id == "006"
