"""Stores cursors of triggers as Prefect blocks: a variable may have only 5,000 characters.

https://docs.prefect.io/v3/concepts/blocks
"""

from typing import Any

from prefect.blocks.core import Block
from pydantic import Field

from connector_host.hookspecs import JsonObject


class TriggerCursor(Block):
    """The cursor of a trigger, which flows write."""

    _block_type_name = "Trigger cursor"
    _block_type_slug = "trigger-cursor"

    cursor: dict[str, Any] = Field(
        title="Cursor", description="The cursor that the trigger returned."
    )


def load_cursor(name: str) -> JsonObject | None:
    """Load a cursor; None for a first poll, when none was saved.

    Args:
        name: Lowercase letters, digits and dashes.
    """
    try:
        return dict(TriggerCursor.load(name).cursor)
    except ValueError:  # what Prefect raises for a block that does not exist
        return None


def save_cursor(name: str, cursor: JsonObject) -> None:
    """Save a cursor after its events are handled: a flow that dies before gets them again."""
    TriggerCursor(cursor=cursor).save(name, overwrite=True)
