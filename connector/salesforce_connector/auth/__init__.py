"""Auth: one module a method, and what they share.

`METHODS` is the list of them; a new method is a module beside these and a line here.
"""

from collections.abc import Mapping
from typing import Any, Final

from salesforce_connector.auth.method import Method
from salesforce_connector.auth.settings import OrgSettings
from salesforce_connector.catalog import Catalog
from salesforce_connector.errors import Rejected
from salesforce_connector.validation import read_input

METHODS: Final[Catalog[Method]] = Catalog(
    "salesforce_connector.auth",
    "authorization_code",
    "client_credentials",
    "jwt_bearer",
    attribute="METHOD",
)


def get_method(name: str) -> Method:
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


def read_settings(name: str, settings: Mapping[str, Any]) -> tuple[Method, OrgSettings]:
    """Find the method and read its settings.

    Raises:
        Rejected: There is no such method, or the settings are invalid.
    """
    method = get_method(name)
    try:
        return method, read_input(method.settings, settings, f"the {name} settings")
    except Rejected as error:  # its frames, and this one, hold the secrets that were entered
        del settings
        raise error.with_traceback(None) from None
