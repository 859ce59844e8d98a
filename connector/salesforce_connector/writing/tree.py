"""Records with their children below them, created in one call: all or none.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobject_tree.htm
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.errors import Rejected
from salesforce_connector.flow import Flow
from salesforce_connector.forms.dynamic_options import dynamic_options, dynamic_schema
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import FieldName, SObjectName
from salesforce_connector.metadata.record_check import (
    CheckedRecords,
    check_records,
    describe_faults,
)
from salesforce_connector.null_policy import ValuePolicy
from salesforce_connector.writing.record_results import ROLLED_BACK, RecordResult

# All from the page of the tree resource.
MOST: Final = 200  # records
MOST_OBJECTS: Final = 5  # different ones
DEEPEST: Final = 5  # levels


class Node(BaseModel):
    """One record and its children."""

    model_config = ConfigDict(extra="forbid", title="Record")

    fields: records.SomeValues = Field(
        title="Fields",
        description="Field values by API name; fields that are not named are not written.",
        examples=[{"Name": "Acme"}],
        json_schema_extra=dynamic_schema("fields", "sobject", optional=("RecordTypeId",))
        | hints(widget="json"),
    )
    children: dict[
        Annotated[
            FieldName,
            Field(
                title="Relationship",
                description="Name of a relationship to children.",
                json_schema_extra=dynamic_options("child_relationships", "sobject"),
            ),
        ],
        "Children",
    ] = Field(
        default_factory=dict,
        title="Children",
        description="Child records by relationship name, such as Contacts.",
        examples=[{"Contacts": {"sobject": "Contact", "records": [{"fields": {"LastName": "D"}}]}}],
        json_schema_extra=hints(widget="json"),
    )


class Children(BaseModel):
    """Records below one relationship."""

    model_config = ConfigDict(extra="forbid", title="Children")

    sobject: SObjectName
    records: list[Node] = Field(
        title="Records",
        description="Records of this object.",
        min_length=1,
        json_schema_extra=hints(widget="json"),
    )


class TreeRecordResult(RecordResult):
    """The result of one record of a tree."""

    path: str = Field(
        title="Path",
        description="Position of the record in the tree, as in 0.Contacts.1.",
        examples=["0.Contacts.1"],
    )
    sobject: str = Field(title="Object", description="API name of the record's object.")


class _Fault(BaseModel):
    model_config = ConfigDict(extra="ignore")

    code: str = Field(default="UNKNOWN_ERROR", validation_alias="statusCode")
    message: str = ""
    fields: list[str] | None = None


class _Result(BaseModel):
    model_config = ConfigDict(extra="ignore")

    reference: str = Field(validation_alias="referenceId")
    id: str | None = None
    errors: list[_Fault] = Field(default_factory=list)


class Answer(BaseModel):
    """The wire's answer to a tree."""

    model_config = ConfigDict(extra="ignore")

    failed: bool = Field(validation_alias="hasErrors")
    results: list[_Result] = Field(default_factory=list)


Position = tuple[str, str, Node]
"""A record with its position and its object."""


def positions(sobject: str, nodes: Sequence[Node], above: str = "") -> Iterator[Position]:
    """Yield all records of a tree, each before its children."""
    for number, node in enumerate(nodes):
        path = f"{above}{number}"
        yield path, sobject, node
        for name, below in node.children.items():
            yield from positions(below.sobject, below.records, f"{path}.{name}.")


def check(all_places: Sequence[Position]) -> None:
    """Check that Salesforce accepts a tree.

    Raises:
        Rejected: Too many records, objects or levels.
    """
    _at_most(MOST, len(all_places), "records")
    _at_most(
        MOST_OBJECTS, len({sobject.lower() for _, sobject, _ in all_places}), "different objects"
    )
    _at_most(DEEPEST, max(path.count(".") // 2 + 1 for path, _, _ in all_places), "levels")


def check_fields(all_places: Sequence[Position], policy: ValuePolicy) -> Flow[CheckedRecords]:
    """Hold the fields of all records to the rules of their objects."""
    checked = CheckedRecords([policy.apply(node.fields) for _, _, node in all_places])
    records = list(checked.records)
    for sobject in dict.fromkeys(sobject for _, sobject, _ in all_places):
        indices = [index for index, position in enumerate(all_places) if position[1] == sobject]
        of_object = yield from check_records(
            sobject,
            [records[index] for index in indices],
            "create",
            policy,
            paths=[f"records.{all_places[index][0]}" for index in indices],
        )
        for at, index in enumerate(indices):
            records[index] = of_object.records[at]
        checked.faults |= {indices[at]: faults for at, faults in of_object.faults.items()}
    return CheckedRecords(records, checked.faults)


def results_of_unsent(
    all_places: Sequence[Position], checked: CheckedRecords
) -> list[TreeRecordResult]:
    """Return the results of a tree that is not sent, because some records have faults."""
    results = []
    for index, (path, sobject, _) in enumerate(all_places):
        faults = checked.faults.get(index, ())
        results.append(
            TreeRecordResult(
                index=index,
                path=path,
                sobject=sobject,
                ok=False,
                code=faults[0].code if faults else ROLLED_BACK,
                message=describe_faults(faults, f"records.{path}")
                or "Not created, because another record of the tree has a fault.",
                fields=list(dict.fromkeys(fault.field for fault in faults)),
            )
        )
    return results


def body_of(
    sobject: str, nodes: Sequence[Node], fields: Mapping[str, Mapping[str, Any]], above: str = ""
) -> dict[str, Any]:
    """Write the call's body; a record's place in the tree is its reference, and has its fields."""
    listed = []
    for number, node in enumerate(nodes):
        path = f"{above}{number}"
        attributes = {"type": sobject, "referenceId": _reference(path)}
        children = {
            name: body_of(below.sobject, below.records, fields, f"{path}.{name}.")
            for name, below in node.children.items()
        }
        listed.append({"attributes": attributes, **fields[path], **children})
    return {"records": listed}


def results(all_places: Sequence[Position], answer: Answer) -> list[TreeRecordResult]:
    """Return the results of all records: all were created, or none."""
    by_reference = {result.reference: result for result in answer.results}
    return [
        _result(index, position, by_reference.get(_reference(position[0])))
        for index, position in enumerate(all_places)
    ]


def _result(index: int, position: Position, result: _Result | None) -> TreeRecordResult:
    path, sobject, _ = position
    if result is not None and result.id and not result.errors:
        return TreeRecordResult(
            index=index, path=path, sobject=sobject, ok=True, id=result.id, created=True
        )
    errors = result.errors if result is not None else []
    return TreeRecordResult(
        index=index,
        path=path,
        sobject=sobject,
        ok=False,
        code=errors[0].code if errors else "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        message=" ".join(error.message for error in errors)
        or "Not created, because another record of the tree failed.",
        fields=[name for error in errors for name in error.fields or ()],
    )


def _reference(path: str) -> str:
    """Write a place as a reference may be: letters, digits and _, a letter first."""
    return "r" + path.replace(".", "_")


def _at_most(most: int, count: int, what: str) -> None:
    if count > most:
        raise Rejected(
            f"A tree takes at most {most} {what}; there are {count}.",
            code="TREE_TOO_LARGE",
            remedy="Use several trees, or run_composite_graph for up to 500 records.",
            fields=("records",),
        )
