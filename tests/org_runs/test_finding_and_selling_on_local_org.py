"""Pages, children, find or create, campaigns and price books, run by the connector."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Conflict, ConnectorError, NotFound

Act = Callable[..., Any]


def create(act: Act, sobject: str, **fields: Any) -> str:
    return str(act("create_record", {"sobject": sobject, "fields": fields})["id"])


def test_pages_are_followed_by_their_cursors(act: Act) -> None:
    records = [{"Name": f"Paged {number}"} for number in range(2_100)]
    act("create_records", {"sobject": "Account", "records": records})
    page = act("query_page", {"soql": "SELECT Name FROM Account WHERE Name LIKE 'Paged %'"})
    names = [record["Name"] for record in page["records"]]
    while page["next_cursor"]:
        page = act("query_page", {"cursor": page["next_cursor"]})
        names += [record["Name"] for record in page["records"]]
    assert sorted(names) == sorted(record["Name"] for record in records)
    with pytest.raises(ConnectorError):
        act("query_page", {"cursor": "/services/data/v68.0/query/0r8000000000000-2000"})


def test_children_are_listed(act: Act) -> None:
    account = create(act, "Account", Name="Acme")
    for name in ("Kim", "Lee"):
        create(act, "Contact", LastName=name, AccountId=account)
    inputs = {"sobject": "Account", "id": account, "relationship": "Contacts"}
    listed = act("list_child_records", {**inputs, "fields": ["LastName"]})
    assert sorted(record["LastName"] for record in listed["records"]) == ["Kim", "Lee"]
    cut = act("list_child_records", {**inputs, "limit": 1})
    assert (len(cut["records"]), cut["complete"]) == (1, False)
    with pytest.raises(ConnectorError):
        act("list_child_records", {**inputs, "relationship": "Nothings"})


def test_find_or_create_record_creates_a_record_once(act: Act) -> None:
    inputs = {
        "sobject": "Contact",
        "filters": [{"field": "Email", "value": "kim@example.com"}],
        "fields": {"LastName": "Kim", "Email": "kim@example.com"},
        "return_fields": ["LastName"],
    }
    first, second = (act("find_or_create_record", inputs) for _ in range(2))
    assert (first["created"], second["created"]) == (True, False)
    assert second["record"]["LastName"] == "Kim"
    create(act, "Contact", LastName="Other", Email="kim@example.com")
    with pytest.raises(Conflict):
        act("find_or_create_record", inputs)


def test_a_member_is_removed_once(act: Act) -> None:
    campaign = create(act, "Campaign", Name="Fair")
    member = create(act, "Contact", LastName="Kim")
    inputs = {"campaign_id": campaign, "member_id": member}
    act("add_to_campaign", inputs)
    assert act("remove_from_campaign", inputs)["removed"] is True
    assert act("remove_from_campaign", inputs)["removed"] is False


def test_a_product_is_added_at_its_price(act: Act) -> None:
    books = act("list_price_books", {"include_inactive": True})["price_books"]
    book = next(book["id"] for book in books if book["is_standard"])
    act("update_record", {"sobject": "Pricebook2", "id": book, "fields": {"IsActive": True}})
    product = create(act, "Product2", Name="Generator", ProductCode="GC-9", IsActive=True)
    create(
        act,
        "PricebookEntry",
        Pricebook2Id=book,
        Product2Id=product,
        UnitPrice=95.5,
        IsActive=True,
    )
    opportunity = create(
        act, "Opportunity", Name="Big", StageName="Prospecting", CloseDate="2026-12-31"
    )
    inputs = {"opportunity_id": opportunity, "product": "GC-9", "quantity": 2}
    line = act("add_product_to_opportunity", inputs)
    assert line["unit_price"] == 95.5
    record = act("get_record", {"sobject": "Opportunity", "id": opportunity})["record"]
    assert (record["Amount"], record["Pricebook2Id"]) == (191.0, book)
    with pytest.raises(NotFound):
        act("add_product_to_opportunity", {**inputs, "product": "GC-10"})


def test_quick_actions_are_listed(act: Act) -> None:
    listed = act("list_quick_actions", {})["quick_actions"]
    assert all(entry["name"] and entry["label"] for entry in listed)
