"""Errors of a whole record: its id, object, references and permissions."""

from collections.abc import Iterable

from salesforce_emulator.errors.error import SalesforceError


def malformed_id(record_id: str) -> SalesforceError:
    return SalesforceError(400, "MALFORMED_ID", f"malformed id {record_id}", [])


def wrong_kind_of_id(label: str, record_id: str, field: str) -> SalesforceError:
    """Return the error of an id of an object that the field `label` cannot refer to."""
    return SalesforceError(
        400, "MALFORMED_ID", f"{label}: id value of incorrect type: {record_id}", [field]
    )


def entity_is_deleted() -> SalesforceError:
    return SalesforceError(404, "ENTITY_IS_DELETED", "entity is deleted", [])


def invalid_cross_reference() -> SalesforceError:
    return SalesforceError(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [])


def no_such_record() -> SalesforceError:
    """Return the error of a write by URL to a record that does not exist."""
    return SalesforceError(404, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [])


def no_access_to_reference(record_id: str) -> SalesforceError:
    """Return the error of a reference to a record that does not exist or is not visible."""
    return SalesforceError(
        400,
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        f"insufficient access rights on cross-reference id: {record_id[:15]}",
        [],
    )


def unsupported_type(name: str) -> SalesforceError:
    return SalesforceError(
        400,
        "INVALID_TYPE",
        f"sObject type '{name}' is not supported. If you are attempting to use a custom object, be"
        " sure to append the '__c' after the entity name. Please reference your WSDL or the"
        " describe call for the appropriate names.",
    )


def not_insertable(name: str) -> SalesforceError:
    return SalesforceError(
        400,
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        f"entity type cannot be inserted: {name}",
        [],
    )


def not_updatable(name: str) -> SalesforceError:
    return SalesforceError(
        400,
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        f"entity type cannot be updated: {name}",
        [],
    )


def not_deletable(name: str) -> SalesforceError:
    return SalesforceError(
        400, "INSUFFICIENT_ACCESS_OR_READONLY", f"entity type cannot be deleted: {name}", []
    )


def insufficient_access() -> SalesforceError:
    return SalesforceError(
        403, "INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id", []
    )


def no_permission_to_view() -> SalesforceError:
    return SalesforceError(
        403, "INSUFFICIENT_ACCESS", "You do not have permission to view this record."
    )


def invalid_new_password(shortest: int) -> SalesforceError:
    """Return the error of a password against the org's policy."""
    return SalesforceError(
        400,
        "INVALID_NEW_PASSWORD",
        f"Your password must be at least {shortest} characters long, and have a mix of letters and"
        " numbers.",
    )


def not_its_queue() -> SalesforceError:
    """Return the error of a queue that cannot own records of this object."""
    return SalesforceError(
        400, "FIELD_INTEGRITY_EXCEPTION", "Queue not associated with this SObject type", ["OwnerId"]
    )


def delete_failed(name: str, children: str, numbers: Iterable[str]) -> SalesforceError:
    """Return the error of a delete that other records prevent.

    Args:
        name: The record's name.
        children: What the others are, in the plural and in lower case.
        numbers: How they are called.
    """
    entries = ", ".join(numbers)
    return SalesforceError(
        400,
        "DELETE_FAILED",
        f"Your attempt to delete {name} could not be completed because it is associated with the"
        f" following {children}.: {entries}\n",
        [],
    )


def unable_to_lock(record_id: str) -> SalesforceError:
    return SalesforceError(
        400,
        "UNABLE_TO_LOCK_ROW",
        f"unable to obtain exclusive access to this record or 1 records: {record_id}",
        [],
    )


def merge_refused(message: str) -> SalesforceError:
    return SalesforceError(400, "MERGE_FAILED", message, [])


def not_in_recycle_bin() -> SalesforceError:
    return SalesforceError(400, "UNDELETE_FAILED", "entity is not in the recycle bin", [])


def master_is_deleted(label: str) -> SalesforceError:
    """Return the error of an undelete below a deleted parent."""
    return SalesforceError(
        400, "UNDELETE_FAILED", f"the record's {label} is deleted; undelete it first", []
    )


def circular_reference(field: str) -> SalesforceError:
    return SalesforceError(
        400, "CIRCULAR_DEPENDENCY", "attempt to create a circular reference", [field]
    )


def duplicate_assignment(user_id: str, permission_set_id: str) -> SalesforceError:
    return SalesforceError(
        400,
        "DUPLICATE_VALUE",
        f"Duplicate PermissionSetAssignment. Assignee: {user_id[:15]}; Permission Set:"
        f" {permission_set_id[:15]}",
        ["AssigneeId", "PermissionSetId"],
    )


def converted_lead() -> SalesforceError:
    return SalesforceError(
        400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", []
    )


def invalid_status(message: str) -> SalesforceError:
    return SalesforceError(400, "INVALID_STATUS", message, ["Status"])


def status_not_first(status_field: str) -> SalesforceError:
    """Return the error of a contract or order that is created in a wrong status."""
    return invalid_status(
        f"Choose a valid {status_field} status and save your changes. Ask your admin for details."
    )


def order_without_products() -> SalesforceError:
    return SalesforceError(400, "FAILED_ACTIVATION", "An order must have at least one product.", [])


def price_book_in_use() -> SalesforceError:
    """(ours) Say that an opportunity has products of its price book."""
    return SalesforceError(
        400,
        "FIELD_INTEGRITY_EXCEPTION",
        "field integrity exception: Pricebook2Id (the opportunity has products)",
        ["Pricebook2Id"],
    )


def linked_already(document_id: str, record_id: str) -> SalesforceError:
    """Return the error of a second link of a file; ids have 15 characters, as recorded."""
    return SalesforceError(
        400,
        "DUPLICATE_VALUE",
        f"Document with ID: {document_id[:15]} is already linked with the entity with ID:"
        f" {record_id[:15]}",
        ["LinkedEntityId"],
    )


def already_a_member() -> SalesforceError:
    return SalesforceError(400, "DUPLICATE_VALUE", "Already a campaign member.", [])


def duplicate_username() -> SalesforceError:
    return SalesforceError(
        400,
        "DUPLICATE_USERNAME",
        "Duplicate Username.<br>The username already exists in this or another Salesforce"
        " organization. Usernames must be unique across all Salesforce organizations. To resolve,"
        " use a different username (it doesn't need to match the user's email address).",
        ["Username"],
    )


def standard_price_missing() -> SalesforceError:
    return SalesforceError(
        400,
        "STANDARD_PRICE_NOT_DEFINED",
        "Before creating a custom price, create a standard price.",
        [],
    )


def price_defined_already() -> SalesforceError:
    return SalesforceError(
        400, "DUPLICATE_VALUE", "This price definition already exists in this price book", []
    )


def price_given_twice() -> SalesforceError:
    return SalesforceError(
        400,
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "only one of unit price or total price may be specified",
        ["UnitPrice", "TotalPrice"],
    )


def too_many_events() -> SalesforceError:
    """(ours) Say that the hour's platform events are used up."""
    return SalesforceError(
        400, "LIMIT_EXCEEDED", "The hourly limit of published platform events is reached", []
    )
