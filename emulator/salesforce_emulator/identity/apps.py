"""Connected Apps and External Client Apps: their switches, and the registry of an org's apps.

Apps are configuration: the same seed and the same calls make the same apps, keys and secrets. Later
changes are stored with the org's data; see `changes`. `default_apps` has the apps that every org
begins with.

https://help.salesforce.com/s/articleView?id=xcloud.connected_app_create_api_integration.htm
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlsplit

from salesforce_emulator.identity.changes import GONE, Changes
from salesforce_emulator.identity.jwt import load_public_key
from salesforce_emulator.identity.keys import sealed, token_text
from salesforce_emulator.identity.scopes import ordered

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

Kind = Literal["connected_app", "external_client_app"]
AppFlow = Literal["authorization_code", "client_credentials", "jwt_bearer"]

SHORTEST_TIMEOUT: Final = timedelta(minutes=15)  # Session Settings offer 15 minutes ...
MAX_TIMEOUT: Final = timedelta(hours=24)  # ... to 24 hours


@dataclass(frozen=True, slots=True)
class RefreshPolicy:
    """How long a refresh token is good.

    Attributes:
        kind: Until it is revoked; not at all; while no time between two uses is longer than
            `after`; until `after` has passed since it was granted.
    """

    kind: Literal["until_revoked", "immediately", "idle", "absolute"] = "until_revoked"
    after: timedelta = timedelta()

    def expired(self, now: datetime, granted: datetime, last_used: datetime) -> bool:
        """Return whether a token granted and last used then is past its time."""
        match self.kind:
            case "until_revoked":
                return False
            case "immediately":
                return True
            case "idle":
                return now - last_used > self.after
            case "absolute":
                return now - granted > self.after


@dataclass(frozen=True, kw_only=True)
class App:
    """One app, with the switches of its pages in Setup.

    Attributes:
        consumer_secret: None when the app is used without one: any secret sent is then wrong.
        callback_urls: Matched character for character.
        flows: The flows enabled; refreshing needs no entry, only the scope `refresh_token`.
        run_as: Username the client credentials flow acts as.
        certificate: PEM of the app's certificate, or of its public key: for JWT bearer and client
            assertions.
        ip_relaxation: `enforce`: the IP ranges of a user hold for the app's tokens too.
        installed: A Connected App that is not cannot be approved by ordinary users.
        propagating_until: Until then Salesforce does not know the app yet.
        permitted_users: `all` approve for themselves; `admin_approved` need not and cannot.
        approved_users: Usernames an administrator approved.
        session_timeout: Of the app's access tokens; None: the org's.
        introspects_all_tokens: May ask about other apps' tokens.
    """

    name: str
    label: str
    consumer_key: str
    consumer_secret: str | None = field(repr=False)
    kind: Kind = "external_client_app"
    callback_urls: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ("refresh_token", "api")
    flows: frozenset[AppFlow] = frozenset({"authorization_code"})
    require_secret_web_server: bool = True
    require_secret_refresh: bool = True
    require_pkce: bool = False
    refresh_token_rotation: bool = False
    refresh_token_policy: RefreshPolicy = RefreshPolicy()
    run_as: str | None = None
    certificate: str | None = field(default=None, repr=False)
    jwt_access_tokens: bool = False
    ip_relaxation: Literal["enforce", "relax"] = "enforce"
    installed: bool = True
    blocked: bool = False
    propagating_until: datetime | None = None
    permitted_users: Literal["all", "admin_approved"] = "all"
    approved_users: frozenset[str] = frozenset()
    session_timeout: timedelta | None = None
    introspects_all_tokens: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "scopes", ordered(self.scopes))
        for url in self.callback_urls:
            _check_callback(url)
        timeout = self.session_timeout
        if timeout is not None and not SHORTEST_TIMEOUT <= timeout <= MAX_TIMEOUT:
            raise ValueError("a session timeout is 15 minutes to 24 hours")
        if self.certificate is not None:
            load_public_key(self.certificate)

    @property
    def public_key(self) -> "RSAPublicKey | None":
        """The key of the certificate."""
        return None if self.certificate is None else _public_key(self.certificate)

    def is_propagated(self, now: datetime) -> bool:
        """Return whether the app has reached Salesforce's servers."""
        return self.propagating_until is None or now >= self.propagating_until

    def approved_by_admin(self, username: str) -> bool:
        """Return whether an administrator approved this user for the app."""
        return self.permitted_users == "admin_approved" and username.lower() in {
            name.lower() for name in self.approved_users
        }


_FIELDS: Final = frozenset(field.name for field in fields(App))


class Apps:
    """The apps of one org, by name and by consumer key.

    The initial apps and those of `declare` exist at each start; changes by the other methods are
    stored.
    """

    def __init__(self, seed: int, changes: Changes, apps: Iterable[App] = ()) -> None:
        self._seed = seed
        self._changes = changes
        self._by_name: dict[str, App] = {}
        for app in apps:
            self.declare(app)
        for name in changes.names():
            stored = changes.of(name)
            if name not in self._by_name and stored.keys() >= _FIELDS:  # created while the org ran
                self._by_name[name] = _restore(stored)

    def __iter__(self) -> Iterator[App]:
        return iter(tuple(self._by_name.values()))

    def __getitem__(self, name: str) -> App:
        """Return the app of a name.

        Raises:
            KeyError: there is none; the message lists those there are.
        """
        if name not in self._by_name:
            raise KeyError(f"no app {name!r}; there are: {', '.join(self._by_name)}")
        return self._by_name[name]

    def by_key(self, consumer_key: str) -> App | None:
        """Return the app of a consumer key."""
        return next((app for app in self if app.consumer_key == consumer_key), None)

    def declare(self, app: App) -> None:
        """Add an app that each start adds, as it was last changed, unless it was removed.

        Raises:
            ValueError: its name or consumer key is taken.
        """
        stored = self._changes.of(app.name)
        if GONE not in stored:
            self._put(_restore({**_fields(app), **stored}) if stored else app)

    def add(self, app: App) -> App:
        """Add an app.

        Raises:
            ValueError: its name or consumer key is taken.
        """
        self._put(app)
        self._changes.store(app.name, _fields(app))
        return app

    def create(self, name: str, **switches: Any) -> App:
        """Make an app with a key and a secret of its own; `switches` are fields of `App`."""
        return self.add(new_app(self._seed, name, **switches))

    def change(self, name: str, **switches: Any) -> App:
        """Set fields of an app; what was signed in before meets the new rules at its next use."""
        self._by_name[name] = changed = replace(self[name], **switches)
        result = _fields(changed)
        self._changes.store(name, {switch: result[switch] for switch in switches})
        return changed

    def add_callback(self, name: str, url: str) -> App:
        """Register one more callback URL."""
        return self.change(name, callback_urls=(*self[name].callback_urls, url))

    def remove(self, name: str) -> None:
        """Delete an app; its tokens are of no use from then on."""
        del self._by_name[self[name].name]
        self._changes.forget(name)

    def _put(self, app: App) -> None:
        if app.name in self._by_name or self.by_key(app.consumer_key) is not None:
            raise ValueError(f"an app {app.name!r}, or one of its consumer key, is there already")
        self._by_name[app.name] = app


def new_app(seed: int, name: str, **switches: Any) -> App:
    """Create an app whose consumer key and secret are derived from a seed and its name.

    Args:
        seed: The org's.
        name: Unique in the org.
        switches: Fields of `App`; `consumer_secret=None` for one that is used without.
    """
    secret = sealed(seed, "consumer secret", name)[:32].hex().upper()  # 64 hex digits, as new ones
    return App(
        name=name,
        label=switches.pop("label", name),
        consumer_key="3MVG9" + token_text(sealed(seed, "consumer key", name)[:60]),  # 85 characters
        consumer_secret=switches.pop("consumer_secret", secret),
        **switches,
    )


def _fields(app: App) -> dict[str, Any]:
    """Return an app's fields by name, as `Changes` stores them."""
    result = {field.name: getattr(app, field.name) for field in fields(app)}
    policy = app.refresh_token_policy
    return {**result, "refresh_token_policy": (policy.kind, policy.after)}


def _restore(stored: dict[str, Any]) -> App:
    kind, after = stored["refresh_token_policy"]
    attributes: dict[str, Any] = {name: value for name, value in stored.items() if name in _FIELDS}
    attributes["refresh_token_policy"] = RefreshPolicy(kind, after)
    return App(**attributes)


def _check_callback(url: str) -> None:
    parts = urlsplit(url)
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if not parts.scheme or parts.fragment or (parts.scheme == "http" and not local):
        raise ValueError(f"a callback URL is absolute, https unless on loopback, no #: {url!r}")


@lru_cache(maxsize=32)
def _public_key(pem: str) -> "RSAPublicKey":
    return load_public_key(pem)
