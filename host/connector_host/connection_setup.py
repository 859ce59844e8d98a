"""Makes connections and signs in to them again: checks who may, and writes it in the audit trail.

A sign-in through a browser is begun here and finished here; how the browser gets there and back is
`sign_in`'s business. What a connection's settings must hold, its connector's manifest says.
"""

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connector_host import manifest as manifests
from connector_host import settings_form
from connector_host.access import Principal
from connector_host.authorization import Authorizer
from connector_host.errors import BadInput, NotAllowed, SignInUnfinished
from connector_host.hookspecs import SIGN_IN_LIFETIME, Authorization, Json, JsonObject
from connector_host.registry import Registry
from connector_host.run_recorder import history_of, log_failures
from connector_host.schema_validation import ValidatorCache
from connector_host.secret_hosts import LocalHosts, check_hosts, hosts_of
from connector_host.store.protocol import Store, StoredAppProfile, StoredConnection

TICKET = "sign-in"


@dataclass(frozen=True)
class SignIn:
    """A sign-in begun: where to send the browser, and what to give back to `finish`.

    Attributes:
        url: The page where a person consents.
        state: Comes back in the callback's query; a request without it is another's.
        ticket: Sealed; may be kept anywhere, such as in the person's session.
    """

    url: str
    state: str
    ticket: str


class ConnectionSetup:
    """What one person, or nobody in particular, may do to the connections of a store."""

    def __init__(
        self,
        registry: Registry,
        store: Store,
        *,
        principal: Principal | None = None,
        clock: Callable[[], float] = time.time,
        validators: ValidatorCache | None = None,
        local_hosts: LocalHosts = "own",
    ) -> None:
        """Args:
        principal: Who asks; the owner of what is made. None: it is then for anyone.
        clock: Gives seconds since 1970.
        local_hosts: Whether connections may point at services of this machine.
        """
        self._local_hosts = local_hosts
        self._registry = registry
        self._store = store
        self._principal = principal
        self._authorizer = Authorizer(store, principal)
        self._clock = clock
        self._validators = validators or ValidatorCache()

    def connect(
        self,
        name: str,
        connector: str,
        method: str,
        settings: Mapping[str, Json],
        *,
        app: str | None = None,
    ) -> StoredConnection:
        """Keep a connection whose method needs no person; its first call signs in.

        Args:
            app: Name of the app profile that gives the other settings.

        Raises:
            UnknownName, NameTaken, BadInput: The name, the method or the settings will not do.
        """
        entry, _ = self._check_settings(connector, method, settings, app)
        if entry["interactive"]:
            raise BadInput(
                f"The method {method!r} needs a browser.", "Start a sign-in with `begin`."
            )
        return self._add(name, connector, entry, settings, {}, app)

    def reconnect(
        self, name: str, settings: Mapping[str, Json], *, app: str | None = None
    ) -> StoredConnection:
        """Change the settings of a connection whose method needs no person; signs in anew.

        The tokens that it has are ended at the service, and its next call gets new ones, also when
        the settings stay as they are.

        Args:
            settings: All of its own; those of its app profile stay where they are.
            app: Another app profile; None leaves it as it is.

        Raises:
            UnknownName, BadInput: There is no such connection, or the settings do not fit.
            NotAllowed: It is somebody else's.
        """
        stored = self._authorizer.get_for_change(name)
        app = app or stored.app
        entry, _ = self._check_settings(stored.connector, stored.method, settings, app)
        if stored.credentials:
            self._close(stored, revoke=True)
        self._replace(stored, entry, settings, {}, app)
        return stored

    def begin(
        self,
        name: str,
        connector: str,
        method: str,
        settings: Mapping[str, Json],
        redirect_uri: str,
        *,
        app: str | None = None,
        again: bool = False,
    ) -> SignIn:
        """Begin a sign-in through the browser; sends nothing and keeps nothing.

        Args:
            name: The connection that `finish` is to make.
            redirect_uri: Where the browser is to come back, exactly as the app has it.
            app: Name of the app profile that gives the other settings.
            again: The connection exists, and is to be signed in anew.

        Raises:
            UnknownName, NameTaken, BadInput: The name, the method or the settings will not do.
            NotAllowed: The connection exists and is somebody else's.
        """
        stored = self._authorizer.get_for_change(name) if again else None
        app = app or (stored.app if stored else None)
        entry, all_settings = self._check_settings(connector, method, settings, app)
        if not entry["interactive"]:
            raise BadInput(f"The method {method!r} needs no browser.", "Use `connect`.")
        if not again:
            self._store.check_free(name)
        pending_sign_in: Authorization = self._registry.call(
            connector,
            "begin_authorization",
            method=method,
            settings=all_settings,
            redirect_uri=redirect_uri,
        )
        ticket = {
            "id": uuid.uuid4().hex,
            "name": name,
            "connector": connector,
            "method": method,
            "settings": dict(settings),
            "app": app,
            "pending": pending_sign_in["pending"],
            "again": stored.id if stored else None,
            "who": self._authorizer.who,
            "expires": self._clock() + SIGN_IN_LIFETIME,
        }
        return SignIn(
            pending_sign_in["url"], pending_sign_in["state"], self._store.seal(ticket, TICKET)
        )

    def finish(self, ticket: str, callback_url: str) -> StoredConnection:
        """Finish a sign-in with the URL that the browser came back to, and keep the connection.

        Raises:
            SignInUnfinished: It was begun too long ago, or has come back already.
            NotAllowed: Somebody else began it.
            NameTaken: Another connection has taken the name meanwhile.
        """
        pending_sign_in = self._store.open(ticket, TICKET)
        if pending_sign_in["who"] != self._authorizer.who:
            raise NotAllowed("This sign-in was started by somebody else.", "Start one of your own.")
        now = self._clock()
        if now > pending_sign_in["expires"]:
            raise SignInUnfinished("This sign-in was started too long ago.", "Start it again.")
        if not self._store.claim(pending_sign_in["id"], now, pending_sign_in["expires"]):
            raise SignInUnfinished("This sign-in was already completed.", "Start a new one.")
        try:
            return self._finish(pending_sign_in, callback_url)
        except BaseException:
            self._store.release(
                pending_sign_in["id"]
            )  # a wrong callback must not use up the right one
            raise

    def _finish(self, pending_sign_in: JsonObject, callback_url: str) -> StoredConnection:
        name, connector, app = (
            pending_sign_in["name"],
            pending_sign_in["connector"],
            pending_sign_in["app"],
        )
        entry, all_settings = self._check_settings(
            connector, pending_sign_in["method"], pending_sign_in["settings"], app
        )
        credentials: JsonObject = self._registry.call(
            connector,
            "finish_authorization",
            method=pending_sign_in["method"],
            settings=all_settings,
            pending=pending_sign_in["pending"],
            callback_url=callback_url,
        )
        if pending_sign_in["again"] is None:
            return self._add(name, connector, entry, pending_sign_in["settings"], credentials, app)
        stored = self._authorizer.get_for_change(name)
        if stored.id != pending_sign_in["again"]:
            raise SignInUnfinished(
                f"The connection {name!r} is not the one that this sign-in was started for.",
                "Start it again.",
            )
        self._replace(stored, entry, pending_sign_in["settings"], credentials, app)
        return stored

    def _add(
        self,
        name: str,
        connector: str,
        entry: JsonObject,
        settings: Mapping[str, Json],
        credentials: Mapping[str, Json],
        app: str | None,
    ) -> StoredConnection:
        plain, secrets = settings_form.split(entry["schema"], settings)
        stored = self._store.add(
            name,
            connector=connector,
            method=entry["name"],
            settings=plain,
            secrets=secrets,
            credentials=credentials,
            app=app,
            owner=self._principal.user if self._principal else None,
        )
        self._authorizer.record("connected", name, entry["name"])
        return stored

    def _replace(
        self,
        stored: StoredConnection,
        entry: JsonObject,
        settings: Mapping[str, Json],
        credentials: Mapping[str, Json],
        app: str | None,
    ) -> None:
        plain, secrets = settings_form.split(entry["schema"], settings)
        with stored.lock():
            stored.replace(plain, secrets, credentials, app)
        if history := history_of(self._store):
            with log_failures("change"):
                history.forget_test(stored.id)
        self._close(stored, revoke=False)
        self._authorizer.record("settings_changed", stored.name)

    def _close(self, stored: StoredConnection, *, revoke: bool) -> None:
        """Have the connector let go of a sign-in whose place another takes.

        One that cannot be ended at the service ends there by itself; it is used no more.
        """
        try:
            self._registry.call_optional(
                stored.connector, "close_connection", connection=stored, revoke=revoke
            )
        except Exception as exc:
            if not hasattr(exc, "kind"):  # no word of the service's: a bug
                raise

    def _check_settings(
        self, connector: str, method: str, settings: Mapping[str, Json], app: str | None
    ) -> tuple[JsonObject, JsonObject]:
        """Return what the manifest says of a method, and all settings, which fit it."""
        manifest = self._registry.manifest(connector)
        entry = manifests.get_part(manifest, "auth_methods", method)
        profile = self._get_profile(connector, settings, app)
        all_settings = {**(profile.settings if profile else {}), **settings}
        self._validators.of(connector, "method", entry, "schema").check(all_settings, "form")
        check = self._registry.call_optional(
            connector, "check_settings", method=method, settings=all_settings
        )
        check_hosts(
            hosts_of(check),
            profile=profile.name if profile else None,
            allowed=profile.hosts if profile else (),
            local_hosts="always" if profile and allows_local(entry, profile) else self._local_hosts,
        )
        return entry, all_settings

    def _get_profile(
        self, connector: str, settings: Mapping[str, Json], name: str | None
    ) -> StoredAppProfile | None:
        """Return an app profile that fits beside settings."""
        if name is None:
            return None
        app = self._store.app(name)
        if app.connector != connector:
            raise BadInput(
                f"The app profile {name!r} is for {app.connector}, not for {connector}.",
                "Use another profile, or add one.",
            )
        repeated = sorted(set(app.settings) & set(settings))
        if repeated:
            raise BadInput(
                f"The app profile {name!r} gives {', '.join(map(repr, repeated))} already.",
                "Leave it out, or connect without the profile.",
                fields=repeated,
            )
        return app


def allows_local(entry: JsonObject, profile: StoredAppProfile) -> bool:
    """Return whether a profile itself says that its connections are to a service of this machine.

    By a field whose schema says `x-allows-local: true`; a connection of the profile cannot say so.
    """
    names = [field.name for field in settings_form.fields(entry["schema"]) if field.allows_local]
    return any(profile.settings.get(name) is True for name in names)
