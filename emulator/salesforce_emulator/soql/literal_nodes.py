"""What the grammar's rules for values become: the leaves of the tree.

A string stays a token until its operator is parsed: LIKE allows other escapes.
"""

from typing import TYPE_CHECKING, Any, TypeAlias

from salesforce_emulator.soql import errors, literals
from salesforce_emulator.soql.syntax import Literal

if TYPE_CHECKING:
    from lark import Token

Children: TypeAlias = list[Any]
"""What lark hands over for a rule: what its parts became, tokens among them."""


class LiteralTransformer:
    """The methods that lark calls for values."""

    def literals(self, children: Children) -> tuple[Literal, ...]:
        return tuple(checked(value, pattern=False) for value in children)

    def string_literal(self, children: Children) -> "Token":
        """Return the token unchanged: its escapes depend on the operator."""
        (token,) = children
        return token  # type: ignore[no-any-return]

    def number_literal(self, children: Children) -> Literal:
        (token,) = children
        return literals.number_literal(str(token), at(token))

    def currency_literal(self, children: Children) -> Literal:
        (token,) = children
        return literals.currency_literal(str(token), at(token))

    def datetime_literal(self, children: Children) -> Literal:
        (token,) = children
        return literals.datetime_literal(str(token), at(token))

    def date_literal(self, children: Children) -> Literal:
        (token,) = children
        return literals.date_literal(str(token), at(token))

    def time_literal(self, children: Children) -> Literal:
        (token,) = children
        return literals.time_literal(str(token), at(token))

    def boolean_literal(self, children: Children) -> Literal:
        (token,) = children
        return Literal("boolean", token.upper() == "TRUE", at(token), str(token))

    def null_literal(self, children: Children) -> Literal:
        (token,) = children
        return Literal("null", None, at(token), str(token))

    def relative_literal(self, children: Children) -> Literal:
        (token,) = children
        return literals.relative_literal(str(token), at(token))

    def variable(self, children: Children) -> None:
        (token,) = children
        raise errors.bind_variable(at(token))


def at(token: "Token") -> int:
    """Return where a token is in the text."""
    if token.start_pos is None:
        raise ValueError(f"token {token!r} has no place")
    return token.start_pos


def checked(value: Any, *, pattern: bool) -> Literal:
    """Return the literal of a value; `pattern` when it is after LIKE."""
    if isinstance(value, Literal):
        return value
    return literals.string_literal(str(value), at(value), pattern=pattern)
