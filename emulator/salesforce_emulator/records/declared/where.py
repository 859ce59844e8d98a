"""A condition on one record in the words of SOQL's WHERE: `Amount__c > 9 AND Name LIKE 'A%'`.

All of WHERE is supported: parents' fields, date literals, IN, LIKE. It is evaluated by the
record as it will be, whether or not it is in the database yet, and sees all fields.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_conditionexpression.htm
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from salesforce_emulator.records.save_context import SaveContext
from salesforce_emulator.schema.sobject import SObject
from salesforce_emulator.soql import parse
from salesforce_emulator.soql.errors import SoqlError, malformed
from salesforce_emulator.soql.filters import filter_of
from salesforce_emulator.soql.names import Scope
from salesforce_emulator.soql.query_context import QueryContext
from salesforce_emulator.soql.sql import Sql
from salesforce_emulator.soql.sql_functions import prepare
from salesforce_emulator.soql.syntax import Query

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


class Where:
    """A condition.

    Attributes:
        sobject: API name of the object.
        text: A condition, as it follows WHERE.
    """

    def __init__(self, sobject: str, text: str) -> None:
        self.sobject = sobject
        self.text = text

    def __repr__(self) -> str:
        return f"Where({self.sobject!r}, {self.text!r})"

    def __call__(self, save: SaveContext) -> bool:
        """Return whether a record that is saved meets it."""
        row = {**save.row, "Id": save.record_id}
        return self.matches(save.org, save.user_id, row)

    def matches(self, org: "Org", user_id: str, row: Mapping[str, Any]) -> bool:
        """Return whether a row meets it; a column that it has not is empty.

        Raises:
            SalesforceError: The condition does not fit the sobject.
        """
        sobject = org.schema[self.sobject]
        condition, joins = self._compile(org, user_id, sobject)
        columns = [
            field for field in sobject.fields if not field.compound and field.type != "base64"
        ]
        values = [
            row.get(column.name, 0) if column.type == "boolean" else row.get(column.name)
            for column in columns
        ]
        selected = ", ".join(f'? AS "{column.name}"' for column in columns)
        sql = f"SELECT 1 FROM (SELECT {selected}) AS t0{joins} WHERE {condition.text}"  # noqa: S608
        return org.db.execute(sql, (*values, *condition.params)).fetchone() is not None

    def check(self, org: "Org") -> None:
        """Raise SalesforceError when the condition cannot be read or does not fit the sobject."""
        self._compile(org, org.admin_id, org.schema[self.sobject])

    def _compile(self, org: "Org", user_id: str, sobject: SObject) -> tuple[Sql, str]:
        prepare(org.db)
        statement = f"SELECT Id FROM {sobject.name} WHERE {self.text}"  # noqa: S608 - SOQL
        query = parse(statement)
        try:
            _require_bare(query)
            view = QueryContext.of(org, user_id, version=68.0, all_rows=True)
            scope = Scope(org.schema, sobject)
            scope.name_sources(query.sources)
            result = filter_of(query, scope, view)
            return result, scope.joins()
        except SoqlError as error:
            raise error.shown_in(statement) from None


def _require_bare(query: Query) -> None:
    if query.orders or query.limit is not None or query.offset is not None:
        raise malformed("A condition is what stands behind WHERE, and no more")
