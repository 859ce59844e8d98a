"""Holds the records that composite steps write to the rules of their objects, before they are sent.

A step may refer to others, so a fault in one keeps all back: the steps before it would be done, and
those that refer to it could not be.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_composite.htm
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from salesforce_connector.action import Flow
from salesforce_connector.errors import Rejected
from salesforce_connector.metadata.describe import is_name
from salesforce_connector.metadata.record_check import check_records, describe_faults
from salesforce_connector.metadata.record_rules import Purpose
from salesforce_connector.null_policy import ValuePolicy
from salesforce_connector.writing.composite import Step

_AS_GIVEN: Final = ValuePolicy()


@dataclass(frozen=True, slots=True)
class _Record:
    """One record in a step's body; `at` is its place in a collection."""

    step: int
    path: str
    sobject: str
    purpose: Purpose
    key: str
    values: Mapping[str, Any]
    at: int | None = None


def check_steps(steps: Sequence[Step]) -> Flow[list[Step]]:
    """Check the records of all steps; give the steps as they are to be sent.

    Raises:
        Rejected: Salesforce would refuse a record; names all faults, each by its step and field.
    """
    checked = list(steps)
    faults: list[str] = []
    fields: list[str] = []
    codes: list[str] = []
    for record in _records(steps):
        done = yield from check_records(
            record.sobject,
            [record.values],
            record.purpose,
            _AS_GIVEN,
            key=record.key,
            paths=[record.path],
            references=True,
        )
        for record_faults in done.faults.values():
            faults.append(describe_faults(record_faults, record.path))
            fields += [f"{record.path}.{fault.field}" for fault in record_faults]
            codes += [fault.code for fault in record_faults]
        if done.records[0] is not record.values:
            body = _with_record(checked[record.step].body or {}, record.at, done.records[0])
            checked[record.step] = checked[record.step].model_copy(update={"body": body})
    if faults:
        raise Rejected(
            f"{' '.join(faults)} Nothing was sent.",
            code=codes[0],
            fields=fields,
        )
    return checked


def _with_record(body: Mapping[str, Any], at: int | None, record: Any) -> dict[str, Any]:
    """Return a body with a record as it is to be sent."""
    if at is None:
        return dict(record)
    return {**body, "records": [*body["records"][:at], record, *body["records"][at + 1 :]]}


def _records(steps: Sequence[Step]) -> Iterator[_Record]:
    for number, step in enumerate(steps):
        if step.method not in ("POST", "PATCH") or step.body is None:
            continue
        path = f"steps.{step.name}.body"
        parts = [unquote(part) for part in step.path.split("/")[1:]]
        match step.method, parts:
            case "POST", ["sobjects", sobject] if is_name(sobject):
                yield _Record(number, path, sobject, "create", "", step.body)
            case "PATCH", ["sobjects", sobject, _] if is_name(sobject):
                yield _Record(number, path, sobject, "update", "", step.body)
            case "PATCH", ["sobjects", sobject, key, _] if is_name(sobject):
                yield _Record(number, path, sobject, "upsert", key, step.body)
            case _, ["composite", "sobjects"]:
                purpose: Purpose = "create" if step.method == "POST" else "update"
                yield from _records_of_collection(number, path, step.body, purpose, "Id")
            case "PATCH", ["composite", "sobjects", sobject, key]:
                yield from _records_of_collection(number, path, step.body, "upsert", key, sobject)


def _records_of_collection(
    number: int,
    path: str,
    body: Mapping[str, Any],
    purpose: Purpose,
    key: str,
    sobject: str | None = None,
) -> Iterator[_Record]:
    """Yield the records of a collection."""
    records = body.get("records")
    for index, record in enumerate(records if isinstance(records, list) else ()):
        if not isinstance(record, Mapping):
            continue
        attributes = record.get("attributes")
        type_name = attributes.get("type") if isinstance(attributes, Mapping) else None
        kind = sobject or type_name
        if isinstance(kind, str) and is_name(kind):
            where = f"{path}.records[{index}]"
            yield _Record(number, where, kind, purpose, key, record, index)
