"""Tables of the catalog that show what other tables have: activities, and notes beside attachments.

They are views; a write to one goes to the table below it.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_openactivity.htm
"""

from collections.abc import Mapping
from typing import Final

from salesforce_emulator.schema.schema import Schema
from salesforce_emulator.schema.sobject import SObject

NOW: Final = "org_now"
"""A function of SQL: the org's time."""

_ENDED: Final = f'COALESCE("EndDateTime", "ActivityDate", "CreatedDate") < {NOW}()'
_ACTIVITY: Final = (
    ("Task", {"IsTask": "1", "ActivitySubtype": '"TaskSubtype"'}, '"IsClosed" = {closed}'),
    (
        "Event",
        {"IsTask": "0", "ActivitySubtype": '"EventSubtype"', "IsClosed": f"({_ENDED})"},
        f"({_ENDED}) = {{closed}}",
    ),
)
_VIEWS: Final[Mapping[str, tuple[tuple[str, Mapping[str, str], str], ...]]] = {
    "OpenActivity": tuple((of, own, where.format(closed=0)) for of, own, where in _ACTIVITY),
    "ActivityHistory": tuple((of, own, where.format(closed=1)) for of, own, where in _ACTIVITY),
    "NoteAndAttachment": (
        ("Note", {"IsNote": "1"}, "1"),
        ("Attachment", {"IsNote": "0", "Title": '"Name"'}, "1"),
    ),
}
"""View -> the tables it shows, with what its columns are in them and which rows belong to it."""

_FIRST_ROWS: Final = {
    "UserLicense": (
        'INSERT INTO "UserLicense" ("Id", "Name", "MasterLabel", "LicenseDefinitionKey", "Status",'
        ' "TotalLicenses", "UsedLicenses", "UsedLicensesLastUpdated", "CreatedDate",'
        ' "LastModifiedDate", "SystemModstamp")'
        " SELECT \"UserLicenseId\", 'Salesforce', 'Salesforce', 'SFDC', 'Active', 2, 1,"
        ' MIN("CreatedDate"), MIN("CreatedDate"), MIN("CreatedDate"), MIN("CreatedDate")'
        ' FROM "Profile" WHERE "UserLicenseId" IS NOT NULL GROUP BY 1;'
    ),
}


def first_rows(sobject: SObject) -> list[str]:
    """Return the statements that write what a new table has from the start."""
    return [_FIRST_ROWS[sobject.name]] if sobject.name in _FIRST_ROWS else []


def view_of(sobject: SObject, schema: Schema) -> list[str] | None:
    """Return the statements that make an sobject's view; None for an sobject with a table."""
    sources = _VIEWS.get(sobject.name)
    if sources is None:
        return None
    fields = [field for field in sobject.fields if not field.compound]
    selects = []
    for name, own, where in sources:
        source = schema[name]
        columns = []
        for field in fields:
            column = f'"{field.name}"' if source.field(field.name) is not None else None
            empty = "0" if field.type == "boolean" else "NULL"
            columns.append(f'{own.get(field.name) or column or empty} AS "{field.name}"')
        selects.append(f'SELECT {", ".join(columns)} FROM "{name}" WHERE {where}')  # noqa: S608
    first, own, _ = sources[0]
    written = [
        field
        for field in fields
        if schema[first].field(field.name) is not None and field.name not in own
    ]
    names = ", ".join(f'"{item.name}"' for item in written)
    values = ", ".join(
        f'COALESCE(NEW."{item.name}", 0)' if item.type == "boolean" else f'NEW."{item.name}"'
        for item in written
    )
    insert = f'INSERT INTO "{first}" ({names}) VALUES ({values});'  # noqa: S608 - our own names
    trigger = f'CREATE TRIGGER "{sobject.name}.insert" INSTEAD OF INSERT ON "{sobject.name}"'
    view = f'CREATE VIEW "{sobject.name}" AS {" UNION ALL ".join(selects)};'
    return [view, f"{trigger} BEGIN {insert} END;"]
