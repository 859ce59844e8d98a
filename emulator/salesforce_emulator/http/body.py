"""Reads a request's body: decompresses it, and parses JSON with the parser's own messages.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_rest_compression.htm
"""

import json
import zlib
from typing import Any, Final

from python_multipart.multipart import parse_options_header
from starlette.requests import Request

from salesforce_emulator import errors
from salesforce_emulator.errors.json_kind import wrong_json_kind

MAX_BYTES: Final = 50 * 1024 * 1024  # bytes of a body, once decompressed
MAX_DEPTH: Final = 100  # objects and lists in one another: ours, so that no walk through them fails

_XML: Final = frozenset({"application/xml", "text/xml"})
_WINDOWS: Final = {"gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}
_EXPECTED: Final = {  # Python's parser -> Salesforce's
    "Expecting property name enclosed in double quotes": (
        "was expecting double-quote to start field name"
    ),
    "Illegal trailing comma before end of object": "was expecting double-quote to start field name",
    "Expecting ':' delimiter": "was expecting a colon to separate field name and value",
    "Expecting ',' delimiter": "was expecting comma to separate OBJECT entries",
}
_VALUE: Final = (
    "expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
)


async def json_object(request: Request) -> dict[str, Any]:
    """Read the body as one JSON object.

    Raises:
        SalesforceError: JSON_PARSER_ERROR, or UNSUPPORTED_MEDIA_TYPE when it is not JSON.
    """
    return require_object(parse(await json_text(request)))


def require_object(parsed: object) -> dict[str, Any]:
    """Return parsed JSON that is to be one object; JSON_PARSER_ERROR for anything else."""
    if isinstance(parsed, dict):
        return parsed
    raise located(wrong_json_kind("sobject", parsed), 1, 1)


async def json_text(request: Request) -> str:
    """Read the body as text; it is to be JSON, in UTF-8 or the charset of its Content-Type."""
    kind = request.headers.get("content-type", "application/json")
    media_type = kind.partition(";")[0].strip().lower()
    if media_type in _XML:
        raise errors.not_offered("request bodies in XML")
    if media_type != "application/json":
        raise errors.unsupported_media_type(kind)
    data = decompressed(await request.body(), request.headers.get("content-encoding"))
    charset = parse_options_header(kind)[1].get(b"charset", b"utf-8").decode("latin-1").lower()
    try:
        text = data.decode("utf-8-sig" if charset in {"utf-8", "utf8"} else charset)
    except UnicodeDecodeError as exc:
        raise errors.unparsable_json(
            f"Invalid {charset.upper()} byte 0x{data[exc.start]:x}"
            f" at [line:1, column:{exc.start + 1}]"
        ) from None
    except (LookupError, UnicodeError):
        raise errors.unsupported_media_type(kind) from None
    if not text.strip():
        raise errors.body_required()
    return text


def decompressed(data: bytes, encoding: str | None, largest: int = MAX_BYTES) -> bytes:
    """Undo a Content-Encoding; None and `identity` leave the bytes as they are.

    Raises:
        SalesforceError: The encoding is unknown or wrong, or the body exceeds `largest` bytes.
    """
    name = (encoding or "identity").strip().lower()
    if name == "identity":
        if len(data) > largest:
            raise errors.unparsable_json(f"The body is larger than {largest} bytes")
        return data
    if name not in _WINDOWS:
        raise errors.unsupported_media_type(f"with Content-Encoding {name}")
    unpacker = zlib.decompressobj(_WINDOWS[name])
    try:
        plain = unpacker.decompress(data, largest)
    except zlib.error:
        raise errors.unparsable_json(f"The body is not {name}") from None
    if unpacker.unconsumed_tail or (len(plain) == largest and not unpacker.eof):
        raise errors.unparsable_json(f"The body is larger than {largest} bytes")
    if not unpacker.eof:
        raise errors.unparsable_json(f"The body is not {name}: it ends too soon")
    return plain


def parse(text: str) -> Any:
    """Parse JSON.

    Raises:
        SalesforceError: JSON_PARSER_ERROR with line and column.
    """
    try:
        parsed = json.loads(text, parse_constant=_no_constant)
        if text.count("{") + text.count("[") > MAX_DEPTH:
            _require_shallow(parsed)
    except json.JSONDecodeError as exc:
        raise _unparsable(text, exc) from None
    except RecursionError:
        raise errors.unparsable_json("The JSON is nested too deeply") from None
    except ValueError as exc:  # NaN, Infinity, an int of thousands of digits
        raise errors.unparsable_json(f"{exc} at [line:1, column:1]") from None
    return parsed


def located(error: errors.SalesforceError, line: int, column: int) -> errors.SalesforceError:
    """Add the line and the column to an error that has none."""
    where = f"[line:{line}, column:{column}]"
    message = error.message.replace(errors.NOWHERE, where)
    return errors.SalesforceError(error.status, error.code, message, error.fields)


def locate(error: errors.SalesforceError, text: str) -> errors.SalesforceError:
    """Return where in one record's JSON the value is that the error is about, if it is about one.

    The value is searched for by its text in the message: the first match is taken.
    """
    if error.code != "JSON_PARSER_ERROR" or errors.NOWHERE not in error.message:
        return error
    displayed = error.message.partition(" value ")[2].partition(" or request may be missing")[0]
    quoted = json.dumps(displayed, ensure_ascii=False)
    at = text.find(quoted) if "VALUE_STRING" in error.message else text.find(displayed, 1)
    at = max(at, 0)
    line = text.count("\n", 0, at) + 1
    return located(error, line, at - (text.rfind("\n", 0, at) + 1) + 1)


def _require_shallow(parsed: Any) -> None:
    level = [parsed]
    for _ in range(MAX_DEPTH):
        inside = (item.values() if isinstance(item, dict) else item for item in level)
        level = [item for some in inside for item in some if isinstance(item, (dict, list))]
        if not level:
            return
    raise RecursionError


def _no_constant(name: str) -> None:
    raise ValueError(f"Non-standard token '{name}'")


def _unparsable(text: str, exc: json.JSONDecodeError) -> errors.SalesforceError:
    where = f"at [line:{exc.lineno}, column:{exc.colno}]"
    if exc.pos >= len(text) or exc.msg.startswith("Unterminated string"):
        return errors.unparsable_json(f"Unexpected end-of-input {where}")
    char = text[exc.pos]
    expected = _EXPECTED.get(exc.msg, _VALUE)
    return errors.unparsable_json(
        f"Unexpected character ('{char}' (code {ord(char)})): {expected} {where}"
    )
