"""The errors of the policy; all are `Forbidden`, and raised before anything is sent."""

from salesforce_connector.errors import Forbidden


def read_only(what: str) -> Forbidden:
    """Make the error for a call that may change something; `what` says why."""
    return Forbidden(
        f"This connection is read-only, and {what}.",
        code="READ_ONLY_CONNECTION",
        remedy="Use another connection, or switch read-only off in this one's settings.",
    )


def not_allowed(sobject: str) -> Forbidden:
    """Make the error for an object that the connection may not use."""
    return Forbidden(
        f"This connection may not use the object {sobject}.",
        code="OBJECT_NOT_ALLOWED",
        remedy="Add it to the allowed objects in the connection's settings, or leave it out.",
        fields=(sobject,),
    )


def action_not_allowed(name: str) -> Forbidden:
    """Make the error for an action or a trigger that the connection may not use."""
    return Forbidden(
        f"This connection may not use {name}.",
        code="ACTION_NOT_ALLOWED",
        remedy="Add it to the allowed actions in the connection's settings.",
        fields=(name,),
    )


def unverifiable(why: str) -> Forbidden:
    """Make the error for a call that cannot be verified."""
    return Forbidden(
        f"This restricted connection cannot verify that the call is allowed: {why}.",
        code="CANNOT_BE_VERIFIED",
        remedy="Use an action that names its objects, or a connection without restrictions.",
    )
