"""Field values on their way in, paths, and answers on their way out."""

from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from salesforce_connector.errors import BadReply
from salesforce_connector.records import Fields, SaveResult, decode, path, read, segment

fields = TypeAdapter[dict[str, Any]](Fields)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, "at least 1"),
        ({"Id": "001"}, "beside the fields"),
        ({"ID": "001"}, "beside the fields"),
        ({"attributes": {}}, "leave it out"),
        ({"Name!": 1}, "API name"),
        ({"Account.Name": 1}, "API name"),
        ({"1Name": 1}, "API name"),
        ({"": 1}, "API name"),
        ({"Näme": 1}, "API name"),
    ],
    ids=str,
)
def test_refuses_what_no_body_can_hold(values: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
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
def test_takes_values_as_they_are(values: dict[str, Any]) -> None:
    assert fields.validate_python(values) == values


@given(st.text(st.characters(codec="utf-8")))
def test_a_value_stays_one_step_of_a_path(value: str) -> None:
    """An external id may hold a slash, a question mark, two dots."""
    step = segment(value)

    assert unquote(step) == value
    assert not set(step) & set("/?#&+ ")


def test_a_path_is_made_of_encoded_steps() -> None:
    assert path("Account", "Ext__c", "a/b ü") == "/sobjects/Account/Ext__c/a%2Fb%20%C3%BC"


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b"\xff"])
def test_what_is_not_json_is_a_bad_reply(body: bytes) -> None:
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
