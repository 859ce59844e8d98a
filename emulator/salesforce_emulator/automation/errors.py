"""Errors of flows, Apex, quick actions, approvals, reports and Chatter.

Codes are Salesforce's. Messages that no recording or page documents are marked (ours).
"""

from salesforce_emulator.errors.error import SalesforceError


def unknown_input(name: str) -> SalesforceError:
    """(ours)"""
    return SalesforceError(400, "INVALID_API_INPUT", f"No such input parameter: {name}", [])


def missing_input(name: str) -> SalesforceError:
    return SalesforceError(
        400, "INVALID_API_INPUT", f"Missing required input parameter: {name}", []
    )


def bad_input(name: str, reason: str) -> SalesforceError:
    """(ours)"""
    return SalesforceError(400, "INVALID_API_INPUT", f"Invalid value for {name}: {reason}", [])


def inputs_missing() -> SalesforceError:
    """(ours) Say that a body is no `{"inputs": [{...}]}`."""
    return SalesforceError(
        400,
        "INVALID_API_INPUT",
        'The request body must be {"inputs": [...]}, with one object a run',
    )


def too_many_inputs(maximum: int) -> SalesforceError:
    """(ours)"""
    return SalesforceError(400, "LIMIT_EXCEEDED", f"An action takes {maximum} inputs at most")


def flow_fault() -> SalesforceError:
    """Return the error of a flow that ended in an unhandled fault."""
    return SalesforceError(
        400,
        "UNKNOWN_EXCEPTION",
        "An unhandled fault has occurred in this flow<br>An unhandled fault has occurred while"
        " processing the flow.  Please contact your system administrator for more information.",
        [],
    )


def apex_fault(kind: str, message: str) -> SalesforceError:
    """Return the error of Apex that ended in an unhandled exception."""
    return SalesforceError(
        400, "UNKNOWN_EXCEPTION", f"An Apex error occurred: {kind}: {message}", []
    )


def no_recipients() -> SalesforceError:
    """(ours)"""
    return SalesforceError(400, "INVALID_API_INPUT", "The e-mail has no recipients", [])


def bad_address(address: str) -> SalesforceError:
    return SalesforceError(400, "INVALID_EMAIL_ADDRESS", f"Invalid email address: {address}", [])


def too_many_recipients(maximum: int) -> SalesforceError:
    """(ours)"""
    return SalesforceError(400, "LIMIT_EXCEEDED", f"An e-mail has {maximum} recipients at most", [])


def no_such_feed(name: str) -> SalesforceError:
    """(ours) Say that a name or id is of nothing that has a feed."""
    return SalesforceError(
        400, "INVALID_API_INPUT", f"Nothing with a feed has the name or id {name}", []
    )


def context_missing(name: str) -> SalesforceError:
    """(ours) Say that a quick action needs the record it is run on."""
    return SalesforceError(
        400, "REQUIRED_FIELD_MISSING", f"{name} needs a contextId", ["contextId"]
    )


def wrong_context(name: str, record_id: str) -> SalesforceError:
    """(ours) Say that a quick action is not for records of this sobject."""
    return SalesforceError(
        400, "INVALID_ID_FIELD", f"{name} is not for the record {record_id}", ["contextId"]
    )


def apex_exception(kind: str, message: str) -> SalesforceError:
    """Return the error of Apex REST that ended in an unhandled exception."""
    return SalesforceError(500, "APEX_ERROR", f"System.{kind}: {message}")


def no_apex_rest() -> SalesforceError:
    return SalesforceError(404, "NOT_FOUND", "Could not find a match for URL")


def bad_form(name: str) -> SalesforceError:
    """(ours) Say that a body is no `{"contextId": "...", "record": {...}}`."""
    return SalesforceError(400, "INVALID_INPUT", f"{name} takes a contextId and a record", [])


def no_applicable_process() -> SalesforceError:
    return SalesforceError(
        400, "NO_APPLICABLE_PROCESS", "No applicable approval process was found.", []
    )


def already_in_process() -> SalesforceError:
    return SalesforceError(
        400, "ALREADY_IN_PROCESS", "Cannot submit object already in process.", []
    )


def approver_missing() -> SalesforceError:
    message = "missing required field: [nextApproverIds]"
    return SalesforceError(400, "REQUIRED_FIELD_MISSING", message, ["nextApproverIds"])


def bad_request_field(name: str, value: object) -> SalesforceError:
    """(ours) Say that a field of an approval request is not what it has to be."""
    return SalesforceError(400, "INVALID_INPUT", f"Invalid {name}: {value}", [name])


def entity_is_locked() -> SalesforceError:
    return SalesforceError(400, "ENTITY_IS_LOCKED", "the entity is locked for editing", [])


def bad_report(message: str) -> SalesforceError:
    """Describe what does not fit in a report's metadata, in documented words if there are any."""
    return SalesforceError(400, "BAD_REQUEST", message)


def report_unavailable() -> SalesforceError:
    message = "The data you\u2019re trying to access is unavailable."
    return SalesforceError(404, "NOT_FOUND", message)


def bad_report_date() -> SalesforceError:
    return bad_report(
        "Filter the date in the correct format. Accepted formats are yyyy-MM-dd'T'HH:mm:ss'Z' and"
        " yyyy-MM-dd."
    )


def report_part_not_changed(name: str) -> SalesforceError:
    """Refuse by name what a real org lets a caller change in a report."""
    return SalesforceError(
        501, "NOT_IMPLEMENTED", f"The local org does not run reports with another {name}."
    )


def too_many_runs(maximum: int, how: str) -> SalesforceError:
    """(ours)"""
    return SalesforceError(
        403,
        "FORBIDDEN",
        f"You can't run more than {maximum} reports {how} every 60 minutes. Try again later.",
    )
