"""Field values on their way in, paths, and answers on their way out."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from salesforce_connector.errors import BadReply
from salesforce_connector.http.http1 import write_head
from salesforce_connector.http.wire_request import WireRequest
from salesforce_connector.records import Fields, SaveResult, decode, path, read, segment

fields = TypeAdapter[dict[str, Any]](Fields)


@pytest.mark.parametrize(
    ("values", "messages"),
    [
        ({}, "at least 1"),
        ({"attributes": {}}, "no field"),
        ({"Name": "a", "NAME": "b"}, "same field"),
        ({"Account.A__c": "1", "Account.B__c": "2"}, "same field"),
        ({"Account.A__c": "1", "account": {"B__c": "2"}}, "same field"),
        ({"Name!": 1}, "API name"),
        ({"A.B.C": 1}, "API name"),
        ({"1Name": 1}, "API name"),
        ({"": 1}, "API name"),
        ({"Näme": 1}, "API name"),
    ],
    ids=str,
)
def test_refuses_what_no_body_can_hold(values: dict[str, Any], messages: str) -> None:
    with pytest.raises(ValidationError, match=messages):
        fields.validate_python(values)


@pytest.mark.parametrize(
    "values",
    [
        {"Name": None},
        {"Invoice__c": 1.5, "ns__Flag__c": True},
        {"Account": {"External_Id__c": "A-1"}},
        {"Name": "O'Hara \N{GRINNING FACE}"},
    ],
)
def test_accepts_values_as_they_are(values: dict[str, Any]) -> None:
    assert fields.validate_python(values) == values


OWNER = {"Owner": {"attributes": {"type": "User"}, "Username": "a"}}
PARENT = {"Account__r": {"Ext__c": "A-1"}}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"Account__r.Ext__c": "A-1"}, PARENT),
        ({"Owner": {"attributes": {"type": "User", "url": "/x"}, "Username": "a"}}, OWNER),
        ({"User:Owner.Username": "a"}, OWNER),
        ({"attributes": {"type": "Account", "url": "/x"}, "Name": "A"}, {"Name": "A"}),
        ({"A": Decimal("1.10"), "B": Decimal(7)}, {"A": 1.1, "B": 7}),
        ({"A": Decimal("123456789012345678.25")}, {"A": "123456789012345678.25"}),
        ({"A": date(2026, 1, 31), "B": time(9, 30)}, {"A": "2026-01-31", "B": "09:30:00"}),
        ({"A": datetime(2026, 1, 31, 9, tzinfo=UTC)}, {"A": "2026-01-31T09:00:00+00:00"}),
    ],
    ids=str,
)
def test_the_same_data_in_every_form(values: dict[str, Any], expected: dict[str, Any]) -> None:
    assert fields.validate_python(values) == expected


@given(st.text(st.characters(codec="utf-8")))
def test_a_value_stays_one_step_of_a_path(value: str) -> None:
    """An external id may hold a slash, a question mark, two dots."""
    step = segment(value)

    assert unquote(step) == value
    assert not set(step) & set("/?#&+ ")


def test_a_path_is_made_of_encoded_steps() -> None:
    assert path("Account", "Ext__c", "a/b ü") == "/sobjects/Account/Ext__c/a%2Fb%20%C3%BC"


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b"\xff"])
def test_a_body_that_is_not_json_is_a_bad_reply(body: bytes) -> None:
    with pytest.raises(BadReply) as raised:
        decode(httpx.Response(200, content=body))

    assert raised.value.code == "NOT_JSON"
    assert raised.value.sent is True


def test_reads_a_save_result_of_old_and_of_now() -> None:
    """`created` came with version 46.0."""
    old = {"id": "001D000000IqhSLIAZ", "success": True, "errors": []}

    assert read(SaveResult, httpx.Response(201, json=old), "x").created is None
    assert read(SaveResult, httpx.Response(201, json={**old, "created": True}), "x").created is True
    with pytest.raises(BadReply, match="id"):
        read(SaveResult, httpx.Response(200, json={"success": True}), "x")


@given(st.text(st.characters(codec="utf-8"), min_size=1))
@example(".")
@example("..")
@example("...")
@example("a/../b")
@example("%2e%2e")
def test_no_client_folds_a_step_of_a_path(value: str) -> None:
    """Whatever writes an address keeps the step where it stands, and whole."""
    raw = f"/services/data/v68.0{path('Account', 'Ext__c', value)}"

    for written in (
        httpx.URL(f"https://acme.example{raw}").raw_path.decode(),
        write_head(WireRequest("GET", "https://acme.example", raw, {})).decode().split()[1],
    ):
        assert written.count("/") == raw.count("/")
        assert unquote(written.rpartition("/")[2]) == value
