"""The parts of an object's description that checks of records and of policies need.

They are a third of what `describe` reads, so that a first write reads no more than it must.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_describesobjects_describesobjectresult.htm
"""

import re
from typing import Annotated

from pydantic import BeforeValidator, Field

from salesforce_connector.errors import Rejected
from salesforce_connector.flow import Call, Flow
from salesforce_connector.records import path, read
from salesforce_connector.response import Response
from salesforce_connector.wire_model import Wire, empty_list, list_of_null


class FieldOutline(Wire):
    """One field, as the signed-in user may use it."""

    name: str
    label: str
    type: str
    length: int = 0
    createable: bool
    updateable: bool
    external_id: bool = False
    id_lookup: bool = False
    auto_number: bool = False
    calculated: bool = False
    reference_to: Annotated[list[str], BeforeValidator(list_of_null)] = Field(
        default_factory=empty_list
    )
    relationship_name: str | None = None
    compound_field_name: str | None = None


class ChildOutline(Wire):
    """A relationship from another object to this one."""

    name: str | None = Field(default=None, alias="relationshipName")
    sobject: str = Field(alias="childSObject")


class ObjectOutline(Wire):
    """One object, as the signed-in user may use it."""

    name: str
    key_prefix: str | None = None
    fields: list[FieldOutline]
    child_relationships: list[ChildOutline]


def fetch_outline(sobject: str, *, cached: bool = True) -> Flow[ObjectOutline]:
    """Get the outline of an object; see `fetch_description`."""
    response = yield from fetch_description(sobject, cached=cached)
    return read(ObjectOutline, response, f"the description of {sobject}")


def fetch_description(sobject: str, *, cached: bool = True) -> Flow[Response]:
    """Get the description of an object; the client keeps it, and asks only for what has changed.

    Args:
        sobject: API name.
        cached: False to ask for what holds this moment, and to keep nothing: 100 kB to 1 MB.

    Raises:
        Rejected: That is no name of an object.
    """
    if not is_name(sobject):
        raise Rejected(
            f"{sobject!r} is not the API name of an object.",
            code="INVALID_TYPE",
            remedy="Use an API name that list_objects returns.",
            fields=("sobject",),
        )
    return (yield Call("GET", path(sobject, "describe"), cached=cached))


def is_name(text: str) -> bool:
    """Return whether a text has the form of an API name."""
    return re.fullmatch(r"[A-Za-z]\w*", text, re.ASCII) is not None
