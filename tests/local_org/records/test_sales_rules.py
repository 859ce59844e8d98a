"""What orders, contracts, assets and opportunities with products refuse."""

from typing import Any

import httpx
import pytest


def create(client: httpx.Client, sobject: str, **fields: Any) -> str:
    response = client.post(f"/sobjects/{sobject}", json=fields)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


def error_of(response: httpx.Response) -> tuple[int, str, list[str]]:
    [error] = response.json()
    return response.status_code, error["errorCode"], error["fields"]


@pytest.fixture
def account(client: httpx.Client) -> str:
    return create(client, "Account", Name="Acme")


@pytest.fixture
def price(client: httpx.Client) -> str:
    """A price of a product in the standard price book."""
    soql = "SELECT Id FROM Pricebook2 WHERE IsStandard = true"
    [book] = client.get("/query", params={"q": soql}).json()["records"]
    product = create(client, "Product2", Name="Bolt", IsActive=True)
    fields = {"Pricebook2Id": book["Id"], "Product2Id": product, "UnitPrice": 2, "IsActive": True}
    return create(client, "PricebookEntry", **fields)


@pytest.mark.parametrize(
    ("sobject", "fields"), [("Order", {"EffectiveDate": "2026-01-01"}), ("Contract", {})]
)
def test_begins_as_a_draft(
    client: httpx.Client, account: str, sobject: str, fields: dict[str, str]
) -> None:
    body = {"AccountId": account, "Status": "Activated", **fields}

    refused = client.post(f"/sobjects/{sobject}", json=body)

    assert error_of(refused) == (400, "INVALID_STATUS", ["Status"])


def test_a_contract_is_activated_after_its_creation(client: httpx.Client, account: str) -> None:
    contract = create(client, "Contract", AccountId=account)

    assert (
        client.patch(f"/sobjects/Contract/{contract}", json={"Status": "Activated"}).status_code
        == 204
    )
    assert client.get(f"/sobjects/Contract/{contract}").json()["StatusCode"] == "Activated"


def test_an_order_is_activated_with_a_product(
    client: httpx.Client, account: str, price: str
) -> None:
    book = client.get(f"/sobjects/PricebookEntry/{price}").json()["Pricebook2Id"]
    order = create(
        client, "Order", AccountId=account, EffectiveDate="2026-01-01", Pricebook2Id=book
    )
    body = {"Status": "Activated"}

    refused = client.patch(f"/sobjects/Order/{order}", json=body)
    create(client, "OrderItem", OrderId=order, PricebookEntryId=price, Quantity=1, UnitPrice=2)

    assert error_of(refused) == (400, "FAILED_ACTIVATION", [])
    assert client.patch(f"/sobjects/Order/{order}", json=body).status_code == 204


def test_an_asset_belongs_to_an_account_or_a_contact(client: httpx.Client, account: str) -> None:
    refused = client.post("/sobjects/Asset", json={"Name": "Pump"})

    assert error_of(refused) == (400, "FIELD_INTEGRITY_EXCEPTION", [])
    assert create(client, "Asset", Name="Pump", AccountId=account)


def test_an_opportunity_with_products_keeps_its_price_book(
    client: httpx.Client, price: str
) -> None:
    opportunity = create(
        client, "Opportunity", Name="Bolts", StageName="Prospecting", CloseDate="2026-12-01"
    )
    other = create(client, "Pricebook2", Name="Retail", IsActive=True)
    create(
        client,
        "OpportunityLineItem",
        OpportunityId=opportunity,
        PricebookEntryId=price,
        Quantity=1,
        UnitPrice=2,
    )

    refused = client.patch(f"/sobjects/Opportunity/{opportunity}", json={"Pricebook2Id": other})

    assert error_of(refused)[:2] == (400, "FIELD_INTEGRITY_EXCEPTION")
