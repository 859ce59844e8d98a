"""Infers the schema of a source's org from its recordings."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from conformance.recorded.evidence import Evidence, FieldEvidence, ObjectEvidence
from conformance.recorded.recording import Recording
from salesforce_emulator.schema.custom import custom_object, default_schema
from salesforce_emulator.schema.field import Field, PicklistValue
from salesforce_emulator.schema.ids import ALPHABET
from salesforce_emulator.schema.schema import Schema
from salesforce_emulator.schema.sobject import ChildRelationship, SObject
from salesforce_emulator.schema.state_picklists import with_state_picklists

_CODED: Final = re.compile(r"'(?:countryCode|\w*(?<!Phone)StateCode)':")
_LONG_TEXT: Final = 32_768  # the default length of a long text area
_TEXT: Final = 255
_DEFAULT_LABEL_LENGTHS: Final = {"email": 80, "phone": 40, "url": 255, "picklist": 255}


def with_schemas(recordings: Iterable[Recording]) -> Iterator[tuple[Recording, Schema]]:
    """Yield recordings with the schema of their org."""
    by_source: dict[str, list[Recording]] = defaultdict(list)
    for recording in recordings:
        by_source[recording.source].append(recording)
    for listed in by_source.values():
        schema = infer_schema(listed)
        for recording in listed:
            yield recording, schema


def infer_schema(recordings: Iterable[Recording]) -> Schema:
    """Return the standard objects, and the custom objects and fields in recordings.

    `Invoice__c` of the default org is left out: its key prefix may be a recorded object's.
    """
    listed = list(recordings)
    objects = Evidence(listed).objects.values()
    standard = default_schema()
    if any(_CODED.search(str(entry.answer)) for entry in listed):
        standard = with_state_picklists(standard)
    schema = standard.having(item for item in standard if not item.custom)
    custom = [target for target in objects if _is_custom(target) and target.name not in schema]
    prefixes = _prefixes(custom, {part.key_prefix for part in schema})
    for evidence in custom:
        schema = schema.with_objects(_empty_object(evidence, prefixes[evidence.name]))
    for evidence in objects:
        sobject = schema.get(evidence.name)
        if sobject is None:
            continue
        fields = [_field(field_evidence, schema) for field_evidence in evidence.fields.values()]
        new = [field for field in fields if sobject.field(field.name) is None]
        if new:
            schema = schema.with_fields(sobject.name, *new)
    for evidence in objects:
        schema = _with_children(schema, evidence)
    return schema


def _is_custom(evidence: ObjectEvidence) -> bool:
    return "__" in evidence.name


def _prefixes(objects: Iterable[ObjectEvidence], used: set[str]) -> dict[str, str]:
    """Return a key prefix for each object: that of its ids, or an unused one."""
    prefixes: dict[str, str] = {}
    for item in objects:
        if item.prefix and item.prefix not in used:
            prefixes[item.name] = item.prefix
            used.add(item.prefix)
    free = (f"a{first}{second}" for first in ALPHABET for second in ALPHABET)
    for item in objects:
        if item.name not in prefixes:
            prefixes[item.name] = next(prefix for prefix in free if prefix not in used)
            used.add(prefixes[item.name])
    return prefixes


def _empty_object(evidence: ObjectEvidence, prefix: str) -> SObject:
    described = evidence.described or {}
    label = described.get("label") or evidence.name.rpartition("__")[0].replace("_", " ")
    name_field: Mapping[str, Any] = next(
        (field for field in described.get("fields", ()) if field.get("nameField")), {}
    )
    return custom_object(
        evidence.name,
        label=label,
        label_plural=described.get("labelPlural") or f"{label}s",
        key_prefix=prefix,
        name_format="N-{0000}" if name_field.get("autoNumber") else "",
    )


def _field(evidence: FieldEvidence, schema: Schema) -> Field:
    if evidence.described is not None:
        return _described_field(evidence.described)
    kind = _kind(evidence)
    label = evidence.label or evidence.name.rpartition("__")[0].replace("_", " ")
    attributes: dict[str, Any] = {}
    if kind in {"string", "email", "phone", "url", "picklist"}:
        attributes["length"] = evidence.length or _DEFAULT_LABEL_LENGTHS.get(kind, _TEXT)
    elif kind == "textarea":
        attributes["length"] = evidence.length or _LONG_TEXT
        attributes |= {"filterable": False, "sortable": False, "groupable": False}
    elif kind in {"double", "currency", "percent"}:
        attributes |= {"precision": 18, "scale": 0}
    elif kind == "boolean":
        attributes |= {"nillable": False, "default_value": False, "defaulted_on_create": True}
    elif kind == "reference":
        attributes |= {
            "length": 18,
            "reference_to": (_target(evidence, schema),),
            "relationship_name": f"{evidence.name[:-1]}r",
        }
    if kind == "picklist":
        attributes["restricted_picklist"] = evidence.type_in_error == "picklist"
    if evidence.external:
        attributes |= {"external_id": True, "id_lookup": True, "unique": True}
    if evidence.unique:
        attributes["unique"] = True
    if evidence.required:
        attributes["nillable"] = False
    if evidence.read_only:
        attributes |= {"createable": False, "updateable": False, "calculated": True}
    return Field(name=evidence.name, label=label, type=kind, custom=True, **attributes)


def _kind(evidence: FieldEvidence) -> str:
    if evidence.type_in_error:
        return evidence.type_in_error
    if evidence.external and "double" not in evidence.types:
        return "string"
    kinds = list(dict.fromkeys(evidence.types)) or ["string"]
    for strongest in ("textarea", "string"):
        if strongest in kinds and len(kinds) > 1:
            return strongest
    if "reference" in kinds:
        return "reference" if evidence.target else "string"
    return kinds[0]


def _target(evidence: FieldEvidence, schema: Schema) -> str:
    return evidence.target if evidence.target in schema else "Account"


def _described_field(body: Mapping[str, Any]) -> Field:
    """Return a field from its recorded describe."""
    values = tuple(
        PicklistValue(
            value.get("value") or "",
            value.get("label") or "",
            active=bool(value.get("active", True)),
            default=bool(value.get("defaultValue")),
        )
        for value in body.get("picklistValues") or ()
    )
    attributes = {name: body[key] for name, key in _DESCRIBED.items() if body.get(key) is not None}
    return Field(
        name=body["name"],
        label=body.get("label") or body["name"],
        type=body.get("type") or "string",
        picklist=values,
        reference_to=tuple(body.get("referenceTo") or ()),
        custom=bool(body.get("custom", True)),
        auto_number_format="{0000}" if body.get("autoNumber") else "",
        **attributes,
    )


_DESCRIBED: Final = {
    "length": "length",
    "precision": "precision",
    "scale": "scale",
    "digits": "digits",
    "nillable": "nillable",
    "createable": "createable",
    "updateable": "updateable",
    "defaulted_on_create": "defaultedOnCreate",
    "default_value": "defaultValue",
    "restricted_picklist": "restrictedPicklist",
    "relationship_name": "relationshipName",
    "relationship_order": "relationshipOrder",
    "unique": "unique",
    "case_sensitive": "caseSensitive",
    "external_id": "externalId",
    "id_lookup": "idLookup",
    "calculated": "calculated",
    "auto_number": "autoNumber",
    "name_pointing": "namePointing",
    "filterable": "filterable",
    "sortable": "sortable",
    "groupable": "groupable",
    "aggregatable": "aggregatable",
    "cascade_delete": "cascadeDelete",
    "restricted_delete": "restrictedDelete",
    "html_formatted": "htmlFormatted",
    "encrypted": "encrypted",
    "permissionable": "permissionable",
    "extra_type_info": "extraTypeInfo",
}


def _with_children(schema: Schema, evidence: ObjectEvidence) -> Schema:
    """Add the child relationships in a parent's records."""
    above = schema.get(evidence.name)
    if above is None:
        return schema
    for relationship, child in evidence.children.items():
        below = schema.get(child)
        if below is None or above.child(relationship) is not None:
            continue
        link = next(_links(below, above), None)
        if link is not None:
            added = ChildRelationship(below.name, link.name, relationship)
            above = above.extended(children=(added,))
            schema = schema.having(above if part.name == above.name else part for part in schema)
    return schema


def _links(below: SObject, above: SObject) -> Iterator[Field]:
    return (field for field in below.fields if above.name in field.reference_to and field.custom)
