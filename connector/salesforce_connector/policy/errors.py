"""The guard's refusals; all are `Forbidden`, all come before anything is sent."""

from salesforce_connector.errors import Forbidden


def read_only(what: str) -> Forbidden:
    """Say that a call may change something; `what` finishes "This connection ..., and"."""
    return Forbidden(
        f"This connection is read-only, and {what}.",
        code="READ_ONLY_CONNECTION",
        remedy="Use another connection, or switch read-only off in this one's settings.",
    )


def not_allowed(sobject: str) -> Forbidden:
    """Say that an object is not one of those that the connection is limited to."""
    return Forbidden(
        f"This connection may not use the object {sobject}.",
        code="OBJECT_NOT_ALLOWED",
        remedy="Add it to the allowed objects in the connection's settings, or leave it out.",
        fields=(sobject,),
    )


def action_not_allowed(name: str) -> Forbidden:
    """Say that an action or trigger is not one of those that the connection is limited to."""
    return Forbidden(
        f"This connection may not use {name}.",
        code="ACTION_NOT_ALLOWED",
        remedy="Add it to the allowed actions in the connection's settings.",
        fields=(name,),
    )


def unclear(why: str) -> Forbidden:
    """Say that a call cannot be judged, so that a restricted connection may not make it."""
    return Forbidden(
        f"This connection is restricted, and this call cannot be judged: {why}.",
        code="CANNOT_BE_JUDGED",
        remedy="Use an action that says what it touches, or a connection without restrictions.",
    )
