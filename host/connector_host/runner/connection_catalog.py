"""Describes what a connection offers: its actions, their schemas, the options of their fields."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import cast

from connector_host import manifest as manifests
from connector_host.authorization import Authorizer, recording_auth_failure
from connector_host.hookspecs import ActionSchemas, Json, JsonObject, OptionsPage
from connector_host.registry import Registry
from connector_host.schema_validation import ValidatorCache
from connector_host.store.protocol import StoredConnection


class ConnectionCatalog:
    """The descriptions of one `Runner`; its methods are the runner's too."""

    def __init__(
        self, registry: Registry, authorizer: Authorizer, validators: ValidatorCache
    ) -> None:
        self._registry = registry
        self._authorizer = authorizer
        self._validators = validators

    def actions(self, connection: str | StoredConnection) -> list[JsonObject]:
        """List the manifest's entries of the actions that a connection may run. Sends nothing.

        Actions that the connection's own settings forbid are left out; the permissions of its user
        at the service are not checked.
        """
        stored = self._authorizer.get_for_use(connection)
        entries: list[JsonObject] = self._registry.manifest(stored.connector)["actions"]
        names = self._registry.call_optional(
            stored.connector, "list_allowed_actions", connection=stored
        )
        return entries if names is None else [entry for entry in entries if entry["name"] in names]

    def describe(self, connection: str | StoredConnection, action: str | None = None) -> JsonObject:
        """Describe a connection, or one of the actions of its connector. Sends nothing.

        Args:
            action: The name of an action, for that action's entry in the manifest. None for the
                connection itself: `id`, `name`, `connector`, `title` and `version` of the
                connector, `method`, `owner`, `needs_sign_in` (None, or `code`, `reason` and
                `since`), without its settings.

        Raises:
            UnknownName: There is no such connection or action; the error suggests the nearest name.
            NotAllowed: The connection belongs to somebody else and is not shared.
        """
        stored = self._authorizer.get_for_use(connection)
        manifest = self._registry.manifest(stored.connector)
        if action is not None:
            return manifests.get_part(manifest, "actions", action)
        needed = stored.needs_sign_in
        return {
            "id": stored.id,
            "name": stored.name,
            "connector": stored.connector,
            "title": manifest["title"],
            "version": manifest["version"],
            "method": stored.method,
            "owner": stored.access.owner,
            "needs_sign_in": asdict(needed) if needed else None,
        }

    def schema(
        self, connection: str | StoredConnection, action: str, inputs: Mapping[str, Json]
    ) -> ActionSchemas:
        """Return the schemas of an action or a trigger for the inputs chosen so far.

        Args:
            inputs: May be incomplete, and their values may be invalid; their names may not.

        Raises:
            UnknownName: There is no such connection, action or trigger; the error suggests the
                nearest name.
            BadInput: The action has no input of this name. Ignoring it would return the schemas of
                something else than the form shows.
        """
        stored = self._authorizer.get_ready(connection)
        entry = manifests.get_entry(self._registry.manifest(stored.connector), action)
        validator = self._validators.of(stored.connector, "action", entry, "input")
        validator.check_names(dict(inputs), "input")
        with recording_auth_failure(stored):
            answer = self._registry.call(
                stored.connector,
                "resolve_schema",
                action=action,
                connection=stored,
                inputs=dict(inputs),
            )
        return cast("ActionSchemas", answer)

    def options(
        self,
        connection: str | StoredConnection,
        source: str,
        *,
        inputs: Mapping[str, Json] | None = None,
        search: str = "",
        page: str | None = None,
    ) -> OptionsPage:
        """Return a page of options for a field.

        Args:
            source: The source that the field's `x-dynamic-options` names.
            inputs: The values chosen so far; may be incomplete, and are not checked.
            search: The text that the person has typed; empty for all options.
            page: `next_page` of the previous page; None for the first.

        Raises:
            UnknownName: No field of the connector has this source; the error suggests the nearest.
        """
        stored = self._authorizer.get_ready(connection)
        manifests.check_source(self._registry.manifest(stored.connector), source)
        with recording_auth_failure(stored):
            answer = self._registry.call(
                stored.connector,
                "list_options",
                source=source,
                connection=stored,
                inputs=dict(inputs or {}),
                search=search,
                page=page,
            )
        return cast("OptionsPage", answer)
