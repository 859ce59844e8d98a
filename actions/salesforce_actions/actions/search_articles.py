"""Search Knowledge articles by words, within data categories.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_with_data_category.htm
"""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow, Note
from salesforce_connector.forms.dynamic_options import dynamic_options
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import FieldPath
from salesforce_connector.query import sosl
from salesforce_connector.query.filters import Condition, Filters, where
from salesforce_connector.soql.inputs import limit_field
from salesforce_connector.validation import read_reply

FIELDS: Final = (
    "Id", "KnowledgeArticleId", "ArticleNumber", "Title", "UrlName", "Summary",
    "LastPublishedDate",
)  # fmt: skip
MOST: Final = 2_000  # rows of one search, SOSL limits

CategoryName = Annotated[str, Field(pattern=r"^[A-Za-z]\w*$", max_length=83)]
_Category = Annotated[
    CategoryName, Field(json_schema_extra=dynamic_options("data_categories", "group"))
]
_STATUSES: Final = {"published": "Online", "draft": "Draft", "archived": "Archived"}
_SCOPES: Final = {
    "at": "AT",
    "above": "ABOVE",
    "below": "BELOW",
    "above_or_below": "ABOVE_OR_BELOW",
}


class CategoryFilter(BaseModel):
    """Categories that an article must be in."""

    model_config = ConfigDict(extra="forbid", title="Category filter")

    group: CategoryName = Field(
        title="Group",
        description="API name of the group.",
        examples=["Regions"],
        json_schema_extra=dynamic_options("data_category_groups"),
    )
    categories: list[_Category] = Field(
        title="Categories",
        description="API names of categories; an article must be in one of them.",
        min_length=1,
        max_length=100,
        examples=[["Europe"]],
        json_schema_extra=hints(widget="tags"),
    )
    scope: Literal["at", "above", "below", "above_or_below"] = Field(
        default="below",
        title="Scope",
        description="Only these categories, or also the categories above or below them.",
        examples=["at"],
    )


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str = Field(
        title="Text",
        description="Words to search for; special characters are escaped for you.",
        min_length=2,
        examples=["lost parcel"],
    )
    category_filters: list[CategoryFilter] = Field(
        default_factory=list,
        title="Category filters",
        description="Filters that must all match; list_data_categories returns the names.",
        max_length=3,
        examples=[[{"group": "Regions", "categories": ["Europe"]}]],
        json_schema_extra=hints(widget="json"),
    )
    language: str = Field(
        default="en_US",
        title="Language",
        description="Language of the articles, such as en_US or de.",
        pattern=r"^[a-z]{2,3}(_[A-Z]{2})?$",
        examples=["de"],
    )
    status: Literal["published", "draft", "archived"] = Field(
        default="published",
        title="Status",
        description="Which versions of articles to search.",
        examples=["draft"],
        json_schema_extra=hints(visibility="advanced"),
    )
    fields: list[FieldPath] = Field(
        default_factory=list,
        title="More fields",
        description="API names of more fields to return, such as the field with the answer.",
        examples=[["Answer__c"]],
        json_schema_extra=hints(widget="tags"),
    )
    sobject: str = Field(
        default="Knowledge__kav",
        title="Article object",
        description=(
            "API name of the article object; orgs with Classic Knowledge have one for each article "
            "type."
        ),
        pattern=r"^[A-Za-z]\w*__kav$",
        examples=["FAQ__kav"],
        json_schema_extra=hints(visibility="advanced"),
    )
    limit: int = limit_field(20, MOST, items="articles", note="the best matches first")


class Article(BaseModel):
    """One version of an article."""

    version_id: str = Field(
        title="Version ID", description="ID of the article version that was found."
    )
    article_id: str | None = Field(
        title="Article ID", description="ID of the article; the same for all its versions."
    )
    article_number: str | None = Field(
        title="Article number", description="Article number, as users see it."
    )
    title: str = Field(title="Title", description="Title of the article version.")
    url_name: str | None = Field(title="URL name", description="Name of the article in URLs.")
    summary: str | None = Field(
        title="Summary", description="Summary of the article; null if there is none."
    )
    published_at: str | None = Field(
        title="Published at", description="Timestamp, as Salesforce returns it; null for a draft."
    )
    fields: dict[str, Any] = Field(
        title="More fields", description="Values of the additional fields that were requested."
    )


class Output(BaseModel):
    articles: list[Article] = Field(title="Articles", description="Articles, the best match first.")


class _Hits(BaseModel):
    records: list[dict[str, Any]] = Field(alias="searchRecords")


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str = Field(alias="Id")
    article_id: str | None = Field(default=None, alias="KnowledgeArticleId")
    article_number: str | None = Field(default=None, alias="ArticleNumber")
    title: str = Field(alias="Title")
    url_name: str | None = Field(default=None, alias="UrlName")
    summary: str | None = Field(default=None, alias="Summary")
    published_at: str | None = Field(default=None, alias="LastPublishedDate")


def flow(args: Input) -> Flow[Output]:
    response = yield Call("GET", "/search", params={"q": _sosl(args)})
    hits = read_reply(_Hits, records.decode(response), "search_articles").records
    if len(hits) == args.limit:
        yield Note(f"{args.limit:,} articles are given; there may be more.")
    return Output(articles=[_article(record) for record in hits])


def _sosl(args: Input) -> str:
    names = dict.fromkeys([*FIELDS, *args.fields])
    conditions: Filters = [
        Condition(field="PublishStatus", value=_STATUSES[args.status]),
        Condition(field="Language", value=args.language),
    ]
    returning = f"{args.sobject}({', '.join(names)} WHERE {where(conditions)} LIMIT {args.limit})"
    search = f"FIND {{{sosl.term(args.text)}}} RETURNING {returning}"
    if args.category_filters:
        filters = " AND ".join(map(_category_filter, args.category_filters))
        search += f" WITH DATA CATEGORY {filters}"
    return search


def _category_filter(category_filter: CategoryFilter) -> str:
    names = ", ".join(_suffixed(name) for name in category_filter.categories)
    return f"{_suffixed(category_filter.group)} {_SCOPES[category_filter.scope]} ({names})"


def _suffixed(name: str) -> str:
    """Write a name as searches do; lists and records have it without its ending."""
    return f"{name.removesuffix('__c')}__c"


def _article(record: dict[str, Any]) -> Article:
    row = read_reply(_Row, record, "search_articles")
    own = {"attributes", *FIELDS}
    return Article(
        version_id=row.id,
        article_id=row.article_id,
        article_number=row.article_number,
        title=row.title,
        url_name=row.url_name,
        summary=row.summary,
        published_at=row.published_at,
        fields={name: value for name, value in record.items() if name not in own},
    )


search_articles = Action(
    name="search_articles",
    title="Search articles",
    summary="Search Knowledge articles by words, optionally within data categories.",
    category="Knowledge",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_with_data_category.htm",
    reads=True,
    examples=(
        Example("Published articles", {"text": "lost parcel"}),
        Example(
            "Of Europe and all that is below it",
            {
                "text": "lost parcel",
                "category_filters": [{"group": "Regions", "categories": ["Europe"]}],
            },
        ),
    ),
)
