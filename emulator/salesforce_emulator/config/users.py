"""Adds a config file's profiles, users and apps."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from salesforce_emulator.config.errors import ConfigError, located_at
from salesforce_emulator.config.tables.users import App, Profile, User
from salesforce_emulator.identity import identity_of
from salesforce_emulator.identity.apps import new_app
from salesforce_emulator.identity.logins import Login
from salesforce_emulator.org.currencies import currencies_of
from salesforce_emulator.records.system_rows import write

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


def apply_profiles(org: "Org", tables: Sequence[Profile]) -> None:
    """Create profiles that do not exist; set their permissions and hidden fields."""
    for at, table in enumerate(tables):
        key_path = ("profiles", at)
        with org.transaction():
            if _profile_id(org, table.name) is None:
                row = org.db.execute('SELECT "UserLicenseId" FROM "Profile"').fetchone()
                values = {"Name": table.name, "UserType": "Standard", "UserLicenseId": row[0]}
                write(org, org.admin_id, "Profile", values)
        if table.read_only:
            org.settings.read_only_profiles.add(table.name)
        hidden = org.settings.hidden_fields.setdefault(table.name, {})
        for name, fields in table.hidden.items():
            sobject = org.schema.get(name)
            if sobject is None:
                raise ConfigError((*key_path, "hidden", name), f"there is no object {name}")
            for field in fields:
                if sobject.field(field) is None:
                    raise ConfigError((*key_path, "hidden", name), f"{name} has no field {field}")
            hidden.setdefault(sobject.name, set()).update(fields)
        if not hidden:
            del org.settings.hidden_fields[table.name]


def apply_users(org: "Org", tables: Sequence[User]) -> None:
    """Create users and their logins."""
    if not tables:
        return
    logins = identity_of(org).logins
    for at, table in enumerate(tables):
        profile = _profile_id(org, table.profile)
        if profile is None:
            raise ConfigError(("users", at, "profile"), f"there is no profile {table.profile}")
        currency = _currency(org, table, at)
        name = f"{table.first_name} {table.last_name}".strip()
        with org.transaction():
            if user_id(org, table.username) is None:
                values = {
                    "Username": table.username,
                    "FirstName": table.first_name or None,
                    "LastName": table.last_name,
                    "Name": name,
                    "Email": table.email or table.username,
                    "Alias": table.username[:8],
                    "CommunityNickname": table.username.partition("@")[0],
                    "IsActive": int(table.active),
                    "ProfileId": profile,
                    "TimeZoneSidKey": table.time_zone,
                    "LocaleSidKey": table.locale,
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
                username=table.username,
                password=table.password,
                frozen=table.frozen,
                api_enabled=table.api_enabled,
            )
        )


def apply_apps(org: "Org", tables: Sequence[App]) -> None:
    """Add apps; their keys and secrets come from the org's seed and their names."""
    if not tables:
        return
    apps = identity_of(org).apps
    for at, table in enumerate(tables):
        if table.run_as is not None and user_id(org, table.run_as) is None:
            raise ConfigError(("apps", at, "run_as"), f"there is no user {table.run_as}")
        with located_at("apps", at):
            apps.declare(
                new_app(
                    org.seed,
                    table.name,
                    label=table.label or table.name,
                    kind=table.kind,
                    callback_urls=table.callback_urls,
                    scopes=table.scopes,
                    flows=frozenset(table.flows),
                    run_as=table.run_as,
                    require_pkce=table.require_pkce,
                    refresh_token_rotation=table.refresh_token_rotation,
                )
            )


def user_id(org: "Org", username: str) -> str | None:
    """Return the id of a user, after creating the default users if they do not exist yet."""
    identity_of(org)
    sql = 'SELECT "Id" FROM "User" WHERE "Username" = ? COLLATE SALESFORCE'
    row = org.db.execute(sql, (username,)).fetchone()
    return None if row is None else str(row[0])


def _currency(org: "Org", table: User, at: int) -> dict[str, str]:
    """Return the fields of a user's currency; none in an org with a single currency."""
    several = currencies_of(org)
    code = table.currency or (several.corporate if several else None)
    if several is None and code is None:
        return {}
    if several is None or code not in several.active:
        raise ConfigError(("users", at, "currency"), f"{code} is no active currency of the org")
    return {"CurrencyIsoCode": code, "DefaultCurrencyIsoCode": code}


def _profile_id(org: "Org", name: str) -> str | None:
    row = org.db.execute('SELECT "Id" FROM "Profile" WHERE "Name" = ?', (name,)).fetchone()
    return None if row is None else str(row[0])
