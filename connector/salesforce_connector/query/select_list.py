"""What a SOQL query selects: fields, functions, children and TYPEOF, in order, with their aliases.

It reads no further than FROM and GROUP BY, and checks nothing: Salesforce has the last word. What
it cannot read it says so of, as while a query is still being typed.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select.htm
"""

from dataclasses import dataclass, field
from typing import Final

from salesforce_connector.errors import Forbidden
from salesforce_connector.policy.soql_objects import tokens

AGGREGATES: Final = frozenset({"COUNT", "COUNT_DISTINCT", "SUM", "AVG", "MIN", "MAX", "GROUPING"})

MAX_DEPTH: Final = 20  # queries within queries; Salesforce takes five

_ENDS: Final = frozenset({",", "", "FROM", ")"})
_NAME: Final = "abcdefghijklmnopqrstuvwxyz_"


class Unreadable(Exception):
    """The query is none, or none that can be read."""


@dataclass(frozen=True, slots=True)
class SelectItem:
    """One thing that is selected.

    Attributes:
        path: Of a field, or of the field that a function is of, as its steps; the relationship of
            children or of a TYPEOF. Empty for COUNT().
        function: In capitals; empty for a field. `TYPEOF` is treated as one.
        alias: Empty for none.
        child: Of children, their own query.
    """

    path: tuple[str, ...]
    function: str = ""
    alias: str = ""
    child: "Select | None" = None


@dataclass(frozen=True, slots=True)
class Select:
    """One SELECT.

    Attributes:
        items: In the order of the query.
        source: The name after FROM: an object, or the relationship of children.
        aggregates: Whether its rows are aggregate results, not records.
    """

    items: list[SelectItem] = field(default_factory=list)
    source: str = ""
    aggregates: bool = False


def read_select(soql: str) -> Select:
    """Read what a query selects.

    Raises:
        Unreadable: It is no query that can be read.
    """
    try:
        words = tokens(soql)
    except Forbidden as exc:
        raise Unreadable from exc
    return _Reader(words).select()


class _Reader:
    def __init__(self, words: list[str]) -> None:
        self._words = words
        self._at = 0
        self._depth = 0

    def select(self) -> Select:
        """Read from SELECT to the parenthesis that closes it, or to the end."""
        self._depth += 1
        if self._take().upper() != "SELECT" or self._depth > MAX_DEPTH:
            raise Unreadable
        items = [self._item()]
        while self._next() == ",":
            self._take()
            items.append(self._item())
        if self._take().upper() != "FROM":
            raise Unreadable
        source = self._name()
        grouped = self._skip_rest()
        self._depth -= 1
        counted = any(item.function in AGGREGATES for item in items if item.path)
        return Select(items, source, grouped or counted)

    def _item(self) -> SelectItem:
        if self._next() == "(":
            self._take()
            child = self.select()
            if self._take() != ")":
                raise Unreadable
            return SelectItem(tuple(child.source.split(".")), child=child)
        name = self._name()
        if name.upper() == "TYPEOF":
            relationship = self._name()
            while self._take().upper() != "END":
                pass
            return SelectItem((relationship,), "TYPEOF")
        if self._next() != "(":
            return SelectItem(tuple(name.split(".")), alias=self._alias())
        return self._function(name.upper())

    def _function(self, function: str) -> SelectItem:
        """Read a function's arguments; its field is the first name in them, however deep."""
        self._take()
        path, depth = "", 1
        while depth:
            word = self._take()
            depth += (word == "(") - (word == ")")
            if not path and _is_name(word) and self._next() != "(":
                path = word
        return SelectItem(tuple(path.split(".")) if path else (), function, self._alias())

    def _alias(self) -> str:
        return "" if self._next().upper() in _ENDS else self._name()

    def _skip_rest(self) -> bool:
        """Go to the end of the query; give whether it groups."""
        depth, grouped = 0, False
        while (word := self._next()) and not (depth == 0 and word == ")"):
            depth += (word == "(") - (word == ")")
            grouped = grouped or (depth == 0 and word.upper() == "GROUP")
            self._take()
        return grouped

    def _next(self) -> str:
        return self._words[self._at] if self._at < len(self._words) else ""

    def _take(self) -> str:
        word = self._next()
        if not word:
            raise Unreadable
        self._at += 1
        return word

    def _name(self) -> str:
        word = self._take()
        if not _is_name(word):
            raise Unreadable
        return word


def _is_name(word: str) -> bool:
    return word[:1].lower() in _NAME
