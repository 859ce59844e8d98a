"""Holds the records that composite steps write to the rules of their objects, before they are sent.

A step with a fault is not sent, nor is one that refers to it, as Salesforce would do none of them;
the others are. Where all or none are to be done, none is sent.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_composite.htm
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from salesforce_connector.flow import Flow
from salesforce_connector.metadata.field_rules import Fault, Purpose
from salesforce_connector.metadata.object_outline import is_name
from salesforce_connector.metadata.record_check import check_records, describe_faults
from salesforce_connector.null_policy import ValuePolicy
from salesforce_connector.writing.composite import StepResult
from salesforce_connector.writing.record_results import HALTED, ROLLED_BACK
from salesforce_connector.writing.steps import Step

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


@dataclass(slots=True)
class CheckedSteps:
    """Steps as they are sent, and the results of those that are not.

    Attributes:
        steps: In the order of the input.
        not_sent: Results of the other steps, by their names.
    """

    steps: list[Step]
    not_sent: dict[str, StepResult]

    def merge(self, steps: Sequence[Step], sent: Sequence[StepResult]) -> list[StepResult]:
        """Return the results of all steps in the order of the input."""
        by_name = {result.name: result for result in sent} | self.not_sent
        return [
            by_name[step.name].model_copy(update={"index": index})
            for index, step in enumerate(steps)
        ]


def check_steps(steps: Sequence[Step], *, all_or_none: bool) -> Flow[CheckedSteps]:
    """Check the records of all steps.

    Args:
        steps: Their names and references have been checked.
        all_or_none: Whether one that cannot be done keeps all others from being done.
    """
    checked = list(steps)
    faults: dict[str, list[tuple[str, Fault]]] = {}
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
            of_step = faults.setdefault(steps[record.step].name, [])
            of_step += [(record.path, fault) for fault in record_faults]
        if done.records[0] is not record.values:
            body = _with_record(checked[record.step].body or {}, record.at, done.records[0])
            checked[record.step] = checked[record.step].model_copy(update={"body": body})
    not_sent = {name: _fault_result(name, of_step) for name, of_step in faults.items()}
    for step in steps:
        if step.name in not_sent:
            continue
        if all_or_none and faults:
            not_sent[step.name] = _not_sent(
                step.name, ROLLED_BACK, "Not sent, because another step has a fault."
            )
        elif missing := next((name for name in step.references() if name in not_sent), None):
            not_sent[step.name] = _not_sent(
                step.name,
                HALTED,
                f"Not sent: it refers to {missing!r}, which was not.",
            )
    return CheckedSteps([step for step in checked if step.name not in not_sent], not_sent)


def _fault_result(name: str, faults: Sequence[tuple[str, Fault]]) -> StepResult:
    by_path: dict[str, list[Fault]] = {}
    for path, fault in faults:
        by_path.setdefault(path, []).append(fault)
    sentences = [describe_faults(of_record, path) for path, of_record in by_path.items()]
    fields = [f"{path}.{fault.field}" for path, fault in faults]
    return _not_sent(name, faults[0][1].code, " ".join(sentences), fields)


def _not_sent(name: str, code: str, message: str, fields: Sequence[str] = ()) -> StepResult:
    return StepResult(
        index=None,
        name=name,
        ok=False,
        status=400,  # as Salesforce answers such steps
        body=None,
        code=code,
        message=message,
        fields=list(fields),
    )


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
