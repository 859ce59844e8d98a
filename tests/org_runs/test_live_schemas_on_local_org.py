"""Live schemas of ten objects, one of them with 500 fields, make good forms too."""

import tomllib
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from contract import form_rules
from local_apps import app_settings
from memory_connection import MemoryConnection

from salesforce_actions.plugin import SalesforceConnector
from salesforce_emulator.examples import EXAMPLE_ORG
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.transport import OrgTransport

OBJECTS = [
    *("Account", "Contact", "Lead", "Opportunity", "Case", "Task", "Event", "Campaign"),
    *("Delivery__c", "Wide__c"),
]
FIELDS = 500
KINDS = [
    'type = "string"\nlength = 80',
    'type = "picklist"\nvalues = ["A", "B", "C"]\nrestricted = true',
    'type = "picklist"\nvalues = ["A", "B", "C"]',
    'type = "multipicklist"\nvalues = ["A", "B", "C"]',
    'type = "double"\nprecision = 8\nscale = 2',
    'type = "date"',
    'type = "datetime"',
    'type = "boolean"',
    'type = "long_text"',
    'type = "reference"\nto = ["Account"]',
]

# Each way to write records of an object, and where in its schema the fields of a record are.
WRITES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "create_record": ({}, ("fields",)),
    "update_record": ({}, ("fields",)),
    "upsert_record": ({"external_id_field": "Id"}, ("fields",)),
    "create_records": ({}, ("records", "items")),
    "update_records": ({}, ("records", "items")),
    "upsert_records": ({"external_id_field": "Id"}, ("records", "items")),
    "create_record_tree": ({}, ("records", "items", "fields")),
    "merge_records": ({}, ("fields",)),
    "bulk_write insert": ({"operation": "insert"}, ("records", "items")),
    "bulk_write update": ({"operation": "update"}, ("records", "items")),
    "bulk_write upsert": ({"operation": "upsert"}, ("records", "items")),
    "bulk_write delete": ({"operation": "delete"}, ("records", "items")),
}
CREATES = {"create_record", "create_records", "create_record_tree", "bulk_write insert"}


@pytest.fixture(scope="module")
def local_org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Org]:
    """The example org, with an object of 500 fields."""
    config = tmp_path_factory.mktemp("org") / "wide.toml"
    config.write_text(EXAMPLE_ORG.read_text("utf-8") + wide_object(), encoding="utf-8")
    with open_org(config=config) as org:
        yield org


@pytest.fixture(scope="module")
def connector(local_org: Org) -> Iterator[SalesforceConnector]:
    """The plugin; each object is described once for all tests."""
    with OrgTransport(local_org) as transport:
        yield SalesforceConnector(transport, transport)


@pytest.fixture(scope="module")
def connection(local_org: Org) -> MemoryConnection:
    return MemoryConnection("client_credentials", app_settings(local_org, "automation"))


def wide_object() -> str:
    own = 'name = "Wide__c"\nlabel = "Wide"\nplural = "Wides"\n'
    fields = [
        f'[[objects.fields]]\nname = "F{at}__c"\n{KINDS[at % len(KINDS)]}\n' for at in range(FIELDS)
    ]
    text = f"\n[[objects]]\n{own}\n" + "\n".join(fields)
    assert len(tomllib.loads(text)["objects"][0]["fields"]) == FIELDS
    return text


def resolve(
    connector: SalesforceConnector, connection: MemoryConnection, action: str, **inputs: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the input schema of an action, and the schema of a record in it."""
    more, steps = WRITES[action]
    schemas = connector.resolve_schema(
        "salesforce", action.split()[0], connection, {**more, **inputs}
    )
    assert schemas is not None
    part: Any = schemas["input"]
    for step in steps:
        part = part["items"] if step == "items" else part["properties"][step]
    return schemas["input"], part


@pytest.mark.parametrize("action", WRITES)
@pytest.mark.parametrize("sobject", OBJECTS)
def test_a_live_schema_keeps_every_rule(
    connector: SalesforceConnector, connection: MemoryConnection, sobject: str, action: str
) -> None:
    schema, record = resolve(connector, connection, action, sobject=sobject)

    jsonschema.Draft202012Validator.check_schema(schema)
    broken = {name: [*rule(schema)] for name, rule in form_rules.ALL.items()}
    assert {name: faults for name, faults in broken.items() if faults} == {}
    assert record["properties"]
    if sobject == "Wide__c" and action in CREATES:
        assert sum(name.startswith("F") for name in record["properties"]) == FIELDS


@pytest.mark.parametrize("action", sorted(set(WRITES) - CREATES))
@pytest.mark.parametrize("sobject", OBJECTS)
def test_a_change_has_no_defaults(
    connector: SalesforceConnector, connection: MemoryConnection, sobject: str, action: str
) -> None:
    """A form that prefilled RecordTypeId changed a record's type when only its weight was meant."""
    _, record = resolve(connector, connection, action, sobject=sobject)

    assert {n: f["default"] for n, f in record["properties"].items() if "default" in f} == {}


def test_only_a_create_prefills_the_record_type(
    connector: SalesforceConnector, connection: MemoryConnection
) -> None:
    _, created = resolve(connector, connection, "create_record", sobject="Delivery__c")
    _, changed = resolve(connector, connection, "update_record", sobject="Delivery__c")

    kinds = created["properties"]["RecordTypeId"]
    assert [kind["title"] for kind in kinds["oneOf"]][:2] == ["Parcel", "Pallet"]
    assert kinds["default"] == kinds["oneOf"][0]["const"]
    assert "default" not in changed["properties"]["RecordTypeId"]


def test_a_parent_by_external_id_is_folded_into_its_lookup(
    connector: SalesforceConnector, connection: MemoryConnection
) -> None:
    """It is valid, but no field of its own in a form."""
    _, record = resolve(connector, connection, "create_record", sobject="Delivery__c")
    lookup = record["properties"]["Account__c"]

    assert "Account__r" not in record["properties"]
    assert lookup["x-by-external-id"] == {"property": "Account__r", "objects": ["Account"]}
    valid = jsonschema.Draft202012Validator(record).is_valid
    assert valid({"Account__r": {"AccountNumber": "A-1"}})
    assert valid({"Account__r.AccountNumber": "A-1"})
    assert not valid({"Acount__r": {"AccountNumber": "A-1"}})


def test_the_parts_of_an_address_are_adjacent(
    connector: SalesforceConnector, connection: MemoryConnection
) -> None:
    _, record = resolve(connector, connection, "create_record", sobject="Account")
    groups = [field.get("x-group", "") for field in record["properties"].values()]

    first = groups.index("Billing Address")
    assert groups[first : first + groups.count("Billing Address")] == ["Billing Address"] * (
        groups.count("Billing Address")
    )
    assert groups.count("Billing Address") > 4


def test_the_key_of_a_record_is_required_and_first(
    connector: SalesforceConnector, connection: MemoryConnection
) -> None:
    _, update = resolve(connector, connection, "update_records", sobject="Delivery__c")
    _, upsert = resolve(
        connector,
        connection,
        "upsert_records",
        sobject="Delivery__c",
        external_id_field="order_number__c",
    )
    _, delete = resolve(connector, connection, "bulk_write delete", sobject="Delivery__c")

    assert (update["required"], next(iter(update["properties"]))) == (["Id"], "Id")
    assert upsert["required"] == ["Order_Number__c"]
    assert next(iter(upsert["properties"])) == "Order_Number__c"
    assert list(delete["properties"]) == ["Id"]


def test_children_of_a_tree_keep_their_own_object(
    connector: SalesforceConnector, connection: MemoryConnection
) -> None:
    schema, record = resolve(connector, connection, "create_record_tree", sobject="Account")

    assert "Industry" in record["properties"]
    children = schema["$defs"]["Children"]["properties"]["records"]["items"]
    assert children == {"$ref": "#/$defs/Node"}
    assert "properties" not in schema["$defs"]["Node"]["properties"]["fields"]


@pytest.mark.parametrize(
    ("action", "inputs", "field_path", "names"),
    [
        ("run_flow", {"flow_name": "Ship_Delivery"}, "inputs", {"deliveryId", "carrier"}),
        (
            "run_invocable_action",
            {"kind": "apex", "action_name": "QuoteDelivery"},
            "inputs",
            {"weight"},
        ),
        ("run_quick_action", {"action_name": "LogACall"}, "fields", {"Subject", "Description"}),
        ("log_activity", {"kind": "task"}, "fields", {"CallType", "TaskSubtype"}),
        ("log_activity", {"kind": "event"}, "fields", {"ShowAs", "IsAllDayEvent"}),
    ],
)
def test_inputs_of_what_is_chosen_are_known(
    connector: SalesforceConnector,
    connection: MemoryConnection,
    action: str,
    inputs: dict[str, str],
    field_path: str,
    names: set[str],
) -> None:
    schemas = connector.resolve_schema("salesforce", action, connection, inputs)
    assert schemas is not None
    part = schemas["input"]["properties"][field_path]
    part = part["items"] if part.get("type") == "array" else part

    assert names <= part["properties"].keys()
    broken = {name: [*rule(schemas["input"])] for name, rule in form_rules.ALL.items()}
    assert {name: faults for name, faults in broken.items() if faults} == {}
    if action == "run_quick_action":  # it has values of its own: a call that is logged is done
        assert "default" not in part["properties"]["Status"]
    if action == "log_activity":
        assert "Subject" not in part["properties"]  # an input of its own


def test_nothing_chosen_gives_the_published_schema(
    connector: SalesforceConnector, connection: MemoryConnection
) -> None:
    manifest = {item["name"]: item for item in connector.connector_manifest()["actions"]}
    for action in ("create_record", "run_flow", "run_quick_action", "log_activity"):
        schemas = connector.resolve_schema("salesforce", action, connection, {})
        assert schemas == {key: manifest[action][key] for key in ("input", "output")}
