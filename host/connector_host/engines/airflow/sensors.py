"""One sensor for every trigger of every connector."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from airflow.sdk import BaseSensorOperator, PokeReturnValue, Variable

from connector_host.engines.airflow.hooks import ConnectorHook, registry
from connector_host.engines.airflow.operators import failure
from connector_host.engines.fault import fault_of
from connector_host.hookspecs import Json, JsonObject

_READS: JsonObject = {"annotations": {"readOnlyHint": True}}


class TriggerSensor(BaseSensorOperator):
    """Waits for events of a connector's trigger, and returns them as a list.

    The cursor is stored in an Airflow variable, so that the next run of the DAG continues where
    this one ended. It is stored when a poll has events, before they become the task's result: with
    `retries`, a task that fails after that does not get them again.

    Args:
        conn_id: A connection of a connector's type.
        trigger: Name of the trigger in the connector's manifest.
        inputs: Valid against the trigger's input schema; templated.
        cursor_variable: The variable's name; None for one made from the ids of DAG and task.
    """

    template_fields: Sequence[str] = ("conn_id", "inputs")

    def __init__(
        self,
        *,
        conn_id: str,
        trigger: str,
        inputs: Mapping[str, Json] | None = None,
        cursor_variable: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.conn_id = conn_id
        self.trigger = trigger
        self.inputs = dict(inputs or {})
        self.cursor_variable = cursor_variable

    def poke(self, context: Any) -> PokeReturnValue:  # noqa: ARG002 - Airflow's own form
        name = self.cursor_variable or f"connector_cursor__{self.dag_id}__{self.task_id}"
        stored = Variable.get(name, default=None)
        hook = ConnectorHook.of(self.conn_id)
        try:
            batch = registry().call(
                hook.connector,
                "poll_trigger",
                trigger=self.trigger,
                connection=hook.get_conn(),
                inputs=self.inputs,
                cursor=None if stored is None else json.loads(stored),
            )
        except Exception as error:  # noqa: BLE001 - the engine's edge: `fault_of` judges
            fault = fault_of(error, _READS)
        else:
            Variable.set(name, json.dumps(batch["cursor"]))
            for warning in batch.get("warnings", ()):
                self.log.warning("%s", warning)
            return PokeReturnValue(bool(batch["events"]), batch["events"])
        raise failure(fault)
