"""Reads connections from environment variables, where containers have their secrets.

One variable for each connection, `CONNECTOR_HOST_CONNECTION_` and its name in capitals:

    CONNECTOR_HOST_CONNECTION_ACME='{"connector": "...", "method": "...", "settings": {...}}'

Nothing is written anywhere. Credentials live as long as the process, so this is for methods that
need no person; an interactive one raises an error, as it has no credentials. It is also the
smallest `protocol.Store`, as an example for another.
"""

import json
import logging
import os
import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import NoReturn

from connector_host.access import Access
from connector_host.errors import BadInput, UnknownName, unknown
from connector_host.hookspecs import Json, JsonObject
from connector_host.store.protocol import SignInNeeded, StoredAppProfile
from connector_host.timestamps import now

PREFIX = "CONNECTOR_HOST_CONNECTION_"
LOG = logging.getLogger("connector_host.store.audit")


def _refuse(*_: object, **__: object) -> NoReturn:
    """Raise an error: this store cannot be changed."""
    raise BadInput(
        "Connections are read from environment variables here.",
        f"Set {PREFIX}NAME, and restart.",
    )


class EnvironmentConnection:
    """One connection, whose credentials all callers in this process share."""

    access = Access()
    app: str | None = None
    replace = staticmethod(_refuse)

    def __init__(self, name: str, connector: str, method: str, settings: JsonObject) -> None:
        self.id = self.name = name
        self.connector = connector
        self.method = method
        self.settings: Mapping[str, Json] = settings
        self.credentials: Mapping[str, Json] = {}
        self.needs_sign_in: SignInNeeded | None = None
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"EnvironmentConnection({self.name!r}, {self.connector}, {self.method})"

    def verify(self) -> None:
        """Do nothing: nobody else can change the environment of this process."""

    def save(self, credentials: Mapping[str, Json]) -> None:
        self.credentials = dict(credentials)
        self.needs_sign_in = None

    def lock(self) -> AbstractContextManager[object]:
        return self._lock

    def mark(self, code: str, reason: str) -> None:
        self.needs_sign_in = SignInNeeded(code, reason, now())

    def unmark(self) -> None:
        self.needs_sign_in = None


class EnvironmentStore:
    """The connections of one process's environment."""

    add = check_free = remove = claim = release = seal = open = staticmethod(_refuse)

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        """Args:
        environment: Environment variables; None for those of the process.

        Raises:
            BadInput: A variable is not a valid connection; the message does not repeat its value.
        """
        variables = os.environ if environment is None else environment
        self._connections = {
            connection.name: connection
            for connection in (
                _parse_connection(variable, text)
                for variable, text in variables.items()
                if variable.startswith(PREFIX)
            )
        }

    def get(self, name: str, /) -> EnvironmentConnection:
        if name not in self._connections:
            raise unknown("connection", name, self._connections)
        return self._connections[name]

    def record(self, who: str, what: str, connection: str, detail: str = "", /) -> None:
        """Write to the log, which is the audit trail of a container."""
        LOG.info("%s %s %s %s", who or "-", what, connection, detail)

    def app(self, name: str, /) -> StoredAppProfile:
        raise UnknownName(
            f"There is no app profile {name!r}.",
            "Environment variables cannot define app profiles.",
        )


def _parse_connection(variable: str, text: str) -> EnvironmentConnection:
    try:
        parsed = json.loads(text)
        return EnvironmentConnection(
            variable.removeprefix(PREFIX).lower(),
            str(parsed["connector"]),
            str(parsed["method"]),
            dict(parsed["settings"]),
        )
    except (ValueError, TypeError, KeyError, RecursionError) as exc:
        raise BadInput(
            f"{variable} does not contain a connection.",
            'Give {"connector": "...", "method": "...", "settings": {...}}.',
            fields=[variable],
        ) from exc
