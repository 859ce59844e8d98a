"""Turns describes into the tables of a config file, which docs/local-org/configuration.md explains.

Whatever the local org cannot declare is left out or simplified, with a note.
"""

import base64
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from salesforce_emulator.schema.custom import default_schema
from salesforce_emulator.schema.field import Field
from salesforce_emulator.schema.sobject import SObject

Table = dict[str, Any]

# Values with a meaning: closed, won, converted. The local org has its own.
_WITH_MEANING: Final = frozenset(
    {
        *("Case.Status", "Contract.Status", "Lead.Status", "Opportunity.StageName"),
        *("Opportunity.ForecastCategoryName", "Order.Status", "Task.Priority", "Task.Status"),
    }
)

_NAME: Final = re.compile(  # as the config has it
    r"(?:[A-Za-z](?:_?[A-Za-z0-9]){0,14}__)?[A-Za-z](?:_?[A-Za-z0-9])*__c", re.ASCII
)
_STANDARD_NAME: Final = re.compile(r"[A-Z][A-Za-z0-9]*", re.ASCII)
_PREFIX: Final = re.compile(r"a[0-9a-zA-Z]{2}", re.ASCII)
_AS_THEY_ARE: Final = frozenset(
    {
        *("string", "email", "phone", "url", "boolean", "int", "double", "currency", "percent"),
        *("date", "datetime", "time", "picklist", "multipicklist", "reference", "location"),
        "encryptedstring",
    }
)
_TEXTS: Final = frozenset({"string", "textarea", "long_text", "html", "encryptedstring"})
_NUMBERS: Final = frozenset({"double", "currency", "percent"})
_LISTS: Final = frozenset({"picklist", "multipicklist"})
_UNIQUE: Final = frozenset({"string", "email", "double", "autonumber"})  # as the config has it
_SHORT_TEXT: Final = 255  # characters of the longest text area that is not a long one


class Tables:
    """The tables of a config file that declares what a local org does not have by itself.

    Attributes:
        file: Table's name -> its entries.
        notes: What differs from the source, a sentence each.
        picklists: Object -> picklist -> the values that the local org will have.
    """

    def __init__(self, describes: Iterable[dict[str, Any]]) -> None:
        self._describes = sorted(describes, key=lambda describe: str(describe["name"]))
        self._default = default_schema()
        self.file: dict[str, list[Table]] = {
            "objects": [],
            "fields": [],
            "picklists": [],
            "record_types": [],
        }
        self.notes: list[str] = []
        self.picklists: dict[str, dict[str, list[str]]] = {}
        self.copied = [describe for describe in self._describes if self._is_copied(describe)]
        names = {describe["name"] for describe in self.copied}
        self._targets = {name for name in names if name not in self._default}
        for describe in self.copied:
            self._add(describe)

    def add_record_type(self, sobject: str, info: Table, picklists: dict[str, list[str]]) -> None:
        """Add a record type of a describe with the picklist values that it leaves."""
        left = {}
        for field, every in sorted(self.picklists[sobject].items()):
            values = [value for value in picklists.get(field, every) if value in every]
            if field in picklists and values != every:
                left[field] = values
        table = {"object": sobject, "name": info["developerName"], "label": info["name"]}
        if info["defaultRecordTypeMapping"]:
            table["default"] = True
        if not info["active"]:
            table["active"] = False
        self.file["record_types"].append(table | ({"picklists": left} if left else {}))

    def _is_copied(self, describe: Table) -> bool:
        name = describe["name"]
        if name in self._default or _NAME.fullmatch(name):
            return True
        self.notes.append(f"{name} is left out: a local org cannot declare it.")
        return False

    def _add(self, describe: Table) -> None:
        name = describe["name"]
        present = self._default.get(name)
        picklists = self.picklists[name] = {}
        new: list[Table] = []
        changed: list[Table] = []
        for field in describe["fields"]:
            local = present.field(field["name"]) if present is not None else None
            if local is not None:
                if local.picklist and field["type"] in _LISTS and present is not None:
                    picklists[local.name] = [item.value for item in local.picklist]
                    if self._standard_picklist(present, local, field):
                        picklists[local.name] = [item["value"] for item in field["picklistValues"]]
                        changed.append(field)
            elif self._is_declared(field, present is not None):
                new.append(field)
        for field in new:
            if field["type"] in _LISTS:
                picklists[field["name"]] = [item["value"] for item in field["picklistValues"]]
        by_name = {field["name"]: field for field in describe["fields"]}
        for field in changed:
            picklist: Table = {"object": name, "field": field["name"]}
            self._picklist(name, field, by_name, picklist)
            self.file["picklists"].append(picklist)
        tables = [table for field in new if (table := self._field(name, field, by_name))]
        if present is None:
            self.file["objects"].append(self._object(describe, tables))
        else:
            self.file["fields"] += [{"object": name, **table} for table in tables]

    def _standard_picklist(self, sobject: SObject, local: Field, field: Table) -> bool:
        """Return whether a picklist that the local org has is to have the source's choices."""
        path = f"{sobject.name}.{local.name}"
        own = [(item.value, item.label, item.active, item.default) for item in local.picklist]
        choices = [
            (item["value"], item["label"], item["active"], item["defaultValue"])
            for item in field["picklistValues"]
        ]
        if not choices or (choices == own and not field["controllerName"]):
            return False
        leads = any(item.controller == local.name and not item.custom for item in sobject.fields)
        if local.custom or path in _WITH_MEANING or local.controller or leads:
            self.notes.append(f"{path} has the local org's values.")
            return False
        return True

    def _is_declared(self, field: Table, standard: bool) -> bool:
        """Whether a field that the local org lacks is to be declared; parts come with a whole."""
        if _is_custom(field):
            return True
        return standard and not field["name"].endswith("__s") and field["compoundFieldName"] is None

    def _object(self, describe: Table, fields: list[Table]) -> Table:
        table: Table = {"name": describe["name"], "label": describe["label"]}
        table["plural"] = describe["labelPlural"]
        if _PREFIX.fullmatch(describe["keyPrefix"] or ""):
            table["prefix"] = describe["keyPrefix"]
        if any(field["name"] == "Name" and field["autoNumber"] for field in describe["fields"]):
            table["name_format"] = "{0000}"
            self.notes.append(
                f"{describe['name']}.Name is numbered 0001: no describe has its format."
            )
        children = {child["childSObject"] for child in describe["childRelationships"]}
        if "Task" in children:
            table["activities"] = True
        return table | ({"fields": fields} if fields else {})

    def _field(self, sobject: str, field: Table, fields: dict[str, Table]) -> Table | None:
        path = f"{sobject}.{field['name']}"
        kind = self._kind(field)
        name = _NAME if _is_custom(field) else _STANDARD_NAME
        if kind is None or not name.fullmatch(field["name"]):
            self.notes.append(f"{path} is left out: a local org cannot declare it.")
            return None
        table: Table = {"name": field["name"], "type": kind, "label": field["label"]}
        if not _is_custom(field):
            table["standard"] = True
        if field["calculated"]:
            self.notes.append(f"{path} is a formula or summary: a plain field in the local org.")
        elif kind not in {"boolean", "autonumber"} and not field["nillable"]:
            table["required"] = True
        if kind in _TEXTS and field["length"]:
            table["length"] = field["length"]
        if kind in _NUMBERS:
            table |= {"precision": field["precision"], "scale": field["scale"]}
        if kind == "autonumber":
            table["format"] = "{0000}"
            self.notes.append(f"{path} is numbered 0001: no describe has its format.")
        for key, word in (("unique", "unique"), ("externalId", "external_id")):
            if word == "unique" and kind == "autonumber" and not field["idLookup"]:
                continue  # an autonumber is unique by itself
            if field[key] and kind in _UNIQUE:
                table[word] = True
            elif field[key]:
                self.notes.append(f"{path} is not {word} in the local org, as it is {kind}.")
        if field["caseSensitive"] and table.get("unique"):
            table["case_sensitive"] = True
        if kind == "boolean" and field["defaultValue"] is True:
            table["checked"] = True
        if kind in _LISTS:
            self._picklist(sobject, field, fields, table)
        if kind in _TEXTS and isinstance(field["defaultValue"], str):
            table["default"] = field["defaultValue"]
        if "required" in table and field["defaultedOnCreate"] and "default" not in table:
            del table["required"]
            self.notes.append(f"{path} is not required: the local org has no default for it.")
        if kind == "reference" and not self._reference(field, table):
            self.notes.append(f"{path} is a text: it points at objects that are not copied.")
            table |= {"type": "string", "length": 18}
        return table

    def _kind(self, field: Table) -> str | None:
        kind: str = field["type"]
        if field["autoNumber"]:
            return "autonumber"
        if kind in _LISTS and not field["picklistValues"]:
            return "string"
        if kind == "textarea":
            if field["extraTypeInfo"] == "richtextarea":
                return "html"
            return "textarea" if field["length"] <= _SHORT_TEXT else "long_text"
        return kind if kind in _AS_THEY_ARE else None

    def _picklist(self, sobject: str, field: Table, fields: dict[str, Table], table: Table) -> None:
        controller = fields.get(field["controllerName"] or "")
        controlling = [] if controller is None else [*_controlling_values(controller)]
        usable = controlling
        if controller is not None and controller["type"] != "boolean":
            usable = self.picklists[sobject].get(controller["name"], [])
        choices = []
        for item in field["picklistValues"]:
            choice = _choice(item)
            if item["validFor"] and controlling:
                valid = [value for value in _valid_for(item, controlling) if value in usable]
                if len(valid) < len(controlling):
                    choice["valid_for"] = valid
                if not valid:
                    self.notes.append(
                        f"{sobject}.{field['name']}: {item['value']} is valid for no value of its "
                        "controlling field that the local org has, so for all there."
                    )
            choices.append(choice)
        table["choices"] = choices
        if default := [item["value"] for item in field["picklistValues"] if item["defaultValue"]]:
            table["default"] = default[0]
        if field["restrictedPicklist"]:
            table["restricted"] = True
        if usable and controller is not None:
            table["controller"] = controller["name"]

    def _reference(self, field: Table, table: Table) -> bool:
        targets = [
            name for name in field["referenceTo"] if name in self._default or name in self._targets
        ]
        if not targets:
            return False
        table["to"] = targets
        if name := field["relationshipName"]:
            table["relationship"] = name.removesuffix("__r")
        if field["cascadeDelete"]:
            table["on_delete"] = "cascade"
        elif field["restrictedDelete"]:
            table["on_delete"] = "restrict"
        return True


def _choice(item: Table) -> Table:
    choice: Table = {"value": item["value"]}
    if item["label"] and item["label"] != item["value"]:
        choice["label"] = item["label"]
    if not item["active"]:
        choice["active"] = False
    return choice


def _is_custom(field: Table) -> bool:
    return str(field["name"]).endswith("__c")


def _controlling_values(controller: Table) -> Iterator[str]:
    if controller["type"] == "boolean":
        yield from ("false", "true")
    yield from (item["value"] for item in controller["picklistValues"])


def _valid_for(item: Table, controlling: list[str]) -> Iterator[str]:
    bits = base64.b64decode(item["validFor"])
    for at, value in enumerate(controlling):
        if at // 8 < len(bits) and bits[at // 8] & (0x80 >> at % 8):
            yield value
