"""List email templates, Lightning's and classic ones.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_emailtemplate.htm
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_pascal

from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow, Note
from salesforce_connector.paging import query_results
from salesforce_connector.query.filters import AnyOf, Condition, Filter, Filters, Order, select
from salesforce_connector.soql.inputs import limit_field
from salesforce_connector.validation import read_reply

FIELDS = (
    "Id", "Name", "DeveloperName", "Subject", "TemplateType", "IsActive", "Description",
    "FolderId", "LastUsedDate",
)  # fmt: skip


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    search: str = Field(
        default="",
        title="Search",
        description="Return only templates whose name or subject contains this text.",
        max_length=255,
        examples=["welcome"],
    )
    include_inactive: bool = Field(
        default=False,
        title="Include inactive",
        description="Also list templates that are not available for use.",
        examples=[False],
    )
    limit: int = limit_field(200, 10_000, items="templates")


class EmailTemplate(BaseModel):
    """One template."""

    model_config = ConfigDict(extra="ignore", alias_generator=to_pascal, populate_by_name=True)

    id: str = Field(title="Template ID", description="ID of the template, for send_email.")
    name: str = Field(title="Name", description="Name of the template.")
    developer_name: str = Field(title="API name", description="API name; unique in its folder.")
    subject: str | None = Field(title="Subject", description="Subject line, with its merge fields.")
    template_type: str | None = Field(
        title="Type", description="Type of the template: text, html, custom or visualforce."
    )
    is_active: bool = Field(
        title="Active", description="Whether the template is available for use."
    )
    description: str | None = Field(
        default=None,
        title="Description",
        description="Description of the template; null if there is none.",
    )
    folder_id: str | None = Field(
        default=None,
        title="Folder ID",
        description="Description of the template; null if there is none.",
    )
    last_used_date: str | None = Field(
        default=None, title="Last used", description="Timestamp, as Salesforce returns it."
    )


class Output(BaseModel):
    templates: list[EmailTemplate] = Field(
        title="Templates", description="Email templates, sorted by name."
    )


def flow(args: Input) -> Flow[Output]:
    soql = select("EmailTemplate", FIELDS, _filters(args), [Order(field="Name")])
    result = yield from query_results.fetch(Call("GET", "/query", params={"q": soql}), args.limit)
    if result.capped:
        yield Note(
            f"{result.total:,} templates match; the first {len(result.records):,} are returned."
        )
    return Output(templates=[_template(record) for record in result.records])


def _filters(args: Input) -> list[Filter]:
    filters: list[Filter] = []
    if not args.include_inactive:
        filters.append(Condition(field="IsActive", value=True))
    if args.search:
        names = ("Name", "Subject")
        conditions: Filters = [
            Condition(field=name, operator="contains", value=args.search) for name in names
        ]
        filters.append(AnyOf(any=conditions))
    return filters


def _template(record: dict[str, Any]) -> EmailTemplate:
    return read_reply(EmailTemplate, record, "list_email_templates")


list_email_templates = Action(
    name="list_email_templates",
    title="List email templates",
    summary="List the email templates that the user may see.",
    category="Sales and service",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_emailtemplate.htm",
    reads=True,
    examples=(Example("About welcomes", {"search": "welcome"}),),
)
