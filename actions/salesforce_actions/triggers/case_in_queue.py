"""Emit an event for each case that enters a queue, new or reassigned.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_case.htm
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Batch, Example, Trigger
from salesforce_connector.flow import Flow
from salesforce_connector.forms.dynamic_options import dynamic_options
from salesforce_connector.identifiers import NamedFieldPath, RecordId
from salesforce_connector.polling import result_polling
from salesforce_connector.polling.presets import more_fields
from salesforce_connector.soql.binding import bind

_FIELDS = ("Id", "CaseNumber", "Subject", "Status", "Priority", "OwnerId", "CreatedDate")


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    queue_id: RecordId = Field(
        title="Queue",
        description="The queue that owns the cases.",
        examples=["00GD0000001kjZ6MAI"],
        json_schema_extra=dynamic_options("queues"),
    )
    include_closed: bool = Field(
        default=False,
        title="Closed cases too",
        description="Also report cases that are closed.",
        examples=[False],
    )
    fields: list[NamedFieldPath] = more_fields("Case", "Description", "Contact.Email")
    start: Literal["now", "everything"] = Field(
        default="now",
        title="Start",
        description="Where the first run begins: now skips cases that are already in the queue.",
        examples=["now"],
    )


class Event(result_polling.Appeared):
    pass


def flow(args: Input, cursor: Mapping[str, Any] | None) -> Flow[Batch]:
    columns = {name.lower(): name for name in (*_FIELDS, *args.fields)}
    closed = "" if args.include_closed else " AND IsClosed = false"
    # The names are validated by the input's types, or constants.
    soql = (
        f"SELECT {', '.join(columns.values())} FROM Case "  # noqa: S608
        f"WHERE OwnerId = :queue_id{closed} ORDER BY SystemModstamp, Id"
    )
    bound = bind(soql, {"queue_id": args.queue_id})
    new = yield from result_polling.poll(bound, args.start, cursor)
    return Batch(result_polling.appeared(new), new.cursor, more=False)


case_in_queue = Trigger(
    name="case_in_queue",
    title="Case in queue",
    summary="Emit an event for each case that enters a queue, new or reassigned.",
    category="Service",
    input=Input,
    output=Event,
    flow=flow,
    sobject_of=lambda _inputs: "Case",
    docs="https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_case.htm",
    notes=(
        "A case that leaves the queue and returns is reported again; one that enters and "
        "leaves between two polls is not reported. The queue may have at most 10,000 cases; "
        "closed cases count only if they are included."
    ),
    examples=(
        Example(
            "Cases for the support desk",
            {"queue_id": "00GD0000001kjZ6MAI", "fields": ["Description", "Contact.Email"]},
        ),
    ),
)
