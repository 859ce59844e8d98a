"""The rule of one field, compiled from its description, and faults of values.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_describesobjects_describesobjectresult.htm
"""

import sys
from functools import lru_cache
from typing import Final, Literal, NamedTuple, TypeAlias

from salesforce_connector.metadata.object_outline import FieldOutline
from salesforce_connector.metadata.value_checks import Check, check_of
from salesforce_connector.metadata.value_forms import Normalizer, normalizer_of

Purpose: TypeAlias = Literal["create", "update", "upsert"]
"""What a record is written for."""

WRONG_TYPE: Final = "INVALID_TYPE_ON_FIELD_IN_RECORD"
NOT_WRITABLE: Final = "INVALID_FIELD_FOR_INSERT_UPDATE"
UNKNOWN_FIELD: Final = "INVALID_FIELD"
TOO_LONG: Final = "STRING_TOO_LONG"

_AUDIT: Final = frozenset(
    {"createddate", "createdbyid", "lastmodifieddate", "lastmodifiedbyid", "systemmodstamp"}
)
_CUTTABLE: Final = frozenset({"string", "textarea", "encryptedstring", "combobox", "phone"})
_BOUNDED: Final = _CUTTABLE | {"email", "url"}
_COMPOUND: Final = frozenset({"address", "location"})


class Fault(NamedTuple):
    """Why Salesforce would refuse a value.

    Attributes:
        field: API name, or the path of a parent's field.
        code: As Salesforce names such errors.
        rule: What the field accepts, to follow its name: "takes a date such as 2026-01-31".
        remedy: What to do; may be empty.
    """

    field: str
    code: str
    rule: str
    remedy: str = ""

    @property
    def droppable(self) -> bool:
        """Whether the field can be left out as one that is read-only."""
        return self.code == NOT_WRITABLE


class FieldRule(NamedTuple):
    """What one field accepts; equal rules of several objects and connections are one object.

    Attributes:
        name: API name.
        label: What people see beside it.
        kind: Its type.
        check: Of a value that is neither null nor empty.
        normalize: Converts a value to the form that all APIs accept; None if they accept any.
        createable: Whether a new record may have it.
        updateable: Whether a change may have it.
        read_only: Why it cannot be written, to follow its name; empty for one that can.
        remedy: What to write in its place; may be empty.
        length: Characters at most, 0 where that means nothing.
        cuttable: Whether a text may be cut to its length.
        joins: Whether it holds several values, joined by semicolons.
        key: Whether a parent can be named by it.
    """

    name: str
    label: str
    kind: str
    check: Check
    normalize: Normalizer | None
    createable: bool
    updateable: bool
    read_only: str = ""
    remedy: str = ""
    length: int = 0
    cuttable: bool = False
    joins: bool = False
    key: bool = False

    def is_writable(self, purpose: Purpose) -> bool:
        """Return whether a record may have it; of an upsert, whichever it turns out to be."""
        if purpose == "create":
            return self.createable
        if purpose == "update":
            return self.updateable
        return self.createable or self.updateable


class ParentRule(NamedTuple):
    """A relationship by which a parent can be named.

    Attributes:
        relationship: Its name.
        reference: The field that holds the parent's id.
        objects: What it may point to.
    """

    relationship: str
    reference: str
    objects: tuple[str, ...]


def compile_field(about: FieldOutline, parts: list[str]) -> FieldRule:
    """Compile a field; `parts` are those of a compound one."""
    read_only, remedy = _why_read_only(about, parts)
    return _shared_rule(
        sys.intern(about.name),
        sys.intern(about.label),
        about.type if not _names_by_text(about) else _TEXT_REFERENCE,
        about.createable,
        about.updateable,
        read_only,
        remedy,
        about.length,
        about.external_id or about.id_lookup,
    )


_TEXT_REFERENCE: Final = "reference by a text"  # no type of Salesforce's: no check


def _names_by_text(about: FieldOutline) -> bool:
    """Return whether a reference holds something else than a record's id.

    External objects have keys of their own; definitions of objects and fields go by their names.
    """
    return about.type == "reference" and any(
        target.endswith(("__x", "Definition")) for target in about.reference_to
    )


@lru_cache(maxsize=50_000)  # some 200 an object; most orgs have most of them alike
def _shared_rule(
    name: str,
    label: str,
    kind: str,
    createable: bool,
    updateable: bool,
    read_only: str,
    remedy: str,
    length: int,
    key: bool,
) -> FieldRule:
    return FieldRule(
        name=name,
        label=label,
        kind=sys.intern(kind),
        check=check_of(kind),
        normalize=normalizer_of(kind),
        createable=createable,
        updateable=updateable,
        read_only=read_only,
        remedy=remedy,
        length=length if kind in _BOUNDED else 0,
        cuttable=kind in _CUTTABLE,
        joins=kind == "multipicklist",
        key=key,
    )


@lru_cache(maxsize=10_000)
def compile_parent(relationship: str, reference: str, objects: tuple[str, ...]) -> ParentRule:
    """Compile a relationship."""
    return ParentRule(relationship, reference, objects)


def _why_read_only(about: FieldOutline, parts: list[str]) -> tuple[str, str]:
    """Explain why a field cannot be written, and what to write in its place."""
    if about.createable and about.updateable:
        return "", ""
    if about.type in _COMPOUND or (parts and not about.createable):
        return "is made of other fields", f"Write its parts: {', '.join(parts)}." if parts else ""
    if about.createable or about.updateable:
        return "", ""
    if about.auto_number:
        return "is an autonumber, which Salesforce assigns", ""
    if about.calculated:
        return "is a formula or a summary, which Salesforce calculates", ""
    if about.name.lower() in _AUDIT:
        return (
            "is set by Salesforce",
            'Only "Set Audit Fields upon Record Creation" lets it be set.',
        )
    return "cannot be written, or not by this user", ""
