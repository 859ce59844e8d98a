"""Python source from describes: what it takes, gives and refuses."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic import ValidationError

from salesforce_actions.type_models import write_models
from salesforce_connector.errors import BadReply
from salesforce_connector.metadata.describe import ObjectDescription


def field(name: str, kind: str, **more: Any) -> dict[str, Any]:
    free = {"nillable": True, "createable": True, "updateable": True, "defaultedOnCreate": False}
    return {"name": name, "label": name, "type": kind, **free, **more}


def describe(*fields: dict[str, Any], name: str = "Invoice__c") -> ObjectDescription:
    flags = dict.fromkeys(("custom", "queryable", "createable", "updateable", "deletable"), True)
    about = {"name": name, "label": "x", "labelPlural": "x", "fields": fields, **flags}
    return ObjectDescription.model_validate(
        {**about, "childRelationships": [], "recordTypeInfos": []}
    )


def load(folder: Path, *objects: ObjectDescription) -> ModuleType:
    file = folder / "models.py"
    file.write_text(write_models(objects), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("written_models", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["x\nimport os", "A B", "", "é", '"""', "a-b"])
def test_a_name_that_would_be_code_is_refused(name: str) -> None:
    with pytest.raises(BadReply):
        write_models([describe(field(name, "string"))])
    with pytest.raises(BadReply):
        write_models([describe(name=name)])


def test_a_create_needs_what_is_required_and_refuses_what_is_not_there(tmp_path: Path) -> None:
    about = describe(
        field("Name", "string", nillable=False, length=5),
        field("Id", "id", nillable=False, createable=False, updateable=False),
        field("Flag__c", "boolean", nillable=False),
    )
    invoice = load(tmp_path, about).Invoice__c

    for wrong in ({}, {"Name": None}, {"Name": "x" * 6}, {"Name": "x", "Nmae": "y"}):
        with pytest.raises(ValidationError):
            invoice.New(**wrong)
    with pytest.raises(ValidationError):
        invoice.New(Name="x", Id="a0B000000000001AAA")
    assert invoice.New(Name="x" * 5).to_fields() == {"Name": "x" * 5}
    assert invoice.Changes().to_fields() == {}
    assert invoice.Changes(Flag__c=None).to_fields() == {"Flag__c": None}


def test_a_restricted_picklist_takes_its_values_and_reads_retired_ones(tmp_path: Path) -> None:
    values = [
        {"value": 'He said "no" \\ \n 🙂', "active": True},
        {"value": "Open", "active": True},
        {"value": "Old", "active": False},
    ]
    about = describe(
        field("Status__c", "picklist", restrictedPicklist=True, picklistValues=values),
        field("Kind__c", "picklist", picklistValues=values),
        field("Many__c", "multipicklist", restrictedPicklist=True, picklistValues=values),
    )
    invoice = load(tmp_path, about).Invoice__c

    assert invoice(Status__c="Old", Kind__c="Mine", Many__c="Open;Old").Status__c == "Old"
    assert invoice.New(Status__c=values[0]["value"], Kind__c="Mine").Kind__c == "Mine"
    for wrong in ("Old", "open", ""):
        with pytest.raises(ValidationError):
            invoice.New(Status__c=wrong)
    with pytest.raises(ValidationError):
        invoice(Status__c="Unknown")


def test_values_are_read_as_python_has_them_and_written_as_json(tmp_path: Path) -> None:
    about = describe(
        field("Day__c", "date"),
        field("At__c", "datetime"),
        field("Total__c", "currency", precision=18, scale=2),
        field("Count__c", "int"),
        field("Where__c", "location"),
    )
    invoice = load(tmp_path, about).Invoice__c
    wire = {"Day__c": "2026-01-31", "At__c": "2026-01-31T09:00:00.000+0000", "Total__c": 1.5}

    read = invoice(attributes={"type": "Invoice__c"}, Count__c=None, Where__c={}, **wire)

    assert (read.Day__c.day, read.At__c.utcoffset().total_seconds()) == (31, 0)
    assert invoice.New(At__c=read.At__c, Day__c=read.Day__c, Total__c=1.5).to_fields() == {
        "At__c": "2026-01-31T09:00:00Z",
        "Day__c": "2026-01-31",
        "Total__c": 1.5,
    }
    with pytest.raises(ValidationError):
        invoice.New(At__c="2026-01-31T09:00:00")  # Salesforce asks for an offset


def test_fields_named_like_what_the_source_uses_harm_nothing(tmp_path: Path) -> None:
    names = ("Field", "Record", "Input", "Literal", "datetime__c", "typing__c")
    about = describe(*(field(name, "string", length=9) for name in names), name="FieldHistory")

    module = load(tmp_path, about, describe(name="Case"))

    assert module.FieldHistory(Field="a", Record="b").Field == "a"


def test_the_same_describes_give_the_same_bytes() -> None:
    single, two = field("B__c", "string"), field("A__c", "date")
    first, second = describe(single, two), describe(name="Account")
    turned = describe(two, single)

    assert write_models([first, second]) == write_models([second, turned])


def parent_and_child(**more: Any) -> tuple[ObjectDescription, ObjectDescription]:
    keys = (
        field("External_Id__c", "string", externalId=True, idLookup=True, length=9),
        field("Number__c", "double", externalId=True),
        field("Name", "string"),
    )
    reference = field(
        "Account__c", "reference", referenceTo=["Account"], relationshipName="Account__r", **more
    )
    several = field("OwnerId", "reference", referenceTo=["User", "Group"], relationshipName="Owner")
    alone = field("Other__c", "reference", referenceTo=["Other"], relationshipName="Other__r")
    return describe(*keys, name="Account"), describe(reference, several, alone)


def test_a_parent_is_named_by_one_external_id(tmp_path: Path) -> None:
    module = load(tmp_path, *parent_and_child())
    key, invoice = module.Account_Key, module.Invoice__c

    new = invoice.New(Account__r=key(External_Id__c="A-1"))
    assert new.to_fields() == {"Account__r": {"External_Id__c": "A-1"}}
    assert invoice.Changes(Account__r=None).to_fields() == {"Account__r": None}
    for wrong in ({}, {"External_Id__c": None}, {"External_Id__c": "A", "Number__c": 1},
                  {"Name": "Acme"}, {"External_Id__c": "x" * 10}):  # fmt: skip
        with pytest.raises(ValidationError):
            key(**wrong)


def test_only_a_described_parent_of_one_kind_can_be_named_so(tmp_path: Path) -> None:
    account, child = parent_and_child()
    invoice = load(tmp_path, account, child).Invoice__c
    for wrong in ({"Owner": {"Username": "x"}}, {"Other__r": {"Name": "x"}}):
        with pytest.raises(ValidationError):
            invoice.New(**wrong)
    assert "_Key" not in write_models([child])


def test_a_required_parent_is_accepted_by_id_or_external_id(tmp_path: Path) -> None:
    module = load(tmp_path, *parent_and_child(nillable=False))
    invoice = module.Invoice__c

    with pytest.raises(ValidationError, match="Account__c or Account__r"):
        invoice.New()
    assert invoice.New(Account__c="001D000000IqhSLIAZ").to_fields()
    assert invoice.New(Account__r=module.Account_Key(Number__c=7)).to_fields() == {
        "Account__r": {"Number__c": 7.0}
    }
    assert invoice.Changes().to_fields() == {}


def test_a_relationship_that_would_be_code_is_refused() -> None:
    bad = field("A__c", "reference", referenceTo=["Account"], relationshipName="x\nimport os")
    with pytest.raises(BadReply):
        write_models([describe(bad)])
