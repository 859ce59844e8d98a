"""The runtime of a generated Dify plugin: sign-in, test, options and runs.

Dify stores credentials itself and refreshes them on its own schedule; the run of a tool cannot save
them. So a sign-in gets a short lifetime, after which Dify refreshes it, and a refresh can save.

stdout carries the protocol between Dify and the plugin: nothing may be printed.
"""

import json
import time
from collections.abc import Callable, Generator, Mapping
from functools import lru_cache
from typing import Any, ClassVar, Final

from dify_plugin import Tool, ToolProvider
from dify_plugin.core.trigger_factory import TriggerFactory
from dify_plugin.entities import I18nObject, ParameterOption
from dify_plugin.entities.oauth import ToolOAuthCredentials
from dify_plugin.entities.tool import ToolInvokeMessage
from dify_plugin.errors.tool import ToolProviderCredentialValidationError
from werkzeug import Request

from connector_host.engines.dify.parameters import (
    MAX_CHOICES,
    METHOD,
    OAUTH_CREDENTIALS,
    OAUTH_METHOD,
    OAUTH_SETTINGS,
    inputs_from,
    options_source,
)
from connector_host.engines.fault import fault_of
from connector_host.engines.flat import from_flat
from connector_host.engines.stateless import StatelessConnection, begin_sealed, finish_sealed
from connector_host.errors import UnknownName
from connector_host.hookspecs import JsonObject
from connector_host.manifest import get_part
from connector_host.registry import Registry

LIFETIME: Final = 900  # seconds until Dify refreshes, when the service does not report an expiry


@lru_cache(maxsize=1)
def registry() -> Registry:
    """Return the connectors of this process."""
    return Registry.load(validate=False)


def method_of(connector: str, *, interactive: bool, name: object = None) -> JsonObject:
    """Return the auth method of this name, or the first of its kind."""
    methods = [
        method
        for method in registry().manifest(connector)["auth_methods"]
        if bool(method.get("interactive")) is interactive and name in (None, "", method["name"])
    ]
    if not methods:
        raise UnknownName(f"There is no sign-in method {name!r}.")
    entry: JsonObject = methods[0]
    return entry


def connection_of(connector: str, credentials: Mapping[str, Any]) -> StatelessConnection:
    """Return a connection over the data that Dify stores: an OAuth sign-in, or a form's fields."""
    if OAUTH_CREDENTIALS in credentials:
        settings = json.loads(credentials[OAUTH_SETTINGS])
        stored = json.loads(credentials[OAUTH_CREDENTIALS])
        return StatelessConnection(connector, credentials[OAUTH_METHOD], settings, stored)
    method = method_of(connector, interactive=False, name=credentials.get(METHOD))
    return StatelessConnection(connector, method["name"], from_flat(method, credentials))


class OAuthHooks:
    """The sign-in of a connector, for tools and for triggers, each with its result class."""

    connector: ClassVar[str]
    oauth_credentials: ClassVar[Callable[..., Any]]

    def _oauth_get_authorization_url(
        self, redirect_uri: str, system_credentials: Mapping[str, Any]
    ) -> str:
        return authorization_url(self.connector, redirect_uri, system_credentials)

    def _oauth_get_credentials(
        self,
        redirect_uri: str,  # noqa: ARG002 - Dify's own form
        system_credentials: Mapping[str, Any],
        request: Request,
    ) -> Any:
        stored, end = exchange_code(self.connector, system_credentials, request.url)
        return self.oauth_credentials(credentials=stored, expires_at=end)

    def _oauth_refresh_credentials(
        self,
        redirect_uri: str,  # noqa: ARG002 - Dify's own form
        system_credentials: Mapping[str, Any],  # noqa: ARG002 - the sign-in has its own
        credentials: Mapping[str, Any],
    ) -> Any:
        stored, end = refresh(self.connector, credentials)
        return self.oauth_credentials(credentials=stored, expires_at=end)


class ConnectorProvider(OAuthHooks, ToolProvider):
    """The provider of one connector, which a generated subclass names."""

    oauth_credentials = ToolOAuthCredentials

    def _validate_credentials(self, credentials: dict[str, Any]) -> None:
        if sentences := failed_checks(self.connector, credentials):
            raise ToolProviderCredentialValidationError(sentences)


def failed_checks(connector: str, credentials: Mapping[str, Any]) -> str:
    """Test a connection; return the failed checks with their remedies as one text, or `""`."""
    try:
        report = registry().call(
            connector, "test_connection", connection=connection_of(connector, credentials)
        )
    except Exception as error:  # noqa: BLE001 - the engine's edge: `fault_of` judges
        return str(fault_of(error))
    failed = [check for check in report["checks"] if check["status"] == "failed"]
    return " ".join(f"{check['message']} {check['remedy']}".strip() for check in failed)


def authorization_url(
    connector: str, redirect_uri: str, system_credentials: Mapping[str, Any]
) -> str:
    """Begin a sign-in, whose state is stored in the URL only."""
    method = method_of(connector, interactive=True)
    settings = from_flat(method, system_credentials)
    return begin_sealed(registry(), connector, method["name"], settings, redirect_uri).url


def exchange_code(
    connector: str, system_credentials: Mapping[str, Any], callback_url: str
) -> tuple[JsonObject, int]:
    """Finish a sign-in; return the data that Dify stores, and when it must refresh them."""
    method = method_of(connector, interactive=True)
    settings = from_flat(method, system_credentials)
    credentials = finish_sealed(registry(), connector, method["name"], settings, callback_url)
    return _stored(method["name"], settings, credentials, None)


def refresh(connector: str, credentials: Mapping[str, Any]) -> tuple[JsonObject, int]:
    """Refresh a sign-in; return the data that Dify stores, and when it must refresh again."""
    connection = connection_of(connector, credentials)
    refreshed = registry().call(connector, "refresh_connection", connection=connection)
    return _stored(
        connection.method,
        dict(connection.settings),
        dict(connection.credentials),
        refreshed["expires_at"],
    )


def _stored(
    method: str, settings: JsonObject, credentials: JsonObject, expires_at: float | None
) -> tuple[JsonObject, int]:
    soon = time.time() + LIFETIME
    stored = {
        OAUTH_METHOD: method,
        OAUTH_SETTINGS: json.dumps(settings),
        OAUTH_CREDENTIALS: json.dumps(credentials),
    }
    return stored, int(soon if expires_at is None else min(soon, expires_at))


class ActionFailed(Exception):
    """The failure of a tool, whose text Dify shows."""


class ActionTool(Tool):
    """One action as a tool; a generated subclass names the connector and the action."""

    connector: ClassVar[str]
    action: ClassVar[str]

    @property
    def _entry(self) -> JsonObject:
        return get_part(registry().manifest(self.connector), "actions", self.action)

    def _invoke(self, tool_parameters: dict[str, Any]) -> Generator[ToolInvokeMessage, None, None]:
        try:
            result = registry().call(
                self.connector,
                "run_action",
                action=self.action,
                connection=connection_of(self.connector, self.runtime.credentials),
                inputs=inputs_from(self._entry["input"], tool_parameters),
                context={},
            )
        except Exception as error:  # noqa: BLE001 - the engine's edge: `fault_of` judges
            fault = fault_of(error, self._entry)
            raise ActionFailed(f"{fault} [{fault.code}]") from None
        yield self.create_json_message(result["output"])

    def _fetch_parameter_options(self, parameter: str) -> list[ParameterOption]:
        source = options_source(self._entry["input"], parameter)
        if source is None:
            return []
        connection = connection_of(self.connector, self.runtime.credentials)
        options: list[ParameterOption] = []
        page: str | None = None
        while len(options) < MAX_CHOICES:
            answer = registry().call(
                self.connector,
                "list_options",
                source=source,
                connection=connection,
                inputs={},
                search="",
                page=page,
            )
            options += [
                ParameterOption(value=str(option["value"]), label=I18nObject(en_US=option["label"]))
                for option in answer["options"]
            ]
            page = answer["next_page"]
            if page is None:
                break
        return options


_find_trigger = TriggerFactory.get_trigger_event_handler_safely


def find_trigger(factory: TriggerFactory, *arguments: Any, **options: Any) -> Any:
    """Return the handler of an event; None for a plugin without triggers.

    SDK 0.7.4 looks for a trigger before a tool when it fetches options, and raises there.
    """
    try:
        return _find_trigger(factory, *arguments, **options)
    except ValueError:
        return None


def run() -> None:
    """Serve Dify on stdin and stdout, for the generated `main.py`."""
    from dify_plugin import DifyPluginEnv, Plugin

    TriggerFactory.get_trigger_event_handler_safely = find_trigger
    Plugin(DifyPluginEnv(MAX_REQUEST_TIMEOUT=240)).run()
