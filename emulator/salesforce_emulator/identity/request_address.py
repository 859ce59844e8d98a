"""By which of an org's hosts a request came, and from where."""

from typing import TYPE_CHECKING

from starlette.requests import Request

from salesforce_emulator.identity.addresses import Address
from salesforce_emulator.identity.identity import identity_of

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


def address_of_request(org: "Org", request: Request) -> Address:
    """Return by which of the org's hosts a request came."""
    with org.lock:
        return identity_of(org).address(request.url.scheme, request.headers.get("host", ""))


def ip_of_request(request: Request) -> str:
    """Return where a request came from; in process that is loopback."""
    return request.client.host if request.client is not None else "127.0.0.1"
