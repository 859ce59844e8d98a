"""Puts a config file's profiles, users and apps into an org."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from salesforce_emulator.config.errors import Misfit, standing_at
from salesforce_emulator.config.schema import App, Profile, User
from salesforce_emulator.identity import identity_of
from salesforce_emulator.identity.apps import new_app
from salesforce_emulator.identity.logins import Login
from salesforce_emulator.org.currencies import currencies_of
from salesforce_emulator.records.system_rows import write

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


def put_profiles(org: "Org", sheets: Sequence[Profile]) -> None:
    """Make profiles that are not there, and set what they may and see."""
    for at, sheet in enumerate(sheets):
        place = ("profiles", at)
        with org.transaction():
            if _profile_id(org, sheet.name) is None:
                row = org.db.execute('SELECT "UserLicenseId" FROM "Profile"').fetchone()
                values = {"Name": sheet.name, "UserType": "Standard", "UserLicenseId": row[0]}
                write(org, org.admin_id, "Profile", values)
        if sheet.read_only:
            org.settings.read_only_profiles.add(sheet.name)
        hidden = org.settings.hidden_fields.setdefault(sheet.name, {})
        for name, fields in sheet.hidden.items():
            sobject = org.schema.get(name)
            if sobject is None:
                raise Misfit((*place, "hidden", name), f"there is no object {name}")
            for field in fields:
                if sobject.field(field) is None:
                    raise Misfit((*place, "hidden", name), f"{name} has no field {field}")
            hidden.setdefault(sobject.name, set()).update(fields)
        if not hidden:
            del org.settings.hidden_fields[sheet.name]


def put_users(org: "Org", sheets: Sequence[User]) -> None:
    """Make users, and say how they sign in."""
    if not sheets:
        return
    logins = identity_of(org).logins
    for at, sheet in enumerate(sheets):
        profile = _profile_id(org, sheet.profile)
        if profile is None:
            raise Misfit(("users", at, "profile"), f"there is no profile {sheet.profile}")
        currency = _currency(org, sheet, at)
        name = f"{sheet.first_name} {sheet.last_name}".strip()
        with org.transaction():
            if user_id(org, sheet.username) is None:
                values = {
                    "Username": sheet.username,
                    "FirstName": sheet.first_name or None,
                    "LastName": sheet.last_name,
                    "Name": name,
                    "Email": sheet.email or sheet.username,
                    "Alias": sheet.username[:8],
                    "CommunityNickname": sheet.username.partition("@")[0],
                    "IsActive": int(sheet.active),
                    "ProfileId": profile,
                    "TimeZoneSidKey": sheet.time_zone,
                    "LocaleSidKey": sheet.locale,
                    "LanguageLocaleKey": "en_US",
                    "EmailEncodingKey": "UTF-8",
                    "UserType": "Standard",
                    "DigestFrequency": "N",
                    "DefaultGroupNotificationFrequency": "N",
                    **currency,
                }
                write(org, org.admin_id, "User", values)
        logins.declare(
            Login(
                username=sheet.username,
                password=sheet.password,
                frozen=sheet.frozen,
                api_enabled=sheet.api_enabled,
            )
        )


def put_apps(org: "Org", sheets: Sequence[App]) -> None:
    """Add apps; their keys and secrets come from the org's seed and their names."""
    if not sheets:
        return
    apps = identity_of(org).apps
    for at, sheet in enumerate(sheets):
        if sheet.run_as is not None and user_id(org, sheet.run_as) is None:
            raise Misfit(("apps", at, "run_as"), f"there is no user {sheet.run_as}")
        with standing_at("apps", at):
            apps.declare(
                new_app(
                    org.seed,
                    sheet.name,
                    label=sheet.label or sheet.name,
                    kind=sheet.kind,
                    callback_urls=sheet.callback_urls,
                    scopes=sheet.scopes,
                    flows=frozenset(sheet.flows),
                    run_as=sheet.run_as,
                    require_pkce=sheet.require_pkce,
                    refresh_token_rotation=sheet.refresh_token_rotation,
                )
            )


def user_id(org: "Org", username: str) -> str | None:
    """Give the id of the user of a name; the users that every org has are made if need be."""
    identity_of(org)
    sql = 'SELECT "Id" FROM "User" WHERE "Username" = ? COLLATE SALESFORCE'
    row = org.db.execute(sql, (username,)).fetchone()
    return None if row is None else str(row[0])


def _currency(org: "Org", sheet: User, at: int) -> dict[str, str]:
    """Give the fields that say a user's currency; none in an org that has one."""
    several = currencies_of(org)
    code = sheet.currency or (several.corporate if several else None)
    if several is None and code is None:
        return {}
    if several is None or code not in several.active:
        raise Misfit(("users", at, "currency"), f"{code} is no active currency of the org")
    return {"CurrencyIsoCode": code, "DefaultCurrencyIsoCode": code}


def _profile_id(org: "Org", name: str) -> str | None:
    row = org.db.execute('SELECT "Id" FROM "Profile" WHERE "Name" = ?', (name,)).fetchone()
    return None if row is None else str(row[0])
