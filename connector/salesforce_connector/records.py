"""Records in requests and responses: field values, save results, and paths to a record.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_retrieve.htm
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from functools import cache, lru_cache
from typing import Annotated, Any, Final, Literal, TypeVar
from urllib.parse import quote

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import from_json

from salesforce_connector.errors import BadReply
from salesforce_connector.forms.dynamic_options import dynamic_options, dynamic_schema
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import FieldName
from salesforce_connector.response import Response
from salesforce_connector.validation import read_reply

ModelT = TypeVar("ModelT", bound=BaseModel)

# A field; or a parent's external id as bulk jobs name it: Account.Ext__c, User:Owner.Ext__c.
_NAME: Final = (
    r"(?a)(?P<field>[A-Za-z]\w*)"
    r"|((?P<type>[A-Za-z]\w*):)?(?P<parent>[A-Za-z]\w*)\.(?P<key>[A-Za-z]\w*)"
)


def only_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a record in one form, however the record came to be.

    `attributes` of a record that was read is left out; a parent's external id by a dotted name
    becomes an object, and decimal numbers, dates and times become what JSON can carry.

    Raises:
        ValueError: As pydantic wants it: a name is no field's, or two are the same field.
    """
    written: dict[str, Any] = {}
    for name, value in fields.items():
        if name.lower() == "attributes":
            continue
        parent, nested = _flatten_parent(name)
        if parent:
            name, value = parent, {**nested, name.rpartition(".")[2]: _plain(value)}
        elif isinstance(value, dict):
            value = _parent(value)
        elif type(value) not in _JSON_TYPES:
            value = _plain(value)
        written[name] = value
    if len(written) < len(fields) or len({*map(str.lower, written)}) < len(written):
        _refuse_same_field(fields)
    if not written and fields:
        raise ValueError("it has no field except attributes")
    return written


_JSON_TYPES: Final = frozenset({str, int, float, bool, type(None), list})


def _plain(value: Any) -> Any:
    """Write a value of Python's as JSON has it, losing no digit."""
    match value:
        case Decimal() if value == value.to_integral_value():
            return int(value)
        case Decimal():
            number = float(value)
            return number if Decimal(repr(number)) == value else format(value, "f")
        case date() | time():  # a datetime is a date
            return value.isoformat()
        case _:
            return value


def _parent(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a parent that was named by an object; of its attributes, only the type is kept."""
    parent = {name: _plain(part) for name, part in value.items()}
    match parent.get("attributes"):
        case {"type": str(kind)}:
            parent["attributes"] = {"type": kind}
        case _:
            parent.pop("attributes", None)
    return parent


@lru_cache(maxsize=4_096)  # a workflow writes the same fields again and again
def _flatten_parent(name: str) -> tuple[str, Mapping[str, Any]]:
    """Return the relationship that a dotted name begins with, and what an object for it holds."""
    match = re.fullmatch(_NAME, name)
    if match is None:
        raise ValueError(f"{name!r} is not the API name of a field")
    if match["field"]:
        return "", {}
    kind = match["type"]
    return match["parent"], {"attributes": {"type": kind}} if kind else {}


def _refuse_same_field(fields: Mapping[str, Any]) -> None:
    first: dict[str, str] = {}
    for name in fields:
        key = (_flatten_parent(name)[0] or name).lower()
        if key == "attributes":
            continue
        if (before := first.setdefault(key, name)) is not name:
            raise ValueError(f"{before!r} and {name!r} are the same field; leave one out")


def reference_of(relationship: str) -> str:
    """Return the reference field of a relationship: AccountId for Account."""
    if relationship.lower().endswith("__r"):
        return f"{relationship[:-1]}c"
    return f"{relationship}Id"


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
            "Values by API name; fields that are not listed are not written. "
            "A parent can be named by external ID: {'Account': {'External_Id__c': 'A-1'}}."
        ),
        examples=[{"Name": "Acme", "NumberOfEmployees": 120}],
        json_schema_extra=dynamic_schema("fields", "sobject", optional=("RecordTypeId",))
        | hints(widget="json"),
    ),
]


_FILE: Final = (  # endings that Salesforce may read as the format of a file
    r"(?is).*\.(inc|json|xml|x?html?|jsp|do|action|php|aspx?|js|css|csv|txt|md|pdf|rtf|docx?|xlsx?"
    r"|ppt|zip|gz|tar|jar|war|svg|png|gif|jpe?g|ico|mp[34]|mov|exe|bat|sh|py|pl|rs|app|bin|map|wsdl)"
)

ExternalIdField = Annotated[
    FieldName,
    Field(
        title="External ID field",
        description="API name of a field that is marked External ID in Salesforce.",
        examples=["External_Id__c"],
        json_schema_extra=dynamic_options("external_id_fields", "sobject"),
    ),
]


def _external_id(value: Any) -> Any:
    """Convert a number to the text for a path."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return value
    return format(Decimal(str(value)).normalize(), "f")


ExternalId = Annotated[
    str,
    Field(
        title="External ID",
        description="Value of the external ID field in the record; any characters.",
        min_length=1,
        max_length=255,
        examples=["A-1"],
    ),
    BeforeValidator(_external_id),  # last, so that the schema keeps the form
]


class SaveResult(BaseModel):
    """Salesforce's word on one record written.

    Attributes:
        id: 18 characters.
        success: Always true here; a refusal is an error, also one inside a 2xx.
        created: Whether an upsert created it; None if the response does not have it.
    """

    model_config = ConfigDict(extra="ignore", defer_build=True)

    id: str
    success: Literal[True] = True
    created: bool | None = None


def segment(value: str) -> str:
    """Percent-encode a value for one step of a path; a slash in it stays part of the value.

    Steps of dots alone are encoded too: clients and proxies fold them into the path above.
    """
    if value.isascii() and value.replace("_", "").isalnum():  # as names and ids are
        return value
    return value.replace(".", "%2E") if is_dots(value) else quote(value, safe="")


def is_dots(value: str) -> bool:
    """Return whether a value alone in a path would mean the current or the parent folder."""
    return value in (".", "..")


def may_look_like_a_file(value: str) -> bool:
    """Return whether Salesforce may read a value at the end of a path as a file name.

    It documents that it finds no record then, for an email address that ends in `.inc`.
    """
    return re.fullmatch(_FILE, value) is not None


def path(sobject: str, *steps: str) -> str:
    """Return the path of an object, a record of it, or what hangs below."""
    return "/".join(("/sobjects", segment(sobject), *map(segment, steps)))


_LARGE: Final = 32_768  # bytes; of smaller bodies the library matters little


@cache
def _fast_loads() -> Callable[[bytes], Any] | None:
    """Return orjson's reader where it is installed (extra `fast`): a quarter less CPU time."""
    try:
        import orjson
    except ImportError:
        return None
    return orjson.loads


def decode(answer: Response) -> Any:
    """Read a JSON answer.

    Raises:
        BadReply: It is not JSON.
    """
    try:
        content = answer.content
        if len(content) >= _LARGE and (loads := _fast_loads()) is not None:
            return loads(content)
        return from_json(content, cache_strings="keys")
    except ValueError:
        what = "something that is not JSON" if answer.content else "nothing, where JSON is due"
        raise BadReply(
            f"Salesforce answered {answer.status_code} with {what}.",
            code="NOT_JSON",
            status=answer.status_code,
            remedy="Look for a proxy or sign-in page between this machine and Salesforce.",
            sent=True,
        ) from None


def read(model: type[ModelT], answer: Response, what: str) -> ModelT:
    """Read a JSON answer by its model; `what` names the call in the error.

    Raises:
        BadReply: It is not JSON, or does not fit.
    """
    return read_reply(model, decode(answer), what)
