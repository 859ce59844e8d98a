"""The columns with sealed texts, and the associated data that binds each text to its cell.

The associated data never changes after a release: texts that are sealed with it would not open.
"""

from typing import Final

SEALED: Final = {
    ("connections", "secrets"): "connection {} settings",
    ("connections", "credentials"): "connection {} credentials",
    ("connections", "row_seal"): "connection {} row",
    ("apps", "secrets"): "app {} settings",
    ("apps", "row_seal"): "app {} row",
    ("triggers", "inputs"): "trigger {} inputs",
    ("triggers", "cursor"): "trigger {} cursor",
    ("triggers", "row_seal"): "trigger {} row",
    ("received_events", "event"): "received event {}",
}
"""By table and column. A rotation of keys seals exactly these again."""


def associated_data(table: str, column: str, row_id: str) -> str:
    """Return the associated data of the one cell where a text can be opened.

    >>> associated_data("connections", "secrets", "1f")
    'connection 1f settings'
    """
    return SEALED[table, column].format(row_id)
