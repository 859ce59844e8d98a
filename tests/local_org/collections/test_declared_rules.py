"""Declared validation, duplicate and assignment rules; row locks."""

from typing import Any

import httpx
import pytest
from local_org.rest_calls import create_record

from salesforce_emulator.org.access import Access
from salesforce_emulator.org.state import Org
from salesforce_emulator.records.declared.condition import Condition
from salesforce_emulator.records.declared.rules import (
    AssignmentRule,
    DuplicateRule,
    ValidationRule,
    declared_rules,
)
from salesforce_emulator.records.writing import create

ALLOW = {"Sforce-Duplicate-Rule-Header": "allowSave=true; runAsCurrentUser=true"}
RULE = "01Q000000000001EAA"
OTHER = "01Q000000000002EAA"


@pytest.fixture
def queue(org: Org, access: Access) -> str:
    """Id of a queue of leads and cases."""
    with org.transaction():
        created = create(org, access, org.schema["Group"], {"Name": "Leads", "Type": "Queue"})
        for name in ("Lead", "Case"):
            row = {"QueueId": created, "SobjectType": name}
            create(org, access, org.schema["QueueSobject"], row)
    return created


def test_a_validation_rule_refuses_a_create_and_an_update(client: httpx.Client, org: Org) -> None:
    account = create_record(client, "Account", Name="A")
    declared_rules(org).validation_rules.append(
        ValidationRule("account", Condition("NumberOfEmployees", "<", 0), "Not <b>less</b>", "Name")
    )

    refusals = [
        client.post("/sobjects/Account", json={"Name": "A", "NumberOfEmployees": -1}),
        client.patch(f"/sobjects/Account/{account}", json={"NumberOfEmployees": -1}),
    ]

    for response in refusals:
        assert response.status_code == 400
        assert response.json() == [
            {
                "message": "Not <b>less</b>",
                "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION",
                "fields": ["Name"],
            }
        ]
    create_record(client, "Account", Name="B")
    create_record(client, "Lead", LastName="L", Company="C")
    assert client.get(f"/sobjects/Account/{account}").json()["NumberOfEmployees"] is None


def test_a_validation_rule_may_be_any_function(client: httpx.Client, org: Org) -> None:
    declared_rules(org).validation_rules.append(
        ValidationRule("Account", lambda saving: not saving.new and saving.changed("Name"), "Fixed")
    )
    account = create_record(client, "Account", Name="A")

    response = client.patch(f"/sobjects/Account/{account}", json={"Name": "B"})

    assert response.json()[0]["fields"] == []
    assert client.patch(f"/sobjects/Account/{account}", json={"Site": "B"}).status_code == 204


@pytest.mark.parametrize(
    ("operator", "value", "refused"),
    [
        ("=", "acme", True),
        ("=", "other", False),
        ("!=", "acme", False),
        ("!=", None, True),
        ("=", None, False),
        (">", "abc", True),
        (">=", "ACME", True),
        ("<=", "ACME", True),
        ("<", "abc", False),
        ("<", None, False),
    ],
)
def test_conditions_compare_without_regard_to_case(
    client: httpx.Client, org: Org, operator: Any, value: str | None, refused: bool
) -> None:
    declared_rules(org).validation_rules.append(
        ValidationRule("Account", Condition("Name", operator, value), "No")
    )

    response = client.post("/sobjects/Account", json={"Name": "Acme"})

    assert response.status_code == (400 if refused else 201)


def test_a_duplicate_error_lists_the_matching_records(client: httpx.Client, org: Org) -> None:
    declared_rules(org).duplicate_rules.append(DuplicateRule("Contact", ("LastName", "Email")))
    first = create_record(client, "Contact", LastName="Doe", Email="d@example.com")

    response = client.post("/sobjects/Contact", json={"LastName": "DOE", "Email": "D@example.com"})

    assert response.status_code == 400
    assert response.json() == [
        {
            "duplicateResut": {
                "allowSave": True,
                "duplicateRule": "Standard_Contact_Duplicate_Rule",
                "duplicateRuleEntityType": "Contact",
                "errorMessage": "Use one of these records?",
                "matchResults": [
                    {
                        "entityType": "Contact",
                        "errors": [],
                        "matchEngine": "ExactMatchEngine",
                        "matchRecords": [
                            {
                                "additionalInformation": [],
                                "fieldDiffs": [],
                                "matchConfidence": 100.0,
                                "record": {
                                    "attributes": {
                                        "type": "Contact",
                                        "url": f"/services/data/v68.0/sobjects/Contact/{first}",
                                    },
                                    "Id": first,
                                },
                            }
                        ],
                        "rule": "Standard_Contact_Match_Rule_v1_0",
                        "size": 1,
                        "success": True,
                    }
                ],
            },
            "errorCode": "DUPLICATES_DETECTED",
            "message": "Use one of these records?",
        }
    ]
    assert list(response.json()[0]) == ["duplicateResut", "errorCode", "message"]


def test_a_duplicate_may_be_shown_in_full(client: httpx.Client, org: Org) -> None:
    declared_rules(org).duplicate_rules.append(DuplicateRule("Contact", ("LastName",)))
    create_record(client, "Contact", LastName="Doe", Title="Boss")

    response = client.post(
        "/sobjects/Contact",
        json={"LastName": "Doe"},
        headers={"Sforce-Duplicate-Rule-Header": "includeRecordDetails=true"},
    )

    (match,) = response.json()[0]["duplicateResut"]["matchResults"][0]["matchRecords"]
    assert match["record"]["Title"] == "Boss"


def test_an_alert_can_be_overruled_and_a_block_cannot(client: httpx.Client, org: Org) -> None:
    declared_rules(org).duplicate_rules += [
        DuplicateRule("Account", ("Name",)),
        DuplicateRule("Account", ("Site",), alerts=False, message="Blocked", name="Mine"),
    ]
    create_record(client, "Account", Name="A", Site="S")

    def again(headers: dict[str, str] | None = None, **fields: str) -> httpx.Response:
        return client.post("/sobjects/Account", json=fields, headers=headers)

    assert again(Name="A").status_code == 400
    assert again(ALLOW, Name="A").status_code == 201
    blocked = again(ALLOW, Name="A", Site="S").json()[0]
    assert (blocked["message"], blocked["duplicateResut"]["allowSave"]) == ("Blocked", False)
    assert blocked["duplicateResut"]["duplicateRule"] == "Mine"


def test_a_change_may_make_a_duplicate_and_an_empty_field_never_does(
    client: httpx.Client, org: Org
) -> None:
    declared_rules(org).duplicate_rules.append(DuplicateRule("Account", ("Site",)))
    create_record(client, "Account", Name="A", Site="S")
    other, third = (
        create_record(client, "Account", Name="B"),
        create_record(client, "Account", Name="C"),
    )

    path = f"/sobjects/Account/{other}"
    assert client.patch(path, json={"Name": "D"}).status_code == 204
    assert client.patch(path, json={"Site": "s"}).json()[0]["errorCode"] == "DUPLICATES_DETECTED"
    client.delete(f"/sobjects/Account/{third}")
    declared_rules(org).duplicate_rules[:] = [DuplicateRule("Account", ("Name",), on_update=False)]
    assert client.patch(path, json={"Name": "A"}).status_code == 204
    assert client.post("/sobjects/Account", json={"Name": "C"}).status_code == 201


def test_a_duplicate_in_a_collection_has_code_and_message_only(
    client: httpx.Client, org: Org
) -> None:
    declared_rules(org).duplicate_rules.append(DuplicateRule("Account", ("Name",)))
    records = [{"attributes": {"type": "Account"}, "Name": "A"}] * 2

    response = client.post("/composite/sobjects", json={"records": records}).json()
    allowed = client.post("/composite/sobjects", json={"records": records}, headers=ALLOW).json()

    assert response[0]["success"] is True
    assert response[1]["errors"] == [
        {
            "statusCode": "DUPLICATES_DETECTED",
            "message": "Use one of these records?",
            "fields": [],
        }
    ]
    assert [item["success"] for item in allowed] == [True, True]


def owner(client: httpx.Client, kind: str, record_id: str) -> str:
    return str(client.get(f"/sobjects/{kind}/{record_id}?fields=OwnerId").json()["OwnerId"])


def test_the_active_assignment_rule_runs_unless_switched_off(
    client: httpx.Client, org: Org, queue: str
) -> None:
    declared_rules(org).assignment_rules.append(AssignmentRule("Lead", queue))
    lead = {"LastName": "L", "Company": "C", "OwnerId": org.admin_id}

    def owner_of_new_lead(**headers: str) -> str:
        request_headers = {name.replace("_", "-"): value for name, value in headers.items()}
        response = client.post("/sobjects/Lead", json=lead, headers=request_headers)
        return owner(client, "Lead", response.json()["id"])

    assert owner_of_new_lead() == owner_of_new_lead(Sforce_Auto_Assign="TRUE") == queue
    assert owner_of_new_lead(Sforce_Auto_Assign="false") == org.admin_id


def test_an_update_is_assigned_too(client: httpx.Client, org: Org, queue: str) -> None:
    case = create_record(client, "Case", Subject="S")
    declared_rules(org).assignment_rules.append(
        AssignmentRule("Case", queue, when=Condition("Priority", "=", "High"))
    )

    client.patch(f"/sobjects/Case/{case}", json={"Subject": "T"})
    before = owner(client, "Case", case)
    client.patch(f"/sobjects/Case/{case}", json={"Priority": "High"})

    assert (before, owner(client, "Case", case)) == (org.admin_id, queue)


def test_a_named_assignment_rule_replaces_the_active_one(
    client: httpx.Client, org: Org, queue: str
) -> None:
    declared_rules(org).assignment_rules += [
        AssignmentRule("Lead", org.admin_id),
        AssignmentRule("Lead", queue, rule_id=OTHER, active=False),
    ]
    lead = {"LastName": "L", "Company": "C"}

    def create_lead(rule: str) -> httpx.Response:
        return client.post("/sobjects/Lead", json=lead, headers={"Sforce-Auto-Assign": rule})

    assert owner(client, "Lead", create_lead(OTHER[:15]).json()["id"]) == queue
    for unknown in ("01Q000000000009", "perhaps"):
        refused = create_lead(unknown)
        assert refused.status_code == 400
        assert refused.json()[0]["errorCode"] == "INVALID_ASSIGNMENT_RULE"


def test_other_sobjects_are_not_assigned(client: httpx.Client, org: Org) -> None:
    response = client.post(
        "/sobjects/Contact", json={"LastName": "L"}, headers={"Sforce-Auto-Assign": RULE}
    )

    assert owner(client, "Contact", response.json()["id"]) == org.admin_id
    with pytest.raises(ValueError, match="Contact has no assignment rules"):
        AssignmentRule("Contact", org.admin_id)
    with pytest.raises(ValueError, match="perhaps is no id"):
        AssignmentRule("Lead", org.admin_id, rule_id="perhaps")


def test_a_locked_parent_refuses_its_children_as_often_as_is_said(
    client: httpx.Client, org: Org
) -> None:
    account = create_record(client, "Account", Name="A")
    contact = create_record(client, "Contact", LastName="L", AccountId=account)
    org.settings.locked[account] = 4

    refusals = [
        client.post("/sobjects/Contact", json={"LastName": "M", "AccountId": account}),
        client.patch(f"/sobjects/Contact/{contact}", json={"LastName": "M"}),
        client.patch(f"/sobjects/Account/{account}", json={"Name": "B"}),
        client.delete(f"/sobjects/Contact/{contact}"),
    ]

    assert [refusal.status_code for refusal in refusals] == [400] * 4
    assert refusals[0].json() == [
        {
            "message": "unable to obtain exclusive access to this record or 1 records: " + account,
            "errorCode": "UNABLE_TO_LOCK_ROW",
            "fields": [],
        }
    ]
    assert client.delete(f"/sobjects/Contact/{contact}").status_code == 204


def test_a_lock_of_an_owner_refuses_nothing(client: httpx.Client, org: Org) -> None:
    org.settings.locked[org.admin_id] = 1

    create_record(client, "Account", Name="A")

    assert org.settings.locked[org.admin_id] == 1
