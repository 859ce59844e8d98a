"""One operator for every action of every connector."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from connector_host.engines.airflow.hooks import ConnectorHook, registry
from connector_host.engines.airflow.results import MAX_XCOM_BYTES, fit_for_xcom
from connector_host.engines.airflow.triggers import ActionTrigger
from connector_host.engines.fault import RETRY_FOR, Fault, fault_of
from connector_host.hookspecs import Json, JsonObject, Progress
from connector_host.manifest import get_part


class ActionOperator(BaseOperator):
    """Runs one action and returns its output.

    Args:
        conn_id: A connection of a connector's type.
        action: Name of the action in the connector's manifest.
        inputs: Valid against the action's input schema; templated.
        output_path: Where to write the output as JSON, for outputs too large for XCom: a path or
            an object storage URL; templated.
        max_xcom_bytes: A larger output is an error when there is no `output_path`.
        deferrable: Run in the triggerer, so that a long job holds no worker slot.
    """

    template_fields: Sequence[str] = ("conn_id", "inputs", "output_path")
    template_fields_renderers = {"inputs": "json"}  # noqa: RUF012 - Airflow's own form

    def __init__(
        self,
        *,
        conn_id: str,
        action: str,
        inputs: Mapping[str, Json] | None = None,
        output_path: str | None = None,
        max_xcom_bytes: int = MAX_XCOM_BYTES,
        deferrable: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.conn_id = conn_id
        self.action = action
        self.inputs = dict(inputs or {})
        self.output_path = output_path
        self.max_xcom_bytes = max_xcom_bytes
        self.deferrable = deferrable

    def execute(self, context: Any) -> Json:
        hook = ConnectorHook.of(self.conn_id)
        if self.deferrable:
            self.defer(
                trigger=ActionTrigger(self.conn_id, self.action, self.inputs),
                method_name="complete",
                timeout=self.execution_timeout or timedelta(days=1),
            )
        entry = get_part(registry().manifest(hook.connector), "actions", self.action)
        try:
            result = registry().call(
                hook.connector,
                "run_action",
                action=self.action,
                connection=hook.get_conn(),
                inputs=self.inputs,
                context={
                    "run_id": str(context.get("run_id", "")),
                    "progress": self._log_progress,
                    "retry_for": RETRY_FOR,
                },
            )
        except Exception as error:  # noqa: BLE001 - the engine's edge: `fault_of` judges
            fault = fault_of(error, entry)
        else:
            return self._hand_on(result)
        raise failure(fault)

    def complete(self, context: Any, event: JsonObject) -> Json:  # noqa: ARG002 - Airflow's own form
        """Finish the task with the event of the triggerer."""
        if "result" in event:
            return self._hand_on(event["result"])
        raise failure(Fault(**event["fault"]))

    def _hand_on(self, result: JsonObject) -> Json:
        usage = result["usage"]
        self.log.info(
            "%s: %s calls, %s of the quota left",
            self.action,
            usage.get("calls"),
            usage.get("limit_left", "unknown"),
        )
        for warning in result["warnings"]:
            self.log.warning("%s", warning)
        return fit_for_xcom(result["output"], self.output_path, self.max_xcom_bytes)

    def _log_progress(self, progress: Progress) -> None:
        total = progress["total"]
        of = "" if total is None else f" of {total}"
        self.log.info("%s%s %s", progress["done"], of, progress["message"])


def failure(fault: Fault) -> AirflowException:
    """Return the exception to raise: Airflow retries it only when that is safe and may help."""
    text = f"{fault} [{fault.code}]"
    return AirflowException(text) if fault.retry else AirflowFailException(text)
