"""Add a comment to a case.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_casecomment.htm
"""

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.dynamic_options import lookup
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import RecordId


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    case_id: RecordId = Field(
        title="Case",
        description="The case to comment on.",
        examples=["500D000000abcdEIAQ"],
        json_schema_extra=lookup("Case"),
    )
    comment: str = Field(
        title="Comment",
        description="Text of the comment; plain text of at most 4,000 bytes.",
        min_length=1,
        max_length=4_000,
        examples=["We have found the cause."],
        json_schema_extra=hints(widget="multiline"),
    )
    public: bool = Field(
        default=False,
        title="Public",
        description="Show the comment to customers in the portal.",
        examples=[True],
    )


class Output(BaseModel):
    id: str = Field(title="Comment ID", description="ID of the comment (18 characters).")


def flow(args: Input) -> Flow[Output]:
    values = {
        "ParentId": args.case_id,
        "CommentBody": args.comment,
        "IsPublished": args.public,
    }
    answer = yield Call("POST", records.path("CaseComment"), json=values)
    return Output(id=records.read(records.SaveResult, answer, "add_case_comment").id)


add_case_comment = Action(
    name="add_case_comment",
    title="Add a case comment",
    summary="Add a comment to a case.",
    category="Sales and service",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_casecomment.htm",
    examples=(
        Example(
            "For the customer to see",
            {
                "case_id": "500D000000abcdEIAQ",
                "comment": "We have found the cause.",
                "public": True,
            },
        ),
    ),
)
