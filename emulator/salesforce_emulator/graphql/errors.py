"""Errors of GraphQL requests: status 200, in `errors`.

https://developer.salesforce.com/docs/platform/graphql/guide/query-status.html
"""

from collections.abc import Sequence
from typing import Any, Literal

ErrorType = Literal[
    "InvalidSyntax", "ValidationError", "DataFetchingException", "OperationNotSupported"
]


class GraphQLRequestError(Exception):
    """One error.

    Attributes:
        path: Response keys that lead to the invalid field.
        locations: Lines and columns of it, both from 1.
    """

    def __init__(
        self,
        kind: ErrorType,
        message: str,
        path: Sequence[str] = (),
        locations: Sequence[tuple[int, int]] = (),
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.path = tuple(path)
        self.locations = tuple(locations)

    def body(self) -> dict[str, Any]:
        """Return the item of `errors`."""
        return {
            "message": self.message,
            "paths": list(self.path),
            "locations": [{"line": line, "column": column} for line, column in self.locations],
            "extensions": {"ErrorType": self.kind},
        }


def invalid(
    message: str, path: Sequence[str] = (), locations: Sequence[tuple[int, int]] = ()
) -> GraphQLRequestError:
    return GraphQLRequestError(
        "ValidationError", f"Validation error@[{'/'.join(path)}] : {message}", path, locations
    )


def undefined_field(
    name: str, owner: str, path: Sequence[str], locations: Sequence[tuple[int, int]]
) -> GraphQLRequestError:
    message = (
        f"Validation error (FieldUndefined@[{'/'.join(path)}]) : Field '{name}' in type '{owner}'"
        " is undefined"
    )
    return GraphQLRequestError("ValidationError", message, path, locations)


def not_offered(feature: str, path: Sequence[str] = ()) -> GraphQLRequestError:
    """Refuse by name what a real org does and the local org does not."""
    message = f"The local org does not offer {feature}; a real org does."
    return GraphQLRequestError("OperationNotSupported", message, path)
