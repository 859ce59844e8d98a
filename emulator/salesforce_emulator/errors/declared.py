"""Errors of what an org's administrator declares: validation, duplicate and assignment rules."""

from collections.abc import Mapping
from typing import Any

from salesforce_emulator.errors.error import SalesforceError


def custom_validation(message: str, field: str | None) -> SalesforceError:
    fields = [] if field is None else [field]
    return SalesforceError(400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", message, fields)


def duplicates_detected(message: str, result: Mapping[str, Any]) -> SalesforceError:
    """Return the error of a duplicate record.

    Args:
        result: The rule and the records; REST shows it under a key that is spelled so.
    """
    return SalesforceError(400, "DUPLICATES_DETECTED", message, extra={"duplicateResut": result})


def invalid_assignment_rule(rule_id: str) -> SalesforceError:
    return SalesforceError(
        400, "INVALID_ASSIGNMENT_RULE", f"invalid assignment rule id: {rule_id}", []
    )
