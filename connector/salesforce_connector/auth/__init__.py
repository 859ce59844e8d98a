"""Sign-in: one module a method, and what they share.

`METHODS` is the list of them; a new method is a module beside these and a line here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import httpx

from salesforce_connector.auth import authorization_code, client_credentials, jwt_bearer
from salesforce_connector.auth.settings import OrgSettings
from salesforce_connector.auth.tokens import Credentials
from salesforce_connector.errors import Rejected
from salesforce_connector.validation import read_input


@dataclass(frozen=True, slots=True)
class Method:
    """One way to sign in.

    Attributes:
        name: As a connection stores it.
        settings: Model of what a person fills in.
        refresh_request: Gives the request for a new access token.
        interactive: Whether a person must consent in a browser first.
    """

    name: str
    settings: type[OrgSettings]
    refresh_request: Callable[[Any, Credentials], httpx.Request]
    interactive: bool


METHODS: Final[Mapping[str, Method]] = MappingProxyType(
    {
        authorization_code.NAME: Method(
            authorization_code.NAME,
            authorization_code.Settings,
            authorization_code.refresh_request,
            interactive=True,
        ),
        client_credentials.NAME: Method(
            client_credentials.NAME,
            client_credentials.Settings,
            client_credentials.refresh_request,
            interactive=False,
        ),
        jwt_bearer.NAME: Method(
            jwt_bearer.NAME,
            jwt_bearer.Settings,
            jwt_bearer.refresh_request,
            interactive=False,
        ),
    }
)


def method(name: str) -> Method:
    """Find a method by name.

    Raises:
        Rejected: There is none of that name.
    """
    try:
        return METHODS[name]
    except KeyError:
        raise Rejected(
            f"There is no auth method {name!r}.",
            code="UNKNOWN_METHOD",
            remedy=f"Use one of: {', '.join(METHODS)}.",
            fields=("method",),
        ) from None


def read_settings(name: str, given: Mapping[str, Any]) -> tuple[Method, OrgSettings]:
    """Find the method and read its settings.

    Raises:
        Rejected: No such method, or the settings do not fit.
    """
    found = method(name)
    return found, read_input(found.settings, given, f"the {name} settings")
