"""Writes Python source: describes of an org as pydantic models, which editors and mypy read.

For each object there is a class of what comes back (`Account`), one of what a create takes
(`Account.New`) and one of what an update takes (`Account.Changes`). The source needs pydantic
alone, and depends on the describes alone: the same describes give the same bytes.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Final

from salesforce_connector.errors import BadReply
from salesforce_connector.metadata.describe import FieldDescription, ObjectDescription, is_name

FIRST_LINE: Final = '"""Objects of a Salesforce org, written by `salesforce-connector types`.'

# Modules are imported and never names out of them: an object has a field called `Field`, none has
# one that begins with a small letter without ending in `__c`.
_HEADER: Final = (
    FIRST_LINE
    + '''

Write it anew when the org changes, rather than edit it. A class such as `Account` reads a record,
whichever of its fields were selected; `Account.New` is what a create takes and `Account.Changes`
what an update takes. Their `to_fields` gives the fields that were set, for `create_record` and
`update_record`. Lengths and picklists are those that the user saw who wrote this.
"""

import datetime
import typing

import pydantic


class _Record(pydantic.BaseModel):
    """A record as Salesforce gives it; fields without a place here are passed over."""

    model_config = pydantic.ConfigDict(extra="ignore")


class _Input(pydantic.BaseModel):
    """Fields to write; others are refused."""

    model_config = pydantic.ConfigDict(extra="forbid")

    def to_fields(self) -> dict[str, typing.Any]:
        """Return the fields that were set, as JSON has them."""
        return self.model_dump(mode="json", exclude_unset=True)
'''
)

_WIDTH: Final = 88  # columns, as formatters have it when nothing is configured
_INDENT: Final = "    "
_PLAIN: Final = {
    "boolean": "bool",
    "int": "int",
    "long": "int",
    "double": "float",  # in Salesforce too: xsd:double
    "currency": "float",
    "percent": "float",
    "date": "datetime.date",
    "datetime": "pydantic.AwareDatetime",
    "time": "datetime.time",
    "address": "dict[str, typing.Any]",
    "location": "dict[str, typing.Any]",
    "complexvalue": "typing.Any",
    "anyType": "typing.Any",
}
_WITH_LENGTH: Final = frozenset(
    {"string", "textarea", "phone", "email", "url", "combobox", "encryptedstring", "picklist"}
)


def write_models(objects: Iterable[ObjectDescription]) -> str:
    """Return a Python module with the models of these objects, sorted by name.

    Raises:
        BadReply: A describe has a name that is none of Salesforce's, and would be code here.
    """
    parts = [_HEADER]
    for about in sorted(objects, key=lambda description: description.name):
        _check_names(about)
        fields = sorted(about.fields, key=lambda field: (field.name != "Id", field.name))
        parts += [_literal(about, field) for field in fields if _has_literal(field)]
        parts.append("\n".join(_class(about, fields)) + "\n")
    return "\n\n".join(parts)


def _check_names(about: ObjectDescription) -> None:
    for name in (about.name, *(field.name for field in about.fields)):
        if not is_name(name):
            raise BadReply(
                f"The describe of an object has {name!r}, which is no API name.",
                code="BAD_REPLY",
            )


def _class(about: ObjectDescription, fields: list[FieldDescription]) -> Iterator[str]:
    yield f"class {about.name}(_Record):"
    yield f'{_INDENT}"""{about.name}, as it is read."""'
    yield ""
    for field in fields:
        yield from _field(field, _type(about, field), _INDENT)
    for name, what, written in (
        ("New", "to create", [field for field in fields if field.createable]),
        ("Changes", "to update", [field for field in fields if field.updateable]),
    ):
        if written:
            yield ""
            yield f"{_INDENT}class {name}(_Input):"
            yield f'{_INDENT * 2}"""{about.name}, {what}."""'
            yield ""
        for field in written:
            required = name == "New" and field.required_on_create
            kind = _type(about, field, to_write=True)
            yield from _field(field, kind, _INDENT * 2, required=required, to_write=True)


def _field(
    field: FieldDescription,
    kind: str,
    indent: str,
    *,
    required: bool = False,
    to_write: bool = False,
) -> Iterator[str]:
    """Yield the lines of one attribute."""
    limits = []
    if to_write and kind == "str" and field.type in _WITH_LENGTH and field.length:
        limits = [f"max_length={field.length}"]
    if not required and kind != "typing.Any":
        kind += " | None"
    if limits:
        arguments = ", ".join([*(() if required else ("default=None",)), *limits])
        start, end = f"{indent}{field.name}: {kind} = pydantic.Field(", ")"
        if len(start + arguments + end) <= _WIDTH:
            yield start + arguments + end
        else:
            yield start
            yield f"{indent}{_INDENT}{arguments}"
            yield f"{indent}{end}"
    else:
        yield f"{indent}{field.name}: {kind}" + ("" if required else " = None")


def _type(about: ObjectDescription, field: FieldDescription, *, to_write: bool = False) -> str:
    if _has_literal(field):
        name = _literal_name(about, field)
        return name if to_write or not _inactive_values(field) else f"{name} | {name}Retired"
    return _PLAIN.get(field.type, "str")


def _has_literal(field: FieldDescription) -> bool:
    """Return whether a field takes some values alone; of several at once, one text holds all."""
    return field.type == "picklist" and field.restricted_picklist and bool(_values(field))


def _literal(about: ObjectDescription, field: FieldDescription) -> str:
    """Return the definition of a picklist's values; old records may have those that are retired."""
    name = _literal_name(about, field)
    text = _alias(name, _values(field))
    return text + (
        _alias(f"{name}Retired", retired) if (retired := _inactive_values(field)) else ""
    )


def _literal_name(about: ObjectDescription, field: FieldDescription) -> str:
    return f"{about.name}_{field.name}_Value"  # no object's: theirs end in __c, or have no _


def _alias(name: str, values: list[str]) -> str:
    # JSON's escapes are Python's, but for characters beyond 16 bits: they stay as they are.
    lines = [f"{_INDENT}{json.dumps(value, ensure_ascii=False)}," for value in values]
    return "\n".join([f"{name}: typing.TypeAlias = typing.Literal[", *lines, "]"]) + "\n"


def _values(field: FieldDescription) -> list[str]:
    return [*dict.fromkeys(choice.value for choice in field.picklist_values if choice.active)]


def _inactive_values(field: FieldDescription) -> list[str]:
    active = {*_values(field)}
    every = dict.fromkeys(choice.value for choice in field.picklist_values)
    return [value for value in every if value not in active]
