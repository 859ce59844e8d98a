"""Users: what a new one has, and that a username is one person's alone.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_user.htm
"""

from salesforce_emulator import errors
from salesforce_emulator.records.save_context import SaveContext


def fill_in(save: SaveContext) -> None:
    """Return a new user a nickname and a type; users are active by default."""
    row = save.row
    if not save.new:
        return
    row.setdefault("CommunityNickname", str(row.get("Username") or "").partition("@")[0][:40])
    row.setdefault("UserType", "Standard")
    row.setdefault("IsActive", 1)


def require_unique_username(save: SaveContext) -> None:
    """Refuse a username that another user has, or that does not look like an e-mail address."""
    if not save.changed("Username"):
        return
    username = str(save.row.get("Username") or "")
    name, at, host = username.partition("@")
    if not (name and at and "." in host):
        raise errors.invalid_email("Username", username, "Username")
    existing = save.org.db.execute(
        'SELECT 1 FROM "User" WHERE "Username" = ? COLLATE SALESFORCE AND "Id" <> ?',
        (username, save.record_id),
    ).fetchone()
    if existing:
        raise errors.duplicate_username()
