"""One poll of a trigger, as clients for threads and for event loops drive it."""

from collections.abc import Mapping
from typing import Any

from salesforce_connector.action import Batch, Trigger
from salesforce_connector.flow import Flow
from salesforce_connector.http.base_client import BaseClient
from salesforce_connector.http.result import Result
from salesforce_connector.validation import read_input


def begin_poll(
    trigger: Trigger[Any, Any],
    client: BaseClient,
    inputs: Mapping[str, Any],
    cursor: Mapping[str, Any] | None,
) -> Flow[Batch]:
    """Return the flow of one poll.

    Raises:
        Rejected, Forbidden: The inputs do not fit, or the connection may not use the trigger.
    """
    client.policy.check_action(trigger.name)
    return trigger.flow(read_input(trigger.input, inputs, trigger.name), cursor)


def as_trigger_batch(batch: Batch, result: Result) -> dict[str, Any]:
    """Return a batch as the contract's `TriggerBatch`."""
    return {
        "events": [event.model_dump(mode="json") for event in batch.events],
        "cursor": batch.cursor,
        "more": batch.more,
        "warnings": result.warnings,
    }
