"""Makes connections and signs in to them again: checks who may, and writes the audit trail.

A sign-in through a browser begins and finishes here; how the browser gets to the service and back
is the business of `sign_in` and `web`.
"""

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Final

from connector_host.access import Principal
from connector_host.authorization import Authorizer
from connector_host.errors import BadInput, NotAllowed, SignInUnfinished
from connector_host.hookspecs import SIGN_IN_LIFETIME, Authorization, Json, JsonObject
from connector_host.registry import Registry
from connector_host.runner.run_recorder import history_of, log_failures
from connector_host.runner.settings_check import CheckedSettings, SettingsChecker
from connector_host.schema_validation import ValidatorCache
from connector_host.secret_hosts import LocalHosts
from connector_host.store.protocol import Store, StoredConnection

TICKET: Final = "sign-in"  # what the ticket is sealed for: no other sealed value is taken for one


@dataclass(frozen=True)
class SignIn:
    """A sign-in that has begun: where to send the browser, and what to pass to `finish`.

    Attributes:
        url: The page where a person consents.
        state: A query parameter of the callback; a request without it belongs to another sign-in.
        ticket: Sealed, so it may be stored anywhere, such as in the person's session.
    """

    url: str
    state: str
    ticket: str


@dataclass(frozen=True)
class _Ticket:
    """The content of a ticket.

    Attributes:
        id: Used once; see `Store.claim`.
        pending: From the connector's `begin_authorization`; holds secrets.
        again: Id of the connection that is signed in to again; None for a new connection.
        who: The user who began; empty for nobody in particular.
        expires: Seconds since 1970.
    """

    id: str
    name: str
    connector: str
    method: str
    settings: JsonObject = field(repr=False)
    app: str | None
    pending: JsonObject = field(repr=False)
    again: str | None
    who: str
    expires: float


class ConnectionSetup:
    """The making of connections and their sign-ins; its methods are the runner's too."""

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
        principal: The user, who owns the connections that are made. None: anyone may use them.
        clock: Returns seconds since 1970.
        local_hosts: Whether connections may point at services of this machine.
        """
        self._registry = registry
        self._store = store
        self._principal = principal
        self._authorizer = Authorizer(store, principal)
        self._clock = clock
        self._checker = SettingsChecker(
            registry, store, validators or ValidatorCache(), local_hosts
        )

    def connect(
        self,
        name: str,
        connector: str,
        method: str,
        settings: Mapping[str, Json],
        *,
        app: str | None = None,
    ) -> StoredConnection:
        """Add a connection whose method needs no person; its first call signs in.

        Args:
            app: Name of the app profile that holds the other settings.

        Raises:
            UnknownName, NameTaken, BadInput: The name, the method or the settings are not valid.
        """
        checked = self._checker.check(connector, method, settings, app)
        if checked.entry["interactive"]:
            raise BadInput(
                f"The method {method!r} needs a browser.", "Start a sign-in with `begin`."
            )
        return self._add(name, connector, checked, {}, app)

    def reconnect(
        self, name: str, settings: Mapping[str, Json], *, app: str | None = None
    ) -> StoredConnection:
        """Change the settings of a connection whose method needs no person, and sign in again.

        Its tokens are revoked at the service, and its next call gets new ones, even when the
        settings do not change.

        Args:
            settings: All of the connection's own; those of its app profile stay in the profile.
            app: Another app profile; None keeps the present one.

        Raises:
            UnknownName, BadInput: There is no such connection, or the settings are not valid.
            NotAllowed: It belongs to somebody else.
        """
        stored = self._authorizer.get_for_change(name)
        app = app or stored.app
        checked = self._checker.check(stored.connector, stored.method, settings, app)
        if stored.credentials:
            self._release(stored, revoke=True)
        self._replace(stored, checked, {}, app)
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
        """Begin a sign-in through the browser; sends nothing and stores nothing.

        Args:
            name: The connection that `finish` makes.
            redirect_uri: Where the browser returns to, exactly as it is registered in the app.
            app: Name of the app profile that holds the other settings.
            again: The connection exists, and a person signs in to it again.

        Raises:
            UnknownName, NameTaken, BadInput: The name, the method or the settings are not valid.
            NotAllowed: The connection exists and belongs to somebody else.
        """
        stored = self._authorizer.get_for_change(name) if again else None
        app = app or (stored.app if stored else None)
        checked = self._checker.check(connector, method, settings, app)
        if not checked.entry["interactive"]:
            raise BadInput(f"The method {method!r} needs no browser.", "Use `connect`.")
        if stored is None:
            self._store.check_free(name)
        authorization: Authorization = self._registry.call(
            connector,
            "begin_authorization",
            method=method,
            settings=checked.all,
            redirect_uri=redirect_uri,
        )
        ticket = _Ticket(
            id=uuid.uuid4().hex,
            name=name,
            connector=connector,
            method=method,
            settings=dict(settings),
            app=app,
            pending=authorization["pending"],
            again=stored.id if stored else None,
            who=self._authorizer.who,
            expires=self._clock() + SIGN_IN_LIFETIME,
        )
        sealed = self._store.seal(asdict(ticket), TICKET)
        return SignIn(authorization["url"], authorization["state"], sealed)

    def finish(self, ticket: str, callback_url: str) -> StoredConnection:
        """Finish a sign-in with the URL that the browser returned to, and store the connection.

        Raises:
            SignInUnfinished: It began too long ago, or was already finished.
            NotAllowed: Somebody else began it.
            NameTaken: Another connection has taken the name meanwhile.
        """
        opened = _Ticket(**self._store.open(ticket, TICKET))
        if opened.who != self._authorizer.who:
            raise NotAllowed("This sign-in was started by somebody else.", "Start one of your own.")
        now = self._clock()
        if now > opened.expires:
            raise SignInUnfinished("This sign-in was started too long ago.", "Start it again.")
        if not self._store.claim(opened.id, now, opened.expires):
            raise SignInUnfinished("This sign-in was already completed.", "Start a new one.")
        try:
            return self._finish(opened, callback_url)
        except BaseException:
            self._store.release(opened.id)  # a wrong callback must not use up the right one
            raise

    def close(self, connection: str | StoredConnection, *, revoke: bool = False) -> None:
        """Free what the connector pools for a connection; with `revoke`, also revoke its tokens."""
        stored = self._authorizer.get_for_use(connection)
        if revoke:
            self._authorizer.record("closed", stored.name, "tokens revoked")
        self._registry.call(stored.connector, "close_connection", connection=stored, revoke=revoke)

    def _finish(self, ticket: _Ticket, callback_url: str) -> StoredConnection:
        checked = self._checker.check(ticket.connector, ticket.method, ticket.settings, ticket.app)
        credentials: JsonObject = self._registry.call(
            ticket.connector,
            "finish_authorization",
            method=ticket.method,
            settings=checked.all,
            pending=ticket.pending,
            callback_url=callback_url,
        )
        if ticket.again is None:
            return self._add(ticket.name, ticket.connector, checked, credentials, ticket.app)
        stored = self._authorizer.get_for_change(ticket.name)
        if stored.id != ticket.again:
            raise SignInUnfinished(
                f"The connection {ticket.name!r} is not the one that this sign-in was started for.",
                "Start it again.",
            )
        self._replace(stored, checked, credentials, ticket.app)
        return stored

    def _add(
        self,
        name: str,
        connector: str,
        checked: CheckedSettings,
        credentials: Mapping[str, Json],
        app: str | None,
    ) -> StoredConnection:
        method = checked.entry["name"]
        stored = self._store.add(
            name,
            connector=connector,
            method=method,
            settings=checked.plain,
            secrets=checked.secrets,
            credentials=credentials,
            app=app,
            owner=self._principal.user if self._principal else None,
        )
        self._authorizer.record("connected", name, method)
        return stored

    def _replace(
        self,
        stored: StoredConnection,
        checked: CheckedSettings,
        credentials: Mapping[str, Json],
        app: str | None,
    ) -> None:
        with stored.lock():
            stored.replace(checked.plain, checked.secrets, credentials, app)
        if history := history_of(self._store):
            with log_failures("change"):
                history.forget_test(stored.id)
        self._release(stored, revoke=False)
        self._authorizer.record("settings_changed", stored.name)

    def _release(self, stored: StoredConnection, *, revoke: bool) -> None:
        """Close the old sign-in of a connection at its connector, before or after a new one.

        A token that cannot be revoked is not used any more and expires at the service by itself.
        """
        try:
            self._registry.call_optional(
                stored.connector, "close_connection", connection=stored, revoke=revoke
            )
        except Exception as exc:
            if not hasattr(exc, "kind"):  # not an error of the service, so a bug
                raise
