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
from connector_host.authorization import Gate
from connector_host.errors import BadInput, NotAllowed, SignInUnfinished
from connector_host.hookspecs import Authorization, Json, JsonObject
from connector_host.registry import Registry
from connector_host.run_recorder import history_of, logged
from connector_host.schema_validation import Doors
from connector_host.store.protocol import Kept, Store

SIGN_IN_LIFETIME = 600.0  # seconds from `begin` to `finish`; codes live shorter than that
TICKET = "sign-in"


@dataclass(frozen=True)
class SignIn:
    """A sign-in begun: where to send the browser, and what to give back to `finish`.

    Attributes:
        url: The page where a person consents.
        ticket: Sealed; may be kept anywhere, such as in the person's session.
    """

    url: str
    ticket: str


class Keeper:
    """What one person, or nobody in particular, may do to the connections of a store."""

    def __init__(
        self,
        registry: Registry,
        store: Store,
        *,
        principal: Principal | None = None,
        clock: Callable[[], float] = time.time,
        doors: Doors | None = None,
    ) -> None:
        """Args:
        principal: Who asks; the owner of what is made. None: it is then for anyone.
        clock: Gives seconds since 1970.
        """
        self._registry = registry
        self._store = store
        self._principal = principal
        self._gate = Gate(store, principal)
        self._clock = clock
        self._doors = doors or Doors()

    def connect(
        self,
        name: str,
        connector: str,
        method: str,
        settings: Mapping[str, Json],
        *,
        app: str | None = None,
    ) -> Kept:
        """Keep a connection whose method needs no person; its first call signs in.

        Args:
            app: Name of the app profile that gives the other settings.

        Raises:
            UnknownName, NameTaken, BadInput: The name, the method or the settings will not do.
        """
        about, _ = self._checked(connector, method, settings, app)
        if about["interactive"]:
            raise BadInput(f"The method {method!r} needs a browser.", "Begin a sign-in with it.")
        return self._add(name, connector, about, settings, {}, app)

    def reconnect(self, name: str, settings: Mapping[str, Json], *, app: str | None = None) -> Kept:
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
        kept = self._gate.changeable(name)
        app = app or kept.app
        about, _ = self._checked(kept.connector, kept.method, settings, app)
        if kept.credentials:
            self._close(kept, revoke=True)
        self._replace(kept, about, settings, {}, app)
        return kept

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
        kept = self._gate.changeable(name) if again else None
        app = app or (kept.app if kept else None)
        about, merged = self._checked(connector, method, settings, app)
        if not about["interactive"]:
            raise BadInput(f"The method {method!r} needs no browser.", "Connect with it at once.")
        if not again:
            self._store.check_free(name)
        begun: Authorization = self._registry.call(
            connector,
            "begin_authorization",
            method=method,
            settings=merged,
            redirect_uri=redirect_uri,
        )
        ticket = {
            "id": uuid.uuid4().hex,
            "name": name,
            "connector": connector,
            "method": method,
            "settings": dict(settings),
            "app": app,
            "pending": begun["pending"],
            "again": kept.id if kept else None,
            "who": self._gate.who,
            "expires": self._clock() + SIGN_IN_LIFETIME,
        }
        return SignIn(begun["url"], self._store.seal(ticket, TICKET))

    def finish(self, ticket: str, callback_url: str) -> Kept:
        """Finish a sign-in with the URL that the browser came back to, and keep the connection.

        Raises:
            SignInUnfinished: It was begun too long ago, or has come back already.
            NotAllowed: Somebody else began it.
            NameTaken: Another connection has taken the name meanwhile.
        """
        begun = self._store.open(ticket, TICKET)
        if begun["who"] != self._gate.who:
            raise NotAllowed("Somebody else began this sign-in.", "Begin one of your own.")
        now = self._clock()
        if now > begun["expires"]:
            raise SignInUnfinished("This sign-in was begun too long ago.", "Start it again.")
        if not self._store.claim(begun["id"], now, begun["expires"]):
            raise SignInUnfinished("This sign-in has come back already.", "Start another.")
        try:
            return self._finish(begun, callback_url)
        except BaseException:
            self._store.release(begun["id"])  # a wrong callback must not use up the right one
            raise

    def _finish(self, begun: JsonObject, callback_url: str) -> Kept:
        name, connector, app = begun["name"], begun["connector"], begun["app"]
        about, merged = self._checked(connector, begun["method"], begun["settings"], app)
        credentials: JsonObject = self._registry.call(
            connector,
            "finish_authorization",
            method=begun["method"],
            settings=merged,
            pending=begun["pending"],
            callback_url=callback_url,
        )
        if begun["again"] is None:
            return self._add(name, connector, about, begun["settings"], credentials, app)
        kept = self._gate.changeable(name)
        if kept.id != begun["again"]:
            raise SignInUnfinished(
                f"The connection {name!r} is not the one that this sign-in was begun for.",
                "Start it again.",
            )
        self._replace(kept, about, begun["settings"], credentials, app)
        return kept

    def _add(
        self,
        name: str,
        connector: str,
        about: JsonObject,
        settings: Mapping[str, Json],
        credentials: Mapping[str, Json],
        app: str | None,
    ) -> Kept:
        plain, secrets = settings_form.split(about["schema"], settings)
        kept = self._store.add(
            name,
            connector=connector,
            method=about["name"],
            settings=plain,
            secrets=secrets,
            credentials=credentials,
            app=app,
            owner=self._principal.user if self._principal else None,
        )
        self._gate.record("connected", name, about["name"])
        return kept

    def _replace(
        self,
        kept: Kept,
        about: JsonObject,
        settings: Mapping[str, Json],
        credentials: Mapping[str, Json],
        app: str | None,
    ) -> None:
        plain, secrets = settings_form.split(about["schema"], settings)
        with kept.lock():
            kept.replace(plain, secrets, credentials, app)
        if history := history_of(self._store):
            with logged("change"):
                history.forget_test(kept.id)
        self._close(kept, revoke=False)
        self._gate.record("settings_changed", kept.name)

    def _close(self, kept: Kept, *, revoke: bool) -> None:
        """Have the connector let go of a sign-in whose place another takes.

        One that cannot be ended at the service ends there by itself; it is used no more.
        """
        try:
            self._registry.call_optional(
                kept.connector, "close_connection", connection=kept, revoke=revoke
            )
        except Exception as exc:
            if not hasattr(exc, "kind"):  # no word of the service's: a bug
                raise

    def _checked(
        self, connector: str, method: str, settings: Mapping[str, Json], app: str | None
    ) -> tuple[JsonObject, JsonObject]:
        """Give what the manifest says of a method, and all settings, which fit it."""
        manifest = self._registry.manifest(connector)
        about = manifests.part(manifest, "auth_methods", method)
        merged = {**self._app_settings(connector, settings, app), **settings}
        self._doors.of(connector, "method", about, "schema").check(merged, "form")
        self._registry.call_optional(connector, "check_settings", method=method, settings=merged)
        return about, merged

    def _app_settings(
        self, connector: str, settings: Mapping[str, Json], name: str | None
    ) -> Mapping[str, Json]:
        if name is None:
            return {}
        app = self._store.app(name)
        if app.connector != connector:
            raise BadInput(
                f"The app profile {name!r} is for {app.connector}, not for {connector}.",
                "Take another, or add one.",
            )
        both = sorted(set(app.settings) & set(settings))
        if both:
            raise BadInput(
                f"The app profile {name!r} gives {', '.join(map(repr, both))} already.",
                "Leave it out, or connect without the profile.",
                fields=both,
            )
        return app.settings
