"""Records written 200 a call by sObject collections, one call after another.

A locked record is tried again, alone. A call whose answer is lost is sent again only when a second
time does no harm; otherwise its records become `UNKNOWN_OUTCOME`. Earlier results are never lost.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections.htm
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from pydantic import AliasChoices, BaseModel, ConfigDict, Field
from pydantic_core import to_json

from salesforce_connector.errors import BadReply, ConnectorError, Rejected
from salesforce_connector.flow import Call, Flow, Note, Progress
from salesforce_connector.forms.dynamic_options import dynamic_options
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import FieldName
from salesforce_connector.metadata.record_check import CheckedRecords
from salesforce_connector.records import decode
from salesforce_connector.response import Response
from salesforce_connector.validation import read_reply
from salesforce_connector.writing import batching
from salesforce_connector.writing.record_results import (
    NOT_SENT,
    UNKNOWN,
    FailurePolicy,
    RecordResult,
    WriteResults,
    count_results,
    fault_result,
    roll_back,
)

MAX_RECORDS: Final = 200  # a call, composite limits
MAX_BYTES: Final = 40_000_000  # of records a call; bodies of about 50 MB are refused
MAX_SPLITS: Final = 32  # of a call that is refused as a whole, each two more calls; our limit
LOCK_PAUSES: Final = (1.0, 2.0, 4.0)  # seconds before each further try of locked records

LOCKED: Final = "UNABLE_TO_LOCK_ROW"

_REMOVED: Final = "ENTITY_IS_DELETED"

# Codes by which Salesforce refuses a whole call for one value in it.
_OF_ONE_VALUE: Final = frozenset({"JSON_PARSER_ERROR"})


class ManyOptions(FailurePolicy):
    """How the records of a step depend on each other; part of an action's input."""

    all_or_none: bool = Field(
        default=False,
        title="All or none",
        description="Write either all records or none; for at most 200 records.",
        examples=[False],
        json_schema_extra=hints(visibility="advanced", group="Failures"),
    )


class GroupedOptions(ManyOptions):
    """`ManyOptions` for records that have parents."""

    group_by: FieldName | None = Field(
        default=None,
        title="Group by",
        description=(
            "The reference field whose parent records are locked, such as AccountId; "
            "its records are sent together."
        ),
        examples=["AccountId"],
        json_schema_extra=dynamic_options("fields", "sobject")
        | hints(
            visibility="advanced",
            group="Failures",
            text="Leave empty to use the reference field whose values repeat most.",
        ),
    )


@dataclass(frozen=True, slots=True)
class Save:
    """A kind of save of many records.

    Attributes:
        call: Makes the call for some of the records.
        created: The result's `created` if Salesforce does not return it.
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
    if options.all_or_none and count > MAX_RECORDS:
        raise Rejected(
            f"All or none is limited to one call of {MAX_RECORDS} records; there are {count:,}.",
            code="TOO_MANY_FOR_ALL_OR_NONE",
            remedy="Give at most 200 records, or use run_composite_graph for up to 500 records.",
            fields=("all_or_none", "records"),
        )


def write(
    checked: CheckedRecords,
    sobject: str | None,
    order: Sequence[int],
    save: Save,
    options: ManyOptions,
) -> Flow[WriteResults]:
    """Write the records without faults, in calls split from `order`; return their results.

    Args:
        checked: All records, and which of them are not to be sent.
        sobject: Object of them all.
        order: Indices of all records, in the order of writing.
        save: How they are saved.
        options: How they depend on each other.

    Raises:
        RecordsFailed: More failed than `options` allow; it holds all results.
        ConnectorError: The first call failed as a whole and had no effect.
    """
    records = [with_type(sobject, record) for record in checked.records]
    check(len(records), options)
    results = [RecordResult(index=i, ok=False, code=NOT_SENT) for i in range(len(records))]
    for index, faults in checked.faults.items():
        results[index] = fault_result(index, faults)
    if checked.faults and options.all_or_none:
        roll_back(results)
        options.settle(results)
        return count_results(results)
    order = [index for index in order if index not in checked.faults]
    weights = [len(to_json(record)) for record in records]
    writer = _Writer(records, results, save, all_or_none=options.all_or_none)
    cause, done = None, 0
    for call in batching.chunks(order, MAX_RECORDS, weights, MAX_BYTES):
        try:
            yield from writer.write(call)
        except ConnectorError as error:
            if not done and not error.sent and all(results[i].code == NOT_SENT for i in order):
                raise
            _blame(call, results, error)
            cause = error
            if not isinstance(error, Rejected):
                yield Note(f"Stopped after {done:,} of {len(order):,} records: {error}")
                break
        done += len(call)
        yield Progress(done, len(order), "Records sent")
    options.settle(results, cause)
    return count_results(results)


class _Writer:
    """Writes the records of one call after another into the results of a step."""

    def __init__(
        self,
        records: Sequence[Any],
        results: list[RecordResult],
        save: Save,
        *,
        all_or_none: bool,
    ) -> None:
        self._records = records
        self._results = results
        self._save = save
        self._all_or_none = all_or_none
        self._of_all: set[str] = set()  # codes of what was wrong with all records alike

    def write(self, indices: list[int]) -> Flow[None]:
        """Write the records of one call; one that is refused as a whole is split.

        Raises:
            ConnectorError: It was refused as a whole, and not for some of its records.
        """
        try:
            yield from self._send(indices)
        except Rejected as refusal:
            if self._all_or_none or len(indices) == 1 or refusal.code in self._of_all:
                raise
            if refusal.sent or refusal.status != HTTPStatus.BAD_REQUEST:
                raise
            yield from self._split(indices, refusal, iter(range(MAX_SPLITS)))

    def _split(self, indices: list[int], refusal: Rejected, budget: Iterator[int]) -> Flow[None]:
        """Halve a call that was refused for some of its records, until those are isolated."""
        middle = len(indices) // 2
        refused: list[tuple[list[int], Rejected]] = []
        for half in (indices[:middle], indices[middle:]):
            try:
                yield from self._send(half)
            except Rejected as error:
                refused.append((half, error))
        if len(refused) == 2 and refusal.code not in _OF_ONE_VALUE:
            first, second = (item for _, item in refused)
            if (first.code, first.message) == (second.code, second.message):
                self._of_all.add(refusal.code)
                raise refusal
        for half, of_half in refused:
            if len(half) == 1 or next(budget, None) is None:
                _blame(half, self._results, of_half)
            else:
                yield from self._split(half, of_half, budget)

    def _send(self, indices: list[int]) -> Flow[None]:
        """Send records in one call, and again those of them that were locked."""
        results = self._results
        for pause in (0.0, *LOCK_PAUSES):
            call = self._save.call([self._records[index] for index in indices])
            response = yield call._replace(delay=pause, checked=True)
            for index, saved in zip(indices, _read(response, len(indices)), strict=True):
                results[index] = _result(index, saved, self._save)
            locked = [index for index in indices if results[index].code == LOCKED]
            if not locked:
                return
            if not self._all_or_none:
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
        message=" ".join(error.message for error in saved.errors if error.message),
        fields=[name for error in saved.errors for name in error.fields or ()],
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


def with_type(sobject: str | None, record: Any) -> Any:
    """Return a record as collections take it, with its type; an id alone as it is."""
    return record if sobject is None else {"attributes": {"type": sobject}, **record}
