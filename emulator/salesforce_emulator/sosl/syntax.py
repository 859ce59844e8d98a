"""What a search says, as a tree: it knows no schema and no records.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_syntax.htm
"""

from dataclasses import dataclass

from salesforce_emulator.soql.syntax import Bound, Clause, Column, Condition, Order


@dataclass(frozen=True, slots=True)
class ReturningClause:
    """One sobject of RETURNING; without columns its ids are returned."""

    sobject: str
    columns: tuple[Column, ...]
    where: Condition | None
    orders: tuple[Order, ...]
    limit: Bound | None
    offset: Bound | None
    at: int
    list_view: Clause | None = None


@dataclass(frozen=True, slots=True)
class CategoryFilter:
    """One condition of WITH DATA CATEGORY.

    Attributes:
        group: As it is written, with its `__c`.
        direction: AT, ABOVE, BELOW or ABOVE_OR_BELOW.
        categories: Any of these.
    """

    group: str
    direction: str
    categories: tuple[str, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Search:
    """One search.

    Attributes:
        text: What is searched for, as it is between the braces.
        group: Which fields are searched: ALL, NAME, EMAIL, PHONE or SIDEBAR.
        returned: Empty for all sobjects that can be searched.
        clauses: WITH and UPDATE, in order; the name of one with a value is `WITH METADATA`.
        categories: Conditions of WITH DATA CATEGORY, all of which have to hold.
    """

    text: str
    group: str
    returned: tuple[ReturningClause, ...]
    clauses: tuple[Clause, ...]
    limit: Bound | None
    categories: tuple[CategoryFilter, ...] = ()

    def clause(self, name: str) -> Clause | None:
        """Return the clause of a name such as `WITH PRICEBOOKID`, or None."""
        return next((clause for clause in self.clauses if clause.name == name), None)
