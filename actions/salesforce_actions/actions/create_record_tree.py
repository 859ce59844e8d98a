"""Create records with their children in one call, all or none.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobject_tree.htm
"""

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Action, Example
from salesforce_connector.errors.table import from_response
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import SObjectName
from salesforce_connector.records import decode, segment
from salesforce_connector.validation import read_reply
from salesforce_connector.writing import tree
from salesforce_connector.writing.record_results import failure
from salesforce_connector.writing.write_options import CreateOptions


class _Tree(BaseModel, defer_build=True):  # for its fields alone
    sobject: SObjectName
    records: list[tree.Node] = Field(
        title="Records",
        description="At most 200 records including their children, of 5 objects, on 5 levels.",
        min_length=1,
        examples=[[{"fields": {"Name": "Acme"}}]],
        json_schema_extra=hints(widget="json"),
    )


class Input(CreateOptions, _Tree):
    model_config = ConfigDict(extra="forbid")


class Output(BaseModel):
    records: list[tree.TreeRecordResult] = Field(
        title="Records", description="One result for each record, each before its children."
    )


def flow(args: Input) -> Flow[Output]:
    positions = list(tree.positions(args.sobject, args.records))
    tree.check(positions)
    checked = yield from tree.check_fields(positions, args)
    if checked.faults:
        refused = tree.results_of_unsent(positions, checked)
        faulty = [refused[index] for index in checked.faults]
        raise failure(refused, faulty, len(positions), "Nothing was created.")
    fields = {
        position[0]: record for position, record in zip(positions, checked.records, strict=True)
    }
    answer = yield Call(
        "POST",
        f"/composite/tree/{segment(args.sobject)}",
        json=tree.body_of(args.sobject, args.records, fields),
        headers=args.headers(),
        expect=(400,),
        checked=True,
    )
    body = decode(answer)
    if isinstance(body, list) and not answer.is_success:  # the call as a whole was refused
        raise from_response(answer, safe=False)
    results = tree.results(positions, read_reply(tree.Answer, body, "create_record_tree"))
    failed = [record for record in results if not record.ok]
    if failed:
        raise failure(results, failed, len(results), "Nothing was created.")
    return Output(records=results)


create_record_tree = Action(
    name="create_record_tree",
    title="Create records with children",
    summary="Create records with their child records in one call, all or none.",
    category="Write many",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobject_tree.htm",
    examples=(
        Example(
            "An account with two contacts",
            {
                "sobject": "Account",
                "records": [
                    {
                        "fields": {"Name": "Acme"},
                        "children": {
                            "Contacts": {
                                "sobject": "Contact",
                                "records": [
                                    {"fields": {"LastName": "Doe"}},
                                    {"fields": {"LastName": "Roe"}},
                                ],
                            }
                        },
                    }
                ],
            },
        ),
    ),
)
