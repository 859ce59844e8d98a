"""What a query reaches: the objects it is from, the relationships it follows, and what it marks.

It reads SOQL and SOSL only as far as that needs, word by word, so that nothing hides in a string.
Unknown syntax is refused. Where a relationship leads is resolved elsewhere.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select.htm
"""

import itertools
import re
from dataclasses import dataclass, field
from typing import Final

from salesforce_connector.policy.errors import unverifiable

_TOKEN = re.compile(
    r"""\s+
    | (?P<text>'(?:[^'\\]|\\.)*')
    | (?P<word>[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)*)
    | (?P<number>(?:\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[-+]\d\d:?\d\d)?)?
        |[-+]?\d+(?:\.\d+)?(?:E[-+]?\d+)?)(?![\w.]))
    | (?P<sign>[(),:]|[<>=!]+)
    """,
    re.VERBOSE | re.ASCII | re.DOTALL | re.IGNORECASE,
)

_AFTER_FROM: Final = frozenset(
    {
        "USING",
        "WHERE",
        "WITH",
        "GROUP",
        "ORDER",
        "LIMIT",
        "OFFSET",
        "FOR",
        "UPDATE",
        "HAVING",
        "ALL",
    }
)

# Two words by which a query writes to what it reads: when it was last looked at.
_MARKS: Final = frozenset(
    {("FOR", "VIEW"), ("FOR", "REFERENCE"), ("UPDATE", "TRACKING"), ("UPDATE", "VIEWSTAT")}
)


MAX_DEPTH: Final = 20  # queries within queries; Salesforce takes five


@dataclass(slots=True)
class Query:
    """One SELECT with what hangs in it.

    Attributes:
        sources: The sources after FROM, each as its steps and its alias, which may be empty.
        paths: Dotted names elsewhere in it, as their steps.
        children: SELECTs among its fields; their source is a relationship.
        joined: SELECTs in its conditions.
        kinds: Objects that a TYPEOF names.
    """

    sources: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    paths: list[tuple[str, ...]] = field(default_factory=list)
    children: list["Query"] = field(default_factory=list)
    joined: list["Query"] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)


def marking(text: str) -> bool:
    """Return whether a query writes down that its rows were looked at."""
    words = [word.upper() for word in tokens(text)]
    return any(pair in _MARKS for pair in itertools.pairwise(words))


def tokens(text: str) -> list[str]:
    """Cut a query into words, numbers, signs and strings; blanks inside dotted names are dropped.

    Raises:
        Forbidden: It holds something that no query does, such as a comment.
    """
    tokens, at = list[str](), 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise unverifiable(f"its query has something unknown at character {at + 1}")
        if token.lastgroup is not None:
            tokens.append(re.sub(r"\s", "", token[0]) if token["word"] else token[0])
        at = token.end()
    return tokens


def read(text: str) -> Query:
    """Read a SOQL query.

    Raises:
        Forbidden: It cannot be read with certainty.
    """
    reader = _Reader(tokens(text))
    query = reader.query()
    if not reader.ended:
        raise unverifiable("its query goes on after its end")
    return query


def fragment(text: str) -> list[tuple[str, ...]]:
    """Return the dotted names in a condition or a list of fields, which may hold no SELECT."""
    words = tokens(text)
    if any(word.upper() in {"SELECT", "FROM", "TYPEOF"} for word in words):
        raise unverifiable("a condition in it holds a query")
    return [tuple(word.split(".")) for word in words if is_path(word)]


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    @property
    def ended(self) -> bool:
        return self._at >= len(self._tokens)

    def query(self) -> Query:
        """Read from SELECT to the end, or to the parenthesis that closes it."""
        if self._take().upper() != "SELECT":
            raise unverifiable("its query does not begin with SELECT")
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise unverifiable("its query has too many queries within queries")
        query, depth, selecting = Query(), 0, True
        while not self.ended and not (depth == 0 and self._next() == ")"):
            token = self._take()
            match token.upper():
                case "(" if self._next().upper() == "SELECT":
                    (query.children if selecting else query.joined).append(self.query())
                    if self._take() != ")":
                        raise unverifiable("a parenthesis in its query is not closed")
                case "(":
                    depth += 1
                case ")":
                    depth -= 1
                case "SELECT":
                    raise unverifiable("its query has SELECT in an odd place")
                case "TYPEOF" if selecting:
                    self._typeof(query)
                case "FROM" if selecting and depth == 0:
                    self._sources(query)
                    selecting = False
                case "FROM":
                    raise unverifiable("its query has FROM in an odd place")
                case _ if is_path(token):
                    query.paths.append(tuple(token.split(".")))
        if selecting or depth:
            raise unverifiable("its query has no FROM, or a parenthesis too many")
        self._depth -= 1
        return query

    def _sources(self, query: Query) -> None:
        while True:
            steps, alias = tuple(self._name().split(".")), ""
            if self._next().upper() == "AS":
                self._take()
            if self._next().upper() not in _AFTER_FROM and self._next()[:1].isalpha():
                alias = self._name()
            query.sources.append((steps, alias))
            if self._next() != ",":
                break
            self._take()
        if not self.ended and self._next() != ")" and self._next().upper() not in _AFTER_FROM:
            raise unverifiable("its query has something unknown after FROM")

    def _typeof(self, query: Query) -> None:
        while (word := self._take().upper()) != "END":
            if word == "WHEN":
                query.kinds.append(self._name())
            elif word == "ELSE" or is_path(word):
                raise unverifiable("its TYPEOF reaches further than the objects it names")

    def _next(self) -> str:
        return "" if self.ended else self._tokens[self._at]

    def _take(self) -> str:
        if self.ended:
            raise unverifiable("its query ends too soon")
        self._at += 1
        return self._tokens[self._at - 1]

    def _name(self) -> str:
        name = self._take()
        if not name[:1].isalpha():
            raise unverifiable("its query has no name where one belongs")
        return name


def is_path(token: str) -> bool:
    """Return whether a token is a dotted name."""
    return "." in token and (token[0].isalpha() or token[0] == "_")
