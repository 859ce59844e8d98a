"""The places in the store that hold a sealed text; each text opens in its own place alone.

A place is a column and the id of a row. Its name is bound to the text that is sealed for it, and is
never changed once released: what is sealed already would not open.
"""

from typing import Final

SEALED: Final = {
    ("connections", "secrets"): "connection {} settings",
    ("connections", "credentials"): "connection {} credentials",
    ("apps", "secrets"): "app {} settings",
    ("triggers", "inputs"): "trigger {} inputs",
    ("triggers", "cursor"): "trigger {} cursor",
}
"""By table and column. A change of the keys seals all of these anew, and nothing else."""


def associated_data(table: str, column: str, row_id: str) -> str:
    """Name a place.

    >>> place("connections", "secrets", "1f")
    'connection 1f settings'
    """
    return SEALED[table, column].format(row_id)
