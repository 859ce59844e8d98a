"""Values in every form that means the same, by every action that writes; names of a package."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from salesforce_connector.errors import NotFound, Rejected
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.state import Org

pytestmark = pytest.mark.usefixtures("quick_pauses")
Act = Callable[..., Any]

CONFIG = """
[[fields]]
object = "Account"
name = "Tags__c"
type = "multipicklist"
values = ["A", "B", "C"]

[[fields]]
object = "Account"
name = "acme__Code__c"
type = "string"

[[objects]]
name = "acme__Parcel__c"
label = "Parcel"
plural = "Parcels"
fields = [
    { name = "acme__Owner_Account__c", type = "reference", to = ["Account"] },
    { name = "acme__Key__c", type = "string", length = 20, external_id = true },
]
"""


@pytest.fixture
def local_org(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[Org]:
    """One with a multi-select picklist, and with what a package of namespace acme brings."""
    if request.config.getoption("--live"):
        pytest.skip("needs fields that only this org has")
    config = tmp_path / "org.toml"
    config.write_text(CONFIG, encoding="utf-8")
    with open_org(config=config) as org:
        yield org


PACKAGE = [
    ("create_record", {"fields": {"Name": "x", "Code__c": "1"}}),
    ("create_records", {"records": [{"Name": "x", "Code__c": "1"}]}),
    ("create_record_tree", {"records": [{"fields": {"Name": "x", "Code__c": "1"}}]}),
    ("bulk_write", {"operation": "insert", "records": [{"Name": "x", "Code__c": "1"}]}),
    ("bulk_write", {"operation": "insert", "csv": "Name,Code__c\nx,1\n"}),
    ("find_records", {"fields": ["Id", "Code__c"]}),
    ("find_records", {"filters": [{"field": "Code__c", "operator": "equals", "value": "1"}]}),
]


@pytest.mark.parametrize(("action", "inputs"), PACKAGE)
def test_a_field_of_a_package_is_suggested_by_its_name_without_the_namespace(
    act: Act, action: str, inputs: dict[str, Any]
) -> None:
    with pytest.raises(Rejected, match="acme__Code__c"):
        act(action, {"sobject": "Account", **inputs})


@pytest.mark.parametrize("action", ["query", "query_page", "bulk_query", "explain_query"])
def test_a_query_suggests_the_field_of_a_package(act: Act, action: str) -> None:
    with pytest.raises(Rejected, match="acme__Code__c") as error:
        act(action, {"soql": "SELECT Code__c FROM Account"})

    assert error.value.sent is False
    with pytest.raises(Rejected, match="Did you mean Name"):
        act(action, {"soql": "SELECT Nmae FROM Account"})


def test_a_parent_in_a_query_suggests_its_own_field(act: Act) -> None:
    with pytest.raises(Rejected, match="Did you mean Industry") as error:
        act("query", {"soql": "SELECT Account.Industri FROM Contact"})

    assert "Industri" in error.value.fields


@pytest.mark.parametrize("action", ["query", "query_page", "explain_query"])
@pytest.mark.parametrize(
    ("name", "nearest"), [("Accounts", "Account"), ("Parcel__c", "acme__Parcel__c")]
)
def test_a_query_suggests_the_object_that_was_meant(
    act: Act, action: str, name: str, nearest: str
) -> None:
    with pytest.raises(Rejected, match=f"Did you mean {nearest}?"):
        act(action, {"soql": f"SELECT Id FROM {name}"})  # noqa: S608


@pytest.mark.parametrize(
    ("sobject", "relationship", "nearest"),
    [("Account", "Contact", "Contacts"), ("Acount", "Contacts", "Account")],
)
def test_child_records_suggest_the_relationship_or_the_object_that_was_meant(
    act: Act, sobject: str, relationship: str, nearest: str
) -> None:
    account = act("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})["id"]
    inputs = {"sobject": sobject, "id": account, "relationship": relationship}
    with pytest.raises(NotFound, match=f"Did you mean {nearest}?"):
        act("list_child_records", inputs)


def test_a_record_that_is_not_there_has_no_other_relationship_suggested(act: Act) -> None:
    inputs = {"sobject": "Account", "id": "001000000000009AAA", "relationship": "Contacts"}
    with pytest.raises(NotFound) as error:
        act("list_child_records", inputs)

    assert "Did you mean" not in str(error.value)


def test_a_field_that_graphql_does_not_know_has_a_remedy(act: Act) -> None:
    query = "{ uiapi { query { Account { edges { node { Nmae { value } } } } } } }"
    with pytest.raises(Rejected) as error:
        act("graphql_query", {"query": query})

    assert "API names" in error.value.remedy


def test_an_object_that_is_not_allowed_is_never_suggested(
    act: Act, connection: Any, local_org: Org
) -> None:
    connection.settings["allowed_objects"] = ["Accounts", "Contact"]
    with pytest.raises(Rejected) as error:
        act("query", {"soql": "SELECT Id FROM Accounts"})

    assert "Did you mean Account?" not in str(error.value)


@pytest.mark.parametrize(
    ("soql", "hint"),
    [
        ("SELECT * FROM Account", "FIELDS(ALL)"),
        ('SELECT Id FROM Account WHERE Name = "Acme"', "single quotes"),
        ("SELECT Id FROM Account WHERE Name = \u201cAcme\u201d", "single quotes"),
    ],
)
def test_unsupported_soql_has_a_remedy(act: Act, soql: str, hint: str) -> None:
    with pytest.raises(Rejected) as error:
        act("query", {"soql": soql})

    assert hint in error.value.remedy


@pytest.mark.parametrize(
    "soql",
    ["SELECT Id FROM Account;", "\ufeffSELECT Id FROM Account ; \n", " SELECT Id FROM Account\t"],
)
@pytest.mark.parametrize("action", ["query", "bulk_query"])
def test_text_that_copying_adds_to_a_query_is_removed(act: Act, action: str, soql: str) -> None:
    act("create_record", {"sobject": " Account ", "fields": {"Name": "Acme"}})

    assert len(act(action, {"soql": soql})["records"]) == 1


def test_object_and_field_names_are_stripped(act: Act) -> None:
    act("create_record", {"sobject": " Account ", "fields": {"Name": "Acme"}})
    rows = act("find_records", {"sobject": "Account\n", "fields": [" Id", "Name "]})["records"]

    assert [row["Name"] for row in rows] == ["Acme"]


@pytest.mark.parametrize(
    "action", ["create_records", "update_records", "upsert_records", "bulk_write"]
)
def test_children_that_were_read_below_a_record_are_named_or_dropped(act: Act, action: str) -> None:
    """A query with a subquery gives them; they are written by themselves."""
    account = {"Name": "Acme", "External_Id__c": "E"}
    record_id = act("create_record", {"sobject": "Account", "fields": account})["id"]
    act(
        "create_record", {"sobject": "Contact", "fields": {"LastName": "D", "AccountId": record_id}}
    )
    soql = "SELECT Id, Name, External_Id__c, (SELECT Id FROM Contacts) FROM Account"
    [record] = act("query", {"soql": soql})["records"]
    assert record["Contacts"]["records"]
    inputs: dict[str, Any] = {"sobject": "Account", "records": [record]}
    match action:
        case "create_records":
            record = {key: value for key, value in record.items() if key != "Id"}
            inputs["records"] = [record | {"External_Id__c": "F"}]
        case "upsert_records":
            inputs["external_id_field"] = "External_Id__c"
        case "bulk_write":
            inputs["operation"] = "update"
    with pytest.raises(Rejected, match="child records"):
        act(action, inputs)

    assert act(action, {**inputs, "read_only_fields": "drop"})["succeeded"] == 1


@pytest.mark.parametrize(
    ("action", "inputs", "words"),
    [
        (
            "create_record",
            {"fields": '{"Name": "x"}'},
            "fields: takes an object, not a text of JSON",
        ),
        (
            "create_records",
            {"records": '[{"Name": "x"}]'},
            "records: takes a list, not a text of JSON",
        ),
        ("update_records", {"records": [{"Site": "x"}]}, "needs its Id"),
        ("find_records", {"fields": "Id, Name"}, "fields: takes a list"),
    ],
)
def test_an_input_of_the_wrong_form_is_refused_with_the_expected_form(
    act: Act, action: str, inputs: dict[str, Any], words: str
) -> None:
    with pytest.raises(Rejected) as error:
        act(action, {"sobject": "Account", **inputs})

    assert words in str(error.value)


def test_a_connection_that_checks_no_fields_makes_no_call_to_suggest_one(
    act: Act, connection: Any, local_org: Org
) -> None:
    connection.settings["check_fields"] = False
    with pytest.raises(Rejected) as error:
        act("query", {"soql": "SELECT Code__c FROM Account"})

    assert "acme__Code__c" not in str(error.value)


def test_a_connection_with_allowed_objects_names_no_field_of_another(
    act: Act, connection: Any, local_org: Org
) -> None:
    connection.settings["allowed_objects"] = ["Account"]
    with pytest.raises(Rejected, match="acme__Code__c"):
        act("query", {"soql": "SELECT Code__c FROM Account"})


@pytest.mark.parametrize(
    ("action", "inputs"),
    [
        ("create_record", {"fields": {"Name": "x"}}),
        ("describe_object", {}),
        ("find_records", {"fields": ["Id"]}),
    ],
)
def test_an_object_of_a_package_is_suggested_by_its_name_without_the_namespace(
    act: Act, action: str, inputs: dict[str, Any]
) -> None:
    with pytest.raises((NotFound, Rejected), match="acme__Parcel__c"):
        act(action, {"sobject": "Parcel__c", **inputs})


def test_the_relationships_of_a_package_are_followed_both_ways(act: Act) -> None:
    account = act("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})["id"]
    fields = {"Name": "P", "acme__Key__c": "K", "acme__Owner_Account__r": {"Id": account}}
    by_id = {**fields, "acme__Owner_Account__c": account}
    del by_id["acme__Owner_Account__r"]
    act(
        "upsert_record",
        {
            "sobject": "acme__Parcel__c",
            "external_id_field": "acme__Key__c",
            "external_id": "K",
            "fields": {name: value for name, value in by_id.items() if name != "acme__Key__c"},
        },
    )
    parent = "acme__Owner_Account__r.Name"
    soql = f"SELECT {parent} FROM acme__Parcel__c WHERE acme__Key__c = 'K'"  # noqa: S608
    [row] = act("query", {"soql": soql})["records"]

    assert row["acme__Owner_Account__r"]["Name"] == "Acme"
    children = {"sobject": "Account", "id": account, "relationship": "acme__Parcels__r"}
    assert len(act("list_child_records", children)["records"]) == 1


def test_setup_knows_what_a_package_brings_by_its_namespace(act: Act, local_org: Org) -> None:
    about = act("describe_object", {"sobject": "acme__Parcel__c"})
    labels = {field["name"]: field["label"] for field in about["fields"]}
    assert labels["acme__Owner_Account__c"] == "Owner Account"
    soql = (
        "SELECT QualifiedApiName, DeveloperName, NamespacePrefix FROM FieldDefinition "
        "WHERE EntityDefinition.QualifiedApiName = 'acme__Parcel__c'"
    )
    rows = act("query_page", {"soql": soql, "api": "tooling"})["records"]
    names = {
        row["QualifiedApiName"]: (row["NamespacePrefix"], row["DeveloperName"]) for row in rows
    }
    assert names["acme__Key__c"] == ("acme", "Key")
    assert names["Name"] == (None, "Name")


VALUES = {
    "IsActive": (["TRUE", "True", 1, "1", " true "], True),
    "ExpectedRevenue": (["1234.5", " 1234.5 ", 1234.5, Decimal("1234.5")], 1234.5),
    "StartDate": (["2026-01-31", "2026-01-31T10:00:00Z", date(2026, 1, 31)], "2026-01-31"),
}


@pytest.mark.parametrize("field", VALUES)
@pytest.mark.parametrize(
    "action", ["create_record", "create_records", "create_record_tree", "bulk_write", "composite"]
)
def test_every_action_accepts_every_form_of_a_value(
    act: Act, local_org: Org, field: str, action: str
) -> None:
    sent, stored = VALUES[field]
    records = [{"Name": f"C{number}", field: value} for number, value in enumerate(sent)]
    match action:
        case "create_record":
            for record in records:
                act(action, {"sobject": "Campaign", "fields": record})
        case "create_records":
            act(action, {"sobject": "Campaign", "records": records})
        case "create_record_tree":
            tree = [{"fields": record} for record in records]
            act(action, {"sobject": "Campaign", "records": tree})
        case "bulk_write":
            act(action, {"sobject": "Campaign", "operation": "insert", "records": records})
        case _:
            steps = [
                {
                    "name": f"s{number}",
                    "method": "POST",
                    "path": "/sobjects/Campaign",
                    "body": record if not isinstance(record[field], date | Decimal) else records[0],
                }
                for number, record in enumerate(records)
            ]
            act("run_composite", {"steps": steps})

    rows = act("query", {"soql": f"SELECT {field} FROM Campaign"})["records"]  # noqa: S608
    assert [row[field] for row in rows] == [stored] * len(sent)


@pytest.mark.parametrize("check_fields", [True, False])
@pytest.mark.parametrize("action", ["create_record", "create_records", "bulk_write"])
def test_a_list_is_joined_for_a_multi_select_picklist_whether_fields_are_checked_or_not(
    act: Act, connection: Any, connector: Any, local_org: Org, action: str, check_fields: bool
) -> None:
    connection.settings["check_fields"] = check_fields
    fields = {"Name": "Acme", "Tags__c": ["A", "C"]}
    inputs: dict[str, Any] = {"sobject": "Account"}
    match action:
        case "create_record":
            inputs["fields"] = fields
        case "create_records":
            inputs["records"] = [fields]
        case _:
            inputs |= {"operation": "insert", "records": [fields]}
    connector.run_action("salesforce", action, connection, inputs, {})

    [row] = act("query", {"soql": "SELECT Id, Tags__c FROM Account WHERE Name = 'Acme'"})["records"]
    assert row["Tags__c"] == "A;C"
    change = [{"Id": row["Id"], "Tags__c": []}]
    for write in (
        {"action": "update_records"},
        {"action": "bulk_write", "operation": "update"},
    ):
        inputs = {"sobject": "Account", "records": change, **write}
        connector.run_action("salesforce", inputs.pop("action"), connection, inputs, {})
        read = act("get_record", {"sobject": "Account", "id": row["Id"], "fields": ["Tags__c"]})
        assert read["record"]["Tags__c"] is None
