"""All triggers, in the order that a builder sees them; a new one is a file and a line here."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from salesforce_actions.new_query_result import new_query_result
from salesforce_actions.record_created import record_created
from salesforce_actions.record_created_or_updated import record_created_or_updated
from salesforce_actions.record_deleted import record_deleted
from salesforce_actions.record_updated import record_updated
from salesforce_connector.action import Trigger

TRIGGERS: Final[Mapping[str, Trigger[Any, Any]]] = MappingProxyType(
    {
        trigger.name: trigger
        for trigger in (
            record_created,
            record_updated,
            record_created_or_updated,
            record_deleted,
            new_query_result,
        )
    }
)
