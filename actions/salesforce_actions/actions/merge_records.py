"""Merge up to two records into another of the same object; what hung on them moves over.

REST cannot do this: it uses SOAP, with the connection's own OAuth token.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_merge.htm
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Flow
from salesforce_connector.forms.dynamic_options import dynamic_schema, lookup
from salesforce_connector.forms.hints import hints
from salesforce_connector.http import soap
from salesforce_connector.identifiers import RecordId
from salesforce_connector.metadata.record_check import check_record
from salesforce_connector.null_policy import FitPolicy


class Input(FitPolicy):
    model_config = ConfigDict(extra="forbid")

    sobject: Literal["Account", "Contact", "Lead", "Case", "Individual"] = Field(
        title="Object",
        description="API name of the object; Salesforce can merge only these.",
        examples=["Account"],
    )
    master_id: RecordId = Field(
        title="Master record",
        description="The record that remains.",
        examples=["001D000000IqhSLIAZ"],
        json_schema_extra=lookup(),
    )
    ids: list[Annotated[RecordId, Field(json_schema_extra=lookup())]] = Field(
        title="Records to merge",
        description=(
            "One or two records that are merged into the master record and moved to the recycle "
            "bin."
        ),
        min_length=1,
        max_length=2,
        examples=[["001D000000IqhSMIAZ"]],
        json_schema_extra=hints(widget="tags"),
    )
    fields: records.Values = Field(
        default_factory=dict,
        title="Fields",
        description="Values to set on the master record; null clears a field.",
        examples=[{"Phone": "+49 30 1234"}],
        json_schema_extra=dynamic_schema("fields", "sobject") | hints(widget="json"),
    )

    @model_validator(mode="after")
    def _check_inputs(self) -> "Input":
        if len({id_[:15] for id_ in (self.master_id, *self.ids)}) != len(self.ids) + 1:
            raise ValueError("a record is listed twice in master_id and ids")
        return self


class Output(BaseModel):
    id: str = Field(title="Record ID", description="ID of the master record.")
    merged_ids: list[str] = Field(
        title="Merged", description="IDs of the records that were merged and deleted."
    )
    updated_related_ids: list[str] = Field(
        title="Moved",
        description="IDs of the related records that were moved to the master record.",
    )


def flow(args: Input) -> Flow[Output]:
    fields = yield from check_record(
        args.sobject, args.fields, "update", args, record_id=args.master_id
    )
    request = soap.group(
        "request",
        soap.record("masterRecord", args.sobject, args.master_id, fields),
        *(soap.element("recordToMergeIds", id_) for id_ in args.ids),
    )
    done = soap.outcome((yield soap.call(soap.group("merge", request))))
    return Output(
        id=done.first("id") or args.master_id,
        merged_ids=done.all("mergedRecordIds"),
        updated_related_ids=done.all("updatedRelatedIds"),
    )


merge_records = Action(
    name="merge_records",
    title="Merge records",
    summary="Merge one or two records into a master record of the same object.",
    category="Sales and service",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_merge.htm",
    destroys=True,
    examples=(
        Example(
            "Two accounts, with a phone number for the one that stays",
            {
                "sobject": "Account",
                "master_id": "001D000000IqhSLIAZ",
                "ids": ["001D000000IqhSMIAZ"],
                "fields": {"Phone": "+49 30 1234"},
            },
        ),
    ),
)
