"""What a flow or Apex may do while it runs: read and write records as the user who runs it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from salesforce_emulator import errors, soql
from salesforce_emulator.records import deletion, writing
from salesforce_emulator.schema.ids import parse_id
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.access import Access
    from salesforce_emulator.org.state import Org

Values: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RunContext:
    """One run's hands: each call is held to the rules that an API call is held to.

    Raises:
        SalesforceError: From any of its functions; let it go up, and the run fails with it.
    """

    org: "Org"
    access: "Access"

    @property
    def user_id(self) -> str:
        return self.access.user_id

    def create(self, sobject: str, fields: Values) -> str:
        """Create a record and return its id."""
        return writing.create(self.org, self.access, self._sobject(sobject), fields)

    def update(self, record_id: str, fields: Values) -> None:
        """Change the fields of a record that are named."""
        sobject, full_id = self._of_id(record_id)
        writing.update(self.org, self.access, sobject, full_id, fields)

    def delete(self, record_id: str) -> None:
        """Delete a record: move it to the recycle bin."""
        sobject, full_id = self._of_id(record_id)
        deletion.delete(self.org, self.access, sobject, full_id)

    def query(self, statement: str) -> list[dict[str, Any]]:
        """Return the records of the first page of a SOQL statement."""
        result: list[dict[str, Any]] = soql.run(self.org, self, statement)["records"]
        return result

    def _sobject(self, name: str) -> SObject:
        sobject = self.access.schema.get(name)
        if sobject is None:
            raise errors.unsupported_type(name)
        return sobject

    def _of_id(self, record_id: str) -> tuple[SObject, str]:
        parsed_id = parse_id(record_id)
        sobject = None if parsed_id is None else self.access.schema.by_prefix(parsed_id)
        if parsed_id is None or sobject is None:
            raise errors.malformed_id(record_id)
        return sobject, parsed_id


ActionFunction: TypeAlias = Callable[[RunContext, Values], Values | None]
"""Takes inputs by name and gives outputs by name, or None for no outputs at all."""
