"""Writes Python source: describes of an org as pydantic models, which editors and mypy read.

For each object there is a class of records (`Account`), one of the inputs of a create
(`Account.New`) and one of the inputs of an update (`Account.Changes`). The source needs pydantic
alone, and depends on the describes alone: the same describes make the same bytes.
"""

import json
from collections.abc import Container, Iterable, Iterator
from typing import Final

from salesforce_connector.errors import BadReply
from salesforce_connector.metadata.describe import FieldDescription, ObjectDescription
from salesforce_connector.metadata.object_outline import is_name

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

_KEYS_HEADER: Final = '''
class _Key(pydantic.BaseModel):
    """A record, named by one of its external IDs."""

    model_config = pydantic.ConfigDict(extra="forbid")

    @pydantic.model_validator(mode="after")
    def _check_key(self) -> typing.Self:
        named = self.model_dump(exclude_unset=True)
        if len(named) != 1 or None in named.values():
            raise ValueError("name the record by one external ID")
        return self


def _require_parent(record: pydantic.BaseModel, *pairs: tuple[str, str]) -> None:
    """Refuse a record without a parent that it needs, given by ID or by external ID."""
    for field, relationship in pairs:
        if getattr(record, field) is None and getattr(record, relationship) is None:
            raise ValueError(f"give {field} or {relationship}")
'''

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
    described = sorted(objects, key=lambda about: about.name)
    for about in described:
        _check_names(about)
    keyed = [about for about in described if _keys(about)]
    parents = {about.name for about in keyed}
    used = {
        parent
        for about in described
        for field in about.fields
        if (field.createable or field.updateable) and (parent := _keyed_parent(field, parents))
    }
    parts = [_HEADER]
    if used:
        parts.append(_KEYS_HEADER.strip("\n") + "\n")
    parts += ["\n".join(_key_class(about)) + "\n" for about in keyed if about.name in used]
    for about in described:
        fields = sorted(about.fields, key=lambda field: (field.name != "Id", field.name))
        parts += [_literal(about, field) for field in fields if _has_literal(field)]
        parts.append("\n".join(_class(about, fields, parents)) + "\n")
    return "\n\n".join(parts)


def _keys(about: ObjectDescription) -> list[FieldDescription]:
    """Return the fields that a record may be named by instead of its id."""
    keys = [
        field
        for field in about.fields
        if (field.external_id or field.id_lookup) and field.type != "id"
    ]
    return sorted(keys, key=lambda field: field.name)


def _keyed_parent(field: FieldDescription, parents: Container[str]) -> str:
    """Return the one object that a reference points to, if it is named by external ids too."""
    if field.type != "reference" or not field.relationship_name or len(field.reference_to) != 1:
        return ""
    target = field.reference_to[0]
    return target if target in parents else ""


def _key_class(about: ObjectDescription) -> Iterator[str]:
    yield f"class {_key_name(about.name)}(_Key):"
    yield f'{_INDENT}"""{about.name}, named by one of its external IDs."""'
    yield ""
    for field in _keys(about):
        yield from _field(field, _PLAIN.get(field.type, "str"), _INDENT, to_write=True)


def _key_name(sobject: str) -> str:
    return f"{sobject}_Key"  # no object's: theirs end in __c, or have no _


def _check_names(about: ObjectDescription) -> None:
    relationships = (field.relationship_name for field in about.fields if field.relationship_name)
    for name in (about.name, *(field.name for field in about.fields), *relationships):
        if not is_name(name):
            raise BadReply(
                f"The describe of an object has {name!r}, which is no API name.",
                code="BAD_REPLY",
            )


def _class(
    about: ObjectDescription, fields: list[FieldDescription], parents: Container[str]
) -> Iterator[str]:
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
            yield from _input(about, name, what, written, parents)


def _input(
    about: ObjectDescription,
    name: str,
    what: str,
    fields: list[FieldDescription],
    parents: Container[str],
) -> Iterator[str]:
    """Yield the class of a write's inputs; a parent is named by its id or by an external id."""
    inner = _INDENT * 2
    yield f"{_INDENT}class {name}(_Input):"
    yield f'{inner}"""{about.name}, {what}."""'
    yield ""
    needed = []
    for field in fields:
        required = name == "New" and field.required_on_create
        parent = _keyed_parent(field, parents)
        if parent and required:
            needed.append(f'("{field.name}", "{field.relationship_name}")')
        kind = _type(about, field, to_write=True)
        yield from _field(field, kind, inner, required=required and not parent, to_write=True)
        if parent:
            yield f"{inner}{field.relationship_name}: {_key_name(parent)} | None = None"
    if needed:
        yield ""
        yield f'{inner}@pydantic.model_validator(mode="after")'
        yield f"{inner}def _check_parents(self) -> typing.Self:"
        yield f"{inner}{_INDENT}_require_parent("
        yield from (f"{inner}{_INDENT * 2}{pair}," for pair in ("self", *needed))
        yield f"{inner}{_INDENT})"
        yield f"{inner}{_INDENT}return self"


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
    """Return whether a field accepts listed values only; several at once are one text."""
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
