"""Names that default to another field of the object."""

import re
from typing import Final

from salesforce_emulator.records.save_context import SaveContext

_NOT_A_NAME: Final = re.compile(r"[^A-Za-z0-9]+")


def name_by_subject(save: SaveContext) -> None:
    """Set the name of an e-mail message to its subject."""
    save.row["Name"] = save.row.get("Subject") or ""
    if save.row.get("Status") is None:
        save.row["Status"] = "0"  # New


def developer_name(save: SaveContext) -> None:
    """Make a developer name of the name: letters, digits and single underscores."""
    row = save.row
    if row.get("DeveloperName") is None:
        row["DeveloperName"] = _NOT_A_NAME.sub("_", str(row.get("Name"))).strip("_")
