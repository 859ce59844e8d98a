"""Descriptions of objects and fields, by Python names.

The models read describe bodies and print the same things in snake_case; what no builder has asked
for is left out.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_describesobjects_describesobjectresult.htm
"""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, computed_field

from salesforce_connector.errors import Rejected
from salesforce_connector.flow import Flow
from salesforce_connector.metadata.object_outline import fetch_description
from salesforce_connector.records import read
from salesforce_connector.response import Response
from salesforce_connector.suggestions import suggest_field
from salesforce_connector.wire_model import Wire, empty_list, list_of_null


class ObjectSummary(Wire):
    """One object of the org."""

    name: str = Field(description="API name of the object.")
    label: str = Field(description="Label of the object, in the singular.")
    label_plural: str = Field(description="Label of the object, in the plural.")
    key_prefix: str | None = Field(
        default=None,
        description="First three characters of the IDs of its records; null if it has none.",
    )
    custom: bool = Field(description="Whether it is custom, of this org or of a package.")
    queryable: bool = Field(description="Whether the user may query the object.")
    searchable: bool = Field(description="Whether records of the object can be searched.")
    createable: bool = Field(description="Whether the user may create records of the object.")
    updateable: bool = Field(description="Whether the user may update records of the object.")
    deletable: bool = Field(description="Whether the user may delete records of the object.")


class PicklistValue(Wire):
    """One value of a picklist."""

    value: str = Field(description="API value of the choice, as records store it.")
    label: str | None = Field(default=None, description="Label of the value.")
    active: bool = Field(
        default=True,
        description=(
            "Whether the value is active; existing records may still have an inactive value."
        ),
    )
    default_value: bool = Field(
        default=False, description="Whether it is the default value of the picklist."
    )
    valid_for: str | None = Field(default=None, exclude=True)  # a bitmap: see `fields_schema`


class FieldDescription(Wire):
    """One field, with what the connection's user may do with it."""

    name: str = Field(description="API name of the field.")
    label: str = Field(description="Label of the field.")
    type: str = Field(
        description="Salesforce's data type, such as string, picklist, reference or currency."
    )
    length: int = Field(
        default=0, description="Maximum number of characters; 0 if the type has none."
    )
    precision: int = Field(default=0, description="Total number of digits; 0 if the type has none.")
    scale: int = Field(default=0, description="Number of digits after the decimal point.")
    nillable: bool = Field(description="Whether the field may be empty.")
    createable: bool = Field(description="Whether the user may set the field in a new record.")
    updateable: bool = Field(description="Whether the user may update the field.")
    defaulted_on_create: bool = Field(
        description="Whether Salesforce sets a value if a new record has none."
    )
    custom: bool = Field(
        default=False, description="Whether it is custom, of this org or of a package."
    )
    external_id: bool = Field(
        default=False, description="Whether it is an external ID field, which an upsert can use."
    )
    id_lookup: bool = Field(
        default=False, description="Whether the field can identify a record in an upsert."
    )
    unique: bool = Field(
        default=False, description="Whether each record must have a different value."
    )
    auto_number: bool = Field(
        default=False, description="Whether the field is an auto-number field."
    )
    calculated: bool = Field(
        default=False,
        description="Whether the value is calculated by a formula or a roll-up summary.",
    )
    name_field: bool = Field(
        default=False, description="Whether it is the name field of the object."
    )
    filterable: bool = Field(
        default=True, description="Whether the field may be used in a WHERE clause."
    )
    sortable: bool = Field(
        default=True, description="Whether the field may be used in an ORDER BY clause."
    )
    restricted_picklist: bool = Field(
        default=False, description="Whether only the listed values are allowed."
    )
    dependent_picklist: bool = Field(
        default=False, description="Whether it is a dependent picklist."
    )
    controller_name: str | None = Field(
        default=None,
        description="API name of the controlling field of a dependent picklist; null if none.",
    )
    picklist_values: Annotated[list[PicklistValue], BeforeValidator(list_of_null)] = Field(
        default_factory=empty_list,
        description="Values of a picklist, for all record types; empty for other types.",
    )
    reference_to: Annotated[list[str], BeforeValidator(list_of_null)] = Field(
        default_factory=empty_list,
        description=(
            "API names of the objects that a reference field may refer to; empty for other types."
        ),
    )
    relationship_name: str | None = Field(
        default=None,
        description="Name of the relationship to the parent, for paths; null if there is none.",
    )
    compound_field_name: str | None = Field(
        default=None,
        description=(
            "The compound field (address, name or location) that it is part of; null if none."
        ),
    )
    default_value: Any = Field(
        default=None,
        description="Default value in new records; null if there is no fixed one.",
    )
    inline_help_text: str | None = Field(
        default=None,
        description="Help text that an administrator has written; null if there is none.",
    )

    @computed_field  # type: ignore[prop-decorator]
    @property
    def required_on_create(self) -> bool:
        """Whether a new record needs a value for the field."""
        return (
            self.createable
            and not self.nillable
            and not self.defaulted_on_create
            and self.type != "boolean"
        )


class ChildRelationship(Wire):
    """One relationship from a child object."""

    name: str | None = Field(
        default=None,
        alias="relationshipName",
        description="Name of the relationship in a subquery; null if there is none.",
    )
    sobject: str = Field(alias="childSObject", description="API name of the child object.")
    field: str = Field(description="API name of the lookup field on the child object.")
    cascade_delete: bool = Field(
        default=False, description="Whether child records are deleted with their parent."
    )


class RecordType(Wire):
    """One record type of the object."""

    id: str = Field(
        alias="recordTypeId",
        description="ID of the record type (18 characters), for RecordTypeId.",
    )
    developer_name: str = Field(
        default="",
        description="API name of the record type; empty if Salesforce does not return it.",
    )
    name: str = Field(description="Label of the record type.")
    active: bool = Field(default=True, description="Whether the record type is active.")
    available: bool = Field(
        default=True, description="Whether the user may choose this record type."
    )
    master: bool = Field(
        default=False,
        description=(
            "Whether it is the master record type, which records without a record type have."
        ),
    )
    default: bool = Field(
        default=False,
        alias="defaultRecordTypeMapping",
        description="Whether it is the user's default record type.",
    )


class ObjectDescription(Wire):
    """One object with all that the signed-in user may see of it."""

    name: str = Field(description="API name of the object.")
    label: str = Field(description="Label of the object, in the singular.")
    label_plural: str = Field(
        title="Plural label", description="Label of the object, in the plural."
    )
    key_prefix: str | None = Field(
        default=None,
        description="First three characters of the IDs of its records; null if it has none.",
    )
    custom: bool = Field(description="Whether it is custom, of this org or of a package.")
    queryable: bool = Field(description="Whether the user may query the object.")
    createable: bool = Field(description="Whether the user may create records of the object.")
    updateable: bool = Field(description="Whether the user may update records of the object.")
    deletable: bool = Field(description="Whether the user may delete records of the object.")
    fields: list[FieldDescription] = Field(description="Fields that the user may see.")
    child_relationships: list[ChildRelationship] = Field(
        description="Relationships from other objects to this object."
    )
    record_types: list[RecordType] = Field(
        alias="recordTypeInfos", description="Record types of the object."
    )

    def field(self, name: str, *, blamed: str) -> FieldDescription:
        """Return a field, whatever the case of its name.

        Args:
            name: API name.
            blamed: The input that named it.

        Raises:
            Rejected: There is none, or the user may not see it; the remedy names the nearest.
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
    """Get the whole description of an object; see `object_outline.fetch_description`."""
    response = yield from fetch_description(sobject, cached=cached)
    return read(ObjectDescription, response, f"the description of {sobject}")
