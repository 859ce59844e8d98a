"""The object that every command receives as `ctx.obj`, including commands of other packages.

A command group of the entry-point group `connector_host.commands` uses this object and imports
nothing from the host; the attributes and methods of `Host` are its public interface.
"""

import os
import sys
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connector_host.access import Principal
from connector_host.errors import BadInput
from connector_host.hookspecs import Json
from connector_host.registry import Registry
from connector_host.secret_hosts import LOCAL_HOSTS, LocalHosts
from connector_host.sign_in import REDIRECT_URI, TIMEOUT, SignInRequest, through_browser
from connector_host.store.keys import KEY_VARIABLE, KeyFile, KeyringEntry, KeySource, KeyText
from connector_host.terminal import dump_json, printable

if TYPE_CHECKING:
    from rich.console import Console

    from connector_host.connection_admin import ConnectionAdmin
    from connector_host.runner import Runner
    from connector_host.store.connection_store import ConnectionStore
    from connector_host.store.protocol import StoredConnection

APPLICATION = "connector-host"  # folder name in the platform's data and configuration folders
STORE_VARIABLE = "CONNECTOR_HOST_STORE"
CACHE_VARIABLE = "CONNECTOR_HOST_CACHE"  # a folder, or off
MAX_WAITING_VARIABLE = "CONNECTOR_HOST_MAX_WAITING_EVENTS"  # of each trigger that is pushed to
KEY_FILE_VARIABLE = "CONNECTOR_HOST_KEY_FILE"
LOCAL_HOSTS_VARIABLE = "CONNECTOR_HOST_LOCAL_HOSTS"
KEYRING_VARIABLE = "CONNECTOR_HOST_KEYRING"  # the name of the service in the system's keyring


class Host:
    """One run of the command line: its connectors, its store and its output.

    Everything is created on first use, so that `--help` opens no store.

    Attributes:
        out: rich Console on stdout, for results.
        err: rich Console on stderr, for progress, warnings and prompts.
        interactive: Whether a person at the terminal can be prompted.
    """

    def __init__(
        self,
        *,
        store: str | Path | None = None,
        keys: KeySource | None = None,
        principal: Principal | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Args:
        store: Path or URL; None for the environment variable, or else the platform's data folder.
        keys: None for the environment variables, or else the platform's configuration folder.
        principal: The user; None for connections that anyone may use.
        environment: Environment variables; None for those of the process.
        """
        self._environment = os.environ if environment is None else environment
        self._location = store
        self._keys = keys
        self.principal = principal
        self.interactive = sys.stdin.isatty() and sys.stderr.isatty()

    @cached_property
    def registry(self) -> Registry:
        """`names`, `plugins`, `manifest(name)`, `hook` and `call(name, hook, **arguments)`."""
        # The command `plugins` validates; other commands need not.
        return Registry.load(validate=False)

    @cached_property
    def store(self) -> "ConnectionStore":
        """`get`, `list`, `apps`, `triggers`, `trail`; none of them unseals a secret by itself."""
        from connector_host.store.connection_store import ConnectionStore

        return ConnectionStore(
            self.location,
            self.keys,
            cache_folder=self._find_cache(),
            max_waiting_events=self._find_max_waiting(),
        )

    @cached_property
    def runner(self) -> "Runner":
        """`run`, `test`, `connect`, `begin`, `finish`, `close`, `options`, `poll`, `deliver`."""
        from connector_host.runner import Runner

        return Runner(
            self.registry,
            self.store,
            principal=self.principal,
            local_hosts=self._find_local_hosts(),
        )

    @cached_property
    def admin(self) -> "ConnectionAdmin":
        """`visible`, `rename`, `remove`, `share`, `unshare`, `transfer_ownership`."""
        from connector_host.connection_admin import ConnectionAdmin

        return ConnectionAdmin(self.store, self.principal)

    @cached_property
    def out(self) -> "Console":
        from connector_host.console import SafeConsole

        return SafeConsole()

    @cached_property
    def err(self) -> "Console":
        from connector_host.console import SafeConsole

        return SafeConsole(stderr=True)

    @cached_property
    def keys(self) -> KeySource:
        """The source of the store's key."""
        return self._keys or self._find_keys()

    @property
    def location(self) -> str | Path:
        """The location of the store: a path or a URL."""
        if self._location is not None:
            return self._location
        if location := self._environment.get(STORE_VARIABLE):
            return location
        import platformdirs

        folder = Path(platformdirs.user_data_dir(APPLICATION, appauthor=False))
        return folder / "connections.sqlite3"

    def note(self, line: str) -> None:
        """Write a line to stderr: progress, a warning, what to do next."""
        sys.stderr.write(f"{printable(line)}\n")
        sys.stderr.flush()

    def data(self, value: Json) -> None:
        """Write a value to stdout as JSON, the only output there."""
        sys.stdout.write(dump_json(value) + "\n")
        sys.stdout.flush()

    def close(self) -> None:
        """Close the store if it was opened; no other thread may use it any more."""
        store = self.__dict__.get("store")
        if store is not None:
            store.close()

    def trial(self, folder: Path) -> "Host":
        """Return a host with its own store and key in `folder`, for demos and tests."""
        keys = KeyFile(folder / "key")
        other = Host(store=folder / "connections.sqlite3", keys=keys, environment=self._environment)
        other.__dict__["registry"] = self.registry  # so that both share the plugins and their pools
        return other

    def sign_in(
        self,
        name: str,
        *,
        connector: str,
        method: str,
        settings: Mapping[str, Json],
        open_url: Callable[[str], Any],
        redirect_uri: str = REDIRECT_URI,
        timeout: float = TIMEOUT,
        app: str | None = None,
        again: bool = False,
    ) -> "StoredConnection":
        """Sign in through a browser; see `sign_in.through_browser`.

        Args:
            open_url: Called with the URL to open, once the callback server listens.
            redirect_uri: On this machine; port 0 takes a free one.
            timeout: Seconds to wait for the browser.
        """
        request = SignInRequest(name, connector, method, dict(settings), app, again)
        return through_browser(
            self.registry,
            self.runner,
            request,
            open_url=open_url,
            redirect_uri=redirect_uri,
            timeout=timeout,
        )

    def _find_local_hosts(self) -> LocalHosts:
        text = self._environment.get(LOCAL_HOSTS_VARIABLE, "own")
        for value in LOCAL_HOSTS:
            if text == value:
                return value
        raise BadInput(
            f"{LOCAL_HOSTS_VARIABLE} must be one of {', '.join(LOCAL_HOSTS)}.",
            "Correct or unset it.",
        )

    def _find_max_waiting(self) -> int:
        from connector_host.store.received_events import MAX_WAITING

        text = self._environment.get(MAX_WAITING_VARIABLE) or str(MAX_WAITING)
        if text.isascii() and text.isdigit() and int(text) > 0:
            return int(text)
        raise BadInput(f"{MAX_WAITING_VARIABLE} must be a number above 0.", "Correct or unset it.")

    def _find_cache(self) -> Path | None:
        text = self._environment.get(CACHE_VARIABLE, "")
        if text == "off":
            return None
        if text:
            return Path(text)
        location = self._location or self._environment.get(STORE_VARIABLE)
        if location is not None and "://" not in str(location):
            return Path(location).parent / "cache"  # a separate store, such as that of a trial
        import platformdirs

        return Path(platformdirs.user_cache_dir(APPLICATION, appauthor=False)) / "shared"

    def _find_keys(self) -> KeySource:
        if text := self._environment.get(KEY_VARIABLE):
            return KeyText(text)
        if path := self._environment.get(KEY_FILE_VARIABLE):
            return KeyFile(Path(path))
        if service := self._environment.get(KEYRING_VARIABLE):
            return KeyringEntry(service)
        import platformdirs

        # Not beside the store: a copy or a backup of that folder must not contain the key.
        return KeyFile(Path(platformdirs.user_config_dir(APPLICATION, appauthor=False)) / "key")
