"""The identity provider of one org: apps, logins, grants, codes, sessions, policy.

Rules of all OAuth flows are here; each flow has its own module in `flows/`.
Callers hold the org's lock.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from salesforce_emulator.identity import changes, codes, grants, keys, rates, sessions
from salesforce_emulator.identity.addresses import Address, address_of
from salesforce_emulator.identity.apps import MAX_TIMEOUT, SHORTEST_TIMEOUT, App, Apps
from salesforce_emulator.identity.changes import Changes
from salesforce_emulator.identity.codes import Codes
from salesforce_emulator.identity.default_apps import default_apps
from salesforce_emulator.identity.default_users import add_default_users
from salesforce_emulator.identity.errors import ErrorReason, IdentityError
from salesforce_emulator.identity.grants import Grant, Grants
from salesforce_emulator.identity.keys import Keys
from salesforce_emulator.identity.logins import Logins, default_logins, integration_username
from salesforce_emulator.identity.rates import LoginRates
from salesforce_emulator.identity.sessions import Kind, Session, Sessions
from salesforce_emulator.identity.users import User, user_by_id, user_by_username
from salesforce_emulator.org.clock import datetime_text

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

_KEEPERS: Final = (changes, codes, grants, keys, rates, sessions)

JWT_LIFETIME: Final = timedelta(minutes=30)  # of a JWT access token, which does not slide


@dataclass(slots=True)
class Policy:
    """Session Settings of the org, and behaviour that only third parties document; may be set.

    Attributes:
        session_timeout: Of access tokens whose app sets none; 15 minutes to 24 hours.
        api_enabled: False: the edition has no API.
        reuse_detected: A refresh token that was rotated away ends its whole grant when it is used
            again (in Salesforce's CLI, not in its help).
        same_access_token: A refresh returns the live access token, if there is one
            (in public reports); False issues a new one each time.
    """

    session_timeout: timedelta = timedelta(hours=2)
    api_enabled: bool = True
    reuse_detected: bool = True
    same_access_token: bool = False


class Identity:
    """Who may do what in one org, by which app.

    Attributes:
        apps: Its Connected Apps and External Client Apps.
        logins: Passwords, and reasons to refuse a user.
        policy: Session Settings.
    """

    def __init__(self, org: "Org") -> None:
        self.org = org
        for keeper in _KEEPERS:
            org.db.executescript(keeper.TABLES)
        domain = f"{org.my_domain}.example"
        add_default_users(org, domain)
        apps = default_apps(org.seed, run_as=integration_username(domain))
        self.apps = Apps(org.seed, Changes(org.db, "app"), apps)
        self.logins = Logins(Changes(org.db, "login"), default_logins(domain))
        self.policy = Policy()
        self.keys = Keys(org.db, org.org_id, org.seed)
        self.sessions = Sessions(org.db, org.clock, self.keys, org.org_id)
        self.grants = Grants(org.db, org.clock, self.keys)
        self.codes = Codes(org.db, org.clock, self.keys)
        self.rates = LoginRates(org.db, org.clock)

    @property
    def sandbox(self) -> bool:
        """Whether the org is a sandbox, by its Organization row."""
        row = self.org.db.execute('SELECT "IsSandbox" FROM "Organization"').fetchone()
        return bool(row[0])

    def address(self, scheme: str, host: str) -> Address:
        """Return by which of the org's hosts a request came."""
        return address_of(scheme, host, self.org.host, sandbox=self.sandbox)

    def app_at(self, consumer_key: str, address: Address) -> App:
        """Return the app of a consumer key, as the host at `address` knows it.

        Raises:
            IdentityError: CLIENT_UNKNOWN: also for an app that has not spread yet, and at the login
                host of the other kind of org; APP_BLOCKED.
        """
        app = self.apps.by_key(consumer_key)
        wrong_host = address.host_kind == "test" and not self.sandbox
        if app is None or wrong_host or not app.is_propagated(self.org.clock.now()):
            raise IdentityError(ErrorReason.CLIENT_UNKNOWN)
        if app.blocked:
            raise IdentityError(ErrorReason.APP_BLOCKED)
        return app

    def user(self, user_id: str) -> User | None:
        """Return the user of an id."""
        return user_by_id(self.org.db, user_id)

    def user_named(self, username: str) -> User | None:
        """Return the user of a username."""
        return user_by_username(self.org.db, username)

    def usable(self, app: App, user: User) -> bool:
        """Return whether a user may have tokens of an app, as far as its installation goes."""
        return app.installed or self.logins[user.username].approves_uninstalled_apps

    def check_sign_in(self, user: User, ip: str, *, app: App | None = None) -> None:
        """Check that a user may sign in now and from there, and count it.

        Args:
            user: Who.
            ip: From where.
            app: The app of the token; None at the login page.

        Raises:
            IdentityError: USER_INACTIVE, IP_RESTRICTED, LOGIN_HOURS or LOGIN_RATE.
        """
        login = self.logins[user.username]
        if not user.active or login.frozen:
            raise IdentityError(ErrorReason.USER_INACTIVE)
        relaxed = app is not None and app.ip_relaxation == "relax"
        if not relaxed and not login.allows_ip(ip):
            raise IdentityError(ErrorReason.IP_RESTRICTED)
        if not login.allows_time(self.org.clock.now()):
            raise IdentityError(ErrorReason.LOGIN_HOURS)
        self.rates.count(user.id)
        self.org.db.execute(
            'UPDATE "User" SET "LastLoginDate" = ? WHERE "Id" = ?',
            (datetime_text(self.org.clock.now().replace(microsecond=0)), user.id),
        )

    def approve(self, app: App, user: User, scopes: tuple[str, ...]) -> Grant:
        """Store a user's approval of an app; the sixth one ends the oldest grant."""
        grant, displaced = self.grants.add(app.consumer_key, user.id, scopes)
        for grant_id in displaced:
            self.sessions.end_of_grant(grant_id)
        return grant

    def approved(self, app: App, user: User, scopes: tuple[str, ...]) -> bool:
        """Return whether the user or an administrator has approved the app before."""
        if app.approved_by_admin(user.username):
            return True
        return any(
            set(scopes) <= set(grant.scopes) for grant in self.grants.of(app.consumer_key, user.id)
        )

    def open_session(
        self, app: App, user: User, scopes: tuple[str, ...], *, grant: Grant | None = None
    ) -> Session:
        """Begin a session of an app, with the timeout of the app or the org."""
        kind: Kind = "jwt" if app.jwt_access_tokens else "opaque"
        timeout = app.session_timeout or (
            JWT_LIFETIME if kind == "jwt" else self.policy.session_timeout
        )
        return self.sessions.start(
            kind=kind,
            consumer_key=app.consumer_key,
            user_id=user.id,
            scopes=scopes,
            timeout=min(max(timeout, SHORTEST_TIMEOUT), MAX_TIMEOUT),
            grant_id=None if grant is None else grant.id,
        )

    def access_token(self, session: Session, address: Address) -> str:
        """Write a session's access token, in the form its app has."""
        if session.kind == "jwt":
            return self.sessions.jwt(
                session, issuer=address.my_domain, audience=[address.my_domain]
            )
        return self.sessions.token(session)

    def token_of(self, user_id: str, app_name: str = "automation") -> str:
        """Begin a session of an app for a user without a sign-in, for tests; returns its token.

        Raises:
            KeyError: There is no such user, or no such app.
        """
        app, user = self.apps[app_name], self.user(user_id)
        if user is None:
            raise KeyError(user_id)
        with self.org.transaction():
            return self.sessions.token(self.open_session(app, user, app.scopes))

    def revoke_grant(self, grant_id: int) -> None:
        """Revoke a grant: its refresh token and its sessions end."""
        self.grants.revoke(grant_id)
        self.sessions.end_of_grant(grant_id)


def identity_of(org: "Org") -> Identity:
    """Return the identity provider of an org, created on first use."""
    return org.part(Identity)
