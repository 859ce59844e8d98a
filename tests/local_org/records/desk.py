"""A helper that creates and changes records as the administrator."""

from typing import Any

from salesforce_emulator.org.access import Access
from salesforce_emulator.org.state import Org
from salesforce_emulator.records.writing import create, existing, update

Row = dict[str, Any]


class Desk:
    """Creates, changes and reads records as the administrator."""

    def __init__(self, org: Org, access: Access) -> None:
        self.org, self.access = org, access

    def new(self, name: str, **body: Any) -> str:
        with self.org.transaction():
            return create(self.org, self.access, self.org.schema[name], body)

    def change(self, name: str, record_id: str, **body: Any) -> Row:
        with self.org.transaction():
            update(self.org, self.access, self.org.schema[name], record_id, body)
        return self.row(name, record_id)

    def row(self, name: str, record_id: str) -> Row:
        return existing(self.org, self.org.schema[name], record_id)

    def create(self, name: str, **body: Any) -> Row:
        return self.row(name, self.new(name, **body))
