"""Add a product to an opportunity, at its price in a price book.

An opportunity without a price book gets the one of its first product; with one, only products of it
can be added.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_opportunitylineitem.htm
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.errors import NotFound, Rejected
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.dynamic_options import lookup
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import RecordId
from salesforce_connector.paging import query_results
from salesforce_connector.query.filters import AnyOf, Condition, Filters, select
from salesforce_connector.validation import require_text


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    opportunity_id: RecordId = Field(
        title="Opportunity",
        description="The opportunity to add to.",
        examples=["006D000000CDEfgIAH"],
        json_schema_extra=lookup("Opportunity"),
    )
    product: str = Field(
        title="Product",
        description="Id, product code or name of the product.",
        min_length=1,
        max_length=255,
        examples=["GC1060", "GenWatt Diesel 200kW"],
    )
    quantity: float = Field(
        default=1,
        title="Quantity",
        description="Quantity of the product; more than 0.",
        gt=0,
        examples=[5],
    )
    price_book: str = Field(
        default="",
        title="Price book",
        description=(
            "ID or name of the price book; leave empty for the opportunity's, or else the standard "
            "price book."
        ),
        max_length=255,
        examples=["Standard Price Book"],
        json_schema_extra=hints(visibility="important"),
    )
    unit_price: float | None = Field(
        default=None,
        title="Sales price",
        description="Price of one unit; leave empty for the price in the price book.",
        examples=[95.5],
    )
    description: str = Field(
        default="",
        title="Line description",
        description="Description of the opportunity product.",
        max_length=255,
        examples=["First delivery"],
    )


class Output(BaseModel):
    id: str = Field(
        title="Line item ID", description="ID of the opportunity product (18 characters)."
    )
    price_book_id: str = Field(
        title="Price book ID", description="ID of the price book whose price was used."
    )
    price_book_entry_id: str = Field(
        title="Price book entry ID", description="ID of the price book entry (18 characters)."
    )
    unit_price: float = Field(title="Sales price", description="Price of one unit.")


def flow(args: Input) -> Flow[Output]:
    opportunity = yield from _single(
        "Opportunity",
        ["Id", "Pricebook2Id"],
        [Condition(field="Id", value=args.opportunity_id)],
        "opportunity_id",
        f"There is no opportunity {args.opportunity_id}.",
    )
    own_book = opportunity.get("Pricebook2Id")
    book_id = yield from _price_book(args, own_book)
    entry = yield from _price_book_entry(args.product, book_id)
    if own_book is None:
        path = records.path("Opportunity", args.opportunity_id)
        yield Call("PATCH", path, json={"Pricebook2Id": book_id}, repeatable=True)
    price = entry.get("UnitPrice") if args.unit_price is None else args.unit_price
    entry_id = require_text(entry.get("Id"), "Id", "the query for prices")
    values: dict[str, Any] = {
        "OpportunityId": args.opportunity_id,
        "PricebookEntryId": entry_id,
        "Quantity": args.quantity,
        "UnitPrice": price,
    }
    if args.description:
        values["Description"] = args.description
    response = yield Call("POST", records.path("OpportunityLineItem"), json=values)
    saved = records.read(records.SaveResult, response, "add_product_to_opportunity")
    return Output(
        id=saved.id,
        price_book_id=book_id,
        price_book_entry_id=entry_id,
        unit_price=float(price or 0),
    )


def _price_book_entry(product: str, book_id: str) -> Flow[dict[str, Any]]:
    """Return the active entry of a product in a price book."""
    return _single(
        "PricebookEntry",
        ["Id", "UnitPrice"],
        [
            Condition(field="Pricebook2Id", value=book_id),
            Condition(field="IsActive", value=True),
            AnyOf(any=_by(product, "Product2Id", "Product2.ProductCode", "Product2.Name")),
        ],
        "product",
        f"The price book has no active product {product!r}.",
    )


def _price_book(args: Input, own_book: Any) -> Flow[str]:
    """Return the id of the price book to use."""
    if not args.price_book and isinstance(own_book, str):
        return own_book
    conditions: Filters = [Condition(field="IsActive", value=True)]
    if args.price_book:
        conditions.append(AnyOf(any=_by(args.price_book, "Id", "Name")))
    else:
        conditions.append(Condition(field="IsStandard", value=True))
    message = f"There is no active price book {args.price_book!r}."
    book = yield from _single("Pricebook2", ["Id"], conditions, "price_book", message)
    book_id = require_text(book.get("Id"), "Id", "the query for price books")
    if isinstance(own_book, str) and own_book[:15] != book_id[:15]:
        raise Rejected(
            "The opportunity uses another price book.",
            code="ANOTHER_PRICE_BOOK",
            remedy="Leave price_book empty, or change the opportunity's price book first.",
            fields=("price_book",),
        )
    return book_id


def _by(value: str, id_field: str, *names: str) -> list[Any]:
    """Return conditions that find a record by its id, where the value may be one, or by a name."""
    conditions = [Condition(field=name, value=value) for name in names]
    if len(value) in (15, 18) and value.isalnum():
        conditions.insert(0, Condition(field=id_field, value=value))
    return conditions


def _single(
    sobject: str, fields: list[str], filters: Filters, field: str, message: str
) -> Flow[dict[str, Any]]:
    """Find exactly one record.

    Raises:
        NotFound, Rejected: There is none, or several; names the input to blame.
    """
    soql = select(sobject, fields, filters)
    result = yield from query_results.fetch(Call("GET", "/query", params={"q": soql}), 2)
    if not result.records:
        raise NotFound(message, code="NOT_FOUND", remedy="Check the value.", fields=(field,))
    if len(result.records) > 1:
        raise Rejected(
            f"Several {sobject} records match.",
            code="AMBIGUOUS",
            remedy="Give the ID.",
            fields=(field,),
        )
    return result.records[0]


add_product_to_opportunity = Action(
    name="add_product_to_opportunity",
    title="Add a product to an opportunity",
    summary="Add a product to an opportunity, with its price from a price book.",
    category="Sales and service",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_opportunitylineitem.htm",
    destroys=False,
    repeatable=False,
    examples=(
        Example(
            "Five of a product, by its code",
            {"opportunity_id": "006D000000CDEfgIAH", "product": "GC1060", "quantity": 5},
        ),
    ),
)
