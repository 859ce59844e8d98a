"""Reads a request into a plain tree of selections, with variables and fragments resolved.

https://developer.salesforce.com/docs/platform/graphql/guide/requests-and-responses.html
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from salesforce_emulator.graphql.errors import GraphQLRequestError, invalid, not_offered

if TYPE_CHECKING:
    from graphql import FragmentDefinitionNode, Node, OperationDefinitionNode, SelectionSetNode

MAX_TOKENS: Final = 15_000  # of one document, as graphql-java's own default
MAX_DEPTH: Final = 50  # selections within selections; ours
MAX_SELECTED: Final = 10_000  # fields and fragments of one operation; ours

_MISSING: Final = object()


@dataclass(slots=True)
class SelectedField:
    """One field that is selected.

    Attributes:
        key: Its name in the answer: the alias, or the name.
        type_name: Of the fragment that it is in; empty for none.
        path: The keys that lead here, its own last.
    """

    key: str
    name: str
    arguments: dict[str, Any]
    type_name: str
    path: tuple[str, ...]
    location: tuple[int, int]
    children: "list[SelectedField]" = field(default_factory=list)


def read(
    text: str, variables: Mapping[str, Any], operation_name: str | None
) -> tuple[list[SelectedField], bool]:
    """Return what the chosen operation of a document selects, and whether it is a mutation.

    Raises:
        GraphQLRequestError: It cannot be read, chooses no operation, subscribes, or has bad
            variables.
    """
    from graphql import FragmentDefinitionNode, GraphQLSyntaxError, OperationDefinitionNode, parse

    try:
        document = parse(text, max_tokens=MAX_TOKENS)
    except GraphQLSyntaxError as error:
        locations = [(location.line, location.column) for location in error.locations or ()]
        raise GraphQLRequestError(
            "InvalidSyntax", f"Invalid Syntax : {error.message}", (), locations
        ) from None
    except RecursionError:
        raise GraphQLRequestError("InvalidSyntax", "Invalid Syntax : nested too deeply") from None
    operations, fragments = [], {}
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            operations.append(node)
        elif isinstance(node, FragmentDefinitionNode):
            fragments[node.name.value] = node
        else:
            raise invalid("A request holds operations and fragments alone")
    operation = _choose(operations, operation_name)
    if operation.operation.value == "subscription":
        raise not_offered("a GraphQL subscription")
    values = _variables(operation, variables)
    selected = _Reading(fragments, values).selected(operation.selection_set, "", (), 0)
    return selected, operation.operation.value == "mutation"


def _choose(
    operations: "list[OperationDefinitionNode]", name: str | None
) -> "OperationDefinitionNode":
    if name:
        operations = [
            operation for operation in operations if operation.name and operation.name.value == name
        ]
    if len(operations) == 1:
        return operations[0]
    if name:
        raise GraphQLRequestError("OperationNotSupported", f"Unknown operation named '{name}'.")
    message = "Must provide operation name if query contains multiple operations."
    raise GraphQLRequestError(
        "OperationNotSupported", message if operations else "The query has no operation."
    )


def _variables(operation: "OperationDefinitionNode", supplied: Mapping[str, Any]) -> dict[str, Any]:
    from graphql import NonNullTypeNode, print_ast

    values: dict[str, Any] = {}
    for variable_definition in operation.variable_definitions or ():
        name = variable_definition.variable.name.value
        if name in supplied:
            values[name] = supplied[name]
        elif variable_definition.default_value is not None:
            values[name] = _value(variable_definition.default_value, {})
        else:
            values[name] = _MISSING
        if isinstance(variable_definition.type, NonNullTypeNode) and values[name] in (
            None,
            _MISSING,
        ):
            kind = print_ast(variable_definition.type)
            raise invalid(
                f"Variable '{name}' of type '{kind}' has no value",
                (),
                [_location(variable_definition)],
            )
    return values


class _Reading:
    """Walks one operation."""

    def __init__(
        self, fragments: "Mapping[str, FragmentDefinitionNode]", variables: Mapping[str, Any]
    ) -> None:
        self._fragments = fragments
        self._variables = variables
        self._count = 0

    def selected(
        self, selection: "SelectionSetNode", type_name: str, path: tuple[str, ...], depth: int
    ) -> list[SelectedField]:
        """Return the selections of a set; repeated ones are merged."""
        if depth > MAX_DEPTH:
            raise invalid(f"Selections are nested more than {MAX_DEPTH} deep", path)
        return _merge(self._flat(selection, type_name, path, depth))

    def _flat(
        self, selection: "SelectionSetNode", type_name: str, path: tuple[str, ...], depth: int
    ) -> Iterator[SelectedField]:
        from graphql import FieldNode, FragmentSpreadNode, InlineFragmentNode

        for node in selection.selections:
            self._count += 1  # fragments within fragments can make very many of few
            if self._count > MAX_SELECTED:
                raise invalid(f"More than {MAX_SELECTED} fields are selected", path)
            if not self._is_included(node, path):
                continue
            if isinstance(node, FieldNode):
                key = node.alias.value if node.alias else node.name.value
                here = (*path, key)
                arguments = {
                    argument.name.value: value
                    for argument in node.arguments or ()
                    if (value := _value(argument.value, self._variables)) is not _MISSING
                }
                created = SelectedField(
                    key, node.name.value, arguments, type_name, here, _location(node)
                )
                if node.selection_set:
                    created.children = self.selected(node.selection_set, "", here, depth + 1)
                yield created
            elif isinstance(node, InlineFragmentNode):
                inner = node.type_condition.name.value if node.type_condition else type_name
                yield from self.selected(node.selection_set, inner, path, depth + 1)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments.get(node.name.value)
                if fragment is None:
                    raise invalid(
                        f"Undefined fragment '{node.name.value}'", path, [_location(node)]
                    )
                inner = fragment.type_condition.name.value
                yield from self.selected(fragment.selection_set, inner, path, depth + 1)

    def _is_included(self, node: Any, path: tuple[str, ...]) -> bool:
        """Evaluate @include and @skip."""
        for directive in node.directives or ():
            name = directive.name.value
            if name not in {"include", "skip"}:
                raise not_offered(f"the directive @{name}", path)
            values = {
                argument.name.value: _value(argument.value, self._variables)
                for argument in directive.arguments or ()
            }
            if not isinstance(values.get("if"), bool):
                raise invalid(f"@{name} needs 'if', true or false", path, [_location(directive)])
            if values["if"] is (name == "skip"):
                return False
        return True


def _merge(fields: Iterable[SelectedField]) -> list[SelectedField]:
    """Make one of fields with the same key, and so on below them."""
    merged: dict[tuple[str, str], SelectedField] = {}
    for item in fields:
        same = merged.setdefault((item.type_name, item.key), item)
        if same is item:
            continue
        if (same.name, same.arguments) != (item.name, item.arguments):
            raise invalid(f"'{item.key}' is selected twice, and differently", item.path)
        same.children = _merge([*same.children, *item.children])
    return list(merged.values())


def _value(node: "Node", variables: Mapping[str, Any]) -> Any:
    """Return a value as JSON has it; enumerations as texts."""
    import graphql as gql

    match node:
        case gql.VariableNode():
            name = node.name.value
            if name not in variables:
                raise invalid(f"Undefined variable '{name}'", (), [_location(node)])
            return variables[name]
        case gql.IntValueNode():
            return int(node.value)
        case gql.FloatValueNode():
            return float(node.value)
        case gql.BooleanValueNode() | gql.StringValueNode() | gql.EnumValueNode():
            return node.value
        case gql.NullValueNode():
            return None
        case gql.ListValueNode():
            return [_present(_value(value, variables)) for value in node.values]
        case gql.ObjectValueNode():
            result = {field.name.value: _value(field.value, variables) for field in node.fields}
            return {name: value for name, value in result.items() if value is not _MISSING}
    raise TypeError(f"not a value: {node!r}")


def _present(value: Any) -> Any:
    return None if value is _MISSING else value


def _location(node: "Node") -> tuple[int, int]:
    token = node.loc.start_token if node.loc else None
    return (token.line, token.column) if token else (1, 1)
