"""Restoring records from the recycle bin."""

from datetime import timedelta
from typing import Any

import pytest

from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.org.access import Access
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.state import Org
from salesforce_emulator.records.deletion import delete
from salesforce_emulator.records.recycle_bin import undelete
from salesforce_emulator.records.writing import create, existing, update
from salesforce_emulator.schema.custom import default_schema
from salesforce_emulator.schema.field import Field


@pytest.fixture
def bin_of(org: Org, access: Access) -> "Bin":
    return Bin(org, access)


class Bin:
    """Makes, deletes and brings back records."""

    def __init__(self, org: Org, access: Access) -> None:
        self._org, self._access = org, access

    def make(self, name: str, **body: Any) -> str:
        with self._org.transaction():
            return create(self._org, self._access, self._org.schema[name], body)

    def delete(self, record_id: str) -> None:
        with self._org.transaction():
            delete(self._org, self._access, self._sobject(record_id), record_id)

    def change(self, record_id: str, **body: Any) -> None:
        with self._org.transaction():
            update(self._org, self._access, self._sobject(record_id), record_id, body)

    def restore(self, record_id: str) -> None:
        with self._org.transaction():
            undelete(self._org, self._access, record_id)

    def row(self, record_id: str) -> dict[str, Any]:
        return existing(self._org, self._sobject(record_id), record_id)

    def gone(self, record_id: str) -> bool:
        try:
            self.row(record_id)
        except SalesforceError as error:
            return error.code == "ENTITY_IS_DELETED"
        return False

    def _sobject(self, record_id: str) -> Any:
        return self._org.schema.by_prefix(record_id[:3])


def test_undelete_needs_a_record_in_the_bin(bin_of: Bin) -> None:
    account = bin_of.make("Account", Name="A")

    for record_id in (account, "001000000000001AAA"):
        with pytest.raises(SalesforceError, match="UNDELETE_FAILED: entity is not in the recycle"):
            bin_of.restore(record_id)
    with pytest.raises(SalesforceError, match="MALFORMED_ID"):
        bin_of.restore("zzz000000000001AAA")


def test_undelete_restores_cascaded_children(bin_of: Bin, clock: Clock) -> None:
    account = bin_of.make("Account", Name="A")
    contact = bin_of.make("Contact", LastName="L", AccountId=account)
    before = bin_of.make("Contact", LastName="M", AccountId=account)
    bin_of.delete(before)
    bin_of.delete(account)
    clock.advance(timedelta(days=14))

    bin_of.restore(account)

    assert (bin_of.row(account)["Name"], bin_of.row(contact)["AccountId"]) == ("A", account)
    assert bin_of.row(account)["LastModifiedDate"] == "2026-12-06T12:00:00.000+0000"
    assert bin_of.gone(before)
    bin_of.restore(before)
    assert not bin_of.gone(before)


def test_a_record_comes_back_once_for_each_time_it_went(bin_of: Bin) -> None:
    account = bin_of.make("Account", Name="A")
    for _ in range(2):
        bin_of.delete(account)
        bin_of.restore(account)

    with pytest.raises(SalesforceError, match="not in the recycle bin"):
        bin_of.restore(account)


def test_a_cascaded_child_is_not_restored_alone(bin_of: Bin) -> None:
    account = bin_of.make("Account", Name="A")
    contact = bin_of.make("Contact", LastName="L", AccountId=account)
    bin_of.delete(account)

    with pytest.raises(SalesforceError, match="not in the recycle bin"):
        bin_of.restore(contact)


def test_a_record_does_not_come_back_below_a_deleted_one(bin_of: Bin) -> None:
    account = bin_of.make("Account", Name="A")
    contact = bin_of.make("Contact", LastName="L", AccountId=account)
    bin_of.delete(contact)
    bin_of.delete(account)

    with pytest.raises(SalesforceError, match="Account is deleted; undelete it first"):
        bin_of.restore(contact)


def test_after_fifteen_days_it_is_gone_for_good(bin_of: Bin, clock: Clock) -> None:
    account = bin_of.make("Account", Name="A")
    bin_of.delete(account)
    clock.advance(timedelta(days=15, seconds=1))

    with pytest.raises(SalesforceError, match="not in the recycle bin"):
        bin_of.restore(account)


def test_references_that_were_cleared_are_set_unless_they_have_another_value(bin_of: Bin) -> None:
    campaign, other = bin_of.make("Campaign", Name="C"), bin_of.make("Campaign", Name="D")
    deal = {"Name": "O", "StageName": "Prospecting", "CloseDate": "2027-01-01"}
    first, second = (bin_of.make("Opportunity", CampaignId=campaign, **deal) for _ in range(2))
    bin_of.delete(campaign)
    assert bin_of.row(first)["CampaignId"] is None
    bin_of.change(second, CampaignId=other)

    bin_of.restore(campaign)

    assert bin_of.row(first)["CampaignId"] == campaign
    assert bin_of.row(second)["CampaignId"] == other


def test_rollups_include_restored_records(bin_of: Bin) -> None:
    campaign = bin_of.make("Campaign", Name="C")
    deal = {"Name": "O", "StageName": "Prospecting", "CloseDate": "2027-01-01"}
    opportunity = bin_of.make("Opportunity", CampaignId=campaign, **deal)
    bin_of.delete(opportunity)
    assert bin_of.row(campaign)["NumberOfOpportunities"] == 0

    bin_of.restore(opportunity)

    assert bin_of.row(campaign)["NumberOfOpportunities"] == 1


def test_a_unique_value_that_was_taken_keeps_it_in_the_bin(bin_of: Bin, org: Org) -> None:
    number = Field(name="Number__c", label="Number", type="string", length=10, unique=True)
    org.extend(default_schema().with_fields("Account", number))
    account = bin_of.make("Account", Name="A", Number__c="1")
    contact = bin_of.make("Contact", LastName="L", AccountId=account)
    bin_of.delete(account)
    bin_of.make("Account", Name="B", Number__c="1")

    with pytest.raises(SalesforceError, match="DUPLICATE_VALUE"):
        bin_of.restore(account)

    assert bin_of.gone(contact)
