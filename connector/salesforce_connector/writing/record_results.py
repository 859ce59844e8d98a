"""Records of a write of many: what becomes of each, and when so many fail that the step does.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections.htm
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from salesforce_connector import records
from salesforce_connector.errors import ConnectorError, RecordsFailed, Rejected
from salesforce_connector.errors.codes import remedy_of
from salesforce_connector.forms.dynamic_options import dynamic_schema
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import RecordId
from salesforce_connector.metadata.field_rules import Fault
from salesforce_connector.metadata.record_check import describe_faults

UNKNOWN: Final = "UNKNOWN_OUTCOME"
"""Code of a record whose answer was lost: it may have been written."""

MISSING_EXTERNAL_ID: Final = "MISSING_EXTERNAL_ID"
"""Code of a record that was not sent, because it has no key."""

_CREATE: Final = "Records without one can be created."

NOT_SENT: Final = "NOT_SENT"
"""Code of a record that was not sent, because an error before it stopped the step."""

ROLLED_BACK: Final = "ALL_OR_NONE_OPERATION_ROLLED_BACK"
"""Code of a record that was not written because another was not; Salesforce's own."""

HALTED: Final = "PROCESSING_HALTED"
"""Code of a step that refers to one that was not done; Salesforce's own."""

# Codes of what failed only because something else did.
_CONSEQUENCES: Final = frozenset({NOT_SENT, ROLLED_BACK, HALTED})


class RecordResult(BaseModel):
    """The result of one record; the same for all actions that write many records."""

    index: int | None = Field(
        title="Index",
        description="Position of the record in the input, from 0; null if unknown (bulk jobs).",
    )
    ok: bool = Field(title="Written", description="Whether the record was written.")
    id: str | None = Field(
        default=None,
        title="Record ID",
        description="ID of the record (18 characters); null if there is none.",
    )
    created: bool | None = Field(
        default=None,
        title="Created",
        description=(
            "True if the record was created, false if it already existed; null if it failed or was "
            "deleted."
        ),
    )
    code: str = Field(
        default="",
        title="Code",
        description=(
            "Salesforce's error code; UNKNOWN_OUTCOME if the response was lost, NOT_SENT if the "
            "record was not sent. Empty if it was written."
        ),
    )
    message: str = Field(
        default="", title="Message", description="Error message; empty if the record was written."
    )
    fields: list[str] = Field(
        default_factory=list,
        title="Fields",
        description="API names of the fields that caused the error.",
    )

    @property
    def path_in_input(self) -> str:
        """Where the record is in the input, for messages; empty if it is unknown."""
        return "" if self.index is None else f"records[{self.index}]"


class MoreThan(BaseModel):
    """Fail when more than this many failed."""

    model_config = ConfigDict(extra="forbid", title="When more than a number failed")

    more_than: int = Field(
        title="More than", description="How many records may fail.", ge=0, examples=[10]
    )


FailWhen: TypeAlias = (
    Annotated[Literal["any"], Field(title="When any failed")]
    | Annotated[Literal["all"], Field(title="When all failed")]
    | Annotated[Literal["none"], Field(title="Never")]
    | MoreThan
)


class FailurePolicy(BaseModel):
    """When records that failed make the step fail; part of an action's input."""

    fail_when: FailWhen = Field(
        default="any",
        title="Fail when",
        description=(
            "any: fail if one record fails. all: fail if every record fails. none: never fail; "
            'check each record. {"more_than": 10}: fail if more than 10 records fail.'
        ),
        examples=["any", {"more_than": 10}],
        json_schema_extra=hints(widget="fail-when", group="Failures"),
    )

    def fails(self, failed: int, total: int) -> bool:
        """Return whether the step fails when `failed` of `total` records did."""
        match self.fail_when:
            case "any":
                return failed > 0
            case "all":
                return failed > 0 and failed == total
            case "none":
                return False
            case MoreThan(more_than=most):
                return failed > most

    def settle(self, results: Sequence[RecordResult], cause: ConnectorError | None = None) -> None:
        """Let the step go on, or fail.

        Raises:
            RecordsFailed: More records failed than the builder allows; `records` holds all results.
        """
        failed = [result for result in results if not result.ok]
        if self.fails(len(failed), len(results)):
            raise failure(results, failed, len(results)) from cause


class WriteResults(BaseModel):
    """The results of a write of many records."""

    records: list[RecordResult] = Field(
        title="Records", description="One result for each input record, in order."
    )
    succeeded: int = Field(title="Written", description="Number of records that were written.")
    failed: int = Field(
        title="Failed", description="Number of records that failed or whose outcome is unknown."
    )


def fault_result(index: int, faults: Sequence[Fault]) -> RecordResult:
    """Return the result of a record that was not sent for its faults."""
    return RecordResult(
        index=index,
        ok=False,
        code=faults[0].code,
        message=describe_faults(faults, f"records[{index}]"),
        fields=list(dict.fromkeys(fault.field for fault in faults)),
    )


def roll_back(results: list[RecordResult]) -> None:
    """Mark the records that are not sent because another of all or none has a fault."""
    for index, result in enumerate(results):
        if result.code == NOT_SENT:
            results[index] = result.model_copy(
                update={
                    "code": ROLLED_BACK,
                    "message": "Not sent, because another record has a fault.",
                }
            )


def count_results(results: list[RecordResult]) -> WriteResults:
    """Count results."""
    succeeded = sum(result.ok for result in results)
    return WriteResults(records=results, succeeded=succeeded, failed=len(results) - succeeded)


def failure(
    results: Iterable[RecordResult],
    failed: Sequence[RecordResult],
    total: int,
    summary: str = "",
    count: int | None = None,
    where: str = "",
) -> RecordsFailed:
    """Return the error for records that failed.

    Args:
        results: Of all records; attached to the error.
        failed: Those of them that failed.
        total: How many records there were.
        summary: A sentence about the whole, put first; may be empty.
        count: How many failed, when `failed` does not hold all of them.
        where: A sentence about where to find more, put last; may be empty.
    """
    listed = list(results)
    unknown = any(result.code == UNKNOWN for result in failed)
    causes = [result for result in failed if result.code not in _CONSEQUENCES] or list(failed)
    first = f" The first: {_describe(causes[0])}" if causes else ""
    number = len(failed) if count is None else count
    return RecordsFailed(
        f"{summary} {number:,} of {total:,} records failed.{first} {where}".strip(),
        code="RECORDS_FAILED",
        remedy=(
            f"Records of {UNKNOWN} may have been written: check in Salesforce before you retry."
            if unknown
            else "Retry only the records that failed."
        ),
        fields=dict.fromkeys(name for result in failed for name in result.fields),
        sent=unknown or any(entry.ok for entry in listed),
        records=(entry.model_dump(mode="json") for entry in listed),
    )


def _describe(record: RecordResult) -> str:
    prefix = record.path_in_input and f"{record.path_in_input}: "
    message = f": {record.message}" if record.message else ""
    checked_here = record.message.startswith((f"{record.path_in_input}.", "Not sent"))
    remedy = "" if checked_here else remedy_of(record.code, record.message)
    stop = "." if remedy and message[-1:] not in ".!?" else ""
    return f"{prefix}{record.code}{message}{stop} {remedy}".rstrip()


_ID: Final = TypeAdapter[str](RecordId)


def with_id(record: dict[str, Any]) -> dict[str, Any]:
    """Read a record with an Id; the id comes first, as `id`.

    Raises:
        ValueError: As pydantic wants it.
    """
    id_fields = [name for name in record if name.lower() == "id"]
    if len(id_fields) != 1:
        raise ValueError("a record needs the ID of its record once, as Id")
    record_id = _ID.validate_python(record[id_fields[0]])
    fields = {name: value for name, value in record.items() if name != id_fields[0]}
    return {"id": record_id, **records.only_fields(fields)}


def _require_a_field(value: Any) -> Any:
    """Describe what is missing of a record that names nothing to change."""
    if isinstance(value, Mapping) and len(value) < 2:
        raise ValueError("a record needs its Id and a value for at least one field")
    return value


RecordWithId = Annotated[
    Annotated[dict[str, Any], Field(min_length=2)],  # here it means members; on the outer, letters
    AfterValidator(with_id),
    Field(
        title="Record",
        description="ID of the record, and values by API name.",
        examples=[{"Id": "001D000000IqhSLIAZ", "Rating": "Hot"}],
        json_schema_extra=dynamic_schema("fields", "sobject", optional=("RecordTypeId",))
        | hints(widget="json"),
    ),
    BeforeValidator(_require_a_field),  # last, so that the schema keeps the form
]


def check_unique(keys: Iterable[Any], what: str) -> None:
    """Check that no two inputs are for one record: their order would be left to chance.

    Raises:
        Rejected: Two keys are equal; names the records.
    """
    first_indices: dict[Any, int] = {}
    for index, key in enumerate(keys):
        if key is None:
            continue
        first = first_indices.setdefault(key, index)
        if first != index:
            raise Rejected(
                f"Records {first} and {index} have the same {what}.",
                code="DUPLICATE_RECORDS",
                remedy="Merge them into one record.",
                fields=(f"records.{first}", f"records.{index}"),
            )


def external_ids(
    records: Iterable[Mapping[str, Any]], field: str, faults: dict[int, list[Fault]]
) -> list[str | None]:
    """Return each record's value of an external id, whatever the case of its name.

    A record without one gets a fault: Salesforce would create a record for it, again at each run.
    """
    values: list[str | None] = []
    for index, record in enumerate(records):
        value = next((part for name, part in record.items() if name.lower() == field.lower()), None)
        values.append(None if value in (None, "") else str(value))
        if values[-1] is None:
            rule = "is needed: the record is found by it"
            faults.setdefault(index, []).append(Fault(field, MISSING_EXTERNAL_ID, rule, _CREATE))
    return values
