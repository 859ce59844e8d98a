"""Matrix reports: groups down and across, and a fact for each pair of them."""

from typing import Any

import httpx
import pytest

from salesforce_emulator.org.state import Org
from salesforce_emulator.reports.report import Report, declare

LEADS = (
    ("Web", "Hot", "Banking", 10),
    ("Web", "Cold", "Banking", 20),
    ("Phone", "Hot", "Energy", 40),
    ("Web", "Hot", "Energy", 80),
    (None, "Hot", "Banking", 160),
)


def matrix(**changes: Any) -> Report:
    values: dict[str, Any] = {
        "name": "Leads",
        "label": "Leads",
        "sobject": "Lead",
        "columns": ("LastName",),
        "groups": ("LeadSource",),
        "across": ("Rating",),
        "totals": ("NumberOfEmployees",),
    }
    return Report(**{**values, **changes})


def declare_matrix(org: Org, client: httpx.Client, **changes: Any) -> str:
    """Declare a report and make its leads; gives where it is."""
    for number, (source, rating, industry, people) in enumerate(LEADS):
        fields: dict[str, Any] = {
            "LastName": f"L{number}",
            "Company": "C",
            "LeadSource": source,
            "Rating": rating,
        }
        fields |= {"Industry": industry, "NumberOfEmployees": people}
        assert client.post("/sobjects/Lead", json=fields).status_code == 201
    return f"/analytics/reports/{declare(org, matrix(**changes))}"


def sums(body: dict[str, Any]) -> dict[str, Any]:
    return {key: fact["aggregates"][0]["value"] for key, fact in body["factMap"].items()}


@pytest.mark.parametrize(
    "groups",
    [
        {"groups": ()},
        {"groups": ("LeadSource", "Industry", "Company")},
        {"across": ("Rating", "Industry", "Company")},
    ],
)
def test_has_one_or_two_groups_in_each_direction(org: Org, groups: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="a matrix has 1 to 2 groups down"):
        declare(org, matrix(**groups))


def test_joined_reports_are_not_offered(client: httpx.Client, org: Org) -> None:
    path = declare_matrix(org, client)
    response = client.post(path, json={"reportMetadata": {"reportFormat": "MULTI_BLOCK"}})

    assert (response.status_code, "reportFormat" in response.text) == (501, True)


def test_has_a_fact_for_each_pair_of_groups(client: httpx.Client, org: Org) -> None:
    body = client.get(declare_matrix(org, client)).json()

    down = [(item["key"], item["value"]) for item in body["groupingsDown"]["groupings"]]
    across = [(item["key"], item["value"]) for item in body["groupingsAcross"]["groupings"]]
    assert down == [("0", None), ("1", "Web"), ("2", "Phone")]  # as the picklists are ordered
    assert across == [("0", "Hot"), ("1", "Cold")]
    assert sums(body) == {
        "T!T": 310, "T!0": 290, "T!1": 20,
        "0!T": 160, "0!0": 160, "0!1": 0,
        "1!T": 110, "1!0": 90, "1!1": 20,
        "2!T": 40, "2!0": 40, "2!1": 0,
    }  # fmt: skip
    about = body["reportMetadata"]
    assert about["reportFormat"] == "MATRIX"
    assert [item["name"] for item in about["groupingsAcross"]] == ["Lead.Rating"]
    assert set(body["reportExtendedMetadata"]["groupingColumnInfo"]) == {
        "Lead.LeadSource",
        "Lead.Rating",
    }


def test_keys_go_two_levels_deep_and_rows_are_in_the_innermost(
    client: httpx.Client, org: Org
) -> None:
    path = declare_matrix(org, client, across=("Rating", "Industry"))
    body = client.get(path, params={"includeDetails": "true"}).json()

    hot, cold = body["groupingsAcross"]["groupings"]
    assert [item["key"] for item in hot["groupings"]] == ["0_0", "0_1"]
    assert [item["value"] for item in cold["groupings"]] == ["Banking"]
    facts = body["factMap"]
    assert (sums(body)["1!0_0"], sums(body)["1!0_1"], sums(body)["1!0"]) == (10, 80, 90)
    rows = {key: [row["dataCells"][0]["value"] for row in fact["rows"]]
            for key, fact in facts.items() if fact["rows"]}  # fmt: skip
    assert rows == {
        "1!0_0": ["L0"], "1!1_0": ["L1"], "2!0_1": ["L2"], "1!0_1": ["L3"], "0!0_0": ["L4"],
    }  # fmt: skip
