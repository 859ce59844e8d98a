"""Runs statements as the administrator, and creates records for them."""

from typing import Any, TypeAlias

import pytest

from salesforce_emulator import soql
from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.org.state import Org
from salesforce_emulator.records import writing

Answer: TypeAlias = dict[str, Any]


class Asker:
    """A user who asks, as far as statements care, and who may write everything."""

    def __init__(self, org: Org, user_id: str) -> None:
        self.org = org
        self.user_id = user_id

    def __call__(self, statement: str, **options: Any) -> Answer:
        """Run a statement."""
        return soql.run(self.org, self, statement, **options)

    def more(self, url: str, **options: Any) -> Answer:
        """Follow a nextRecordsUrl."""
        return soql.more(self.org, self, url.rpartition("/")[2], **options)

    def all_pages(self, statement: str, **options: Any) -> list[Answer]:
        """Run a statement and follow its locators to the end."""
        pages = [self(statement, **options)]
        while "nextRecordsUrl" in pages[-1]:
            pages.append(self.more(pages[-1]["nextRecordsUrl"]))
        return pages

    def refused(self, statement: str, **options: Any) -> SalesforceError:
        """Run a statement that must be refused, and give the error."""
        with pytest.raises(SalesforceError) as caught:
            self(statement, **options)
        return caught.value

    def column(self, statement: str, **options: Any) -> list[Any]:
        """Return the first field of all records of a statement's answer."""
        return [list(record.values())[1] for record in self(statement, **options)["records"]]

    def create(self, sobject: str, **fields: Any) -> str:
        """Create a record and give its id."""
        access = self.org.access(self.user_id)
        with self.org.transaction():
            return writing.create(self.org, access, access.schema[sobject], fields)


def reason(error: SalesforceError) -> str:
    """Return the last line of a refusal, without the caret."""
    return error.message.splitlines()[-1]


def bare(record: Answer) -> Answer:
    """Return a record without its attributes."""
    return {name: value for name, value in record.items() if name != "attributes"}
