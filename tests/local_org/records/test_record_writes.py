"""Creates and updates: required, read-only, unknown and unique fields, references, defaults."""

import string
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.access import Access
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.settings import Settings
from salesforce_emulator.org.state import Org
from salesforce_emulator.records.declared.rules import declared_rules
from salesforce_emulator.records.retrieval import record
from salesforce_emulator.records.writing import create, existing, update

Body = dict[str, Any]


class Writer:
    """The administrator, writing."""

    def __init__(self, org: Org, access: Access) -> None:
        self.org, self.access = org, access

    def create(self, name: str, **body: Any) -> str:
        with self.org.transaction():
            return create(self.org, self.access, self.org.schema[name], body)

    def update(self, name: str, record_id: str, **body: Any) -> None:
        with self.org.transaction():
            update(self.org, self.access, self.org.schema[name], record_id, body)

    def row(self, name: str, record_id: str) -> Body:
        return existing(self.org, self.org.schema[name], record_id)

    def refused(self, name: str, **body: Any) -> SalesforceError:
        with pytest.raises(SalesforceError) as caught:
            self.create(name, **body)
        return caught.value


@pytest.fixture
def admin(org: Org, access: Access) -> Writer:
    return Writer(org, access)


def test_names_all_required_fields_that_are_missing(admin: Writer) -> None:
    error = admin.refused("Lead", FirstName="Ada", Company="")

    assert error.body() == [
        {
            "message": "Required fields are missing: [LastName, Company]",
            "errorCode": "REQUIRED_FIELD_MISSING",
            "fields": ["LastName", "Company"],
        }
    ]


@pytest.mark.parametrize(
    ("body", "code", "message", "fields"),
    [
        ({"foo": 1}, "INVALID_FIELD", "No such column 'foo' on sobject of type Account", None),
        (
            {"Id": "001000000000001AAA"},
            "INVALID_FIELD",
            "The Id field should not be specified in the sobject data.",
            None,
        ),
        (
            {"OwnerId": "001000000000001"},
            "MALFORMED_ID",
            "Owner ID: id value of incorrect type: 001000000000001",
            ("OwnerId",),
        ),
        (
            {"ParentId": "acme"},
            "MALFORMED_ID",
            "Parent Account ID: id value of incorrect type: acme",
            ("ParentId",),
        ),
        (
            {"ParentId": "001000000000001"},
            "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
            "insufficient access rights on cross-reference id: 001000000000001",
            (),
        ),
        (
            {"ParentId": "001aaaaaaaaaaaa"},  # no org has given out so many
            "MALFORMED_ID",
            "Parent Account ID: id value of incorrect type: 001aaaaaaaaaaaa",
            ("ParentId",),
        ),
        (
            {"RecordTypeId": "012000000000001"},
            "INVALID_CROSS_REFERENCE_KEY",
            "Record Type ID: this ID value isn't valid for the user: 012000000000001AAA",
            ("RecordTypeId",),
        ),
    ],
)
def test_refuses_a_body_that_does_not_fit(
    admin: Writer, body: Body, code: str, message: str, fields: tuple[str, ...] | None
) -> None:
    error = admin.refused("Account", Name="Acme", **body)

    assert (error.status, error.code, error.message, error.fields) == (400, code, message, fields)


def test_error_lists_all_read_only_fields(admin: Writer) -> None:
    error = admin.refused(
        "Account", Name="Acme", CreatedDate="2020-01-01T00:00:00Z", IsDeleted=False
    )

    assert error.code == "INVALID_FIELD_FOR_INSERT_UPDATE"
    assert error.message.startswith("Unable to create/update fields: CreatedDate, IsDeleted. ")
    assert error.fields == ("CreatedDate", "IsDeleted")


def test_an_address_is_written_by_its_parts_only(admin: Writer) -> None:
    error = admin.refused("Account", Name="Acme", BillingAddress={"city": "Rome"})

    assert error.fields == ("BillingAddress",)


def test_uncreateable_objects_are_refused(admin: Writer) -> None:
    assert admin.refused("OpportunityStage").message == (
        "entity type cannot be inserted: OpportunityStage"
    )


def test_refuses_a_deleted_parent(admin: Writer, org: Org) -> None:
    parent = admin.create("Account", Name="Old")
    with org.transaction():
        org.db.execute('UPDATE "Account" SET "IsDeleted" = 1 WHERE "Id" = ?', (parent,))

    assert admin.refused("Contact", LastName="L", AccountId=parent).code == "ENTITY_IS_DELETED"


def test_refuses_an_owner_who_is_inactive(admin: Writer, org: Org) -> None:
    with org.transaction():
        org.db.execute('UPDATE "User" SET "IsActive" = 0')

    error = admin.refused("Account", Name="Acme", OwnerId=org.admin_id)

    assert error.code == "INACTIVE_OWNER_OR_USER"
    assert error.message == (
        f"operation performed with inactive user [{org.admin_id}] as owner of account"
    )


def test_refuses_a_circle_of_parents(admin: Writer) -> None:
    top = admin.create("Account", Name="Top")
    below = admin.create("Account", Name="Below", ParentId=top)

    with pytest.raises(SalesforceError, match="circular reference"):
        admin.update("Account", top, ParentId=below)


def test_refuses_a_second_record_with_a_unique_value_in_any_case(admin: Writer) -> None:
    first = admin.create("Account", Name="A", External_Id__c="Ünique-1")

    error = admin.refused("Account", Name="B", External_Id__c="üNIQUE-1")

    assert error.code == "DUPLICATE_VALUE"
    assert error.message == (
        f"duplicate value found: External_Id__c duplicates value on record with id: {first}"
    )
    admin.update("Account", first, External_Id__c="ÜNIQUE-1")


def test_a_refused_record_writes_nothing(admin: Writer, org: Org) -> None:
    admin.refused("Contact", LastName="L", Email="nope")

    assert org.db.execute('SELECT COUNT(*) FROM "Contact"').fetchone()[0] == 0


def test_a_check_may_refuse_a_save(admin: Writer, org: Org) -> None:
    """This is where validation rules and duplicate rules go."""

    def no_acme(saving: Any) -> None:
        if saving.row["Name"] == "Acme":
            raise SalesforceError(400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "Not Acme", ["Name"])

    declared_rules(org).save_checks.append(no_acme)

    assert admin.refused("Account", Name="Acme").code == "FIELD_CUSTOM_VALIDATION_EXCEPTION"
    admin.create("Account", Name="Zeta")


@pytest.mark.parametrize(
    ("parent", "code"),
    [
        ({"External_Id__c": "nobody"}, "INVALID_FIELD"),
        ({"Site": "x"}, "INVALID_FIELD"),
        ({}, "INVALID_FIELD"),
        ({"attributes": {"type": "Contact"}, "External_Id__c": "x"}, "INVALID_FIELD"),
    ],
)
def test_refuses_a_parent_that_no_external_id_tells(admin: Writer, parent: Body, code: str) -> None:
    assert admin.refused("Contact", LastName="L", Account=parent).code == code


def test_names_a_parent_by_its_external_id(admin: Writer) -> None:
    acme = admin.create("Account", Name="Acme", External_Id__c="X1")

    contact = admin.create("Contact", LastName="L", Account={"External_Id__c": "x1"})
    admin.update("Contact", contact, Account=None)
    assert admin.row("Contact", contact)["AccountId"] is None
    admin.update("Contact", contact, account={"external_id__C": "X1"})

    assert admin.row("Contact", contact)["AccountId"] == acme
    error = admin.refused("Contact", LastName="L", Account={"External_Id__c": "X2"})
    assert error.message == (
        "Foreign key external ID: X2 not found for field External_Id__c in entity Account"
    )


def test_a_new_record_gets_its_defaults(admin: Writer, org: Org) -> None:
    row = admin.row("Lead", admin.create("Lead", LastName="Lovelace", Company="Acme"))

    assert row["Status"] == "Open - Not Contacted"
    assert row["OwnerId"] == row["CreatedById"] == row["LastModifiedById"] == org.admin_id
    assert row["CreatedDate"] == row["SystemModstamp"] == "2026-11-22T12:00:00.000+0000"
    assert (row["IsDeleted"], row["IsConverted"]) == (0, 0)


def test_counts_numbers_on_by_itself(admin: Writer) -> None:
    numbers = [admin.row("Case", admin.create("Case"))["CaseNumber"] for _ in range(2)]
    invoice = admin.row("Invoice__c", admin.create("Invoice__c"))

    assert numbers == ["00001000", "00001001"]
    assert (invoice["Name"], invoice["Status__c"]) == ("INV-0001", "Draft")


def test_an_update_changes_its_fields_and_the_audit_fields(admin: Writer, clock: Clock) -> None:
    record_id = admin.create("Account", Name="Acme", Phone="1", Site="a")
    before = admin.row("Account", record_id)
    clock.set(clock.now().replace(hour=13))

    admin.update("Account", record_id, pHONE="2", Site=None)

    after = admin.row("Account", record_id)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"Phone", "Site", "LastModifiedDate", "SystemModstamp"}
    assert (after["Phone"], after["Site"]) == ("2", None)


def test_an_update_cannot_clear_a_required_field(admin: Writer) -> None:
    record_id = admin.create("Account", Name="Acme")

    with pytest.raises(SalesforceError) as caught:
        admin.update("Account", record_id, Name=None)

    assert caught.value.code == "REQUIRED_FIELD_MISSING"


def test_an_update_cannot_set_a_create_only_field(admin: Writer) -> None:
    book = admin.create("Pricebook2", Name="Book")
    product = admin.create("Product2", Name="P")
    standard = admin.org.db.execute('SELECT "Id" FROM "Pricebook2" WHERE "IsStandard"').fetchone()
    entry = admin.create(
        "PricebookEntry", Pricebook2Id=standard[0], Product2Id=product, UnitPrice=5
    )

    with pytest.raises(SalesforceError) as caught:
        admin.update("PricebookEntry", entry, Pricebook2Id=book)

    assert caught.value.fields == ("Pricebook2Id",)


def test_audit_fields_can_be_set_where_the_org_allows_it(clock: Clock) -> None:
    with open_org(clock=clock, settings=Settings(trusts_audit_fields=True)) as org:
        admin = Writer(org, org.access(org.admin_id))
        row = admin.row(
            "Account", admin.create("Account", Name="A", CreatedDate="2001-02-03T04:05:06Z")
        )

    assert row["CreatedDate"] == "2001-02-03T04:05:06.000+0000"


def test_a_read_only_user_may_write_nothing(admin: Writer, org: Org) -> None:
    with org.transaction():
        org.db.execute(
            'UPDATE "User" SET "ProfileId" = (SELECT "Id" FROM "Profile" WHERE "Name" = ?)',
            ("Read Only",),
        )
    reader = Writer(org, org.access(org.admin_id))

    error = reader.refused("Account", Name="A")

    assert (error.status, error.code) == (403, "INSUFFICIENT_ACCESS_OR_READONLY")


def test_a_hidden_field_does_not_exist_for_the_user(admin: Writer, org: Org) -> None:
    record_id = admin.create("Account", Name="Acme", Site="secret")
    org.settings.hidden_fields["System Administrator"] = {"Account": {"Site"}}
    blind = org.access(org.admin_id)
    sobject = blind.schema["Account"]

    body = record(org, blind, sobject, existing(org, sobject, record_id), "v68.0")

    assert "Site" not in body
    with pytest.raises(SalesforceError, match="No such column 'Site'"), org.transaction():
        update(org, blind, sobject, record_id, {"Site": "x"})


TEXT = st.text(string.ascii_letters + "äß漢 '\"\\%", min_size=1, max_size=40).map(str.strip)


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=TEXT.filter(bool),
    site=TEXT,
    employees=st.integers(-(10**8) + 1, 10**8 - 1),
    active=st.booleans(),
)
def test_created_values_are_read_back(
    admin: Writer, name: str, site: str, employees: int, active: bool
) -> None:
    """Whatever is written comes back, empty text as null."""
    record_id = admin.create("Account", Name=name, Site=site, NumberOfEmployees=employees)
    product = admin.create("Product2", Name=name, IsActive=active)

    sobject = admin.org.schema["Account"]
    body = record(admin.org, admin.access, sobject, admin.row("Account", record_id), "v68.0")
    assert (body["Name"], body["Site"]) == (name, site or None)
    assert body["NumberOfEmployees"] == employees
    assert bool(admin.row("Product2", product)["IsActive"]) is active
