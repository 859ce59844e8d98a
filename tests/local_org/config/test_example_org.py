"""The example org: the effect of each table in its file."""

import base64
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from local_org.rest_calls import query_records

from salesforce_emulator.automation.invocable import declared_actions, run
from salesforce_emulator.automation.run_context import RunContext
from salesforce_emulator.examples import EXAMPLE_ORG
from salesforce_emulator.identity import identity_of
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.settings import Settings
from salesforce_emulator.org.state import Org
from salesforce_emulator.records import writing
from salesforce_emulator.serving.transport import OrgTransport

SignIn = Callable[[str], httpx.Client]
HOME = "/sobjects/Delivery__c"


@pytest.fixture
def org(clock: Clock) -> Iterator[Org]:
    with open_org(clock=clock, settings=Settings(reraises=True), config=EXAMPLE_ORG) as created:
        yield created


@pytest.fixture
def sign_in(org: Org) -> Iterator[SignIn]:
    """Yield a client that is signed in as a user, by the first part of the username."""
    with ExitStack() as opened:

        def client_of(name: str) -> httpx.Client:
            identity = identity_of(org)
            user = identity.user_named(f"{name}@local-org.example")
            assert user is not None
            with org.transaction():
                session = identity.open_session(identity.apps["automation"], user, ("api",))
                token = identity.sessions.token(session)
            created = httpx.Client(
                transport=OrgTransport(org),
                base_url=f"https://{org.host}/services/data/v68.0",
                headers={"Authorization": f"Bearer {token}"},
            )
            return opened.enter_context(created)

        yield client_of


def test_has_its_records(client: httpx.Client) -> None:
    result = query_records(
        client, "SELECT Name, Account__r.Name, Status__c FROM Delivery__c ORDER BY Name"
    )

    assert [item["Name"] for item in result] == ["D-0001", "D-0002"]
    assert result[0]["Account__r"]["Name"] == "Acme Logistics"
    assert [item["Status__c"] for item in result] == ["Planned", "Packed"]
    soql = "SELECT (SELECT Name FROM Deliveries__r) FROM Account"
    (account,) = query_records(client, soql)
    assert account["Deliveries__r"]["totalSize"] == 1


def test_describes_its_fields(client: httpx.Client) -> None:
    about = client.get(f"{HOME}/describe").json()
    fields = {item["name"]: item for item in about["fields"]}

    depot = fields["Depot__c"]
    assert (depot["dependentPicklist"], depot["controllerName"]) == (True, "Region__c")
    bits = {item["value"]: base64.b64decode(item["validFor"]) for item in depot["picklistValues"]}
    assert bits == {"Rotterdam": b"\x80", "Lyon": b"\x80", "Dallas": b"\x40"}
    assert fields["Order_Number__c"]["externalId"] is True
    assert fields["Status__c"]["restrictedPicklist"] is True
    types = {item["developerName"]: item for item in about["recordTypeInfos"]}
    assert set(types) == {"Parcel", "Pallet", "Master"}
    assert [item["defaultRecordTypeMapping"] for item in types.values()] == [True, False, False]


def test_a_new_record_gets_the_default_record_type(client: httpx.Client) -> None:
    pallet = query_records(client, "SELECT Id FROM RecordType WHERE DeveloperName = 'Pallet'")[0][
        "Id"
    ]
    created = [client.post(HOME, json=body).json()["id"] for body in ({}, {"RecordTypeId": pallet})]
    result = [
        client.get(f"{HOME}/{item}?fields=RecordType.DeveloperName").json() for item in created
    ]

    assert [item["RecordType"]["DeveloperName"] for item in result] == ["Parcel", "Pallet"]
    wrong = client.post("/sobjects/Account", json={"Name": "A", "RecordTypeId": pallet})
    assert wrong.status_code == 400


def test_upserts_by_its_external_id(client: httpx.Client) -> None:
    response = client.patch(f"{HOME}/Order_Number__c/A-1", json={"Weight__c": 3})

    assert (response.status_code, response.json()["created"]) == (200, False)
    twice = client.post(HOME, json={"Order_Number__c": "A-1"})
    assert twice.json()[0]["errorCode"] == "DUPLICATE_VALUE"


def test_a_validation_rule_refuses_its_condition(client: httpx.Client) -> None:
    response = client.post(HOME, json={"Status__c": "Shipped"})

    assert response.json() == [
        {
            "message": "Weigh it before you ship it.",
            "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION",
            "fields": ["Weight__c"],
        }
    ]
    assert client.post(HOME, json={"Status__c": "Shipped", "Weight__c": 1}).status_code == 201
    assert client.post(HOME, json={"Status__c": "Lost"}).status_code == 400


def test_finds_duplicates(client: httpx.Client) -> None:
    (account,) = query_records(client, "SELECT Id FROM Account")
    body = {"Account__c": account["Id"], "Depot__c": "Lyon", "Weight__c": 2.5}
    refused = client.post(HOME, json=body)
    allowed = client.post(
        HOME, json=body, headers={"Sforce-Duplicate-Rule-Header": "allowSave=true"}
    )

    assert refused.json()[0]["errorCode"] == "DUPLICATES_DETECTED"
    assert allowed.status_code == 201


def test_hides_a_field_from_a_profile(client: httpx.Client, sign_in: SignIn) -> None:
    warehouse = sign_in("warehouse")
    soql = {"q": "SELECT Margin__c FROM Delivery__c"}

    assert client.get("/query", params=soql).status_code == 200
    hidden = warehouse.get("/query", params=soql)
    assert (hidden.status_code, hidden.json()[0]["errorCode"]) == (400, "INVALID_FIELD")
    assert warehouse.post(HOME, json={"Margin__c": 5}).json()[0]["errorCode"] == "INVALID_FIELD"


def test_lets_a_profile_read_and_no_more(sign_in: SignIn) -> None:
    auditor = sign_in("auditor")

    assert len(query_records(auditor, "SELECT Id FROM Delivery__c")) == 2
    assert auditor.post(HOME, json={}).status_code == 403


def test_its_app_signs_in(org: Org, anonymous: httpx.Client) -> None:
    app = identity_of(org).apps["warehouse"]
    form = {
        "grant_type": "client_credentials",
        "client_id": app.consumer_key,
        "client_secret": app.consumer_secret,
    }
    response = anonymous.post("/services/oauth2/token", data=form)

    assert response.status_code == 200, response.text
    me = {"Authorization": f"Bearer {response.json()['access_token']}"}
    result = anonymous.get("/services/data/v68.0/chatter/users/me", headers=me).json()
    assert result["username"] == "warehouse@local-org.example"


def test_its_flow_writes_and_answers(client: httpx.Client) -> None:
    (delivery,) = query_records(client, "SELECT Id FROM Delivery__c WHERE Order_Number__c = 'A-1'")
    value = {"deliveryId": delivery["Id"], "carrier": "DHL", "weight": 4.5}
    response = client.post("/actions/custom/flow/Ship_Delivery", json={"inputs": [value]})

    values = response.json()[0]["outputValues"]
    assert values["tracking"] == f"DHL-{delivery['Id']}"
    task = client.get(f"/sobjects/Task/{values['taskId']}").json()
    assert (task["Subject"], task["WhatId"]) == ("Follow up DHL", delivery["Id"])
    result = client.get(f"{HOME}/{delivery['Id']}").json()
    assert (result["Status__c"], result["Weight__c"]) == ("Shipped", 4.5)
    # A rule that refuses the step fails the flow.
    again = client.post(
        "/actions/custom/flow/Ship_Delivery", json={"inputs": [{"deliveryId": delivery["Id"]}]}
    )
    assert again.json()[0]["errors"][0]["statusCode"] == "FIELD_CUSTOM_VALIDATION_EXCEPTION"
    assert len(query_records(client, "SELECT Id FROM Task")) == 1


def test_its_apex_answers(client: httpx.Client, org: Org) -> None:
    quoted = client.post("/actions/custom/apex/QuoteDelivery", json={"inputs": [{"weight": 1}]})
    url = f"https://{org.host}/services/apexrest/deliveries/D-0001"

    assert quoted.json()[0]["outputValues"] == {"price": 12.5}
    assert client.get(url).json() == {"number": "D-0001", "status": "on its way"}
    refused = client.post(url, json={})
    assert (refused.status_code, refused.json()["message"][:19]) == (409, "The delivery D-0001")


def test_its_quick_action_event_report_and_list_view(client: httpx.Client) -> None:
    (delivery,) = query_records(client, "SELECT Id FROM Delivery__c WHERE Order_Number__c = 'A-2'")
    (report,) = client.get("/analytics/reports").json()
    body = client.get(report["url"].partition("/v68.0")[2]).json()
    acted = client.post(f"{HOME}/quickActions/Return_It", json={"contextId": delivery["Id"]})
    event = client.post("/sobjects/Delivery_Shipped__e", json={"Order_Number__c": "A-2"})
    views = client.get(f"{HOME}/listviews").json()["listviews"]

    assert [item["label"] for item in body["groupingsDown"]["groupings"]] == ["Planned", "Packed"]
    assert body["factMap"]["T!T"]["aggregates"][0]["value"] == 12080
    assert acted.status_code == 200
    assert client.get(f"{HOME}/{delivery['Id']}").json()["Status__c"] == "Returned"
    assert event.json()["errors"][0]["statusCode"] == "OPERATION_ENQUEUED"
    assert "Planned_Deliveries" in {view["developerName"] for view in views}


def test_its_approval(client: httpx.Client, sign_in: SignIn) -> None:
    (delivery,) = query_records(client, "SELECT Id FROM Delivery__c WHERE Value__c > 10000")
    submit = {"actionType": "Submit", "contextId": delivery["Id"]}
    (done,) = client.post("/process/approvals", json={"requests": [submit]}).json()
    approve = {"actionType": "Approve", "contextId": done["newWorkitemIds"][0]}
    (decided,) = (
        sign_in("integration").post("/process/approvals", json={"requests": [approve]}).json()
    )

    assert decided["instanceStatus"] == "Approved"
    assert client.get(f"{HOME}/{delivery['Id']}").json()["Status__c"] == "Packed"


def test_an_org_in_a_file_is_opened_again_as_it_was(tmp_path: Path) -> None:
    """Records are made once; rows that declarations need are found again; ids go on."""
    data = tmp_path / "org.sqlite3"
    counts = []
    for _ in range(2):
        with open_org(data=data, config=EXAMPLE_ORG) as org:
            tables = ("Delivery__c", "RecordType", "ProcessDefinition", "Report", "User", "Profile")
            counts.append(
                [
                    org.db.execute(f'SELECT COUNT(*) FROM "{table}"').fetchone()[0]  # noqa: S608
                    for table in tables
                ]
            )
            access = org.access(org.admin_id)
            with org.transaction():
                writing.create(org, access, access.schema["Delivery__c"], {})
    assert counts[1] == [counts[0][0] + 1, *counts[0][1:]]


def test_a_python_file_may_do_anything(tmp_path: Path) -> None:
    file = tmp_path / "my_org.py"
    file.write_text("def configure(org):\n    org.limits.api_max = 7\n")

    with open_org(config=file) as org:
        assert org.limits.api_max == 7


def test_a_flow_calls_a_function_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "shipping.py").write_text(
        "def ship(acting, values):\n    return {'said': values['a'] + acting.user_id}\n"
    )
    file = tmp_path / "org.toml"
    file.write_text(
        "[[flows]]\nname = 'Ship'\ncalls = 'shipping:ship'\ninputs = [{ name = 'a' }]\n"
    )
    with open_org(config=file) as org:
        (flow,) = declared_actions(org).of_kind("flow")
        (outcome,) = run(RunContext(org, org.access(org.admin_id)), flow, [{"a": "b"}])
        assert outcome.outputs is not None
        assert outcome.outputs["said"] == f"b{org.admin_id}"


def test_records_may_be_locked(tmp_path: Path) -> None:
    file = tmp_path / "org.toml"
    file.write_text("[[records]]\nobject = 'Account'\nfields = { Name = 'A' }\nlocks = 2\n")

    with open_org(config=file) as org:
        ((record_id, times),) = org.settings.locked.items()
        assert (record_id[:3], times) == ("001", 2)
