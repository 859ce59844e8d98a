"""Loads connectors from their entry points, each separately, so that a broken one harms no other.

Nothing is loaded at import, and nothing is cached outside of a `Registry`. `hookspecs` defines the
hooks, `manifest` validates manifests.

https://packaging.python.org/en/latest/specifications/entry-points/
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Literal, cast

import pluggy

from connector_host import hookspecs
from connector_host import manifest as manifests
from connector_host.errors import PluginBroken, unknown
from connector_host.hookspecs import CONTRACT_VERSION, GROUP, JsonObject


@dataclass(frozen=True)
class Plugin:
    """One entry point of the group, and whether it can be used.

    Attributes:
        cause: Why it is broken, on one line; empty for `ok`.
    """

    name: str
    distribution: str
    version: str
    status: Literal["ok", "broken"]
    cause: str = ""


class Registry:
    """The installed connectors; create one with `Registry.load()`."""

    def __init__(
        self,
        manager: pluggy.PluginManager,
        causes: Sequence[tuple[EntryPoint, str]],
        manifests: Mapping[str, JsonObject],
    ) -> None:
        self._manager = manager
        self._causes = causes  # why an entry point is broken, empty when it is ok
        self._manifests = manifests

    @classmethod
    def load(
        cls, entries: Iterable[EntryPoint] | None = None, *, validate: bool = True
    ) -> "Registry":
        """Load every connector.

        Args:
            entries: The entry points to load; None for those of the environment.
            validate: False to check only the outline of each manifest. That saves the import of
                jsonschema and 0.3 s for a manifest of 60 actions, in a process such as a worker.
        """
        manager = pluggy.PluginManager(GROUP)
        manager.add_hookspecs(hookspecs)
        causes: list[tuple[EntryPoint, str]] = []
        loaded: dict[str, JsonObject] = {}
        by_name: dict[str, list[EntryPoint]] = {}
        for entry in entry_points(group=GROUP) if entries is None else entries:
            by_name.setdefault(entry.name, []).append(entry)
        for name, same_name in sorted(by_name.items()):
            try:
                loaded[name] = _load_plugin(manager, name, same_name, validate=validate)
            except PluginBroken as broken:
                causes += [(entry, str(broken)) for entry in same_name]
            else:
                causes.append((same_name[0], ""))
        return cls(manager, causes, loaded)

    @cached_property
    def plugins(self) -> list[Plugin]:
        """All entry points of the group, by name."""
        plugins = [_record(entry, cause) for entry, cause in self._causes]
        return sorted(plugins, key=lambda plugin: (plugin.name, plugin.distribution))

    @property
    def names(self) -> list[str]:
        """The names of the connectors that can be used."""
        return sorted(self._manifests)

    @property
    def hook(self) -> Any:
        """pluggy's hook relay: a call tries all connectors until one answers. See `call`."""
        return self._manager.hook

    def manifest(self, connector: str) -> JsonObject:
        """Return a connector's manifest, which was read when it was loaded.

        Raises:
            UnknownName: None of this name is installed; the error suggests the nearest.
            PluginBroken: It is installed and cannot be used; the message says why.
        """
        if connector in self._manifests:
            return self._manifests[connector]
        for plugin in self.plugins:
            if plugin.name == connector:
                raise PluginBroken(
                    f"The connector {connector!r} of {plugin.distribution} {plugin.version} "
                    f"cannot be used: {plugin.cause}"
                )
        raise unknown("connector", connector, self._manifests)

    def summary(self, connector: str) -> JsonObject:
        """Return a connector's manifest without its details; see the hook `connector_summary`.

        Raises:
            UnknownName, PluginBroken: See `manifest`.
        """
        answer = self.call_optional(connector, "connector_summary")
        return manifests.summarize(self.manifest(connector)) if answer is None else answer

    def describe(self, connector: str, action: str) -> JsonObject:
        """Return the manifest's entry of one action or trigger.

        Raises:
            UnknownName: There is neither of this name; the error suggests the nearest.
            PluginBroken: See `manifest`.
        """
        answer = self.call_optional(connector, "describe_action", action=action)
        if answer is None:
            return manifests.get_entry(self.manifest(connector), action)
        return cast("JsonObject", answer)

    def describe_auth_method(self, connector: str, method: str) -> JsonObject:
        """Return the manifest's entry of one auth method.

        Raises:
            UnknownName: There is none of this name; the error suggests the nearest.
            PluginBroken: See `manifest`.
        """
        answer = self.call_optional(connector, "describe_auth_method", method=method)
        if answer is None:
            return manifests.get_part(self.manifest(connector), "auth_methods", method)
        return cast("JsonObject", answer)

    def call(self, connector: str, hook: str, **arguments: Any) -> Any:
        """Call a hook of one connector, and of no other.

        `context` may be left out of the hooks that take it.

        Raises:
            UnknownName, PluginBroken: See `manifest`; also when it does not implement the hook.
        """
        result = self.call_optional(connector, hook, **arguments)
        if result is None:
            raise PluginBroken(f"The connector {connector!r} does not implement the hook {hook!r}.")
        return result

    def call_optional(self, connector: str, hook: str, **arguments: Any) -> Any:
        """Call an optional hook of one connector; None when it does not implement the hook.

        Raises:
            UnknownName, PluginBroken: See `manifest`.
        """
        self.manifest(connector)
        others = [
            plugin
            for name, plugin in self._manager.list_name_plugin()
            if name != connector and name in self._manifests
        ]
        caller = self._manager.subset_hook_caller(hook, others)
        if caller.spec is not None and "context" in caller.spec.argnames:
            arguments.setdefault("context", None)
        return caller(connector=connector, **arguments)

    def has_hook(self, connector: str, hook: str) -> bool:
        """Return whether a connector implements a hook, such as one of `hookspecs.OPTIONAL_HOOKS`.

        Raises:
            UnknownName, PluginBroken: See `manifest`.
        """
        self.manifest(connector)
        implementations = getattr(self._manager.hook, hook).get_hookimpls()
        return any(implementation.plugin_name == connector for implementation in implementations)


def _load_plugin(
    manager: pluggy.PluginManager, name: str, entries: list[EntryPoint], *, validate: bool
) -> JsonObject:
    """Load and register one connector, and return its manifest.

    Raises:
        PluginBroken: For any reason; the connector is then not registered.
    """
    if len(entries) > 1:
        distributions = " and ".join(f"{_origin(entry)[0]} ({entry.value})" for entry in entries)
        raise PluginBroken(
            f"{distributions} both provide a connector {name!r}.", "Uninstall one of them."
        )
    # An import may raise any exception, and a sys.exit() in it must not end the host.
    try:
        plugin = entries[0].load()
    except (Exception, SystemExit) as exc:
        raise PluginBroken(f"{entries[0].value} cannot be imported: {_cause(exc)}") from exc
    _check_contract_version(plugin)
    try:
        _register(manager, plugin, name)
        return _read_manifest(manager, name, validate=validate)
    except PluginBroken:
        if manager.has_plugin(name):
            manager.unregister(name=name)
        raise


def _check_contract_version(plugin: object) -> None:
    """Raise an error if a plugin implements another contract version."""
    version = getattr(plugin, "contract_version", None)
    if type(version) is not int:
        raise PluginBroken(
            "It does not declare which contract version it implements.",
            f"Give it the attribute contract_version = {CONTRACT_VERSION}.",
        )
    if version != CONTRACT_VERSION:
        older = "connector" if version < CONTRACT_VERSION else "host"
        raise PluginBroken(
            f"It implements contract version {version}; this host implements {CONTRACT_VERSION}.",
            f"Upgrade the {older}.",
        )


def _register(manager: pluggy.PluginManager, plugin: object, name: str) -> None:
    try:
        manager.register(plugin, name)
        manager.check_pending()
    except pluggy.PluginValidationError as exc:
        raise PluginBroken(f"Its hooks do not match the contract: {_cause(exc)}") from exc
    except Exception as exc:  # pluggy reads every attribute, which may raise
        raise PluginBroken(f"It cannot be registered: {_cause(exc)}") from exc


def _read_manifest(manager: pluggy.PluginManager, name: str, *, validate: bool) -> JsonObject:
    impls = manager.hook.connector_manifest.get_hookimpls()
    own = [impl for impl in impls if impl.plugin_name == name]
    if not own:
        raise PluginBroken("It has no hook connector_manifest.")
    try:
        manifest = cast("JsonObject", own[0].function())
    except Exception as exc:
        raise PluginBroken(f"connector_manifest raised {_cause(exc)}") from exc
    faults = manifests.faults(manifest) if validate else manifests.outline_faults(manifest)
    if faults:
        raise PluginBroken(f"Its manifest is not valid: {manifests.summary(faults)}")
    if manifest["name"] != name:
        raise PluginBroken(
            f"Its manifest names it {manifest['name']!r}, its entry point {name!r}.",
            "Use the same name for both.",
        )
    return manifest


def _record(entry: EntryPoint, cause: str) -> Plugin:
    distribution, version = _origin(entry)
    return Plugin(entry.name, distribution, version, "broken" if cause else "ok", cause)


def _origin(entry: EntryPoint) -> tuple[str, str]:
    """Return the name and version of an entry point's distribution."""
    if entry.dist is None:  # created in code, as in tests
        return "unknown", ""
    return entry.dist.metadata["Name"], entry.dist.version


def _cause(exc: BaseException) -> str:
    """Describe an exception on one line."""
    return " ".join(f"{type(exc).__name__}: {exc}".split())
