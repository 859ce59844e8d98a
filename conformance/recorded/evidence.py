"""Collects what a source's recordings show of its org's own objects and fields.

Only names that an administrator or a package gave (`Invoice__c`, `ns__Kind__c`) are of interest:
what a standard object lacks is a fault of the local org, never of the recording.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from conformance.recorded.recording import CUT, Recording
from salesforce_emulator.schema.ids import parse_id

_CUSTOM: Final = re.compile(r"\w+__(?:c|e|mdt|pc|kav|x)", re.IGNORECASE)
_RELATIONSHIP: Final = re.compile(r"\w+__p?r", re.IGNORECASE)
_TOKEN: Final = re.compile(r"(?<![\w.'])((?:\w+\.)*\w+__(?:c|pc))\b(?!')", re.IGNORECASE)
_LITERAL: Final = re.compile(
    r"(\w+__(?:c|pc))\s*(?:!=|<>|[<>]=?|=|\blike\b|\bin\b)\s*\(?\s*('|true|false|\d{4}-\d\d-\d\dT"
    r"|\d{4}-\d\d-\d\d|[\d.]+)",
    re.IGNORECASE,
)
_ABSENT: Final = re.compile(r"No such column '(\w+)'|sObject type '(\w+)' is not supported")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_DATETIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")
_PARSER: Final = re.compile(r"Cannot deserialize instance of (\w+) from VALUE_\w+ value (.*?) or ")
_PARSER_TYPES: Final = {
    "boolean": "boolean", "date": "date", "datetime": "datetime", "double": "double",
    "int": "int", "currency": "currency", "percent": "percent",
}  # fmt: skip
_BY_CODE: Final = {
    "INVALID_EMAIL_ADDRESS": "email",
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": "picklist",
    "STRING_TOO_LONG": "string",
}
_MAX_LENGTH: Final = re.compile(r"max length=(\d+)")
_MAX_TEXT: Final = 255


@dataclass(slots=True)
class FieldEvidence:
    """What recordings show of one custom field.

    Attributes:
        types: describe's types that its values may have; the last decides.
        described: Its entry in a recorded describe.
        type_in_error: The type that an error message names.
    """

    name: str
    types: list[str] = field(default_factory=list)
    described: Mapping[str, Any] | None = None
    type_in_error: str = ""
    label: str = ""
    length: int = 0
    target: str = ""
    external: bool = False
    unique: bool = False
    required: bool = False
    read_only: bool = False
    values: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ObjectEvidence:
    """What is known of one object: own fields, and the records that it shows below others.

    Attributes:
        children: relationship name -> child object, empty while it is unknown.
    """

    name: str
    prefix: str = ""
    described: Mapping[str, Any] | None = None
    fields: dict[str, FieldEvidence] = field(default_factory=dict)
    children: dict[str, str] = field(default_factory=dict)


class Evidence:
    """Everything that one source's recordings show."""

    def __init__(self, recordings: Iterable[Recording]) -> None:
        self.objects: dict[str, ObjectEvidence] = {}
        self._absent: set[str] = set()
        self._ordered: dict[str, set[str]] = defaultdict(set)
        listed = list(recordings)
        for recording in listed:
            self._note_absent(recording.answer)
        for recording in sorted(listed, key=_describes_first):
            self._note_answer(recording.answer)
            self._note_request(recording)

    def object(self, name: str) -> ObjectEvidence:
        """Return what is known of an object, in any case of its name."""
        return self.objects.setdefault(name.lower(), ObjectEvidence(name))

    def _note_absent(self, answer: Any) -> None:
        for absent in _ABSENT.finditer(str(answer)):
            self._absent.add((absent[1] or absent[2]).lower())

    def _field(self, sobject: str, name: str) -> FieldEvidence | None:
        if not _CUSTOM.fullmatch(name) or name.lower() in self._absent:
            return None
        fields = self.object(sobject).fields
        return fields.setdefault(name.lower(), FieldEvidence(name))

    def _order(self, sobject: str, names: Iterable[str]) -> None:
        """Order the fields as in one listing; insert new ones after their predecessor."""
        fields = self.object(sobject).fields
        order = list(fields)
        before = None
        for name in names:
            if (key := name.lower()) not in fields:
                continue
            if key not in self._ordered[sobject.lower()]:
                order.remove(key)
                order.insert(0 if before is None else order.index(before) + 1, key)
                self._ordered[sobject.lower()].add(key)
            before = key
        self.object(sobject).fields = {key: fields[key] for key in order}

    def _note_answer(self, answer: Any) -> None:
        if isinstance(answer, list):
            for item in answer:
                self._note_answer(item)
        elif isinstance(answer, dict):
            if isinstance(answer.get("fields"), list) and isinstance(answer.get("name"), str):
                self._note_describe(answer)
                return
            kind = _type_of(answer)
            if kind:
                self._note_record(kind, answer)
                url = (answer.get("attributes") or {}).get("url")
                self._note_id(kind, str(url or "").rpartition("/")[2])
            for value in answer.values():
                if isinstance(value, dict | list):
                    self._note_answer(value)

    def _note_describe(self, body: Mapping[str, Any]) -> None:
        sobject = self.object(body["name"])
        sobject.described = body
        sobject.prefix = body.get("keyPrefix") or sobject.prefix
        fields = [
            field
            for field in body["fields"]
            if isinstance(field, dict) and isinstance(field.get("name"), str)
        ]
        for described in fields:
            evidence = self._field(sobject.name, described["name"])
            if evidence is not None:
                evidence.described = described
        self._order(sobject.name, [entry["name"] for entry in fields])

    def _note_record(self, kind: str, record: Mapping[str, Any]) -> None:
        for name, value in record.items():
            if isinstance(value, dict) and _RELATIONSHIP.fullmatch(name):
                if "records" in value:
                    self.object(kind).children[name] = _child_type(value)
                else:
                    self._note_reference(kind, name, _type_of(value))
                continue
            field = self._field(kind, name)
            if field is not None and not isinstance(value, dict | list):
                field.types.extend(_types_of(value))
        if "SystemModstamp" in record and "LastModifiedById" in record:
            self._order(kind, list(record))

    def _note_reference(self, kind: str, relationship: str, target: str) -> None:
        field = self._field(kind, re.sub(r"(?i)__(p?)r$", r"__\1c", relationship))
        if field is not None:
            field.types.append("reference")
            field.target = target or field.target

    def _note_id(self, kind: str, record_id: Any) -> None:
        if parse_id(record_id) is not None and not self.object(kind).prefix:
            self.object(kind).prefix = record_id[:3]

    def _note_request(self, recording: Recording) -> None:
        segments, response = recording.segments, recording.answer
        below = segments[1:] if segments[:1] == ["composite"] else segments
        kind = below[1] if len(below) > 1 and below[0] == "sobjects" else ""
        if kind:
            self._note_path(kind, below, recording)
        if recording.soql and recording.status == 200:
            self._note_soql(recording)
        items = response if isinstance(response, list) else []
        for at, record in enumerate(recording.records):
            item = items[at] if at < len(items) and isinstance(items[at], dict) else {}
            sobject = _type_of(record) or kind
            if not sobject:
                continue
            if item.get("success", recording.status < 400):
                self._note_record(sobject, record)
                self._note_id(sobject, item.get("id"))
            else:
                self._note_names(sobject, record)
            for error in item.get("errors") or (items if recording.status >= 400 else ()):
                if isinstance(error, dict):
                    self._note_error(sobject, record, error)

    def _note_path(self, kind: str, below: list[str], recording: Recording) -> None:
        exists = recording.status != 404 or len(below) > 2
        if exists and _CUSTOM.fullmatch(kind) and kind.lower() not in self._absent:
            self.object(kind)
        if isinstance(recording.answer, dict) and len(below) == 2:
            self._note_id(kind, recording.answer.get("id"))
        if len(below) > 2:
            self._note_id(kind, below[2])
            field = self._field(kind, below[2])
            if field is not None:
                field.external = True
                field.types.append("string")

    def _note_names(self, kind: str, record: Mapping[str, Any]) -> None:
        for name in record:
            self._field(kind, name)

    def _note_soql(self, recording: Recording) -> None:
        kind, soql = recording.queried, recording.soql
        if _CUSTOM.fullmatch(kind):
            self.object(kind)
        for path in _TOKEN.findall(re.sub(r"\(\s*select[^()]*\)", "", soql, flags=re.IGNORECASE)):
            first = path.split(".")[0]
            if _RELATIONSHIP.fullmatch(first):
                self._note_reference(kind, first, "")
            elif "." not in path and path.lower() != kind.lower():
                self._field(kind, path)
        for name, literal in _LITERAL.findall(soql):
            field = self._field(kind, name)
            if field is not None and not field.types:
                field.types.append(_literal_type(literal))

    def _note_error(self, kind: str, record: Mapping[str, Any], error: Mapping[str, Any]) -> None:
        code = error.get("statusCode") or error.get("errorCode")
        message = str(error.get("message", ""))
        if parsed := _PARSER.search(message):
            for name, value in record.items():
                field = self._field(kind, name)
                if field is not None and str(value) == parsed[2]:
                    field.type_in_error = _PARSER_TYPES.get(parsed[1].lower(), "")
        for name in error.get("fields") or ():
            field = self._field(kind, str(name))
            if field is None:
                continue
            field.type_in_error = _BY_CODE.get(str(code), field.type_in_error)
            if code in {"INVALID_EMAIL_ADDRESS", "STRING_TOO_LONG"}:
                field.label = message.partition(":")[0]
            if size := _MAX_LENGTH.search(message):
                field.length = int(size[1])
            field.unique |= code == "DUPLICATE_VALUE"
            field.required |= code == "REQUIRED_FIELD_MISSING"
            field.read_only |= code == "INVALID_FIELD_FOR_INSERT_UPDATE"


def _describes_first(recording: Recording) -> int:
    """Order recordings by how well they show an object's order of fields."""
    response = recording.answer
    if isinstance(response, dict):
        if isinstance(response.get("fields"), list):
            return 0
        if recording.method == "GET" and "LastModifiedById" in response:
            return 1
    return 2


def _type_of(record: Mapping[str, Any]) -> str:
    attributes = record.get("attributes")
    kind = attributes.get("type") if isinstance(attributes, dict) else None
    return kind if isinstance(kind, str) and kind != "AggregateResult" else ""


def _child_type(below: Mapping[str, Any]) -> str:
    records = below.get("records")
    first = records[0] if isinstance(records, list) and records else {}
    return _type_of(first) if isinstance(first, dict) else ""


def _types_of(value: Any) -> Iterator[str]:
    if isinstance(value, bool):
        yield "boolean"
    elif isinstance(value, int | float):
        yield "double"
    elif isinstance(value, str) and value and value != CUT:
        if _DATE.fullmatch(value):
            yield "date"
        elif _DATETIME.fullmatch(value):
            yield "datetime"
        elif len(value) == 18 and parse_id(value) == value:
            yield "reference"
        else:
            yield "textarea" if len(value) > _MAX_TEXT or "\n" in value else "string"


def _literal_type(literal: str) -> str:
    if literal == "'":
        return "string"
    if literal.lower() in {"true", "false"}:
        return "boolean"
    return next(_types_of(literal), "string") if "-" in literal else "double"
