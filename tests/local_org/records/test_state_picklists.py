"""State and country picklists: text and code of an address agree."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from salesforce_emulator.identity import identity_of
from salesforce_emulator.opening import open_org
from salesforce_emulator.serving.transport import OrgTransport

ROOT = "/services/data/v60.0"


@pytest.fixture
def coded(tmp_path: Path) -> Iterator[httpx.Client]:
    file = tmp_path / "org.toml"
    file.write_text("[settings]\nstate_and_country_picklists = true\n")
    with open_org(config=file) as org:
        token = identity_of(org).token_of(org.admin_id)
        with httpx.Client(
            transport=OrgTransport(org),
            base_url=f"https://{org.host}{ROOT}",
            headers={"Authorization": f"Bearer {token}"},
        ) as client:
            yield client


def saved(client: httpx.Client, **values: Any) -> dict[str, Any]:
    response = client.post("/sobjects/Account", json={"Name": "Acme", **values})
    assert response.status_code == 201, response.text
    record: dict[str, Any] = client.get(f"/sobjects/Account/{response.json()['id']}").json()
    return record


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"BillingCountry": "Atlantis"}, "FIELD_INTEGRITY_EXCEPTION", "BillingCountry"),
        (
            {"BillingCountryCode": "US", "BillingState": "Bavaria"},
            "FIELD_INTEGRITY_EXCEPTION",
            "BillingState",
        ),
        ({"BillingState": "Texas"}, "FIELD_INTEGRITY_EXCEPTION", "BillingState"),
        (
            {"BillingCountryCode": "XX"},
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            "BillingCountryCode",
        ),
    ],
)
def test_unknown_states_and_countries_are_refused(
    coded: httpx.Client, values: dict[str, str], code: str, field: str
) -> None:
    [error] = coded.post("/sobjects/Account", json={"Name": "Acme", **values}).json()

    assert (error["errorCode"], error["fields"]) == (code, [field])


@pytest.mark.parametrize(
    "values",
    [
        {"BillingCountryCode": "US", "BillingStateCode": "TX"},
        {"BillingCountry": "united states", "BillingState": "Texas"},
        {"BillingCountry": "US", "BillingState": "tx"},
    ],
)
def test_text_and_code_agree(coded: httpx.Client, values: dict[str, str]) -> None:
    record = saved(coded, **values)

    displayed = [
        record[f"Billing{name}"] for name in ("State", "StateCode", "Country", "CountryCode")
    ]
    assert displayed == ["Texas", "TX", "United States", "US"]
    assert list(record["BillingAddress"]) == sorted(record["BillingAddress"])
    assert record["BillingAddress"]["countryCode"] == "US"
    assert record["BillingAddress"]["stateCode"] == "TX"


def test_a_code_can_be_changed_and_cleared(coded: httpx.Client) -> None:
    record = saved(coded, BillingCountryCode="US", BillingStateCode="TX")
    path = f"/sobjects/Account/{record['Id']}"

    coded.patch(path, json={"BillingStateCode": "CA"})
    changed = coded.get(path).json()
    coded.patch(path, json={"BillingState": None, "BillingCountry": None})
    cleared = coded.get(path).json()

    assert changed["BillingState"] == "California"
    assert cleared["BillingStateCode"] is None
    assert cleared["BillingCountryCode"] is None


def test_code_fields_follow_the_country(coded: httpx.Client, client: httpx.Client) -> None:
    with_codes, without = (
        [item["name"] for item in each_client.get("/sobjects/Account/describe").json()["fields"]]
        for each_client in (coded, client)
    )

    at = with_codes.index("BillingCountry")
    assert with_codes[at + 1 : at + 3] == ["BillingStateCode", "BillingCountryCode"]
    assert not any(name.endswith("StateCode") for name in without)
    record = saved(client, BillingCountry="Atlantis", BillingState="Nowhere")
    assert "countryCode" not in record["BillingAddress"]


def test_a_standard_field_can_be_added(tmp_path: Path) -> None:
    file = tmp_path / "org.toml"
    file.write_text(
        '[[fields]]\nobject = "Contact"\nname = "DoNotCall"\ntype = "boolean"\nstandard = true\n'
    )
    with open_org(config=file) as org:
        field = org.schema["Contact"].field("DoNotCall")

    assert field is not None
    assert (field.custom, field.type) == (False, "boolean")
