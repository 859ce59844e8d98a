"""Bitmaps of change events become names of fields."""

import json
import time
from typing import Any

import pytest

from salesforce_connector.errors import BadReply
from salesforce_connector.pubsub.changed_fields import names_of

ADDRESS: dict[str, Any] = {
    "type": "record",
    "name": "Address",
    "fields": [{"name": name, "type": "string"} for name in ("Street", "City", "Country")],
}
PERSON: dict[str, Any] = {
    "type": "record",
    "name": "Switchable_PersonName",
    "fields": [{"name": name, "type": "string"} for name in ("FirstName", "LastName")],
}
SCHEMA = json.dumps(
    {
        "type": "record",
        "name": "AccountChangeEvent",
        "namespace": "com.sforce.eventbus",
        "fields": [
            {"name": "ChangeEventHeader", "type": {"type": "record", "name": "H", "fields": []}},
            {"name": "Name", "type": ["null", "string", PERSON]},
            {"name": "Phone", "type": ["null", "string"]},
            {"name": "Billing", "type": ["null", ADDRESS]},
            {"name": "Shipping", "type": ["null", "Address"]},
            {"name": "Other", "type": ["null", "com.sforce.eventbus.Address"]},
            *({"name": f"F{number}", "type": ["null", "string"]} for number in range(6, 40)),
        ],
    }
)


@pytest.mark.parametrize("bitmap", ["0x", "nonsense", "1-", "3-0x10", "99-0x01", "0xFFFFFFFFFFFF"])
def test_refuses_what_the_schema_does_not_explain(bitmap: str) -> None:
    """A field that is told by a wrong name would be worse than none."""
    with pytest.raises(BadReply, match="does not explain"):
        names_of(SCHEMA, [bitmap])


@pytest.mark.parametrize(
    ("bitmaps", "names"),
    [
        ([], []),
        (["0x06"], ["Name", "Phone"]),
        (["0x8000000004"], ["Phone", "F39"]),
        (["3-0x05"], ["Billing.Street", "Billing.Country"]),
        (["0x04", "1-0x02", "4-0x02"], ["Phone", "Name.LastName", "Shipping.City"]),
        (["5-0x01"], ["Other.Street"]),
    ],
)
def test_returns_names_also_within_compound_fields(bitmaps: list[str], names: list[str]) -> None:
    """The lowest bit is the first field; a record that came before is named only."""
    assert names_of(SCHEMA, bitmaps) == names


def test_a_bitmap_of_a_million_digits_is_refused_at_once() -> None:
    """Its one bit is far beyond the schema; each bit before it would be looked at in turn."""
    began = time.process_time()
    with pytest.raises(BadReply):
        names_of(SCHEMA, ["0x1" + "0" * 200_000])

    assert time.process_time() - began < 1.0
