"""Write the local org's table of standard objects from the reference data.

Reads fields.json, describes/ and facts.md (lengths that no describe has) and writes
emulator/salesforce_emulator/schema/objects.json, the form that `schema/table.py` reads. Facts only:
names, types, flags. References and children are cut to the objects that the local org has;
`derive_catalog.py` is to be run before.

    .venv/bin/python tools/derive_schema.py ../shared/salesforce
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

from salesforce_emulator.schema.table import FLAGS, OBJECT_FLAGS

Json = dict[str, Any]

OUT = Path(__file__).parent.parent / "emulator/salesforce_emulator/schema/objects.json"

# Where the recorded describe-global hides or lacks the prefix.
PREFIXES = {"Lead": "00Q", "Event": "00U", "CaseStatus": "01J", "TaskStatus": "01J"}
PLURALS = {"OpportunityLineItem": "Opportunity Products", "Profile": "Profiles", "Group": "Groups"}
# One person's e-mail address stands in the reference data.
EMPTY_PICKLISTS = {("EmailMessage", "ValidatedFromAddress")}
# What `schema/custom.py` adds, with its child relationships.
MADE_LATER = {"FeedItem", "ProcessInstanceStep", "GroupMember", "OpportunityFieldHistory"} | {
    f"{name}History" for name in ("Account", "Contact", "Lead", "Case", "Contract")
}
# Recorded, or documented, and not in fields.json: object -> (the field before, the checkbox).
MORE_CHECKBOXES = {
    "Organization": [
        ("PreferencesTransactionSecurityPolicy", "PreferencesTerminateOldestSession"),
        ("PreferencesConsentManagementEnabled", "PreferencesIndividualAutoCreateEnabled"),
    ],
    "RecordType": [("IsActive", "IsPersonType")],
}
# Of features that the described orgs had not.
MORE_CHILDREN = {
    "Account": [("AccountContactRelation", "AccountContactRelations")],
    "Contact": [("AccountContactRelation", "AccountContactRelations")],
}
NAME_FIELDS = {  # where it is not a field called Name
    "Task": "Subject", "Note": "Title", "ContentVersion": "Title", "ContentDocument": "Title",
    "Contract": "ContractNumber", "Order": "OrderNumber", "OrderItem": "OrderItemNumber",
    "OpportunityStage": "MasterLabel", "LeadStatus": "MasterLabel", "CaseStatus": "MasterLabel",
    "TaskStatus": "MasterLabel", "CampaignMemberStatus": "Label", "Dashboard": "Title",
}  # fmt: skip
AUTO_NUMBERS = {("Contract", "ContractNumber"), ("Order", "OrderNumber"),
                ("OrderItem", "OrderItemNumber")}  # fmt: skip
DEFAULTS = {
    ("UserRole", "OpportunityAccessForAccountOwner"): "Edit",
    ("EmailMessage", "Status"): "0",
    ("Contract", "Status"): "Draft",
}
# Not nillable, createable, filled by the platform all the same (facts.md F2, "required on create").
DEFAULTED = {
    ("User", "CommunityNickname"), ("Folder", "AccessType"), ("EmailMessage", "Status"),
    ("ContentVersion", "ContentLocation"), ("ContentVersion", "Origin"),
    ("ContentVersion", "VersionNumber"), ("ContentVersion", "SharingOption"),
    ("ContentVersion", "SharingPrivacy"), ("ContentVersion", "PathOnClient"),
    ("ContentVersion", "ContentDocumentId"), ("ContentVersion", "FileType"),
    ("ContentVersion", "Title"), ("Group", "Type"),
    ("Document", "Type"), ("OrderItem", "PricebookEntryId"), ("Folder", "Type"),
    ("UserRole", "DeveloperName"), ("Group", "DeveloperName"), ("Document", "DeveloperName"),
    ("CampaignMemberStatus", "SortOrder"), ("PermissionSet", "Label"), ("Contract", "Status"),
    ("UserRole", "CaseAccessForAccountOwner"), ("UserRole", "OpportunityAccessForAccountOwner"),
    ("UserRole", "ContactAccessForAccountOwner"), ("Order", "Status"),
}  # fmt: skip
# Text without a known length gets that of its type.
LENGTHS = {"string": 255, "textarea": 32000, "phone": 40, "email": 80, "url": 1024, "picklist": 255,
           "combobox": 255, "multipicklist": 4099, "reference": 18, "id": 18}  # fmt: skip
NUMBERS = {"currency": (18, 2), "double": (18, 2), "percent": (3, 0)}
SYSTEM = {"CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp"}
UNGROUPED = {"textarea", "base64", "address", "location"}


def known_lengths(facts: str) -> dict[tuple[str, str], tuple[int, int]]:
    """Read `Name` string(255) out of the field lists: (object, field) -> (length, scale)."""
    found = {}
    for section in re.split(r"^### ", facts, flags=re.MULTILINE)[1:]:
        name = section.split()[0]
        for match in re.finditer(r"`(\w+)` \w+\((\d+)(?:,(\d+))?\) \[", section):
            found[name, match[1]] = (int(match[2]), int(match[3] or 0))
    return found


def flag_bits(names: tuple[str, ...], values: Json) -> int:
    return sum(1 << at for at, name in enumerate(names) if values.get(name))


class Derived:
    """The table being written; picklists and reference lists are kept once each."""

    def __init__(self, source: Path) -> None:
        self.objects: Json = json.loads((source / "fields.json").read_text())
        for name, listed in MORE_CHECKBOXES.items():
            self._insert(name, dict(listed))
        self.lengths = known_lengths((source / "facts.md").read_text())
        self.catalog: Json = json.loads((OUT.parent / "catalog.json").read_text())
        self.picklists: list[Any] = []
        self.references: list[Any] = []
        self.globals: Json = {}
        self.described: dict[str, Json] = {}
        lines = (source / "recorded/describe.jsonl").read_text().splitlines()
        bodies = [json.loads(line)["resp_body"] for line in lines]
        bodies += [json.loads(path.read_text()) for path in (source / "describes").glob("*.json")]
        for body in bodies:
            if not isinstance(body, dict):
                continue
            for each in body.get("sobjects", ()):
                if len(each) > len(self.globals.get(each["name"], ())):
                    self.globals[each["name"]] = each
            if len(body.get("fields", ())) > 3 and body["name"] in self.objects:
                self.described[body["name"]] = body

    def _insert(self, name: str, listed: dict[str, str]) -> None:
        fields = []
        for each in self.objects[name]["fields"]:
            fields.append(each)
            if each["name"] in listed:
                own = listed[each["name"]]
                words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", own)
                boolean = next(f for f in self.objects[name]["fields"] if f["type"] == "boolean")
                made = {"createable": False, "updateable": False, "name": own, "label": words}
                fields.append(boolean | made)
        self.objects[name]["fields"] = fields

    def at(self, pool: list[Any], item: Any) -> int:
        if item not in pool:
            pool.append(item)
        return pool.index(item)

    def picklist(self, name: str, field: Json, full: Json) -> int | None:
        values = field.get("picklistValues") or []
        if not values or (name, field["name"]) in EMPTY_PICKLISTS:
            return None
        labels = {value["value"]: value["label"] for value in full.get("picklistValues", ())}
        item = [v if labels.get(v, v) == v else [v, labels[v]] for v in values]
        return self.at(self.picklists, item)

    def flags(self, name: str, field: Json, full: Json) -> Json:
        kind, own = field["type"], field["name"]
        flags = dict(field)
        default = field.get("picklistDefault") or field.get("defaultValue")
        if "defaultedOnCreate" not in field:
            filled = kind in {"boolean", "id"} or default is not None or own == "OwnerId"
            filled = filled or own in SYSTEM or (name, own) in DEFAULTED
            flags["defaultedOnCreate"] = filled or (
                not field["nillable"] and not field.get("createable")
            )
        flags["nameField"] = own == NAME_FIELDS.get(name, "Name") or field.get("nameField", False)
        flags["autoNumber"] = field.get("autoNumber") or (name, own) in AUTO_NUMBERS
        flags["idLookup"] = kind == "id" or field.get("idLookup", False)
        targets = field.get("referenceTo") or ()
        many = own in {"WhoId", "WhatId"} or (own in {"OwnerId", "ActorId"} and "Group" in targets)
        flags["polymorphicForeignKey"] = field.get(
            "polymorphicForeignKey", many or len(targets) > 3
        )
        flags["namePointing"] = field.get("namePointing", flags["polymorphicForeignKey"])
        for key in ("filterable", "sortable"):
            flags[key] = field.get(key, kind not in {"base64", "address", "location"})
        flags["groupable"] = field.get("groupable", kind not in UNGROUPED | {"datetime", "double"})
        flags["aggregatable"] = field.get("aggregatable", kind not in UNGROUPED | {"boolean"})
        open_ = field.get("createable") and field["nillable"] and kind != "boolean"
        flags["permissionable"] = full.get("permissionable", bool(open_))
        flags["restrictedPicklist"] = field.get("restrictedPicklist", False)
        return flags

    def default(self, name: str, field: Json) -> Any:
        given = field.get("picklistDefault") or field.get("defaultValue")
        return given or DEFAULTS.get((name, field["name"]), given)

    def field(self, name: str, field: Json) -> list[Any]:
        kind, own = field["type"], field["name"]
        described: list[Json] = self.described.get(name, {}).get("fields", [])
        full: Json = next(
            (description for description in described if description["name"] == own), {}
        )
        flags = self.flags(name, field, full)
        length, scale = self.lengths.get((name, own), (0, 0))
        precision, digits = field.get("precision", 0), field.get("digits", 0)
        if kind in NUMBERS:
            known = NUMBERS[kind] if not own.endswith(("Latitude", "Longitude")) else (18, 15)
            precision, scale = (
                (precision, field["scale"]) if precision else (length, scale) if length else known
            )
            length = 0
        elif kind == "int":
            length, scale, digits = 0, 0, digits or 8
        elif kind in LENGTHS:
            length = field.get("length") or length or LENGTHS[kind]
        every = field.get("referenceTo") or []
        targets = [name for name in every if name in self.objects] or every
        row = [own, field["label"], kind, flag_bits(FLAGS, flags), length, precision, scale, digits,
               self.default(name, field),
               self.picklist(name, field, full),
               self.at(self.references, targets) if targets else None,
               field.get("relationshipName"), field.get("compoundFieldName"),
               field.get("extraTypeInfo")]  # fmt: skip
        while row[-1] in (None, 0) and len(row) > 4:
            row.pop()
        return row

    def sobject(self, name: str, given: Json) -> Json:
        whole, full = self.globals[name], self.described.get(name, {})
        flags = {**whole, **{key: value for key, value in full.items() if value is True}}
        children = [
            [c["childSObject"], c["field"], c["relationshipName"],
             int(c["cascadeDelete"]), int(c["restrictedDelete"])]
            for c in given.get("childRelationships") or ()
            if c["childSObject"] in self.objects
            or (c["childSObject"] in self.catalog and c["childSObject"] not in MADE_LATER)
        ]  # fmt: skip
        children += [
            [child, f"{name}Id", relation, 1, 0] for child, relation in MORE_CHILDREN.get(name, ())
        ]
        return {
            "label": given["label"],
            "plural": PLURALS.get(name, whole["labelPlural"]),
            "prefix": PREFIXES.get(name) or whole["keyPrefix"],
            "flags": flag_bits(OBJECT_FLAGS, flags),
            "urls": sorted(set(whole["urls"]) - {"sobject", "describe", "rowTemplate"}),
            "scopes": [[s["name"], s["label"]] for s in full.get("supportedScopes", ())],
            "fields": [self.field(name, field) for field in given["fields"]],
            "children": children,
        }

    def write(self) -> None:
        objects = {name: self.sobject(name, given) for name, given in self.objects.items()}
        table = {"picklists": self.picklists, "references": self.references, "objects": objects}
        OUT.write_text(json.dumps(table, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    Derived(Path(sys.argv[1])).write()
    print(OUT, OUT.stat().st_size)
