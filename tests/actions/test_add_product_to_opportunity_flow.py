"""add_product_to_opportunity: which price book, which price, and what stands in the way."""

from typing import Any

import httpx
import pytest
from flow_driver import drive, ok

from salesforce_actions.actions.add_product_to_opportunity import Input, flow
from salesforce_connector.errors import NotFound, Rejected

OPPORTUNITY = "006D000000CDEfgIAH"
BOOK, OTHER = "01sD000000Gv2zYIAR", "01sD000000Gv2zZIAR"
SAVED = ok({"id": "00k", "success": True, "errors": []}, 201)


def query_result(*records: dict[str, Any]) -> httpx.Response:
    return ok({"totalSize": len(records), "done": True, "records": list(records)})


def inputs(**changes: Any) -> Input:
    return Input(opportunity_id=OPPORTUNITY, product="GC1060", **changes)


def test_an_opportunity_that_is_not_there_is_named() -> None:
    run = drive(flow(inputs()), query_result())

    assert isinstance(run.error, NotFound)
    assert run.error.fields == ("opportunity_id",)


def test_a_product_without_a_price_is_named() -> None:
    run = drive(
        flow(inputs()), query_result({"Id": OPPORTUNITY, "Pricebook2Id": BOOK}), query_result()
    )

    assert isinstance(run.error, NotFound)
    assert run.error.fields == ("product",)


def test_several_products_of_one_name_are_refused() -> None:
    run = drive(
        flow(inputs()),
        query_result({"Id": OPPORTUNITY, "Pricebook2Id": BOOK}),
        query_result({"Id": "01u1", "UnitPrice": 1}, {"Id": "01u2", "UnitPrice": 2}),
    )

    assert isinstance(run.error, Rejected)
    assert run.error.code == "AMBIGUOUS"


def test_another_price_book_is_refused_and_nothing_is_written() -> None:
    run = drive(
        flow(inputs(price_book="Partners")),
        query_result({"Id": OPPORTUNITY, "Pricebook2Id": BOOK}),
        query_result({"Id": OTHER}),
    )

    assert isinstance(run.error, Rejected)
    assert {call.method for call in run.calls} == {"GET"}


def test_the_first_product_sets_the_price_book() -> None:
    run = drive(
        flow(inputs(quantity=5, description="First")),
        query_result({"Id": OPPORTUNITY, "Pricebook2Id": None}),
        query_result({"Id": BOOK}),
        query_result({"Id": "01u", "UnitPrice": 95.5}),
        httpx.Response(204),
        SAVED,
    )

    assert "IsStandard = true" in run.calls[1].params["q"]
    assert run.calls[3].json == {"Pricebook2Id": BOOK}
    assert run.calls[4].json == {
        "OpportunityId": OPPORTUNITY,
        "PricebookEntryId": "01u",
        "Quantity": 5.0,
        "UnitPrice": 95.5,
        "Description": "First",
    }
    assert run.output.price_book_id == BOOK


@pytest.mark.parametrize(("values", "price"), [(None, 95.5), (80.0, 80.0), (0.0, 0.0)])
def test_the_price_defaults_to_the_price_books(values: float | None, price: float) -> None:
    run = drive(
        flow(inputs(unit_price=values)),
        query_result({"Id": OPPORTUNITY, "Pricebook2Id": BOOK}),
        query_result({"Id": "01u", "UnitPrice": 95.5}),
        SAVED,
    )

    assert run.calls[2].json["UnitPrice"] == price
    assert run.output.unit_price == price


def test_add_product_accepts_an_id_a_code_or_a_name() -> None:
    run = drive(
        flow(Input(opportunity_id=OPPORTUNITY, product="01tD000000Gv2zYIAR")),
        query_result({"Id": OPPORTUNITY, "Pricebook2Id": BOOK}),
        query_result(),
    )

    query = run.calls[1].params["q"]
    for field in ("Product2Id", "Product2.ProductCode", "Product2.Name"):
        assert f"{field} = '01tD000000Gv2zYIAR'" in query
