"""Parameters of a request as Salesforce reads them: query and form together, each name once."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request

from salesforce_emulator.identity.errors import ErrorReason, IdentityError

_MAX_BYTES: Final = 65_536  # of a form; the largest we know, a client assertion, is under 4,000
_MAX_FIELDS: Final = 100
_FORM: Final = "application/x-www-form-urlencoded"


async def parameters_of(request: Request) -> Mapping[str, str]:
    """Read the query and, if there is one, the form; of a name that comes twice the first holds.

    A body that is no form counts as none.

    Raises:
        IdentityError: BODY_TOO_LARGE.
    """
    text = request.url.query
    if request.method == "POST":
        body = await _body(request)
        if request.headers.get("content-type", _FORM).partition(";")[0].strip().lower() == _FORM:
            text = f"{text}&{body.decode(errors='replace')}"
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError as exc:
        raise IdentityError(ErrorReason.BODY_TOO_LARGE) from exc
    parameters: dict[str, str] = {}
    for name, value in pairs:
        parameters.setdefault(name, value)
    return parameters


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_BYTES:
            raise IdentityError(ErrorReason.BODY_TOO_LARGE)
    return bytes(body)
