"""Emit an event for each knowledge article that is published.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_knowledge__kav.htm
"""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from salesforce_connector.action import Batch, Example, Trigger
from salesforce_connector.flow import Flow
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import FieldPath
from salesforce_connector.polling import changes, events
from salesforce_connector.polling.presets import MORE_FIELDS, Preset
from salesforce_connector.soql.binding import bind

_FIELDS = (
    *("KnowledgeArticleId", "ArticleNumber", "Title", "UrlName", "Summary", "Language"),
    "VersionNumber",
)
_PUBLISHED = "LastPublishedDate"  # an article's version is created as a draft, maybe long before


class Input(Preset):
    language: str = Field(
        default="",
        title="Language",
        description="Report only articles in this language, such as en_US; leave empty for all.",
        pattern=r"^([a-z]{2,3}(_[A-Za-z]{2,4})?)?$",
        examples=["en_US"],
        json_schema_extra=hints(visibility="important"),
    )
    new_versions: bool = Field(
        default=False,
        title="New versions too",
        description="Also report articles that are published again, as their next version.",
        examples=[True],
    )
    sobject: str = Field(
        default="Knowledge__kav",
        title="Object",
        description="API name of the article object.",
        pattern=r"^[A-Za-z]\w*__kav$",
        examples=["Knowledge__kav"],
        json_schema_extra=hints(visibility="advanced"),
    )
    fields: list[FieldPath] = Field(
        default_factory=list,
        title="More fields",
        description=MORE_FIELDS,
        examples=[["Owner.Name"]],
        json_schema_extra=hints(widget="tags", visibility="advanced"),
    )


class Event(events.Created):
    pass


def flow(args: Input, cursor: Mapping[str, Any] | None) -> Flow[Batch]:
    conditions = ["PublishStatus = 'Online'"]
    if not args.new_versions:
        conditions.append("VersionNumber = 1")
    if args.language:
        conditions.append(bind("Language = :language", {"language": args.language}))
    reading = changes.Reading(
        args.followed(args.sobject, *_FIELDS, *args.fields),
        by=_PUBLISHED,
        others=(),
        condition=" AND ".join(conditions),
    )
    page = yield from changes.read(reading, cursor)
    return Batch([_event(row) for row in page.rows], page.cursor, page.more)


def _event(row: Mapping[str, Any]) -> Event:
    return Event(
        id=f"{row['Id']}:{row[_PUBLISHED]}",
        record_id=row["Id"],
        created_at=row[_PUBLISHED],
        record=dict(row),
    )


new_knowledge_article = Trigger(
    name="new_knowledge_article",
    title="New knowledge article",
    summary="Emit an event for each knowledge article that is published.",
    category="Service",
    input=Input,
    output=Event,
    flow=flow,
    sobject_of=lambda inputs: str(inputs.get("sobject") or "Knowledge__kav"),
    docs="https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_knowledge__kav.htm",
    notes=(
        "Needs Knowledge, and a user with read access to it. Each language of an article is "
        "an event of its own. An article that is published and archived between two polls is "
        "not reported. created_at is when it was published."
    ),
    examples=(
        Example("New articles in English", {"language": "en_US"}),
        Example("Keep a search index up to date", {"new_versions": True, "start": "everything"}),
    ),
)
