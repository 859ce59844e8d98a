"""Runs what a workflow asks for: checks it at the door, finds the connection, calls the connector.

It knows no connector by name, sends nothing itself, and keeps nothing but prepared schemas. Errors
of connectors pass through as they are; all others are `errors`.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from connector_host import form
from connector_host import manifest as manifests
from connector_host.errors import BadInput, SignInUnfinished
from connector_host.hookspecs import (
    ActionResult,
    Authorization,
    Json,
    JsonObject,
    TestReport,
)
from connector_host.misfit import Door
from connector_host.registry import Registry
from connector_host.storage import Kept, Store

SIGN_IN_LIFETIME = 600.0  # seconds from `begin` to `finish`; codes live shorter than that
TICKET = "sign-in"

Progress = Callable[[JsonObject], None]


@dataclass(frozen=True)
class SignIn:
    """A sign-in begun: where to send the browser, and what to give back to `finish`.

    Attributes:
        url: The page where a person consents.
        ticket: Sealed; may be kept anywhere, such as in the person's session.
    """

    url: str
    ticket: str


class Runner:
    """One host's way to its connectors; safe to use from threads and event loops."""

    def __init__(
        self, registry: Registry, store: Store, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._registry = registry
        self._store = store
        self._clock = clock
        self._doors: dict[tuple[str, str, str], Door] = {}

    def run(
        self,
        connection: str | Kept,
        action: str,
        inputs: Mapping[str, Json],
        *,
        run_id: str = "",
        explain: bool = False,
        progress: Progress | None = None,
    ) -> ActionResult:
        """Run an action.

        Args:
            connection: Its name, or itself.
            action: Its name in the manifest.
            inputs: What fits the action's input schema.
            run_id: For logs.
            explain: Send nothing; the output is the calls that would be sent.
            progress: Called with a JSON object from time to time in long work.

        Raises:
            UnknownName: No such connection or action; names the nearest.
            BadInput: The inputs do not fit; `fields` says where. Nothing was sent.
            PluginBroken: The connector is not there, or does not answer.
        """
        kept = self._kept(connection)
        arguments = self._arguments(kept, action, inputs, run_id, explain, progress)
        return cast("ActionResult", self._registry.call(kept.connector, "run_action", **arguments))

    async def run_async(
        self,
        connection: str | Kept,
        action: str,
        inputs: Mapping[str, Json],
        *,
        run_id: str = "",
        explain: bool = False,
        progress: Progress | None = None,
    ) -> ActionResult:
        """Run an action on the caller's event loop; else as `run`."""
        import asyncio  # 30 ms to import, and the loop that runs this has it

        kept = await asyncio.to_thread(self._kept, connection)  # a store may be across a network
        arguments = self._arguments(kept, action, inputs, run_id, explain, progress)
        awaitable = self._registry.call(kept.connector, "run_action_async", **arguments)
        return cast("ActionResult", await awaitable)

    def test(self, connection: str | Kept) -> TestReport:
        """Test a connection; what fails is in the report, not raised."""
        kept = self._kept(connection)
        report = self._registry.call(kept.connector, "test_connection", connection=kept)
        return cast("TestReport", report)

    def connect(self, name: str, connector: str, method: str, settings: Mapping[str, Json]) -> Kept:
        """Keep a connection whose method needs no person; its first call signs in.

        Raises:
            UnknownName, NameTaken, BadInput: The name, the method or the settings will not do.
        """
        about = self._check_settings(connector, method, settings)
        if about["interactive"]:
            raise BadInput(f"The method {method!r} needs a browser.", "Begin a sign-in with it.")
        plain, secrets = form.split(about["schema"], settings)
        return self._store.add(
            name,
            connector=connector,
            method=method,
            settings=plain,
            secrets=secrets,
            credentials={},
        )

    def reconnect(self, name: str, settings: Mapping[str, Json]) -> Kept:
        """Change the settings of a connection whose method needs no person; signs in anew.

        Raises:
            UnknownName, BadInput: There is no such connection, or the settings do not fit.
        """
        kept = self._store.get(name)
        about = self._check_settings(kept.connector, kept.method, settings)
        plain, secrets = form.split(about["schema"], settings)
        with kept.lock():
            kept.replace(plain, secrets, {})
        return kept

    def begin(
        self,
        name: str,
        connector: str,
        method: str,
        settings: Mapping[str, Json],
        redirect_uri: str,
        *,
        again: bool = False,
    ) -> SignIn:
        """Begin a sign-in through the browser; sends nothing and keeps nothing.

        Args:
            name: The connection that `finish` is to make.
            redirect_uri: Where the browser is to come back, exactly as the app has it.
            again: The connection exists, and is to be signed in anew.

        Raises:
            UnknownName, NameTaken, BadInput: The name, the method or the settings will not do.
        """
        about = self._check_settings(connector, method, settings)
        if not about["interactive"]:
            raise BadInput(f"The method {method!r} needs no browser.", "Connect with it at once.")
        if again:
            self._store.get(name)
        else:
            self._store.check_free(name)
        begun: Authorization = self._registry.call(
            connector,
            "begin_authorization",
            method=method,
            settings=dict(settings),
            redirect_uri=redirect_uri,
        )
        kept = {
            "name": name,
            "connector": connector,
            "method": method,
            "settings": dict(settings),
            "pending": begun["pending"],
            "again": again,
            "expires": self._clock() + SIGN_IN_LIFETIME,
        }
        return SignIn(begun["url"], self._store.seal(kept, TICKET))

    def finish(self, ticket: str, callback_url: str) -> Kept:
        """Finish a sign-in with the URL that the browser came back to, and keep the connection.

        Raises:
            SignInUnfinished: It was begun too long ago.
            NameTaken: Another connection has taken the name meanwhile.
        """
        begun = self._store.open(ticket, TICKET)
        if self._clock() > begun["expires"]:
            raise SignInUnfinished("This sign-in was begun too long ago.", "Start it again.")
        connector, method, settings = begun["connector"], begun["method"], begun["settings"]
        credentials = self._registry.call(
            connector,
            "finish_authorization",
            method=method,
            settings=settings,
            pending=begun["pending"],
            callback_url=callback_url,
        )
        plain, secrets = form.split(self._method(connector, method)["schema"], settings)
        if begun["again"]:
            kept = self._store.get(begun["name"])
            with kept.lock():
                kept.replace(plain, secrets, credentials)
            return kept
        return self._store.add(
            begun["name"],
            connector=connector,
            method=method,
            settings=plain,
            secrets=secrets,
            credentials=credentials,
        )

    def close(self, connection: str | Kept, *, revoke: bool = False) -> None:
        """Free what the connector pools for a connection; with `revoke`, end its tokens too."""
        kept = self._kept(connection)
        self._registry.call(kept.connector, "close_connection", connection=kept, revoke=revoke)

    def _kept(self, connection: str | Kept) -> Kept:
        return self._store.get(connection) if isinstance(connection, str) else connection

    def _arguments(
        self,
        kept: Kept,
        action: str,
        inputs: Mapping[str, Json],
        run_id: str,
        explain: bool,
        progress: Progress | None,
    ) -> dict[str, Any]:
        """Check a run at the door and give what the hook takes."""
        about = manifests.part(self._registry.manifest(kept.connector), "actions", action)
        self._door(kept.connector, "action", about, "input").check(inputs, "input")
        context: dict[str, Any] = {"explain": explain}
        if run_id:
            context["run_id"] = run_id
        if progress is not None:
            context["progress"] = progress
        return {"action": action, "connection": kept, "inputs": inputs, "context": context}

    def _check_settings(
        self, connector: str, method: str, settings: Mapping[str, Json]
    ) -> JsonObject:
        about = self._method(connector, method)
        self._door(connector, "method", about, "schema").check(dict(settings), "form")
        self._registry.ask(connector, "check_settings", method=method, settings=dict(settings))
        return about

    def _method(self, connector: str, method: str) -> JsonObject:
        return manifests.part(self._registry.manifest(connector), "auth_methods", method)

    def _door(self, connector: str, noun: str, about: JsonObject, key: str) -> Door:
        place = (connector, noun, about["name"])
        if place not in self._doors:
            self._doors[place] = Door(about[key], f"the {noun} {about['name']!r} of {connector}")
        return self._doors[place]
