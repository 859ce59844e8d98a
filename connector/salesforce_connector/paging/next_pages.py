"""Follows the pages that Salesforce names, within bounds: each is a call of the org's quota.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm
"""

import re
from typing import Any, Final

from salesforce_connector.errors import BadReply
from salesforce_connector.flow import Call

MAX_PAGES: Final = 10_000  # ours; 2,000,000 records of the smallest pages that Salesforce makes
MAX_EMPTY_PAGES: Final = 10  # in a row; our limit

_ADDRESS: Final = re.compile(r"/services/data/v\d{1,3}\.\d/[\w./?=&%,+~-]{1,2000}", re.ASCII)
_LOCATOR: Final = re.compile(r"[\w.~=+/-]{1,2000}", re.ASCII)


class NextPages:
    """What has been followed of one result."""

    def __init__(self) -> None:
        """Begin with the first page."""
        self._visited: set[str] = set()
        self._empty = 0

    def call(self, address: Any, rows: int) -> Call:
        """Return the call for the next page.

        Args:
            address: As the last page names it.
            rows: Of the last page.

        Raises:
            BadReply: It is no address of Salesforce's, or the pages have no end.
        """
        if not isinstance(address, str) or _ADDRESS.fullmatch(address) is None:
            raise _bad_locator("Salesforce returned a next page that is not on its own host.")
        self._note(address, rows)
        return Call("GET", address)

    def locator(self, locator: str, rows: int) -> str:
        """Return the locator of the next page; see `call`.

        Raises:
            BadReply: It is none, or the pages have no end.
        """
        if _LOCATOR.fullmatch(locator) is None:
            raise _bad_locator("Salesforce returned a next page that is not on its own host.")
        self._note(locator, rows)
        return locator

    def _note(self, page: str, rows: int) -> None:
        self._empty = 0 if rows else self._empty + 1
        if page in self._visited:
            raise _bad_locator("Salesforce returned the same next page twice.")
        self._visited.add(page)
        if self._empty >= MAX_EMPTY_PAGES:
            raise _bad_locator(f"{self._empty} pages in a row had no records.")
        if len(self._visited) >= MAX_PAGES:
            raise _bad_locator(f"The result has more than {MAX_PAGES:,} pages.")


def _bad_locator(message: str) -> BadReply:
    return BadReply(message, code="BAD_LOCATOR", remedy="Run the query again, or narrow it.")
