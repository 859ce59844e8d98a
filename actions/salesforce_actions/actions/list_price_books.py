"""List the price books of the org.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_pricebook2.htm
"""

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_pascal

from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow
from salesforce_connector.paging import query_results
from salesforce_connector.query.filters import Condition, Filters, select
from salesforce_connector.validation import read_reply

MAX_PRICE_BOOKS = 2_000  # our limit; orgs have a few dozen


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    include_inactive: bool = Field(
        default=False,
        title="Include inactive",
        description="Also list price books that are not active.",
        examples=[False],
    )


class PriceBook(BaseModel):
    """One price book."""

    model_config = ConfigDict(extra="ignore", alias_generator=to_pascal, populate_by_name=True)

    id: str = Field(title="ID", description="ID of the price book (18 characters).")
    name: str = Field(title="Name", description="Name of the price book.")
    is_standard: bool = Field(
        title="Standard", description="Whether it is the standard price book."
    )
    is_active: bool = Field(
        title="Active", description="Whether the price book is active and can be used."
    )
    description: str | None = Field(
        default=None,
        title="Description",
        description="Description of the price book; null if there is none.",
    )


class Output(BaseModel):
    price_books: list[PriceBook] = Field(
        title="Price books", description="Price books, the standard one first."
    )


def flow(args: Input) -> Flow[Output]:
    fields = ["Id", "Name", "IsStandard", "IsActive", "Description"]
    conditions: Filters = []
    if not args.include_inactive:
        conditions.append(Condition(field="IsActive", value=True))
    soql = f"{select('Pricebook2', fields, conditions)} ORDER BY IsStandard DESC, Name"
    first = Call("GET", "/query", params={"q": soql})
    result = yield from query_results.fetch(first, MAX_PRICE_BOOKS)
    books = [read_reply(PriceBook, record, "list_price_books") for record in result.records]
    return Output(price_books=books)


list_price_books = Action(
    name="list_price_books",
    title="List price books",
    summary="List the price books of the org.",
    category="Sales and service",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_pricebook2.htm",
    reads=True,
    examples=(Example("Those that can be used", {}),),
)
