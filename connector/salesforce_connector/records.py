"""Records as they go in and come back: field values, save results, and paths to a record.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_retrieve.htm
"""

import re
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import quote

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import from_json

from salesforce_connector.dynamic_options import dynamic_options, dynamic_schema
from salesforce_connector.errors import BadReply
from salesforce_connector.form_hints import hints
from salesforce_connector.response import Response
from salesforce_connector.soql import FieldName
from salesforce_connector.validation import read_reply

ModelT = TypeVar("ModelT", bound=BaseModel)

_NAME = re.compile(r"[A-Za-z]\w*", re.ASCII)

# What a body may not hold besides fields of the object.
_NOT_FIELDS = {
    "id": "Id is not a field to write; it goes beside the fields.",
    "attributes": "attributes is not a field; leave it out.",
}


def only_fields(fields: dict[str, Any]) -> dict[str, Any]:
    """Refuse what is not a field.

    Raises:
        ValueError: As pydantic wants it.
    """
    for name in fields:
        if (said := _NOT_FIELDS.get(name.lower())) is not None:
            raise ValueError(said)
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not the API name of a field")
    return fields


Values = Annotated[dict[str, Any], AfterValidator(only_fields)]
"""Fields with their values; none is fine."""

SomeValues = Annotated[
    Annotated[dict[str, Any], Field(min_length=1)],  # here it means members; on the outer, letters
    AfterValidator(only_fields),
]
"""At least one field with its value."""

Fields = Annotated[
    SomeValues,
    Field(
        title="Fields",
        description=(
            "Values by API name; a field that is not named is not written. "
            "A parent can be given by external id: {'Account': {'External_Id__c': 'A-1'}}."
        ),
        examples=[{"Name": "Acme", "NumberOfEmployees": 120}],
        json_schema_extra=dynamic_schema("fields", "sobject", optional=("RecordTypeId",))
        | hints(widget="json"),
    ),
]


ExternalIdField = Annotated[
    FieldName,
    Field(
        title="External id field",
        description="API name of a field that is marked External ID in Salesforce.",
        examples=["External_Id__c"],
        json_schema_extra=dynamic_options("external_id_fields", "sobject"),
    ),
]

ExternalId = Annotated[
    str,
    Field(
        title="External id",
        description="The value that tells the record; any characters.",
        min_length=1,
        max_length=255,
        examples=["A-1"],
    ),
]


class SaveResult(BaseModel):
    """Salesforce's word on one record written.

    Attributes:
        id: 18 characters.
        success: Always true here; a refusal is an error, also one inside a 2xx.
        created: Whether an upsert made it; None in an answer that does not say.
    """

    model_config = ConfigDict(extra="ignore")

    id: str
    success: Literal[True] = True
    created: bool | None = None


def segment(value: str) -> str:
    """Percent-encode a value for one step of a path; a slash in it stays part of the value."""
    return quote(value, safe="")


def path(sobject: str, *steps: str) -> str:
    """Give the path of an object, a record of it, or what hangs below."""
    return "/".join(("/sobjects", segment(sobject), *map(segment, steps)))


def decode(answer: Response) -> Any:
    """Read a JSON answer.

    Raises:
        BadReply: It is not JSON.
    """
    try:
        return from_json(answer.content, cache_strings="keys")
    except ValueError:
        raise BadReply(
            f"Salesforce answered {answer.status_code} with something that is not JSON.",
            code="NOT_JSON",
            status=answer.status_code,
            remedy="Look for a proxy or sign-in page between here and Salesforce.",
            sent=True,
        ) from None


def read(model: type[ModelT], answer: Response, what: str) -> ModelT:
    """Read a JSON answer by its model; `what` names the call in the error.

    Raises:
        BadReply: It is not JSON, or does not fit.
    """
    return read_reply(model, decode(answer), what)
