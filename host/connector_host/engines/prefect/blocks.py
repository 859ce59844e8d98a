"""The blocks: one type for each auth method of each connector, and one for stored connections.

Prefect encrypts a block's secrets in its own database, and has no lock and no safe way to write
back a refreshed token. So each method that needs no person has a block, and a connection to which a
person has signed in is named by a `StoredConnection`.

Prefect imports this module in every worker, so the classes are built from manifests alone.

https://docs.prefect.io/v3/concepts/blocks
"""

import asyncio
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, ClassVar, Final

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from connector_host import settings_form
from connector_host.engines.fault import RETRY_FOR
from connector_host.engines.flat import from_flat
from connector_host.engines.prefect.fields import annotation_of
from connector_host.engines.stateless import StatelessConnection
from connector_host.errors import BadInput, UnknownName
from connector_host.hookspecs import (
    ActionResult,
    Json,
    JsonObject,
    ProgressCallback,
    RunContext,
    TestReport,
    TriggerBatch,
)
from connector_host.host import Host
from connector_host.manifest import get_part
from connector_host.registry import Registry


@lru_cache(maxsize=1)
def registry() -> Registry:
    """Return the connectors of this process."""
    return Registry.load(validate=False)


@lru_cache(maxsize=1)
def host() -> Host:
    """Return the host with the stored connections; its store is opened on first use."""
    return Host()


class ConnectionBlock(Block):
    """A block that runs actions, polls triggers and tests its connection."""

    @property
    def connector(self) -> str:
        """Name of the connector that the connection is for."""
        raise NotImplementedError

    def run(self, action: str, inputs: Mapping[str, Json], context: RunContext) -> ActionResult:
        """Run an action; see `ActionRunner.run`."""
        raise NotImplementedError

    async def run_async(
        self, action: str, inputs: Mapping[str, Json], context: RunContext
    ) -> ActionResult:
        """Run an action on the caller's event loop."""
        raise NotImplementedError

    def poll(
        self, trigger: str, inputs: Mapping[str, Json], cursor: JsonObject | None
    ) -> TriggerBatch:
        """Return the events since a cursor; None for the first poll."""
        raise NotImplementedError

    def test_connection(self) -> TestReport:
        """Test the connection; a failure is in the report, not raised."""
        raise NotImplementedError


class StoredConnection(ConnectionBlock):
    """A connection in the connector's own store, to which a person has signed in."""

    _block_type_name = "Stored connection"
    _block_type_slug = "stored-connection"
    _description = (
        "Name of a connection in the connector's own store, which every worker must reach "
        "(CONNECTOR_HOST_STORE, CONNECTOR_HOST_KEY)."
    )

    name: str = Field(
        title="Name", description="The name, as the command `connections list` shows it."
    )

    @property
    def connector(self) -> str:
        return str(host().runner.describe(self.name)["connector"])

    def run(self, action: str, inputs: Mapping[str, Json], context: RunContext) -> ActionResult:
        return host().runner.run(self.name, action, inputs, **_arguments(context))

    async def run_async(
        self, action: str, inputs: Mapping[str, Json], context: RunContext
    ) -> ActionResult:
        return await host().runner.run_async(self.name, action, inputs, **_arguments(context))

    def poll(
        self, trigger: str, inputs: Mapping[str, Json], cursor: JsonObject | None
    ) -> TriggerBatch:
        return host().runner.poll_once(self.name, trigger, inputs, cursor)

    def test_connection(self) -> TestReport:
        return host().runner.test(self.name)


class ConnectorBlock(ConnectionBlock):
    """The settings of one auth method; each method has a subclass, built from its manifest entry.

    Attributes:
        connector_name: Its name in the registry.
        method_name: Its `name` in the manifest's list of auth methods.
        field_names: From the attributes of the block to the names of the method's settings.
    """

    connector_name: ClassVar[str]
    method_name: ClassVar[str]
    field_names: ClassVar[Mapping[str, str]]

    @property
    def connector(self) -> str:
        return self.connector_name

    def settings(self) -> JsonObject:
        """Return the method's settings from the block, without empty ones.

        Raises:
            BadInput: A value cannot be parsed; the message names the field.
        """
        values = {name: getattr(self, attribute) for attribute, name in self.field_names.items()}
        plain = {
            name: value.get_secret_value() if isinstance(value, SecretStr) else value
            for name, value in values.items()
        }
        manifest = registry().manifest(self.connector)
        return from_flat(get_part(manifest, "auth_methods", self.method_name), plain)

    def connection(self) -> StatelessConnection:
        """Return the contract's connection; its id is the same in all tasks."""
        return StatelessConnection(self.connector, self.method_name, self.settings())

    def run(self, action: str, inputs: Mapping[str, Json], context: RunContext) -> ActionResult:
        result: ActionResult = registry().call(
            self.connector,
            "run_action",
            action=action,
            connection=self.connection(),
            inputs=dict(inputs),
            context=context,
        )
        return result

    async def run_async(
        self, action: str, inputs: Mapping[str, Json], context: RunContext
    ) -> ActionResult:
        connection = await asyncio.to_thread(self.connection)
        result: ActionResult = await registry().call(
            self.connector,
            "run_action_async",
            action=action,
            connection=connection,
            inputs=dict(inputs),
            context=context,
        )
        return result

    def poll(
        self, trigger: str, inputs: Mapping[str, Json], cursor: JsonObject | None
    ) -> TriggerBatch:
        batch: TriggerBatch = registry().call(
            self.connector,
            "poll_trigger",
            trigger=trigger,
            connection=self.connection(),
            inputs=dict(inputs),
            cursor=cursor,
        )
        return batch

    def test_connection(self) -> TestReport:
        report: TestReport = registry().call(
            self.connector, "test_connection", connection=self.connection()
        )
        return report


def get_connection(connection: ConnectionBlock | str, connector: str) -> ConnectionBlock:
    """Return a connection's block, which must belong to a connector.

    Args:
        connection: A block, the text `TYPE/NAME` of a saved one, or the name of a connection in
            the connector's own store.

    Raises:
        UnknownName: No block of that name is saved.
        BadInput: It belongs to something else.
    """
    if isinstance(connection, str):
        connection = (
            _load_block(connection) if "/" in connection else StoredConnection(name=connection)
        )
    if connection.connector != connector:
        raise BadInput(
            f"The connection belongs to {connection.connector!r}, but the task to {connector!r}.",
            f"Use a connection of {connector!r}.",
        )
    return connection


def context_of(run_id: str, progress: ProgressCallback) -> RunContext:
    """Return the context of a run; Prefect retries after the connector's own retries."""
    return RunContext(run_id=run_id, progress=progress, retry_for=RETRY_FOR)


def _load_block(name: str) -> ConnectionBlock:
    try:
        block = Block.load(name)
    except ValueError:  # what Prefect raises for a block or a type that does not exist
        raise UnknownName(
            f"Prefect has no block {name!r}.",
            "Use TYPE/NAME, as `prefect block ls` lists it.",
        ) from None
    if not isinstance(block, ConnectionBlock):
        raise BadInput(
            f"The block {name!r} is not a connection.", "Use a block of a connector's auth method."
        )
    return block


def _arguments(context: RunContext) -> dict[str, Any]:
    return dict(context)


def block_class(manifest: JsonObject, method: JsonObject) -> type[ConnectorBlock]:
    """Create the block class of an auth method."""
    title = f"{manifest['title']}: {method['title']}"
    annotations: dict[str, Any] = {}
    attributes: dict[str, Any] = {
        "__module__": __name__,
        "__doc__": f"{method['title']}. {method.get('description', '')}".strip(),
        "__annotations__": annotations,
        "_block_type_name": title,
        "_block_type_slug": f"{manifest['name']}-{method['name']}".replace("_", "-"),
        "_description": str(method.get("description", "")),
        "connector_name": manifest["name"],
        "method_name": method["name"],
    }
    names: dict[str, str] = {}
    for field in settings_form.fields(method["schema"]):
        part = settings_form.part_of(method["schema"], field.name)
        # An attribute must not hide one of the block's own, such as `name` or `save`.
        hides = hasattr(ConnectorBlock, field.name) or field.name.startswith(("_", "model_"))
        attribute = f"{field.name.lstrip('_')}_" if hides else field.name
        names[attribute] = field.name
        annotations[attribute] = annotation_of(field, part)
        attributes[attribute] = Field(
            ... if field.required else part.get("default"),
            title=field.title,
            description=field.description or None,
            alias=field.name if attribute != field.name else None,
        )
    attributes["field_names"] = names
    return type(class_name(manifest["name"], method["name"]), (ConnectorBlock,), attributes)


def class_name(connector: str, method: str) -> str:
    """Return the name of a block class, such as `EchoToken`."""
    return "".join(part.capitalize() for part in re.split(r"[_-]", f"{connector}_{method}"))


def _block_classes() -> dict[str, type[ConnectorBlock]]:
    classes = [
        block_class(manifest, method)
        for manifest in map(registry().manifest, registry().names)
        for method in manifest["auth_methods"]
        if not method.get("interactive")
    ]
    return {cls.__name__: cls for cls in classes}


BLOCKS: Final = _block_classes()
globals().update(BLOCKS)
