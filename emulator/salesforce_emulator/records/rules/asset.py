"""Assets: each belongs to somebody.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_asset.htm
"""

from salesforce_emulator import errors
from salesforce_emulator.records.save_context import SaveContext


def require_account_or_contact(save: SaveContext) -> None:
    """Refuse an asset that neither an account nor a contact has."""
    if save.row.get("AccountId") is None and save.row.get("ContactId") is None:
        raise errors.integrity("Every asset needs an account, a contact, or both.")
