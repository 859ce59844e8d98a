"""`add_product_to_opportunity` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import NotFound

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def opportunity(run: Callable[..., Any]) -> str:
    fields = {"Name": "Big", "StageName": "Prospecting", "CloseDate": "2026-12-31"}
    record: dict[str, Any] = run("create_record", {"sobject": "Opportunity", "fields": fields})
    return str(record["id"])


def test_fails(run: Callable[..., Any]) -> None:
    """A product that has no price."""
    inputs = {"opportunity_id": opportunity(run), "product": "NO-SUCH-PRODUCT"}
    with pytest.raises(NotFound):
        run("add_product_to_opportunity", inputs)


def test_succeeds(run: Callable[..., Any]) -> None:
    """The first product sets the price book."""
    books = run("list_price_books", {"include_inactive": True})["price_books"]
    book = next(book["id"] for book in books if book["is_standard"])
    run("update_record", {"sobject": "Pricebook2", "id": book, "fields": {"IsActive": True}})
    product = {"Name": "Generator", "ProductCode": "GC1060", "IsActive": True}
    product_id = run("create_record", {"sobject": "Product2", "fields": product})["id"]
    price = {"Pricebook2Id": book, "Product2Id": product_id, "UnitPrice": 95.5, "IsActive": True}
    run("create_record", {"sobject": "PricebookEntry", "fields": price})
    inputs = {"opportunity_id": opportunity(run), "product": "GC1060", "quantity": 5}
    line = run("add_product_to_opportunity", inputs)
    assert line["unit_price"] == 95.5
    assert line["price_book_id"] == book
