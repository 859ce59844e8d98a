"""Write the local org's catalog of further standard objects: those that no describe was kept of.

Names, order, nullability and references of fields come from the type declarations that jsforce
ships (`npm pack jsforce@3`: lib/types/standard-schema.d.ts); labels, key prefixes and flags of
objects from recorded describes of the whole org. What neither says follows the rules below, so
that one more object is data alone. Writes emulator/salesforce_emulator/schema/catalog.json, which
`schema/catalog.py` reads. Facts only.

    .venv/bin/python -m tools.derive_catalog ../shared/salesforce path/to/standard-schema.d.ts

Without arguments it puts what `documented_fields.py` says into the catalog and the table that are
there.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

from salesforce_emulator.schema.catalog import FIELD_BITS
from salesforce_emulator.schema.table import FLAGS, OBJECT_FLAGS, standard_objects
from tools.documented_fields import RESTRICTED, corrected
from tools.documented_objects import OBJECTS, PREFIXES, READ_ONLY_OBJECTS

Json = dict[str, Any]

SCHEMA = Path(__file__).parent.parent / "emulator/salesforce_emulator/schema"
OUT = SCHEMA / "catalog.json"
TABLE = SCHEMA / "objects.json"

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


def blocks(text: str, kind: str) -> dict[str, list[tuple[str, str]]]:
    """Read `type Kind$Object = { name: type; ... };`."""
    found = {}
    for match in re.finditer(
        rf"^type {kind}\$(\w+) = \{{([^}}]*)\}};", text, re.MULTILINE | re.DOTALL
    ):
        found[match[1]] = re.findall(r"^\s+(\w+): ([^;]+);", match[2], re.MULTILINE)
    return found


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


class Catalog:
    """The catalog being written."""

    def __init__(self, source: Path, declarations: str) -> None:
        self.fields = blocks(declarations, "Fields")
        self.parents = {
            name: {relation: re.findall(r"\$(\w+)", target)[0] for relation, target in listed}
            for name, listed in blocks(declarations, "ParentReferences").items()
        }
        self.children = {
            name: {relation: re.findall(r"\$(\w+)", child)[0] for relation, child in listed}
            for name, listed in blocks(declarations, "ChildRelationships").items()
        }
        for name, listed in OBJECTS.items():
            self._add_documented(name, listed)
        self.known = {standard_object.name for standard_object in standard_objects()}
        self.summaries: Json = {}
        lines = (source / "recorded/describe.jsonl").read_text().splitlines()
        bodies = [json.loads(line)["resp_body"] for line in lines]
        bodies.append(json.loads((source / "describes/Global_describe.json").read_text()))
        for body in bodies:
            for each in body.get("sobjects", ()):
                if len(each) > len(self.summaries.get(each["name"], ())):
                    self.summaries[each["name"]] = each

    def _add_documented(self, name: str, listed: str) -> None:
        """Read `Name:string! ParentId:string>Parent=Account`: ! is required, > names a parent."""
        fields, parents = [], {}
        for each in listed.split():
            head, _, target = each.partition(">")
            own, _, kind = head.rstrip("!").partition(":")
            fields.append((own, (kind or "string") + ("" if head.endswith("!") else " | null")))
            if target:
                relation, _, sobject = target.partition("=")
                parents[relation] = sobject
        self.fields[name], self.parents[name] = fields, parents
        self.children.setdefault(name, {})

    def field(
        self, sobject: str, name: str, declared: str, createable: bool, name_field: str
    ) -> list[Any]:
        parents = self.parents.get(sobject, {})
        kind = field_type(name, declared, parents)
        nillable = declared.endswith("null")
        auto = declared == "string" and AUTO_NUMBER.match(name) is not None
        person = name == "Name" and any(own == "LastName" for own, _ in self.fields[sobject])
        writable = (
            createable
            and not auto
            and not person
            and name not in SYSTEM
            and not READ_ONLY.match(name)
            and kind != "address"
        )
        fixed = sobject.endswith("Share") and name.endswith("Id")
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
            target = parents[name[:-2]]
            row.append(TARGETS.get(name[:-2], POLYMORPHIC) if target == "Name" else [target])
        return row

    def sobject(self, name: str) -> Json:
        summary = self.summaries.get(name, {})
        read_only = name in READ_ONLY_OBJECTS or name.endswith(("Feed", "History", "ChangeEvent"))
        rest = not name.endswith(("ChangeEvent", "Event"))
        flags = summary or {
            "createable": not read_only, "updateable": not read_only, "deletable": not read_only,
            "queryable": rest and name not in {"ActivityHistory", "OpenActivity"},
            "retrieveable": rest, "replicateable": rest and not read_only, "searchable": False,
        }  # fmt: skip
        listed = self.fields[name]
        names = [item for item, _ in listed]
        name_field = next((field for field in NAME_FIELDS if field in names), "")
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.partition("__")[0])
        fields = corrected(
            name,
            [
                self.field(name, own, kind, bool(flags.get("createable")), name_field)
                for own, kind in listed
            ],
            FIELD_BITS,
        )
        children = []
        for relation, child in self.children.get(name, {}).items():
            key = self._key(child, name)
            if key and (child in self.fields or child in self.known):
                children.append([child, key, relation])
        return {
            "label": summary.get("label", words),
            "plural": summary.get("labelPlural", f"{words}s"),
            "prefix": PREFIXES.get(name) or summary.get("keyPrefix") or "",
            "hidden_prefix": bool(summary) and not summary.get("keyPrefix"),
            "flags": sum(
                1 << at
                for at, flag in enumerate(OBJECT_FLAGS)
                if flags.get(flag) or (flag == "searchable" and name.endswith("__kav"))
            ),
            "urls": sorted(set(summary.get("urls", ())) - {"sobject", "describe", "rowTemplate"}),
            "fields": fields,
            "children": children,
        }

    def _key(self, child: str, parent: str) -> str:
        """Name the field by which a child points at its parent."""
        relations = [
            item for item, target in self.parents.get(child, {}).items() if target == parent
        ]
        best = next((item for item in (parent, "Parent") if item in relations), "")
        return f"{best or relations[0]}Id" if relations else ""

    def write(self) -> None:
        objects = {
            name: self.sobject(name)
            for name in sorted(self.fields)
            if name not in self.known and name not in {"Name", "AggregateResult"}
        }
        taken = {target["prefix"] for target in objects.values()}
        free = (
            f"0{a}{b}" for a in "zyxw" for b in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijk"
        )
        for each in objects.values():
            if not each["prefix"]:
                each["prefix"] = next(prefix for prefix in free if prefix not in taken)
                each["hidden_prefix"] = True
        write(objects)


def write(objects: Json) -> None:
    """Write the catalog, one object a line."""
    lines = [
        f"{json.dumps(name)}:{json.dumps(each, separators=(',', ':'))}"
        for name, each in objects.items()
    ]
    OUT.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def correct() -> None:
    """Put what is documented of fields into the catalog that is there."""
    objects = json.loads(OUT.read_text())
    for name, each in objects.items():
        each["fields"] = corrected(name, each["fields"], FIELD_BITS)
    write(objects)
    table = json.loads(TABLE.read_text())
    restricted = 1 << FLAGS.index("restrictedPicklist")
    for name, fields in RESTRICTED.items():
        for row in table["objects"][name]["fields"]:
            if row[0] in fields.split():
                row[3] |= restricted
    TABLE.write_text(json.dumps(table, ensure_ascii=False, separators=(",", ":")) + "\n")


_REQUIRED_NAMES = {"Name", "MasterLabel", "DeveloperName", "Subject", "Title"}

if __name__ == "__main__":
    if len(sys.argv) > 1:
        Catalog(Path(sys.argv[1]), Path(sys.argv[2]).read_text()).write()
    else:
        correct()
    print(OUT, OUT.stat().st_size)
