"""The header of a bulk job's CSV: each fault is named before a job is begun."""

from io import BytesIO
from typing import Any

import pytest
from flow_driver import FlowRun, drive, ok

from salesforce_connector.bulk import csv_header
from salesforce_connector.bulk.csv_file import FileSource
from salesforce_connector.errors import Forbidden, NotFound, Rejected


def field(name: str, **about: Any) -> dict[str, Any]:
    plain = {"nillable": True, "createable": True, "updateable": True, "defaultedOnCreate": False}
    return {"name": name, "label": name, "type": "string", **plain, **about}


LEAD = {
    "name": "Lead",
    "label": "Lead",
    "labelPlural": "Leads",
    **dict.fromkeys(("custom", "queryable", "createable", "updateable", "deletable"), True),
    "childRelationships": [],
    "recordTypeInfos": [],
    "fields": [
        field("Id"),
        field("LastName"),
        field("Company"),
        field("Key__c", externalId=True),
        field("OwnerId", type="reference", referenceTo=["User", "Group"], relationshipName="Owner"),
    ],
}


def check(*names: str, operation: str = "insert", key: str | None = None) -> FlowRun:
    return drive(csv_header.check(names, "Lead", operation, key), ok(LEAD))


def alone(*names: str, operation: str = "insert", key: str | None = None) -> FlowRun:
    """Check what needs no describe to be refused."""
    return drive(csv_header.check(names, "Lead", operation, key))


@pytest.mark.parametrize(
    ("names", "more", "messages"),
    [
        (("LastName", "", "Company"), {}, "Column 2 has no name"),
        (("LastName", " "), {}, "Column 2 has no name"),
        (("LastName", "Company", "lastname"), {}, "Columns 1 and 3 are both lastname"),
        (("LastName",), {"operation": "update"}, "no column Id"),
        (("LastName",), {"operation": "upsert", "key": "Key__c"}, "no column Key__c"),
        (("Id", "LastName"), {"operation": "delete"}, "a column LastName"),
        (("LastName",), {"operation": "hardDelete"}, "no column Id"),
    ],
)
def test_an_invalid_header_is_refused_without_a_call(
    names: tuple[str, ...], more: dict[str, str], messages: str
) -> None:
    done = alone(*names, **more)
    assert isinstance(done.error, Rejected)
    assert messages in str(done.error)
    assert (done.error.code, done.calls) == ("INVALID_HEADER", [])


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("LastNmae", "Did you mean LastName?"),
        (" Company", "Did you mean Company?"),
        ("Ownr.Username", "Did you mean Owner?"),
        ("User:Ownr.Username", "Did you mean Owner?"),
        ("LastName.Key__c", "no relationship"),
        ("Zzz", "Check the spelling"),
    ],
)
def test_a_column_that_the_object_has_not_is_refused_with_the_nearest(name: str, near: str) -> None:
    done = check("Id", name)
    assert isinstance(done.error, Rejected)
    assert repr(name) in str(done.error)
    assert near in str(done.error)
    assert done.error.fields == (name,)


@pytest.mark.parametrize(
    "names",
    [
        ("LASTNAME", "company"),
        ("Owner.Username", "LastName"),
        ("User:Owner.Username", "LastName"),
        ("Id", "LastName"),
    ],
)
def test_fields_and_parents_by_external_id_are_accepted(names: tuple[str, ...]) -> None:
    assert check(*names).error is None


def test_a_missing_object_is_refused_and_a_hidden_one_is_not() -> None:
    header = ["Nmae"]
    hidden = Forbidden("No.", code="INSUFFICIENT_ACCESS")
    assert drive(csv_header.check(header, "Lead", "insert", None), hidden).error is None
    gone = NotFound("No.", code="NOT_FOUND")  # and so is the list of what there is
    assert drive(csv_header.check(header, "Lead", "insert", None), gone, gone).error is gone


@pytest.mark.parametrize(
    ("line", "messages"),
    [
        (b"LastName;Company\n", "Set delimiter to SEMICOLON"),
        (b"LastName\tCompany\n", "Set delimiter to TAB"),
        (b'"LastName|Company"\n', "Set delimiter to PIPE"),
        (b'"LastName\n', "not a line of CSV"),
        (b'"LastName"x,Company\n', "not a line of CSV"),
        (b"\n", "empty"),
    ],
)
def test_an_invalid_header_is_refused(line: bytes, messages: str) -> None:
    with pytest.raises(Rejected, match=messages):
        csv_header.columns(line, "COMMA")


def test_reads_names_as_csv() -> None:
    assert csv_header.columns(b'"Last Name";Company\n', "SEMICOLON") == ["Last Name", "Company"]


def test_a_mark_of_utf_8_is_no_part_of_a_name_and_utf_16_is_reported() -> None:
    marked = FileSource.of_text("\ufeffLastName\nDoe\n")
    assert csv_header.columns(marked.header(), "COMMA") == ["LastName"]
    with pytest.raises(Rejected, match="UTF-16"):
        FileSource(lambda: BytesIO("LastName\nDoe\n".encode("utf-16")), "x").header()
