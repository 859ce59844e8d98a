"""What Salesforce's error codes mean: the class of the error, and what to do about it.

A code is more precise than a status; what it leaves open is decided by the status, in `table.py`.
Codes with many causes are distinguished by their message, in `field_remedies.py`.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_concepts_core_data_objects.htm
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from salesforce_connector.errors import (
    ConnectorError,
    Duplicates,
    Forbidden,
    RateLimited,
    Rejected,
    Retryable,
    RowLocked,
    Unavailable,
)
from salesforce_connector.errors.field_remedies import remedy_for_field


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code or a status means.

    Attributes:
        kind: The error's class; None where the status decides.
        remedy: What to do; empty where the status decides.
        retry_after: Seconds, where the response does not say and it is known.
    """

    kind: type[ConnectorError] | None
    remedy: str = ""
    retry_after: float | None = None


BY_CODE: Final[Mapping[str, Meaning]] = MappingProxyType(
    {
        "REQUEST_LIMIT_EXCEEDED": Meaning(
            RateLimited, "Too many long-running calls run at once. Try again in a minute."
        ),
        "TOO_MANY_APEX_REQUESTS": Meaning(
            RateLimited, "Too many Apex calls run at once. Try again in a minute."
        ),
        "EXCEEDED_QUOTA": Meaning(
            RateLimited, "Setup > Company Information shows which limit is used up. Run it later."
        ),
        "UNABLE_TO_LOCK_ROW": Meaning(
            RowLocked, "Try again. Write the records of one parent one after another."
        ),
        "DUPLICATES_DETECTED": Meaning(
            Duplicates, "Use one of the matching records, or allow duplicates for this write."
        ),
        "QUERY_TIMEOUT": Meaning(
            Unavailable, "Filter by an indexed field, or select fewer fields or records."
        ),
        "SERVER_UNAVAILABLE": Meaning(Unavailable),
        "URL_NOT_RESET": Meaning(
            Unavailable, "Enter the org's address as Setup > My Domain shows it; it has moved."
        ),
        "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE": Meaning(
            Retryable, "Salesforce is being maintained and is read-only. Try again later."
        ),
        "API_DISABLED_FOR_ORG": Meaning(
            Forbidden, "This edition has no API access. Ask an administrator to add it."
        ),
        "API_CURRENTLY_DISABLED": Meaning(
            Forbidden, 'Give the user the permission "API Enabled" (Setup > Permission Sets).'
        ),
        "CLIENT_NOT_ACCESSIBLE_FOR_USER": Meaning(
            Forbidden,
            "Let the user use the app: Setup > API Access Control, or the app's OAuth policies.",
        ),
        # Code of the org's own has failed: its transaction is rolled back.
        "APEX_ERROR": Meaning(Rejected),
        "INVALID_FIELD": Meaning(
            None, "Check the spelling, and that the user's profile can see it."
        ),
        "INVALID_TYPE": Meaning(
            None, "Check the spelling, and that the user's profile can see it."
        ),
        "ENTITY_IS_DELETED": Meaning(
            None, "The record is in the recycle bin for 15 days. Restore it by undelete_record."
        ),
        "MALFORMED_QUERY": Meaning(None, "Fix the query at the marked position."),
        "INVALID_QUERY_LOCATOR": Meaning(
            None, "Run the query again from its start: pages are kept for two days at most."
        ),
        "OPERATION_TOO_LARGE": Meaning(
            None, "Filter by IDs or by an owner, or select fewer records at once."
        ),
        "NO_APPLICABLE_PROCESS": Meaning(
            None, "Activate an approval process for the object whose entry criteria it meets."
        ),
        "INVALID_OPERATION_WITH_EXPIRED_PASSWORD": Meaning(
            None, "Set a new password for the user (Setup > Users > the user > Reset Password)."
        ),
        "TXN_SECURITY_NO_ACCESS": Meaning(
            None,
            "A transaction security policy blocked the call: see Setup > Transaction Security "
            "Policies.",
        ),
        # Of single records.
        "REQUIRED_FIELD_MISSING": Meaning(None, "Give each of these fields a value."),
        "STRING_TOO_LONG": Meaning(None, "Shorten the text, or set too_long to truncate."),
        "INVALID_EMAIL_ADDRESS": Meaning(None, "Give one address, such as kim@example.com."),
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": Meaning(
            None,
            "Use one of the picklist's active values, spelled exactly; the record type may allow "
            "fewer.",
        ),
        "FIELD_CUSTOM_VALIDATION_EXCEPTION": Meaning(
            None, "A validation rule of the org refused the record: follow its message."
        ),
        "FIELD_INTEGRITY_EXCEPTION": Meaning(
            None, "The value conflicts with other fields or records: the message names them."
        ),
        "NUMBER_OUTSIDE_VALID_RANGE": Meaning(
            None, "Give a number with no more digits than the field has (Setup > Object Manager)."
        ),
        "MALFORMED_ID": Meaning(
            None, "Give the whole ID, of 15 or 18 characters, of a record of the right object."
        ),
        "INVALID_CROSS_REFERENCE_KEY": Meaning(
            None, "Check that the record with this ID is there, and that the user may see it."
        ),
        "DUPLICATE_VALUE": Meaning(
            None, "Another record has this value of a unique field: update that, or upsert by it."
        ),
        "DUPLICATE_EXTERNAL_ID": Meaning(
            None, "Make the external ID unique, or use the record's ID."
        ),
        "DELETE_FAILED": Meaning(None, "Delete or change what the message names first."),
        "UNDELETE_FAILED": Meaning(
            None, "Only records in the recycle bin can be restored, for 15 days."
        ),
        "ENTITY_IS_LOCKED": Meaning(
            None,
            "An approval process locks the record: finish or recall it, or let an "
            "administrator unlock the record.",
        ),
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": Meaning(
            None, "Apex code of the org failed: forward the message to its maintainer."
        ),
        "CANNOT_EXECUTE_FLOW_TRIGGER": Meaning(
            None, "A flow of the org failed: forward the message to its maintainer."
        ),
        "INACTIVE_OWNER_OR_USER": Meaning(
            None, "Choose an active user, or activate the one whose ID is in the message."
        ),
        "STORAGE_LIMIT_EXCEEDED": Meaning(
            None, "Delete records or files, or buy storage (Setup > Storage Usage)."
        ),
        "ALREADY_IN_PROCESS": Meaning(
            None, "The record is already in an approval process: finish or recall that."
        ),
        "INVALID_REPLICATION_DATE": Meaning(
            None, "Choose a later start: Salesforce looks back 30 days at most."
        ),
        "EXCEEDED_ID_LIMIT": Meaning(None, "Choose a shorter time window."),
        "FEATURENOTENABLED": Meaning(
            None, "Ask an administrator to grant the permission or enable the feature."
        ),
        "METHOD_NOT_ALLOWED": Meaning(None, "Use one of the methods that the message names."),
    }
)


def remedy_of(code: str, message: str) -> str:
    """Return the remedy for a code and its message; empty if there is none."""
    if remedy := remedy_for_field(code, message):
        return remedy
    meaning = BY_CODE.get(code)
    return meaning.remedy if meaning else ""
