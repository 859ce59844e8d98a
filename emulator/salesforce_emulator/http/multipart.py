"""Reads a multipart body: one part of JSON with a record's fields, one with a file.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_sobject_insert_update_blob.htm
"""

from dataclasses import dataclass, field
from email.message import Message
from typing import Any, Final

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from salesforce_emulator import errors
from salesforce_emulator.http.body import decompressed, parse, require_object

MAX_FILE: Final = 900_000_000  # bytes: SQLite's maximum in a row; Salesforce's is 2 GB
_JSON: Final = "application/json"


@dataclass(slots=True)
class _Part:
    headers: Message = field(default_factory=Message)
    data: bytearray = field(default_factory=bytearray)

    @property
    def name(self) -> str:
        return str(self.headers.get_param("name", "", "content-disposition"))

    @property
    def has_record(self) -> bool:
        return self.headers.get_content_type() == _JSON and not self.has_file

    @property
    def has_file(self) -> bool:
        return self.headers.get_param("filename", None, "content-disposition") is not None


def is_multipart(request: Request) -> bool:
    """Return whether the Content-Type is multipart."""
    return request.headers.get("content-type", "").lower().startswith("multipart/")


async def multipart_record(request: Request) -> tuple[str, dict[str, Any]]:
    """Return the JSON part as text, and the record: its fields, and the file as bytes.

    Raises:
        SalesforceError: INVALID_MULTIPART_REQUEST, or JSON_PARSER_ERROR for the JSON.
    """
    body = decompressed(await request.body(), request.headers.get("content-encoding"), MAX_FILE)
    parts = _parts(request.headers["content-type"], body)
    # Documented as the first part; the Salesforce CLI sends it last.
    head = next((part for part in parts if part.has_record), None)
    if head is None:
        raise errors.bad_multipart("Multipart message must include a non-binary part")
    rest = [part for part in parts if part is not head]
    if len(rest) > 1:
        raise errors.bad_multipart("Cannot include more than one binary part")
    try:
        text = head.data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise errors.unparsable_json(
            f"Invalid UTF-8 byte 0x{head.data[exc.start]:x} at [line:1, column:{exc.start + 1}]"
        ) from None
    record = require_object(parse(text))
    for part in rest:
        if not part.has_file:
            raise errors.bad_multipart("The binary part must have a file name")
        record = {**record, part.name: bytes(part.data)}
    return text, record


def _parts(content_type: str, body: bytes) -> list[_Part]:
    _, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if not boundary:
        raise errors.bad_multipart("Multipart message has no boundary")
    reading = _Reading()
    try:
        parser = MultipartParser(boundary, reading.callbacks())
        parser.write(body)
        parser.finalize()
    except MultipartParseError:
        raise errors.bad_multipart("Multipart message cannot be parsed") from None
    if not reading.ended:
        raise errors.bad_multipart("Multipart message has no end")
    if not reading.parts:
        raise errors.bad_multipart("Multipart message must include a non-binary part")
    return reading.parts


class _Reading:
    """Collects what the parser calls out.

    Attributes:
        ended: True once the closing boundary has come.
    """

    def __init__(self) -> None:
        self.parts: list[_Part] = []
        self.ended = False
        self._name = bytearray()
        self._value = bytearray()

    def callbacks(self) -> Any:  # a TypedDict of the parser's, with these keys
        return {
            "on_part_begin": lambda: self.parts.append(_Part()),
            "on_part_data": lambda data, start, end: self.parts[-1].data.extend(data[start:end]),
            "on_header_field": lambda data, start, end: self._name.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._header,
            "on_end": self._end,
        }

    def _header(self) -> None:
        name, value = self._name.decode("latin-1"), self._value.decode("utf-8", "replace")
        self.parts[-1].headers[name] = value
        self._name.clear()
        self._value.clear()

    def _end(self) -> None:
        self.ended = True
