"""The Tooling API: queries of the schema and of declared entities, read only."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from salesforce_emulator.examples import EXAMPLE_ORG
from salesforce_emulator.identity import identity_of
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.settings import Settings
from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.transport import OrgTransport


@pytest.fixture(scope="module")
def example() -> Iterator[httpx.Client]:
    """A client of the example org, whose rows nothing here changes."""
    with open_org(config=EXAMPLE_ORG, settings=Settings(reraises=True)) as org:
        token = identity_of(org).token_of(org.admin_id)
        with httpx.Client(
            transport=OrgTransport(org),
            base_url=f"https://{org.host}/services/data/v68.0",
            headers={"Authorization": f"Bearer {token}"},
        ) as client:
            yield client


def ask(client: httpx.Client, statement: str, path: str = "/tooling/query") -> dict[str, Any]:
    response = client.get(path, params={"q": statement})
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def refused(client: httpx.Client, statement: str) -> tuple[str, str]:
    response = client.get("/tooling/query", params={"q": statement})
    assert response.status_code == 400, response.text
    (error,) = response.json()
    return error["errorCode"], error["message"]


@pytest.mark.parametrize("name", ["Account", "SandboxProcess", "ApexTrigger", "Parcel__c"])
def test_unsupported_tooling_requests_are_named_in_the_error(
    example: httpx.Client, name: str
) -> None:
    """Records of users are no business of the Tooling API's in a real org either."""
    code, message = refused(example, f"SELECT Id FROM {name}")  # noqa: S608 - SOQL
    assert code == "INVALID_TYPE"
    assert f"sObject type '{name}' is not supported." in message


@pytest.mark.parametrize(
    ("statement", "code", "message"),
    [
        (
            "SELECT COUNT() FROM EntityDefinition",
            "EXTERNAL_OBJECT_UNSUPPORTED_EXCEPTION",
            "The requested operation is not yet supported by this SObject storage type",
        ),
        (
            "SELECT KeyPrefix, COUNT(DurableId) FROM EntityDefinition GROUP BY KeyPrefix",
            "EXTERNAL_OBJECT_UNSUPPORTED_EXCEPTION",
            "The requested operation is not yet supported by this SObject storage type",
        ),
        (
            "SELECT QualifiedApiName FROM EntityDefinition WHERE QualifiedApiName != 'Account'",
            "EXTERNAL_OBJECT_UNSUPPORTED_EXCEPTION",
            "Only equals comparisons permitted",
        ),
        (
            "SELECT Label FROM EntityDefinition WHERE KeyPrefix = '001' OR KeyPrefix = '003'",
            "EXTERNAL_OBJECT_UNSUPPORTED_EXCEPTION",
            "Disjunctions not supported",
        ),
        (
            "SELECT DurableId FROM FieldDefinition WHERE IsNillable = true",
            "EXTERNAL_OBJECT_UNSUPPORTED_EXCEPTION",
            "FieldDefinition: a filter on a reified column is required",
        ),
        (
            "SELECT Id FROM FieldDefinition WHERE EntityDefinition.QualifiedApiName LIKE '%'",
            "EXCEEDED_ID_LIMIT",
            "FieldDefinition does not support queryMore(), use LIMIT",
        ),
        ("SELECT SymbolTable FROM ApexClass", "INVALID_FIELD", "No such column 'SymbolTable'"),
    ],
)
def test_invalid_tooling_statements_are_refused(
    example: httpx.Client, statement: str, code: str, message: str
) -> None:
    result = refused(example, statement)
    assert result[0] == code
    assert message in result[1]


def test_finds_objects_of_the_schema_in_the_shape_of_the_tooling_api(example: httpx.Client) -> None:
    """The shape is recorded: size, locator and the entity's name besides what query gives."""
    result = ask(
        example,
        "SELECT Id, DurableId, KeyPrefix, IsQueryable FROM EntityDefinition"
        " WHERE QualifiedApiName = 'account'",
    )
    url = "/services/data/v68.0/tooling/sobjects/EntityDefinition/Account"
    assert list(result) == [
        "size", "totalSize", "done", "queryLocator", "entityTypeName", "records",
    ]  # fmt: skip
    assert result["entityTypeName"] == "EntityDefinition"
    assert result["records"] == [
        {
            "attributes": {"type": "EntityDefinition", "url": url},
            "Id": "000000000000000AAA",
            "DurableId": "Account",
            "KeyPrefix": "001",
            "IsQueryable": True,
        }
    ]


def test_the_plain_api_finds_definitions_in_its_own_shape(example: httpx.Client) -> None:
    statement = "SELECT DurableId FROM EntityDefinition WHERE QualifiedApiName = 'Account'"
    result = ask(example, statement, "/query")
    assert list(result) == ["totalSize", "done", "records"]
    assert result["records"][0]["attributes"]["url"].startswith("/services/data/v68.0/sobjects/")
    response = example.get("/query", params={"q": "SELECT Id FROM FlowDefinition"})
    assert response.json()[0]["errorCode"] == "INVALID_TYPE"


@pytest.mark.parametrize(
    ("sobject", "field", "kind"),
    [
        ("Account", "Name", "Name"),
        ("Account", "Industry", "Picklist"),
        ("Account", "AnnualRevenue", "Currency(18, 0)"),
        ("Account", "Description", "Long Text Area(32000)"),
        ("Contact", "AccountId", "Lookup(Account)"),
        ("Contact", "CreatedDate", "Date/Time"),
        ("Case", "CaseNumber", "Auto Number"),
        ("User", "IsActive", "Checkbox"),
    ],
)
def test_names_data_types_as_setup_does(
    example: httpx.Client, sobject: str, field: str, kind: str
) -> None:
    result = ask(
        example,
        "SELECT DataType, EntityDefinition.QualifiedApiName FROM FieldDefinition"  # noqa: S608
        f" WHERE EntityDefinition.QualifiedApiName = '{sobject}' AND QualifiedApiName = '{field}'",
    )
    (record,) = result["records"]
    assert record["DataType"] == kind
    assert record["EntityDefinition"]["QualifiedApiName"] == sobject


def test_an_entity_has_its_fields_as_children(example: httpx.Client) -> None:
    (record,) = ask(
        example,
        "SELECT DurableId, (SELECT QualifiedApiName FROM Fields) FROM EntityDefinition"
        " WHERE QualifiedApiName = 'Organization'",
    )["records"]
    described = example.get("/sobjects/Organization/describe").json()["fields"]
    names = {item["QualifiedApiName"] for item in record["Fields"]["records"]}
    assert names == {item["name"] for item in described}


def test_finds_flows_and_their_definitions(example: httpx.Client) -> None:
    entries = {item["name"] for item in example.get("/actions/custom/flow").json()["actions"]}
    flows = ask(example, "SELECT Status, Definition.DeveloperName FROM Flow")["records"]
    definitions = ask(example, "SELECT DeveloperName, ActiveVersion.Status FROM FlowDefinition")
    assert {flow["Definition"]["DeveloperName"] for flow in flows} == entries
    assert {definition["DeveloperName"] for definition in definitions["records"]} == entries
    assert definitions["records"][0]["ActiveVersion"]["Status"] == "Active"


def test_finds_apex_validation_rules_and_custom_fields(example: httpx.Client) -> None:
    apex = {item["name"] for item in example.get("/actions/custom/apex").json()["actions"]}
    assert {item["Name"] for item in ask(example, "SELECT Name FROM ApexClass")["records"]} == apex
    (rule,) = ask(
        example,
        "SELECT Active, ErrorMessage, EntityDefinition.QualifiedApiName FROM ValidationRule",
    )["records"]
    assert rule["Active"] is True
    assert rule["EntityDefinition"]["QualifiedApiName"] == "Delivery__c"
    fields = ask(example, "SELECT DeveloperName FROM CustomField WHERE TableEnumOrId = 'Account'")
    assert "External_Id" in {field["DeveloperName"] for field in fields["records"]}


def test_a_record_is_read_by_its_id(example: httpx.Client) -> None:
    (apex_class,) = ask(example, "SELECT Id, Name FROM ApexClass")["records"]
    response = example.get(f"/tooling/sobjects/ApexClass/{apex_class['Id']}")
    assert response.json()["Name"] == apex_class["Name"]
    assert example.get("/tooling/sobjects/EntityDefinition/Case").json()["KeyPrefix"] == "500"
    for other in ("ApexClass/01p000000000001", "ApexClass/x", "EntityDefinition/it's", "Account/x"):
        assert example.get(f"/tooling/sobjects/{other}").status_code == 404


def test_tooling_objects_are_described(example: httpx.Client) -> None:
    entries = example.get("/tooling/sobjects").json()["sobjects"]
    names = {item["name"] for item in entries}
    assert {"EntityDefinition", "Flow", "User"} <= names
    assert "Account" not in names
    assert entries[0]["urls"]["sobject"].startswith("/services/data/v68.0/tooling/sobjects/")
    described = example.get("/tooling/sobjects/flow/describe").json()
    assert "Status" in {item["name"] for item in described["fields"]}
    assert not any(item["createable"] for item in described["fields"])


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("GET", "/tooling/executeAnonymous?anonymousBody=x", "tooling/executeanonymous"),
        ("GET", "/tooling/search?q=x", "tooling/search"),
        ("POST", "/tooling/sobjects/ApexClass", "writing by the Tooling API"),
        ("PATCH", "/tooling/sobjects/Flow/301000000000001", "writing by the Tooling API"),
    ],
)
def test_runs_and_writes_nothing(
    example: httpx.Client, method: str, path: str, operation: str
) -> None:
    response = example.request(method, path, json={} if method != "GET" else None)
    assert response.status_code == 501
    assert operation in response.json()[0]["message"]


def test_shows_a_user_no_field_that_is_hidden(org: Org) -> None:
    org.settings.hidden_fields["System Administrator"] = {"Account": {"Phone"}}
    token = identity_of(org).token_of(org.admin_id)
    headers = {"Authorization": f"Bearer {token}"}
    base = f"https://{org.host}/services/data/v68.0"
    with httpx.Client(transport=OrgTransport(org), base_url=base, headers=headers) as client:
        result = ask(
            client,
            "SELECT QualifiedApiName FROM FieldDefinition WHERE EntityDefinitionId = 'Account'",
        )
    names = {item["QualifiedApiName"] for item in result["records"]}
    assert "Name" in names
    assert "Phone" not in names


def test_columns_of_a_statement_are_described(example: httpx.Client) -> None:
    params = {"q": "SELECT Id, Name FROM ApexClass", "columns": "true"}
    for path in ("/tooling/query", "/query"):
        message = example.get(path, params=params).json()
        assert [item["columnName"] for item in message["columnMetadata"]] == ["Id", "Name"]


@pytest.mark.parametrize("clause", ["FOR VIEW", "FOR REFERENCE"])
def test_for_view_is_accepted_on_synthetic_rows(example: httpx.Client, clause: str) -> None:
    """There is no row to note it in."""
    statement = f"SELECT Name FROM ApexClass {clause}"  # noqa: S608 - SOQL
    assert ask(example, statement)["totalSize"] == 1
    assert ask(example, statement, "/query")["totalSize"] == 1


def test_temporary_tables_last_for_one_subrequest(example: httpx.Client) -> None:
    """The tables of one statement are gone when the next begins, within a transaction too."""
    url = "v68.0/query?q=SELECT+DurableId+FROM+EntityDefinition+WHERE+QualifiedApiName='Case'"
    values = {"batchRequests": [{"method": "GET", "url": url}] * 2}
    result = example.post("/composite/batch", json=values).json()
    assert [item["result"]["totalSize"] for item in result["results"]] == [1, 1]
