"""Approvals: who may submit and decide, and the lock of pending records."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from local_org.rest_calls import create_record

from salesforce_emulator.automation.approval_process import ApprovalProcess, declare
from salesforce_emulator.identity import identity_of
from salesforce_emulator.org.state import Org
from salesforce_emulator.records.declared.where import Where
from salesforce_emulator.records.writing import create
from salesforce_emulator.serving.transport import OrgTransport

SALES = "sales@local-org.example"
ADMIN = "admin@local-org.example"


@pytest.fixture
def approving(org: Org) -> Org:
    """Invoices over 1000 need sales and then the administrator; all others name who approves."""
    identity_of(org)
    large = Where("Invoice__c", "Amount__c > 1000")
    for process in (
        ApprovalProcess(
            name="Large_Invoices",
            label="Large Invoices",
            sobject="Invoice__c",
            approvers=(SALES, ADMIN),
            entry=large.matches,
            on_submit={"Status__c": "Sent"},
            on_approval={"Status__c": "Paid"},
            on_rejection={"Status__c": "Cancelled"},
        ),
        ApprovalProcess(name="Leads", label="Leads", sobject="Lead"),
    ):
        declare(org, process)
    return org


@pytest.fixture
def sales(approving: Org) -> Iterator[httpx.Client]:
    """A client signed in as an ordinary user, who approves first."""
    identity = identity_of(approving)
    user = identity.user_named(SALES)
    app = identity.apps["automation"]
    assert user is not None
    with approving.transaction():
        token = identity.sessions.token(identity.open_session(app, user, ("api",)))
    with httpx.Client(
        transport=OrgTransport(approving),
        base_url=f"https://{approving.host}/services/data/v68.0",
        headers={"Authorization": f"Bearer {token}"},
    ) as created:
        yield created


def submit_request(client: httpx.Client, kind: str, context: Any, **more: Any) -> httpx.Response:
    request = {"actionType": kind, "contextId": context, **more}
    return client.post("/process/approvals", json={"requests": [request]})


def code(answer: httpx.Response) -> str:
    (result,) = answer.json()
    assert (answer.status_code, result["success"]) == (400, False)
    return str(result["errors"][0]["statusCode"])


def rows(client: httpx.Client, soql: str) -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = client.get("/query", params={"q": soql}).json()["records"]
    return result


def test_a_record_that_no_process_takes(sales: httpx.Client) -> None:
    small = create_record(sales, "Invoice__c", Amount__c=1000)
    account = create_record(sales, "Account", Name="Acme")

    assert code(submit_request(sales, "Submit", small)) == "NO_APPLICABLE_PROCESS"
    assert code(submit_request(sales, "Submit", account)) == "NO_APPLICABLE_PROCESS"
    process = {"processDefinitionNameOrId": "Nope", "skipEntryCriteria": "true"}
    assert code(submit_request(sales, "Submit", small, **process)) == "NO_APPLICABLE_PROCESS"
    assert (
        code(submit_request(sales, "Submit", small, skipEntryCriteria=True))
        == "NO_APPLICABLE_PROCESS"
    )


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({"actionType": "Submit", "contextId": "nothing"}, "MALFORMED_ID"),
        ({"actionType": "Submit"}, "MALFORMED_ID"),
        ({"actionType": "Submit", "contextId": "001000000000001AAA"}, "NOT_FOUND"),
        (
            {"actionType": "Approve", "contextId": "04i000000000001AAA"},
            "INVALID_CROSS_REFERENCE_KEY",
        ),
        ({"actionType": "Recall", "contextId": "001000000000001AAA"}, "INVALID_INPUT"),
        ({"actionType": 1}, "INVALID_INPUT"),
        ({"actionType": "Submit", "contextId": [], "comments": {}}, "INVALID_INPUT"),
        ({"actionType": "Submit", "nextApproverIds": "005"}, "INVALID_INPUT"),
        ("Submit", "INVALID_INPUT"),
    ],
)
def test_a_request_that_makes_no_sense(
    client: httpx.Client, approving: Org, request_: Any, expected: str
) -> None:
    response = client.post("/process/approvals", json={"requests": [request_]})

    assert code(response) == expected


@pytest.mark.parametrize("body", [{}, {"requests": []}, {"requests": {}}])
def test_a_body_has_requests(client: httpx.Client, body: Any) -> None:
    assert client.post("/process/approvals", json=body).status_code == 400


def test_nobody_is_submitted_twice(sales: httpx.Client) -> None:
    invoice = create_record(sales, "Invoice__c", Amount__c=1001)
    assert submit_request(sales, "Submit", invoice).status_code == 200

    assert code(submit_request(sales, "Submit", invoice)) == "ALREADY_IN_PROCESS"


def test_a_process_may_leave_the_approver_to_the_submitter(
    sales: httpx.Client, approving: Org
) -> None:
    lead = create_record(sales, "Lead", LastName="Lee", Company="Leeds")

    assert code(submit_request(sales, "Submit", lead)) == "REQUIRED_FIELD_MISSING"
    wrong = submit_request(sales, "Submit", lead, nextApproverIds=["005000000000001AAA"])
    assert code(wrong) == "INVALID_INPUT"
    done = submit_request(sales, "Submit", lead, nextApproverIds=[approving.admin_id]).json()[0]
    assert done["actorIds"] == [approving.admin_id]


def test_only_the_approver_or_an_administrator_decides(
    sales: httpx.Client, client: httpx.Client, approving: Org
) -> None:
    lead = create_record(sales, "Lead", LastName="Lee", Company="Leeds")
    done = submit_request(sales, "Submit", lead, nextApproverIds=[approving.admin_id]).json()[0]
    (item,) = done["newWorkitemIds"]

    assert code(submit_request(sales, "Approve", item)) == "INSUFFICIENT_ACCESS_OR_READONLY"
    approved = submit_request(client, "Approve", item).json()[0]
    assert (approved["instanceStatus"], approved["newWorkitemIds"]) == ("Approved", [])
    assert approved["actorIds"] is None


def test_a_record_is_locked_for_all_but_administrators_until_it_is_decided(
    sales: httpx.Client, client: httpx.Client
) -> None:
    invoice = create_record(sales, "Invoice__c", Amount__c=1001)
    done = submit_request(sales, "Submit", invoice).json()[0]
    path = f"/sobjects/Invoice__c/{invoice}"

    for response in (sales.patch(path, json={"Amount__c": 5}), sales.delete(path)):
        assert response.status_code == 400
        assert response.json() == [
            {
                "message": "the entity is locked for editing",
                "errorCode": "ENTITY_IS_LOCKED",
                "fields": [],
            }
        ]
    assert client.patch(path, json={"Amount__c": 2000}).status_code == 204
    submit_request(sales, "Reject", done["newWorkitemIds"][0])
    assert sales.patch(path, json={"Amount__c": 5}).status_code == 204
    assert sales.delete(path).status_code == 204


def test_approval_steps_are_recorded_in_order(
    sales: httpx.Client, client: httpx.Client, approving: Org
) -> None:
    invoice = create_record(sales, "Invoice__c", Amount__c=1001)
    first = submit_request(sales, "Submit", invoice, comments="Please").json()[0]

    assert list(first) == ["actorIds", "entityId", "errors", "instanceId", "instanceStatus",
                           "newWorkitemIds", "success"]  # fmt: skip
    assert (first["instanceStatus"], first["entityId"]) == ("Pending", invoice)
    assert client.get(f"/sobjects/Invoice__c/{invoice}").json()["Status__c"] == "Sent"
    soql = "SELECT Id, ActorId FROM ProcessInstanceWorkitem WHERE ProcessInstance.TargetObjectId"
    (item,) = rows(sales, f"{soql} = '{invoice}'")
    assert ([item["Id"]], [item["ActorId"]]) == (first["newWorkitemIds"], first["actorIds"])

    second = submit_request(sales, "Approve", item["Id"], comments="Fine").json()[0]
    assert (second["instanceStatus"], second["actorIds"]) == ("Pending", [approving.admin_id])
    last = submit_request(client, "Approve", second["newWorkitemIds"][0]).json()[0]
    assert (last["instanceStatus"], last["instanceId"]) == ("Approved", first["instanceId"])
    assert client.get(f"/sobjects/Invoice__c/{invoice}").json()["Status__c"] == "Paid"
    assert rows(client, "SELECT Id FROM ProcessInstanceWorkitem") == []
    assert code(submit_request(client, "Approve", item["Id"])) == "INVALID_CROSS_REFERENCE_KEY"
    (instance,) = rows(
        client,
        "SELECT Status, CompletedDate, ProcessDefinition.DeveloperName, TargetObject.Name,"
        " (SELECT StepStatus, Comments FROM Steps ORDER BY Id) FROM ProcessInstance",
    )
    assert (instance["Status"], instance["TargetObject"]["Name"]) == ("Approved", "INV-0001")
    assert instance["ProcessDefinition"]["DeveloperName"] == "Large_Invoices"
    steps = [(item["StepStatus"], item["Comments"]) for item in instance["Steps"]["records"]]
    assert steps == [("Started", "Please"), ("Approved", "Fine"), ("Approved", None)]


def test_requests_succeed_and_fail_one_by_one(sales: httpx.Client) -> None:
    large, small = (create_record(sales, "Invoice__c", Amount__c=amount) for amount in (2000, 1))
    requests = [{"actionType": "Submit", "contextId": item} for item in (small, large)]
    response = sales.post("/process/approvals", json={"requests": requests})

    assert [item["success"] for item in response.json()] == [False, True]
    assert len(rows(sales, "SELECT Id FROM ProcessInstance")) == 1


def test_entry_criteria_can_be_skipped_for_a_named_process(sales: httpx.Client) -> None:
    small = create_record(sales, "Invoice__c", Amount__c=1)
    process = {"processDefinitionNameOrId": "large_invoices"}

    assert code(submit_request(sales, "Submit", small, **process)) == "NO_APPLICABLE_PROCESS"
    done = submit_request(sales, "Submit", small, **process, skipEntryCriteria="true")
    assert done.status_code == 200


def test_lists_the_processes_by_object(client: httpx.Client, approving: Org) -> None:
    entries = client.get("/process/approvals").json()["approvals"]

    (invoices,) = entries["Invoice__c"]
    assert set(entries) == {"Invoice__c", "Lead"}
    assert (invoices["name"], invoices["sortOrder"]) == ("Large Invoices", 1)
    by_id = {"processDefinitionNameOrId": invoices["id"]}
    invoice = create_record(client, "Invoice__c", Amount__c=5000)
    assert submit_request(client, "Submit", invoice, **by_id).status_code == 200
    assert set(client.get("/process").json()) == {"rules", "approvals"}
    assert client.get("/process/rules").json() == {"rules": {}}
    assert client.get("/process/rules/Account").json() == {"rules": {"Account": []}}
    assert client.get("/process/rules/Nope").status_code == 404


def test_an_action_submits_too(client: httpx.Client, approving: Org) -> None:
    invoice = create_record(client, "Invoice__c", Amount__c=5000)
    path = "/actions/standard/submit"
    response = client.post(path, json={"inputs": [{"objectId": invoice, "comment": "Please"}]})

    assert response.status_code == 200, response.text
    assert response.json()[0]["outputValues"]["instanceStatus"] == "Pending"
    again = client.post(path, json={"inputs": [{"objectId": invoice}]}).json()[0]
    assert again["errors"][0]["statusCode"] == "ALREADY_IN_PROCESS"


@pytest.fixture
def flexible(approving: Org) -> Org:
    """Leads go to a queue, then to whom the first names; submitters may take them back."""
    members = {"Name": "Desk", "DeveloperName": "Desk", "Type": "Queue"}
    access = approving.access(approving.admin_id)
    sales = identity_of(approving).user_named(SALES)
    assert sales is not None
    with approving.transaction():
        queue = create(approving, access, approving.schema["Group"], members)
        row = {"GroupId": queue, "UserOrGroupId": sales.id}
        create(approving, access, approving.schema["GroupMember"], row)
    process = ApprovalProcess(
        name="Leads",
        label="Leads",
        sobject="Lead",
        approvers=("Desk", ""),
        recall=True,
        on_recall={"Rating": "Cold"},
    )
    declare(approving, process)
    return approving


def user_of(org: Org, username: str) -> str:
    result = identity_of(org).user_named(username)
    assert result is not None
    return result.id


def integration(org: Org) -> httpx.Client:
    token = identity_of(org).token_of(user_of(org, "integration@local-org.example"))
    return httpx.Client(
        transport=OrgTransport(org),
        base_url=f"https://{org.host}/services/data/v68.0",
        headers={"Authorization": f"Bearer {token}"},
    )


def test_a_recall_is_for_administrators_and_submitters_who_may(
    flexible: Org, client: httpx.Client, sales: httpx.Client
) -> None:
    invoice = create_record(sales, "Invoice__c", Amount__c=2000)
    (done,) = submit_request(sales, "Submit", invoice).json()
    (item,) = done["newWorkitemIds"]
    assert code(submit_request(sales, "Removed", item)) == "INSUFFICIENT_ACCESS_OR_READONLY"

    (removed,) = submit_request(client, "Removed", item, comments="c").json()
    assert (removed["instanceStatus"], removed["newWorkitemIds"]) == ("Removed", [])
    assert code(submit_request(client, "Approve", item)) == "INVALID_CROSS_REFERENCE_KEY"
    steps = rows(client, "SELECT StepStatus, Comments FROM ProcessInstanceStep ORDER BY Id")
    assert [step["StepStatus"] for step in steps] == ["Started", "Removed"]
    assert sales.patch(f"/sobjects/Invoice__c/{invoice}", json={}).status_code == 204
    assert submit_request(sales, "Submit", invoice).status_code == 200


def test_a_submitter_recalls_a_recallable_request(flexible: Org, sales: httpx.Client) -> None:
    lead = create_record(sales, "Lead", LastName="L", Company="C")
    (done,) = submit_request(sales, "Submit", lead).json()
    (removed,) = submit_request(sales, "Removed", done["newWorkitemIds"][0]).json()

    assert removed["instanceStatus"] == "Removed"
    assert sales.get(f"/sobjects/Lead/{lead}").json()["Rating"] == "Cold"


def test_the_members_of_a_queue_approve_and_name_who_is_next(
    flexible: Org, client: httpx.Client, sales: httpx.Client
) -> None:
    lead = create_record(client, "Lead", LastName="L", Company="C")
    (done,) = submit_request(client, "Submit", lead).json()
    (item,) = done["newWorkitemIds"]
    with integration(flexible) as other:
        assert code(submit_request(other, "Approve", item)) == "INSUFFICIENT_ACCESS_OR_READONLY"
    assert code(submit_request(sales, "Approve", item)) == "REQUIRED_FIELD_MISSING"

    approvers = [user_of(flexible, "integration@local-org.example")]
    (first,) = submit_request(sales, "Approve", item, nextApproverIds=approvers).json()
    assert (first["instanceStatus"], first["actorIds"]) == ("Pending", approvers)
    with integration(flexible) as other:
        (last,) = submit_request(other, "Approve", first["newWorkitemIds"][0]).json()
    assert last["instanceStatus"] == "Approved"


def test_a_delegate_approves_in_the_approver_s_place(
    approving: Org, client: httpx.Client, sales: httpx.Client
) -> None:
    invoice = create_record(client, "Invoice__c", Amount__c=2000)
    (done,) = submit_request(client, "Submit", invoice).json()
    (item,) = done["newWorkitemIds"]
    delegate, original = user_of(approving, "integration@local-org.example"), done["actorIds"][0]
    with integration(approving) as other:
        assert code(submit_request(other, "Approve", item)) == "INSUFFICIENT_ACCESS_OR_READONLY"
        changed = {"DelegatedApproverId": delegate}
        client.patch(f"/sobjects/User/{original}", json=changed)
        assert submit_request(other, "Approve", item).status_code == 200

    soql = "SELECT ActorId, OriginalActorId FROM ProcessInstanceStep WHERE StepStatus = 'Approved'"
    (step,) = rows(client, soql)
    assert (step["ActorId"], step["OriginalActorId"]) == (delegate, original)


def test_work_goes_to_another_by_its_row(
    approving: Org, client: httpx.Client, sales: httpx.Client
) -> None:
    invoice = create_record(client, "Invoice__c", Amount__c=2000)
    (done,) = submit_request(client, "Submit", invoice).json()
    (item,) = done["newWorkitemIds"]
    other = user_of(approving, "integration@local-org.example")
    moved = client.patch(f"/sobjects/ProcessInstanceWorkitem/{item}", json={"ActorId": other})

    assert moved.status_code == 204
    assert code(submit_request(sales, "Approve", item)) == "INSUFFICIENT_ACCESS_OR_READONLY"
    with integration(approving) as new:
        assert submit_request(new, "Approve", item).status_code == 200


def test_running_the_rules_of_records_runs_none(client: httpx.Client) -> None:
    account = client.post("/sobjects/Account", json={"Name": "Acme"}).json()["id"]

    def run(*ids: str) -> httpx.Response:
        return client.post("/process/rules", json={"contextIds": list(ids)})

    assert run("001000000000001AAA").status_code == 404
    assert run("nothing").json()[0]["errorCode"] == "MALFORMED_ID"
    assert run().status_code == 400
    assert run(account).json() == {"errors": None, "success": True}
