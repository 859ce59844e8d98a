"""List views of an object: the standard ones and the declared ones.

Each object with list views has two by default, all records and recently viewed ones; others are in
`list_views_of(org)`. The id is that of a row in ListView.
"""

from typing import TYPE_CHECKING, Final

from salesforce_emulator import errors
from salesforce_emulator.list_views.declared import ListView, list_views_of
from salesforce_emulator.org.clock import datetime_text
from salesforce_emulator.records.plans import plan_of
from salesforce_emulator.schema import Field, SObject
from salesforce_emulator.schema.ids import parse_id

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

_COLUMNS: Final = {
    "Account": ("Name", "Site", "BillingState", "Phone", "Type", "Owner.Alias"),
    "Contact": ("Name", "Account.Name", "Title", "Phone", "Email", "Owner.Alias"),
    "Lead": ("Name", "Company", "State", "Email", "Status", "CreatedDate", "Owner.Alias"),
    "Opportunity": ("Name", "Account.Name", "Amount", "CloseDate", "StageName", "Owner.Alias"),
    "Case": ("CaseNumber", "Contact.Name", "Subject", "Status", "Priority", "Owner.Alias"),
    "Campaign": ("Name", "Type", "Status", "StartDate", "EndDate", "Owner.Alias"),
}


def views_of(org: "Org", sobject: SObject) -> dict[str, ListView]:
    """Return an object's list views by id, writing the rows of those that are new.

    The caller holds `org.transaction()`.
    """
    sql = 'SELECT "DeveloperName", "Id" FROM "ListView" WHERE "SobjectType" = ?'
    ids_by_name = dict(org.db.execute(sql, (sobject.name,)).fetchall())
    result = {}
    for view in (*_standard(sobject), *_declared(org, sobject)):
        record_id = ids_by_name.get(view.developer_name) or _write(org, view)
        result[record_id] = view
    return result


def find(org: "Org", sobject: SObject, text: str) -> tuple[str, ListView]:
    """Return a list view of an object by its id or its developer name, with its id.

    Raises:
        SalesforceError: NOT_FOUND.
    """
    views, full_id = views_of(org, sobject), parse_id(text)
    for record_id, view in views.items():
        if record_id == full_id or view.developer_name == text:
            return record_id, view
    raise errors.not_found()


def _standard(sobject: SObject) -> tuple[ListView, ...]:
    """Return the views that an object has by default."""
    title: Field | None = sobject.name_field
    if title is None or not ("listviews" in sobject.urls or sobject.custom):
        return ()
    owned = ("Owner.Alias",) if sobject.relationship("Owner") else ()
    columns = _COLUMNS.get(sobject.name, (title.name, *owned))
    plural = sobject.label_plural
    word = "".join(char for char in plural if char.isalnum())
    every = ListView(sobject.name, f"All{word}", f"All {plural}", columns)
    if sobject.field("LastViewedDate") is None:
        return (every,)
    recent = ListView(
        sobject.name,
        f"RecentlyViewed{word}",
        f"Recently Viewed {plural}",
        columns,
        where="LastViewedDate != null",
        order="LastViewedDate DESC NULLS LAST",
    )
    return (recent, every)


def _declared(org: "Org", sobject: SObject) -> list[ListView]:
    name = sobject.name.lower()
    return [item for item in list_views_of(org) if item.sobject.lower() == name]


def _write(org: "Org", view: ListView) -> str:
    now = datetime_text(org.clock.now().replace(microsecond=0))
    record_id = org.ids.next(org.schema["ListView"].key_prefix)
    row = {
        "Id": record_id,
        "Name": view.label,
        "DeveloperName": view.developer_name,
        "SobjectType": view.sobject,
        "IsSoqlCompatible": 1,
        **dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), now),
        **dict.fromkeys(("CreatedById", "LastModifiedById"), org.admin_id),
    }
    org.db.execute(plan_of(org, org.schema["ListView"]).insert(tuple(row)), tuple(row.values()))
    return record_id
