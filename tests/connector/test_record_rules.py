"""Which values a field is said not to take, and what is made of those that it can take."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_connector.metadata.field_rules import Purpose
from salesforce_connector.metadata.object_outline import ObjectOutline
from salesforce_connector.metadata.parent_check import find_bad_parents
from salesforce_connector.metadata.record_rules import CheckOptions, RecordRules
from salesforce_connector.metadata.text_length import truncate

_FIELD = {
    "nillable": True,
    "createable": True,
    "updateable": True,
    "defaultedOnCreate": False,
}
_READ_ONLY = {"createable": False, "updateable": False}


def field(name: str, type: str, **more: Any) -> dict[str, Any]:  # noqa: A002 - Salesforce's word
    return {"name": name, "label": name.removesuffix("__c"), "type": type, **_FIELD, **more}


def described(name: str, *fields: dict[str, Any]) -> RecordRules:
    flags = dict.fromkeys(("custom", "queryable", "createable", "updateable", "deletable"), True)
    about = {"name": name, "label": name, "labelPlural": name, "fields": [*fields], **flags}
    children = [{"relationshipName": "Lines__r", "childSObject": "Line__c", "field": "Up__c"}]
    return RecordRules.of(
        ObjectOutline.model_validate(
            {**about, "childRelationships": children, "recordTypeInfos": []}
        )
    )


INVOICE = described(
    "Invoice__c",
    field("Id", "id", idLookup=True, **_READ_ONLY),
    field("Name", "string", length=5),
    field("Note__c", "textarea", length=8),
    field("Email__c", "email", length=20),
    field("Flag__c", "boolean"),
    field("Count__c", "int"),
    field("Sum__c", "currency", precision=18, scale=2),
    field("Day__c", "date"),
    field("At__c", "datetime"),
    field("Time__c", "time"),
    field("Stage__c", "picklist"),
    field("Tags__c", "multipicklist"),
    field("Account__c", "reference", relationshipName="Account__r", referenceTo=["Account"]),
    field("Place__c", "location", **_READ_ONLY),
    field("Place__Latitude__s", "double", compoundFieldName="Place__c"),
    field("Place__Longitude__s", "double", compoundFieldName="Place__c"),
    field("Number__c", "string", autoNumber=True, **_READ_ONLY),
    field("Total__c", "double", calculated=True, **_READ_ONLY),
    field("CreatedDate", "datetime", **_READ_ONLY),
    field("Once__c", "string", updateable=False),
    field("acme__Code__c", "string"),
    field("File__c", "base64"),
    field("Odd__c", "a type of tomorrow"),
    field("Order__c", "reference", relationshipName="Order__r", referenceTo=["Order__x"]),
    field("EntityDefinitionId", "reference", referenceTo=["EntityDefinition"]),
)
ACCOUNT = described("Account", field("Name", "string"), field("Ext__c", "string", externalId=True))


def check(
    record: dict[str, Any], purpose: Purpose = "create", key: str = "", **options: bool
) -> Any:
    used = [
        (name, part) for name, value in record.items() if isinstance(value, dict) for part in value
    ]
    bad = find_bad_parents(INVOICE, used, {"Account": ACCOUNT})
    return INVOICE.check(record, purpose, CheckOptions(**options), bad, key)


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("Day__c", "31.01.2026", "2026-01-31"),
        ("Day__c", "01/31/2026", "2026-01-31"),
        ("Day__c", "2026-02-30", "2026-01-31"),
        ("Day__c", 20260131, "2026-01-31"),
        ("At__c", "yesterday", "offset"),
        ("Time__c", "noon", "09:30"),
        ("Sum__c", "1,234.56", "1234.56"),
        ("Sum__c", "1.234,56", "1234.56"),
        ("Sum__c", "€ 5", "1234.56"),
        ("Sum__c", "nan", "1234.56"),
        ("Sum__c", True, "1234.56"),
        ("Count__c", 1.5, "whole number"),
        ("Count__c", "many", "whole number"),
        ("Flag__c", "yes", "true or false"),
        ("Flag__c", 2, "true or false"),
        ("Name", ["a", "b"], "one text"),
        ("Name", {"a": 1}, "one text"),
        ("Stage__c", ["a"], "one text"),
        ("Tags__c", [["a"]], "a list"),
        ("Account__c", "Acme", "ID of a record"),
        ("Account__c", {"Ext__c": "A-1"}, "ID of a record"),
        ("Place__c", {"latitude": 1}, "other fields"),
        ("Number__c", "1", "autonumber"),
        ("Total__c", 5, "formula"),
        ("CreatedDate", "2026-01-01T00:00:00Z", "set by Salesforce"),
        ("Account__r", {"Name": "Acme"}, "not an external ID"),
        ("Account__r", {"Ext__c": "1", "Name": "2"}, "one external ID"),
        ("Account__r", "Acme", "not a field"),
        ("Lines__r", {"records": 1, "x": 2}, "child records"),
        ("Name", {"a", "b"}, "one text"),
        ("Nmae", "x", "not a field"),
        ("Day__c", "2026-01-31 10:00", "without a time"),
        ("Day__c", "2026-01-31T10:00:00.123456+02:00", "without a time"),
        ("Day__c", datetime(2026, 1, 31, tzinfo=UTC), "without a time"),
        ("Day__c", "2026-01-31T99:99", "without a time"),
        ("Day__c", "2026-01-31x", "without a time"),
        ("At__c", "2026-01-31 10:00:00", "a T between"),
        ("At__c", "2026-01-31T25:00:00Z", "offset"),
        ("At__c", "2026-01-31T10:00:00 PM", "offset"),
        ("At__c", "2026-01-31T10:00:00 Europe/Berlin", "offset"),
        ("At__c", 1769817600000, "offset"),
        ("Time__c", "25:00", "09:30"),
        ("Time__c", "09:30 AM", "09:30"),
        ("Tags__c", [True], "a list"),
        ("Tags__c", ["A", None], "a list"),
        ("Account__c", "https://acme.lightning.force.com/lightning/page/home", "ID of a record"),
        ("File__c", "not base64 !!", "base64"),
        ("File__c", {"a": 1}, "base64"),
    ],
)
def test_names_what_salesforce_would_refuse(name: str, value: Any, hint: str) -> None:
    faults = check({name: value}).faults

    assert bool(faults) is bool(hint)
    assert all(fault.field.startswith(name) and hint in fault.rule for fault in faults)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Name", 12),
        ("Name", 1.5),
        ("Stage__c", True),
        ("Day__c", "2026-01-31T00:00:00Z"),
        ("Day__c", date(2026, 1, 31)),
        ("At__c", "2026-01-31T09:00:00.000+0000"),
        ("At__c", "2026-01-31"),
        ("Time__c", "09:30:00.000Z"),
        ("Count__c", 3.0),
        ("Account__c", "001D000000IqhSLIAZ"),
        ("Account__r", {"Ext__c": 12}),
        ("account__R", {"attributes": {"type": "Account"}, "eXT__c": "x"}),
        ("Odd__c", [{}]),
        ("Order__c", "4711-b"),
        ("EntityDefinitionId", "Account"),
        ("day__C", None),
        ("Day__c", ""),
        ("NAME", "x"),
    ],
)
def test_lets_through_what_salesforce_takes(name: str, value: Any) -> None:
    record = {name: value}
    done = check(record)

    assert done.faults == []
    assert done.record is record


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("Flag__c", "TRUE", True),
        ("Flag__c", "False", False),
        ("Flag__c", " true ", True),
        ("Flag__c", "0", False),
        ("Flag__c", 1, True),
        ("Flag__c", 0.0, False),
        ("Sum__c", " 7 ", 7),
        ("Sum__c", "-12.5e3", -12500),
        ("Sum__c", "1234.56", 1234.56),
        ("Sum__c", ".5", 0.5),
        ("Sum__c", "0.1234567890123456789", "0.1234567890123456789"),
        ("Count__c", "12", 12),
        ("Count__c", "3.0", 3),
        ("Account__c", " 001D000000IqhSLIAZ ", "001D000000IqhSLIAZ"),
        ("Account__c", "001d000000iqhsliaz", "001D000000IqhSLIAZ"),
        (
            "Account__c",
            "https://acme.lightning.force.com/lightning/r/Account/001D000000IqhSLIAZ/view?c__x=1",
            "001D000000IqhSLIAZ",
        ),
        ("Account__c", "https://acme.my.salesforce.com/001D000000IqhSL", "001D000000IqhSL"),
        ("File__c", "data:text/plain;base64,aGk", "aGk="),
        ("File__c", "aG\nk", "aGk="),
        ("File__c", b"hi", "aGk="),
        ("Tags__c", ["A", "B"], "A;B"),
        ("Tags__c", ("A", 5), "A;5"),
        ("Tags__c", [], None),
    ],
)
def test_writes_a_value_in_the_form_that_every_api_takes(
    name: str, value: Any, written: Any
) -> None:
    """Trees refuse a boolean that is a text, which collections take."""
    done = check({name: value})

    assert done.faults == []
    assert done.record == {name: written}
    assert type(done.record[name]) is type(written)


def test_joins_a_list_for_a_multi_select_picklist() -> None:
    assert check({"Tags__c": ["A", "B"]}).record == {"Tags__c": "A;B"}


def test_names_the_parts_of_a_compound_field() -> None:
    [fault] = check({"Place__c": {"latitude": 1}}).faults
    assert "Place__Latitude__s, Place__Longitude__s" in fault.remedy


def test_names_the_external_ids_of_a_parent() -> None:
    [fault] = check({"Account__r": {"Name": "Acme"}}).faults
    assert (fault.field, "Ext__c" in fault.remedy) == ("Account__r.Name", True)


def test_null_for_a_parent_clears_the_reference() -> None:
    assert check({"Account__r": None}).record == {"Account__c": None}
    assert check({"Account__r": {"Ext__c": None}}).record == {"Account__c": None}


def test_names_all_read_only_fields_of_a_record_at_once_or_drops_them() -> None:
    record = {"Number__c": "1", "Total__c": 2, "CreatedDate": "x", "Name": "A"}

    assert [fault.field for fault in check(record).faults] == [
        "Number__c",
        "Total__c",
        "CreatedDate",
    ]
    dropped = check(record, drop_read_only=True)
    assert (dropped.faults, dropped.record) == ([], {"Name": "A"})
    assert dropped.dropped == ["Number__c", "Total__c", "CreatedDate"]


@pytest.mark.parametrize(
    ("purpose", "key", "faults"),
    [("create", "", 0), ("update", "", 1), ("upsert", "", 0), ("update", "once__c", 0)],
)
def test_a_field_may_be_open_to_new_records_alone(purpose: Purpose, key: str, faults: int) -> None:
    assert len(check({"Once__c": "x"}, purpose, key).faults) == faults


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("Code__c", "acme__Code__c"),
        ("other__Code__c", "acme__Code__c"),
        ("Nmae", "Name"),
        ("Sum", "Sum__c"),
        ("acme__code", "acme__Code__c"),
        ("Qqqqq", ""),
    ],
)
def test_suggests_the_field_that_was_meant(name: str, nearest: str) -> None:
    [fault] = check({name: "x"}).faults
    assert f"Did you mean {nearest}?" in fault.remedy if nearest else "Did you" not in fault.remedy


def test_a_text_that_is_too_long_is_refused_or_cut() -> None:
    [fault] = check({"Name": "123456"}).faults
    assert (fault.code, fault.field) == ("STRING_TOO_LONG", "Name")
    cut = check({"Name": "123456", "Note__c": "1234"}, truncate=True)
    assert (cut.record, cut.truncated) == ({"Name": "12345", "Note__c": "1234"}, ["Name"])
    assert check({"Email__c": "x" * 21}, truncate=True).faults  # half an address helps nobody
    assert check({"Name": "123456"}, "upsert", "name", truncate=True).faults  # nor half a key


@given(st.text(st.characters(codec="utf-8"), min_size=6))
def test_a_cut_text_fits_however_characters_are_counted(text: str) -> None:
    cut = check({"Name": text}, truncate=True).record["Name"]

    assert text.startswith(cut)
    assert len(cut.encode("utf-16-le")) <= 10 or len(text) <= 5


def test_references_of_composite_steps_stand_for_any_value() -> None:
    record = {"Account__c": "@{account.id}", "Day__c": "@{a.Day__c}"}

    assert check(record, references=True).faults == []
    assert len(check(record).faults) == 2


KINDS = [
    *("string", "textarea", "email", "url", "phone", "picklist", "multipicklist", "boolean", "int"),
    *("double", "currency", "percent", "date", "datetime", "time", "reference", "base64", "id"),
    *("location", "anyType", "a type of tomorrow"),
]
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.from_regex(r"[0-9 eE.,:+TZ-]{0,20}", fullmatch=True)
    | st.dates()
    | st.datetimes()
    | st.times()
    | st.binary(max_size=8)
    | st.sampled_from(["true", "FALSE", " 1 ", "1e400", "-.5", "9" * 40, "001D000000IqhSLIAZ"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@given(st.sampled_from(KINDS), values)
def test_a_value_that_is_let_through_has_one_form_and_is_let_through_in_it(
    kind: str, value: Any
) -> None:
    """And whatever is given, there is a rule or a form, never an exception."""
    rules = described("Any__c", field("Any__c", kind, length=0))
    done = rules.check({"Any__c": value}, "create", CheckOptions(), {})
    if done.faults:
        assert done.faults[0].rule
        return

    again = rules.check(done.record, "create", CheckOptions(), {})
    assert again.faults == []
    assert again.record is done.record


@given(st.text(max_size=60), st.integers(1, 20), st.booleans())
def test_a_truncated_text_is_a_beginning_that_fits(text: str, length: int, lines: bool) -> None:
    cut = truncate(text, length, lines=lines)

    assert text.startswith(cut)
    assert len(cut.encode("utf-16-le", "surrogatepass")) // 2 <= length
    assert (cut is text) == (truncate(cut, length, lines=lines) == text)


FIELD_NAMES = [rule.name for rule in INVOICE.fields.values()]
TEXTS = st.sampled_from(
    ["", "x", "four", "fives", "a\nb\nc", "😀😀😀", "@{a.id}", "true", "7", "A;B"]
)


@given(
    st.dictionaries(
        st.sampled_from([*FIELD_NAMES, "NAME", "id", "attributes", "Nmae", "Account__r"]),
        values | TEXTS,
        max_size=3,
    ),
    st.sampled_from(["create", "update", "upsert"]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_what_the_quick_check_accepts_passes_the_full_check_unchanged(
    record: dict[str, Any], purpose: Purpose, drop: bool, truncated: bool, references: bool
) -> None:
    """By any options; the full check decides where the quick one does not."""
    options = CheckOptions(drop, truncated, references)

    if INVOICE.accepts(record, purpose):
        done = INVOICE.check(record, purpose, options, {})

        assert done.record is record
        assert (done.faults, done.dropped, done.truncated) == ([], [], [])


@pytest.mark.parametrize("length", [2, 3, 5, 6])
@pytest.mark.parametrize("text", ["😀", "\n"])
def test_the_quick_check_leaves_texts_that_may_be_too_long_to_the_full_one(
    text: str, length: int
) -> None:
    rules = described("Any__c", field("Any__c", "textarea", length=5))

    assert rules.accepts({"Any__c": text * length}, "create") == (2 * length <= 5)


def test_the_quick_check_accepts_an_ordinary_record() -> None:
    record = {"Name": "No", "Flag__c": True, "Count__c": 3, "Stage__c": "New", "Day__c": None}

    assert INVOICE.accepts(record, "create")
    assert not INVOICE.accepts({**record, "Once__c": "x"}, "update")
