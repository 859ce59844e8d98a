"""Errors of orders, contracts, assets and opportunities with products."""

import httpx
import pytest
from local_org.rest_calls import create_record


def error_of(response: httpx.Response) -> tuple[int, str, list[str]]:
    [error] = response.json()
    return response.status_code, error["errorCode"], error["fields"]


@pytest.fixture
def account(client: httpx.Client) -> str:
    return create_record(client, "Account", Name="Acme")


@pytest.fixture
def price(client: httpx.Client) -> str:
    """A price of a product in the standard price book."""
    soql = "SELECT Id FROM Pricebook2 WHERE IsStandard = true"
    [book] = client.get("/query", params={"q": soql}).json()["records"]
    product = create_record(client, "Product2", Name="Bolt", IsActive=True)
    fields = {"Pricebook2Id": book["Id"], "Product2Id": product, "UnitPrice": 2, "IsActive": True}
    return create_record(client, "PricebookEntry", **fields)


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
    contract = create_record(client, "Contract", AccountId=account)

    assert (
        client.patch(f"/sobjects/Contract/{contract}", json={"Status": "Activated"}).status_code
        == 204
    )
    assert client.get(f"/sobjects/Contract/{contract}").json()["StatusCode"] == "Activated"


def test_an_order_is_activated_with_a_product(
    client: httpx.Client, account: str, price: str
) -> None:
    book = client.get(f"/sobjects/PricebookEntry/{price}").json()["Pricebook2Id"]
    order = create_record(
        client, "Order", AccountId=account, EffectiveDate="2026-01-01", Pricebook2Id=book
    )
    body = {"Status": "Activated"}

    refused = client.patch(f"/sobjects/Order/{order}", json=body)
    create_record(
        client, "OrderItem", OrderId=order, PricebookEntryId=price, Quantity=1, UnitPrice=2
    )

    assert error_of(refused) == (400, "FAILED_ACTIVATION", [])
    assert client.patch(f"/sobjects/Order/{order}", json=body).status_code == 204


def test_an_asset_belongs_to_an_account_or_a_contact(client: httpx.Client, account: str) -> None:
    refused = client.post("/sobjects/Asset", json={"Name": "Pump"})

    assert error_of(refused) == (400, "FIELD_INTEGRITY_EXCEPTION", [])
    assert create_record(client, "Asset", Name="Pump", AccountId=account)


def test_an_opportunity_with_products_keeps_its_price_book(
    client: httpx.Client, price: str
) -> None:
    opportunity = create_record(
        client, "Opportunity", Name="Bolts", StageName="Prospecting", CloseDate="2026-12-01"
    )
    other = create_record(client, "Pricebook2", Name="Retail", IsActive=True)
    create_record(
        client,
        "OpportunityLineItem",
        OpportunityId=opportunity,
        PricebookEntryId=price,
        Quantity=1,
        UnitPrice=2,
    )

    refused = client.patch(f"/sobjects/Opportunity/{opportunity}", json={"Pricebook2Id": other})

    assert error_of(refused)[:2] == (400, "FIELD_INTEGRITY_EXCEPTION")
