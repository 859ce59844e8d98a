"""Invocable actions: lists, descriptions, and runs that fail and succeed input by input."""

from typing import Any

import httpx
import pytest

from salesforce_emulator.automation.emails import outbox_of
from salesforce_emulator.automation.invocable import InvocableAction, declared_actions
from salesforce_emulator.automation.parameters import Parameter
from salesforce_emulator.automation.run_context import RunContext
from salesforce_emulator.org.state import Org

FLOW = "/actions/custom/flow/Ship_Order"


def ship(context: RunContext, values: Any) -> dict[str, Any]:
    """Make a task for an order, and fail for the number 13 after it has been made."""
    task = context.create("Task", {"Subject": f"Ship {values['number']}"})
    if values["number"] == 13:
        context.create("Account", {})
    if values["number"] == 14:
        raise ZeroDivisionError("nothing left")
    return {"taskId": task}


@pytest.fixture
def shipping(org: Org) -> Org:
    for kind in ("flow", "apex"):
        declared_actions(org).add(
            InvocableAction(
                name="Ship_Order",
                label="Ship Order",
                kind=kind,
                inputs=(
                    Parameter(name="number", type="NUMBER", required=True),
                    Parameter(name="tags", many=True),
                ),
                outputs=(Parameter(name="taskId", type="REFERENCE"),),
                run=ship,
            )
        )
    return org


def tasks(org: Org) -> list[str]:
    return [row[0] for row in org.db.execute('SELECT "Subject" FROM "Task"')]


@pytest.mark.parametrize(
    "path",
    ["/actions/other", "/actions/custom/nope", "/actions/standard/nope", "/actions/custom/flow/No"],
)
def test_unknown_actions_are_not_found(client: httpx.Client, path: str) -> None:
    response = client.get(path)

    assert (response.status_code, response.json()[0]["errorCode"]) == (404, "NOT_FOUND")


def test_other_standard_actions_are_not_offered(client: httpx.Client) -> None:
    response = client.post("/actions/standard/customNotificationAction", json={"inputs": [{}]})

    assert response.status_code == 501
    assert "customNotificationAction" in response.json()[0]["message"]


@pytest.mark.parametrize("body", [{}, {"inputs": []}, {"inputs": {}}, {"inputs": [1]}])
def test_a_body_names_its_inputs(client: httpx.Client, shipping: Org, body: Any) -> None:
    response = client.post(FLOW, json=body)

    assert (response.status_code, response.json()[0]["errorCode"]) == (400, "INVALID_API_INPUT")


def test_inputs_are_limited_to_two_hundred(client: httpx.Client, shipping: Org) -> None:
    response = client.post(FLOW, json={"inputs": [{"number": 1}] * 201})

    assert (response.status_code, tasks(shipping)) == (400, [])


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, "Missing required input parameter: number"),
        ({"number": None}, "Missing required input parameter: number"),
        ({"number": 1, "colour": "red"}, "No such input parameter: colour"),
        ({"number": "many"}, "Invalid value for number"),
        ({"number": 1, "tags": "one"}, "Invalid value for tags"),
    ],
)
def test_an_invalid_input_fails_its_run(
    client: httpx.Client, shipping: Org, value: Any, message: str
) -> None:
    response = client.post(FLOW, json={"inputs": [value]})

    (error,) = response.json()[0]["errors"]
    assert (response.status_code, error["statusCode"]) == (400, "INVALID_API_INPUT")
    assert message in error["message"]
    assert tasks(shipping) == []


def test_a_failed_run_rolls_back_its_own_writes_only(client: httpx.Client, shipping: Org) -> None:
    inputs = [{"number": 1}, {"number": 13}, {"number": 2}]
    response = client.post(FLOW, json={"inputs": inputs})

    assert response.status_code == 400
    assert [item["isSuccess"] for item in response.json()] == [True, False, True]
    assert response.json()[1]["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    assert tasks(shipping) == ["Ship 1.0", "Ship 2.0"]


@pytest.mark.parametrize(
    ("kind", "message"),
    [("flow", "An unhandled fault has occurred in this flow"), ("apex", "nothing left")],
)
def test_an_exception_of_the_code_is_a_fault(
    client: httpx.Client, shipping: Org, kind: str, message: str
) -> None:
    response = client.post(f"/actions/custom/{kind}/Ship_Order", json={"inputs": [{"number": 14}]})

    (outcome,) = response.json()
    assert (response.status_code, outcome["outputValues"]) == (400, None)
    assert outcome["errors"][0]["statusCode"] == "UNKNOWN_EXCEPTION"
    assert message in outcome["errors"][0]["message"]
    assert tasks(shipping) == []


def test_a_flow_returns_outputs_and_its_interview(client: httpx.Client, shipping: Org) -> None:
    response = client.post(FLOW, json={"inputs": [{"number": 1}, {"number": 2}]})

    first, second = response.json()
    assert response.status_code == 200
    assert list(first) == ["actionName", "errors", "invocationId", "isSuccess", "outcome",
                           "outputValues", "sortOrder", "version"]  # fmt: skip
    assert (first["actionName"], first["errors"]) == ("Ship_Order", None)
    values = first["outputValues"]
    assert set(values) == {"taskId", "Flow__InterviewGuid", "Flow__InterviewStatus"}
    assert values["Flow__InterviewStatus"] == "Finished"
    assert values["Flow__InterviewGuid"] != second["outputValues"]["Flow__InterviewGuid"]


def test_apex_returns_outputs_only(client: httpx.Client, shipping: Org) -> None:
    response = client.post("/actions/custom/apex/ship_order", json={"inputs": [{"number": 1}]})

    assert list(response.json()[0]["outputValues"]) == ["taskId"]


def test_an_older_version_answers_with_fewer_keys(client: httpx.Client, shipping: Org) -> None:
    url = f"https://{shipping.host}/services/data/v51.0{FLOW}"
    response = client.post(url, json={"inputs": [{"number": 1}]})

    assert list(response.json()[0]) == ["actionName", "errors", "isSuccess", "outputValues"]


def test_lists_and_describes(client: httpx.Client, shipping: Org) -> None:
    assert set(client.get("/actions").json()) == {"standard", "custom"}
    assert {"apex", "flow", "quickAction"} <= set(client.get("/actions/custom").json())
    (entries,) = client.get("/actions/custom/flow").json()["actions"]
    assert entries == {
        "label": "Ship Order",
        "name": "Ship_Order",
        "type": "FLOW",
        "url": "/services/data/v68.0/actions/custom/flow/Ship_Order",
    }
    about = client.get(FLOW).json()
    number, tags = about["inputs"]
    assert (number["type"], number["required"], number["maxOccurs"]) == ("NUMBER", True, 1)
    assert (tags["type"], tags["required"], tags["maxOccurs"] > 1) == ("STRING", False, True)
    assert [item["name"] for item in about["outputs"]] == [
        "taskId", "Flow__InterviewGuid", "Flow__InterviewStatus",
    ]  # fmt: skip
    assert about["standard"] is False


@pytest.mark.parametrize(
    ("version", "name"), [("64.0", "emailAddresses"), ("65.0", "recipientAddresses")]
)
def test_the_email_action_has_other_names_since_65(
    client: httpx.Client, org: Org, version: str, name: str
) -> None:
    url = f"https://{org.host}/services/data/v{version}/actions/standard/emailSimple"
    assert client.get(url).json()["inputs"][0]["name"] == name

    email = {name: "kim@example.com, lee@example.com", "emailSubject": "Hi", "emailBody": "Text"}
    response = client.post(url, json={"inputs": [email]})

    assert (response.status_code, response.json()[0]["outputValues"]) == (200, None)
    assert outbox_of(org)[0].to == ("kim@example.com", "lee@example.com")


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({}, "INVALID_API_INPUT"),
        ({"recipientAddresses": "kim"}, "INVALID_EMAIL_ADDRESS"),
        ({"recipientAddresses": ",".join(["a@b.co"] * 151)}, "LIMIT_EXCEEDED"),
        ({"recipientId": "001000000000001AAA"}, "INVALID_API_INPUT"),
        ({"recipientId": "003000000000001AAA"}, "INVALID_API_INPUT"),
    ],
)
def test_an_email_needs_somebody_to_go_to(
    client: httpx.Client, org: Org, inputs: dict[str, str], code: str
) -> None:
    email = {"emailSubject": "Hi", "emailBody": "Text", **inputs}
    response = client.post("/actions/standard/emailSimple", json={"inputs": [email]})

    assert (response.status_code, response.json()[0]["errors"][0]["statusCode"]) == (400, code)
    assert outbox_of(org) == []


def test_an_email_can_be_logged_at_a_record(client: httpx.Client, org: Org) -> None:
    account = client.post("/sobjects/Account", json={"Name": "Acme"}).json()["id"]
    contact = client.post("/sobjects/Contact", json={"LastName": "K", "Email": "k@b.co"}).json()
    email = {
        "recipientId": contact["id"],
        "relatedRecordId": account,
        "emailSubject": "Hi",
        "emailBody": "<b>Text</b>",
        "sendRichBody": True,
        "logEmailOnSend": True,
    }
    response = client.post("/actions/standard/emailSimple", json={"inputs": [email]})

    assert response.status_code == 200, response.text
    soql = "SELECT Subject, HtmlBody, ToAddress, RelatedToId FROM EmailMessage"
    (row,) = client.get("/query", params={"q": soql}).json()["records"]
    assert (row["Subject"], row["HtmlBody"]) == ("Hi", "<b>Text</b>")
    assert (row["ToAddress"], row["RelatedToId"]) == ("k@b.co", account)


@pytest.mark.parametrize(
    "subject",
    ["001000000000001AAA", "nobody", "00D000000000001AAA"],
)
def test_posting_needs_a_feed(client: httpx.Client, subject: str) -> None:
    post = {"text": "Hello", "subjectNameOrId": subject}
    response = client.post("/actions/standard/chatterPost", json={"inputs": [post]})

    assert response.status_code == 400
    assert subject in response.json()[0]["errors"][0]["message"]


def test_posts_to_a_record_and_to_a_user_by_name(client: httpx.Client, org: Org) -> None:
    account = client.post("/sobjects/Account", json={"Name": "Acme"}).json()["id"]
    posts = [
        {"text": "Hello", "subjectNameOrId": account},
        {"text": "Hi", "subjectNameOrId": "ADMIN@local-org.example", "type": "User"},
    ]
    response = client.post("/actions/standard/chatterPost", json={"inputs": posts})

    assert response.status_code == 200, response.text
    soql = "SELECT Id, ParentId, Body, Type, Visibility FROM FeedItem ORDER BY Id"
    first, second = client.get("/query", params={"q": soql}).json()["records"]
    assert first["Id"] == response.json()[0]["outputValues"]["feedItemId"]
    assert (first["ParentId"], first["Body"], first["Type"]) == (account, "Hello", "TextPost")
    assert (second["ParentId"], second["Visibility"]) == (org.admin_id, "AllUsers")
