"""Upserting by external id, in process."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesforce_emulator.errors import SalesforceError, SeveralMatch
from salesforce_emulator.org.access import Access
from salesforce_emulator.org.state import Org
from salesforce_emulator.records.upserts import key_field, upsert
from salesforce_emulator.records.writing import create, existing
from salesforce_emulator.schema.custom import custom_object, external_id
from salesforce_emulator.schema.field import Field


@pytest.mark.parametrize("name", ["Nope__c", "Site", "AnnualRevenue"])
def test_refuses_a_field_that_is_no_key(org: Org, name: str) -> None:
    with pytest.raises(SalesforceError) as caught:
        key_field(org.schema["Account"], name)

    assert caught.value.body() == [
        {
            "errorCode": "NOT_FOUND",
            "message": f"Provided external ID field does not exist or is not accessible: {name}",
        }
    ]


def test_refuses_the_key_in_the_body(org: Org, access: Access) -> None:
    sobject = org.schema["Account"]

    with pytest.raises(SalesforceError, match="External_Id__c field should not be specified"):
        upsert(
            org,
            access,
            sobject,
            key_field(sobject, "external_id__c"),
            "X",
            {"Name": "A", "external_ID__c": "X"},
        )


def test_writes_nothing_when_several_match(org: Org, access: Access) -> None:
    sobject = org.schema["Contact"]
    with org.transaction():
        ids = [
            create(org, access, sobject, {"LastName": name, "Email": "one@acme.example"})
            for name in ("A", "B")
        ]

        with pytest.raises(SeveralMatch) as caught:
            upsert(
                org,
                access,
                sobject,
                key_field(sobject, "Email"),
                "ONE@acme.example",
                {"Title": "x"},
            )

    assert caught.value.ids == tuple(ids)


def test_update_only_upsert_never_creates(org: Org, access: Access) -> None:
    sobject = org.schema["Account"]
    field = key_field(sobject, "External_Id__c")

    with pytest.raises(SalesforceError) as caught:
        upsert(org, access, sobject, field, "X", {"Name": "A"}, updates_only=True)

    assert caught.value.status == 404


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(key=st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=60))
def test_the_first_upsert_creates_and_the_second_updates_the_same(
    org: Org, access: Access, key: str
) -> None:
    """The key matches itself, whatever characters it has."""
    sobject = org.schema["Account"]
    field = key_field(sobject, "External_Id__c")
    with org.transaction():
        org.db.execute('DELETE FROM "Account"')
        first = upsert(org, access, sobject, field, key, {"Name": "A"})
        second = upsert(org, access, sobject, field, key, {"Name": "B"})

    assert (first.created, second.created) == (True, False)
    assert first.record_id == second.record_id
    row = existing(org, sobject, first.record_id)
    assert (row["Name"], row["External_Id__c"]) == ("B", key)


def test_a_deleted_record_is_not_matched(org: Org, access: Access) -> None:
    sobject = org.schema["Account"]
    field = key_field(sobject, "External_Id__c")
    with org.transaction():
        first = upsert(org, access, sobject, field, "X", {"Name": "A"})
        org.db.execute('UPDATE "Account" SET "IsDeleted" = 1')
        second = upsert(org, access, sobject, field, "X", {"Name": "A"})

    assert second.created
    assert second.record_id != first.record_id


def test_custom_objects_and_their_keys_can_be_added(org: Org) -> None:
    """A case-sensitive text key, and a number as a key."""
    number = Field(
        name="Number__c",
        label="Number",
        type="double",
        precision=18,
        external_id=True,
        unique=True,
        custom=True,
    )
    created = custom_object(
        "Gadget__c",
        label="Gadget",
        label_plural="Gadgets",
        key_prefix="a01",
        fields=(external_id("External_Key__c", case_sensitive=True), number),
    )
    org.extend(org.schema.with_objects(created))
    access = org.access(org.admin_id)
    sobject = access.schema["gadget__C"]
    text_key, number_key = key_field(sobject, "External_Key__c"), key_field(sobject, "Number__c")

    with org.transaction():
        first = upsert(org, access, sobject, text_key, "k", {"Name": "n"})
        other = upsert(org, access, sobject, text_key, "K", {})
        third = upsert(org, access, sobject, number_key, "7", {})
        again = upsert(org, access, sobject, number_key, "7.0", {})

    assert len({first.record_id, other.record_id, third.record_id}) == 3
    assert (again.record_id, again.created) == (third.record_id, False)
    assert first.record_id.startswith("a01")
