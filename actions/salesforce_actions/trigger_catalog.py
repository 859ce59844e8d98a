"""All triggers, in the order that a builder sees them; a new one is a file and a line here."""

from typing import Any, Final

from salesforce_connector.action import Trigger
from salesforce_connector.catalog import Catalog

TRIGGERS: Final[Catalog[Trigger[Any, Any]]] = Catalog(
    "salesforce_actions.triggers",
    "record_created",
    "record_updated",
    "record_created_or_updated",
    "record_deleted",
    "new_query_result",
    "new_file",
    "case_in_queue",
    "new_attachment_on_case",
    "new_post",
    "new_comment",
    "new_or_changed_email_template",
    "new_knowledge_article",
    "record_changed",
    "platform_event",
    "outbound_message",
)


def find_trigger(name: str) -> Trigger[Any, Any]:
    """Find a trigger by name.

    Raises:
        Rejected: There is none of that name.
    """
    return TRIGGERS.find("trigger", name)
