"""The users that an org has beside its administrator, so that there is somebody to sign in as.

`integration` sees little, as the user that an app acts as should; `sales` is an ordinary user.
"""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

# First part of the username, first and last name, profile.
PEOPLE: Final = (
    ("integration", "Ingrid", "Integration", "Minimum Access - Salesforce"),
    ("sales", "Sam", "Sales", "Standard User"),
)


def add_default_users(org: "Org", domain: str) -> None:
    """Write the rows of missing default users; other fields are the administrator's.

    Args:
        org: Its administrator is there.
        domain: What usernames end in.
    """
    admin = org.user(org.admin_id)
    if admin is None:
        raise LookupError("the org has no administrator")
    with org.transaction():
        existing = {row[0] for row in org.db.execute('SELECT "Username" FROM "User"')}
        for part, first, last, profile in PEOPLE:
            username = f"{part}@{domain}"
            if username in existing:
                continue
            own = {
                "Id": org.ids.next("005"),
                "Username": username,
                "Email": username,
                "FirstName": first,
                "LastName": last,
                "Name": f"{first} {last}",
                "Alias": part[:8],
                "CommunityNickname": part,
                "ProfileId": _profile_id(org, profile),
                "UserRoleId": None,
            }
            row = dict(admin) | own
            names = ", ".join(f'"{name}"' for name in row)
            marks = ", ".join("?" for _ in row)
            org.db.execute(
                f'INSERT INTO "User" ({names}) VALUES ({marks})',  # noqa: S608 - our own names
                tuple(row.values()),
            )


def _profile_id(org: "Org", name: str) -> str:
    row = org.db.execute('SELECT "Id" FROM "Profile" WHERE "Name" = ?', (name,)).fetchone()
    return str(row[0])
