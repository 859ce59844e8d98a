"""List the data category groups of Knowledge articles, with their trees.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_knowledge_support_dcgroups.htm
"""

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Flow
from salesforce_connector.forms.hints import hints
from salesforce_connector.metadata import data_categories


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    language: str = Field(
        default="",
        title="Language",
        description="Language of the labels, such as de or pt-BR; leave empty for the org's own.",
        pattern=r"^([A-Za-z]{2,3}([-_][A-Za-z]{2})?)?$",
        examples=["de"],
        json_schema_extra=hints(visibility="advanced"),
    )


class Category(BaseModel):
    """One category."""

    name: str = Field(title="Name", description="API name, for search_articles.")
    label: str = Field(title="Label", description="Label in the user interface.")
    path: list[str] = Field(
        title="Path", description="API names from the top category down to this one."
    )


class Group(BaseModel):
    """One data category group, such as regions or products."""

    name: str = Field(title="Name", description="API name, for search_articles.")
    label: str = Field(title="Label", description="Label in the user interface.")
    categories: list[Category] = Field(
        title="Categories", description="Categories that the user may see, parents first."
    )


class Output(BaseModel):
    groups: list[Group] = Field(
        title="Groups", description="Data category groups, in Salesforce's order."
    )


def flow(args: Input) -> Flow[Output]:
    groups = yield from data_categories.fetch_groups(args.language)
    return Output(groups=[_group(group) for group in groups])


def _group(group: data_categories.Group) -> Group:
    categories = [
        Category(name=category.name, label=category.label, path=path)
        for category, path in data_categories.walk(group)
    ]
    return Group(name=group.name, label=group.label, categories=categories)


list_data_categories = Action(
    name="list_data_categories",
    title="List data categories",
    summary="List the data categories of Knowledge articles.",
    category="Knowledge",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_knowledge_support_dcgroups.htm",
    reads=True,
    examples=(Example("All groups, with labels in German", {"language": "de"}),),
)
