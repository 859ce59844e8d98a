"""Mutations: `AccountCreate`, `AccountUpdate`, `AccountDelete` below `mutation { uiapi { ... } }`.

They run in order. With `allOrNone`, the default, one that fails rolls all back.
A create returns its record's own fields, an update whether it succeeded, a delete the id.

https://developer.salesforce.com/docs/platform/graphql/guide/mutations-schema.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from salesforce_emulator import errors
from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.graphql.document import SelectedField
from salesforce_emulator.graphql.errors import (
    GraphQLRequestError,
    invalid,
    not_offered,
    undefined_field,
)
from salesforce_emulator.graphql.fields import (
    Fields,
    FieldSelection,
    RecordSelection,
    ScalarSelection,
)
from salesforce_emulator.records import deletion, writing
from salesforce_emulator.schema import SObject
from salesforce_emulator.schema.ids import parse_id

if TYPE_CHECKING:
    from salesforce_emulator.org.access import Access
    from salesforce_emulator.org.state import Org

SINCE: Final = 59.0  # the first version that has them, generally available since 66.0

_VERBS: Final = ("Create", "Update", "Delete")
_ANSWERED: Final = {"Create": "Record", "Update": "success", "Delete": "Id"}

Json = dict[str, Any]
Shape = Callable[[RecordSelection, str], Json]
"""Returns what is requested of the record of an id."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """One mutation, held to the schema.

    Attributes:
        record_id: As the caller sent it; empty for a create.
        shown: What is requested of the record that a create makes, by its place in the answer.
    """

    selected: SelectedField
    verb: str
    sobject: SObject
    record_id: str
    fields: Mapping[str, Any]
    shown: Mapping[int, RecordSelection]


def read(api: SelectedField, access: "Access") -> tuple[list[Mutation], bool]:
    """Return the mutations below `uiapi`, and whether one that fails takes back all.

    Raises:
        GraphQLRequestError: One of them fits no object, or its input does not fit.
    """
    values = api.arguments.get("input") or api.arguments
    all_or_none = values.get("allOrNone") if isinstance(values, Mapping) else None
    if not isinstance(all_or_none, bool | None):
        raise invalid("allOrNone is true or false", api.path, [api.location])
    return [_mutation(child, access) for child in api.children], all_or_none is not False


def run(
    org: "Org", access: "Access", mutations: list[Mutation], shape: Shape, *, all_or_none: bool
) -> tuple[Json, list[GraphQLRequestError]]:
    """Run mutations; return the payload of each, None for one that failed, and the errors."""
    payloads: Json = {}
    errors: list[GraphQLRequestError] = []
    try:
        with org.transaction():
            for item in mutations:
                payload, error = _run_one(org, access, item, shape)
                payloads[item.selected.key] = payload
                if error is not None:
                    errors.append(error)
            if errors and all_or_none:
                raise errors[0]
    except GraphQLRequestError:
        payloads = dict.fromkeys(mutation.selected.key for mutation in mutations)
    return payloads, errors


def _run_one(
    org: "Org", access: "Access", item: Mutation, shape: Shape
) -> tuple[Json | None, GraphQLRequestError | None]:
    """Run one mutation in a transaction of its own; return its payload or its error."""
    try:
        with org.transaction():
            return _answer(org, access, item, shape), None
    except SalesforceError as error:
        return None, _failure(item, error)


def _mutation(selected: SelectedField, access: "Access") -> Mutation:
    path, location = selected.path, [selected.location]
    verb = next((verb for verb in _VERBS if selected.name.endswith(verb)), "")
    sobject = access.schema.get(selected.name.removesuffix(verb)) if verb else None
    if sobject is None or f"{sobject.name}{verb}" != selected.name:
        raise undefined_field(selected.name, "UIAPIMutations", path, location)
    values = selected.arguments.get("input")
    if not isinstance(values, Mapping):
        raise invalid(f"{selected.name} needs an input", path, location)
    required = {"Create": {sobject.name}, "Update": {sobject.name, "Id"}, "Delete": {"Id"}}[verb]
    for name in required ^ values.keys():
        reason = "is missing" if name in required else "does not belong"
        raise invalid(f"'{name}' {reason} in the input of {selected.name}", path, location)
    fields = values.get(sobject.name, {})
    if not isinstance(fields, Mapping):
        raise invalid(f"{sobject.name} is no object of fields", path, location)
    for name, value in fields.items():
        field = sobject.field(name)
        if field is None or field.name != name:
            raise invalid(f"{sobject.name} has no field '{name}'", path, location)
        if isinstance(value, str) and value.startswith("@{"):
            raise not_offered("references from one mutation to another", path)
    displayed: dict[int, RecordSelection] = {}
    for part in selected.children:
        displayed |= _render(part, verb, sobject, access)
    return Mutation(selected, verb, sobject, str(values.get("Id", "")), fields, displayed)


def _render(
    part: SelectedField, verb: str, sobject: SObject, access: "Access"
) -> dict[int, RecordSelection]:
    owner = f"{sobject.name}{verb}Payload"
    if part.name == "__typename":
        return {}
    if part.name != _ANSWERED[verb]:
        raise undefined_field(part.name, owner, part.path, [part.location])
    if verb != "Create":
        return {}
    requested = Fields(access.schema).record(part.children, sobject)
    for item in requested.items:
        if not isinstance(item, FieldSelection | ScalarSelection):
            kind = f"{sobject.name}CreateRepresentation"
            name, path = item.selected.name, item.selected.path
            raise undefined_field(name, kind, path, [item.selected.location])
    return {id(part): requested}


def _answer(org: "Org", access: "Access", mutation: Mutation, shape: Shape) -> Json:
    record_id = _success(org, access, mutation)
    body: Json = {}
    for part in mutation.selected.children:
        if part.name == "__typename":
            body[part.key] = f"{mutation.sobject.name}{mutation.verb}Payload"
        elif mutation.verb == "Create":
            body[part.key] = shape(mutation.shown[id(part)], record_id)
        else:
            body[part.key] = True if mutation.verb == "Update" else record_id
    return body


def _success(org: "Org", access: "Access", mutation: Mutation) -> str:
    if mutation.verb == "Create":
        return writing.create(org, access, mutation.sobject, mutation.fields)
    record_id = parse_id(mutation.record_id)
    if record_id is None or record_id[:3] != mutation.sobject.key_prefix:
        raise errors.malformed_id(mutation.record_id)
    if mutation.verb == "Update":
        writing.update(org, access, mutation.sobject, record_id, mutation.fields)
    else:
        deletion.delete(org, access, mutation.sobject, record_id)
    return record_id


def _failure(mutation: Mutation, error: SalesforceError) -> GraphQLRequestError:
    path, location = mutation.selected.path, mutation.selected.location
    return GraphQLRequestError("DataFetchingException", error.message, path, [location])
