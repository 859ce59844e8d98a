"""A change that breaks hosts is named; one that adds is not."""

import copy
from typing import Any

import pytest

from tools.schema_compatibility import breaking_changes

OLD: dict[str, Any] = {
    "version": "1.0.0",
    "auth_methods": {"token": {"input": {"properties": {"key": {"type": "string"}}}}},
    "triggers": {},
    "actions": {
        "say": {
            "input": {
                "properties": {
                    "text": {"type": "string", "maxLength": 10},
                    "tone": {"type": "string", "enum": ["loud", "soft"]},
                    "count": {"type": ["integer", "null"]},
                },
                "required": ["text"],
            },
            "output": {
                "properties": {"heard": {"type": "boolean"}},
                "required": ["heard"],
            },
        }
    },
}


def changed(edit: Any) -> list[str]:
    new = copy.deepcopy(OLD)
    edit(new, new["actions"]["say"]["input"], new["actions"]["say"]["output"])
    return breaking_changes(OLD, new)


@pytest.mark.parametrize(
    "edit",
    [
        lambda new, _i, _o: new["actions"].pop("say"),
        lambda new, _i, _o: new["auth_methods"].clear(),
        lambda _n, i, _o: i["properties"].pop("tone"),
        lambda _n, i, _o: i["required"].append("tone"),
        lambda _n, i, _o: i["properties"]["text"].update(maxLength=5),
        lambda _n, i, _o: i["properties"]["text"].update(minLength=1),
        lambda _n, i, _o: i["properties"]["text"].update(pattern="a"),
        lambda _n, i, _o: i["properties"]["tone"].update(enum=["loud"]),
        lambda _n, i, _o: i["properties"]["text"].update(enum=["loud"]),
        lambda _n, i, _o: i["properties"]["count"].update(type="integer"),
        lambda _n, _i, o: o["properties"].pop("heard"),
        lambda _n, _i, o: o["required"].clear(),
        lambda _n, _i, o: o["properties"]["heard"].update(type=["boolean", "null"]),
    ],
)
def test_a_breaking_change_is_named(edit: Any) -> None:
    assert len(changed(edit)) == 1


@pytest.mark.parametrize(
    "edit",
    [
        lambda _n, _i, _o: None,
        lambda new, _i, _o: new["actions"].update(shout=new["actions"]["say"]),
        lambda _n, i, _o: i["properties"].update(pitch={"type": "number"}),
        lambda _n, i, _o: i["properties"]["text"].update(maxLength=20),
        lambda _n, i, _o: i["properties"]["text"].update(type=["string", "null"]),
        lambda _n, i, _o: i["properties"]["tone"].update(enum=["loud", "soft", "flat"]),
        lambda _n, i, _o: i["properties"]["count"].update(type=["number", "null"]),
        lambda _n, i, _o: i["required"].clear(),
        lambda _n, _i, o: o["properties"].update(by={"type": "string"}),
    ],
)
def test_what_adds_is_not(edit: Any) -> None:
    assert changed(edit) == []
