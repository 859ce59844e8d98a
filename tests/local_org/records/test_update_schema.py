"""`tools/update_schema.py`: the table of standard objects is updated from describes alone."""

import copy
import json
from typing import Any

import httpx
import pytest

from salesforce_emulator.identity import identity_of
from salesforce_emulator.opening import open_org
from salesforce_emulator.schema.schema import Schema
from salesforce_emulator.serving.transport import OrgTransport
from tools.update_schema import TABLE, update

Json = dict[str, Any]


@pytest.fixture(scope="module")
def describes() -> dict[str, Json]:
    """What a local org with the standard schema alone answers, by object."""
    with open_org(schema=Schema.standard()) as org, OrgTransport(org) as transport:
        token = identity_of(org).token_of(org.admin_id)
        with httpx.Client(
            transport=transport,
            base_url=f"https://{org.host}/services/data/v68.0",
            headers={"Authorization": f"Bearer {token}"},
        ) as client:
            names = json.loads(TABLE.read_text("utf-8"))["objects"]
            return {name: client.get(f"/sobjects/{name}/describe").json() for name in names}


@pytest.fixture
def table() -> Json:
    loaded: Json = json.loads(TABLE.read_text("utf-8"))
    return loaded


def test_describes_of_the_local_org_change_nothing(table: Json, describes: dict[str, Json]) -> None:
    """What the table says is what describe says: nothing is lost on the way there and back."""
    before = copy.deepcopy(table)

    assert [change for described in describes.values() for change in update(table, described)] == []
    assert table == before


def test_adds_and_changes_standard_fields_alone(table: Json, describes: dict[str, Json]) -> None:
    described = copy.deepcopy(describes["Case"])
    (subject,) = [field for field in described["fields"] if field["name"] == "Subject"]
    subject["length"] = 300
    described["fields"] += [
        {**subject, "name": "Mood", "label": "Mood", "custom": False},
        {**subject, "name": "Mood__c", "label": "Mood", "custom": True},
    ]

    assert update(table, described) == ["Case.Subject: changed", "Case.Mood: added"]
    rows = {row[0]: row for row in table["objects"]["Case"]["fields"]}
    assert rows["Subject"][4] == rows["Mood"][4] == 300
    assert "Mood__c" not in rows


def test_keeps_fields_that_a_describe_leaves_out(table: Json, describes: dict[str, Json]) -> None:
    described = {**describes["Case"], "fields": describes["Case"]["fields"][:1]}

    assert update(table, described) == []
    assert "Subject" in {row[0] for row in table["objects"]["Case"]["fields"]}


def test_an_unknown_object_is_an_error(table: Json) -> None:
    with pytest.raises(KeyError):
        update(table, {"name": "Nope", "fields": []})
