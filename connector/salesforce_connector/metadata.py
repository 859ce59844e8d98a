"""What Salesforce says of its objects and fields, in Python's names.

The models read describe bodies and print the same things in snake_case; what no builder has asked
for is left out.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_describesobjects_describesobjectresult.htm
"""

import re
from difflib import get_close_matches
from typing import Annotated, Any

import httpx
from pydantic import BeforeValidator, Field, computed_field

from salesforce_connector.action import Call, Flow
from salesforce_connector.errors import Rejected
from salesforce_connector.records import path, read
from salesforce_connector.wire import Wire


def _list(value: Any) -> Any:
    return [] if value is None else value  # some versions send null for an empty list


class ObjectSummary(Wire):
    """One object of the global describe.

    Attributes:
        name: API name.
        key_prefix: First three characters of its records' ids; None for an object without records.
    """

    name: str
    label: str
    label_plural: str
    key_prefix: str | None = None
    custom: bool
    queryable: bool
    searchable: bool
    createable: bool
    updateable: bool
    deletable: bool


class PicklistValue(Wire):
    """One active or retired choice of a picklist."""

    value: str
    label: str | None = None
    active: bool = True
    default_value: bool = False
    valid_for: str | None = Field(default=None, exclude=True)  # a bitmap: see `fields_schema`


class FieldDescription(Wire):
    """One field, as the signed-in user may use it.

    Attributes:
        length: Characters at most; 0 where that means nothing.
        precision: Digits in all; `scale` of them after the point.
        reference_to: Objects that it may point to.
        relationship_name: What to call the parent by in a path; None when there is none.
        controller_name: The field whose value decides which choices are valid.
    """

    name: str
    label: str
    type: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    nillable: bool
    createable: bool
    updateable: bool
    defaulted_on_create: bool
    custom: bool = False
    external_id: bool = False
    id_lookup: bool = False
    unique: bool = False
    calculated: bool = False
    name_field: bool = False
    filterable: bool = True
    sortable: bool = True
    restricted_picklist: bool = False
    dependent_picklist: bool = False
    controller_name: str | None = None
    picklist_values: Annotated[list[PicklistValue], BeforeValidator(_list)] = Field(
        default_factory=list
    )
    reference_to: Annotated[list[str], BeforeValidator(_list)] = Field(default_factory=list)
    relationship_name: str | None = None
    compound_field_name: str | None = None
    default_value: Any = None
    inline_help_text: str | None = None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def required_on_create(self) -> bool:
        """Whether a create without it is refused."""
        return (
            self.createable
            and not self.nillable
            and not self.defaulted_on_create
            and self.type != "boolean"
        )


class ChildRelationship(Wire):
    """Records of another object that point here; `name` is what a subquery calls them by."""

    name: str | None = Field(default=None, alias="relationshipName")
    sobject: str = Field(alias="childSObject")
    field: str
    cascade_delete: bool = False


class RecordType(Wire):
    """One record type; `available` to the signed-in user or not."""

    id: str = Field(alias="recordTypeId")
    developer_name: str = ""
    name: str
    active: bool = True
    available: bool = True
    master: bool = False
    default: bool = Field(default=False, alias="defaultRecordTypeMapping")


class ObjectDescription(Wire):
    """One object with all that the signed-in user may see of it."""

    name: str = Field(description="API name.")
    label: str = Field(description="What people call one record.")
    label_plural: str = Field(title="Plural label", description="What people call several.")
    key_prefix: str | None = Field(
        default=None,
        description="First three characters of its records' ids; null when it has no records.",
    )
    custom: bool = Field(description="Whether this org or a package has made it.")
    queryable: bool = Field(description="Whether the user may query it.")
    createable: bool = Field(description="Whether the user may create records.")
    updateable: bool = Field(description="Whether the user may change records.")
    deletable: bool = Field(description="Whether the user may delete records.")
    fields: list[FieldDescription] = Field(description="All that the user may see.")
    child_relationships: list[ChildRelationship] = Field(
        description="Fields of other objects that point here."
    )
    record_types: list[RecordType] = Field(
        alias="recordTypeInfos", description="Kinds of records, each with its own picklist values."
    )

    def field(self, name: str, *, blamed: str) -> FieldDescription:
        """Give a field, whatever the case of its name.

        Args:
            name: API name.
            blamed: The input that named it.

        Raises:
            Rejected: There is none, or the user may not see it; tells the nearest.
        """
        by_name = {each.name.lower(): each for each in self.fields}
        if (found := by_name.get(name.lower())) is not None:
            return found
        near = [by_name[each].name for each in get_close_matches(name.lower(), by_name, n=1)]
        raise Rejected(
            f"{self.name} has no field {name}, or the user may not see it.",
            code="INVALID_FIELD",
            remedy=f"Did you mean {near[0]}?" if near else "Check the spelling.",
            fields=(blamed,),
        )


class _Global(Wire):
    sobjects: list[ObjectSummary]


def read_objects(answer: httpx.Response) -> list[ObjectSummary]:
    """Read the answer of the global describe.

    Raises:
        BadReply: It is not one.
    """
    return read(_Global, answer, "the list of objects").sobjects


def described(sobject: str) -> Flow[ObjectDescription]:
    """Get the description of an object; the client keeps it, and asks only for what has changed.

    Raises:
        Rejected: That is no name of an object.
    """
    if not is_name(sobject):
        raise Rejected(
            f"{sobject!r} is not the API name of an object.",
            code="INVALID_TYPE",
            remedy="Give it as list_objects does.",
            fields=("sobject",),
        )
    answer = yield Call("GET", path(sobject, "describe"), cached=True)
    return read(ObjectDescription, answer, f"the description of {sobject}")


def is_name(text: str) -> bool:
    """Whether a text has the form of an API name."""
    return re.fullmatch(r"[A-Za-z]\w*", text, re.ASCII) is not None
