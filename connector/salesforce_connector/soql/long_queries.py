"""Sends what is too long for an address, a query or a search, inside the body of another call.

Salesforce accepts 16,384 bytes of URL and headers together, and a query of 100,000 characters.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_composite.htm
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from pydantic_core import to_json

from salesforce_connector.errors import BadReply
from salesforce_connector.errors.table import from_items
from salesforce_connector.flow import Call, Flow
from salesforce_connector.records import decode
from salesforce_connector.response import Response

_IN_BATCHES: Final = frozenset({"/search"})  # a batch runs searches, a composite call does not
MAX_QUERY_STRING: Final = 8_000  # bytes; leaves room for headers, and proxies accept no more


@dataclass(frozen=True, slots=True)
class _Part:
    """A response inside another; its headers are those of the whole."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()

    @property
    def is_success(self) -> bool:
        return self.status_code < 300


def send_query(call: Call) -> Flow[Response]:
    """Send a call that reads and has long parameters, by the address or in a body.

    Raises:
        ConnectorError: Salesforce refused both forms.
    """
    size = sum(len(value.encode()) for value in call.params.values())
    if size <= MAX_QUERY_STRING // 3:  # even if each byte is encoded
        return (yield call)
    query = urlencode(call.params, quote_via=quote)
    if len(query) <= MAX_QUERY_STRING:
        return (yield call)

    if call.path in _IN_BATCHES:
        status, part, whole = yield from _send_in_batch(call.path, query)
    else:
        status, part, whole = yield from _send_in_composite(call.path, query)
    if not 200 <= status < 300 and status not in call.expect:
        items = part if isinstance(part, list) else [part]
        raise from_items([item for item in items if isinstance(item, dict)], status=status)
    return _Part(status, whole.headers, to_json(part))


def _send_in_composite(path: str, query: str) -> Flow[tuple[int, Any, Response]]:
    def body(root: str) -> dict[str, Any]:
        request = {"method": "GET", "url": f"{root}{path}?{query}", "referenceId": "query"}
        return {"allOrNone": False, "compositeRequest": [request]}

    response = yield Call("POST", "/composite", json=body, reads=True)
    match decode(response):
        case {"compositeResponse": [{"httpStatusCode": int(status), "body": part}]}:
            return status, part, response
    raise _no_part()


def _send_in_batch(path: str, query: str) -> Flow[tuple[int, Any, Response]]:
    def body(root: str) -> dict[str, Any]:
        url = f"{root.removeprefix('/services/data/')}{path}?{query}"
        return {"batchRequests": [{"method": "GET", "url": url}]}

    response = yield Call("POST", "/composite/batch", json=body, reads=True)
    match decode(response):
        case {"results": [{"statusCode": int(status), "result": part}]}:
            return status, part, response
    raise _no_part()


def _no_part() -> BadReply:
    return BadReply("The response is not that of one query.", code="BAD_REPLY")
