"""Errors of flows, Apex, quick actions, approvals, reports and Chatter.

Codes are Salesforce's. Texts without a recording or a page behind them are told apart by (ours).
"""

from salesforce_emulator.errors.error import SalesforceError


def unknown_input(name: str) -> SalesforceError:
    """(ours)"""
    return SalesforceError(400, "INVALID_API_INPUT", f"No such input parameter: {name}", [])


def missing_input(name: str) -> SalesforceError:
    return SalesforceError(
        400, "INVALID_API_INPUT", f"Missing required input parameter: {name}", []
    )


def bad_input(name: str, why: str) -> SalesforceError:
    """(ours)"""
    return SalesforceError(400, "INVALID_API_INPUT", f"Invalid value for {name}: {why}", [])


def inputs_missing() -> SalesforceError:
    """(ours) Say that a body is no `{"inputs": [{...}]}`."""
    return SalesforceError(
        400,
        "INVALID_API_INPUT",
        'The request body must be {"inputs": [...]}, with one object a run',
    )


def too_many_inputs(most: int) -> SalesforceError:
    """(ours)"""
    return SalesforceError(400, "LIMIT_EXCEEDED", f"An action takes {most} inputs at most")


def flow_fault() -> SalesforceError:
    """Say that a flow ended in a fault that nothing in it caught."""
    return SalesforceError(
        400,
        "UNKNOWN_EXCEPTION",
        "An unhandled fault has occurred in this flow<br>An unhandled fault has occurred while"
        " processing the flow.  Please contact your system administrator for more information.",
        [],
    )


def apex_fault(kind: str, message: str) -> SalesforceError:
    """Say that Apex ended in an exception that nothing in it caught."""
    return SalesforceError(
        400, "UNKNOWN_EXCEPTION", f"An Apex error occurred: {kind}: {message}", []
    )


def no_recipients() -> SalesforceError:
    """(ours)"""
    return SalesforceError(400, "INVALID_API_INPUT", "The e-mail has no recipients", [])


def bad_address(address: str) -> SalesforceError:
    return SalesforceError(400, "INVALID_EMAIL_ADDRESS", f"Invalid email address: {address}", [])


def too_many_recipients(most: int) -> SalesforceError:
    """(ours)"""
    return SalesforceError(400, "LIMIT_EXCEEDED", f"An e-mail has {most} recipients at most", [])


def no_such_feed(name: str) -> SalesforceError:
    """(ours) Say that a name or id is of nothing that has a feed."""
    return SalesforceError(
        400, "INVALID_API_INPUT", f"Nothing with a feed has the name or id {name}", []
    )
