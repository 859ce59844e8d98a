"""`/query` and `/queryAll`: parameters, headers, errors, columns and plans, as clients see them."""

# ruff: noqa: S608 - SOQL, put together here

from datetime import timedelta
from typing import Any

import httpx
import pytest
from local_org.soql.questions import Asker

from salesforce_emulator.org.clock import Clock, datetime_text
from salesforce_emulator.org.state import Org
from salesforce_emulator.records.system_rows import write


def query(client: httpx.Client, statement: str, path: str = "/query", **headers: str) -> Any:
    return client.get(path, params={"q": statement}, headers=headers)


def test_pages_follow_each_other(client: httpx.Client, ask: Asker) -> None:
    for number in range(201):
        ask.create("Contact", LastName=f"N{number}")
    response = query(client, "SELECT Id FROM Contact", **{"Sforce-Query-Options": "batchSize=200"})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json;charset=UTF-8"
    first = response.json()
    assert (first["totalSize"], first["done"], len(first["records"])) == (201, False, 200)
    second = client.get(f"https://{ask.org.host}{first['nextRecordsUrl']}").json()
    assert (second["totalSize"], second["done"], len(second["records"])) == (201, True, 1)
    elsewhere = first["nextRecordsUrl"].replace("/query/", "/queryAll/")
    assert client.get(f"https://{ask.org.host}{elsewhere}").json() == second


def test_the_path_may_end_in_a_slash(client: httpx.Client) -> None:
    for path in ("/query/", "/queryAll/"):
        assert query(client, "SELECT count() FROM Organization", path).json()["totalSize"] == 1


def test_query_all_finds_deleted_rows(client: httpx.Client, ask: Asker) -> None:
    record_id = ask.create("Account", Name="Acme")
    assert client.delete(f"/sobjects/Account/{record_id}").status_code == 204
    statement = "SELECT Id, IsDeleted FROM Account"
    assert query(client, statement).json()["totalSize"] == 0
    result = query(client, statement, "/queryAll").json()["records"]
    assert [(item["Id"], item["IsDeleted"]) for item in result] == [(record_id, True)]


ERRORS = [
    ({"q": "SELECT Id FROM Xyzzy"}, "INVALID_TYPE", "sObject type 'Xyzzy' is not supported."),
    ({"q": ""}, "MALFORMED_QUERY", "A query string has to be specified"),
    ({}, "MISSING_ARGUMENT", "The request is missing the parameter q"),
    ({"q": "q=SELECT Id"}, "MALFORMED_QUERY", "unexpected token: 'q'"),
    ({"explain": "SELECT"}, "MALFORMED_QUERY", "unexpected token: '<EOF>'"),
    ({"q": "SELECT Nmae FROM User", "columns": "true"}, "INVALID_FIELD", "No such column 'Nmae'"),
]


@pytest.mark.parametrize(("params", "code", "words"), ERRORS)
def test_query_errors_have_status_400_and_no_fields(
    client: httpx.Client, params: dict[str, str], code: str, words: str
) -> None:
    response = client.get("/query", params=params)
    assert response.status_code == 400
    (item,) = response.json()
    assert list(item) == ["message", "errorCode"]
    assert item["errorCode"] == code
    assert words in item["message"]


def test_an_unknown_object_has_the_recorded_caret_message(client: httpx.Client) -> None:
    message = query(client, "SELECT Id, FirstName, LastName FROM XYZZY ").json()[0]["message"]
    assert message == (
        "\nSELECT Id, FirstName, LastName FROM XYZZY\n                                    ^\n"
        "ERROR at Row:1:Column:37\nsObject type 'XYZZY' is not supported. If you are attempting to"
        " use a custom object, be sure to append the '__c' after the entity name. Please reference"
        " your WSDL or the describe call for the appropriate names."
    )


def test_a_locator_of_nobody_is_refused(client: httpx.Client) -> None:
    response = client.get("/query/0r8xx5R2yF2gs3VASQ-2000")
    assert response.status_code == 400
    assert response.json() == [
        {"message": "invalid query locator", "errorCode": "INVALID_QUERY_LOCATOR"}
    ]


def test_other_methods_are_refused(client: httpx.Client) -> None:
    assert client.post("/query", json={"q": "SELECT Id FROM User"}).status_code == 405


def columns(client: httpx.Client, statement: str) -> list[dict[str, Any]]:
    response = client.get("/query", params={"q": statement, "columns": "true"})
    assert response.status_code == 200, response.text
    result: list[dict[str, Any]] = response.json()["columnMetadata"]
    return result


def test_columns_of_fields_parents_and_children(client: httpx.Client) -> None:
    """What the Salesforce CLI lays its tables out by."""
    statement = (
        "SELECT Id, Name, Owner.Profile.Name, Owner.Name, (SELECT Id FROM Contacts) FROM Account"
    )
    name, owner, contacts = columns(client, statement)[1:]
    assert name["columnName"] == "Name"
    assert (name["apexType"], name["textType"], name["aggregate"]) == ("String", True, False)
    assert [item["columnName"] for item in owner["joinColumns"]] == ["Profile", "Name"]
    assert owner["aggregate"] is False
    assert contacts["aggregate"] is True
    assert [contact["columnName"] for contact in contacts["joinColumns"]] == ["Id"]
    body = client.get("/query", params={"q": statement, "columns": "true"}).json()
    assert (body["entityName"], body["keyPrefix"], body["idSelected"]) == ("Account", "001", True)


def test_columns_of_groups(client: httpx.Client) -> None:
    result = columns(
        client, "SELECT Name, COUNT(Id), MAX(Id) newest, COUNT(Phone) FROM Account GROUP BY Name"
    )
    assert [(item["columnName"], item["displayName"]) for item in result] == [
        ("Name", "Name"),
        ("expr0", "COUNT(Id)"),
        ("newest", "MAX(Id)"),
        ("expr1", "COUNT(Phone)"),
    ]
    assert [item["aggregate"] for item in result] == [False, True, True, True]


def test_columns_of_typeof_and_fields(client: httpx.Client) -> None:
    what = columns(client, "SELECT TYPEOF What WHEN Account THEN Phone ELSE Name END FROM Task")[0]
    assert [item["columnName"] for item in what["joinColumns"]] == ["Phone", "Name"]
    (parent,) = columns(
        client,
        "SELECT TYPEOF Parent.Owner WHEN User THEN Profile.Name, Profile.Id, Alias END"
        " FROM CaseComment",
    )
    (owner,) = parent["joinColumns"]
    profile, alias = owner["joinColumns"]
    assert (parent["columnName"], owner["columnName"]) == ("Parent", "Owner")
    assert (profile["columnName"], alias["columnName"]) == ("Profile", "Alias")
    assert [item["columnName"] for item in profile["joinColumns"]] == ["Name", "Id"]
    names = [
        column["columnName"] for column in columns(client, "SELECT FIELDS(STANDARD) FROM User")
    ]
    assert {"Id", "Username", "Address"} <= set(names)


def test_a_plan_names_its_leading_operation(client: httpx.Client, ask: Asker) -> None:
    for name in ("a", "b", "c"):
        ask.create("Account", Name=name, Industry="Banking")

    def plan(condition: str) -> dict[str, Any]:
        statement = f"SELECT Id FROM Account WHERE {condition}"
        body = client.get("/query", params={"explain": statement}).json()
        assert body["sourceQuery"] == statement
        (first_plan,) = body["plans"]
        assert isinstance(first_plan, dict)
        return first_plan

    indexed = plan("Name = 'a' AND Industry = 'Banking'")
    assert indexed["leadingOperationType"] == "Index"
    assert (indexed["cardinality"], indexed["sobjectCardinality"]) == (1, 3)
    assert indexed["fields"] == ["Name"]
    assert indexed["relativeCost"] < 1
    scan = plan("Industry = 'Banking'")
    assert scan["leadingOperationType"] == "TableScan"
    assert scan["relativeCost"] > 1
    assert [item["fields"] for item in scan["notes"]] == [["IsDeleted"], ["Industry"]]


def test_looking_at_records_is_noted(org: Org, clock: Clock, ask: Asker) -> None:
    ask.create("Account", Name="seen")
    ask.create("Account", Name="used")
    clock.advance(timedelta(hours=1))
    ask("SELECT Id FROM Account WHERE Name = 'seen' FOR VIEW")
    ask("SELECT Id FROM Account WHERE Name = 'used' FOR REFERENCE")
    now = datetime_text(org.clock.now())
    records = ask("SELECT LastViewedDate, LastReferencedDate FROM Account ORDER BY Name")["records"]
    noted = [
        (record["LastViewedDate"] == now, record["LastReferencedDate"] == now) for record in records
    ]
    assert noted == [(True, True), (False, True)]


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        ("FOR UPDATE", "FOR UPDATE not allowed in this context"),
        ("WITH SECURITY_ENFORCED", "WITH SECURITY_ENFORCED not allowed in this context"),
        ("WITH USER_MODE", "WITH USER_MODE not allowed in this context"),
        ("WITH DATA CATEGORY Geo__c AT usa__c", "does not offer WITH DATA CATEGORY"),
        ("UPDATE TRACKING", "does not offer UPDATE TRACKING"),
        ("USING SCOPE team", "does not offer USING SCOPE team"),
        ("USING SCOPE my_team_territory", "does not offer USING SCOPE my_team_territory"),
        ("USING SCOPE scopingRule", "does not offer USING SCOPE scopingRule"),
        ("USING SCOPE nonsense", "'nonsense' is no scope of Account"),
        ("USING SCOPE delegated", "'delegated' is no scope of Account"),
        ("USING SCOPE queue_owned", "'queue_owned' is no scope of Account"),
        ("USING SCOPE all_active_campaigns", "'all_active_campaigns' is no scope of Account"),
        ("USING SCOPE mine_and_my_groups", "'mine_and_my_groups' is no scope of Account"),
        ("USING LOOKUP Account.ParentId", "does not offer USING LOOKUP Account.ParentId"),
    ],
)
def test_clauses_that_the_local_org_lacks_are_named_in_the_error(
    ask: Asker, clause: str, words: str
) -> None:
    assert words in ask.refused(f"SELECT Id FROM Account {clause}").message


def test_a_scope_narrows_to_ones_own(org: Org, ask: Asker) -> None:
    mine = ask.create("Account", Name="mine")
    other = ask.create("Account", Name="other")
    with org.transaction():
        org.db.execute('UPDATE "Account" SET "OwnerId" = ? WHERE "Id" = ?', ("005x", other))
    assert ask.column("SELECT Id FROM Account USING SCOPE mine") == [mine]
    assert ask.column("SELECT Id FROM Account USING SCOPE Everything") == [mine, other]


def test_scopes_select_records_by_owner(org: Org, ask: Asker) -> None:
    """By what the org's records say: owners, makers, actors, active campaigns."""
    queue, somebody = org.ids.next("00G"), org.ids.next("005")
    with org.transaction():
        for sobject, owners in (
            ("Lead", (org.admin_id, queue, somebody)),
            ("Task", (org.admin_id, somebody, None)),
            ("Campaign", (org.admin_id, somebody, org.admin_id)),
        ):
            for at, owner in enumerate(owners):
                org.db.execute(
                    f'INSERT INTO "{sobject}" ("Id", "IsDeleted", "OwnerId", "CreatedById")'
                    " VALUES (?, 0, ?, ?)",
                    (f"{org.schema[sobject].key_prefix}00000000000{at}AAA", owner, org.admin_id),
                )
        org.db.execute('UPDATE "Campaign" SET "IsActive" = "Id" NOT LIKE \'%2AAA\'')
        for at, actor in enumerate((org.admin_id, queue)):
            org.db.execute(
                'INSERT INTO "ProcessInstanceWorkitem" ("Id", "ActorId", "IsDeleted")'
                " VALUES (?, ?, 0)",
                (f"04i00000000000{at}AAA", actor),
            )

    def numbers_in(sobject: str, scope: str) -> list[int]:
        ids = ask.column(f"SELECT Id FROM {sobject} USING SCOPE {scope}")
        return [int(item[14]) for item in ids]

    assert numbers_in("Lead", "mine") == [0]
    assert numbers_in("Lead", "Queue_Owned") == [1]
    assert numbers_in("Lead", "user_owned") == [0, 2]
    assert numbers_in("Task", "delegated") == [1, 2]
    assert numbers_in("Campaign", "all_active_campaigns") == [0, 1]
    assert numbers_in("Campaign", "my_active_campaigns") == [0]
    assert numbers_in("ProcessInstanceWorkitem", "mine_and_my_groups") == [0]
    assert numbers_in("ProcessInstanceWorkitem", "everything") == [0, 1]
    with org.transaction():
        group = org.ids.next("00G")
        for above, below in ((queue, group), (group, org.admin_id), (group, queue)):
            write(org, org.admin_id, "GroupMember", {"GroupId": above, "UserOrGroupId": below})
    assert numbers_in("ProcessInstanceWorkitem", "mine_and_my_groups") == [0, 1], "groups in groups"


def test_document_links_are_queried_by_one_side(ask: Asker) -> None:
    statement = "SELECT Id FROM ContentDocumentLink"
    for condition in ("", " WHERE ShareType = 'V'", " WHERE LinkedEntityId != null"):
        error = ask.refused(statement + condition)
        assert "Implementation restriction: ContentDocumentLink" in error.message
    result = ask(f"{statement} WHERE LinkedEntityId = '{ask.org.admin_id}' AND ShareType = 'V'")
    assert result["totalSize"] == 0
