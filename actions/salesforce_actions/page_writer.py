"""Writes the pages of a stream as the contract has them: records, what was spent, and warnings."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import aclosing, closing
from typing import Any, cast

from salesforce_connector.http.result import Result
from salesforce_connector.record_pages import Form, RecordPage, convert, require_form


class PageWriter:
    """Writes one stream; a warning is sent with the next page, or with a last page of its own."""

    def __init__(self, form: Form) -> None:
        self._form: Form = form
        self._warned = 0

    @classmethod
    def begin(cls, context: Mapping[str, Any]) -> "PageWriter":
        """Begin in a host's context.

        Raises:
            Rejected: The context requests rows in a form that does not exist.
        """
        return cls(require_form(context.get("rows") or "records"))

    def write_all(
        self, pages: Iterator[RecordPage], result: Result, more: Sequence[str]
    ) -> Iterator[dict[str, Any]]:
        """Write all pages; `more` are warnings of the connection's own."""
        with closing(cast("Any", pages)):
            for page in pages:
                yield self._write(page, result, more)
            if self._has_warnings(result, more):
                yield self._write(None, result, more)

    async def write_all_async(
        self, pages: AsyncIterator[RecordPage], result: Result, more: Sequence[str]
    ) -> AsyncGenerator[dict[str, Any], None]:
        """Write all pages; see `write_all`."""
        async with aclosing(cast("Any", pages)):
            async for page in pages:
                yield self._write(page, result, more)
            if self._has_warnings(result, more):
                yield self._write(None, result, more)

    def _has_warnings(self, result: Result, more: Sequence[str]) -> bool:
        return len(result.warnings) + len(more) > self._warned

    def _write(
        self, page: RecordPage | None, result: Result, more: Sequence[str]
    ) -> dict[str, Any]:
        warnings = [*more, *result.warnings]
        fresh, self._warned = warnings[self._warned :], len(warnings)
        rows: dict[str, Any] = {} if page is None else {self._form: convert(page, self._form)}
        if page is None and self._form == "records":
            rows = {"records": []}
        return {**rows, "usage": result.usage.as_json(), "warnings": fresh}
