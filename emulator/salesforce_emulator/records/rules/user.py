"""Users: what a new one has, and that a username is one person's alone.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_user.htm
"""

from salesforce_emulator import errors
from salesforce_emulator.records.save_context import Saving


def fill_in(saving: Saving) -> None:
    """Give a new user a nickname and a type; users are active unless said otherwise."""
    row = saving.row
    if not saving.new:
        return
    row.setdefault("CommunityNickname", str(row.get("Username") or "").partition("@")[0][:40])
    row.setdefault("UserType", "Standard")
    row.setdefault("IsActive", 1)


def require_own_username(saving: Saving) -> None:
    """Refuse a username that another user has, or that does not look like an e-mail address."""
    if not saving.changed("Username"):
        return
    username = str(saving.row.get("Username") or "")
    name, at, host = username.partition("@")
    if not (name and at and "." in host):
        raise errors.invalid_email("Username", username, "Username")
    taken = saving.org.db.execute(
        'SELECT 1 FROM "User" WHERE "Username" = ? COLLATE SALESFORCE AND "Id" <> ?',
        (username, saving.record_id),
    ).fetchone()
    if taken:
        raise errors.duplicate_username()
