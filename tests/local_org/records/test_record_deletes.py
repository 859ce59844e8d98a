"""Deletes: the recycle bin, and related records."""

from typing import Any

import pytest

from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.org.access import Access
from salesforce_emulator.org.state import Org
from salesforce_emulator.records.deletion import delete
from salesforce_emulator.records.writing import create, existing
from salesforce_emulator.schema.custom import default_schema
from salesforce_emulator.schema.field import Field


def new(org: Org, access: Access, name: str, **body: Any) -> str:
    with org.transaction():
        return create(org, access, org.schema[name], body)


def remove(org: Org, access: Access, name: str, record_id: str) -> None:
    with org.transaction():
        delete(org, access, org.schema[name], record_id)


def test_a_case_keeps_its_account(org: Org, access: Access) -> None:
    account = new(org, access, "Account", Name="Acme")
    contact = new(org, access, "Contact", LastName="L", AccountId=account)
    new(org, access, "Case", AccountId=account)
    new(org, access, "Case", AccountId=account)

    with pytest.raises(SalesforceError) as caught:
        remove(org, access, "Account", account)

    assert caught.value.body() == [
        {
            "message": "Your attempt to delete Acme could not be completed because it is associated"
            " with the following cases.: 00001000, 00001001\n",
            "errorCode": "DELETE_FAILED",
            "fields": [],
        }
    ]
    assert existing(org, org.schema["Contact"], contact)["IsDeleted"] == 0


def test_a_child_of_a_child_may_keep_the_record(org: Org, access: Access) -> None:
    account = new(org, access, "Account", Name="Acme")
    contact = new(org, access, "Contact", LastName="L", AccountId=account)
    case = new(org, access, "Case", ContactId=contact)
    with org.transaction():
        org.db.execute('UPDATE "Case" SET "AccountId" = NULL WHERE "Id" = ?', (case,))

    with pytest.raises(SalesforceError, match="attempt to delete L could not"):
        remove(org, access, "Account", account)


def test_a_deleted_record_is_gone_once(org: Org, access: Access) -> None:
    account = new(org, access, "Account", Name="Acme")
    remove(org, access, "Account", account)

    with pytest.raises(SalesforceError) as caught:
        remove(org, access, "Account", account)

    assert (caught.value.status, caught.value.code) == (404, "ENTITY_IS_DELETED")
    stored = org.db.execute('SELECT "IsDeleted" FROM "Account"').fetchall()
    assert [row[0] for row in stored] == [1]


@pytest.mark.parametrize("kind", ["User", "Organization"])
def test_undeletable_records_are_refused(org: Org, access: Access, kind: str) -> None:
    record_id = {"User": org.admin_id, "Organization": org.org_id}[kind]

    with pytest.raises(SalesforceError, match=f"entity type cannot be deleted: {kind}"):
        remove(org, access, kind, record_id)


def test_deleting_an_account_deletes_contacts_and_opportunities_and_clears_lookups(
    org: Org, access: Access
) -> None:
    account = new(org, access, "Account", Name="Acme")
    below = new(org, access, "Account", Name="Below", ParentId=account)
    contact = new(org, access, "Contact", LastName="L", AccountId=account)
    task = new(org, access, "Task", WhoId=contact)
    invoice = new(org, access, "Invoice__c", Account__c=account)

    remove(org, access, "Account", account)

    removed = [("Contact", contact), ("Task", task)]
    for name, record_id in removed:
        with pytest.raises(SalesforceError, match="entity is deleted"):
            existing(org, org.schema[name], record_id)
    assert existing(org, org.schema["Account"], below)["ParentId"] is None
    assert existing(org, org.schema["Invoice__c"], invoice)["Account__c"] is None


def test_a_custom_lookup_may_restrict(org: Org, access: Access) -> None:
    keeper = Field(
        name="Customer__c",
        label="Customer",
        type="reference",
        reference_to=("Account",),
        relationship_name="Customer__r",
        restricted_delete=True,
        custom=True,
    )
    org.extend(default_schema().with_fields("Invoice__c", keeper))
    account = new(org, access, "Account", Name="Acme")
    new(org, access, "Invoice__c", Customer__c=account)

    with pytest.raises(SalesforceError, match=r"following invoices\.: INV-0001"):
        remove(org, access, "Account", account)
