"""Quick actions: the records that they create and change."""

from typing import Any

import httpx
import pytest
from local_org.rest_calls import create_record

from salesforce_emulator.automation.quick_actions import QuickAction, quick_actions_of
from salesforce_emulator.org.state import Org


@pytest.fixture
def closing(org: Org) -> Org:
    quick_actions_of(org).append(
        QuickAction(
            name="Close_It",
            label="Close it",
            target="Case",
            type="Update",
            sobject="Case",
            values={"Status": "Closed"},
        )
    )
    return org


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/quickActions/Nope", {}, 404, "NOT_FOUND"),
        ("/quickActions/Close_It", {}, 404, "NOT_FOUND"),
        ("/sobjects/Account/quickActions/Close_It", {}, 404, "NOT_FOUND"),
        ("/sobjects/Case/quickActions/Close_It", {}, 400, "REQUIRED_FIELD_MISSING"),
        (
            "/sobjects/Case/quickActions/Close_It",
            {"contextId": "001000000000001AAA"},
            400,
            "INVALID_ID_FIELD",
        ),
        (
            "/sobjects/Case/quickActions/Close_It",
            {"contextId": "500000000000001AAA"},
            404,
            "NOT_FOUND",
        ),
        ("/quickActions/LogACall", {"contextId": "nothing"}, 400, "MALFORMED_ID"),
        ("/quickActions/LogACall", {"record": []}, 201, ""),
        ("/quickActions/LogACall", {"record": "x"}, 400, "INVALID_INPUT"),
        ("/quickActions/NewContact", {"record": {}}, 400, "REQUIRED_FIELD_MISSING"),
        ("/quickActions/NewTask", {"record": {"Nope": 1}}, 400, "INVALID_FIELD"),
    ],
)
def test_invalid_quick_action_requests_are_refused(
    client: httpx.Client, closing: Org, path: str, body: Any, status: int, code: str
) -> None:
    response = client.post(path, json=body)

    assert response.status_code == status, response.text
    if code:
        assert response.json()[0]["errorCode"] == code


def test_only_get_and_post(client: httpx.Client) -> None:
    for path in ("/sobjects/Account/quickActions", "/quickActions/LogACall/describe"):
        assert client.post(path, json={}).status_code == 405


@pytest.mark.parametrize(
    ("sobject", "fields", "link"),
    [("Account", {"Name": "Acme"}, "WhatId"), ("Contact", {"LastName": "Doe"}, "WhoId")],
)
def test_logs_a_call_on_the_record(
    client: httpx.Client, sobject: str, fields: dict[str, str], link: str
) -> None:
    context = create_record(client, sobject, **fields)
    body = {"contextId": context, "record": {"Description": "They will order."}}
    response = client.post(f"/sobjects/{sobject}/quickActions/LogACall", json=body)

    done = response.json()
    assert response.status_code == 201
    assert list(done) == ["contextId", "created", "errors", "feedItemIds", "id", "success"]
    assert (done["contextId"], done["created"], done["success"]) == (context, True, True)
    task = client.get(f"/sobjects/Task/{done['id']}").json()
    assert (task[link], task["Subject"], task["Status"]) == (context, "Call", "Completed")
    assert task["Description"] == "They will order."


def test_caller_values_override_the_actions_defaults(client: httpx.Client) -> None:
    body = {"record": {"subject": "Visit"}}
    done = client.post("/quickActions/LogACall", json=body).json()

    assert client.get(f"/sobjects/Task/{done['id']}").json()["Subject"] == "Visit"


def test_makes_a_contact_of_an_account(client: httpx.Client) -> None:
    account = create_record(client, "Account", Name="Acme")
    body = {"contextId": account, "record": {"LastName": "Smith"}}
    done = client.post("/sobjects/Account/quickActions/NewContact", json=body).json()

    assert client.get(f"/sobjects/Contact/{done['id']}").json()["AccountId"] == account


def test_changes_the_record(client: httpx.Client, closing: Org) -> None:
    case = create_record(client, "Case", Subject="Broken")
    response = client.post("/sobjects/Case/quickActions/close_it", json={"contextId": case})

    assert (response.status_code, response.json()["created"]) == (200, False)
    assert client.get(f"/sobjects/Case/{case}").json()["IsClosed"] is True


def test_lists_its_own_and_global_ones_and_describes(client: httpx.Client, closing: Org) -> None:
    own = {item["name"]: item for item in client.get("/sobjects/Case/quickActions").json()}
    others = {item["name"] for item in client.get("/quickActions").json()}

    assert {"LogACall", "Case.Close_It"} <= set(own)
    assert "Case.Close_It" not in others
    urls = own["Case.Close_It"]["urls"]
    assert urls["quickAction"] == "/services/data/v68.0/sobjects/Case/quickActions/Close_It"
    for url in (urls["describe"], urls["defaultValues"]):
        assert client.get(f"https://{closing.host}{url}").status_code == 200
    about = client.get("/sobjects/Case/quickActions/Close_It/describe").json()
    assert (about["targetSobjectType"], about["type"]) == ("Case", "Update")
    assert about["defaultValues"] == [{"defaultValue": "Closed", "field": "Status"}]


def test_can_be_run_as_an_invocable_action(client: httpx.Client, closing: Org) -> None:
    case = create_record(client, "Case", Subject="Broken")
    path = "/actions/custom/quickAction/Case.Close_It"
    names = {item["name"] for item in client.get(path).json()["inputs"]}
    response = client.post(path, json={"inputs": [{"contextId": case}]})

    assert {"contextId", "Status"} <= names
    assert response.status_code == 200, response.text
    assert client.get(f"/sobjects/Case/{case}").json()["Status"] == "Closed"


def test_default_values_are_those_of_the_target_and_of_the_action(client: httpx.Client) -> None:
    account = client.post("/sobjects/Account", json={"Name": "Acme"}).json()["id"]

    alone = client.get("/quickActions/LogACall/defaultValues").json()
    about = client.get(f"/quickActions/LogACall/defaultValues/{account}").json()

    assert alone["attributes"] == {"type": "Task"}
    assert (alone["Subject"], alone["Status"]) == ("Call", "Completed")
    assert "WhatId" not in alone
    assert about == {**alone, "WhatId": account}


def test_the_list_is_sent_again_when_it_has_changed_alone(client: httpx.Client) -> None:
    response = client.get("/quickActions")

    again = client.get("/quickActions", headers={"If-None-Match": response.headers["ETag"]})

    assert "Last-Modified" in response.headers
    assert again.status_code == 304
    first = response.json()[0]
    assert list(first) == ["actionEnumOrId", "label", "name", "type", "urls"]
    assert list(first["urls"]) == [
        "defaultValues",
        "quickAction",
        "describe",
        "defaultValuesTemplate",
    ]


@pytest.mark.parametrize(
    ("action", "record", "kind"),
    [
        ("LogACall", {"Subject": "Call"}, "CallLogPost"),
        ("NewContact", {"LastName": "Archer"}, "CreateRecordEvent"),
    ],
)
def test_posts_to_the_feed_of_the_record_that_it_runs_on(
    client: httpx.Client, action: str, record: dict[str, str], kind: str
) -> None:
    account = create_record(client, "Account", Name="Acme")

    done = client.post(
        f"/sobjects/Account/quickActions/{action}", json={"contextId": account, "record": record}
    ).json()
    alone = client.post(f"/quickActions/{action}", json={"record": record}).json()

    [post_id] = done["feedItemIds"]
    post = client.get(f"/sobjects/FeedItem/{post_id}").json()
    assert (post["ParentId"], post["Type"], post["CommentCount"]) == (account, kind, 0)
    assert alone["feedItemIds"] is None
