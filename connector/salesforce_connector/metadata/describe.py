"""What Salesforce says of its objects and fields, in Python's names.

The models read describe bodies and print the same things in snake_case; what no builder has asked
for is left out.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_describesobjects_describesobjectresult.htm
"""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, computed_field

from salesforce_connector.errors import Rejected
from salesforce_connector.flow import Call, Flow
from salesforce_connector.records import path, read
from salesforce_connector.response import Response
from salesforce_connector.suggestions import suggest_field
from salesforce_connector.wire_model import Wire


def _list(value: Any) -> Any:
    return [] if value is None else value  # some versions send null for an empty list


class ObjectSummary(Wire):
    """One object of the global describe."""

    name: str = Field(description="API name.")
    label: str = Field(description="What people call one record.")
    label_plural: str = Field(description="What people call several records.")
    key_prefix: str | None = Field(
        default=None,
        description="First three characters of its records' ids; null when it has no records.",
    )
    custom: bool = Field(description="Whether this org or a package has made it.")
    queryable: bool = Field(description="Whether the user may query it.")
    searchable: bool = Field(description="Whether a search finds its records.")
    createable: bool = Field(description="Whether the user may create records.")
    updateable: bool = Field(description="Whether the user may change records.")
    deletable: bool = Field(description="Whether the user may delete records.")


class PicklistValue(Wire):
    """One active or retired choice of a picklist."""

    value: str = Field(description="What a record holds.")
    label: str | None = Field(default=None, description="What people see.")
    active: bool = Field(
        default=True, description="False for a retired choice: old records may still hold it."
    )
    default_value: bool = Field(
        default=False, description="Whether a new record has it when nothing is chosen."
    )
    valid_for: str | None = Field(default=None, exclude=True)  # a bitmap: see `fields_schema`


class FieldDescription(Wire):
    """One field, as the signed-in user may use it."""

    name: str = Field(description="API name.")
    label: str = Field(description="What people see beside it.")
    type: str = Field(
        description="Salesforce's type: string, picklist, reference, currency and others."
    )
    length: int = Field(default=0, description="Characters at most; 0 where that means nothing.")
    precision: int = Field(
        default=0, description="Digits of a number in all; 0 where that means nothing."
    )
    scale: int = Field(default=0, description="Digits of a number after the point.")
    nillable: bool = Field(description="Whether it may be empty.")
    createable: bool = Field(description="Whether the user may set it in a new record.")
    updateable: bool = Field(description="Whether the user may change it in a record.")
    defaulted_on_create: bool = Field(
        description="Whether Salesforce fills it in when a new record leaves it out."
    )
    custom: bool = Field(default=False, description="Whether this org or a package has made it.")
    external_id: bool = Field(
        default=False, description="Whether it is an external id: an upsert may find records by it."
    )
    id_lookup: bool = Field(
        default=False, description="Whether a record can be found by it as by its id."
    )
    unique: bool = Field(
        default=False, description="Whether no two records may have the same value."
    )
    auto_number: bool = Field(
        default=False, description="Whether Salesforce assigns its value, one number after another."
    )
    calculated: bool = Field(
        default=False, description="Whether a formula or a summary makes its value."
    )
    name_field: bool = Field(default=False, description="Whether it is what a record is called by.")
    filterable: bool = Field(default=True, description="Whether a query's WHERE may name it.")
    sortable: bool = Field(default=True, description="Whether a query's ORDER BY may name it.")
    restricted_picklist: bool = Field(
        default=False, description="Whether only the listed choices are taken."
    )
    dependent_picklist: bool = Field(
        default=False, description="Whether another field decides which choices are valid."
    )
    controller_name: str | None = Field(
        default=None,
        description="The field that decides which choices are valid; null when none does.",
    )
    picklist_values: Annotated[list[PicklistValue], BeforeValidator(_list)] = Field(
        default_factory=list,
        description="Choices of a picklist, of all record types; empty for other types.",
    )
    reference_to: Annotated[list[str], BeforeValidator(_list)] = Field(
        default_factory=list, description="Objects that it may point to; empty for other types."
    )
    relationship_name: str | None = Field(
        default=None, description="What a path calls the parent by; null when there is none."
    )
    compound_field_name: str | None = Field(
        default=None,
        description="The address, name or location that it is a part of; null when none.",
    )
    default_value: Any = Field(
        default=None,
        description="What a new record gets when it leaves it out; null for nothing fixed.",
    )
    inline_help_text: str | None = Field(
        default=None, description="Help that the org's administrator has written; null for none."
    )

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

    name: str | None = Field(
        default=None,
        alias="relationshipName",
        description="What a subquery calls the children by; null when it cannot name them.",
    )
    sobject: str = Field(alias="childSObject", description="API name of the children's object.")
    field: str = Field(description="The children's field that points here.")
    cascade_delete: bool = Field(
        default=False, description="Whether the children are deleted with their parent."
    )


class RecordType(Wire):
    """One record type; `available` to the signed-in user or not."""

    id: str = Field(alias="recordTypeId", description="18 characters; what RecordTypeId takes.")
    developer_name: str = Field(
        default="", description="API name; empty when Salesforce does not return it."
    )
    name: str = Field(description="What people call it.")
    active: bool = Field(default=True, description="False for a retired one.")
    available: bool = Field(default=True, description="Whether the user may choose it.")
    master: bool = Field(
        default=False,
        description="Whether it is the master record type, that of records without a record type.",
    )
    default: bool = Field(
        default=False,
        alias="defaultRecordTypeMapping",
        description="Whether the user's new records get it when they name none.",
    )


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
        """Return a field, whatever the case of its name.

        Args:
            name: API name.
            blamed: The input that named it.

        Raises:
            Rejected: There is none, or the user may not see it; tells the nearest.
        """
        by_name = {field.name.lower(): field for field in self.fields}
        if (description := by_name.get(name.lower())) is not None:
            return description
        near = suggest_field(name, {field.name: field.label for field in self.fields})
        raise Rejected(
            f"{self.name} has no field {name}, or the user may not see it.",
            code="INVALID_FIELD",
            remedy=f"Did you mean {near}?" if near else "Check the spelling.",
            fields=(blamed,),
        )


class _Global(Wire):
    sobjects: list[ObjectSummary]


def read_objects(answer: Response) -> list[ObjectSummary]:
    """Read the answer of the global describe.

    Raises:
        BadReply: It is not one.
    """
    return read(_Global, answer, "the list of objects").sobjects


def fetch_object(sobject: str, *, cached: bool = True) -> Flow[ObjectDescription]:
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
            remedy="Give it as list_objects does.",
            fields=("sobject",),
        )
    answer = yield Call("GET", path(sobject, "describe"), cached=cached)
    return read(ObjectDescription, answer, f"the description of {sobject}")


def is_name(text: str) -> bool:
    """Return whether a text has the form of an API name."""
    return re.fullmatch(r"[A-Za-z]\w*", text, re.ASCII) is not None
