"""Inputs that several queries and searches share, each with one title and one description."""

from typing import Annotated, Any

from pydantic import Field

from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import FieldPath
from salesforce_connector.soql.binding import LONGEST
from salesforce_connector.soql.values import Parameters

Soql = Annotated[
    str,
    Field(
        title="SOQL",
        description="The query. Write :name where a value goes; values are quoted for you.",
        min_length=1,
        max_length=LONGEST,
        examples=["SELECT Id, Name FROM Account WHERE Industry = :industry"],
        json_schema_extra=hints(widget="soql"),
    ),
]

QueryParameters = Annotated[
    Parameters,
    Field(
        title="Parameters",
        description=(
            "A value for each :name. Lists are for IN. Dates: {'date': '2026-01-31'}, "
            "{'datetime': '2026-01-31T09:00:00Z'}, {'date_literal': 'LAST_N_DAYS:7'}. For LIKE: "
            "{'starts_with': ...}, {'contains': ...}, {'ends_with': ...}."
        ),
        examples=[{"industry": "Banking"}],
        json_schema_extra=hints(widget="keyvalue", visibility="important"),
    ),
]

IncludeDeleted = Annotated[
    bool,
    Field(
        title="Include deleted",
        description="Also return records in the recycle bin and archived activities.",
        examples=[False],
        json_schema_extra=hints(visibility="advanced"),
    ),
]

FieldsToReturn = Annotated[
    list[FieldPath],
    Field(
        title="Fields",
        description=(
            "API names of the fields to return; leave empty for all that the user can see."
        ),
        examples=[["Name", "Owner.Name"]],
        json_schema_extra=hints(widget="tags", visibility="important"),
    ),
]

SearchText = Annotated[
    str,
    Field(
        title="Text",
        description="Words to search for; special characters are escaped for you.",
        examples=["Acme (Berlin)"],
    ),
]


def limit_field(
    default: int,
    most: int,
    *,
    items: str = "records",
    note: str = "a warning says when there are more",
    streams: bool = False,
) -> Any:
    """Return the field of an input that says how many items to return.

    Args:
        default: How many without it.
        most: How many it may ask for.
        items: What they are, in the plural.
        note: What happens to the others.
        streams: Whether the action streams; its stream returns all items without a limit.
    """
    text = f"A stream returns all {items} unless a limit is given." if streams else ""
    return Field(
        default=default,
        title=f"Maximum {items}",
        description=f"The most {items} to return; {note}.",
        ge=1,
        le=most,
        examples=[default],
        json_schema_extra=hints(text=text) if streams else None,
    )
