"""Config tables from describes; whatever a local org cannot declare is noted."""

from typing import Any

import pytest

from salesforce_emulator.clone.source import Source
from salesforce_emulator.clone.tables import Tables

PLAIN: dict[str, Any] = {
    **dict.fromkeys(("unique", "externalId", "caseSensitive", "autoNumber", "calculated"), False),
    **dict.fromkeys(("idLookup", "defaultedOnCreate", "restrictedPicklist"), False),
    **dict.fromkeys(("cascadeDelete", "restrictedDelete"), False),
    **dict.fromkeys(("defaultValue", "controllerName", "relationshipName", "extraTypeInfo")),
    "compoundFieldName": None,
    "picklistValues": [],
    "referenceTo": [],
    "nillable": True,
    "length": 0,
    "precision": 0,
    "scale": 0,
}


def field(name: str, kind: str, **more: Any) -> dict[str, Any]:
    return {**PLAIN, "name": name, "label": name, "type": kind, **more}


def value(text: str, bits: str | None = None) -> dict[str, Any]:
    plain = {"active": True, "defaultValue": False, "label": text}
    return {"value": text, "validFor": bits, **plain}


def describe(name: str, *fields: dict[str, Any]) -> dict[str, Any]:
    about = {"name": name, "label": name, "labelPlural": name, "keyPrefix": "m00"}
    return {**about, "fields": [*fields], "childRelationships": [], "recordTypeInfos": []}


def tables_of(*fields: dict[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    tables = Tables([describe("Thing__c", *fields)])
    (thing,) = tables.file["objects"]
    assert "prefix" not in thing
    return thing.get("fields", []), tables.notes


@pytest.mark.parametrize("name", ["Thing__mdt", "Thing__x", "NoSuchStandardObject"])
def test_an_object_that_cannot_be_declared_is_left_out(name: str) -> None:
    tables = Tables([describe(name)])

    assert (tables.copied, tables.file["objects"], len(tables.notes)) == ([], [], 1)


def test_a_reference_to_an_uncopied_object_becomes_text() -> None:
    (link,), notes = tables_of(field("Link__c", "reference", referenceTo=["Other__c"]))

    assert (link["type"], link["length"], len(notes)) == ("string", 18, 1)
    assert "to" not in link


def test_a_formula_is_a_plain_field_that_is_not_required() -> None:
    (total,), notes = tables_of(
        field("Total__c", "double", calculated=True, nillable=False, precision=18, scale=2)
    )

    assert "required" not in total
    assert len(notes) == 1


def test_a_required_field_with_a_default_of_its_own_is_not_required() -> None:
    (day, text), notes = tables_of(
        field("Day__c", "date", nillable=False, defaultedOnCreate=True),
        field("T__c", "string", nillable=False, defaultedOnCreate=True, defaultValue="x", length=3),
    )

    assert "required" not in day
    assert (text["required"], text["default"]) == (True, "x")
    assert len(notes) == 1


def test_valid_for_bits_select_controlling_values() -> None:
    nine = [value(str(number)) for number in range(9)]
    (_, city), notes = tables_of(
        field("Region__c", "picklist", picklistValues=nine),
        field(
            "City__c",
            "picklist",
            controllerName="Region__c",
            picklistValues=[value("A", "gIA="), value("B", "/4A="), value("C", "AAA=")],
        ),
    )

    assert city["controller"] == "Region__c"
    assert [choice.get("valid_for") for choice in city["choices"]] == [["0", "8"], None, []]
    assert len(notes) == 1  # C is valid for none


class _Refused(Exception):
    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class _RefusingRunner:
    def __init__(self, kind: str) -> None:
        self._kind = kind

    def run(self, *_: Any) -> Any:
        raise _Refused(self._kind)


def test_an_object_without_picklists_in_the_ui_api_stops_nothing() -> None:
    assert Source(_RefusingRunner("rejected"), "acme").picklists("Case", "012") is None
    with pytest.raises(_Refused):
        Source(_RefusingRunner("unauthorized"), "acme").picklists("Case", "012")
