"""Chatter posts: rows of FeedItem that an action creates.

https://developer.salesforce.com/docs/atlas.en-us.api_action.meta/api_action/actions_obj_post_to_chatter.htm
"""

from collections.abc import Mapping
from typing import Any, Final

from salesforce_emulator.automation import errors as automation_errors
from salesforce_emulator.automation.parameters import Parameter
from salesforce_emulator.automation.run_context import RunContext
from salesforce_emulator.records.system_rows import write
from salesforce_emulator.schema.ids import parse_id
from salesforce_emulator.schema.sobject import SObject

INPUTS: Final = (
    Parameter(name="text", label="Message", type="TEXTAREA", required=True),
    Parameter(name="subjectNameOrId", label="Target Name or ID", required=True),
    Parameter(name="type", label="Target Type"),
    Parameter(name="communityId", label="Experience Builder Site ID", type="REFERENCE"),
    Parameter(name="visibility", label="Post Visibility", type="PICKLIST"),
)
OUTPUTS: Final = (Parameter(name="feedItemId", label="Feed Item ID", type="REFERENCE"),)

_VISIBILITIES: Final = {"allUsers": "AllUsers", "internalUsers": "InternalUsers"}


def post(context: RunContext, values: Mapping[str, Any]) -> dict[str, str]:
    """Post a text to the feed of a record, a user or a group."""
    visibility = values.get("visibility") or "allUsers"
    if visibility not in _VISIBILITIES:
        raise automation_errors.bad_input("visibility", visibility)
    if values.get("communityId"):
        raise automation_errors.bad_input(
            "communityId", "the local org has no Experience Cloud sites"
        )
    parent = _subject(context, values["subjectNameOrId"], (values.get("type") or "").lower())
    row = {
        "ParentId": parent,
        "Type": "TextPost",
        "Body": values["text"],
        "Visibility": _VISIBILITIES[visibility],
    }
    return {"feedItemId": write(context.org, context.user_id, "FeedItem", row)}


def _subject(context: RunContext, name: str, kind: str) -> str:
    """Find the owner of a feed by id, by username, or by a group's name."""
    db = context.org.db
    if kind == "user" and parse_id(name) is None:
        sql = 'SELECT "Id" FROM "User" WHERE "Username" = ? COLLATE SALESFORCE'
    elif kind == "group" and parse_id(name) is None:
        sql = 'SELECT "Id" FROM "Group" WHERE "Name" = ? COLLATE SALESFORCE'
    else:
        record_id = parse_id(name)
        sobject = None if record_id is None else context.access.schema.by_prefix(record_id)
        if record_id is None or sobject is None or not has_feed(sobject):
            raise automation_errors.no_such_feed(name)
        sql, name = f'SELECT "Id" FROM "{sobject.name}" WHERE "Id" = ?', record_id  # noqa: S608
    row = db.execute(sql, (name,)).fetchone()
    if row is None:
        raise automation_errors.no_such_feed(name)
    return str(row[0])


def has_feed(sobject: SObject) -> bool:
    """Return whether records of an sobject have a feed."""
    return "feedEnabled" in sobject.flags or sobject.name in {"User", "Group"}
