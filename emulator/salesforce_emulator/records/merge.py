"""Merges records: what hangs on those that go is hung on the one that stays.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_merge.htm
"""

# SQL is built from the schema's names.
# ruff: noqa: S608

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from salesforce_emulator import errors
from salesforce_emulator.org.clock import datetime_text
from salesforce_emulator.records import deletion, writing
from salesforce_emulator.records.plans import plan_of
from salesforce_emulator.records.rules.activity_dates import update_summaries
from salesforce_emulator.records.save_context import Row
from salesforce_emulator.schema.ids import parse_id
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.access import Access
    from salesforce_emulator.org.state import Org

MERGEABLE: Final = frozenset({"Account", "Case", "Contact", "Lead"})
MAX_LOSERS: Final = 2  # records that one merge makes go

# Junctions, unique for each pair: child, its reference, and the paired reference.
_PAIRS: Final = {
    ("CampaignMember", "ContactId"): "CampaignId",
    ("CampaignMember", "LeadId"): "CampaignId",
    ("ContentDocumentLink", "LinkedEntityId"): "ContentDocumentId",
    ("OpportunityContactRole", "ContactId"): "OpportunityId",
}


@dataclass(frozen=True, slots=True)
class MergeOutcome:
    """What became of a merge.

    Attributes:
        merged_ids: Of the records that went.
        moved_ids: Of the records that hang on the master now.
    """

    master_id: str
    merged_ids: tuple[str, ...]
    moved_ids: tuple[str, ...]


def merge(
    org: "Org",
    access: "Access",
    sobject: SObject,
    master_id: str,
    changes: Mapping[str, Any],
    loser_ids: Sequence[str],
) -> MergeOutcome:
    """Merge records into the master. The caller holds `org.transaction()`.

    Args:
        changes: Fields of the master to change by this, as a body has them.
        loser_ids: One or two, as the caller sent them.

    Raises:
        SalesforceError: The object cannot be merged, a record does not exist, is the master itself
            or a converted lead, or there are too many; nothing is written.
    """
    if sobject.name not in MERGEABLE:
        raise errors.merge_refused(f"{sobject.name} cannot be merged")
    if not 1 <= len(loser_ids) <= MAX_LOSERS:
        raise errors.merge_refused(f"a merge takes one to {MAX_LOSERS} records beside the master")
    master = _existing(org, sobject, master_id)
    losers = [_existing(org, sobject, item) for item in loser_ids]
    ids = [row["Id"] for row in (master, *losers)]
    if len(set(ids)) != len(ids):
        raise errors.merge_refused("a record cannot be merged with itself")
    access.require_delete(sobject)
    if changes:
        writing.update(org, access, sobject, master["Id"], changes)
    moved: dict[str, None] = {}
    for loser in losers:
        moved.update(dict.fromkeys(_move(org, access, sobject, loser["Id"], master["Id"])))
    for loser in losers:
        deletion.delete(org, access, sobject, loser["Id"])
        sql = f'UPDATE "{sobject.name}" SET "MasterRecordId" = ? WHERE "Id" = ?'
        org.db.execute(sql, (master["Id"], loser["Id"]))
    update_summaries(org, ids)
    stored = tuple(item for item in moved if item not in ids)
    return MergeOutcome(master["Id"], tuple(ids[1:]), stored)


def _existing(org: "Org", sobject: SObject, record_id: str) -> Row:
    parsed_id = parse_id(record_id)
    if parsed_id is None:
        raise errors.malformed_id(record_id)
    if parsed_id[:3] != sobject.key_prefix:
        raise errors.invalid_cross_reference()
    row = writing.existing(org, sobject, parsed_id)
    if row.get("IsConverted"):
        raise errors.converted_lead()
    return row


def _move(org: "Org", access: "Access", sobject: SObject, loser: str, master: str) -> list[str]:
    """Hang on the master all that hangs on a record that goes; returns the ids of what moved."""
    moved = []
    now = datetime_text(org.clock.now().replace(microsecond=0))
    references = {
        (child.child_sobject, child.field)
        for child in sobject.children
        if org.has_rows(child.child_sobject)
    }
    for name, field in sorted(references):
        below = org.schema.get(name)
        if below is None or below.field(field) is None:
            continue
        live = ' AND "IsDeleted" = 0' if below.soft_deleted else ""
        rows = org.db.execute(f'SELECT * FROM "{name}" WHERE "{field}" = ?{live}', (loser,))
        for row in rows.fetchall():
            if _pair(org, below, field, row, master):
                continue  # the master has one; this one goes with the record
            to = None if row["Id"] == master else master  # nothing hangs on itself
            stamps = {"LastModifiedById": access.user_id}
            values: dict[str, str | None] = {
                item: stamps.get(item, now) for item in plan_of(org, below).on_update
            }
            values[field] = to
            if name == "CampaignMember":
                values["LeadOrContactId"] = to
            sql = plan_of(org, below).update(tuple(values))
            org.db.execute(sql, (*values.values(), row["Id"]))
            moved.append(row["Id"])
    return moved


def _pair(org: "Org", below: SObject, field: str, row: Mapping[str, Any], master: str) -> bool:
    """Return whether the master has such a record already."""
    other = _PAIRS.get((below.name, field))
    if other is None:
        return False
    live = ' AND "IsDeleted" = 0' if below.soft_deleted else ""
    sql = f'SELECT 1 FROM "{below.name}" WHERE "{field}" = ? AND "{other}" = ?{live}'
    return org.db.execute(sql, (master, row[other])).fetchone() is not None
