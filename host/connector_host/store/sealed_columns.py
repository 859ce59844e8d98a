"""The columns that hold sealed texts, and what binds each text to its own row and column.

The associated data of a text is never changed once released: what is sealed already would not open.
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
"""By table and column. A change of the keys seals all of these anew, and nothing else."""


def associated_data(table: str, column: str, row_id: str) -> str:
    """Name the one place where a text opens.

    >>> associated_data("connections", "secrets", "1f")
    'connection 1f settings'
    """
    return SEALED[table, column].format(row_id)
