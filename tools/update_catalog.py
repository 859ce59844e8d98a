"""Writes what is documented of standard objects into the local org's catalog and table.

The catalog, emulator/salesforce_emulator/schema/catalog.json, is the source of the objects
without a stored describe: it was first written from the type declarations of a client library and
recorded lists of objects. This adds the objects of `documented_objects.py` that it lacks, by the
rules below, and corrects fields by `documented_fields.toml`. It reads nothing else, and a
second run changes nothing.

    python -m tools.update_catalog
"""

import json
import re
from pathlib import Path
from typing import Any

from salesforce_emulator.schema.catalog import FIELD_BITS
from salesforce_emulator.schema.table import FLAGS, OBJECT_FLAGS, standard_objects
from tools.documented_fields import RESTRICTED, correct_fields
from tools.documented_objects import OBJECTS, PREFIXES, READ_ONLY_OBJECTS

Json = dict[str, Any]

SCHEMA = Path(__file__).parent.parent / "emulator/salesforce_emulator/schema"
CATALOG = SCHEMA / "catalog.json"
TABLE = SCHEMA / "objects.json"
_REQUIRED_NAMES = {"Name", "MasterLabel", "DeveloperName", "Subject", "Title"}

SYSTEM = {"Id", "IsDeleted", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById",
          "SystemModstamp", "LastViewedDate", "LastReferencedDate", "LastActivityDate"}  # fmt: skip
DATES = re.compile(
    r"(?<!Validity)(?:Start|End|Due|Close|Expiration|Service|Activity|Birth|Effective|Activated|"
    r"Install|Purchase|UsageEnd|LastActivity|Completion|Quote|Publish)Date$"
)
INTEGERS = re.compile(
    r"(?:Count|Number|Size|Length|Order|SortOrder|Index|Version|Seconds|Minutes|Days|Hours|Processed|"
    r"Items|Errors|Licenses|Triggered|About|Offset|ApiVersion|TimesTriggered|Score|Position)$"
)
MONEY = re.compile(r"(?:Amount|Price|Cost|Revenue|Subtotal|GrandTotal|Tax|ShippingHandling)$")
PERCENTS = re.compile(r"(?:Percent|Discount|Probability|Rate)$")
LONG_TEXT = re.compile(
    r"(?:Body|Markup|HtmlValue|Content|Metadata|Description|Answer__c|Instructions|Summary|Message|"
    r"Headers|Definition|Query|TextBody|HtmlBody)$"
)
PICKLISTS = re.compile(
    r"^(?:\w*Status|\w*Type|Priority|RowCause|\w*AccessLevel|Visibility|\w*SidKey|Language|State"
    r"|Reason|Origin|Category|Level|Role)$"
)
AUTO_NUMBER = re.compile(r"^\w*Number$")
READ_ONLY = re.compile(
    r"^(?:Total|Subtotal$|GrandTotal$|LineItemCount$|CanCreate|NumberOf|NumOf"
    r"|Is(?:Deleted|Closed|Converted|Won|Syncing)$|Last\w+Date$)"
)
POLYMORPHIC = ("Account", "Asset", "Campaign", "Case", "Contact", "ContentDocument", "Contract",
               "Event", "FeedItem", "Lead", "Opportunity", "Order", "Product2", "Task", "User",
               "Group")  # fmt: skip
TARGETS = {"UserOrGroup": ("Group", "User"), "Owner": ("Group", "User"), "Who": ("Contact", "Lead"),
           "Member": ("Group", "User"), "Actor": ("Group", "User"), "Relation": ("Contact", "Lead",
           "User", "Account"), "Folder": ("Folder", "Organization", "User")}  # fmt: skip
NAME_FIELDS = ("Name", "MasterLabel", "Title", "Subject", "DeveloperName", "CaseNumber")


def field_type(name: str, declared: str, parents: dict[str, str]) -> str:
    """Describe which of describe's types a field has."""
    bare = declared.split(" | ")[0]
    if name == "Id":
        return "id"
    if name.endswith("Id") and name[:-2] in parents:
        return "reference"
    if bare == "boolean":
        return "boolean"
    if bare == "DateString":
        system = name in SYSTEM and name != "LastActivityDate"
        return "date" if DATES.search(name) and not system else "datetime"
    if bare in {"Address", "BlobString"}:
        return "address" if bare == "Address" else "base64"
    if bare == "number":
        if MONEY.search(name):
            return "currency"
        if PERCENTS.search(name):
            return "percent"
        return "int" if INTEGERS.search(name) else "double"
    if name.endswith("Email"):
        return "email"
    if name.endswith(("Phone", "Fax")):
        return "phone"
    if name.endswith(("Url", "Website")):
        return "url"
    if LONG_TEXT.search(name) or name.endswith("Street"):
        return "textarea"
    return "picklist" if PICKLISTS.match(name) else "string"


class DocumentedObject:
    """An object as `documented_objects.py` writes it.

    `Name:string! ParentId:string>Parent=Account`: ! is required, > names a parent.
    """

    def __init__(self, name: str, listed: str) -> None:
        self.name = name
        self.fields: list[tuple[str, str]] = []
        self.parents: dict[str, str] = {}
        for text in listed.split():
            head, _, target = text.partition(">")
            own, _, kind = head.rstrip("!").partition(":")
            required = head.endswith("!")
            self.fields.append((own, (kind or "string") + ("" if required else " | null")))
            if target:
                relation, _, sobject = target.partition("=")
                self.parents[relation] = sobject

    def _field(self, name: str, declared: str, createable: bool, name_field: str) -> list[Any]:
        kind = field_type(name, declared, self.parents)
        nillable = declared.endswith("null")
        auto = declared == "string" and AUTO_NUMBER.match(name) is not None
        person = name == "Name" and any(own == "LastName" for own, _ in self.fields)
        writable = (
            createable
            and not auto
            and not person
            and name not in SYSTEM
            and not READ_ONLY.match(name)
            and kind != "address"
        )
        fixed = self.name.endswith("Share") and name.endswith("Id")
        long = kind == "textarea" and not name.endswith("Street") and name != "Description"
        bits = {
            "nillable": nillable,
            "createable": writable,
            "updateable": writable and not fixed,
            "nameField": name == name_field,
            "autoNumber": auto,
            "filterable": kind not in {"base64", "address"} and not long,
            "defaultedOnCreate": kind == "boolean"
            or name == "OwnerId"
            or not writable
            or (
                not nillable
                and name not in _REQUIRED_NAMES
                and not fixed
                and kind != "reference"
                and name != name_field
            ),
        }
        row: list[Any] = [
            name,
            kind,
            sum(1 << at for at, bit in enumerate(FIELD_BITS) if bits[bit]),
        ]
        if kind == "reference":
            target = self.parents[name[:-2]]
            row.append(TARGETS.get(name[:-2], POLYMORPHIC) if target == "Name" else [target])
        return row

    def row(self) -> Json:
        """Return the catalog's entry, without a key prefix where none is documented."""
        name = self.name
        read_only = name in READ_ONLY_OBJECTS or name.endswith(("Feed", "History", "ChangeEvent"))
        rest = not name.endswith(("ChangeEvent", "Event"))
        flags = {
            "createable": not read_only, "updateable": not read_only, "deletable": not read_only,
            "queryable": rest and name not in {"ActivityHistory", "OpenActivity"},
            "retrieveable": rest, "replicateable": rest and not read_only,
            "searchable": name.endswith("__kav"),
        }  # fmt: skip
        names = [item for item, _ in self.fields]
        name_field = next((field for field in NAME_FIELDS if field in names), "")
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.partition("__")[0])
        return {
            "label": words,
            "plural": f"{words}s",
            "prefix": PREFIXES.get(name, ""),
            "hidden_prefix": False,
            "flags": sum(1 << at for at, flag in enumerate(OBJECT_FLAGS) if flags.get(flag)),
            "urls": [],
            "fields": [
                self._field(own, kind, flags["createable"], name_field) for own, kind in self.fields
            ],
            "children": [],
        }


def add_documented(objects: Json) -> None:
    """Add the documented objects that are neither in the catalog nor in the table."""
    existing = {*objects, *(standard_object.name for standard_object in standard_objects())}
    used = {entry["prefix"] for entry in objects.values()}
    free = (f"0{a}{b}" for a in "zyxw" for b in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijk")
    for name, listed in OBJECTS.items():
        if name not in existing:
            entry = DocumentedObject(name, listed).row()
            if not entry["prefix"]:
                entry["prefix"] = next(prefix for prefix in free if prefix not in used)
                entry["hidden_prefix"] = True
            used.add(entry["prefix"])
            objects[name] = entry


def write(objects: Json) -> None:
    """Write the catalog, one object a line."""
    lines = [
        f"{json.dumps(name)}:{json.dumps(entry, separators=(',', ':'))}"
        for name, entry in objects.items()
    ]
    CATALOG.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def correct(objects: Json) -> None:
    """Correct the fields by what is documented of them."""
    for name, entry in objects.items():
        entry["fields"] = correct_fields(name, entry["fields"], FIELD_BITS)


def restrict_picklists(table: Json) -> None:
    """Mark the picklists of the table that the documentation calls restricted."""
    restricted = 1 << FLAGS.index("restrictedPicklist")
    for name, fields in RESTRICTED.items():
        for row in table["objects"][name]["fields"]:
            if row[0] in fields:
                row[3] |= restricted


def main() -> None:
    """Update both files in place."""
    objects: Json = json.loads(CATALOG.read_text())
    add_documented(objects)
    correct(objects)
    write(dict(sorted(objects.items())))
    table = json.loads(TABLE.read_text())
    restrict_picklists(table)
    TABLE.write_text(json.dumps(table, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
