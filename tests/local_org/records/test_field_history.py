"""Field history: changes of tracked fields, read only."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from local_org.rest_calls import create_record, query_records, update_record

from salesforce_emulator.config import ConfigFileError, load_config
from salesforce_emulator.identity import identity_of
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.state import Org
from salesforce_emulator.records.declared.field_history import track
from salesforce_emulator.records.lead_conversion.conversion import convert
from salesforce_emulator.records.lead_conversion.request import ConversionRequest
from salesforce_emulator.serving.transport import OrgTransport

CONFIG = """
[[objects]]
name = "Parcel__c"
track_history = ["Fragile__c", "Weight__c"]
[[objects.fields]]
name = "Fragile__c"
type = "boolean"
[[objects.fields]]
name = "Weight__c"
type = "double"
[[field_history]]
object = "Account"
fields = ["Rating", "Description"]
"""


def history(client: httpx.Client, name: str) -> list[tuple[Any, ...]]:
    columns = ("Field", "DataType", "OldValue", "NewValue")
    rows = query_records(client, f"SELECT {', '.join(columns)} FROM {name} ORDER BY Id")  # noqa: S608
    return [tuple(row[column] for column in columns) for row in rows]


@pytest.mark.parametrize(
    ("sobject", "field", "why"),
    [
        ("Nothing", "Name", "no object Nothing"),
        ("Account", "Nothing__c", "no field Nothing__c"),
        ("Account", "CreatedDate", "cannot be tracked"),
        ("Account", "BillingAddress", "cannot be tracked"),
        ("Invoice__c", "Name", "cannot be tracked"),
    ],
)
def test_untrackable_fields_are_refused(org: Org, sobject: str, field: str, why: str) -> None:
    with pytest.raises((LookupError, ValueError), match=why):
        track(org, sobject, [field])


def test_tracks_twenty_fields_of_an_object_at_most(org: Org) -> None:
    names = [field.name for field in org.schema["Account"].fields if field.type == "string"]
    phones = [field.name for field in org.schema["Account"].fields if field.type == "picklist"]
    assert len(names + phones) > 20
    with pytest.raises(ValueError, match="20 tracked fields"):
        track(org, "Account", names + phones)


def test_tracking_an_unknown_field_is_a_config_error(tmp_path: Path) -> None:
    (tmp_path / "o.toml").write_text('[[field_history]]\nobject = "Account"\nfields = ["No__c"]')
    with pytest.raises(
        ConfigFileError, match=r"field_history\[0\].fields: Account has no field No__c"
    ):
        open_org(config=load_config(tmp_path / "o.toml"))


def test_history_is_not_written_by_callers(client: httpx.Client, org: Org) -> None:
    track(org, "Account", ["Rating"])
    account = create_record(client, "Account", Name="A")
    (row,) = query_records(client, "SELECT Id FROM AccountHistory")
    path = f"/sobjects/AccountHistory/{row['Id']}"

    body = {"AccountId": account, "Field": "Rating"}
    answers = [
        client.post("/sobjects/AccountHistory", json=body),
        client.patch(path, json={"Field": "Name"}),
        client.delete(path),
    ]
    assert [response.status_code // 100 for response in answers] == [4, 4, 4]
    assert len(query_records(client, "SELECT Id FROM AccountHistory")) == 1


def test_untracked_fields_have_no_history(client: httpx.Client, org: Org) -> None:
    track(org, "Contact", ["Title"])
    account = create_record(client, "Account", Name="A")
    update_record(client, "Account", account, Rating="Hot")
    contact = create_record(client, "Contact", LastName="L")
    update_record(client, "Contact", contact, Email="a@b.example")

    assert history(client, "AccountHistory") == []
    assert history(client, "ContactHistory") == [("created", "Text", None, None)]


def test_history_has_old_and_new_values(client: httpx.Client, org: Org) -> None:
    track(org, "Opportunity", ["Amount", "StageName", "CloseDate", "IsPrivate", "Description"])
    values = {"Name": "O", "StageName": "Prospecting", "CloseDate": "2027-01-31", "Amount": 5}
    deal = create_record(client, "Opportunity", **values)
    update_record(client, "Opportunity", deal, Amount=7.5, IsPrivate=True, Description="x" * 999)
    update_record(client, "Opportunity", deal, Amount=7.5)
    update_record(client, "Opportunity", deal, Amount=None, CloseDate="2027-02-01", StageName="New")

    assert history(client, "OpportunityFieldHistory") == [
        ("created", "Text", None, None),
        ("Amount", "Currency", 5.0, 7.5),
        ("IsPrivate", "Boolean", False, True),
        ("Description", "StringPlusClob", None, None),
        ("Amount", "Currency", 7.5, None),
        ("StageName", "DynamicEnum", "Prospecting", "New"),
        ("CloseDate", "DateOnly", "2027-01-31", "2027-02-01"),
    ]
    (private,) = query_records(
        client, "SELECT OldValue, NewValue FROM OpportunityFieldHistory WHERE Field = 'IsPrivate'"
    )
    assert private["OldValue"] is False
    assert private["NewValue"] is True


def test_a_lookup_leaves_names_and_ids(client: httpx.Client, org: Org) -> None:
    track(org, "Contact", ["AccountId"])
    account = create_record(client, "Account", Name="A")
    contact = create_record(client, "Contact", LastName="L")
    update_record(client, "Contact", contact, AccountId=account)

    assert history(client, "ContactHistory")[1:] == [
        ("Account", "Text", None, "A"),
        ("Account", "EntityId", None, account),
    ]


def test_converting_a_lead_writes_history(client: httpx.Client, org: Org) -> None:
    track(org, "Lead", ["Status"])
    lead = create_record(client, "Lead", LastName="L", Company="C")
    with org.transaction():
        convert(org, org.access(org.admin_id), ConversionRequest(lead, "Closed - Converted"))

    assert history(client, "LeadHistory")[1:] == [
        ("Status", "DynamicEnum", "Open - Not Contacted", "Closed - Converted"),
        ("leadConverted", "Text", None, None),
    ]


def test_history_goes_and_comes_back_with_its_record(client: httpx.Client, org: Org) -> None:
    track(org, "Case", ["Status"])
    case = create_record(client, "Case", Subject="S")
    client.delete(f"/sobjects/Case/{case}")

    assert history(client, "CaseHistory") == []
    removed = client.get("/queryAll", params={"q": "SELECT IsDeleted FROM CaseHistory"}).json()
    assert [item["IsDeleted"] for item in removed["records"]] == [True]


def test_a_config_tracks_custom_and_standard_objects(tmp_path: Path) -> None:
    (tmp_path / "org.toml").write_text(CONFIG)
    with (
        open_org(config=load_config(tmp_path / "org.toml")) as org,
        httpx.Client(
            transport=OrgTransport(org),
            base_url=f"https://{org.host}/services/data/v68.0",
            headers={"Authorization": f"Bearer {identity_of(org).token_of(org.admin_id)}"},
        ) as client,
    ):
        parcel = create_record(client, "Parcel__c", Name="P", Weight__c=1)
        update_record(client, "Parcel__c", parcel, Fragile__c=True, Weight__c=2)
        statement = "SELECT Name, (SELECT Field, NewValue FROM Histories) FROM Parcel__c"
        (record,) = query_records(client, statement)
        message = [(row["Field"], row["NewValue"]) for row in record["Histories"]["records"]]
        assert sorted(message) == [("Fragile__c", True), ("Weight__c", 2.0), ("created", None)]
        (row,) = query_records(
            client, "SELECT Parent.Name FROM Parcel__History WHERE Field = 'created'"
        )
        assert row["Parent"]["Name"] == "P"
        described = client.get("/sobjects/Parcel__History/describe").json()
        assert described["associateParentEntity"] == "Parcel__c"
        assert (described["createable"], described["queryable"]) == (False, True)
