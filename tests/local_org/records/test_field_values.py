"""Values of fields: their conversion and their limits."""

from typing import Any

import pytest

from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.org.access import Access
from salesforce_emulator.org.state import Org
from salesforce_emulator.records.values import reader
from salesforce_emulator.records.writing import create, existing
from salesforce_emulator.schema.field import Field, PicklistValue

BASE: dict[str, dict[str, Any]] = {
    "Account": {"Name": "Acme"},
    "Contact": {"LastName": "Lovelace"},
    "Opportunity": {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-12-31"},
    "Task": {},
    "Invoice__c": {},
}


def refused(org: Org, access: Access, name: str, **values: Any) -> SalesforceError:
    with pytest.raises(SalesforceError) as caught, org.transaction():
        create(org, access, org.schema[name], BASE[name] | values)
    return caught.value


def stored(org: Org, access: Access, name: str, **values: Any) -> dict[str, Any]:
    with org.transaction():
        record_id = create(org, access, org.schema[name], BASE[name] | values)
    return existing(org, org.schema[name], record_id)


@pytest.mark.parametrize(
    ("sobject", "field", "value", "expected"),
    [
        ("Account", "Name", True, "string from VALUE_TRUE value true "),
        ("Account", "Name", {"a": 1}, "string from START_OBJECT value { "),
        ("Account", "Name", ["a"], "string from START_ARRAY value [ "),
        ("Account", "NumberOfEmployees", "many", "int from VALUE_STRING value many "),
        ("Account", "NumberOfEmployees", 1.5, "int from VALUE_NUMBER_FLOAT value 1.5 "),
        ("Account", "AnnualRevenue", "NaN", "double from VALUE_STRING value NaN "),
        ("Contact", "Birthdate", "13/01/2026", "date from VALUE_STRING value 13/01/2026 "),
        ("Contact", "Birthdate", "1940-06-07T05:49:48", "date from VALUE_STRING"),
        ("Contact", "Birthdate", "1940-06-07T05:49:48+01:00", "date from VALUE_STRING"),
        ("Contact", "Birthdate", "2026-02-30", "date from VALUE_STRING value 2026-02-30 "),
        ("Contact", "Birthdate", "1066-10-14", "date from VALUE_STRING value 1066-10-14 "),
        ("Task", "ReminderDateTime", "yesterday", "datetime from VALUE_STRING value yesterday "),
        ("Task", "ReminderDateTime", "2026-01-01T10:00:00", "datetime from VALUE_STRING"),
        ("Task", "ReminderDateTime", "1066-10-14T09:00:00Z", "datetime from VALUE_STRING"),
        ("Task", "IsReminderSet", "other", "boolean from VALUE_STRING value other "),
    ],
)
def test_json_of_another_kind_is_a_parser_error(
    org: Org, access: Access, sobject: str, field: str, value: object, expected: str
) -> None:
    error = refused(org, access, sobject, **{field: value})

    assert (error.status, error.code, error.fields) == (400, "JSON_PARSER_ERROR", None)
    assert error.message.startswith(f"Cannot deserialize instance of {expected}")


@pytest.mark.parametrize(
    ("sobject", "field", "value", "code", "message"),
    [
        (
            "Account",
            "Name",
            "x" * 256,
            "STRING_TOO_LONG",
            f"Account Name: data value too large: {'x' * 252}... (max length=255)",
        ),
        (
            "Contact",
            "Email",
            "123",
            "INVALID_EMAIL_ADDRESS",
            "Email: invalid email address: 123",
        ),
        (
            "Account",
            "NumberOfEmployees",
            99_999_999_999,
            "NUMBER_OUTSIDE_VALID_RANGE",
            "Employees: value outside of valid range on numeric field: 99999999999",
        ),
        (
            "Account",
            "AnnualRevenue",
            1e18,
            "NUMBER_OUTSIDE_VALID_RANGE",
            "Annual Revenue: value outside of valid range on numeric field: 1000000000000000000",
        ),
        (
            "Invoice__c",
            "Status__c",
            "Lost",
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            "Status: bad value for restricted picklist field: Lost",
        ),
        (
            "Account",
            "Industry",
            "x" * 256,
            "STRING_TOO_LONG",
            f"Industry: data value too large: {'x' * 252}... (max length=40)",
        ),
        (
            "Account",
            "Name",
            "\ud800",
            "TEXT_DATA_OUTSIDE_SUPPORTED_CHARSET",
            "Account Name: text data outside supported charset",
        ),
    ],
)
def test_a_value_beyond_its_field_is_refused(
    org: Org, access: Access, sobject: str, field: str, value: object, code: str, message: str
) -> None:
    error = refused(org, access, sobject, **{field: value})

    assert (error.status, error.code, error.message) == (400, code, message)
    assert error.fields == (field,)


@pytest.mark.parametrize(
    ("sobject", "field", "value", "expected"),
    [
        ("Account", "Name", "  Acme \n", "Acme"),
        ("Account", "Site", "", None),
        ("Account", "Site", "   ", None),
        ("Account", "Description", "a\nb\r\nc\rd", "a\r\nb\r\nc\r\nd"),
        ("Account", "Industry", "Beekeeping", "Beekeeping"),
        ("Account", "Name", 5, "5"),
        ("Account", "Site", 2.5, "2.5"),
        ("Account", "Industry", 7, "7"),
        ("Contact", "Birthdate", "1940-06-07T05:49:48.000Z", "1940-06-07"),
        ("Contact", "Birthdate", "1940-06-07T05:49:48Z", "1940-06-07"),
        ("Account", "NumberOfEmployees", "12", 12),
        ("Account", "NumberOfEmployees", 12.0, 12),
        ("Account", "AnnualRevenue", "12.6", 13.0),
        ("Opportunity", "Amount", 2.675, 2.68),
        ("Task", "ReminderDateTime", "2026-01-01T10:00:00+02:00", "2026-01-01T08:00:00.000+0000"),
        ("Task", "ReminderDateTime", "2026-01-01T10:00:00.5Z", "2026-01-01T10:00:00.500+0000"),
        ("Task", "IsReminderSet", "TRUE", 1),
        ("Task", "IsReminderSet", None, 0),
        ("Contact", "Email", "ada@lovelace.example", "ada@lovelace.example"),
    ],
)
def test_values_are_converted_to_their_stored_form(
    org: Org, access: Access, sobject: str, field: str, value: object, expected: object
) -> None:
    assert stored(org, access, sobject, **{field: value})[field] == expected


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (Field(name="T__c", label="T", type="time"), "13:30Z", "13:30:00.000Z"),
        (Field(name="B__c", label="B", type="base64"), "aGk=", b"hi"),
        (
            Field(
                name="M__c",
                label="M",
                type="multipicklist",
                picklist=(PicklistValue("A", "A"), PicklistValue("B", "B")),
            ),
            "B; A;B",
            "A;B",
        ),
    ],
)
def test_reads_types_that_standard_fields_lack(field: Field, value: str, expected: object) -> None:
    assert reader(field)(value) == expected
