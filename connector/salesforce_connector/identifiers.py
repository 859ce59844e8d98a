"""Input types for API names of objects and fields, and for record ids.

They remove what copying adds around a name; Salesforce checks whether it exists.
"""

import re
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from salesforce_connector.forms.dynamic_options import dynamic_options


def _strip(value: Any) -> Any:
    """Take a name with white space around it."""
    return value.strip() if isinstance(value, str) else value


SObjectName = Annotated[
    str,
    Field(
        title="Object",
        description="API name of the object; a custom one ends in __c.",
        pattern=r"^[A-Za-z]\w*$",
        max_length=255,
        examples=["Account", "Invoice__c"],
        json_schema_extra=dynamic_options("objects"),
    ),
    BeforeValidator(_strip),  # last, so that the schema keeps the form
]

_PATH_FORM: Final = r"^[A-Za-z]\w*(\.[A-Za-z]\w*){0,5}$"
_PATH_TEXT: Final = "API name of a field, or of a parent's, at most five levels up."

FieldName = Annotated[
    str,
    Field(
        title="Field",
        description="API name of the field; a custom one ends in __c.",
        pattern=r"^[A-Za-z]\w*$",
        examples=["Name", "External_Id__c"],
        json_schema_extra=dynamic_options("fields", "sobject"),
    ),
    BeforeValidator(_strip),
]

FieldPath = Annotated[
    str,
    Field(
        title="Field",
        description=_PATH_TEXT,
        pattern=_PATH_FORM,
        examples=["Name", "Account.Owner.Name"],
        json_schema_extra=dynamic_options("fields", "sobject"),
    ),
    BeforeValidator(_strip),
]

NamedFieldPath = Annotated[
    str,
    Field(
        title="Field",
        description=_PATH_TEXT,
        pattern=_PATH_FORM,
        examples=["Name", "Owner.Name"],
    ),
]
"""As `FieldPath`, where the form has no input that names the object."""

_SUFFIX: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"  # each character encodes the case of five


_IN_ADDRESS: Final = (  # .../lightning/r/Account/<id>/view, .../<id>, .../r/<id>
    r"(?a)https?://[^/\s]+/(?:lightning/r/(?:\w+/)?|one/one\.app#/sObject/)?"
    r"([a-zA-Z0-9]{18}|[a-zA-Z0-9]{15})(?:[/?#]\S*)?$"
)


def repair_id(value: Any) -> Any:
    """Take an id as people paste it: padded, in a page's address, or in lower case.

    The last three of 18 characters encode the case of the others.
    """
    if not isinstance(value, str):
        return value
    text = value.strip().strip("'\"").rstrip(".,;").strip()
    if text.startswith("http") and (match := re.match(_IN_ADDRESS, text)):
        text = match[1]
    if len(text) != 18 or not text.isalnum() or not text.isascii():
        return text
    suffix = text[15:].upper()
    if text != text.lower() or not all(character in _SUFFIX for character in suffix):
        return text
    cased = "".join(
        character.upper() if _SUFFIX.index(suffix[at // 5]) >> at % 5 & 1 else character.lower()
        for at, character in enumerate(text[:15])
    )
    return cased + suffix


RecordId = Annotated[
    str,
    Field(
        title="Record ID",
        description="15 or 18 characters.",
        pattern=r"^[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?$",
        examples=["001D000000IqhSLIAZ"],
    ),
    BeforeValidator(repair_id),  # last, so that the schema keeps the form
]
