"""Checks the settings of a connection before they are stored or used for a sign-in.

Their shape is in the connector's manifest; what a schema cannot say, the connector's hook
`check_settings` checks; which hosts secrets may be sent to, `secret_hosts`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from connector_host import manifest as manifests
from connector_host import settings_form
from connector_host.errors import BadInput
from connector_host.hookspecs import Json, JsonObject
from connector_host.registry import Registry
from connector_host.schema_validation import ValidatorCache
from connector_host.secret_hosts import LocalHosts, check_hosts, hosts_of
from connector_host.store.protocol import Store, StoredAppProfile


@dataclass(frozen=True)
class CheckedSettings:
    """Settings that are valid for an auth method.

    Attributes:
        entry: The method's entry in the manifest.
        all: The connection's own settings and those of its app profile.
        plain, secrets: The connection's own settings, in two parts.
    """

    entry: JsonObject
    all: JsonObject = field(repr=False)
    plain: JsonObject
    secrets: JsonObject = field(repr=False)


class SettingsChecker:
    """Checks settings against a connector, an app profile and the hosts that are allowed."""

    def __init__(
        self, registry: Registry, store: Store, validators: ValidatorCache, local_hosts: LocalHosts
    ) -> None:
        self._registry = registry
        self._store = store
        self._validators = validators
        self._local_hosts = local_hosts

    def check(
        self, connector: str, method: str, settings: Mapping[str, Json], app: str | None
    ) -> CheckedSettings:
        """Check a connection's own settings together with those of its app profile.

        Raises:
            UnknownName: There is no such connector, method or app profile.
            BadInput: The settings are not valid, or the profile does not fit them.
        """
        manifest = self._registry.manifest(connector)
        entry = manifests.get_part(manifest, "auth_methods", method)
        profile = self._get_profile(connector, settings, app)
        all_settings = {**(profile.settings if profile else {}), **settings}
        self._validators.of(connector, "method", entry, "schema").check(all_settings, "form")
        answer = self._registry.call_optional(
            connector, "check_settings", method=method, settings=all_settings
        )
        check_hosts(
            hosts_of(answer),
            profile=profile.name if profile else None,
            allowed=profile.hosts if profile else (),
            local_hosts="always" if profile and allows_local(entry, profile) else self._local_hosts,
        )
        plain, secrets = settings_form.split(entry["schema"], settings)
        return CheckedSettings(entry, all_settings, plain, secrets)

    def _get_profile(
        self, connector: str, settings: Mapping[str, Json], name: str | None
    ) -> StoredAppProfile | None:
        """Return an app profile that is for this connector and repeats none of the settings."""
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
                f"The app profile {name!r} already sets {', '.join(map(repr, repeated))}.",
                "Leave these settings out, or connect without the profile.",
                fields=repeated,
            )
        return app


def allows_local(entry: JsonObject, profile: StoredAppProfile) -> bool:
    """Return whether a profile allows its connections to point at a service of this machine.

    It does by a field whose schema says `x-allows-local: true`. A connection cannot set that field
    for the profile whose secrets it uses.
    """
    names = [field.name for field in settings_form.fields(entry["schema"]) if field.allows_local]
    return any(profile.settings.get(name) is True for name in names)
