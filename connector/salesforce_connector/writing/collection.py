"""Records written 200 a call by sObject collections, one call after another.

A locked record is tried again, alone. A call whose answer is lost is sent again only when a second
time does no harm; otherwise its records become `UNKNOWN_OUTCOME`. Earlier results are never lost.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections.htm
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from pydantic import AliasChoices, BaseModel, ConfigDict, Field
from pydantic_core import to_json

from salesforce_connector.action import Call, Flow, Note, Progress
from salesforce_connector.dynamic_options import dynamic_options
from salesforce_connector.errors import BadReply, ConnectorError, Rejected
from salesforce_connector.form_hints import hints
from salesforce_connector.records import decode
from salesforce_connector.response import Response
from salesforce_connector.soql import FieldName
from salesforce_connector.validation import read_reply
from salesforce_connector.writing import batching
from salesforce_connector.writing.record_results import (
    NOT_SENT,
    UNKNOWN,
    FailurePolicy,
    RecordResult,
    WriteResults,
    summed,
)

MOST: Final = 200  # records a call, composite limits
HEAVIEST: Final = 40_000_000  # bytes of records a call; bodies of about 50 MB are refused
LOCK_PAUSES: Final = (1.0, 2.0, 4.0)  # seconds before each further try of locked records

LOCKED: Final = "UNABLE_TO_LOCK_ROW"

_REMOVED: Final = "ENTITY_IS_DELETED"


class ManyOptions(FailurePolicy):
    """How records of a step stand together; part of an action's input."""

    all_or_none: bool = Field(
        default=False,
        title="All or none",
        description="Write all records or none of them; for at most 200 records.",
        examples=[False],
        json_schema_extra=hints(visibility="advanced", group="Failures"),
    )


class GroupedOptions(ManyOptions):
    """`ManyOptions` for records that have parents."""

    group_by: FieldName | None = Field(
        default=None,
        title="Group by",
        description=(
            "The reference whose parent gets locked, such as AccountId: its records go together. "
            "Null: the reference whose values repeat the most."
        ),
        examples=["AccountId"],
        json_schema_extra=dynamic_options("fields", "sobject")
        | hints(visibility="advanced", group="Failures"),
    )


@dataclass(frozen=True, slots=True)
class Save:
    """One way of saving records.

    Attributes:
        call: Makes the call for some of the records.
        created: What a record that was written says when Salesforce does not.
        removed_counts: Whether a record that is deleted already counts as written.
    """

    call: Callable[[Sequence[Any]], Call]
    created: bool | None
    removed_counts: bool = False


class _Fault(BaseModel):
    model_config = ConfigDict(extra="ignore")

    code: str = Field(
        default="UNKNOWN_ERROR", validation_alias=AliasChoices("statusCode", "errorCode")
    )
    message: str = ""
    fields: list[str] | None = None


class _Saved(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str | None = None
    success: bool
    created: bool | None = None
    errors: list[_Fault] = Field(default_factory=list)


class _Results(BaseModel):
    results: list[_Saved]


def check(count: int, options: ManyOptions) -> None:
    """Refuse what one call cannot promise.

    Raises:
        Rejected: All or none of more records than a call may hold.
    """
    if options.all_or_none and count > MOST:
        raise Rejected(
            f"All or none is kept within one call of {MOST} records; there are {count:,}.",
            code="TOO_MANY_FOR_ALL_OR_NONE",
            remedy="Give at most 200 records, or use run_composite_graph for up to 500 records.",
            fields=("all_or_none", "records"),
        )


def write(
    records: Sequence[Any], order: Sequence[int], save: Save, options: ManyOptions
) -> Flow[WriteResults]:
    """Write all records, in calls cut from `order`; give what became of each.

    Raises:
        RecordsFailed: More failed than `options` allow; it holds all results.
        ConnectorError: The first call failed as a whole and had no effect.
    """
    check(len(records), options)
    results = [RecordResult(index=i, ok=False, code=NOT_SENT) for i in range(len(records))]
    weights = [len(to_json(record)) for record in records]
    cause, done = None, 0
    for call in batching.cut(order, MOST, weights, HEAVIEST):
        try:
            yield from _write_call(records, call, results, save, all_or_none=options.all_or_none)
        except ConnectorError as error:
            if not done and not error.sent and all(record.code == NOT_SENT for record in results):
                raise
            _blame(call, results, error)
            cause = error
            if not isinstance(error, Rejected):
                yield Note(f"Stopped after {done:,} of {len(records):,} records: {error}")
                break
        done += len(call)
        yield Progress(done, len(records), f"{done:,} of {len(records):,} records sent")
    options.settle(results, cause)
    return summed(results)


def _write_call(
    records: Sequence[Any],
    indices: list[int],
    results: list[RecordResult],
    save: Save,
    *,
    all_or_none: bool,
) -> Flow[None]:
    """Write the records of one call, and again those of them that were locked."""
    for pause in (0.0, *LOCK_PAUSES):
        call = save.call([records[index] for index in indices])
        answer = yield replace(call, delay=pause)
        for index, saved in zip(indices, _read(answer, len(indices)), strict=True):
            results[index] = _result(index, saved, save)
        locked = [index for index in indices if results[index].code == LOCKED]
        if not locked:
            return
        if not all_or_none:
            indices = locked


def _read(answer: Response, count: int) -> list[_Saved]:
    saved = read_reply(_Results, {"results": decode(answer)}, "a call of records").results
    if len(saved) != count:
        raise BadReply(
            f"Salesforce answered {len(saved)} results for {count} records.",
            code="BAD_REPLY",
            remedy="Report this, with the action and the API version.",
            sent=True,
        )
    return saved


def _result(index: int, saved: _Saved, save: Save) -> RecordResult:
    fault = saved.errors[0] if saved.errors else _Fault()
    if saved.success or (save.removed_counts and fault.code == _REMOVED):
        created = save.created if saved.created is None else saved.created
        return RecordResult(index=index, ok=True, id=saved.id, created=created)
    return RecordResult(
        index=index,
        ok=False,
        code=fault.code,
        message=" ".join(each.message for each in saved.errors if each.message),
        fields=[name for each in saved.errors for name in each.fields or ()],
    )


def _blame(indices: Sequence[int], results: list[RecordResult], error: ConnectorError) -> None:
    """Put the failure of a whole call on those of its records that were not written before."""
    for index in indices:
        if results[index].ok or results[index].code not in (NOT_SENT, LOCKED):
            continue
        results[index] = RecordResult(
            index=index,
            ok=False,
            code=UNKNOWN if error.sent else error.code,
            message=error.message,
            fields=list(error.fields),
        )


def typed(sobject: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Give a record as collections take it, with its type."""
    return {"attributes": {"type": sobject}, **fields}
