"""What is selected of a record, held to the schema: fields, parents, children.

https://developer.salesforce.com/docs/platform/graphql/guide/query-record-objects.html
"""

from dataclasses import dataclass
from typing import Final

from salesforce_emulator.graphql.document import SelectedField
from salesforce_emulator.graphql.errors import invalid, not_offered, undefined_field
from salesforce_emulator.schema import Field, Schema, SObject

TYPES: Final = {
    "string": "StringValue", "textarea": "TextAreaValue", "email": "EmailValue",
    "phone": "PhoneNumberValue", "url": "UrlValue", "picklist": "PicklistValue",
    "multipicklist": "MultiPicklistValue", "combobox": "ComboboxValue", "boolean": "BooleanValue",
    "int": "IntValue", "double": "DoubleValue", "currency": "CurrencyValue",
    "percent": "PercentValue", "date": "DateValue", "datetime": "DateTimeValue",
    "time": "TimeValue", "reference": "IDValue", "id": "IDValue", "base64": "Base64Value",
    "encryptedstring": "EncryptedStringValue", "long": "LongValue",
}  # fmt: skip
PARTS: Final = frozenset({"value", "displayValue", "__typename"})
LABELLED: Final = frozenset({"picklist", "multipicklist"})
_SCALARS: Final = frozenset({"Id", "ApiName", "__typename"})
_NOT_OFFERED: Final = frozenset({"DisplayValue", "WeakEtag"})
_CONNECTION: Final = ("edges", "pageInfo", "totalCount", "pageResultCount", "__typename")


@dataclass(frozen=True, slots=True)
class FieldSelection:
    selected: SelectedField
    field: Field


@dataclass(frozen=True, slots=True)
class ScalarSelection:
    """`Id`, `ApiName` or `__typename`."""

    selected: SelectedField


@dataclass(frozen=True, slots=True)
class ParentSelection:
    """A parent; `nodes` has one for each sobject that its fragments name, or the only one."""

    selected: SelectedField
    field: Field
    nodes: "dict[str, RecordSelection]"


@dataclass(frozen=True, slots=True)
class ChildrenSelection:
    selected: SelectedField
    relationship: str
    connection: "ConnectionSelection"


@dataclass(frozen=True, slots=True)
class RecordSelection:
    """What is requested of a record."""

    sobject: SObject
    items: "tuple[FieldSelection | ScalarSelection | ParentSelection | ChildrenSelection, ...]"


@dataclass(frozen=True, slots=True)
class ConnectionSelection:
    """What is requested of a list of records; `record` has what all of its nodes ask together."""

    selected: SelectedField
    record: RecordSelection


class Fields:
    """Holds selections to a schema.

    Raises:
        GraphQLRequestError: A name is unknown, or a composite field has no selection.
    """

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def connection(self, selected: SelectedField, sobject: SObject) -> ConnectionSelection:
        """Read `Account(...) { edges { node { ... } } totalCount }`."""
        _require_parts(selected)
        nodes: list[SelectedField] = []
        for part in selected.children:
            if part.name not in _CONNECTION:
                owner = f"{sobject.name}Connection"
                raise undefined_field(part.name, owner, part.path, [part.location])
            if part.name == "edges":
                _require_parts(part)
                for child in part.children:
                    if child.name not in {"node", "cursor", "__typename"}:
                        owner = f"{sobject.name}Edge"
                        raise undefined_field(child.name, owner, child.path, [child.location])
                    if child.name == "node":
                        _require_parts(child)
                        nodes += child.children
            elif part.name == "pageInfo":
                _require_parts(part)
        return ConnectionSelection(selected, self.record(nodes, sobject))

    def record(self, values: list[SelectedField], sobject: SObject) -> RecordSelection:
        """Read the content of `node { ... }`."""
        items = [
            self._item(item, sobject)
            for item in values
            if item.type_name.lower() in {"", "record", sobject.name.lower()}
        ]
        return RecordSelection(sobject, tuple(items))

    def _item(
        self, selected: SelectedField, sobject: SObject
    ) -> FieldSelection | ScalarSelection | ParentSelection | ChildrenSelection:
        name = selected.name
        if name in _SCALARS:
            return ScalarSelection(selected)
        if name in _NOT_OFFERED:
            raise not_offered(f"{name} of a record", selected.path)
        result = _exactly(sobject, name)
        if result is not None:
            return self._field(selected, result)
        reference = sobject.relationship(name)
        if reference is not None and reference.relationship_name == name:
            return self._parent(selected, reference)
        child = sobject.child(name)
        below = self._schema.get(child.child_sobject) if child is not None else None
        if child is None or child.relationship_name != name or below is None:
            raise undefined_field(name, sobject.name, selected.path, [selected.location])
        return ChildrenSelection(selected, name, self.connection(selected, below))

    def _field(self, selected: SelectedField, field: Field) -> FieldSelection:
        if field.compound:
            raise not_offered(f"{field.name}, a compound field, by GraphQL", selected.path)
        _require_parts(selected)
        kind = TYPES.get(field.type, "FieldValue")
        for part in selected.children:
            labelled = part.name == "label" and field.type in LABELLED
            if part.name not in PARTS and not labelled:
                raise undefined_field(part.name, kind, part.path, [part.location])
        return FieldSelection(selected, field)

    def _parent(self, selected: SelectedField, reference: Field) -> ParentSelection:
        _require_parts(selected)
        if not reference.polymorphic and len(reference.reference_to) == 1:
            target = self._schema.get(reference.reference_to[0])
            if target is None:
                raise not_offered(f"the object {reference.reference_to[0]}", selected.path)
            nodes = {target.name: self.record(selected.children, target)}
            return ParentSelection(selected, reference, nodes)
        nodes = {}
        for name in dict.fromkeys(child.type_name for child in selected.children):
            if name == "":
                if any(
                    child.name not in _SCALARS for child in selected.children if not child.type_name
                ):
                    message = f"{selected.name} may be of several types: name one by '... on'"
                    raise invalid(message, selected.path, [selected.location])
                continue
            target = self._schema.get(name)
            if target is None or target.name not in reference.reference_to:
                raise invalid(f"{selected.name} is never of type '{name}'", selected.path)
            nodes[target.name] = self.record(selected.children, target)
        return ParentSelection(selected, reference, nodes)


def _exactly(sobject: SObject, name: str) -> Field | None:
    """Find a field by its name in the very letters: GraphQL knows no other case."""
    field = sobject.field(name)
    return field if field is not None and field.name == name else None


def _require_parts(selected: SelectedField) -> None:
    if not selected.children:
        message = f"Field '{selected.name}' must have a selection of its parts"
        raise invalid(message, selected.path, [selected.location])
