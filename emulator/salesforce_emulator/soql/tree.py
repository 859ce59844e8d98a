"""What each rule of `grammar.lark` becomes in the tree; lark calls a method per rule it has read.

An optional child of the grammar is None when it is absent.
"""

from typing import TYPE_CHECKING, Any, Final

from salesforce_emulator.soql import errors, literals, structure
from salesforce_emulator.soql.functions import checked_call
from salesforce_emulator.soql.literal_nodes import Children, LiteralTransformer, at, checked
from salesforce_emulator.soql.syntax import (
    Bound,
    Call,
    Clause,
    Column,
    Comparison,
    Condition,
    Expression,
    FieldsOf,
    Grouping,
    Junction,
    Membership,
    Negation,
    Order,
    Path,
    Query,
    SemiJoin,
    Source,
    TypeOf,
    When,
)

if TYPE_CHECKING:
    from lark import Token

MAX_DEPTH: Final = 50  # conditions within conditions; ours: SQLite's parser has little room

_NO_ALIAS: Final = "GROUP"  # the other reserved words are no NAME in the grammar
_OPERATORS: Final = {"<>": "!="}


class StatementTransformer(LiteralTransformer):
    """The methods that lark calls; each takes its rule's children in order."""

    def start(self, children: Children) -> Query:
        (query,) = children
        return _query(query)

    def query(self, children: Children) -> Query:
        select, columns, sources, using, where, withs, group, orders, limit, offset, *ends = (
            children
        )
        grouping, having = group or (None, None)
        clauses = tuple(item for item in (using, *withs, *ends) if item is not None)
        structure.check_count(columns, grouping)
        return Query(
            columns=columns,
            sources=sources,
            clauses=clauses,
            where=where,
            grouping=grouping,
            having=having,
            orders=orders or (),
            limit=limit,
            offset=offset,
            at=at(select),
        )

    # SELECT

    def columns(self, children: Children) -> tuple[Column, ...]:
        return tuple(children)

    def column(self, children: Children) -> Column:
        item, alias = children
        if not isinstance(item, Path | Call | TypeOf | FieldsOf | Query):
            raise errors.unexpected_token("GEOLOCATION", item.at)
        return Column(item, *_alias(alias), at=item.at)

    def typeof(self, children: Children) -> TypeOf:
        keyword, path, *rest = children
        whens = tuple(item for item in rest if isinstance(item, When))
        otherwise = rest[-1] if isinstance(rest[-1], tuple) else ()
        return TypeOf(path, whens, otherwise, at(keyword))

    def when(self, children: Children) -> When:
        name, fields = children
        return When(str(name), fields, at(name))

    def paths(self, children: Children) -> tuple[Path, ...]:
        return tuple(children)

    def path(self, children: Children) -> Path:
        return Path(tuple(map(str, children)), at(children[0]))

    def call(self, children: Children) -> object:
        name, args = children
        return checked_call(str(name), args or (), at(name))

    def arguments(self, children: Children) -> Children:
        return children

    def number(self, children: Children) -> float:
        (token,) = children
        return float(token)

    def text(self, children: Children) -> str:
        (token,) = children
        return literals.string_value(literals.string_literal(token, at(token), pattern=False))

    # FROM, USING, BIND

    def sources(self, children: Children) -> tuple[Source, ...]:
        return tuple(children)

    def source(self, children: Children) -> Source:
        path, alias = children
        return Source(path, _alias(alias)[0])

    def using_scope(self, children: Children) -> Clause:
        keyword, name = children
        return Clause("USING SCOPE", str(name), at(keyword))

    def using_lookup(self, children: Children) -> Clause:
        keyword, path = children
        return Clause("USING LOOKUP", str(path), at(keyword))

    def bind(self, children: Children) -> Clause:
        return Clause("BIND", "", at(children[0]))

    def binding(self, children: Children) -> None:
        """Read it, to see that it is well formed: what has bindings is not run."""

    # WHERE and HAVING

    def where(self, children: Children) -> Condition:
        (condition,) = children
        return _condition(condition)

    having = where
    group_of_conditions = where

    def conjunction(self, children: Children) -> Junction:
        return _junction("AND", children)

    def disjunction(self, children: Children) -> Junction:
        return _junction("OR", children)

    def negation(self, children: Children) -> Negation:
        (part,) = children
        return Negation(part, _deeper(_depth(part)), part.at)

    def comparison(self, children: Children) -> Comparison:
        left, operator, value = children
        sign = "".join(operator.upper().split())
        literal = checked(value, pattern=sign == "LIKE")
        return Comparison(_expression(left), _OPERATORS.get(sign, sign), literal, left.at)

    def membership(self, children: Children) -> Membership:
        left, operator, values = children
        sign = " ".join(operator.upper().split())
        return Membership(_expression(left), sign, values, left.at)

    inclusion = membership

    def semi_join(self, children: Children) -> SemiJoin:
        left, operator, query = children
        structure.check_semi_join(query)
        return SemiJoin(_expression(left), operator.upper() != "IN", query, left.at)

    # WITH

    def withs(self, children: Children) -> tuple[Clause, ...]:
        return tuple(children)

    def with_category(self, children: Children) -> Clause:
        return Clause("WITH", "DATA CATEGORY", at(children[0]))

    def category(self, children: Children) -> None:
        """Read it, to see that it is well formed: no local org has data categories."""

    def with_mode(self, children: Children) -> Clause:
        keyword, name, *_ = children
        return Clause("WITH", name.upper(), at(keyword))

    with_value = with_mode
    with_values = with_mode

    # GROUP BY, ORDER BY, LIMIT, OFFSET

    def group_by_list(self, children: Children) -> tuple[Grouping, Condition | None]:
        keyword, by, having = children
        return Grouping("LIST", by, at(keyword)), having

    def group_by_sets(self, children: Children) -> tuple[Grouping, Condition | None]:
        keyword, kind, by, having = children
        return Grouping("ROLLUP" if kind.upper() == "ROLLUP" else "CUBE", by, at(keyword)), having

    def expressions(self, children: Children) -> tuple[Expression, ...]:
        return tuple(map(_expression, children))

    def orders(self, children: Children) -> tuple[Order, ...]:
        return tuple(children)

    def order(self, children: Children) -> Order:
        by, direction, nulls = children
        descending = direction is not None and direction.upper() == "DESC"
        nulls_first = None if nulls is None else nulls.upper().endswith("FIRST")
        return Order(_expression(by), descending, nulls_first)

    def limit(self, children: Children) -> Bound:
        (token,) = children
        if len(token) > 18:
            raise errors.outside_range(f"value outside of valid range: {token[:30]}", at(token))
        if token.startswith("-"):
            raise errors.unexpected_token("-", at(token))
        return Bound(int(token), at(token))

    offset = limit

    # The end

    def purpose(self, children: Children) -> Clause:
        (token,) = children
        return Clause("FOR", token.split()[1].upper(), at(token))

    def stats(self, children: Children) -> Clause:
        keyword, *names = children
        return Clause("UPDATE", ",".join(name.upper() for name in names), at(keyword))

    def all_rows(self, children: Children) -> None:
        (token,) = children
        raise errors.not_allowed("ALL ROWS", at(token))

    def for_update(self, children: Children) -> None:
        (token,) = children
        raise errors.not_allowed("FOR UPDATE", at(token))


def _query(node: object) -> Query:
    if not isinstance(node, Query):
        raise TypeError(f"not a query: {node!r}")
    return node


def _condition(node: Any) -> Condition:
    condition: Condition = node
    return condition


def _expression(node: Any) -> Expression:
    if not isinstance(node, Path | Call):
        name = "FIELDS" if isinstance(node, FieldsOf) else "GEOLOCATION"
        raise errors.unexpected_token(name, node.at)
    structure.check_no_count(node)
    return node


def _alias(token: "Token | None") -> tuple[str, int]:
    if token is None:
        return "", 0
    if token.upper() == _NO_ALIAS:
        raise errors.unexpected_token(str(token), at(token))
    return str(token), at(token)


def _junction(operator: Any, parts: Children) -> Junction:
    return Junction(operator, tuple(parts), _deeper(max(map(_depth, parts))), parts[0].at)


def _depth(condition: Condition) -> int:
    return condition.depth if isinstance(condition, Negation | Junction) else 0


def _deeper(depth: int) -> int:
    if depth >= MAX_DEPTH:
        raise errors.too_complicated()
    return depth + 1
