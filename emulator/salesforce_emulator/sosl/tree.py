"""What each rule of `grammar.lark` becomes in the tree; SOQL's rules become what they do there."""

from typing import Any

from salesforce_emulator.soql import errors
from salesforce_emulator.soql.literal_nodes import Children, at, checked
from salesforce_emulator.soql.literals import string_value
from salesforce_emulator.soql.syntax import Clause
from salesforce_emulator.soql.tree import StatementTransformer
from salesforce_emulator.sosl.syntax import CategoryFilter, ReturningClause, Search


class SearchTransformer(StatementTransformer):
    """The methods that lark calls; each takes its rule's children in order."""

    def search(self, children: Children) -> Search:
        _, text, group, returned, withs, limit, updates = children
        filters = [clause for clause in withs if isinstance(clause, tuple)]
        return Search(
            text=str(text)[1:-1],
            group="ALL" if group is None else group.split()[1].upper(),
            returned=returned or (),
            clauses=(
                *(clause for clause in withs if isinstance(clause, Clause)),
                *([updates] if updates else ()),
            ),
            categories=tuple(item for several in filters for item in several),
            limit=limit,
        )

    def returning(self, children: Children) -> tuple[ReturningClause, ...]:
        return tuple(children)

    def returned(self, children: Children) -> ReturningClause:
        name, columns, where, list_view, orders, limit, offset = children
        return ReturningClause(
            str(name), columns or (), where, orders or (), limit, offset, at(name), list_view
        )

    def list_view(self, children: Children) -> Clause:
        keyword, name = children
        return Clause("USING LISTVIEW", str(name), at(keyword))

    def search_withs(self, children: Children) -> tuple[Clause, ...]:
        return tuple(children)

    def with_category(self, children: Children) -> Any:
        return tuple(children[1:])

    def category(self, children: Children) -> Any:
        group, operator, *names = children
        return CategoryFilter(
            str(group), str(operator).upper(), tuple(str(name) for name in names), group.at
        )

    def with_value(self, children: Children) -> Clause:
        """Keep what a clause is set to: WITH METADATA = 'LABELS'."""
        keyword, name, operator, literal = children
        if operator != "=":
            raise errors.unexpected_token(operator, at(operator))
        value = checked(literal, pattern=False)
        detail = string_value(value) if value.kind == "string" else value.text
        return Clause(f"WITH {name.upper()}", detail, at(keyword))

    def with_list(self, children: Children) -> Clause:
        keyword, name, *_ = children
        return Clause("WITH", name.upper(), at(keyword))

    updates = StatementTransformer.stats
