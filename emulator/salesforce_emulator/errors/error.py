"""What the org's rules raise, and how REST shows it.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

NOWHERE: Final = "[Source: N/A; line: -1, column: -1] at [line:-1, column:-1]"
"""What is in a message in place of a line and a column that are not known."""

_CODE_FIRST: Final = frozenset(  # as recorded, or shown in the documentation
    {"NOT_FOUND", "METHOD_NOT_ALLOWED", "DUPLICATES_DETECTED", "PROCESSING_HALTED"}
    | {"BATCH_PROCESSING_HALTED", "LIMIT_EXCEEDED"}
)


class SalesforceError(Exception):
    """An answer that is not 2xx.

    Attributes:
        status: The HTTP status.
        code: `errorCode`, or `statusCode` in a collection.
        fields: Names of the fields to blame; empty when none is (`[]` on the wire), None when the
            body has no `fields` at all.
        extra: Members that the body has besides, in front of the others.
        headers: Headers that the answer has besides.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        fields: Iterable[str] | None = None,
        *,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.fields = None if fields is None else tuple(fields)
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})

    def body(self) -> list[dict[str, Any]]:
        """Return the body of a REST answer, keys in the recorded order."""
        if self.code in _CODE_FIRST:
            item: dict[str, Any] = {"errorCode": self.code, "message": self.message}
        else:
            item = {"message": self.message, "errorCode": self.code}
        if self.fields is not None:
            item["fields"] = list(self.fields)
        return [self.extra | item]

    def save_error(self) -> dict[str, Any]:
        """Return the error as an item of a collection has it in `errors`."""
        return {"statusCode": self.code, "message": self.message, "fields": list(self.fields or ())}


class SeveralMatch(Exception):
    """An external id that more than one record has; REST answers 300 with where they are.

    Attributes:
        sobject: API name.
        ids: Of all that match, in order.
    """

    def __init__(self, sobject: str, field: str, ids: Iterable[str]) -> None:
        self.sobject = sobject
        self.field = field
        self.ids = tuple(ids)
        super().__init__(f"{sobject}.{field}: {', '.join(self.ids)}")
