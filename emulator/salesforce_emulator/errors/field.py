"""Errors about the fields of a record that is written."""

from collections.abc import Iterable

from salesforce_emulator.errors.error import SalesforceError


def required_missing(fields: Iterable[str]) -> SalesforceError:
    names = list(fields)
    return SalesforceError(
        400,
        "REQUIRED_FIELD_MISSING",
        f"Required fields are missing: [{', '.join(names)}]",
        names,
    )


def no_such_column(name: str, sobject: str) -> SalesforceError:
    return SalesforceError(
        400, "INVALID_FIELD", f"No such column '{name}' on sobject of type {sobject}", None
    )


def key_field_in_body(name: str) -> SalesforceError:
    """Return the error of a body that repeats the key of the URL."""
    return SalesforceError(
        400,
        "INVALID_FIELD",
        f"The {name} field should not be specified in the sobject data.",
        None,
    )


def read_only_fields(fields: Iterable[str]) -> SalesforceError:
    names = list(fields)
    return SalesforceError(
        400,
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        f"Unable to create/update fields: {', '.join(names)}. Please check the security settings of"
        " this field and verify that it is read/write for your profile or permission set.",
        names,
    )


def too_long(label: str, value: str, limit: int, field: str) -> SalesforceError:
    displayed = value if len(value) <= 255 else f"{value[:252]}..."
    return SalesforceError(
        400,
        "STRING_TOO_LONG",
        f"{label}: data value too large: {displayed} (max length={limit})",
        [field],
    )


def out_of_range(label: str, value: str, field: str) -> SalesforceError:
    return SalesforceError(
        400,
        "NUMBER_OUTSIDE_VALID_RANGE",
        f"{label}: value outside of valid range on numeric field: {value}",
        [field],
    )


def bad_picklist_value(label: str, value: str, field: str) -> SalesforceError:
    return SalesforceError(
        400,
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        f"{label}: bad value for restricted picklist field: {value}",
        [field],
    )


def invalid_email(label: str, value: str, field: str) -> SalesforceError:
    return SalesforceError(
        400, "INVALID_EMAIL_ADDRESS", f"{label}: invalid email address: {value}", [field]
    )


def duplicate_value(field: str, record_id: str) -> SalesforceError:
    return SalesforceError(
        400,
        "DUPLICATE_VALUE",
        f"duplicate value found: {field} duplicates value on record with id: {record_id}",
        [],
    )


def duplicate_external_id(field: str, ids: Iterable[str]) -> SalesforceError:
    return SalesforceError(
        400,
        "DUPLICATE_EXTERNAL_ID",
        f"{field}: more than one record found for external id field: [{', '.join(ids)}]",
        [field],
    )


def foreign_key_not_found(value: str, field: str, entity: str) -> SalesforceError:
    return SalesforceError(
        400,
        "INVALID_FIELD",
        f"Foreign key external ID: {value} not found for field {field} in entity {entity}",
        [],
    )


def outside_charset(label: str, field: str) -> SalesforceError:
    return SalesforceError(
        400,
        "TEXT_DATA_OUTSIDE_SUPPORTED_CHARSET",
        f"{label}: text data outside supported charset",
        [field],
    )


def inactive_owner(user_id: str, sobject: str) -> SalesforceError:
    return SalesforceError(
        400,
        "INACTIVE_OWNER_OR_USER",
        f"operation performed with inactive user [{user_id}] as owner of {sobject.lower()}",
        [],
    )


def invalid_record_type(record_type_id: str) -> SalesforceError:
    return SalesforceError(
        400,
        "INVALID_CROSS_REFERENCE_KEY",
        f"Record Type ID: this ID value isn't valid for the user: {record_type_id}",
        ["RecordTypeId"],
    )


def not_an_external_id(field: str, sobject: str) -> SalesforceError:
    return SalesforceError(
        400,
        "INVALID_FIELD",
        f"Field name provided, {field} does not match an External ID, Salesforce Id, or indexed"
        f" field for {sobject}",
    )


def integrity(message: str, fields: Iterable[str] = ()) -> SalesforceError:
    return SalesforceError(400, "FIELD_INTEGRITY_EXCEPTION", message, fields)
