"""Makes the schema of a source's org from what its recordings show of it."""

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
    """Yield recordings with the schema of the org that each was made with."""
    by_source: dict[str, list[Recording]] = defaultdict(list)
    for recording in recordings:
        by_source[recording.source].append(recording)
    for listed in by_source.values():
        schema = infer_schema(listed)
        for recording in listed:
            yield recording, schema


def infer_schema(recordings: Iterable[Recording]) -> Schema:
    """Return the standard objects, and the own objects and fields that recordings show.

    `Invoice__c` of the default org makes room for the recorded objects' key prefixes.
    """
    listed = list(recordings)
    evidence = Evidence(listed)
    standard = default_schema()
    if any(_CODED.search(str(entry.answer)) for entry in listed):
        standard = with_state_picklists(standard)
    schema = standard.having(item for item in standard if not item.custom)
    own = [
        target
        for target in evidence.objects.values()
        if _is_custom(target) and target.name not in schema
    ]
    prefixes = _prefixes(own, {part.key_prefix for part in schema})
    for each in own:
        schema = schema.with_objects(_empty_object(each, prefixes[each.name]))
    for each in evidence.objects.values():
        sobject = schema.get(each.name)
        if sobject is None:
            continue
        fields = [_field(found, schema) for found in each.fields.values()]
        new = [made for made in fields if sobject.field(made.name) is None]
        if new:
            schema = schema.with_fields(sobject.name, *new)
    for each in evidence.objects.values():
        schema = _with_children(schema, each)
    return schema


def _is_custom(evidence: ObjectEvidence) -> bool:
    return "__" in evidence.name


def _prefixes(own: Iterable[ObjectEvidence], taken: set[str]) -> dict[str, str]:
    """Return each object the key prefix that its ids show, or one that is free."""
    chosen: dict[str, str] = {}
    for each in own:
        if each.prefix and each.prefix not in taken:
            chosen[each.name] = each.prefix
            taken.add(each.prefix)
    free = (f"a{first}{second}" for first in ALPHABET for second in ALPHABET)
    for each in own:
        if each.name not in chosen:
            chosen[each.name] = next(prefix for prefix in free if prefix not in taken)
            taken.add(chosen[each.name])
    return chosen


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
    given: dict[str, Any] = {}
    if kind in {"string", "email", "phone", "url", "picklist"}:
        given["length"] = evidence.length or _DEFAULT_LABEL_LENGTHS.get(kind, _TEXT)
    elif kind == "textarea":
        given["length"] = evidence.length or _LONG_TEXT
        given |= {"filterable": False, "sortable": False, "groupable": False}
    elif kind in {"double", "currency", "percent"}:
        given |= {"precision": 18, "scale": 0}
    elif kind == "boolean":
        given |= {"nillable": False, "default_value": False, "defaulted_on_create": True}
    elif kind == "reference":
        given |= {
            "length": 18,
            "reference_to": (_target(evidence, schema),),
            "relationship_name": f"{evidence.name[:-1]}r",
        }
    if kind == "picklist":
        given["restricted_picklist"] = evidence.forced == "picklist"
    if evidence.external:
        given |= {"external_id": True, "id_lookup": True, "unique": True}
    if evidence.unique:
        given["unique"] = True
    if evidence.required:
        given["nillable"] = False
    if evidence.read_only:
        given |= {"createable": False, "updateable": False, "calculated": True}
    return Field(name=evidence.name, label=label, type=kind, custom=True, **given)


def _kind(evidence: FieldEvidence) -> str:
    if evidence.forced:
        return evidence.forced
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
    """Read a field as a recorded describe shows it."""
    values = tuple(
        PicklistValue(
            value.get("value") or "",
            value.get("label") or "",
            active=bool(value.get("active", True)),
            default=bool(value.get("defaultValue")),
        )
        for value in body.get("picklistValues") or ()
    )
    given = {
        ours: body[theirs] for ours, theirs in _DESCRIBED.items() if body.get(theirs) is not None
    }
    return Field(
        name=body["name"],
        label=body.get("label") or body["name"],
        type=body.get("type") or "string",
        picklist=values,
        reference_to=tuple(body.get("referenceTo") or ()),
        custom=bool(body.get("custom", True)),
        auto_number_format="{0000}" if body.get("autoNumber") else "",
        **given,
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
    """Let a parent find its children by the relationship names that its records show."""
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
