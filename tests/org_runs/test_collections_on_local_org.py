"""Writes of many on an org whose administrator has declared rules, and whose rows are locked."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Duplicates, RecordsFailed, RowLocked
from salesforce_emulator.org.state import Org
from salesforce_emulator.records.declared.condition import Condition
from salesforce_emulator.records.declared.rules import (
    AssignmentRule,
    DuplicateRule,
    ValidationRule,
    declared_rules,
)

Act = Callable[..., Any]


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)


def account(act: Act, **fields: Any) -> str:
    created = act("create_record", {"sobject": "Account", "fields": {"Name": "A", **fields}})
    return str(created["id"])


def contacts(account_id: str, number: int) -> list[dict[str, Any]]:
    return [{"LastName": f"L{n}", "AccountId": account_id} for n in range(number)]


def test_rows_refused_by_a_rule_name_their_field(act: Act, local_org: Org) -> None:
    declared_rules(local_org).validation_rules.append(
        ValidationRule("Account", Condition("NumberOfEmployees", "<", 0), "Not less", "Name")
    )

    with pytest.raises(RecordsFailed) as caught:
        act(
            "create_records",
            {
                "sobject": "Account",
                "records": [{"Name": "A"}, {"Name": "B", "NumberOfEmployees": -1}],
            },
        )

    good, bad = caught.value.records
    assert (good["ok"], good["created"]) == (True, True)
    assert (bad["code"], bad["message"], bad["fields"]) == (
        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "Not less",
        ["Name"],
    )


def test_all_or_none_writes_no_record_and_names_the_failed_one(act: Act, local_org: Org) -> None:
    good = account(act, Site="before")

    with pytest.raises(RecordsFailed) as caught:
        act(
            "update_records",
            {
                "sobject": "Account",
                "records": [
                    {"Id": good, "Site": "after"},
                    {"Id": "001000000000009AAA", "Site": "x"},
                ],
                "all_or_none": True,
            },
        )

    assert [row["code"] for row in caught.value.records] == [
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "INVALID_CROSS_REFERENCE_KEY",
    ]
    assert "INVALID_CROSS_REFERENCE_KEY" in str(caught.value)
    result = act("get_records", {"sobject": "Account", "ids": [good], "fields": ["Site"]})
    assert result["records"][0]["Site"] == "before"


def test_a_duplicate_is_an_error_of_its_own_and_can_be_allowed(act: Act, local_org: Org) -> None:
    declared_rules(local_org).duplicate_rules.append(DuplicateRule("Contact", ("LastName",)))
    doe = {"sobject": "Contact", "fields": {"LastName": "Doe"}}
    first = act("create_record", doe)["id"]

    with pytest.raises(Duplicates) as caught:
        act("create_record", doe)

    assert first in str(vars(caught.value))
    assert act("create_record", {**doe, "allow_duplicates": True})["id"] != first
    rows = {"sobject": "Contact", "records": [doe["fields"]], "fail_when": "none"}
    assert act("create_records", rows)["records"][0]["code"] == "DUPLICATES_DETECTED"
    assert act("create_records", {**rows, "allow_duplicates": True})["succeeded"] == 1


def test_an_update_keeps_the_owner_unless_an_assignment_rule_is_requested(
    act: Act, local_org: Org
) -> None:
    users = local_org.db.execute('SELECT "Id" FROM "User" WHERE "IsActive" = 1 ORDER BY "Id"')
    other = next(row[0] for row in users if row[0] != local_org.admin_id)
    case = act("create_record", {"sobject": "Case", "fields": {"Subject": "S"}})["id"]
    declared_rules(local_org).assignment_rules.append(AssignmentRule("Case", other))

    def owner_after(**options: str) -> str:
        rows = [{"Id": case, "OwnerId": local_org.admin_id}]
        act("update_records", {"sobject": "Case", "records": rows, **options})
        return str(act("get_record", {"sobject": "Case", "id": case})["record"]["OwnerId"])

    assert owner_after() == local_org.admin_id
    assert owner_after(assignment_rule="default") == other
    created = act("create_record", {"sobject": "Case", "fields": {"Subject": "S"}})["id"]
    assert act("get_record", {"sobject": "Case", "id": created})["record"]["OwnerId"] == other


def test_locked_rows_are_tried_again_and_those_alone(act: Act, local_org: Org) -> None:
    locked = account(act)
    act("create_records", {"sobject": "Contact", "records": contacts(account(act), 1)})
    before = local_org.limits.api_used  # the fields of both objects are known by now
    local_org.settings.locked[locked] = 3

    done = act("create_records", {"sobject": "Contact", "records": contacts(locked, 5)})

    assert [row["ok"] for row in done["records"]] == [True] * 5
    assert local_org.limits.api_used == before + 2
    count = local_org.db.execute('SELECT COUNT(*) FROM "Contact" WHERE "AccountId" = ?', (locked,))
    assert count.fetchone()[0] == 5


def test_records_that_stay_locked_fail_with_the_lock_code(act: Act, local_org: Org) -> None:
    locked = account(act)
    local_org.settings.locked[locked] = 1_000

    rows = {"sobject": "Contact", "records": contacts(locked, 3), "fail_when": "none"}
    done = act("create_records", rows)
    with pytest.raises(RowLocked):
        act("create_record", {"sobject": "Contact", "fields": contacts(locked, 1)[0]})

    assert [row["code"] for row in done["records"]] == ["UNABLE_TO_LOCK_ROW"] * 3


def test_upserts_tell_what_was_new_and_deletes_tell_what_was_gone(act: Act) -> None:
    keyed = {
        "sobject": "Account",
        "external_id_field": "External_Id__c",
        "records": [{"External_Id__c": key, "Name": key} for key in ("a", "b")],
    }
    first, second = act("upsert_records", keyed)["records"], act("upsert_records", keyed)["records"]
    ids = [row["id"] for row in first]

    assert [row["created"] for row in first] == [True, True]
    assert [(row["id"], row["created"]) for row in second] == [(item, False) for item in ids]
    assert act("delete_records", {"ids": ids})["succeeded"] == 2
    again = act("delete_records", {"ids": ids, "fail_when": "none"})
    assert [row["code"] for row in again["records"]] == ["ENTITY_IS_DELETED"] * 2
    assert act("delete_records", {"ids": ids, "allow_deleted": True})["succeeded"] == 2
    result = act("get_records", {"sobject": "Account", "ids": ids, "fields": ["Name"]})
    assert (result["records"], result["missing"]) == ([None, None], ids)


def test_steps_that_are_all_or_none_leave_none(act: Act, local_org: Org) -> None:
    def step(name: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return {"name": name, "method": "POST", "path": path, "body": body}

    steps = [
        step("account", "/sobjects/Account", {"Name": "A"}),
        step("contact", "/sobjects/Contact", {"AccountId": "@{account.id}"}),
    ]

    with pytest.raises(RecordsFailed) as caught:
        act("run_composite", {"steps": steps})

    assert [row["code"] for row in caught.value.records] == [
        "PROCESSING_HALTED",
        "REQUIRED_FIELD_MISSING",
    ]
    assert local_org.db.execute('SELECT COUNT(*) FROM "Account"').fetchone()[0] == 0


def test_a_graph_takes_as_many_methods_of_an_object_as_it_likes(act: Act) -> None:
    """What is counted to 15 is objects, not what is done with them."""
    objects = ["Account", "Contact", "Lead", "Opportunity", "Case", "Campaign", "Task", "Product2"]
    fields: dict[str, dict[str, Any]] = {
        "Contact": {"LastName": "L"},
        "Lead": {"LastName": "L", "Company": "C"},
        "Opportunity": {"Name": "O", "StageName": "Prospecting", "CloseDate": "2027-01-01"},
        "Case": {},
        "Task": {},
    }
    steps = []
    for name in objects:
        path, body = f"/sobjects/{name}", fields.get(name, {"Name": "N"})
        steps += [
            {"name": name, "method": "POST", "path": path, "body": body},
            {"name": f"{name}_read", "method": "GET", "path": f"{path}/@{{{name}.id}}"},
        ]

    done = act("run_composite_graph", {"graphs": [{"name": "g", "steps": steps}]})

    assert done["graphs"][0]["ok"] is True


def test_a_tree_with_a_bad_leaf_leaves_nothing(act: Act, local_org: Org) -> None:
    leaf = {"fields": {"LastName": "L", "Email": "nobody"}}
    tree = {
        "fields": {"Name": "A"},
        "children": {"Contacts": {"sobject": "Contact", "records": [leaf]}},
    }

    with pytest.raises(RecordsFailed) as caught:
        act("create_record_tree", {"sobject": "Account", "records": [tree]})

    assert [(row["path"], row["code"]) for row in caught.value.records] == [
        ("0", "ALL_OR_NONE_OPERATION_ROLLED_BACK"),
        ("0.Contacts.0", "INVALID_EMAIL_ADDRESS"),
    ]
    assert local_org.db.execute('SELECT COUNT(*) FROM "Account"').fetchone()[0] == 0
