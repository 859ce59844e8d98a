"""Runs long actions in the triggerer, so that their tasks hold no worker slot."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from connector_host.engines.fault import RETRY_FOR, fault_of
from connector_host.hookspecs import JsonObject
from connector_host.manifest import get_part


class ActionTrigger(BaseTrigger):
    """Runs one action on the triggerer's event loop."""

    def __init__(self, conn_id: str, action: str, inputs: JsonObject) -> None:
        super().__init__()
        self.conn_id = conn_id
        self.action = action
        self.inputs = inputs

    def serialize(self) -> tuple[str, dict[str, Any]]:
        arguments = {"conn_id": self.conn_id, "action": self.action, "inputs": self.inputs}
        return f"{type(self).__module__}.{type(self).__qualname__}", arguments

    async def run(self) -> AsyncIterator[TriggerEvent]:
        from connector_host.engines.airflow.hooks import ConnectorHook, registry

        entry: JsonObject | None = None
        try:
            hook = await asyncio.to_thread(ConnectorHook.of, self.conn_id)
            entry = get_part(registry().manifest(hook.connector), "actions", self.action)
            connection = await asyncio.to_thread(hook.get_conn)
            result = await registry().call(
                hook.connector,
                "run_action_async",
                action=self.action,
                connection=connection,
                inputs=self.inputs,
                context={"retry_for": RETRY_FOR},
            )
        except Exception as error:  # noqa: BLE001 - the engine's edge: `fault_of` judges
            yield TriggerEvent({"fault": asdict(fault_of(error, entry))})
        else:
            yield TriggerEvent({"result": dict(result)})
