"""How a misfit is told: by path, with the nearest name, and never with the value."""

from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.errors import BadReply, Rejected
from salesforce_connector.soql.values import Parameters
from salesforce_connector.validation import read_input, read_reply


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")

    amount: int = 0


class Order(BaseModel):
    model_config = ConfigDict(extra="forbid")

    note: Any = None
    sobject: str = Field(max_length=10)
    lines: list[Inner] = []
    parameters: Parameters = {}


@pytest.mark.parametrize(
    ("inputs", "fields", "messages"),
    [
        ({}, ("sobject",), "sobject: is required"),
        ({"sobject": "A", "sobjct": 1}, ("sobjct",), "did you mean 'sobject'?"),
        ({"sobject": "A", "xyzzy": 1}, ("xyzzy",), "xyzzy: no such field"),
        ({"sobject": "A", "lines": [{"amount": "x"}]}, ("lines.0.amount",), "lines.0.amount: "),
        ({"sobject": "A", "lines": [{}, {"amuont": 1}]}, ("lines.1.amuont",), "no such field"),
        ({"sobject": "A" * 11}, ("sobject",), "at most 10 characters"),
        ({"sobject": "A", "parameters": {"p": {"dat": "x"}}}, ("parameters.p",), "is none of: "),
        ({"sobject": "A", "parameters": {"p": [[1]]}}, ("parameters.p",), "is none of: "),
        ({"parameters": 1}, ("sobject", "parameters"), "sobject: is required; parameters: "),
        (
            {"sobject": "A", "note": [0.5, float("nan")]},
            ("note.1",),
            "note.1: a number must be finite",
        ),
        ({"sobject": "A", "note": float("-inf")}, ("note",), "finite"),
        ({"sobject": "A", "note": {"a": "half \ud800"}}, ("note.a",), "half of a character"),
        ({"sobject": "A", "note": {"half \ud800": 1}}, ("note",), "half of a character"),
        (["sobject"], ("",), "input: takes an object"),
        (None, ("",), "input: takes an object"),
    ],
)
def test_an_invalid_input_names_its_path(
    inputs: Any, fields: tuple[str, ...], messages: str
) -> None:
    with pytest.raises(Rejected) as raised:
        read_input(Order, inputs, "order")

    assert raised.value.code == "INVALID_INPUT"
    assert raised.value.fields == fields
    assert messages in raised.value.message
    assert raised.value.message.startswith("The input of order is not valid: ")


SECRET = "PASSWORD-1"


@pytest.mark.parametrize(
    "inputs",
    [
        {"sobject": [SECRET]},
        {"sobject": SECRET * 9},
        {"sobject": "A", "lines": SECRET},
        {"sobject": "A", "lines": [SECRET]},
        {"sobject": "A", "parameters": {"p": {"x": SECRET}}},
        SECRET,
    ],
)
def test_never_repeats_a_value(inputs: Any) -> None:
    """It might be a secret that was pasted into the wrong field."""
    with pytest.raises(Rejected) as raised:
        read_input(Order, inputs, "order")

    assert SECRET not in f"{raised.value!s} {raised.value!r}"
    assert raised.value.__suppress_context__


@pytest.mark.parametrize("body", [{"sobject": [SECRET]}, [SECRET], SECRET, None])
def test_a_reply_that_does_not_fit_is_our_bug_and_is_not_repeated(body: Any) -> None:
    with pytest.raises(BadReply) as raised:
        read_reply(Order, body, "an order")

    assert raised.value.sent is True
    assert raised.value.remedy
    assert SECRET not in f"{raised.value!s} {raised.value!r}"


def test_reads_what_fits() -> None:
    assert read_input(Order, {"sobject": "A", "lines": [{"amount": 2}]}, "order") == Order(
        sobject="A", lines=[Inner(amount=2)]
    )
