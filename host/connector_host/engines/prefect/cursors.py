"""Cursors of triggers, kept in Prefect as blocks: a Prefect variable takes 5,000 characters only.

https://docs.prefect.io/v3/concepts/blocks
"""

from typing import Any

from prefect.blocks.core import Block
from pydantic import Field

from connector_host.hookspecs import JsonObject


class TriggerCursor(Block):
    """How far a trigger was read; written by flows, not by people."""

    _block_type_name = "Trigger cursor"
    _block_type_slug = "trigger-cursor"

    cursor: dict[str, Any] = Field(title="Cursor", description="As the trigger gave it.")


def load_cursor(name: str) -> JsonObject | None:
    """Load a cursor; None where none was saved, which is what a first poll takes.

    Args:
        name: Lowercase letters, digits and dashes.
    """
    try:
        return dict(TriggerCursor.load(name).cursor)
    except ValueError:  # Prefect's own for a block that is not there
        return None


def save_cursor(name: str, cursor: JsonObject) -> None:
    """Save a cursor once its events are handled: a flow that dies before gets them again."""
    TriggerCursor(cursor=cursor).save(name, overwrite=True)
