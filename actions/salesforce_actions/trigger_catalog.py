"""All triggers, in the order that a builder sees them; a new one is a file and a line here."""

from collections.abc import Mapping
from typing import Any, Final

from salesforce_actions.catalog import Catalog
from salesforce_connector.action import Trigger

TRIGGERS: Final[Mapping[str, Trigger[Any, Any]]] = Catalog(
    "salesforce_actions.triggers",
    "record_created",
    "record_updated",
    "record_created_or_updated",
    "record_deleted",
    "new_query_result",
    "record_changed",
    "platform_event",
    "outbound_message",
)
