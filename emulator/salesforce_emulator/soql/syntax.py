"""What a SOQL statement says, as a tree: it knows no schema and no SQL.

Every node that an error may point at has `at`, its 0-based offset in the statement's text.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select.htm
"""

from dataclasses import dataclass
from typing import Literal as OneOf
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Path:
    """A field, or relationships and a field: `Account.Owner.Name`."""

    names: tuple[str, ...]
    at: int

    def __str__(self) -> str:
        return ".".join(self.names)


@dataclass(frozen=True, slots=True)
class Geolocation:
    """A point, in degrees."""

    latitude: float
    longitude: float
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments; `function` is in capitals, `text` as it was written."""

    function: str
    args: "tuple[Argument, ...]"
    text: str
    at: int

    def __str__(self) -> str:
        return self.text


Expression: TypeAlias = Path | Call
Argument: TypeAlias = Path | Call | Geolocation | str

LiteralKind = OneOf[
    "string", "number", "date", "datetime", "time", "boolean", "null", "currency", "relative"
]


@dataclass(frozen=True, slots=True)
class Literal:
    """A value in a condition.

    Attributes:
        kind: How it was written; `relative` is a date literal such as LAST_N_DAYS:3.
        value: string: as written between the quotes, escapes and all. number: int or float.
            date, datetime, time: the text in the form that records are stored in. currency: the
            amount. relative: the literal's name in capitals. null: None.
        count: The n of a relative literal that has one, else 0.
        currency: The ISO code of a currency literal, else empty.
        text: As it was written.
    """

    kind: LiteralKind
    value: str | float | bool | None
    at: int
    text: str
    count: int = 0
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left operator value`; the operator is one of = != < <= > >= LIKE."""

    left: Expression
    operator: str
    value: Literal
    at: int


@dataclass(frozen=True, slots=True)
class Membership:
    """`left operator (values)`; the operator is IN, NOT IN, INCLUDES or EXCLUDES."""

    left: Expression
    operator: str
    values: tuple[Literal, ...]
    at: int


@dataclass(frozen=True, slots=True)
class SemiJoin:
    """`left IN (SELECT ...)`, or NOT IN."""

    left: Expression
    negated: bool
    query: "Query"
    at: int


@dataclass(frozen=True, slots=True)
class Negation:
    """`NOT part`. `depth` is how many conditions within conditions there are, itself included."""

    part: "Condition"
    depth: int
    at: int


@dataclass(frozen=True, slots=True)
class Junction:
    """Conditions that must all hold (AND), or one of which must (OR); two or more."""

    operator: OneOf["AND", "OR"]
    parts: "tuple[Condition, ...]"
    depth: int
    at: int


Condition: TypeAlias = Comparison | Membership | SemiJoin | Negation | Junction


@dataclass(frozen=True, slots=True)
class When:
    sobject: str
    fields: tuple[Path, ...]
    at: int


@dataclass(frozen=True, slots=True)
class TypeOf:
    """`TYPEOF path WHEN sobject THEN fields ... ELSE fields END`."""

    path: Path
    whens: tuple[When, ...]
    otherwise: tuple[Path, ...]
    at: int


@dataclass(frozen=True, slots=True)
class FieldsOf:
    """`FIELDS(ALL)`, `FIELDS(STANDARD)` or `FIELDS(CUSTOM)`."""

    group: str
    at: int


Selectable: TypeAlias = "Path | Call | TypeOf | FieldsOf | Query"


@dataclass(frozen=True, slots=True)
class Column:
    """One item of the SELECT list; `alias` is empty when there is none."""

    item: Selectable
    alias: str
    alias_at: int
    at: int


@dataclass(frozen=True, slots=True)
class Source:
    """One item of FROM: an sobject, a child relationship, or a path with an alias."""

    path: Path
    alias: str


@dataclass(frozen=True, slots=True)
class Order:
    """`nulls_first` is None when the statement does not say."""

    by: Expression
    descending: bool
    nulls_first: bool | None


@dataclass(frozen=True, slots=True)
class Grouping:
    kind: OneOf["LIST", "ROLLUP", "CUBE"]
    by: tuple[Expression, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause stored by name alone, such as WITH USER_MODE or UPDATE TRACKING."""

    name: str
    detail: str
    at: int


@dataclass(frozen=True, slots=True)
class Bound:
    """The number of a LIMIT or OFFSET."""

    value: int
    at: int


@dataclass(frozen=True, slots=True)
class Query:
    """One SELECT statement; `at` is the position of its SELECT.

    Attributes:
        clauses: USING, WITH, BIND, FOR, UPDATE and ALL ROWS, in order.
    """

    columns: tuple[Column, ...]
    sources: tuple[Source, ...]
    clauses: tuple[Clause, ...]
    where: Condition | None
    grouping: Grouping | None
    having: Condition | None
    orders: tuple[Order, ...]
    limit: Bound | None
    offset: Bound | None
    at: int

    @property
    def source(self) -> Source:
        return self.sources[0]

    def clause(self, name: str) -> Clause | None:
        """Return the clause that begins with a word such as WITH, or None."""
        return next((clause for clause in self.clauses if clause.name == name), None)
