"""The Name of contacts, leads and users, which is composed of its parts.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/compound_fields.htm
"""

from salesforce_emulator.records.save_context import SaveContext


def compose_name(save: SaveContext) -> None:
    """Write Name as first and last name; a salutation is no part of it."""
    row = save.row
    first, last = row.get("FirstName"), row.get("LastName")
    row["Name"] = f"{first} {last}" if first else last
